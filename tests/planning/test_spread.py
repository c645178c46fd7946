"""Even quarters and days that lie apart: against every other plan, and never at the cost of a visit."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings

from nennep.planning.choices import PlanStatus
from nennep.planning.rules.checker import find_faults, recount_levels, recount_unevenness
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import VisitProblem, read_problem
from nennep.planning.rules.spread import count_close, count_quarters, measure_unevenness
from nennep.planning.solver import solve
from tests.factories.planning import (
    QUARTER_DAYS,
    cell_data,
    list_valid,
    make_problem,
    official_data,
    problem_data,
    tiny_problems,
    visit,
)

YEAR_DAYS = [f"2027-{month:02}-05" for month in range(1, 13)]


def make_commune(**changes: Any) -> dict[str, Any]:
    """Four officials who owe four visits each, eight cells that want two, a meeting every month."""
    cells = [
        cell_data(number, min_visits=2, position=None, meetings=[day[:-1] + str(number) for day in YEAR_DAYS])
        for number in range(1, 9)
    ]
    officials = [official_data(number, min_visits=4, home=None) for number in range(1, 5)]
    return problem_data(cells=cells, officials=officials, **changes)


@settings(max_examples=60, deadline=None)
@given(problem=tiny_problems("free", QUARTER_DAYS, spread_quarters=True))
def test_no_plan_as_good_is_more_even(problem: VisitProblem) -> None:
    plan = solve(problem)
    plans = list_valid(problem)
    assert find_faults(problem, plan.visits) == []
    best = min((recount_levels(problem, one), recount_unevenness(one)) for one in plans)
    assert (plan.levels, plan.uneven) == best
    assert (plan.uneven, plan.uneven_bound) == (recount_unevenness(plan.visits), plan.uneven)
    assert (plan.bounds, plan.status) == (plan.levels, PlanStatus.OPTIMAL)


def read_follows(visits: Sequence[PlacedVisit]) -> Counter[tuple[str, str]]:
    return Counter((one.official, one.cell) for one in visits)


def make_only_one_to_choose() -> VisitProblem:
    """One visit is left to an official who has a locked one at the same cell in February: January is close to it, October is not."""
    return make_problem(
        mode="follower",
        officials=[official_data(min_visits=2)],
        cells=[cell_data(min_visits=2, meetings=["2027-01-05", "2027-10-05"])],
        previous=[{"official": "o1", "cell": "c1", "date": "2027-02-05", "locked": True}],
    )


@settings(max_examples=60, deadline=None)
@given(problem=tiny_problems("follower", QUARTER_DAYS))
@example(problem=make_only_one_to_choose())
def test_no_other_days_of_the_same_followers_lie_further_apart(problem: VisitProblem) -> None:
    plan = solve(problem)
    assert find_faults(problem, plan.visits) == []
    alike = [one for one in list_valid(problem) if recount_levels(problem, one) == plan.levels]
    same = [one for one in alike if read_follows(one) == read_follows(plan.visits)]
    assert count_close(plan.visits) == min(count_close(one) for one in same)


@pytest.mark.parametrize("mode", ["free", "follower"])
def test_a_year_is_even_without_a_visit_or_a_cell_less(mode: str) -> None:
    without = solve(read_problem(make_commune(mode=mode)))
    problem = read_problem(make_commune(mode=mode, spread_quarters=True))
    plan = solve(problem)
    assert find_faults(problem, plan.visits) == []
    assert (plan.levels, plan.status) == (without.levels, PlanStatus.OPTIMAL)
    assert count_quarters(plan.visits) == (4, 4, 4, 4)
    assert (plan.uneven, plan.uneven_bound, without.uneven) == (0, 0, None)
    assert plan.to_json()["uneven"] == 0
    assert "uneven" not in without.to_json()
    assert {one.cell for one in plan.visits} == {one.cell for one in without.visits}


def test_a_follower_comes_to_a_cell_in_months_apart_and_has_even_months() -> None:
    plan = solve(read_problem(make_commune(mode="follower")))
    months = Counter((one.official, one.date.month) for one in plan.visits)
    assert (count_close(plan.visits), max(months.values())) == (0, 1)


def test_quarters_that_are_over_count_as_they_were() -> None:
    """Nothing was done until June: what is left is even over two quarters."""
    data = make_commune(spread_quarters=True)
    for cell in data["cells"]:
        cell["meetings"] = cell["meetings"][6:]
    plan = solve(read_problem(data))
    assert (count_quarters(plan.visits), plan.uneven) == ((0, 0, 8, 8), 8)
    assert plan.status == PlanStatus.OPTIMAL


def test_close_is_the_same_or_the_next_month_of_one_cell() -> None:
    january, february, march = (visit("o1", "c1", f"2027-0{month}-05") for month in (1, 2, 3))
    assert count_close([january, february, march, visit("o1", "c2", "2027-01-06")]) == 2
    assert count_close([january, march]) == 0
    assert (measure_unevenness([january]), measure_unevenness([])) == (1, 0)


def test_nobody_and_nowhere() -> None:
    plan = solve(make_problem(officials=[], cells=[], spread_quarters=True))
    assert (plan.uneven, plan.uneven_bound, plan.status) == (0, 0, PlanStatus.OPTIMAL)
