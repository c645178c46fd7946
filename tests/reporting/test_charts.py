"""A line over twelve months as points of a picture 336 wide: the scale, the ends, the labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.reporting.rules.charts import Chart, Goal, make_chart


def test_chart_breaks_its_line_where_a_month_has_no_figure() -> None:
    chart = make_chart(
        months=[Month(2026, number) for number in (1, 2, 3)],
        own=[80, None, 100],
        peers=[[90], [], [95, 85]],
        goals=[90] * 3,
    )
    assert chart.own == ("34,164", "302,14")
    assert chart.peer == ("34,89", "302,89")
    assert (chart.dot_place, [goal.points for goal in chart.goals]) == (("302", "14"), ["34,89 302,89"])
    assert [tick.text for tick in chart.levels] == ["80", "90", "100"]
    assert (chart.last_own, chart.last_peer) == (100, 90)


def test_chart_of_nothing_has_no_lines() -> None:
    chart = make_chart(months=[Month(2026, 1)], own=[None], peers=[[]], goals=[90])
    assert (chart.own, chart.peer, chart.dot, chart.last_own) == ((), (), None, None)


@given(values=st.lists(st.floats(0, 100), min_size=12, max_size=12))
def test_lines_stay_inside_the_picture(values: list[float]) -> None:
    chart = make_chart(
        months=list(Month(2026, 1).through(Month(2026, 12))), own=values, peers=[[]] * 12, goals=[90] * 12
    )
    points = [tuple(map(float, point.split(","))) for point in chart.own[0].split()]
    assert all(34 <= across <= 302 and 14 <= height <= 164 for across, height in points)


def draw(*, own: list[float | None], peers: list[list[float | None]], goal: float = 90) -> Chart:
    months = list(Month(2026, 1).through(Month(2026, len(own))))
    return make_chart(months=months, own=own, peers=peers, goals=[goal] * len(own))


@pytest.mark.parametrize(
    ("own", "peer", "goal", "levels"),
    [
        (100, 100, 90, ["80", "90", "100"]),
        (80, 100, 90, ["80", "90", "100"]),
        (79, 100, 90, ["70", "85", "100"]),
        (100, 61, 90, ["60", "80", "100"]),
        (100, 100, 70, ["70", "85", "100"]),
        (0, 100, 90, ["0", "50", "100"]),
    ],
)
def test_the_scale_begins_at_the_ten_below_the_lowest_figure(
    own: float, peer: float, goal: float, levels: list[str]
) -> None:
    assert [tick.text for tick in draw(own=[own], peers=[[peer]], goal=goal).levels] == levels


def test_heights_and_labels_stand_where_the_numbers_are() -> None:
    chart = draw(own=[80, 100], peers=[[80], [90]])
    assert [(tick.place, tick.y_text) for tick in chart.levels] == [("164", "168"), ("89", "93"), ("14", "18")]
    assert (chart.own, chart.peer) == (("34,164 302,14",), ("34,164 302,89",))
    assert (chart.own_end_place, chart.peer_end_place) == ("18", "93")
    assert chart.goals == (Goal(90, Month(2026, 2), "34,89 302,89"),)
    assert chart.dot_place == ("302", "14")
    assert draw(own=[None], peers=[[]]).own_end_place == ""
    assert draw(own=[None], peers=[[]]).peer_end_place == ""
    assert draw(own=[None], peers=[[]]).dot_place is None


def test_a_goal_that_changed_stays_what_it_was_in_the_months_before() -> None:
    """Half way between two months, for the goal of neither reaches into the other."""
    months = list(Month(2026, 1).through(Month(2026, 3)))
    chart = make_chart(months=months, own=[100] * 3, peers=[[]] * 3, goals=[80, 80, 90])
    assert chart.goals == (Goal(80, Month(2026, 2), "34,164 235,164"), Goal(90, Month(2026, 3), "235,89 302,89"))
    assert chart.former_goals == chart.goals[:1]
    assert draw(own=[100], peers=[[]]).former_goals == ()


def test_places_have_one_decimal() -> None:
    """On a scale from 60 a point is 3.75 of the picture's; twelve months stand 24.36 apart."""
    chart = draw(own=[61.0, *[None] * 11], peers=[[]] * 12)
    assert chart.own == ("34,160.2",)
    assert draw(own=[None, 100, *[None] * 10], peers=[[]] * 12).own == ("58.4,14",)


@pytest.mark.parametrize(
    ("count", "labels"),
    [(1, [("1", "34")]), (2, [("2", "302")]), (3, [("1", "34"), ("3", "302")]), (4, [("2", "123.3"), ("4", "302")])],
)
def test_every_second_month_is_named_counted_from_the_last(count: int, labels: list[tuple[str, str]]) -> None:
    chart = draw(own=[90.0] * count, peers=[[]] * count)
    assert [(tick.text, tick.place) for tick in chart.months] == labels


@pytest.mark.parametrize(
    ("own", "peer", "ends"),
    [
        (90, 90, (89.0, 105.0)),  # alike: the sisters' label goes below
        (90, 89, (89.0, 105.0)),
        (90, 91, (89.0, 73.0)),
        (90, 95, (89.0, 51.5)),
        (90, 85, (89.0, 126.5)),
        (90, None, (89.0, None)),
        (None, 90, (None, 89.0)),
    ],
)
def test_labels_at_the_ends_do_not_cover_each_other(
    own: float | None, peer: float | None, ends: tuple[float | None, float | None]
) -> None:
    chart = draw(own=[own], peers=[[peer]])
    assert (chart.own_end, chart.peer_end) == ends


@pytest.mark.parametrize(("peer", "end"), [(60.6, 73.0), (60.667, 73.0), (61, 72.5)])
def test_labels_a_line_apart_stay_where_they_are(peer: float, end: float) -> None:
    """16 of the picture's points are a line of letters; on a scale from 0 a figure is a point and a half."""
    chart = draw(own=[0, 50], peers=[[], [peer]])
    assert (chart.own_end, chart.peer_end) == (89.0, end)


def test_the_last_known_figures_are_said_and_the_sisters_middle_is_theirs() -> None:
    chart = draw(own=[70, 80, None], peers=[[60, 90, None], [95, None], []])
    assert (chart.last_own, chart.last_peer) == (80, 95)
    assert [(row.month.number, row.own, row.peer) for row in chart.rows] == [(1, 70, 75), (2, 80, 95), (3, None, None)]
