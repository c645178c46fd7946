"""Scores from facts: sheets in the words of before, which lie in databases for ever, propose what they always proposed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.assessments.choices import Grade
from nennep.assessments.rules import (
    MeetingFacts,
    Proposal,
    find_grade,
    may_be_given,
    propose,
    share_of,
    sum_points,
)
from nennep.policies.rules import SheetItem, read_sheet

GOOD = MeetingFacts(
    held_on="03/11/2026",
    window_kept=True,
    minutes_long=112,
    minutes_required=90,
    counted=25,
    present=23,
    unexcused=0,
    attendance_target=90,
    prepared=True,
    announced=True,
    papers=4,
    papers_on_time=True,
    items=9,
    items_taken=9,
    attending=23,
    speakers=12,
    praises=2,
    reminders=1,
    criticism_minutes=18,
    last_duties=9,
    last_duties_done=7,
    concluded=True,
    minutes_approved=True,
    filed=True,
    filed_on_time=True,
)


def line_of(fact: str, maximum: int = 5, **scales: list[list[int]]) -> SheetItem:
    """A line in the words of before, as it is read today; another line fills the sheet up to a hundred."""
    lines = [
        {"code": "1", "title": "A", "max": maximum, "fact": fact, **scales},
        {"code": "2", "title": "B", "max": 100 - maximum},
    ]
    sheet, problems = read_sheet({"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": lines}]})
    assert sheet is not None, problems
    return sheet.items[0]


# The tables of rules.md §2.3 (An Phú) no. 1, 2, 4.5 and 7; the maxima of §2.2.
SCALES: dict[str, dict[str, list[list[int]]]] = {
    "time": {"bands": [[100, 5], [50, 2], [0, 1]], "short_by": [[15, 4], [30, 3]]},
    "attendance": {"bands": [[75, 3], [65, 2], [0, 1]]},
    "speakers": {"bands": [[50, 5], [40, 4], [30, 3], [0, 2]]},
    "tasks": {"bands": [[90, 30], [80, 27], [70, 24], [60, 20], [50, 15], [0, 10]]},
}
MAXIMA = {"discussion": 25, "tasks": 30}
FORMER = (
    "time",
    "attendance",
    "content",
    "preparation",
    "steps",
    "discussion",
    "speakers",
    "criticism",
    "tasks",
    "ending",
)
LINES = {fact: line_of(fact, MAXIMA.get(fact, 5), **SCALES.get(fact, {})) for fact in FORMER}
BARE = replace(
    GOOD,
    counted=0,
    present=0,
    attending=0,
    speakers=0,
    items=0,
    items_taken=0,
    last_duties=0,
    last_duties_done=0,
    papers=0,
    papers_on_time=None,
    filed=False,
    filed_on_time=None,
    window_kept=None,
    minutes_required=0,
)


@pytest.mark.parametrize(
    ("about", "points", "fact"),
    [
        ("time", 5, "03/11/2026, đúng ngày; 112 phút, cần 90"),
        ("attendance", 5, "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
        ("content", None, "Chương trình 9 mục, không kể việc sau bế mạc"),
        ("preparation", 5, "Đã thống nhất chương trình; đã báo đảng viên; 4 tài liệu đúng hạn"),
        ("steps", 5, "Bàn 9/9 mục"),
        ("discussion", None, "12/23 đồng chí phát biểu; biểu dương 2, nhắc nhở 1"),
        ("criticism", None, "Tự phê bình và phê bình 18 phút"),
        ("tasks", 24, "Xong 7/9 nhiệm vụ (77,8%)"),
        ("ending", 5, "Có kết luận; đã thông qua biên bản; gửi, lưu đúng hạn"),
    ],
)
def test_a_good_meeting(about: str, points: int | None, fact: str) -> None:
    proposal = propose(LINES[about], GOOD)
    assert (proposal.points, proposal.fact) == (points, fact)


@pytest.mark.parametrize(
    ("changes", "about", "points"),
    [
        ({"minutes_long": 90}, "time", 5),
        ({"minutes_long": 89}, "time", 4),
        ({"minutes_long": 75}, "time", 4),
        ({"minutes_long": 74}, "time", 3),
        ({"minutes_long": 60}, "time", 3),
        ({"minutes_long": 59}, "time", 2),
        ({"minutes_long": 45}, "time", 2),
        ({"minutes_long": 44}, "time", 1),
        ({"minutes_long": 1, "minutes_required": 0}, "time", 5),
        ({"window_kept": False}, "time", 3),
        ({"window_kept": None}, "time", 5),
        ({"window_kept": False, "minutes_long": 50}, "time", 2),
        ({"unexcused": 1}, "attendance", 1),
        ({"counted": 100, "present": 90}, "attendance", 5),
        ({"counted": 100, "present": 89}, "attendance", 3),
        ({"counted": 100, "present": 75}, "attendance", 3),
        ({"counted": 100, "present": 74}, "attendance", 2),
        ({"counted": 100, "present": 65}, "attendance", 2),
        ({"counted": 100, "present": 64}, "attendance", 1),
        ({"counted": 100, "present": 90, "attendance_target": 91}, "attendance", 3),
        ({"papers_on_time": False}, "preparation", Decimal("3.5")),
        ({"prepared": False}, "preparation", Decimal("3.5")),
        ({"announced": False}, "preparation", Decimal("3.5")),
        ({"prepared": False, "announced": False, "papers": 0, "papers_on_time": None}, "preparation", 0),
        ({"items_taken": 4}, "steps", Decimal("2.0")),
        ({"items_taken": 4, "followed": False}, "steps", None),
        ({"last_duties": 100, "last_duties_done": 90}, "tasks", 30),
        ({"last_duties": 100, "last_duties_done": 89}, "tasks", 27),
        ({"last_duties": 100, "last_duties_done": 80}, "tasks", 27),
        ({"last_duties": 100, "last_duties_done": 79}, "tasks", 24),
        ({"last_duties": 100, "last_duties_done": 70}, "tasks", 24),
        ({"last_duties": 100, "last_duties_done": 69}, "tasks", 20),
        ({"last_duties": 100, "last_duties_done": 60}, "tasks", 20),
        ({"last_duties": 100, "last_duties_done": 59}, "tasks", 15),
        ({"last_duties": 100, "last_duties_done": 50}, "tasks", 15),
        ({"last_duties": 100, "last_duties_done": 49}, "tasks", 10),
        ({"last_duties_done": 0}, "tasks", 10),
        ({"filed_on_time": None}, "ending", None),
        ({"filed_on_time": False}, "ending", Decimal("3.5")),
        ({"filed_on_time": False, "minutes_approved": False}, "ending", Decimal("1.5")),
        ({"concluded": False}, "ending", Decimal("3.5")),
        ({"attending": 100, "speakers": 50}, "speakers", 5),
        ({"attending": 100, "speakers": 49}, "speakers", 4),
        ({"attending": 100, "speakers": 40}, "speakers", 4),
        ({"attending": 100, "speakers": 39}, "speakers", 3),
        ({"attending": 100, "speakers": 30}, "speakers", 3),
        ({"attending": 100, "speakers": 29}, "speakers", 2),
        ({"attending": 1, "speakers": 1}, "speakers", 5),
        ({"items": 1, "items_taken": 1}, "steps", 5),
        ({"last_duties": 1, "last_duties_done": 1}, "tasks", 30),
        ({"counted": 1, "present": 1}, "attendance", 5),
    ],
)
def test_each_shortcoming_costs(changes: dict[str, object], about: str, points: Decimal | None) -> None:
    assert propose(LINES[about], replace(GOOD, **changes)).points == points  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "fact"),
    [
        ("attendance", "Chưa điểm danh"),
        ("steps", "Không có chương trình"),
        ("tasks", "Tháng trước không giao nhiệm vụ"),
        ("speakers", "Chưa điểm danh"),
    ],
)
def test_without_records_nothing_is_proposed(about: str, fact: str) -> None:
    proposal = propose(LINES[about], BARE)
    assert (proposal.points, proposal.fact) == (None, fact)


@pytest.mark.parametrize(
    ("changes", "about", "fact"),
    [
        ({"window_kept": False}, "time", "03/11/2026, ngoài ngày quy định; 112 phút, cần 90"),
        ({"window_kept": None, "minutes_required": 0}, "time", "03/11/2026, không định ngày; 112 phút"),
        ({"unexcused": 2}, "attendance", "Có mặt 23/25 (92,0%), 2 vắng không lý do"),
        (
            {"prepared": False, "announced": False, "papers": 0},
            "preparation",
            "Chưa thống nhất chương trình; chưa báo đảng viên; không có tài liệu",
        ),
        (
            {"papers_on_time": False},
            "preparation",
            "Đã thống nhất chương trình; đã báo đảng viên; 4 tài liệu, có bản chậm",
        ),
        (
            {"concluded": False, "minutes_approved": False, "filed_on_time": False},
            "ending",
            "Chưa ghi kết luận; chưa thông qua biên bản; gửi, lưu chậm",
        ),
        ({"filed_on_time": None}, "ending", "Có kết luận; đã thông qua biên bản; gửi, lưu: chưa đến hạn"),
        ({}, "speakers", "12/23 đồng chí phát biểu"),
    ],
)
def test_each_shortcoming_is_said(changes: dict[str, object], about: str, fact: str) -> None:
    assert propose(LINES[about], replace(GOOD, **changes)).fact == fact  # type: ignore[arg-type]


@pytest.mark.parametrize("line", [None, SheetItem("c4.3", "", 10)], ids=["not on the sheet", "about no fact"])
def test_of_a_line_about_nothing_that_is_recorded_nothing_is_proposed(line: SheetItem | None) -> None:
    assert propose(line, GOOD) == Proposal(None, "")


@pytest.mark.parametrize("about", ["time", "attendance", "speakers", "tasks"])
def test_a_share_is_told_and_not_judged_where_the_sheet_sets_no_bands(about: str) -> None:
    for facts in (GOOD, replace(GOOD, minutes_long=50, present=10, last_duties_done=0)):
        told = propose(line_of(about), facts)
        assert (told.points, told.fact) == (None, propose(LINES[about], facts).fact)


def test_the_points_are_those_of_the_sheet() -> None:
    """A province that gives 40 points for the tasks, in its own bands."""
    line = line_of("tasks", 40, bands=[[78, 40], [0, 7]])
    assert [propose(line, replace(GOOD, last_duties=100, last_duties_done=done)).points for done in (78, 77)] == [40, 7]


def test_on_another_day_it_is_worth_three_fifths_at_most() -> None:
    outside = replace(GOOD, window_kept=False)
    assert [propose(line_of("time", maximum, bands=[[0, 1]]), outside).points for maximum in (5, 7, 10)] == [
        3,
        4,
        6,
    ]


@pytest.mark.parametrize(
    ("points", "inside"),
    [
        ("-0.5", False),
        ("0", True),
        ("0.5", True),
        ("4.25", False),
        ("4.4", False),
        ("5", True),
        ("5.00", True),
        ("5.5", False),
    ],
)
def test_both_ends_belong_to_the_range_and_points_are_halves(points: str, *, inside: bool) -> None:
    assert may_be_given(Decimal(points), maximum=Decimal(5)) is inside


@pytest.mark.parametrize(
    ("points", "inside"),
    [("-10.5", False), ("-10", True), ("-0.5", True), ("-0.25", False), ("0", True), ("0.5", False)],
)
def test_a_line_that_deducts_ends_at_its_minimum(points: str, *, inside: bool) -> None:
    assert may_be_given(Decimal(points), minimum=-10, maximum=0) is inside


FACTS = st.builds(
    MeetingFacts,
    held_on=st.just("03/11/2026"),
    window_kept=st.sampled_from([True, False, None]),
    minutes_long=st.integers(0, 600),
    minutes_required=st.sampled_from([0, 90, 120]),
    counted=st.integers(0, 300),
    present=st.integers(0, 300),
    unexcused=st.integers(0, 5),
    attendance_target=st.integers(50, 100),
    prepared=st.booleans(),
    announced=st.booleans(),
    papers=st.integers(0, 9),
    papers_on_time=st.sampled_from([True, False, None]),
    items=st.integers(0, 20),
    items_taken=st.integers(0, 20),
    attending=st.integers(0, 300),
    speakers=st.integers(0, 300),
    praises=st.integers(0, 9),
    reminders=st.integers(0, 9),
    criticism_minutes=st.integers(0, 90),
    last_duties=st.integers(0, 50),
    last_duties_done=st.integers(0, 50),
    concluded=st.booleans(),
    minutes_approved=st.booleans(),
    filed=st.booleans(),
    filed_on_time=st.sampled_from([True, False, None]),
).map(
    lambda facts: replace(
        facts,
        present=min(facts.present, facts.counted),
        items_taken=min(facts.items_taken, facts.items),
        speakers=min(facts.speakers, facts.attending),
        last_duties_done=min(facts.last_duties_done, facts.last_duties),
    )
)


@given(facts=FACTS, line=st.sampled_from(list(LINES.values())))
def test_a_proposal_never_leaves_the_range(facts: MeetingFacts, line: SheetItem) -> None:
    proposal = propose(line, facts)
    assert proposal.points is None or may_be_given(proposal.points, maximum=line.maximum)
    assert proposal.points is None or proposal.points % Decimal("0.5") == 0


@given(total=st.decimals(0, 100, places=2), levels=st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True))
def test_every_total_has_one_level_and_more_is_never_worse(total: Decimal, levels: list[int]) -> None:
    average, fair, good = sorted(levels)
    order = [Grade.POOR, Grade.AVERAGE, Grade.FAIR, Grade.GOOD]
    grade = find_grade(total, good=good, fair=fair, average=average)
    better = find_grade(total + 1, good=good, fair=fair, average=average)
    assert order.index(better) >= order.index(grade)


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("90", Grade.GOOD),
        ("89.5", Grade.FAIR),
        ("70", Grade.FAIR),
        ("69.5", Grade.AVERAGE),
        ("50", Grade.AVERAGE),
        ("49.5", Grade.POOR),
    ],
)
def test_levels_of_the_guidance(total: str, grade: Grade) -> None:
    assert find_grade(Decimal(total), good=90, fair=70, average=50) == grade


def test_sums_and_shares() -> None:
    assert sum_points([]) == 0
    assert sum_points([Decimal("4.5"), Decimal(5)]) == Decimal("9.5")
    assert share_of(1, 3, Decimal(5)) == Decimal("1.5")
    assert share_of(1, 4, Decimal(5)) == Decimal("1.5")  # 1.25: a quarter goes up
