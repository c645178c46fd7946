"""The plan that somebody makes by hand: nearest first, nothing taken back. What the solver is compared with.

Earlier visits that are still possible stay. Then every official, in the given order, goes to the nearest cell that wants
a visit, or simply the nearest, until nothing is owed. Then every cell, the more urgent first, asks the nearest official.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from nennep.planning.choices import Mode
from nennep.planning.rules.plan import PlacedVisit, as_visit, measure_kilometres
from nennep.planning.rules.problem import Cell, Official, VisitProblem


@dataclass
class Diary:
    """Visits as they are put down, and what each leaves possible."""

    problem: VisitProblem
    visits: list[PlacedVisit] = field(default_factory=list)
    busy: set[tuple[str, date]] = field(default_factory=set)
    months: Counter[tuple[str, int]] = field(default_factory=Counter)
    attended: set[tuple[str, date]] = field(default_factory=set)
    by_official: Counter[str] = field(default_factory=Counter)
    by_cell: Counter[str] = field(default_factory=Counter)
    followers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    followed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def put_down(self, visit: PlacedVisit) -> None:
        self.visits.append(visit)
        self.busy.add((visit.official, visit.date))
        self.months[visit.official, visit.date.month] += 1
        self.attended.add((visit.cell, visit.date))
        self.by_official[visit.official] += 1
        self.by_cell[visit.cell] += 1
        self.followers[visit.cell].add(visit.official)
        self.followed[visit.official].add(visit.cell)

    def may_follow(self, official: Official, cell: Cell) -> bool:
        """Whether the official may be given the cell at all, as things stand."""
        if not official.covers(cell.id):
            return False
        if self.problem.mode == Mode.FREE:
            return True
        cells = self.followed[official.id] | {cell.id}
        return self.followers[cell.id] <= {official.id} and len(cells) <= self.problem.max_cells_per_official

    def may_go(self, official: Official, cell: Cell, on: date) -> bool:
        return (
            (official.id, on) not in self.busy
            and self.months[official.id, on.month] < official.max_per_month
            and (self.problem.joint_visits or (cell.id, on) not in self.attended)
            and official.is_free(on)
            and self.may_follow(official, cell)
        )

    def go_once(self, official: Official, cell: Cell) -> bool:
        """Put down the first meeting that the official can attend; False when there is none."""
        if self.may_follow(official, cell):
            for on in cell.meetings:
                if self.may_go(official, cell, on):
                    self.put_down(PlacedVisit(on, official.id, cell.id))
                    return True
        return False


def plan_greedily(problem: VisitProblem) -> list[PlacedVisit]:
    """A valid plan, the locked visits in it; quick, and rarely a good one."""
    diary = Diary(problem)
    for past in problem.locked:
        diary.put_down(as_visit(past))
    _keep_earlier(diary)
    nearest = {official.id: _sort_by_distance(problem, official) for official in problem.officials}
    for official in problem.officials:
        _satisfy_official(diary, official, nearest[official.id])
    for cell in sorted(problem.cells, key=lambda cell: -cell.priority):
        _satisfy_cell(diary, cell)
    return sorted(diary.visits)


def _keep_earlier(diary: Diary) -> None:
    for past in diary.problem.previous:
        official, cell = diary.problem.official_of[past.official], diary.problem.cell_of[past.cell]
        if not past.locked and past.date in cell.meetings and diary.may_go(official, cell, past.date):
            diary.put_down(as_visit(past))


def _sort_by_distance(problem: VisitProblem, official: Official) -> list[Cell]:
    return sorted(problem.cells, key=lambda cell: measure_kilometres(official, cell))


def _satisfy_official(diary: Diary, official: Official, nearest: Iterable[Cell]) -> None:
    """Cells that want a visit first; when none is left, the nearest ones again."""
    for wanting in (True, False):
        for cell in nearest:
            while diary.by_official[official.id] < official.min_visits:
                if wanting and diary.by_cell[cell.id] >= cell.min_visits:
                    break
                if not diary.go_once(official, cell):
                    break


def _satisfy_cell(diary: Diary, cell: Cell) -> None:
    nearest = sorted(diary.problem.officials, key=lambda official: measure_kilometres(official, cell))
    for official in nearest:
        while diary.by_cell[cell.id] < cell.min_visits and diary.go_once(official, cell):
            pass
