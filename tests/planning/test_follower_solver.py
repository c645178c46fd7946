"""`follower` mode: valid, optimal where trying everything says what that is, and honest bounds."""

from functools import cache

from hypothesis import given, settings

from nennep.planning.choices import PlanStatus
from nennep.planning.rules.checker import find_faults, recount_levels
from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.plan import Plan, SolverProgress
from nennep.planning.rules.problem import VisitProblem, read_problem
from nennep.planning.solver import solve
from tests.factories.planning import best_levels, cell_data, make_problem, official_data, read_sample, tiny_problems


@settings(max_examples=200, deadline=None)
@given(problem=tiny_problems("follower"))
def test_no_plan_is_better(problem: VisitProblem) -> None:
    plan = solve(problem)
    assert find_faults(problem, plan.visits) == []
    assert plan.levels == recount_levels(problem, plan.visits) == best_levels(problem)
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)


@cache
def plan_commune() -> Plan:
    return solve(read_problem(read_sample("commune-follower")), seconds=60, seed=5)


def test_a_commune_year_is_proven() -> None:
    problem = read_problem(read_sample("commune-follower"))
    plan = plan_commune()
    assert plan.levels == plan.bounds == (0, 0, 0, 2860)
    assert find_faults(problem, plan.visits) == []
    assert recount_levels(problem, plan_greedily(problem)) == (0, 0, 0, 3643)


def test_a_search_that_is_cut_is_honest() -> None:
    problem = read_problem(read_sample("commune-follower"))
    steps: list[SolverProgress] = []
    plan = solve(problem, seconds=0.01, report=steps.append)
    assert (plan.status, find_faults(problem, plan.visits)) == (PlanStatus.FEASIBLE, [])
    assert plan.levels[:3] == plan.bounds[:3] == (0, 0, 0)
    assert plan.bounds.cost <= 2860 <= plan.levels.cost
    assert (steps[-1].levels, steps[-1].bounds) == (plan.levels, plan.bounds)


def test_a_follower_who_falls_out_is_replaced_with_the_fewest_changes() -> None:
    """Somebody follows two cells; from March on another official may have only the one not visited yet."""
    past = [
        {"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": True},
        {"official": "o1", "cell": "c1", "date": "2027-03-05", "locked": False},
        {"official": "o1", "cell": "c2", "date": "2027-04-05", "locked": False},
    ]
    problem = make_problem(
        mode="follower",
        officials=[official_data(1, unavailable=[["2027-03-01", "2027-12-31"]]), official_data(2)],
        cells=[cell_data(1, min_visits=2), cell_data(2, meetings=["2027-04-05", "2027-05-05"])],
        previous=past,
    )
    plan = solve(problem)
    assert plan.levels[:3] == plan.bounds[:3] == (0, 0, 2)
    assert [(one.official, one.cell, one.date.month) for one in plan.visits][:2] == [("o1", "c1", 1), ("o1", "c1", 2)]
    assert [one.official for one in plan.visits if one.cell == "c2"] == ["o2"]


def test_same_problem_same_plan() -> None:
    again = solve(read_problem(read_sample("commune-follower")), seconds=60, seed=5)
    assert again.visits == plan_commune().visits


def test_nobody_and_nowhere() -> None:
    assert solve(make_problem(mode="follower", officials=[], cells=[])).to_json()["levels"] == [0, 0, 0, 0]
    assert solve(make_problem(mode="follower", officials=[])).levels == (0, 3, 0, 0)
    assert solve(make_problem(mode="follower", cells=[])).levels == (1, 0, 0, 0)


def test_huge_numbers_are_only_impossible() -> None:
    huge = 1_000_000
    officials = [official_data(number, min_visits=huge, max_per_month=huge) for number in (1, 2)]
    cells = [cell_data(number, min_visits=huge, priority=huge - number) for number in (1, 2, 3)]
    problem = make_problem(mode="follower", officials=officials, cells=cells, max_cells_per_official=huge)
    plan = solve(problem)
    assert plan.levels[0] == 2 * huge - 6
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)
    assert find_faults(problem, plan.visits) == []
