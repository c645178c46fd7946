"""A visit problem as arrays: what is left to plan once the locked visits stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from nennep.planning.rules.plan import PlacedVisit, as_visit, measure_kilometres, measure_levels
from nennep.planning.rules.problem import Official, VisitProblem

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
MONTHS = 12
DAYS = 366


@dataclass(frozen=True, slots=True)
class Facts:
    """Officials, cells and meetings by position; days counted from 1 January = 0. Locked visits are taken off already.

    `month_left[official, month]` and `day_left[official, day]` say what an official may still do; `meeting_open` which
    meetings take another official; `short` and `need` the visits that officials and cells still want; `paid` how many
    visits beyond the minimum the locked ones are; `covers[official, cell]` who may be given which cell.
    `wanted` are the meetings of unlocked earlier visits that may still be made, as (official, meeting).
    """

    problem: VisitProblem
    meeting_cell: Whole
    meeting_day: Whole
    month_of_day: Whole
    month_left: Whole
    day_left: Flags
    meeting_open: Flags
    short: Whole
    need: Whole
    priority: Whole
    covers: Flags
    kilometres: Whole
    wanted: Whole

    @property
    def locked_cost(self) -> int:
        """What the locked visits alone add to the cost."""
        return measure_levels(self.problem, [as_visit(past) for past in self.problem.locked]).cost

    @property
    def meeting_month(self) -> Whole:
        return self.month_of_day[self.meeting_day]

    def find_meetings(self, official: int) -> Whole:
        """Positions of the meetings that the official may attend, one by one."""
        fits = self.covers[official, self.meeting_cell] & self.day_left[official, self.meeting_day]
        fits &= self.meeting_open & (self.month_left[official, self.meeting_month] > 0)
        return np.nonzero(fits)[0]

    def to_visit(self, official: int, meeting: int) -> PlacedVisit:
        on = date.fromordinal(date(self.problem.year, 1, 1).toordinal() + int(self.meeting_day[meeting]))
        cell = self.problem.cells[int(self.meeting_cell[meeting])]
        return PlacedVisit(on, self.problem.officials[official].id, cell.id)


def gather_facts(problem: VisitProblem) -> Facts:
    """All arrays of the problem; the largest has a number for each official and cell."""
    new_year = date(problem.year, 1, 1).toordinal()
    meetings = [
        (cell, day.toordinal() - new_year) for cell, facts in enumerate(problem.cells) for day in facts.meetings
    ]
    meeting_cell, meeting_day = np.array(meetings, dtype=np.int64).reshape(-1, 2).T
    locked_officials = Counter(past.official for past in problem.locked)
    locked_cells = Counter(past.cell for past in problem.locked)
    return Facts(
        problem=problem,
        meeting_cell=meeting_cell,
        meeting_day=meeting_day,
        month_of_day=_whole([date.fromordinal(new_year + min(day, 364)).month - 1 for day in range(DAYS)]),
        month_left=_count_months(problem),
        day_left=_find_free_days(problem, new_year),
        meeting_open=_find_open_meetings(problem),
        short=_whole([max(0, of.min_visits - locked_officials[of.id]) for of in problem.officials]),
        need=_whole([max(0, of.min_visits - locked_cells[of.id]) for of in problem.cells]),
        priority=_whole([of.priority for of in problem.cells]),
        covers=_find_cover(problem),
        kilometres=_measure_all(problem),
        wanted=_find_wanted(problem),
    )


def _whole(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)


def _count_months(problem: VisitProblem) -> Whole:
    """How many visits of each month are left; never below none, whatever was locked."""
    taken = Counter((past.official, past.date.month) for past in problem.locked)
    left = [
        [max(0, min(31, official.max_per_month) - taken[official.id, month]) for month in range(1, MONTHS + 1)]
        for official in problem.officials
    ]
    return np.array(left, dtype=np.int64).reshape(-1, MONTHS)


def _find_free_days(problem: VisitProblem, new_year: int) -> Flags:
    free = np.ones((len(problem.officials), DAYS), dtype=np.bool_)
    for position, official in enumerate(problem.officials):
        for first, last in official.unavailable:
            free[position, max(0, first.toordinal() - new_year) : max(0, last.toordinal() - new_year + 1)] = False
    positions = _find_positions(problem)
    for past in problem.locked:
        free[positions[past.official], past.date.toordinal() - new_year] = False
    return free


def _find_open_meetings(problem: VisitProblem) -> Flags:
    """A meeting with a locked visit takes nobody else, unless visits may be joint."""
    taken = set() if problem.joint_visits else {(past.cell, past.date) for past in problem.locked}
    meetings = [(cell.id, day) not in taken for cell in problem.cells for day in cell.meetings]
    return np.array(meetings, dtype=np.bool_)


def _find_cover(problem: VisitProblem) -> Flags:
    cells = {cell.id: position for position, cell in enumerate(problem.cells)}
    covers = np.zeros((len(problem.officials), len(cells)), dtype=np.bool_)
    for position, official in enumerate(problem.officials):
        covers[position, [cells[name] for name in _named(official, cells)]] = True
    return covers


def _named(official: Official, cells: dict[str, int]) -> list[str]:
    return [name for name in cells if official.covers(name)]


def _measure_all(problem: VisitProblem) -> Whole:
    kilometres = [[measure_kilometres(official, cell) for cell in problem.cells] for official in problem.officials]
    return np.array(kilometres, dtype=np.int64).reshape(len(problem.officials), len(problem.cells))


def _find_wanted(problem: VisitProblem) -> Whole:
    """Rows of (official, meeting); earlier visits to days without a meeting are not among them."""
    meetings = [(cell.id, day) for cell in problem.cells for day in cell.meetings]
    position_of = {meeting: position for position, meeting in enumerate(meetings)}
    officials = _find_positions(problem)
    rows = [
        (officials[past.official], position_of[past.cell, past.date])
        for past in problem.previous
        if not past.locked and (past.cell, past.date) in position_of
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _find_positions(problem: VisitProblem) -> dict[str, int]:
    return {official.id: position for position, official in enumerate(problem.officials)}
