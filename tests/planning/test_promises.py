"""Which promises visits on hand keep: each broken alone, and against every plan of small problems."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nennep.planning.choices import Promise, WishKind
from nennep.planning.rules.building import KnownVisit, Wish
from nennep.planning.rules.checker import recount_levels, recount_unevenness
from nennep.planning.rules.comparing import PlannedVisit
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import VisitProblem
from nennep.planning.rules.promises import check_promises, is_fulfilled, renew_problem
from nennep.planning.solver import solve
from tests.factories.planning import (
    QUARTER_DAYS,
    cell_data,
    list_valid,
    make_problem,
    official_data,
    tiny_problems,
    visit,
)

TWO = {"officials": [official_data(1), official_data(2)], "cells": [cell_data(1), cell_data(2)]}
JANUARY = date(2027, 1, 5)


def list_broken(problem: VisitProblem, *visits: PlacedVisit, **reached: Any) -> dict[Promise, int]:
    states = check_promises(problem, visits, **reached)
    return {state.promise: state.broken for state in states if state.broken}


def test_a_plan_that_keeps_all_says_so_of_each_that_was_made() -> None:
    good = [visit("o1", "c1", "2027-01-05"), visit("o2", "c2", "2027-02-05")]
    states = check_promises(make_problem(**TWO), good)
    assert [(state.promise, state.broken) for state in states] == [
        (promise, 0) for promise in Promise if promise not in {Promise.FOLLOWER, Promise.QUARTERS}
    ]
    together = check_promises(make_problem(**TWO, mode="follower", joint_visits=True, spread_quarters=True), good)
    assert {state.promise for state in together} == set(Promise) - {Promise.ALONE}


@pytest.mark.parametrize(
    ("changes", "days", "broken"),
    [
        ({}, ["2027-01-06", "2027-02-05"], {Promise.MEETING: 1}),
        ({"area": ["c2"]}, ["2027-01-05", "2027-02-05"], {Promise.AREA: 2}),
        ({"excluded_cells": ["c1"]}, ["2027-01-05", "2027-02-05"], {Promise.AREA: 2}),
        ({"unavailable": [["2027-02-01", "2027-02-28"]]}, ["2027-01-05", "2027-02-05"], {Promise.FREE_DAY: 1}),
        ({"max_per_month": 0}, ["2027-01-05", "2027-02-05"], {Promise.LIMITS: 2}),
        ({"min_visits": 3}, ["2027-01-05", "2027-02-05"], {Promise.OWED: 1}),
    ],
    ids=["meeting", "area", "own-cell", "away", "month", "owed"],
)
def test_each_promise_to_an_official_is_broken_alone(
    changes: dict[str, Any], days: list[str], broken: dict[Promise, int]
) -> None:
    problem = make_problem(officials=[official_data(1, **changes)], cells=[cell_data(1), cell_data(2, min_visits=0)])
    assert list_broken(problem, *(visit("o1", "c1", day) for day in days)) == broken


def test_promises_to_cells_and_of_the_whole() -> None:
    first, second = visit("o1", "c1", "2027-01-05"), visit("o2", "c1", "2027-01-05")
    assert list_broken(make_problem(**TWO), first, second) == {Promise.ALONE: 2, Promise.WANTED: 3}
    follower = make_problem(**TWO, mode="follower", joint_visits=True)
    assert list_broken(follower, first, second) == {Promise.FOLLOWER: 2, Promise.WANTED: 3}
    even = make_problem(**TWO, spread_quarters=True)
    apart = [visit("o1", "c1", "2027-01-05"), visit("o2", "c2", "2027-02-05")]
    assert list_broken(even, *apart, uneven=1) == {Promise.QUARTERS: 1}
    assert list_broken(even, *apart, uneven=2) == {}
    locked = [{"official": "o1", "cell": "c2", "date": "2027-03-05", "locked": True}]
    assert list_broken(make_problem(**TWO, previous=locked), *apart) == {Promise.KEPT: 1}


def test_what_could_not_be_reached_was_not_promised() -> None:
    problem = make_problem(officials=[official_data(min_visits=5)], cells=[cell_data(min_visits=5)])
    made = [visit("o1", "c1", "2027-01-05"), visit("o1", "c1", "2027-02-05")]
    assert list_broken(problem, *made, levels=(3, 9, 0, 0)) == {}
    assert list_broken(problem, *made[:1], levels=(3, 9, 0, 0)) == {Promise.OWED: 1, Promise.WANTED: 3}


def test_visits_of_nobody_the_problem_knows_belong_to_no_promise() -> None:
    stranger, good = visit("o9", "c1", "2027-01-05"), visit("o1", "c1", "2027-02-05")
    assert list_broken(make_problem(), stranger, good) == {}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), problem=tiny_problems("free", QUARTER_DAYS, spread_quarters=True))
def test_the_plan_that_is_solved_keeps_all_and_another_only_if_it_is_as_good(
    data: st.DataObject, problem: VisitProblem
) -> None:
    plan = solve(problem)
    reached: dict[str, Any] = {"levels": plan.levels, "uneven": plan.uneven}
    assert list_broken(problem, *plan.visits, **reached) == {}
    other = data.draw(st.sampled_from(list_valid(problem)))
    owed, left_out, _dropped, _cost = recount_levels(problem, other)
    expected = {
        Promise.OWED: owed - plan.levels.owed,
        Promise.WANTED: left_out - plan.levels.left_out,
        Promise.QUARTERS: recount_unevenness(other) - (plan.uneven or 0),
    }
    assert list_broken(problem, *other, **reached) == {name: more for name, more in expected.items() if more > 0}


def test_a_meeting_that_was_moved_and_a_visit_that_happened_are_no_broken_promise() -> None:
    problem = make_problem(previous=[{"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": False}])
    books = [KnownVisit("o1", "c1", JANUARY, locked=True), KnownVisit("o9", "c1", JANUARY, locked=True)]
    renewed = renew_problem(problem, meetings={"c1": (date(2027, 4, 9),)}, books=books)
    assert [past.locked for past in renewed.previous] == [True]
    assert renewed.cells[0].meetings[-1] == date(2027, 4, 9)
    assert list_broken(renewed, visit("o1", "c1", "2027-01-05"), visit("o1", "c1", "2027-04-09")) == {}
    assert list_broken(renewed, visit("o1", "c1", "2027-04-09")) == {Promise.KEPT: 1}


def test_wishes_are_fulfilled_or_not() -> None:
    planned = [PlannedVisit(JANUARY, "o1", "c1")]
    other = date(2027, 2, 5)
    wishes = [
        Wish(WishKind.PIN, "o1", "c1", JANUARY),
        Wish(WishKind.PIN, "o1", "c1", other),
        Wish(WishKind.FORBID_DAY, "o1", on=JANUARY),
        Wish(WishKind.FORBID_DAY, "o1", on=other),
        Wish(WishKind.FORBID_CELL, "o1", "c1"),
        Wish(WishKind.FORBID_CELL, "o2", "c1"),
    ]
    assert [is_fulfilled(wish, planned) for wish in wishes] == [True, False, False, True, False, True]
