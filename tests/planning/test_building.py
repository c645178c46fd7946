"""From facts to the problem, and what priorities, comparisons and reach come to. Pure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.planning.choices import Mode, WishKind
from nennep.planning.rules.building import (
    CellInput,
    KnownVisit,
    OfficialFacts,
    PlanFacts,
    Wish,
    build_problem,
    owed_of,
    real_cell,
    want_of,
)
from nennep.planning.rules.comparing import Exchange, PlannedVisit, compare, measure_reach
from nennep.planning.rules.priority import Signs, find_reasons, measure_priority
from nennep.planning.rules.problem import read_problem
from nennep.planning.rules.settings import PlanSettings, Weights

JANUARY, APRIL = date(2027, 1, 5), date(2027, 4, 5)


def make_official(**fields: object) -> OfficialFacts:
    usual = {
        "id": "o1", "name": "Lò Văn A", "office": "commune_committee", "office_name": "Đảng ủy viên", "owed": 6, "cells": None,
    }  # fmt: skip
    return OfficialFacts(**(usual | fields))  # type: ignore[arg-type]


def make_cell(id: str = "c1", **fields: object) -> CellInput:  # noqa: A002
    usual = {"id": id, "name": f"Chi bộ {id}", "meetings": (JANUARY, APRIL), "signs": Signs(70, months_without_visit=1)}
    return CellInput(**(usual | fields))  # type: ignore[arg-type]


def make_facts(*visits: KnownVisit, **fields: object) -> PlanFacts:
    return PlanFacts(2027, (make_official(**fields),), (make_cell("c1"), make_cell("c2")), visits)


def test_the_problem_says_what_the_ledger_and_the_settings_say() -> None:
    facts = make_facts(cells=frozenset({"c2"}), own_cells=frozenset({"c1"}), away=((JANUARY, JANUARY),))
    problem = build_problem(facts, PlanSettings(visits_per_cell=2, max_per_month=3, most_cells=4))
    assert problem == {
        "year": 2027,
        "mode": "free",
        "officials": [
            {
                "id": "o1",
                "office": "commune_committee",
                "min_visits": 6,
                "max_per_month": 3,
                "unavailable": [["2027-01-05", "2027-01-05"]],
                "excluded_cells": ["c1"],
                "area": ["c2"],
            }
        ],
        "cells": [
            {"id": "c1", "min_visits": 2, "priority": 1, "meetings": ["2027-01-05", "2027-04-05"]},
            {"id": "c2", "min_visits": 2, "priority": 1, "meetings": ["2027-01-05", "2027-04-05"]},
        ],
        "previous": [],
        "joint_visits": False,
        "spread_quarters": False,
        "max_cells_per_official": 4,
    }


def test_wishes_become_locks_days_away_and_cells_left_out() -> None:
    facts = make_facts(KnownVisit("o1", "c1", JANUARY, locked=False))
    wishes = [
        Wish(WishKind.PIN, "o1", "c1", JANUARY),
        Wish(WishKind.FORBID_DAY, "o1", on=APRIL),
        Wish(WishKind.FORBID_CELL, "o1", "c2"),
    ]
    problem = build_problem(facts, PlanSettings(), wishes)
    assert problem["previous"] == [{"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": True}]
    assert problem["officials"][0]["unavailable"] == [["2027-04-05", "2027-04-05"]]
    assert problem["officials"][0]["excluded_cells"] == ["c2"]


@pytest.mark.parametrize("mode", [Mode.FREE, Mode.FOLLOWER])
def test_even_quarters_change_neither_the_mode_nor_what_is_wanted(mode: Mode) -> None:
    facts = make_facts(KnownVisit("o1", "c1", APRIL, locked=True), cells=frozenset({"c1"}))
    problem = build_problem(facts, PlanSettings(mode=mode, visits_per_cell=2, by_quarter=True))
    without = build_problem(facts, PlanSettings(mode=mode, visits_per_cell=2))
    assert (problem["mode"], problem) == (str(mode), without | {"spread_quarters": True})


def test_plans_of_older_versions_name_a_cell_and_a_quarter() -> None:
    assert (real_cell("c1|2"), real_cell("c1")) == ("c1", "c1")


def test_visits_of_somebody_or_some_cell_outside_the_plan_are_left_out() -> None:
    facts = make_facts(KnownVisit("x", "c1", JANUARY, locked=True), KnownVisit("o1", "x", JANUARY, locked=True))
    assert build_problem(facts, PlanSettings())["previous"] == []


def test_a_number_set_by_hand_goes_before_the_regulation() -> None:
    official = make_official()
    assert owed_of(official, PlanSettings()) == 6
    assert owed_of(official, PlanSettings(office_visits={"commune_committee": 8})) == 8
    assert owed_of(official, PlanSettings(office_visits={"commune_committee": 8}, official_visits={"o1": 0})) == 0
    assert owed_of(make_official(owed=None), PlanSettings()) == 0


def test_priority_adds_the_points_of_each_sign_with_its_fact() -> None:
    signs = Signs(70, score=62.0, score_before=75.5, months_without_visit=7, is_weak=True, open_petitions=3)
    reasons = find_reasons(signs, Weights())
    assert [(reason.points, reason.words) for reason in reasons] == [
        (3, "Trong danh sách cần củng cố"),
        (2, "Điểm sinh hoạt ba tháng gần đây chỉ 62,0"),
        (2, "Điểm giảm từ 75,5 xuống 62,0"),
        (2, "7 tháng chưa có cán bộ về dự"),
        (1, "3 kiến nghị chưa xong"),
    ]
    assert measure_priority(reasons) == 11


@pytest.mark.parametrize(("fair_from", "points"), [(62, []), (63, [2])])
def test_poor_is_what_the_rules_of_the_cell_do_not_call_fair(fair_from: int, points: list[int]) -> None:
    reasons = find_reasons(Signs(fair_from, score=62.0, months_without_visit=1), Weights())
    assert [reason.points for reason in reasons] == points


def test_a_sign_without_weight_is_not_named() -> None:
    weights = Weights(long_without_visit=0)
    assert find_reasons(Signs(70, months_without_visit=None), weights) == ()
    assert want_of(make_cell(), PlanSettings(priorities={"c1": 40})).priority == 40


def visit(day: date, official: str, cell: str) -> PlannedVisit:
    return PlannedVisit(day, official, cell)


def test_a_visit_that_goes_and_one_of_the_same_cell_that_comes_are_one_exchange() -> None:
    known = [KnownVisit("o1", "c1", JANUARY, locked=False), KnownVisit("o1", "c2", JANUARY, locked=False)]
    planned = [visit(JANUARY, "o2", "c1"), visit(APRIL, "o3", "c1")]
    assert compare(known, planned) == (
        Exchange(visit(JANUARY, "o1", "c1"), visit(JANUARY, "o2", "c1")),
        Exchange(visit(JANUARY, "o1", "c2"), None),
        Exchange(None, visit(APRIL, "o3", "c1")),
    )


_VISITS = st.sets(
    st.builds(
        visit,
        st.integers(0, 300).map(lambda days: date(2027, 1, 1) + timedelta(days=days)),
        st.sampled_from(["o1", "o2"]),
        st.sampled_from(["c1", "c2", "c3"]),
    ),
    max_size=12,
)


@given(before=_VISITS, after=_VISITS)
def test_doing_every_exchange_leads_from_the_books_to_the_plan(
    before: set[PlannedVisit], after: set[PlannedVisit]
) -> None:
    changes = compare([KnownVisit(one.official, one.cell, one.on, locked=False) for one in before], after)
    gone = [change.before for change in changes if change.before]
    come = [change.after for change in changes if change.after]
    assert len(gone) == len(set(gone))
    assert len(come) == len(set(come))
    assert (before - set(gone)) | set(come) == after


def test_reach_counts_cells_and_quarters() -> None:
    visits = [visit(date(2027, month, 5), "o1", "c1") for month in (1, 4, 7, 10)] + [visit(JANUARY, "o1", "c2")]
    reach = measure_reach(["c1", "c2", "c3"], visits)
    assert (reach.cells, reach.visited, reach.every_quarter, reach.by_quarter) == (3, 2, 1, (2, 1, 1, 1))


@pytest.mark.parametrize("by_quarter", [False, True])
def test_the_problem_is_never_malformed(by_quarter: bool) -> None:
    facts = make_facts(KnownVisit("o1", "c1", JANUARY, locked=True), away=((JANUARY, APRIL),))
    problem = read_problem(build_problem(facts, PlanSettings(by_quarter=by_quarter)))
    assert (len(problem.cells), problem.spread_quarters) == (2, by_quarter)


def test_settings_survive_being_stored() -> None:
    settings = PlanSettings(
        mode=Mode.FOLLOWER, visits_per_cell=3, weights=Weights(weak=0), priorities={"c1": 4}, office_visits={"a": 6}
    )
    assert PlanSettings.from_json(settings.to_json()) == settings
    assert PlanSettings.from_json({}) == PlanSettings()
