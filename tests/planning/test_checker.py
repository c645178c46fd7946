"""The independent checker: each rule broken once, and what locked visits may do."""

from typing import Any

import pytest

from nennep.planning.rules.checker import find_faults, find_faults_of_locked, recount_levels
from nennep.planning.rules.plan import Levels, PlacedVisit, measure_kilometres, measure_levels
from nennep.planning.rules.problem import VisitProblem
from tests.factories.planning import cell_data, make_problem, official_data, visit

LOCK = {"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": True}


def rules_broken(problem: VisitProblem, *visits: PlacedVisit) -> list[tuple[int, str]]:
    return [(fault.rule, fault.text) for fault in find_faults(problem, visits)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"area": []}, "outside the area"),
        ({"excluded_cells": ["c1"]}, "excluded cell"),
        ({"unavailable": [["2027-01-01", "2027-01-05"]]}, "unavailable"),
    ],
)
def test_rule_1_where_an_official_may_go(changes: dict[str, Any], fault: str) -> None:
    problem = make_problem(officials=[official_data(**changes)])
    assert rules_broken(problem, visit("o1", "c1", "2027-01-05")) == [(1, fault)]


def test_rule_1_only_meetings() -> None:
    assert rules_broken(make_problem(), visit("o1", "c1", "2027-01-06")) == [(1, "no meeting of the cell")]
    assert rules_broken(make_problem(), visit("o1", "c1", "2027-01-05")) == []


def test_rule_2_one_a_day_and_the_month() -> None:
    cells = [cell_data(1), cell_data(2, meetings=["2027-01-05", "2027-01-06"])]
    day = [visit("o1", "c1", "2027-01-05"), visit("o1", "c2", "2027-01-05")]
    assert rules_broken(make_problem(cells=cells), *day) == [(2, "second visit of the day")] * 2
    month = [visit("o1", "c1", "2027-01-05"), visit("o1", "c2", "2027-01-06")]
    assert rules_broken(make_problem(cells=cells), *month) == []
    assert (
        rules_broken(make_problem(cells=cells, officials=[official_data(max_per_month=1)]), *month)
        == [(2, "month full")] * 2
    )


def test_rule_3_one_official_a_meeting() -> None:
    officials = [official_data(1), official_data(2)]
    both = [visit("o1", "c1", "2027-01-05"), visit("o2", "c1", "2027-01-05")]
    assert rules_broken(make_problem(officials=officials), *both) == [(3, "two officials at one meeting")] * 2
    assert rules_broken(make_problem(officials=officials, joint_visits=True), *both) == []


def test_rule_4_locked_visits_stay_and_count() -> None:
    problem = make_problem(officials=[official_data(max_per_month=0)], previous=[LOCK])
    assert rules_broken(problem, visit("o1", "c1", "2027-01-05")) == []
    assert rules_broken(problem) == [(4, "locked, but not in the plan")]
    full = make_problem(
        cells=[cell_data(1), cell_data(2, meetings=["2027-01-20"])],
        officials=[official_data(max_per_month=1)],
        previous=[LOCK],
    )
    added = [visit("o1", "c1", "2027-01-05"), visit("o1", "c2", "2027-01-20")]
    assert rules_broken(full, *added) == [(2, "month full")]


def test_locked_visits_are_irregular_without_being_accused() -> None:
    problem = make_problem(officials=[official_data(max_per_month=0)], previous=[LOCK, LOCK | {"date": "2027-03-06"}])
    assert [(fault.rule, fault.visit.date.month, fault.text) for fault in find_faults_of_locked(problem)] == [
        (1, 3, "no meeting of the cell"),
        (2, 1, "month full"),
        (2, 3, "month full"),
    ]
    assert find_faults_of_locked(make_problem(previous=[LOCK])) == []


def test_rule_5_one_follower_a_cell() -> None:
    officials = [official_data(1), official_data(2)]
    problem = make_problem(mode="follower", officials=officials, previous=[LOCK])
    visits = [visit("o1", "c1", "2027-01-05"), visit("o2", "c1", "2027-02-05")]
    assert rules_broken(problem, *visits) == [(5, "another official follows the cell")]
    assert rules_broken(make_problem(officials=officials, previous=[LOCK]), *visits) == []


def test_rule_5_not_too_many_cells() -> None:
    cells = [cell_data(1), cell_data(2, meetings=["2027-02-07"])]
    problem = make_problem(mode="follower", cells=cells, max_cells_per_official=1, previous=[LOCK])
    visits = [visit("o1", "c1", "2027-01-05"), visit("o1", "c2", "2027-02-07")]
    assert rules_broken(problem, *visits) == [(5, "follows too many cells")]


def test_a_visit_stands_once_and_names_somebody() -> None:
    twice = [visit("o1", "c1", "2027-01-05")] * 2
    assert (0, "stands 2 times") in rules_broken(make_problem(), *twice)
    assert rules_broken(make_problem(), visit("o9", "c1", "2027-01-05")) == [(0, "nobody, or no cell, of the problem")]


def test_levels_of_a_plan() -> None:
    """Three visits where one is owed, a cell without any, an earlier visit given up."""
    problem = make_problem(
        officials=[official_data(1), official_data(2, min_visits=2, home=None)],
        cells=[cell_data(1), cell_data(2, min_visits=2, priority=5)],
        previous=[{"official": "o2", "cell": "c2", "date": "2027-01-05", "locked": False}],
    )
    visits = [visit("o1", "c1", day) for day in ("2027-01-05", "2027-02-05", "2027-03-05")]
    assert measure_levels(problem, visits) == recount_levels(problem, visits) == Levels(2, 10, 1, 3 * 24 + 20 * 2)


@pytest.mark.parametrize(
    ("home", "position", "kilometres"),
    [
        ([21.0285, 105.8542], [10.8231, 106.6297], 1138),  # Hà Nội to Thành phố Hồ Chí Minh
        ([0.0, 0.0], [0.0, 180.0], 20015),  # half way around
        ([89.9, 0.0], [89.9, 180.0], 22),
        ([21.0, 104.0], [21.0, 104.0], 0),
        ([21.0, 104.0], None, 0),
        (None, [21.0, 104.0], 0),
    ],
)
def test_kilometres(home: list[float] | None, position: list[float] | None, kilometres: int) -> None:
    problem = make_problem(officials=[official_data(home=home)], cells=[cell_data(position=position)])
    assert measure_kilometres(problem.officials[0], problem.cells[0]) == kilometres
    assert recount_levels(problem, [visit("o1", "c1", "2027-01-05")])[3] == kilometres
