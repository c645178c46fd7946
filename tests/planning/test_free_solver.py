"""`free` mode: optimal on every level, as trying everything says and as the samples know."""

import pytest
from hypothesis import given, settings

from nennep.planning.choices import PlanStatus
from nennep.planning.rules.checker import find_faults, recount_levels
from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.plan import as_visit
from nennep.planning.rules.problem import VisitProblem, read_problem
from nennep.planning.solver import solve
from nennep.planning.solver.facts import gather_facts
from nennep.planning.solver.free import _solve_by_steps, weigh_levels
from tests.factories.planning import (
    best_levels,
    cell_data,
    make_problem,
    official_data,
    read_sample,
    tiny_problems,
    visit,
)


@pytest.mark.parametrize("name", ["small", "commune", "commune-replan"])
def test_samples_reach_their_known_optimum(name: str) -> None:
    data = read_sample(name)
    problem = read_problem(data)
    plan = solve(problem)
    assert list(plan.levels) == data["known_optimum"]
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)
    assert find_faults(problem, plan.visits) == []
    assert recount_levels(problem, plan.visits) == plan.levels
    assert plan.levels <= recount_levels(problem, plan_greedily(problem))


@settings(max_examples=150, deadline=None)
@given(problem=tiny_problems("free"))
def test_no_plan_is_better(problem: VisitProblem) -> None:
    plan = solve(problem)
    assert find_faults(problem, plan.visits) == []
    assert plan.levels == recount_levels(problem, plan.visits) == best_levels(problem)
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)


def test_same_problem_same_plan() -> None:
    data = read_sample("commune")
    assert solve(read_problem(data), seed=3).visits == solve(read_problem(data), seed=3).visits


def test_a_replan_keeps_what_it_can() -> None:
    """One official drops out of a month: only their visits of that month are given up or handed on."""
    first = solve(read_problem(read_sample("commune")))
    data = read_sample("commune")
    data["previous"] = [
        {"official": one.official, "cell": one.cell, "date": one.date.isoformat(), "locked": False}
        for one in first.visits
    ]
    away = first.visits[0].official
    data["officials"] = [
        official | {"unavailable": [["2027-01-01", "2027-01-31"]]} if official["id"] == away else official
        for official in data["officials"]
    ]
    lost = [one for one in first.visits if one.official == away and one.date.month == 1]
    assert solve(read_problem(data)).levels[:3] == (0, 0, len(lost))


def test_huge_minimum_is_only_impossible() -> None:
    problem = make_problem(officials=[official_data(min_visits=1_000_000)], cells=[cell_data(priority=1_000_000)])
    plan = solve(problem)
    assert plan.levels[:3] == (999_997, 0, 0)
    assert [unmet.missing for unmet in plan.unmet] == [999_997]


def test_nobody_and_nowhere() -> None:
    assert solve(make_problem(officials=[], cells=[])).to_json()["levels"] == [0, 0, 0, 0]
    assert solve(make_problem(officials=[])).levels == (0, 3, 0, 0)
    assert solve(make_problem(cells=[])).levels == (1, 0, 0, 0)


def test_locked_visits_stay_and_count_even_where_they_break_the_rules() -> None:
    """Two on one day, one of them where the cell does not meet: both stand, and the month is full by them."""
    problem = make_problem(
        officials=[official_data(min_visits=3)],
        cells=[cell_data(1), cell_data(2, meetings=["2027-01-20"])],
        previous=[
            {"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": True},
            {"official": "o1", "cell": "c2", "date": "2027-01-05", "locked": True},
        ],
    )
    plan = solve(problem)
    assert {visit("o1", "c1", "2027-01-05"), visit("o1", "c2", "2027-01-05")} < set(plan.visits)
    assert find_faults(problem, plan.visits) == []
    assert plan.levels[:3] == (0, 0, 0)
    assert sorted(one.date.month for one in plan.visits) in ([1, 1, 2], [1, 1, 3])


def test_coarse_kilometres_prove_the_first_levels_and_bound_the_last() -> None:
    """What happens where the sum of levels does not fit the library's numbers."""
    problem = read_problem(read_sample("commune-replan"))
    facts = gather_facts(problem)
    plan = _solve_by_steps(facts, weigh_levels(facts, 8))
    visits = [*plan.visits, *(as_visit(past) for past in problem.locked)]
    levels = recount_levels(problem, visits)
    assert levels[:3] == plan.bounds[:3] == (0, 0, 2)
    assert plan.bounds.cost < 4516 <= levels[3]
    assert find_faults(problem, visits) == []
