"""What a plan promises, and which of it visits on hand still keep: counted by the independent checker, never by the solver."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nennep.planning.choices import Mode, Promise, WishKind
from nennep.planning.rules.building import KnownVisit, Wish
from nennep.planning.rules.checker import find_faults, recount_levels, recount_unevenness
from nennep.planning.rules.comparing import PlannedVisit
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import PastVisit, VisitProblem

# The number of the checker's rule, and its words where one rule holds several promises.
_PROMISE_OF = {
    (1, "no meeting of the cell"): Promise.MEETING,
    (1, "outside the area"): Promise.AREA,
    (1, "excluded cell"): Promise.AREA,
    (1, "unavailable"): Promise.FREE_DAY,
    (2, "second visit of the day"): Promise.LIMITS,
    (2, "month full"): Promise.LIMITS,
    (3, "two officials at one meeting"): Promise.ALONE,
    (4, "locked, but not in the plan"): Promise.KEPT,
    (5, "another official follows the cell"): Promise.FOLLOWER,
    (5, "follows too many cells"): Promise.FOLLOWER,
}


@dataclass(frozen=True, slots=True)
class PromiseState:
    """One promise: in how many places it is broken, and by which visits where single ones break it."""

    promise: Promise
    broken: int
    visits: tuple[PlacedVisit, ...] = ()


def check_promises(
    problem: VisitProblem, visits: Sequence[PlacedVisit], *, levels: Sequence[int] = (), uneven: int | None = None
) -> tuple[PromiseState, ...]:
    """Every promise that the problem makes, in the order of `Promise`.

    `levels` and `uneven` are what the plan reached when it was solved: what it could not reach it did not promise.
    Visits of nobody, or of no cell, of the problem are left out: they belong to no promise.
    """
    known = [one for one in visits if one.official in problem.official_of and one.cell in problem.cell_of]
    broken: dict[Promise, list[PlacedVisit]] = {}
    for fault in find_faults(problem, known):
        promise = _PROMISE_OF.get((fault.rule, fault.text))
        if promise is not None:
            broken.setdefault(promise, []).append(fault.visit)
    counts = _count_levels(problem, known, levels, uneven)
    return tuple(
        PromiseState(promise, counts.get(promise, len(set(broken.get(promise, ())))), tuple(_sorted(broken, promise)))
        for promise in Promise
        if _is_made(promise, problem)
    )


def _sorted(broken: dict[Promise, list[PlacedVisit]], promise: Promise) -> list[PlacedVisit]:
    return sorted(set(broken.get(promise, ())))


def _count_levels(
    problem: VisitProblem, visits: Sequence[PlacedVisit], levels: Sequence[int], uneven: int | None
) -> dict[Promise, int]:
    owed, left_out, _dropped, _cost = recount_levels(problem, visits)
    reached_owed, reached_left = levels[:2] if levels else (0, 0)
    return {
        Promise.OWED: max(0, owed - reached_owed),
        Promise.WANTED: max(0, left_out - reached_left),
        Promise.QUARTERS: max(0, recount_unevenness(visits) - (1 if uneven is None else uneven)),
    }


def _is_made(promise: Promise, problem: VisitProblem) -> bool:
    if promise == Promise.FOLLOWER:
        return problem.mode == Mode.FOLLOWER
    if promise == Promise.ALONE:
        return not problem.joint_visits
    return promise != Promise.QUARTERS or problem.spread_quarters


def renew_problem(
    problem: VisitProblem, *, meetings: dict[str, tuple[date, ...]], books: Iterable[KnownVisit]
) -> VisitProblem:
    """The problem as it was solved, with the meetings that are called by now and what has happened or been confirmed since."""
    locked = {
        (one.official, one.cell, one.on)
        for one in books
        if one.locked and one.official in problem.official_of and one.cell in problem.cell_of
    }
    before = [one for one in problem.previous if (one.official, one.cell, one.date) not in locked]
    since = [PastVisit(official, cell, on, locked=True) for official, cell, on in sorted(locked)]
    cells = tuple(
        replace(cell, meetings=tuple(sorted({*cell.meetings, *meetings.get(cell.id, ())}))) for cell in problem.cells
    )
    return replace(problem, cells=cells, previous=(*before, *since))


def is_fulfilled(wish: Wish, visits: Iterable[PlannedVisit]) -> bool:
    """Whether the visits are as the wish wants them."""
    mine = [visit for visit in visits if visit.official == wish.official]
    if wish.kind == WishKind.PIN:
        return any((visit.cell, visit.on) == (wish.cell, wish.on) for visit in mine)
    if wish.kind == WishKind.FORBID_DAY:
        return all(visit.on != wish.on for visit in mine)
    return all(visit.cell != wish.cell for visit in mine)
