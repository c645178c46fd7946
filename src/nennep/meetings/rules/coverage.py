"""What a cell talked about in twelve months, in minutes per topic, and what it did not (G8; forms.md §6). Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nennep.core.periods import Month
from nennep.meetings.choices import Topic

MONTHS_SHOWN = 12
# Part of a meeting, and no content that the cell talked about.
PROCEDURE = frozenset({Topic.OPENING, Topic.UPPER_WORDS, Topic.CONCLUSION, Topic.SCORING})
LONG_TALK = 15  # minutes from which a topic was talked about at length
LONGEST = 240  # minutes; a clock that ran longer was forgotten
CLOCK_SHARE = 3  # a clock that counted less than a third of the planned minutes was not really used
ONLY_WORK_MONTHS = 6  # ours: half a year of nothing but work is no accident
WITHOUT_CRITICISM = 3  # ours: held meetings in a row
KNOWN_MONTHS = 10  # months with a meeting from which "not in twelve months" may be said


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item of a held meeting: what was planned, when its clock ran, whether anything was written down."""

    topic: str
    planned: int
    started_at: datetime | None
    ended_at: datetime | None
    has_words: bool = False


def spend_minutes(items: Sequence[ItemFacts], *, closed_at: datetime | None) -> list[int]:
    """Minutes that each item really took, in the order given.

    Where the clock was not used (or tapped through afterwards) the planned minutes count. Where it was used, an item
    without a clock counts as planned when something was written down of it, else it was left out.
    """
    clocked = [_read_clock(item, closed_at) for item in items]
    planned = sum(item.planned for item in items)
    if sum(minutes or 0 for minutes in clocked) * CLOCK_SHARE < planned:
        return [item.planned for item in items]
    return [
        (item.planned if item.has_words else 0) if minutes is None else max(1, min(minutes, LONGEST))
        for item, minutes in zip(items, clocked, strict=True)
    ]


def _read_clock(item: ItemFacts, closed_at: datetime | None) -> int | None:
    end = item.ended_at or closed_at
    if item.started_at is None or end is None:
        return None
    return max(0, round((end - item.started_at).total_seconds() / 60))


@dataclass(frozen=True, slots=True)
class MonthTime:
    """Minutes by topic of the meetings held in one month; `is_held` False: none was."""

    month: Month
    is_held: bool = False
    minutes: Mapping[str, int] = field(default_factory=dict)

    def of(self, topics: Collection[str]) -> int:
        return sum(minutes for topic, minutes in self.minutes.items() if topic in topics)


class CoverageFault(StrEnum):
    """What the map warns of, the gravest first."""

    ONLY_WORK = "only_work"
    NO_CRITICISM = "no_criticism"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class CoverageWarning:
    """`topic` is what was not talked about (UNTOUCHED); `months` how long."""

    fault: CoverageFault
    months: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class CoverageList:
    """What is expected of a type of cell, from the agenda template.

    `own` are the topics of the type with the template's words, `every` those of all cells. `work` and `building` divide
    professional work from building the cell.
    """

    own: tuple[tuple[str, str], ...]
    every: tuple[str, ...]
    work: frozenset[str]
    building: frozenset[str]

    @property
    def expected(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*(topic for topic, _ in self.own), *self.every]))


def read_coverage_list(template: Mapping[str, Any], cell_type: str) -> CoverageList:
    """The list of a template; one without a part on coverage expects its topics and warns of no proportion."""
    part = template.get("coverage", {})
    return CoverageList(
        own=tuple((str(row["topic"]), str(row["title"])) for row in template["topics"].get(cell_type, [])),
        every=tuple(part.get("every", ())),
        work=frozenset(part.get("work", ())),
        building=frozenset(part.get("building", ())),
    )


def find_coverage_warnings(
    months: Sequence[MonthTime], wanted: CoverageList, *, is_office: bool, touched: Collection[str] = ()
) -> list[CoverageWarning]:
    """What twelve months show, said only when it is sure. `touched`: topics known to be dealt with in other records.

    Nothing but work (seed 004: office cells "nặng về công tác chuyên môn") is said of office cells, of their last six
    months with a meeting; a topic never touched only where ten of the twelve months are known.
    """
    held = [month for month in months if month.is_held]
    warnings: list[CoverageWarning] = []
    recent = held[-ONLY_WORK_MONTHS:]
    if is_office and len(recent) == ONLY_WORK_MONTHS and all(_is_only_work(month, wanted) for month in recent):
        warnings.append(CoverageWarning(CoverageFault.ONLY_WORK, ONLY_WORK_MONTHS))
    last = held[-WITHOUT_CRITICISM:]
    if len(last) == WITHOUT_CRITICISM and not any(month.of({Topic.SELF_CRITICISM}) for month in last):
        warnings.append(CoverageWarning(CoverageFault.NO_CRITICISM, WITHOUT_CRITICISM))
    if len(held) >= KNOWN_MONTHS:
        said = {Topic.SELF_CRITICISM} if CoverageFault.NO_CRITICISM in {one.fault for one in warnings} else set()
        absent = [topic for topic in wanted.expected if topic not in said and topic not in touched]
        warnings += [_untouched(topic, len(months)) for topic in absent if not any(month.of({topic}) for month in held)]
    return warnings


def _untouched(topic: str, months: int) -> CoverageWarning:
    return CoverageWarning(CoverageFault.UNTOUCHED, months, topic)


def _is_only_work(month: MonthTime, wanted: CoverageList) -> bool:
    """Work and nothing that builds the cell. An item of no known topic may be anything: then nothing is said."""
    return month.of(wanted.work) > 0 and month.of(wanted.building) == 0 and month.of({Topic.OTHER}) == 0


def count_months_since(months: Sequence[MonthTime], topic: str) -> int | None:
    """How many months with a meeting went by since the topic was last talked about; None: never in these months."""
    held = [month for month in months if month.is_held]
    for since, month in enumerate(reversed(held)):
        if month.of({topic}):
            return since
    return None


def add_minutes(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Minutes by topic."""
    total: dict[str, int] = {}
    for topic, minutes in rows:
        total[topic] = total.get(topic, 0) + minutes
    return total


@dataclass(frozen=True, slots=True)
class Drop:
    """A figure fell: `now` at the last meeting, `before` on average of the three before it (both in percent)."""

    now: float
    before: float


def find_drop(values: Sequence[float], *, by: float) -> Drop | None:
    """`values` oldest first. Only with three meetings to compare with, and only when it fell by at least `by` points."""
    if len(values) < 4:
        return None
    *_older, first, second, third, last = values
    before = (first + second + third) / 3
    return Drop(last, before) if before - last >= by else None
