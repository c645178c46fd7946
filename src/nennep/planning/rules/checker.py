"""Whether a plan keeps the rules, counted anew: shares nothing with the solver, so that it can contradict it.

The rules have the numbers of the problem's definition: 1 where an official may go, 2 how often, 3 one official a meeting,
4 locked visits stay, 5 followers. 0 is a visit that names nobody, or stands twice. A locked visit breaks no rule by
itself (it happened), but what is added beside it does.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nennep.planning.choices import Mode
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import VisitProblem


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule (its number) that the visit breaks; `text` is for developers."""

    rule: int
    visit: PlacedVisit
    text: str


def find_faults(problem: VisitProblem, visits: Sequence[PlacedVisit]) -> list[Fault]:
    """Every rule that a visit of the plan breaks; empty for a valid plan. Locked visits are never accused."""
    unknown = [
        Fault(0, visit, "nobody, or no cell, of the problem")
        for visit in visits
        if visit.official not in problem.official_of or visit.cell not in problem.cell_of
    ]
    if unknown:
        return unknown
    locked = {(past.official, past.cell, past.date) for past in problem.previous if past.locked}
    added = [visit for visit in visits if (visit.official, visit.cell, visit.date) not in locked]
    return [*_find_repeated(visits), *_find_lost_locks(problem, visits), *_accuse(problem, visits, added)]


def find_faults_of_locked(problem: VisitProblem) -> list[Fault]:
    """What is irregular about the visits that have happened or are confirmed: told to people, held against nobody."""
    locked = [PlacedVisit(past.date, past.official, past.cell) for past in problem.previous if past.locked]
    return _accuse(problem, locked, locked)


def _accuse(problem: VisitProblem, visits: Sequence[PlacedVisit], accused: Sequence[PlacedVisit]) -> list[Fault]:
    """What the accused among the visits do wrong, alone or beside the others."""
    faults = [fault for visit in accused for fault in _judge_alone(problem, visit)]
    faults += _find_crowded(problem, visits, accused)
    if problem.mode == Mode.FOLLOWER:
        faults += [*_find_strangers(visits, accused), *_find_followers_of_too_many(problem, visits, accused)]
    return faults


def _find_repeated(visits: Sequence[PlacedVisit]) -> list[Fault]:
    return [Fault(0, visit, f"stands {count} times") for visit, count in Counter(visits).items() if count > 1]


def _find_lost_locks(problem: VisitProblem, visits: Sequence[PlacedVisit]) -> list[Fault]:
    made = set(visits)
    locked = [PlacedVisit(past.date, past.official, past.cell) for past in problem.previous if past.locked]
    return [Fault(4, visit, "locked, but not in the plan") for visit in locked if visit not in made]


def _judge_alone(problem: VisitProblem, visit: PlacedVisit) -> Iterable[Fault]:
    official, cell = problem.official_of[visit.official], problem.cell_of[visit.cell]
    if visit.date not in cell.meetings:
        yield Fault(1, visit, "no meeting of the cell")
    if official.area is not None and cell.id not in official.area:
        yield Fault(1, visit, "outside the area")
    if cell.id in official.excluded_cells:
        yield Fault(1, visit, "excluded cell")
    if any(first <= visit.date <= last for first, last in official.unavailable):
        yield Fault(1, visit, "unavailable")


def _find_crowded(
    problem: VisitProblem, visits: Sequence[PlacedVisit], added: Sequence[PlacedVisit]
) -> Iterable[Fault]:
    days = Counter((visit.official, visit.date) for visit in visits)
    months = Counter((visit.official, visit.date.month) for visit in visits)
    meetings = Counter((visit.cell, visit.date) for visit in visits)
    for visit in added:
        if days[visit.official, visit.date] > 1:
            yield Fault(2, visit, "second visit of the day")
        if months[visit.official, visit.date.month] > problem.official_of[visit.official].max_per_month:
            yield Fault(2, visit, "month full")
        if not problem.joint_visits and meetings[visit.cell, visit.date] > 1:
            yield Fault(3, visit, "two officials at one meeting")


def _find_strangers(visits: Sequence[PlacedVisit], added: Sequence[PlacedVisit]) -> Iterable[Fault]:
    by_cell: dict[str, set[str]] = defaultdict(set)
    for visit in visits:
        by_cell[visit.cell].add(visit.official)
    return [Fault(5, visit, "another official follows the cell") for visit in added if len(by_cell[visit.cell]) > 1]


def _find_followers_of_too_many(
    problem: VisitProblem, visits: Sequence[PlacedVisit], added: Sequence[PlacedVisit]
) -> Iterable[Fault]:
    by_official: dict[str, set[str]] = defaultdict(set)
    for visit in visits:
        by_official[visit.official].add(visit.cell)
    limit = problem.max_cells_per_official
    return [Fault(5, visit, "follows too many cells") for visit in added if len(by_official[visit.official]) > limit]


def recount_levels(problem: VisitProblem, visits: Sequence[PlacedVisit]) -> tuple[int, int, int, int]:
    """The four levels, by naive loops and another formula of the distance than the solver's."""
    owed = excess = left_out = 0
    for official in problem.officials:
        made = sum(visit.official == official.id for visit in visits)
        owed += official.min_visits - made if made < official.min_visits else 0
        excess += made - official.min_visits if made > official.min_visits else 0
    for cell in problem.cells:
        seen = sum(visit.cell == cell.id for visit in visits)
        left_out += cell.priority * (cell.min_visits - seen) if seen < cell.min_visits else 0
    kept = {(visit.official, visit.cell, visit.date) for visit in visits}
    dropped = [past for past in problem.previous if not past.locked]
    dropped = [past for past in dropped if (past.official, past.cell, past.date) not in kept]
    kilometres = sum(_recount_kilometres(problem, visit) for visit in visits)
    return owed, left_out, len(dropped), kilometres + 20 * excess


def recount_unevenness(visits: Sequence[PlacedVisit]) -> int:
    """The fifth level, where quarters are to be even: visits of the fullest quarter less those of the emptiest."""
    months = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
    quarters = sorted(sum(visit.date.month in quarter for visit in visits) for quarter in months)
    return quarters[-1] - quarters[0]


def _recount_kilometres(problem: VisitProblem, visit: PlacedVisit) -> int:
    """By the angle between two vectors from the middle of the Earth."""
    home, position = problem.official_of[visit.official].home, problem.cell_of[visit.cell].position
    if home is None or position is None:
        return 0
    one, other = _to_vector(*home), _to_vector(*position)
    cross = (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )
    angle = math.atan2(math.hypot(*cross), sum(here * there for here, there in zip(one, other, strict=True)))
    return math.floor(6371.0088 * angle + 0.5)


def _to_vector(north: float, east: float) -> tuple[float, float, float]:
    up, around = math.radians(north), math.radians(east)
    return math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up)
