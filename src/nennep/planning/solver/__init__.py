"""The visit planner: the one door to OR-Tools. Plain data in, plain data out (docs/adr/0015)."""

import time
from collections.abc import Callable

from nennep.planning.choices import DEFAULT_SECONDS, Mode, PlanStatus
from nennep.planning.rules.plan import Plan, SolverProgress, as_visit, measure_levels
from nennep.planning.rules.problem import VisitProblem
from nennep.planning.rules.reasons import explain_unmet
from nennep.planning.rules.spread import measure_unevenness
from nennep.planning.solver.facts import gather_facts
from nennep.planning.solver.follower import solve_follower
from nennep.planning.solver.free import solve_free
from nennep.planning.solver.spread import bound_unevenness, even_quarters


def ignore_progress(_progress: SolverProgress) -> None:
    """Report no progress: for callers that only wait for the result."""


def solve(
    problem: VisitProblem,
    *,
    seconds: float = DEFAULT_SECONDS,
    seed: int = 0,
    report: Callable[[SolverProgress], None] = ignore_progress,
) -> Plan:
    """The best plan found, what it is worth and what is proven; never raises for a problem that cannot be satisfied.

    In free mode the plan is proven optimal and takes the time it takes (seconds for a province). In follower mode the
    search ends after `seconds`, or earlier when the plan is proven. The same problem and seed give the same plan, unless
    `seconds` cut the search. `report` hears of every step.
    """
    begun = time.monotonic()
    facts = gather_facts(problem)
    locked = [as_visit(past) for past in problem.locked]
    uneven_bound = None
    if problem.mode == Mode.FREE:
        added, bounds = solve_free(facts)
        if problem.spread_quarters:
            levels = measure_levels(problem, [*added, *locked])
            added, uneven_bound = even_quarters(facts, added, levels, seconds=seconds)
    else:
        added, bounds = solve_follower(facts, seconds=seconds, seed=seed, report=report)
        if problem.spread_quarters:
            uneven_bound = bound_unevenness(facts, len(added) + len(locked))
    visits = sorted([*added, *locked])
    levels = measure_levels(problem, visits)
    uneven = measure_unevenness(visits) if problem.spread_quarters else None
    seconds_taken = time.monotonic() - begun
    report(SolverProgress(4, levels, bounds, seconds_taken))
    return Plan(
        visits=tuple(visits),
        levels=levels,
        bounds=bounds,
        status=PlanStatus.OPTIMAL if (levels, uneven) == (bounds, uneven_bound) else PlanStatus.FEASIBLE,
        seconds=seconds_taken,
        unmet=explain_unmet(problem, visits),
        uneven=uneven,
        uneven_bound=uneven_bound,
    )
