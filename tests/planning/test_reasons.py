"""What stands in the way, in words."""

from typing import Any

import pytest
from django.utils import translation

from nennep.planning.rules.reasons import say_again
from nennep.planning.solver import solve
from tests.factories.planning import cell_data, make_problem, official_data

JANUARY = ["2027-01-05"]


@pytest.mark.parametrize(
    ("changes", "missing", "why"),
    [
        (
            {"area": []},
            3,
            "Không có chi bộ nào trong địa bàn được giao (đã trừ các chi bộ không được phân công).",
        ),
        ({"area": ["c2"]}, 3, "Không có buổi sinh hoạt nào trong địa bàn được giao."),
        (
            {"unavailable": [["2027-01-01", "2027-12-31"]]},
            3,
            "Bận vào tất cả các ngày có sinh hoạt trong địa bàn được giao.",
        ),
        ({"max_per_month": 0}, 3, "Mức tối đa mỗi tháng là 0 buổi."),
        (
            {"unavailable": [["2027-01-01", "2027-01-31"]]},
            1,
            "Với những ngày không bận và mức tối đa 2 buổi mỗi tháng, cả năm dự được nhiều nhất 2 buổi.",
        ),
    ],
)
def test_an_official_in_need(changes: dict[str, Any], missing: int, why: str) -> None:
    cells = [cell_data(1, min_visits=0), cell_data(2, min_visits=0, meetings=[])]
    plan = solve(make_problem(officials=[official_data(min_visits=3, **changes)], cells=cells))
    assert [unmet.to_json() for unmet in plan.unmet] == [{"official": "o1", "missing": missing, "why": why}]


def test_officials_in_each_others_way() -> None:
    officials = [official_data(number, min_visits=3) for number in (1, 2)]
    cells = [cell_data(1, meetings=["2027-01-05", "2027-02-05", "2027-03-05", "2027-04-05"])]
    plan = solve(make_problem(officials=officials, cells=cells))
    assert [(unmet.missing, unmet.why) for unmet in plan.unmet] in (
        [(2, "Các buổi còn dự được đều đã có đồng chí khác, hoặc trùng ngày với buổi khác.")],
        [(1, "Các buổi còn dự được đều đã có đồng chí khác, hoặc trùng ngày với buổi khác.")] * 2,
    )


@pytest.mark.parametrize(
    ("cell", "official", "why"),
    [
        ({"meetings": []}, {}, "Chi bộ không có buổi sinh hoạt nào trong năm."),
        ({}, {"area": []}, "Không đồng chí nào được phân công địa bàn có chi bộ này."),
        ({}, {"excluded_cells": ["c1"]}, "Không đồng chí nào được phân công địa bàn có chi bộ này."),
        (
            {},
            {"unavailable": [["2027-01-01", "2027-12-31"]]},
            "Các đồng chí được phân công địa bàn đều bận vào những ngày chi bộ sinh hoạt.",
        ),
        (
            {},
            {"max_per_month": 0},
            "Các đồng chí dự được đều đã đủ mức tối đa trong tháng, hoặc đã dự chi bộ khác vào ngày đó.",
        ),
    ],
)
def test_a_cell_in_need(cell: dict[str, Any], official: dict[str, Any], why: str) -> None:
    plan = solve(make_problem(officials=[official_data(min_visits=0, **official)], cells=[cell_data(**cell)]))
    assert [unmet.to_json() for unmet in plan.unmet] == [{"cell": "c1", "missing": 1, "why": why}]


def test_a_cell_that_meets_too_rarely() -> None:
    plan = solve(make_problem(cells=[cell_data(min_visits=2, meetings=JANUARY)]))
    assert [(unmet.cell, unmet.missing, unmet.why) for unmet in plan.unmet] == [
        ("c1", 1, "Cả năm có 1 buổi sinh hoạt, buổi nào cũng đã có đồng chí dự.")
    ]


def past(official: str, cell: str, day: str) -> dict[str, Any]:
    return {"official": official, "cell": cell, "date": day, "locked": True}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"max_cells_per_official": 0}, "Các đồng chí được phân công địa bàn đều đã theo dõi đủ 0 chi bộ."),
        (
            {"previous": [past("o1", "c1", "2027-01-05"), past("o2", "c1", "2027-02-05")]},
            "Đã có hai đồng chí trở lên dự chi bộ này, nên không ai là người theo dõi duy nhất.",
        ),
        (
            {"previous": [past("o1", "c1", "2027-01-05"), past("o1", "c1", "2027-01-06")]},
            "Đồng chí theo dõi chi bộ không còn ngày nào dự thêm được.",
        ),
    ],
)
def test_a_cell_without_a_follower(changes: dict[str, Any], why: str) -> None:
    officials = [official_data(1, min_visits=0, max_per_month=1), official_data(2, min_visits=0, max_per_month=0)]
    meetings = ["2027-01-05", "2027-01-07", "2027-01-08"]
    problem = make_problem(
        mode="follower", officials=officials, cells=[cell_data(min_visits=3, meetings=meetings)], **changes
    )
    assert [unmet.why for unmet in solve(problem).unmet] == [why]


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("Không đồng chí nào được phân công địa bàn có chi bộ này.", "No official's area has this cell."),
        (
            "Với những ngày không bận và mức tối đa 2 buổi mỗi tháng, cả năm dự được nhiều nhất 11 buổi.",
            "With the available days and the limit of 2 visits a month, at most 11 visits are possible in the year.",
        ),
        ("Lời của một bản cũ hơn.", "Lời của một bản cũ hơn."),
        ("", ""),
    ],
)
def test_a_stored_reason_is_said_in_the_readers_language(stored: str, said: str) -> None:
    assert say_again(stored) == stored
    with translation.override("en"):
        assert say_again(stored) == said
