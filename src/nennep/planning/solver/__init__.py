"""The visit planner: the one door to OR-Tools. Plain data in, plain data out (docs/adr/0015)."""

import time
from collections.abc import Callable

from nennep.planning.choices import DEFAULT_SECONDS, Mode, PlanStatus
from nennep.planning.rules.plan import Plan, SolverProgress, as_visit, measure_levels
from nennep.planning.rules.problem import VisitProblem
from nennep.planning.rules.reasons import explain_unmet
from nennep.planning.solver.facts import gather_facts
from nennep.planning.solver.follower import solve_follower
from nennep.planning.solver.free import solve_free


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
    if problem.mode == Mode.FREE:
        added, bounds = solve_free(facts)
    else:
        added, bounds = solve_follower(facts, seconds=seconds, seed=seed, report=report)
    visits = sorted([*added, *(as_visit(past) for past in problem.locked)])
    levels = measure_levels(problem, visits)
    seconds_taken = time.monotonic() - begun
    report(SolverProgress(4, levels, bounds, seconds_taken))
    return Plan(
        visits=tuple(visits),
        levels=levels,
        bounds=bounds,
        status=PlanStatus.OPTIMAL if levels == bounds else PlanStatus.FEASIBLE,
        seconds=seconds_taken,
        unmet=explain_unmet(problem, visits),
    )
