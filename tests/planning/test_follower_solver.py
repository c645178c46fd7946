"""`follower` mode: valid, optimal where trying everything says what that is, and honest bounds."""

from hypothesis import given, settings

from nennep.planning.choices import PlanStatus
from nennep.planning.rules.checker import find_faults, recount_levels
from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.problem import Problem, read_problem
from nennep.planning.solver import solve
from tests.factories.planning import best_levels, read_sample, tiny_problems


@settings(max_examples=200, deadline=None)
@given(problem=tiny_problems("follower"))
def test_no_plan_is_better(problem: Problem) -> None:
    plan = solve(problem)
    assert find_faults(problem, plan.visits) == []
    assert plan.levels == recount_levels(problem, plan.visits) == best_levels(problem)
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)


def test_a_commune_year_is_proven() -> None:
    problem = read_problem(read_sample("commune-follower"))
    plan = solve(problem, seconds=60)
    assert plan.levels == plan.bounds == (0, 0, 0, 2860)
    assert find_faults(problem, plan.visits) == []
    assert recount_levels(problem, plan_greedily(problem)) == (0, 0, 0, 3643)
