"""Days spread over the year once the four levels are settled: none of them is given up for it (docs/adr/0015).

In free mode the quarters of the whole plan come out even: first visits move to another meeting of the same cell with the
same official, which changes no level; where that is not enough, an exact choice among all ways with the levels held.
In follower mode the days of each official are chosen anew, exactly: as few visits to one cell in neighbouring months as can
be, then the fullest months relieved; the quarters before both where they are to be even.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ortools.linear_solver import pywraplp

from nennep.planning.choices import KILOMETRES_PER_EXCESS_VISIT
from nennep.planning.rules.plan import Levels, PlacedVisit, as_visit
from nennep.planning.rules.problem import VisitProblem
from nennep.planning.rules.spread import QUARTERS, count_quarters, measure_unevenness
from nennep.planning.solver.facts import Facts
from nennep.planning.solver.free import find_ways
from nennep.planning.solver.years import Year

Way = tuple[int, int]  # official and meeting, by position
MOST_WAYS = 20_000  # of an exact choice among ways: a commune's year
ROUNDING = 1e-6
USABLE = {pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE}


def bound_unevenness(facts: Facts, count: int) -> int:
    """What the quarters of so many visits differ by at least; 0 where kilometres leave the number of visits open."""
    return 0 if facts.kilometres.any() else int(count % QUARTERS > 0)


def even_quarters(
    facts: Facts, added: Sequence[PlacedVisit], levels: Levels, *, seconds: float
) -> tuple[list[PlacedVisit], int]:
    """The visits with the quarters of the plan as even as can be, and a proven bound of the difference; free mode."""
    locked = [as_visit(past) for past in facts.problem.locked]
    visits = _move_visits(facts, list(added), locked)
    bound = bound_unevenness(facts, len(visits) + len(locked))
    if measure_unevenness([*locked, *visits]) <= bound:
        return visits, bound
    officials, meetings = find_ways(facts)
    if len(officials) > MOST_WAYS:
        return visits, bound
    ways = list(zip(officials.tolist(), meetings.tolist(), strict=True))
    found = _choose_ways(facts, ways, levels, seconds=seconds)
    if found is None:
        return visits, bound
    chosen, proven = found
    if measure_unevenness([*locked, *chosen]) < measure_unevenness([*locked, *visits]):
        visits = chosen
    return visits, max(bound, proven)


def _move_visits(facts: Facts, visits: list[PlacedVisit], locked: Sequence[PlacedVisit]) -> list[PlacedVisit]:
    """From a quarter to one that has two fewer, with the same official at the same cell, until no visit can."""
    moved, days = True, _Days.of(facts.problem, [*locked, *visits])
    kept = {as_visit(past) for past in facts.problem.previous}
    while moved:
        moved = False
        for position, visit in enumerate(visits):
            other = None if visit in kept else days.find_better(visit)
            if other is not None:
                days.move(visit, other)
                visits[position], moved = other, True
    return sorted(visits)


@dataclass
class _Days:
    """What each visit of a plan takes, so that others see what is left."""

    problem: VisitProblem
    quarters: Counter[int]
    taken: Counter[tuple[str, date]]
    busy: Counter[tuple[str, date]]
    months: Counter[tuple[str, int]]
    seen: Counter[tuple[str, int]]

    @classmethod
    def of(cls, problem: VisitProblem, visits: Sequence[PlacedVisit]) -> "_Days":
        days = cls(problem, Counter(), Counter(), Counter(), Counter(), Counter())
        for visit in visits:
            days._count(visit, 1)
        return days

    def move(self, visit: PlacedVisit, other: PlacedVisit) -> None:
        self._count(visit, -1)
        self._count(other, 1)

    def _count(self, visit: PlacedVisit, by: int) -> None:
        self.quarters[_quarter(visit)] += by
        self.taken[visit.cell, visit.date] += by
        self.busy[visit.official, visit.date] += by
        self.months[visit.official, visit.date.month] += by
        self.seen[visit.cell, _quarter(visit)] += by

    def find_better(self, visit: PlacedVisit) -> PlacedVisit | None:
        """The visit on a day of an emptier quarter, best where the cell sees fewest."""
        here = self.quarters[_quarter(visit)]
        others = (visit._replace(date=day) for day in self.problem.cell_of[visit.cell].meetings)
        better = [one for one in others if here - self.quarters[_quarter(one)] > 1 and self._fits(one)]
        return min(better, key=self._rank, default=None)

    def _rank(self, visit: PlacedVisit) -> tuple[int, int, PlacedVisit]:
        return self.quarters[_quarter(visit)], self.seen[visit.cell, _quarter(visit)], visit

    def _fits(self, visit: PlacedVisit) -> bool:
        official = self.problem.official_of[visit.official]
        return (
            (self.problem.joint_visits or not self.taken[visit.cell, visit.date])
            and not self.busy[visit.official, visit.date]
            and official.is_free(visit.date)
            and self.months[visit.official, visit.date.month] < official.max_per_month
        )


def _quarter(visit: PlacedVisit) -> int:
    return (visit.date.month - 1) // 3


def _choose_ways(
    facts: Facts, ways: Sequence[Way], levels: Levels, *, seconds: float
) -> tuple[list[PlacedVisit], int] | None:
    """The most even choice among all plans with these levels, and its bound; None when time ends before any is found."""
    solver = pywraplp.Solver.CreateSolver("SCIP")
    taken = {way: solver.BoolVar("") for way in ways}
    _limit_days(solver, facts, taken)
    _hold_levels(solver, facts, taken, levels)
    spread = _add_unevenness(solver, facts, taken)
    solver.Minimize(spread)
    solver.SetTimeLimit(max(1, int(seconds * 1000)))
    if solver.Solve() not in USABLE:
        return None
    chosen = [facts.to_visit(*way) for way, variable in taken.items() if variable.solution_value() > 0.5]
    return sorted(chosen), max(0, math.ceil(solver.Objective().BestBound() - ROUNDING))


def _limit_days(solver: pywraplp.Solver, facts: Facts, taken: dict[Way, pywraplp.Variable]) -> None:
    """One visit a day, as many a month as are left, one official a meeting."""
    days, months, meetings = defaultdict(list), defaultdict(list), defaultdict(list)
    for (official, meeting), variable in taken.items():
        days[official, int(facts.meeting_day[meeting])].append(variable)
        months[official, int(facts.meeting_month[meeting])].append(variable)
        meetings[meeting].append(variable)
    for group in days.values():
        solver.Add(solver.Sum(group) <= 1)
    for (official, month), group in months.items():
        solver.Add(solver.Sum(group) <= int(facts.month_left[official, month]))
    if not facts.problem.joint_visits:
        for group in meetings.values():
            solver.Add(solver.Sum(group) <= 1)


def _hold_levels(solver: pywraplp.Solver, facts: Facts, taken: dict[Way, pywraplp.Variable], levels: Levels) -> None:
    """No level is given up: the four sums over all visits stay what they are."""
    infinity = solver.infinity()
    by_official, by_cell = defaultdict(list), defaultdict(list)
    for (official, meeting), variable in taken.items():
        by_official[official].append(variable)
        by_cell[int(facts.meeting_cell[meeting])].append(variable)
    owed, excess, left_out = [], [], []
    for official, short in enumerate(facts.short.tolist()):
        owed.append(solver.NumVar(0, infinity, ""))
        excess.append(solver.NumVar(0, infinity, ""))
        made = solver.Sum(by_official[official])
        solver.Add(owed[-1] >= short - made)
        solver.Add(excess[-1] >= made - short)
    for cell, need in enumerate(facts.need.tolist()):
        lacking = solver.NumVar(0, infinity, "")
        solver.Add(lacking >= need - solver.Sum(by_cell[cell]))
        left_out.append(int(facts.priority[cell]) * lacking)
    wanted = {(int(official), int(meeting)) for official, meeting in facts.wanted}
    kept = [variable for way, variable in taken.items() if way in wanted]
    previous = sum(not past.locked for past in facts.problem.previous)
    kilometres = [
        int(facts.kilometres[official, facts.meeting_cell[meeting]]) * variable
        for (official, meeting), variable in taken.items()
    ]
    locked = facts.locked_cost
    solver.Add(solver.Sum(owed) <= levels.owed)
    solver.Add(solver.Sum(left_out) <= levels.left_out)
    solver.Add(previous - solver.Sum(kept) <= levels.dropped)
    solver.Add(solver.Sum(kilometres) + KILOMETRES_PER_EXCESS_VISIT * solver.Sum(excess) <= levels.cost - locked)


def _add_unevenness(solver: pywraplp.Solver, facts: Facts, taken: dict[Way, pywraplp.Variable]) -> pywraplp.LinearExpr:
    infinity = solver.infinity()
    fullest, emptiest = solver.NumVar(0, infinity, ""), solver.NumVar(0, infinity, "")
    locked = count_quarters(as_visit(past) for past in facts.problem.locked)
    for quarter, before in enumerate(locked):
        of_quarter = [
            variable for (_one, meeting), variable in taken.items() if int(facts.meeting_month[meeting]) // 3 == quarter
        ]
        count = before + solver.Sum(of_quarter)
        solver.Add(fullest >= count)
        solver.Add(emptiest <= count)
    return fullest - emptiest


# ── follower mode ─────────────────────────────────────────────────────────────


def spread_days(
    facts: Facts, years: Sequence[Year], found: Sequence[Sequence[int]], *, seconds: float
) -> list[PlacedVisit]:
    """The visits of the years on days that lie well apart; `found` are days that are known to do, a row for each year."""
    if facts.problem.spread_quarters:
        days = _choose_days(facts, years, found, seconds=seconds)
        return [facts.to_visit(*way) for way in days]
    each = seconds / max(1, len(years))
    return [
        facts.to_visit(*way)
        for year, meetings in zip(years, found, strict=True)
        for way in _choose_days(facts, [year], [meetings], seconds=each)
    ]


def _choose_days(facts: Facts, years: Sequence[Year], found: Sequence[Sequence[int]], *, seconds: float) -> list[Way]:
    """Ways of the years with as many earlier visits kept as found: quarters, close visits, full months, in this order."""
    known = [(year.official, meeting) for year, meetings in zip(years, found, strict=True) for meeting in meetings]
    if not known:
        return known
    solver = pywraplp.Solver.CreateSolver("SCIP")
    taken = _offer_days(solver, facts, years)
    wanted = {(int(official), int(meeting)) for official, meeting in facts.wanted}
    kept = [variable for way, variable in taken.items() if way in wanted]
    solver.Add(solver.Sum(kept) >= sum(way in wanted for way in known))
    close, full = _count_close(solver, facts, taken), _count_full(solver, facts, taken)
    weight = len(taken) * 31 + 1
    cost = weight * solver.Sum(close) + solver.Sum(full)
    if facts.problem.spread_quarters:
        cost = cost + weight * (len(taken) ** 2 + 1) * _add_unevenness(solver, facts, taken)
    solver.Minimize(cost)
    solver.SetHint(list(taken.values()), [float(way in set(known)) for way in taken])
    solver.SetTimeLimit(max(1, int(seconds * 1000)))
    if solver.Solve() not in USABLE:
        return known
    return [way for way, variable in taken.items() if variable.solution_value() > 0.5]


def _offer_days(solver: pywraplp.Solver, facts: Facts, years: Sequence[Year]) -> dict[Way, pywraplp.Variable]:
    """All days of the cells that each year has, with the limits and the number of visits to each cell."""
    taken: dict[Way, pywraplp.Variable] = {}
    for year in years:
        counts = dict(year.cells)
        by_cell = defaultdict(list)
        for meeting in facts.find_meetings(year.official).tolist():
            cell = int(facts.meeting_cell[meeting])
            if cell in counts:
                taken[year.official, meeting] = variable = solver.BoolVar("")
                by_cell[cell].append(variable)
        for cell, count in counts.items():
            solver.Add(solver.Sum(by_cell[cell]) == count)
    _limit_days(solver, facts, taken)
    return taken


def _count_close(
    solver: pywraplp.Solver, facts: Facts, taken: dict[Way, pywraplp.Variable]
) -> list[pywraplp.LinearExpr]:
    """Pairs of visits to one cell in the same or neighbouring months, those with a locked visit too."""
    locked = Counter((past.cell, past.date.month - 1) for past in facts.problem.locked)
    ways, pairs = list(taken.items()), []
    for position, ((_official, meeting), variable) in enumerate(ways):
        cell, month = int(facts.meeting_cell[meeting]), int(facts.meeting_month[meeting])
        name = facts.problem.cells[cell].id
        near = sum(locked[name, other] for other in (month - 1, month, month + 1))
        pairs.append(near * variable)
        for (_other, later), second in ways[position + 1 :]:
            if int(facts.meeting_cell[later]) == cell and abs(int(facts.meeting_month[later]) - month) <= 1:
                both = solver.NumVar(0, 1, "")
                solver.Add(both >= variable + second - 1)
                pairs.append(both)
    return pairs


def _count_full(
    solver: pywraplp.Solver, facts: Facts, taken: dict[Way, pywraplp.Variable]
) -> list[pywraplp.LinearExpr]:
    """What months have beyond one visit, beyond two …: least when an official's months are even."""
    locked = Counter((past.official, past.date.month - 1) for past in facts.problem.locked)
    months = defaultdict(list)
    for (official, meeting), variable in taken.items():
        months[official, int(facts.meeting_month[meeting])].append(variable)
    beyond = []
    for (official, month), group in months.items():
        before = locked[facts.problem.officials[official].id, month]
        for most in range(1, before + min(len(group), int(facts.month_left[official, month]))):
            beyond.append(solver.NumVar(0, solver.infinity(), ""))
            solver.Add(beyond[-1] >= before + solver.Sum(group) - most)
    return beyond
