"""Scores from facts."""

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
    is_in_range,
    propose,
    share_of,
    sum_points,
)
from nennep.policies.choices import ScoreFact
from nennep.policies.rules import Band, SheetItem

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


def bands(*steps: tuple[int, int]) -> tuple[Band, ...]:
    return tuple(Band(limit, Decimal(points)) for limit, points in steps)


# The tables of rules.md §2.3 (An Phú) no. 1, 2, 4.5 and 7; the maxima of §2.2.
LINES = {
    ScoreFact.TIME: SheetItem(
        "1", "", 5, ScoreFact.TIME, bands((100, 5), (50, 2), (0, 1)), short_by=bands((15, 4), (30, 3))
    ),
    ScoreFact.ATTENDANCE: SheetItem("2", "", 5, ScoreFact.ATTENDANCE, bands((75, 3), (65, 2), (0, 1))),
    ScoreFact.CONTENT: SheetItem("c3.1", "", 5, ScoreFact.CONTENT),
    ScoreFact.PREPARATION: SheetItem("c3.2", "", 5, ScoreFact.PREPARATION),
    ScoreFact.STEPS: SheetItem("c4.1", "", 5, ScoreFact.STEPS),
    ScoreFact.DISCUSSION: SheetItem("c4.2", "", 25, ScoreFact.DISCUSSION),
    ScoreFact.SPEAKERS: SheetItem("4.5", "", 5, ScoreFact.SPEAKERS, bands((50, 5), (40, 4), (30, 3), (0, 2))),
    ScoreFact.CRITICISM: SheetItem("c5", "", 5, ScoreFact.CRITICISM),
    ScoreFact.DUTIES: SheetItem(
        "7", "", 30, ScoreFact.DUTIES, bands((90, 30), (80, 27), (70, 24), (60, 20), (50, 15), (0, 10))
    ),
    ScoreFact.ENDING: SheetItem("c7", "", 5, ScoreFact.ENDING),
}
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
        (ScoreFact.TIME, 5, "03/11/2026, đúng ngày; 112 phút, cần 90"),
        (ScoreFact.ATTENDANCE, 5, "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
        (ScoreFact.CONTENT, None, "Chương trình 9 mục"),
        (ScoreFact.PREPARATION, 5, "Đã thống nhất chương trình; đã báo đảng viên; 4 tài liệu đúng hạn"),
        (ScoreFact.STEPS, 5, "Bàn 9/9 mục"),
        (ScoreFact.DISCUSSION, None, "12/23 đồng chí phát biểu; biểu dương 2, nhắc nhở 1"),
        (ScoreFact.CRITICISM, None, "Tự phê bình và phê bình 18 phút"),
        (ScoreFact.DUTIES, 24, "Xong 7/9 nhiệm vụ (77,8%)"),
        (ScoreFact.ENDING, 5, "Có kết luận; đã thông qua biên bản; gửi, lưu đúng hạn"),
    ],
)
def test_a_good_meeting(about: ScoreFact, points: int | None, fact: str) -> None:
    proposal = propose(LINES[about], GOOD)
    assert (proposal.points, proposal.fact) == (points, fact)


@pytest.mark.parametrize(
    ("changes", "about", "points"),
    [
        ({"minutes_long": 90}, ScoreFact.TIME, 5),
        ({"minutes_long": 89}, ScoreFact.TIME, 4),
        ({"minutes_long": 75}, ScoreFact.TIME, 4),
        ({"minutes_long": 74}, ScoreFact.TIME, 3),
        ({"minutes_long": 60}, ScoreFact.TIME, 3),
        ({"minutes_long": 59}, ScoreFact.TIME, 2),
        ({"minutes_long": 45}, ScoreFact.TIME, 2),
        ({"minutes_long": 44}, ScoreFact.TIME, 1),
        ({"minutes_long": 1, "minutes_required": 0}, ScoreFact.TIME, 5),
        ({"window_kept": False}, ScoreFact.TIME, 3),
        ({"window_kept": None}, ScoreFact.TIME, 5),
        ({"window_kept": False, "minutes_long": 50}, ScoreFact.TIME, 2),
        ({"unexcused": 1}, ScoreFact.ATTENDANCE, 1),
        ({"counted": 100, "present": 90}, ScoreFact.ATTENDANCE, 5),
        ({"counted": 100, "present": 89}, ScoreFact.ATTENDANCE, 3),
        ({"counted": 100, "present": 75}, ScoreFact.ATTENDANCE, 3),
        ({"counted": 100, "present": 74}, ScoreFact.ATTENDANCE, 2),
        ({"counted": 100, "present": 65}, ScoreFact.ATTENDANCE, 2),
        ({"counted": 100, "present": 64}, ScoreFact.ATTENDANCE, 1),
        ({"counted": 100, "present": 90, "attendance_target": 91}, ScoreFact.ATTENDANCE, 3),
        ({"papers_on_time": False}, ScoreFact.PREPARATION, Decimal("3.5")),
        ({"prepared": False}, ScoreFact.PREPARATION, Decimal("3.5")),
        ({"announced": False}, ScoreFact.PREPARATION, Decimal("3.5")),
        ({"prepared": False, "announced": False, "papers": 0, "papers_on_time": None}, ScoreFact.PREPARATION, 0),
        ({"items_taken": 4}, ScoreFact.STEPS, Decimal("2.0")),
        ({"items_taken": 4, "followed": False}, ScoreFact.STEPS, None),
        ({"last_duties": 100, "last_duties_done": 90}, ScoreFact.DUTIES, 30),
        ({"last_duties": 100, "last_duties_done": 89}, ScoreFact.DUTIES, 27),
        ({"last_duties": 100, "last_duties_done": 80}, ScoreFact.DUTIES, 27),
        ({"last_duties": 100, "last_duties_done": 79}, ScoreFact.DUTIES, 24),
        ({"last_duties": 100, "last_duties_done": 70}, ScoreFact.DUTIES, 24),
        ({"last_duties": 100, "last_duties_done": 69}, ScoreFact.DUTIES, 20),
        ({"last_duties": 100, "last_duties_done": 60}, ScoreFact.DUTIES, 20),
        ({"last_duties": 100, "last_duties_done": 59}, ScoreFact.DUTIES, 15),
        ({"last_duties": 100, "last_duties_done": 50}, ScoreFact.DUTIES, 15),
        ({"last_duties": 100, "last_duties_done": 49}, ScoreFact.DUTIES, 10),
        ({"last_duties_done": 0}, ScoreFact.DUTIES, 10),
        ({"filed_on_time": None}, ScoreFact.ENDING, None),
        ({"filed_on_time": False}, ScoreFact.ENDING, Decimal("3.5")),
        ({"filed_on_time": False, "minutes_approved": False}, ScoreFact.ENDING, Decimal("1.5")),
        ({"concluded": False}, ScoreFact.ENDING, Decimal("3.5")),
        ({"attending": 100, "speakers": 50}, ScoreFact.SPEAKERS, 5),
        ({"attending": 100, "speakers": 49}, ScoreFact.SPEAKERS, 4),
        ({"attending": 100, "speakers": 40}, ScoreFact.SPEAKERS, 4),
        ({"attending": 100, "speakers": 39}, ScoreFact.SPEAKERS, 3),
        ({"attending": 100, "speakers": 30}, ScoreFact.SPEAKERS, 3),
        ({"attending": 100, "speakers": 29}, ScoreFact.SPEAKERS, 2),
        ({"attending": 1, "speakers": 1}, ScoreFact.SPEAKERS, 5),
        ({"items": 1, "items_taken": 1}, ScoreFact.STEPS, 5),
        ({"last_duties": 1, "last_duties_done": 1}, ScoreFact.DUTIES, 30),
        ({"counted": 1, "present": 1}, ScoreFact.ATTENDANCE, 5),
    ],
)
def test_each_shortcoming_costs(changes: dict[str, object], about: ScoreFact, points: Decimal | None) -> None:
    assert propose(LINES[about], replace(GOOD, **changes)).points == points  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "fact"),
    [
        (ScoreFact.ATTENDANCE, "Chưa điểm danh"),
        (ScoreFact.STEPS, "Không có chương trình"),
        (ScoreFact.DUTIES, "Tháng trước không giao nhiệm vụ"),
        (ScoreFact.SPEAKERS, "Chưa điểm danh"),
    ],
)
def test_without_records_nothing_is_proposed(about: ScoreFact, fact: str) -> None:
    proposal = propose(LINES[about], BARE)
    assert (proposal.points, proposal.fact) == (None, fact)


@pytest.mark.parametrize(
    ("changes", "about", "fact"),
    [
        ({"window_kept": False}, ScoreFact.TIME, "03/11/2026, ngoài ngày quy định; 112 phút, cần 90"),
        ({"window_kept": None, "minutes_required": 0}, ScoreFact.TIME, "03/11/2026, không định ngày; 112 phút"),
        ({"unexcused": 2}, ScoreFact.ATTENDANCE, "Có mặt 23/25 (92,0%), 2 vắng không lý do"),
        (
            {"prepared": False, "announced": False, "papers": 0},
            ScoreFact.PREPARATION,
            "Chưa thống nhất chương trình; chưa báo đảng viên; không có tài liệu",
        ),
        (
            {"papers_on_time": False},
            ScoreFact.PREPARATION,
            "Đã thống nhất chương trình; đã báo đảng viên; 4 tài liệu, có bản chậm",
        ),
        (
            {"concluded": False, "minutes_approved": False, "filed_on_time": False},
            ScoreFact.ENDING,
            "Chưa ghi kết luận; chưa thông qua biên bản; gửi, lưu chậm",
        ),
        ({"filed_on_time": None}, ScoreFact.ENDING, "Có kết luận; đã thông qua biên bản; gửi, lưu: chưa đến hạn"),
        ({}, ScoreFact.SPEAKERS, "12/23 đồng chí phát biểu"),
    ],
)
def test_each_shortcoming_is_said(changes: dict[str, object], about: ScoreFact, fact: str) -> None:
    assert propose(LINES[about], replace(GOOD, **changes)).fact == fact  # type: ignore[arg-type]


@pytest.mark.parametrize("line", [None, SheetItem("c4.3", "", 10)], ids=["not on the sheet", "about no fact"])
def test_of_a_line_about_nothing_that_is_recorded_nothing_is_proposed(line: SheetItem | None) -> None:
    assert propose(line, GOOD) == Proposal(None, "")


@pytest.mark.parametrize("about", [ScoreFact.TIME, ScoreFact.ATTENDANCE, ScoreFact.SPEAKERS, ScoreFact.DUTIES])
def test_a_share_is_told_and_not_judged_where_the_sheet_sets_no_bands(about: ScoreFact) -> None:
    line = replace(LINES[about], bands=(), short_by=())
    for facts in (GOOD, replace(GOOD, minutes_long=50, present=10, last_duties_done=0)):
        told = propose(line, facts)
        assert (told.points, told.fact) == (None, propose(LINES[about], facts).fact)


def test_the_points_are_those_of_the_sheet() -> None:
    """A province that gives 40 points for the tasks, in its own bands."""
    line = SheetItem("x", "", 40, ScoreFact.DUTIES, bands((78, 40), (0, 7)))
    assert [propose(line, replace(GOOD, last_duties=100, last_duties_done=done)).points for done in (78, 77)] == [40, 7]


@pytest.mark.parametrize(("points", "inside"), [("-0.5", False), ("0", True), ("5", True), ("5.5", False)])
def test_both_ends_belong_to_the_range(points: str, *, inside: bool) -> None:
    assert is_in_range(Decimal(points), Decimal(5)) is inside


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
    assert proposal.points is None or is_in_range(proposal.points, Decimal(line.maximum))
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
