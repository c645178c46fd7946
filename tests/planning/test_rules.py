"""Signs of need, shares of quarters, the order of changes, the plan that a hand would make: each at its limit."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from nennep.planning.choices import WishKind
from nennep.planning.rules.building import (
    CellInput,
    KnownVisit,
    OfficialFacts,
    PlanFacts,
    Wish,
    build_problem,
    quarter_of,
)
from nennep.planning.rules.checker import find_faults
from nennep.planning.rules.comparing import Exchange, PlannedVisit, compare, measure_reach
from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.order import Orders, Substitution, order_changes
from nennep.planning.rules.plan import as_visit
from nennep.planning.rules.priority import PriorityReason, Signs, find_reasons, measure_priority
from nennep.planning.rules.problem import MalformedProblem, VisitProblem, read_problem
from nennep.planning.rules.reasons import explain_unmet
from nennep.planning.rules.settings import PlanSettings, Weights
from tests.factories.planning import cell_data, make_problem, official_data, problem_data, tiny_problems, visit

JANUARY, FEBRUARY, MARCH = date(2027, 1, 5), date(2027, 2, 5), date(2027, 3, 5)
SEEN = Signs(fair_from=70, months_without_visit=0)

# ── signs ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        ({"score": 70.0}, []),
        ({"score": 69.9}, ["Điểm sinh hoạt ba tháng gần đây chỉ 69,9"]),
        ({"score": 80.0, "score_before": 85.0}, ["Điểm giảm từ 85,0 xuống 80,0"]),
        ({"score": 80.0, "score_before": 84.9}, []),
        ({"score_before": 85.0}, []),
        ({"score": 80.0}, []),
        ({"months_without_visit": 5}, []),
        ({"months_without_visit": 6}, ["6 tháng chưa có cán bộ về dự"]),
        ({"months_without_visit": None}, ["Chưa thấy lần nào có cán bộ về dự"]),
        ({"is_weak": True}, ["Trong danh sách cần củng cố"]),
        ({"is_remote": True}, ["Vùng sâu, đi lại khó"]),
        ({"open_petitions": 2}, []),
        ({"open_petitions": 3}, ["3 kiến nghị chưa xong"]),
    ],
)
def test_a_sign_of_need_begins_at_its_limit(signs: dict[str, Any], words: list[str]) -> None:
    given_signs = Signs(**({"fair_from": 70, "months_without_visit": 0} | signs))
    assert [reason.words for reason in find_reasons(given_signs, Weights())] == words


def test_signs_have_the_points_that_the_settings_give_them_the_most_first() -> None:
    every = Signs(70, 60.0, 70.0, 7, is_weak=True, is_remote=True, open_petitions=4)
    weights = Weights(poor_score=1, falling_score=2, long_without_visit=3, weak=4, remote=5, open_petitions=6)
    assert [reason.points for reason in find_reasons(every, weights)] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(("points", "priority"), [([], 1), ([97], 98), ([50, 48], 99), ([50, 49], 99)])
def test_a_priority_is_at_most_99(points: list[int], priority: int) -> None:
    assert measure_priority([PriorityReason(number, "") for number in points]) == priority


# ── building ──────────────────────────────────────────────────────────────────


def facts_of(*visits: KnownVisit, **cell: Any) -> PlanFacts:
    official = OfficialFacts("o1", "Lò Văn A", "commune_committee", "Đảng ủy viên", 6, None)
    given_cell: dict[str, Any] = {
        "id": "c1",
        "name": "Chi bộ",
        "meetings": (MARCH, JANUARY, JANUARY),
        "signs": SEEN,
    } | cell
    return PlanFacts(2027, (official,), (CellInput(**given_cell),), visits)


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)])
def test_a_quarter_has_three_months(month: int, quarter: int) -> None:
    assert quarter_of(date(2027, month, 5)) == quarter


def test_a_cell_has_each_of_its_days_once_in_order_and_its_place() -> None:
    [cell] = build_problem(facts_of(position=(22.4, 105.2)), PlanSettings())["cells"]
    assert (cell["meetings"], cell["position"]) == (["2027-01-05", "2027-03-05"], [22.4, 105.2])


def test_only_wishes_of_this_official_and_of_what_is_known_count() -> None:
    wishes = [
        Wish(WishKind.FORBID_CELL, "o2", "c1"),
        Wish(WishKind.FORBID_DAY, "o2", on=JANUARY),
        Wish(WishKind.PIN, "o2", "c1", JANUARY),
        Wish(WishKind.PIN, "o1", "c9", JANUARY),
        Wish(WishKind.FORBID_DAY, "o1", "c1", MARCH),
    ]
    problem = build_problem(facts_of(), PlanSettings(), wishes)
    [official] = problem["officials"]
    assert (official["excluded_cells"], official["unavailable"]) == ([], [["2027-03-05", "2027-03-05"]])
    assert problem["previous"] == []


def test_a_visit_that_is_in_the_books_twice_is_locked_when_one_of_them_is() -> None:
    known = [KnownVisit("o1", "c1", JANUARY, locked=locked) for locked in (True, False)]
    later = KnownVisit("o1", "c1", MARCH, locked=False)
    previous = build_problem(facts_of(later, *known), PlanSettings())["previous"]
    assert [(row["date"], row["locked"]) for row in previous] == [("2027-01-05", True), ("2027-03-05", False)]


# ── comparing, and the order of changes ───────────────────────────────────────


def planned(day: date, official: str, cell: str = "c1") -> PlannedVisit:
    return PlannedVisit(day, official, cell)


def known(day: date, official: str, cell: str = "c1") -> KnownVisit:
    return KnownVisit(official, cell, day, locked=False)


def test_a_visit_that_goes_is_exchanged_for_the_nearest_that_comes() -> None:
    changes = compare([known(FEBRUARY, "o1")], [planned(JANUARY, "o3"), planned(MARCH, "o2")])
    assert changes == (
        Exchange(None, planned(JANUARY, "o3")),
        Exchange(planned(FEBRUARY, "o1"), planned(MARCH, "o2")),
    )


def test_each_visit_is_exchanged_once_and_changes_are_by_day_and_cell() -> None:
    before = [known(MARCH, "o1", "c2"), known(JANUARY, "o1"), known(FEBRUARY, "o1")]
    after = [planned(JANUARY, "o2"), planned(JANUARY, "o3", "c0"), planned(MARCH, "o1", "c2")]
    assert compare(before, after) == (
        Exchange(None, planned(JANUARY, "o3", "c0")),
        Exchange(planned(JANUARY, "o1"), planned(JANUARY, "o2")),
        Exchange(planned(FEBRUARY, "o1"), None),
    )
    with pytest.raises(ValueError, match="nothing"):
        _ = Exchange(None, None).visit


def test_reach_counts_only_cells_of_the_plan_and_whole_years() -> None:
    visits = [planned(date(2027, month, 5), "o1") for month in (1, 4, 7)] + [planned(JANUARY, "o1", "c9")]
    reach = measure_reach(["c1", "c2"], visits)
    assert (reach.cells, reach.visited, reach.every_quarter, reach.by_quarter) == (2, 1, 0, (1, 1, 1, 0))
    assert measure_reach(["c1"], [*visits, planned(date(2027, 12, 5), "o1")]).every_quarter == 1


def exchange(before: PlannedVisit | None, after: PlannedVisit | None) -> Exchange:
    return Exchange(before, after)


def test_a_substitute_is_a_person_and_another_day_is_a_visit_that_goes_and_one_that_comes() -> None:
    first, second, moved = planned(JANUARY, "o1"), planned(JANUARY, "o2"), planned(MARCH, "o1")
    assert order_changes([exchange(first, second)]) == Orders((), (Substitution(first, second),), ())
    assert order_changes([exchange(first, moved)]) == Orders((first,), (), (moved,))
    assert order_changes([exchange(first, None), exchange(None, moved)]) == Orders((first,), (), (moved,))
    assert order_changes([]) == Orders((), (), ())


def test_a_substitute_is_free_of_that_day_before() -> None:
    """o2 stands in for o1 only when o3 has taken what o2 had."""
    first = Substitution(planned(JANUARY, "o1", "c1"), planned(JANUARY, "o2", "c1"))
    second = Substitution(planned(JANUARY, "o2", "c2"), planned(JANUARY, "o3", "c2"))
    orders = order_changes([exchange(one.before, one.after) for one in (first, second)])
    assert orders == Orders((), (second, first), ())


def test_in_a_circle_one_visit_goes_and_comes_again() -> None:
    first = Substitution(planned(JANUARY, "o1", "c1"), planned(JANUARY, "o2", "c1"))
    second = Substitution(planned(JANUARY, "o2", "c2"), planned(JANUARY, "o1", "c2"))
    orders = order_changes([exchange(one.before, one.after) for one in (first, second)])
    assert orders == Orders((first.before,), (second,), (first.after,))


# ── the plan of a hand ────────────────────────────────────────────────────────


@given(problem=tiny_problems("free") | tiny_problems("follower"))
def test_the_plan_of_a_hand_keeps_every_rule(problem: VisitProblem) -> None:
    visits = plan_greedily(problem)
    assert find_faults(problem, visits) == []
    assert {as_visit(past) for past in problem.locked} <= set(visits)
    assert visits == sorted(visits)


FAR, NEAR = [22.0, 104.0], [21.0, 104.1]


def greedy(**changes: Any) -> list[tuple[str, str, str]]:
    return [(one.official, one.cell, one.date.isoformat()) for one in plan_greedily(make_problem(**changes))]


def test_a_hand_goes_to_the_nearest_cell_that_wants_a_visit_then_to_the_nearest_again() -> None:
    cells = [cell_data(1, position=FAR), cell_data(2, position=NEAR, meetings=["2027-01-06", "2027-02-06"])]
    official = official_data(min_visits=1)
    assert greedy(cells=cells, officials=[official]) == [("o1", "c1", "2027-01-05"), ("o1", "c2", "2027-01-06")]
    three = greedy(cells=cells, officials=[official_data(min_visits=3)])
    assert three == [("o1", "c1", "2027-01-05"), ("o1", "c2", "2027-01-06"), ("o1", "c2", "2027-02-06")]
    none_wanted = [cell | {"min_visits": 0} for cell in cells]
    assert greedy(cells=none_wanted, officials=[official]) == [("o1", "c2", "2027-01-06")]


def test_a_hand_serves_the_urgent_cell_first_by_the_nearest_official() -> None:
    officials = [official_data(1, min_visits=0, max_per_month=1, home=FAR), official_data(2, min_visits=0, home=NEAR)]
    cells = [
        cell_data(1, priority=1, meetings=["2027-01-05"], position=NEAR),
        cell_data(2, priority=2, meetings=["2027-01-05"], position=NEAR),
    ]
    assert greedy(officials=officials, cells=cells) == [("o1", "c1", "2027-01-05"), ("o2", "c2", "2027-01-05")]


def test_a_hand_keeps_what_was_planned_while_it_is_possible() -> None:
    past = {"official": "o1", "cell": "c1", "locked": False}
    previous = [past | {"date": "2027-03-05"}, past | {"date": "2027-03-06"}]
    assert greedy(previous=previous) == [("o1", "c1", "2027-03-05")]
    officials = [official_data(unavailable=[["2027-03-05", "2027-03-05"]])]
    assert greedy(previous=previous, officials=officials) == [("o1", "c1", "2027-01-05")]


@pytest.mark.parametrize(("most", "cells"), [(1, ["c1"]), (2, ["c1", "c2"])])
def test_a_hand_gives_a_follower_as_many_cells_as_are_allowed(most: int, cells: list[str]) -> None:
    wanting = [cell_data(1), cell_data(2, meetings=["2027-01-06"])]
    made = greedy(mode="follower", cells=wanting, max_cells_per_official=most)
    assert [cell for _official, cell, _day in made] == cells


# ── reading ───────────────────────────────────────────────────────────────────

LIMITS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("year", {"year": 9999, "cells": []}, {"year": 10_000, "cells": []}),
    ("year", {"year": 1, "cells": []}, {"year": 0, "cells": []}),
    ("max_cells_per_official", {"max_cells_per_official": 0}, {"max_cells_per_official": -1}),
]
OFFICIAL_LIMITS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("min_visits", {"min_visits": 1_000_000}, {"min_visits": 1_000_001}),
    ("max_per_month", {"max_per_month": 0}, {"max_per_month": -1}),
    ("home", {"home": [90, 180]}, {"home": [90.1, 180]}),
    ("home", {"home": [-90, -180]}, {"home": [-90, -180.1]}),
    ("id", {"id": "o" * 200}, {"id": "o" * 201}),
    (
        "unavailable[0]",
        {"unavailable": [["2027-01-02", "2027-01-02"]]},
        {"unavailable": [["2027-01-02", "2027-01-01"]]},
    ),
]
LIMITS += [
    (f"officials[0].{path}", {"officials": [official_data(**good)]}, {"officials": [official_data(**bad)]})
    for path, good, bad in OFFICIAL_LIMITS
]


@pytest.mark.parametrize(("path", "good", "bad"), LIMITS, ids=[str(number) for number in range(len(LIMITS))])
def test_a_number_is_read_up_to_its_limit(path: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert isinstance(read_problem(problem_data(**good)), VisitProblem)
    with pytest.raises(MalformedProblem) as refusal:
        read_problem(problem_data(**bad))
    assert refusal.value.path == path


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mode": "other"}, "chỉ nhận “free” hoặc “follower”."),
        ({"year": "2027"}, "phải là một số nguyên."),
        ({"year": 0}, "phải từ 1 đến 9999."),
        ({"cells": {}}, "phải là một danh sách […]."),
        ({"cells": ["c1"]}, "phải là một đối tượng JSON {…}."),
        ({"joint_visits": 1}, "chỉ nhận true hoặc false."),
        ({"officials": [official_data(id=" ")]}, "phải là một mã bằng chữ, không để trống."),
        ({"officials": [official_data(id="o" * 201)]}, "mã dài quá 200 chữ."),
        ({"officials": [official_data(id="o\n1")]}, "mã có ký tự không in được."),
        ({"officials": [official_data(office=5)]}, "phải là chữ."),
        ({"officials": [official_data(home=["x", 1])]}, "vĩ độ và kinh độ phải là số."),
        ({"officials": [official_data(home=[91, 1])]}, "vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180."),
        ({"officials": [official_data(unavailable=["x"])]}, "phải là [ngày đầu, ngày cuối]."),
        ({"officials": [official_data(unavailable=[["2027-01-02", "2027-01-01"]])]}, "ngày cuối đứng trước ngày đầu."),
        ({"officials": [official_data(unavailable=[["x", "y"]])]}, "phải là một ngày có thật, viết như 2027-01-05."),
        ({"officials": [official_data(area=["c9"])]}, "không có mã “c9” trong bài toán."),
        ({"officials": [{"id": "o1"}]}, "còn thiếu."),
        ({"officials": [official_data(), official_data(2), official_data()]}, "trùng với mục ở vị trí 0."),
    ],
    ids=str,
)
def test_a_refusal_says_what_would_be_right(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(MalformedProblem) as refusal:
        read_problem(problem_data(**changes))
    assert refusal.value.reason == reason


# ── what stands in the way ────────────────────────────────────────────────────


def explain(problem: VisitProblem, *visits: Any) -> list[tuple[str, int, str]]:
    return [(unmet.official or unmet.cell, unmet.missing, unmet.why[:29]) for unmet in explain_unmet(problem, visits)]


def test_who_could_just_make_the_minimum_is_kept_by_others() -> None:
    """Two free days in one month of at most two: two visits are possible, a third is not."""
    cells = [cell_data(1, min_visits=0, meetings=["2027-01-05", "2027-01-06", "2027-01-07"])]

    def of(owed: int, mode: str = "free", *visits: Any) -> list[tuple[str, int, str]]:
        return explain(make_problem(mode=mode, officials=[official_data(min_visits=owed)], cells=cells), *visits)

    assert of(2) == [("o1", 2, "Các buổi còn dự được đều đã c")]
    assert of(3) == [("o1", 3, "Với những ngày không bận và m")]
    assert of(2, "follower") == [("o1", 2, "Các chi bộ còn lại trong địa ")]


def test_a_cell_whose_days_are_taken_is_told_apart_from_one_without_free_officials() -> None:
    cells = [cell_data(1, min_visits=2, meetings=["2027-01-05"])]
    taken = [visit("o1", "c1", "2027-01-05")]
    assert explain(make_problem(cells=cells), *taken) == [("c1", 1, "Cả năm có 1 buổi sinh hoạt, b")]
    assert explain(make_problem(cells=cells, joint_visits=True), *taken) == [("c1", 1, "Các đồng chí dự được đều đã đ")]


@pytest.mark.parametrize(
    ("most", "words"), [(1, "Các đồng chí được phân công đ"), (2, "Các đồng chí còn theo dõi thê")]
)
def test_a_cell_without_a_follower_says_whether_all_follow_enough(most: int, words: str) -> None:
    cells = [cell_data(1), cell_data(2, min_visits=0)]
    problem = make_problem(
        mode="follower", officials=[official_data(min_visits=0)], cells=cells, max_cells_per_official=most
    )
    assert explain(problem, visit("o1", "c2", "2027-01-05")) == [("c1", 1, words)]
