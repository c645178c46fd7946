"""Which exception a cell has, at which level, said how. Pure: facts in, findings out. Today is Monday, 09/11/2026."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.reporting.choices import AttentionKind
from nennep.reporting.rules.triage import (
    Action,
    Level,
    count_urgent,
    find_exceptions,
    find_low_attendance,
    join_findings,
)
from tests.factories.triage import GOOD, NOT_HELD, TODAY, good_month, only, with_month


def test_cell_in_order_has_no_exception() -> None:
    assert find_exceptions(GOOD) == ()


def test_missed_window_is_urgent() -> None:
    finding = only(with_month(**NOT_HELD))
    assert (finding.kind, finding.level, finding.action) == (AttentionKind.NOT_MET, Level.NOW, Action.REMIND)
    assert finding.title == "Chưa họp tháng 11, chưa ghi lý do"
    assert (finding.why, finding.age, finding.chip_state) == ("Hạn 07/11, quá 2 ngày.", "2 ngày", "late")


def test_window_not_over_is_no_exception() -> None:
    assert find_exceptions(with_month(**NOT_HELD, last_day=TODAY)) == ()


def test_meeting_going_on_is_no_exception() -> None:
    assert find_exceptions(with_month(**(NOT_HELD | {"opened": True}))) == ()


def test_a_meeting_left_open_is_urgent_and_leads_to_it() -> None:
    """Nothing else is said of its month: whoever looks would take it for held."""
    first, other = uuid4(), uuid4()
    facts = with_month(**(NOT_HELD | {"opened": True}))
    finding = only(replace(facts, left_open=((TODAY - timedelta(days=6), first), (TODAY - timedelta(days=1), other))))
    assert (finding.kind, finding.level, finding.action) == (AttentionKind.LEFT_OPEN, Level.NOW, Action.REMIND)
    assert (finding.title, finding.age, finding.meeting) == ("Buổi 03/11 đã mở, chưa kết thúc", "6 ngày", first)
    assert finding.why.endswith("chưa bế mạc thì chưa tính là đã họp. Buổi 08/11 cũng vậy.")
    assert count_urgent([finding]) == 1


def test_recorded_reason_sinks_to_watch() -> None:
    reasons = (("meeting.fixed_day_window_last", "trực cao điểm"),)
    finding = only(with_month(**NOT_HELD, planned_on=date(2026, 11, 12), reasons=reasons))
    assert (finding.level, finding.has_reason, finding.action) == (Level.WATCH, True, Action.SHOW_REASON)
    assert finding.title == "Xin họp ngày 12/11, lý do: trực cao điểm"


def test_cancelled_month_says_why() -> None:
    finding = only(with_month(**NOT_HELD, cancelled_reason="bão số 9"))
    assert (finding.title, finding.level) == ("Không họp tháng 11, lý do: bão số 9", Level.WATCH)


def test_month_before_stays_missed() -> None:
    finding = only(with_month(-2, **NOT_HELD))
    assert finding.title == "Không họp tháng 10, chưa ghi lý do"
    assert finding.days == (TODAY - date(2026, 10, 7)).days


@pytest.mark.parametrize(
    ("present", "level", "title", "age"),
    [
        ([23, 23, 22], Level.WATCH, "Tỷ lệ dự dưới 90%: 88,0%", "1 tháng"),
        ([23, 23, 18], Level.WEEK, "Tỷ lệ dự dưới 90%: 72,0%", "1 tháng"),
        ([23, 21, 19], Level.WEEK, "Tỷ lệ dự dưới 90% 2 tháng liền: 84,0%, 76,0%", "2 tháng"),
        ([22, 21, 19], Level.NOW, "Tỷ lệ dự dưới 90% 3 tháng liền: 88,0%, 84,0%, 76,0%", "3 tháng"),
    ],
)
def test_low_attendance_grows_more_urgent(present: list[int], level: Level, title: str, age: str) -> None:
    facts = GOOD
    for index, count in zip((-3, -2, -1), present, strict=True):
        facts = with_month(index, facts, present=count)
    finding = only(facts)
    assert (finding.level, finding.title, finding.age) == (level, title, age)


def test_target_met_exactly_is_met() -> None:
    assert find_low_attendance(with_month(counted=10, present=9)) is None
    low = find_low_attendance(with_month(counted=10, present=8))
    assert low is not None
    assert (low.kind, low.action) == (AttentionKind.ATTENDANCE, Action.SUGGEST)


def test_low_attendance_long_ago_is_no_exception() -> None:
    facts = with_month(-4, present=10)
    for index in (-3, -2, -1):
        facts = with_month(index, facts, **NOT_HELD, last_day=date.max)
    assert find_low_attendance(facts) is None


def test_poor_score_is_urgent() -> None:
    finding = only(with_month(score=Decimal(44), is_poor=True))
    assert (finding.level, finding.title, finding.age) == (
        Level.NOW,
        "Buổi tháng 11 tự chấm 44 điểm, loại Kém",
        "6 ngày",
    )
    assert find_exceptions(with_month(-3, score=Decimal(44), is_poor=True)) == ()


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"has_minutes": False, "has_score": False, "filed": False}, "Đã họp 03/11, chưa có biên bản và điểm"),
        ({"has_score": False, "filed": False}, "Đã họp 03/11, chưa có điểm"),
        ({"filed": False}, "Đã họp 03/11, chưa có hồ sơ gửi lên"),
    ],
)
def test_papers_after_the_meeting_are_late_after_two_days(changes: dict[str, Any], title: str) -> None:
    finding = only(with_month(**changes))
    assert (finding.level, finding.title, finding.age) == (Level.WEEK, title, "4 ngày")


def test_filing_is_not_late_on_the_second_day() -> None:
    assert find_exceptions(with_month(filed=False, held_on=date(2026, 11, 7))) == ()


def test_filing_late_for_over_a_week_is_urgent() -> None:
    assert only(with_month(-2, filed=False)).level == Level.NOW


def test_papers_not_out_a_day_before() -> None:
    changes = NOT_HELD | {"planned_on": date(2026, 11, 9), "last_day": date(2026, 11, 10), "announced_on": None}
    finding = only(with_month(**changes))
    assert (finding.kind, finding.level) == (AttentionKind.PAPERS_LATE, Level.WEEK)
    assert finding.title == "Chưa gửi giấy mời, tài liệu cho buổi 09/11"


def test_papers_may_go_out_on_the_last_day_before() -> None:
    changes = NOT_HELD | {"planned_on": date(2026, 11, 10), "last_day": date(2026, 11, 10), "announced_on": None}
    assert find_exceptions(with_month(**changes)) == ()


def test_papers_sent_late_are_only_watched() -> None:
    finding = only(with_month(announced_on=date(2026, 11, 3)))
    assert (finding.level, finding.title) == (Level.WATCH, "Giấy mời, tài liệu buổi 03/11 gửi muộn")


@pytest.mark.parametrize(("days", "level"), [(14, Level.WATCH), (15, Level.WEEK), (41, Level.WEEK)])
def test_overdue_tasks_by_the_oldest(days: int, level: Level) -> None:
    finding = only(replace(GOOD, overdue_count=4, oldest_due_on=TODAY - timedelta(days=days)))
    assert (finding.level, finding.action, finding.count) == (level, Action.SHOW_DUTIES, 4)
    assert finding.age == f"{days} ngày"


@pytest.mark.parametrize(
    ("today", "level"),
    [(date(2026, 11, 30), None), (date(2026, 12, 2), Level.WATCH), (date(2026, 12, 8), Level.WEEK)],
)
def test_theme_is_missed_in_the_last_month_of_the_quarter(today: date, level: Level | None) -> None:
    months = tuple(good_month(month) for month in Month(2026, 1).through(Month.of(today)))
    found = [
        finding
        for finding in find_exceptions(replace(GOOD, today=today, months=months, themes_held=0))
        if finding.kind == AttentionKind.THEME_MISSING
    ]
    assert [finding.level for finding in found] == ([level] if level else [])


@pytest.mark.parametrize(("without", "found"), [(0, 0), (6, 0), (7, 1)])
def test_a_quarter_without_tasks_is_watched(without: int, found: int) -> None:
    findings = find_exceptions(replace(GOOD, without_duty=without))
    assert len(findings) == found
    assert all(finding.title == f"{without} trên 25 đảng viên chưa có nhiệm vụ tháng 11" for finding in findings)


def test_most_urgent_comes_first_and_says_the_others() -> None:
    facts = replace(with_month(**NOT_HELD), overdue_count=1, oldest_due_on=TODAY - timedelta(days=20))
    findings = find_exceptions(facts)
    assert [finding.kind for finding in findings] == [AttentionKind.NOT_MET, AttentionKind.DUTIES_OVERDUE]
    assert join_findings(findings).why == "Hạn 07/11, quá 2 ngày. 1 nhiệm vụ quá hạn 20 ngày."
    assert count_urgent(findings) == 1


@given(
    held=st.booleans(),
    filed=st.booleans(),
    present=st.integers(0, 25),
    overdue=st.integers(0, 3),
    age=st.integers(1, 400),
    without=st.integers(0, 25),
    reason=st.booleans(),
)
def test_findings_are_ordered_and_one_of_a_kind(
    held: bool, filed: bool, present: int, overdue: int, age: int, without: int, reason: bool
) -> None:
    facts = with_month(filed=filed, present=present) if held else with_month(**NOT_HELD)
    facts = with_month(facts=facts, reasons=(("meeting.fixed_day", "lý do"),) if reason else ())
    facts = replace(
        facts,
        overdue_count=overdue,
        oldest_due_on=TODAY - timedelta(days=age) if overdue else None,
        without_duty=without,
    )
    findings = find_exceptions(facts)
    assert [finding.rank for finding in findings] == sorted(finding.rank for finding in findings)
    assert len({finding.kind for finding in findings}) == len(findings)
    assert all(finding.title and finding.age and finding.days >= 0 for finding in findings)
