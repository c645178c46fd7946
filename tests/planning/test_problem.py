"""Reading a problem: what has no meaning is refused by its path, what is only impossible is not."""

import json
import math
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.planning.choices import Mode
from nennep.planning.rules.problem import Cell, MalformedProblem, Official, PastVisit, VisitProblem, read_problem
from tests.factories.planning import cell_data, official_data, problem_data, read_sample

PAST = {"official": "o1", "cell": "c1", "date": "2027-01-05", "locked": True}


def refusal(data: object) -> tuple[str, str]:
    with pytest.raises(MalformedProblem) as refused:
        read_problem(data)
    assert str(refused.value) == f"{refused.value.path}: {refused.value.reason}".removeprefix(": ")
    return refused.value.path, refused.value.reason


def test_a_whole_problem_is_read() -> None:
    data = problem_data(
        officials=[
            official_data(
                office="Huyện ủy", unavailable=[["2026-12-30", "2027-01-03"]], excluded_cells=["c1"], area=["c1"]
            )
        ],
        cells=[cell_data(meetings=["2027-02-05", "2027-01-05"])],
        previous=[PAST],
        mode="follower",
    )
    assert read_problem(data) == VisitProblem(
        year=2027,
        mode=Mode.FOLLOWER,
        officials=(
            Official(
                id="o1",
                min_visits=1,
                max_per_month=2,
                office="Huyện ủy",
                home=(21.0, 104.0),
                unavailable=((date(2026, 12, 30), date(2027, 1, 3)),),
                excluded_cells=frozenset({"c1"}),
                area=frozenset({"c1"}),
            ),
        ),
        cells=(Cell("c1", 1, 3, (date(2027, 1, 5), date(2027, 2, 5)), (21.1, 104.2)),),
        previous=(PastVisit("o1", "c1", date(2027, 1, 5), locked=True),),
        joint_visits=False,
        max_cells_per_official=4,
    )


@pytest.mark.parametrize("name", ["small", "commune", "commune-replan", "commune-follower"])
def test_samples_are_read(name: str) -> None:
    data = read_sample(name)
    problem = read_problem(data)
    assert (len(problem.officials), len(problem.cells)) == (len(data["officials"]), len(data["cells"]))


def test_what_may_be_absent_is_absent() -> None:
    data = {
        "year": 2027,
        "mode": "free",
        "officials": [{"id": "o1", "min_visits": 3, "max_per_month": 1}],
        "cells": [{"id": "c1", "min_visits": 1, "priority": 0, "meetings": []}],
    }
    assert read_problem(data) == VisitProblem(
        2027, Mode.FREE, officials=(Official("o1", 3, 1),), cells=(Cell("c1", 1, 0, ()),)
    )
    nothing: dict[str, Any] = {"home": None, "unavailable": None, "excluded_cells": None, "area": None, "office": None}
    data["officials"] = [official_data(**nothing)]
    assert read_problem(data).officials == (Official("o1", 1, 2),)


@pytest.mark.parametrize(
    "changes",
    [
        {"known_optimum": [0, 0, 0, 447], "ghi chú": "thử"},
        {"year": 2027.0},
        {"officials": [official_data(min_visits=400, max_per_month=0)]},
        {"officials": [official_data(min_visits=1_000_000)]},
        {"officials": [official_data(area=[])]},
        {"officials": [official_data(area=["c1", "c1"], excluded_cells=["c1", "c1"])]},
        {"officials": [official_data(unavailable=[["2027-01-01", "2027-12-31"], ["2027-03-01", "2027-03-01"]])]},
        {"officials": [official_data(home=[90, -180])]},
        {"officials": []},
        {"cells": []},
        {"cells": [cell_data(meetings=[], min_visits=12)]},
        {"previous": [PAST | {"date": "2027-01-06"}]},
        {"previous": [{"official": "o1", "cell": "c1", "date": "2027-01-05"}]},
        {"max_cells_per_official": 0, "mode": "follower"},
        {"max_cells_per_official": None},
    ],
)
def test_impossible_is_not_malformed(changes: dict[str, Any]) -> None:
    assert isinstance(read_problem(problem_data(**changes)), VisitProblem)


def of_official(**changes: Any) -> dict[str, Any]:
    return problem_data(officials=[official_data(0), official_data(1, **changes)])


def of_cell(**changes: Any) -> dict[str, Any]:
    return problem_data(cells=[cell_data(0), cell_data(1, **changes)])


def of_previous(**changes: Any) -> dict[str, Any]:
    return problem_data(previous=[PAST | changes])


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def each(*values: object) -> tuple[object, ...]:
    return values


MALFORMED: list[tuple[str, object]] = [
    ("", []),
    ("", None),
    ("", "bài toán"),
    *[(name, without(problem_data(), name)) for name in ("year", "mode", "officials", "cells")],
    *[("year", problem_data(year=year)) for year in (None, "2027", True, 2027.5, 0, -1, 10_000, math.inf, 10**400)],
    *[("mode", problem_data(mode=mode)) for mode in (None, "", "FREE", "follow", 1, ["free"])],
    *[("officials", problem_data(officials=value)) for value in each(None, {}, "o1", 3)],
    *[("officials[0]", problem_data(officials=[value])) for value in each(None, [], "o1", 3)],
    *[("cells", problem_data(cells=value)) for value in each(None, {}, "c1")],
    *[("cells[0]", problem_data(cells=[value])) for value in each(None, [], "c1")],
    ("joint_visits", problem_data(joint_visits=1)),
    ("joint_visits", problem_data(joint_visits="false")),
    *[
        ("max_cells_per_official", problem_data(max_cells_per_official=value))
        for value in each(-1, 1.5, "4", True, math.nan, 10**9)
    ],
    ("max_cells_per_official", without(problem_data(mode="follower"), "max_cells_per_official")),
    ("max_cells_per_official", problem_data(mode="follower", max_cells_per_official=None)),
    *[
        (f"officials[1].{name}", problem_data(officials=[official_data(0), without(official_data(1), name)]))
        for name in ("id", "min_visits", "max_per_month")
    ],
    *[("officials[1].id", of_official(id=value)) for value in each("o0", "", "  ", None, 1, "o" * 201, "o\n1", "\ud800")],
    *[
        (f"officials[1].{name}", of_official(**{name: value}))
        for name in ("min_visits", "max_per_month")
        for value in each(None, "3", True, -1, 2.5, math.nan, -math.inf, 10**7, [3])
    ],
    ("officials[1].office", of_official(office=7)),
    *[
        ("officials[1].home", of_official(home=value))
        for value in each([], [21.0], [21.0, 104.0, 3.0], "21,104", {"lat": 21}, ["21", "104"], [True, 104.0], [None, 1])
    ],
    *[
        ("officials[1].home", of_official(home=value))
        for value in each([math.nan, 104.0], [21.0, math.inf], [90.1, 104.0], [21.0, -180.1], [10**400, 0])
    ],
    *[("officials[1].unavailable", of_official(unavailable=value)) for value in each("2027-01-01", {}, 5)],
    *[
        ("officials[1].unavailable[0]", of_official(unavailable=[value]))
        for value in each("2027-01-01", [], ["2027-01-01"], ["2027-01-02", "2027-01-01"], ["2027-01-01"] * 3)
    ],
    ("officials[1].unavailable[0][1]", of_official(unavailable=[["2027-02-01", "2027-02-29"]])),
    ("officials[1].unavailable[1][0]", of_official(unavailable=[["2027-02-01", "2027-02-02"], [None, "2027-02-03"]])),
    ("officials[1].excluded_cells", of_official(excluded_cells="c1")),
    ("officials[1].excluded_cells[1]", of_official(excluded_cells=["c1", "c9"])),
    ("officials[1].excluded_cells[0]", of_official(excluded_cells=[1])),
    ("officials[1].area[0]", of_official(area=["c9"])),
    ("officials[1].area", of_official(area={"c1": True})),
    ("officials[1].unavailible", of_official(unavailible=[])),
    ("officials[1].min_visit", problem_data(officials=[official_data(0), {"id": "o1", "min_visit": 3, "max_per_month": 1}])),
    ("previus", without(problem_data(previus=[]), "previous")),
    *[
        (f"cells[1].{name}", problem_data(cells=[cell_data(0), without(cell_data(1), name)]))
        for name in ("id", "min_visits", "priority", "meetings")
    ],
    *[("cells[1].id", of_cell(id=value)) for value in each("c0", "", None, 5)],
    *[
        (f"cells[1].{name}", of_cell(**{name: value}))
        for name in ("min_visits", "priority")
        for value in each(None, "3", False, -1, 0.5, math.nan, 10**7)
    ],
    *[("cells[1].position", of_cell(position=value)) for value in each([21.0], [math.nan, 0.0], [-91, 0], "here")],
    *[("cells[1].meetings", of_cell(meetings=value)) for value in each(None, "2027-01-05", {})],
    *[
        ("cells[1].meetings[1]", of_cell(meetings=["2027-01-05", value]))
        for value in each("2027-01-05", "2028-01-05", "2026-12-31", "2027-02-30", "2027-13-01", "20270105", "2027-1-5", "05/01/2027",
            "2027-W01-2", "2027-01-05T07:00", "２０２７-01-05", "", None, 20270105, ["2027-01-06"])
    ],
    *[("previous", problem_data(previous=value)) for value in each({}, "none", 1)],
    ("previous[0]", problem_data(previous=["o1"])),
    *[(f"previous[0].{name}", problem_data(previous=[without(PAST, name)])) for name in ("official", "cell", "date")],
    ("previous[0].official", of_previous(official="o9")),
    ("previous[0].official", of_previous(official=None)),
    ("previous[0].cell", of_previous(cell="c9")),
    ("previous[0].date", of_previous(date="2026-01-05")),
    ("previous[0].date", of_previous(date="mai")),
    ("previous[0].locked", of_previous(locked="yes")),
    ("previous[0].locked", of_previous(locked=1)),
    ("previous[1]", problem_data(previous=[PAST, PAST | {"locked": False}])),
]  # fmt: skip


@pytest.mark.parametrize(("path", "data"), MALFORMED, ids=[str(number) for number in range(len(MALFORMED))])
def test_malformed_is_refused_by_its_path(path: str, data: object) -> None:
    assert refusal(data)[0] == path


def test_refusals_say_what_is_wrong() -> None:
    assert refusal(of_official(home=[21.0])) == ("officials[1].home", "phải là [vĩ độ, kinh độ].")
    assert refusal(of_cell(meetings=["2028-01-05"])) == ("cells[1].meetings[0]", "ngày không thuộc năm 2027.")
    assert refusal(of_cell(id="c0")) == ("cells[1].id", "trùng với mục ở vị trí 0.")
    assert refusal(of_official(unavailible=[])) == (
        "officials[1].unavailible",
        "tên này lạ, có phải là “unavailable”?",
    )


@pytest.mark.parametrize(
    ("place", "name"),
    [
        *[("", name) for name in ("officials", "previous", "joint_visits", "max_cells_per_official")],
        *[("officials[0].", name) for name in ("office", "min_visits", "max_per_month", "unavailable")],
        *[("officials[0].", name) for name in ("excluded_cells", "home", "area")],
        *[("cells[0].", name) for name in ("position", "min_visits", "priority", "meetings")],
        *[("previous[0].", name) for name in ("official", "cell", "date", "locked")],
    ],
)
def test_a_name_with_a_letter_too_many_is_said_to_be_the_one_that_was_meant(place: str, name: str) -> None:
    """The names of docs/adr/0015; what is not there may be left out, so a slip would pass unnoticed."""
    misspelled = f"{name}s" if len(name) > 5 else f"{name}{name[-1]}"
    data = problem_data(previous=[dict(PAST)])
    item: dict[str, Any] = data[place.partition("[")[0]][0] if place else data
    item.pop(name, None)
    item[misspelled] = []
    assert refusal(data) == (f"{place}{misspelled}", f"tên này lạ, có phải là “{name}”?")


@pytest.mark.parametrize("day", ["20270105", "2027-W01-2", "2027-1-5", 20270105])
def test_a_day_is_written_in_one_way_only(day: object) -> None:
    path, reason = refusal(problem_data(previous=[PAST | {"date": day}]))
    assert (path, reason) == ("previous[0].date", "phải là một ngày có thật, viết như 2027-01-05.")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data(), garbage=ANY_JSON)
def test_whatever_stands_anywhere_is_read_or_refused_by_a_path(data: st.DataObject, garbage: object) -> None:
    """Any value of a sound problem replaced by anything: the answer is a problem or a refusal, never a fault of ours."""
    problem = json.loads(
        json.dumps(problem_data(previous=[PAST], officials=[official_data(unavailable=[["2027-01-01"] * 2])]))
    )
    place: Any = problem
    while True:
        key = data.draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = garbage
    with suppress(MalformedProblem):
        assert isinstance(read_problem(problem), VisitProblem)
