"""An official's whole year in `follower` mode as one choice: which cells to follow, how often to visit each.

Days are left out at first: whether the visits find days is asked of the few years that matter (dates.py). What is proven
over all years, with days or without, holds for those with days.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nennep.planning.choices import KILOMETRES_PER_EXCESS_VISIT
from nennep.planning.rules.plan import Levels, PlacedVisit, as_visit, measure_levels
from nennep.planning.rules.problem import VisitProblem
from nennep.planning.solver.facts import MONTHS, Facts, Whole

NOBODY, ANYBODY = -2, -1


class Year(NamedTuple):
    """Position of the official; (cell, visits beside the locked ones) by rising cell, each at least one visit."""

    official: int
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """Which years an official may choose, and what each is worth.

    `most[official, cell]` visits to one cell and `total[official]` in all are the most that can be of use; `slots` how
    many new cells they may follow. `owner[cell]` is the official whom a locked visit made its follower (it takes no slot),
    NOBODY where locked visits of two stand (a third would be no single follower, nor is one of the two), else ANYBODY.
    Officials whom locked visits brought to more cells than they may follow get no further visits. `kept` counts
    earlier visits that may be made again. `base` is what the plan costs if nobody makes a visit beside the locked ones.
    """

    facts: Facts
    most: Whole
    total: Whole
    slots: Whole
    owner: Whole
    kept: Whole
    base: Levels

    def measure(self, year: Year) -> tuple[int, int, int, int]:
        """What the year adds to each level of `base`; the third is a hope until days are found."""
        facts, official = self.facts, year.official
        visits = sum(count for _cell, count in year.cells)
        short = int(facts.short[official])
        left_out = sum(int(facts.priority[cell]) * min(count, int(facts.need[cell])) for cell, count in year.cells)
        kilometres = sum(int(facts.kilometres[official, cell]) * count for cell, count in year.cells)
        excess = KILOMETRES_PER_EXCESS_VISIT * max(0, visits - short)
        kept = sum(min(count, int(self.kept[official, cell])) for cell, count in year.cells)
        return -min(visits, short), -left_out, -kept, kilometres + excess


def gather_years(facts: Facts) -> Years:
    """What officials may choose among, once the locked visits stand."""
    problem = facts.problem
    owner, slots = _find_owners(problem), _count_slots(problem)
    possible, days = _count_possible(facts)
    officials = np.arange(len(slots))
    allowed = (owner[None, :] == ANYBODY) & (slots[:, None] > 0) | (owner[None, :] == officials[:, None])
    possible *= allowed & (slots[:, None] >= 0)
    kept = np.zeros_like(possible)
    for official, meeting in facts.wanted:
        if meeting in set(facts.find_meetings(int(official)).tolist()):
            kept[official, facts.meeting_cell[meeting]] += 1
    kept = np.minimum(kept, possible)
    useful = np.maximum(facts.need[None, :], kept)
    most = np.minimum(possible, np.maximum(useful, facts.short[:, None]))
    return Years(
        facts=facts,
        most=most,
        total=np.minimum(days, np.maximum(facts.short, _sum_largest(np.minimum(most, useful), slots, owner))),
        slots=np.maximum(slots, 0),
        owner=owner,
        kept=kept,
        base=measure_levels(problem, [as_visit(past) for past in problem.locked]),
    )


def _find_owners(problem: VisitProblem) -> Whole:
    position_of = {official.id: position for position, official in enumerate(problem.officials)}
    visitors: dict[str, set[int]] = {cell.id: set() for cell in problem.cells}
    for past in problem.locked:
        visitors[past.cell].add(position_of[past.official])
    owners = [ANYBODY if not them else NOBODY if len(them) > 1 else min(them) for them in visitors.values()]
    return np.array(owners, dtype=np.int64)


def _count_slots(problem: VisitProblem) -> Whole:
    """New cells that each official may follow; below zero where locked visits are too many already."""
    followed = Counter(official for official, _cell in {(past.official, past.cell) for past in problem.locked})
    most = min(problem.max_cells_per_official, len(problem.cells))
    return np.array([most - followed[official.id] for official in problem.officials], dtype=np.int64)


def _count_possible(facts: Facts) -> tuple[Whole, Whole]:
    """The most visits by official and cell, and the most by official, as months and days allow."""
    officials, cells = facts.covers.shape
    possible, days = np.zeros((officials, cells), dtype=np.int64), np.zeros(officials, dtype=np.int64)
    for official in range(officials):
        meetings = facts.find_meetings(official)
        by_month = np.zeros((cells, MONTHS), dtype=np.int64)
        np.add.at(by_month, (facts.meeting_cell[meetings], facts.meeting_month[meetings]), 1)
        possible[official] = np.minimum(by_month, facts.month_left[official]).sum(axis=1)
        months = facts.month_of_day[np.unique(facts.meeting_day[meetings])]
        days[official] = np.minimum(np.bincount(months, minlength=MONTHS), facts.month_left[official]).sum()
    return possible, days


def _sum_largest(useful: Whole, slots: Whole, owner: Whole) -> Whole:
    """By official, the visits that cells themselves can want of them: their own cells', and the best of the others'."""
    sums = []
    for official, visits in enumerate(useful):
        others = np.sort(visits[owner != official])[::-1]
        sums.append(int(visits[owner == official].sum() + others[: max(0, int(slots[official]))].sum()))
    return np.array(sums, dtype=np.int64)


def read_years(facts: Facts, visits: Sequence[PlacedVisit]) -> list[Year]:
    """The years that a plan's visits beside the locked ones are, one for each official, empty ones too."""
    problem = facts.problem
    locked = {as_visit(past) for past in problem.locked}
    cell_of = {cell.id: position for position, cell in enumerate(problem.cells)}
    counts = {official.id: Counter[int]() for official in problem.officials}
    for visit in visits:
        if visit not in locked:
            counts[visit.official][cell_of[visit.cell]] += 1
    return [Year(position, tuple(sorted(count.items()))) for position, count in enumerate(counts.values())]
