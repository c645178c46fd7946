"""How long a paper takes into a cell's meeting, link by link (G16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from nennep.reporting.choices import Link


@dataclass(frozen=True, slots=True)
class Chain:
    """The days on which one paper came to each point on its way into one cell; None: not yet, or not known.

    `issued` begins it. `committee`: it reached the unit that sent it to the cell.
    """

    issued: date | None = None
    committee: date | None = None
    received: date | None = None
    opened: date | None = None
    agenda: date | None = None
    discussed: date | None = None


@dataclass(frozen=True, slots=True)
class LatencyStep:
    """One link of a chain. `days` since the last known point, None when it is not known; `waiting`: still growing today."""

    link: Link
    on: date | None
    days: int | None
    waiting: bool = False


def measure(chain: Chain, *, today: date) -> tuple[LatencyStep, ...]:
    """The five links with their days.

    A point that was left out (discussed without being opened) has no days of its own: the next known one counts from
    the last known one. The first point missing after all known ones is waiting, up to today. Days never
    run backwards: what was written down later than what followed it counts as the same day.
    """
    points = [(link, getattr(chain, link.value)) for link in Link]
    last_known = max((index for index, (_link, on) in enumerate(points) if on is not None), default=-1)
    steps, since = [], chain.issued
    for index, (link, on) in enumerate(points):
        waiting = index == last_known + 1 and since is not None
        until = today if waiting else on
        days = max(0, (until - since).days) if until is not None and since is not None else None
        steps.append(LatencyStep(link, on, days, waiting))
        if on is not None:
            since = max(on, since) if since is not None else on
    return tuple(steps)


def find_slowest(steps: Iterable[LatencyStep]) -> LatencyStep | None:
    """The link that took longest, the earlier one of two alike; None when nothing took a day."""
    slow = [step for step in steps if step.days]
    return max(slow, key=lambda step: step.days or 0) if slow else None


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of one link over many cells: `days` None when no cell knows it; `count` cells do."""

    link: Link
    days: float | None
    count: int


def find_middles(chains: Iterable[tuple[LatencyStep, ...]]) -> tuple[Middle, ...]:
    """The median of days per link over cells, waiting ones included: leaving a paper unopened does not improve it."""
    days: Mapping[Link, list[int]] = {link: [] for link in Link}
    for steps in chains:
        for step in steps:
            if step.days is not None:
                days[step.link].append(step.days)
    return tuple(Middle(link, median(found) if found else None, len(found)) for link, found in days.items())


def find_slowest_middle(middles: Iterable[Middle]) -> Link | None:
    """Where most time is lost; None when nowhere a day."""
    slow = [middle for middle in middles if middle.days]
    return max(slow, key=lambda middle: middle.days or 0).link if slow else None
