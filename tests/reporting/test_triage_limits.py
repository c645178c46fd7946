"""Each limit of the exceptions hit exactly, and the days counted from it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from nennep.core.periods import Month
from nennep.reporting.choices import AttentionKind
from nennep.reporting.rules.triage import (
    Action,
    CellFinding,
    Level,
    count_urgent,
    find_exceptions,
    find_low_attendance,
)
from tests.factories.triage import GOOD, NOT_HELD, TODAY, good_month, only, with_month


def test_a_month_missed_before_the_last_two_is_history() -> None:
    assert find_exceptions(with_month(-3, **NOT_HELD)) == ()


STORM: dict[str, Any] = {"reasons": (("meeting.fixed_day", "bão"),), "planned_on": None}


def missed(before: dict[str, Any], now: dict[str, Any]) -> CellFinding:
    """Of October and November, as `only` finds it on the 9th."""
    return only(with_month(-2, with_month(**now), **before))


def test_a_cell_that_missed_two_months_names_both_and_stands_above_those_that_missed_one() -> None:
    both = missed(NOT_HELD, NOT_HELD)
    assert (both.level, both.days) == (Level.NOW, (TODAY - date(2026, 10, 7)).days)
    assert both.title == "Không họp tháng 10, chưa ghi lý do"
    assert both.why == "Hạn 07/10, quá 33 ngày. Chưa họp tháng 11, chưa ghi lý do."
    ones = [only(with_month(-2, **NOT_HELD)), only(with_month(**NOT_HELD))]
    assert min([*ones, both], key=lambda finding: finding.rank) == both
    assert all(both.rank < one.rank for one in ones)


@pytest.mark.parametrize(
    ("before", "now", "title", "why"),
    [
        pytest.param(
            NOT_HELD,
            NOT_HELD | STORM,
            "Không họp tháng 10, chưa ghi lý do",
            "Hạn 07/10, quá 33 ngày. Không họp tháng 11, lý do: bão.",
            id="reason for the newer",
        ),
        pytest.param(
            NOT_HELD | STORM,
            NOT_HELD,
            "Chưa họp tháng 11, chưa ghi lý do",
            "Hạn 07/11, quá 2 ngày. Không họp tháng 10, lý do: bão.",
            id="reason for the older",
        ),
    ],
)
def test_a_reason_excuses_its_own_month_alone(
    before: dict[str, Any], now: dict[str, Any], title: str, why: str
) -> None:
    finding = missed(before, now)
    assert (finding.level, finding.action, finding.has_reason) == (Level.NOW, Action.REMIND, False)
    assert (finding.title, finding.why) == (title, why)


def test_two_missed_months_with_reasons_are_only_watched() -> None:
    finding = missed(NOT_HELD | STORM, NOT_HELD | STORM)
    assert (finding.level, finding.has_reason) == (Level.WATCH, True)
    assert (finding.title, finding.why) == ("Không họp tháng 10, lý do: bão", "Không họp tháng 11, lý do: bão.")


@pytest.mark.parametrize(
    ("key", "excused"),
    [("meeting.fixed_day", True), ("meeting.fixed_day_window_last", True), ("docs.upload_days_before", False)],
)
def test_only_a_reason_for_another_day_excuses_a_missing_meeting(key: str, *, excused: bool) -> None:
    facts = with_month(**NOT_HELD, planned_on=None, reasons=(("other", "khác"), (key, "trực cao điểm")))
    finding = only(facts)
    assert finding.has_reason is excused
    assert (finding.title == "Không họp tháng 11, lý do: trực cao điểm") is excused


@pytest.mark.parametrize(
    ("counted", "present", "level"),
    [(100, 76, Level.WATCH), (100, 75, Level.WEEK), (100, 0, Level.WEEK)],
)
def test_one_meeting_far_below_the_target_is_looked_at_this_week(counted: int, present: int, level: Level) -> None:
    assert only(with_month(counted=counted, present=present)).level == level


@pytest.mark.parametrize(("days", "found"), [(45, True), (46, False)])
def test_low_attendance_counts_for_a_month_and_a_half(days: int, *, found: bool) -> None:
    facts = with_month(**NOT_HELD, last_day=date.max)
    finding = find_low_attendance(with_month(-2, facts, present=10, last_day=TODAY - timedelta(days=days)))
    assert (finding is not None) is found


def test_a_long_fall_is_dated_from_its_first_meeting_and_says_the_last_three() -> None:
    facts = GOOD
    for index, present in ((-4, 22), (-3, 21), (-2, 20), (-1, 19)):
        facts = with_month(index, facts, present=present)
    finding = only(facts)
    assert (finding.title, finding.days) == (
        "Tỷ lệ dự dưới 90% 4 tháng liền: 84,0%, 80,0%, 76,0%",
        (TODAY - date(2026, 8, 3)).days,
    )
    unheld = only(with_month(-4, facts, held_on=None))
    assert unheld.days == (TODAY - date(2026, 8, 7)).days  # a day that nobody wrote down: the last possible one


def test_low_attendance_with_a_reason_is_only_watched() -> None:
    finding = only(with_month(present=10, reasons=(("attendance.target_pct", "mùa gặt"),)))
    assert (finding.level, finding.has_reason, finding.why) == (Level.WATCH, True, "Lý do: mùa gặt")
    assert finding.title == "Tỷ lệ dự dưới 90%: 40,0%"


@pytest.mark.parametrize(
    ("counted", "present", "title"),
    [
        pytest.param(269, 242, "Tỷ lệ dự dưới 90%: 242/269 lượt", id="89.96 percent"),
        pytest.param(2000, 1799, "Tỷ lệ dự dưới 90%: 1799/2000 lượt", id="89.95 percent"),
        pytest.param(10000, 8994, "Tỷ lệ dự dưới 90%: 89,9%", id="89.94 percent"),
    ],
)
def test_a_share_that_rounds_to_the_target_is_said_in_counts(counted: int, present: int, title: str) -> None:
    assert only(with_month(counted=counted, present=present)).title == title


def test_a_reason_for_one_low_attendance_excuses_no_other() -> None:
    harvest: dict[str, Any] = {"reasons": (("attendance.target_pct", "mùa gặt"),)}
    facts = GOOD
    for index, present in ((-3, 21), (-2, 20), (-1, 19)):
        facts = with_month(index, facts, present=present)
    finding = only(with_month(-1, facts, **harvest))
    assert (finding.level, finding.has_reason, finding.why) == (Level.WEEK, False, "Lý do: mùa gặt")
    assert finding.title == "Tỷ lệ dự dưới 90% 3 tháng liền: 84,0%, 80,0%, 76,0%"
    assert only(with_month(-2, with_month(present=22, **harvest), present=18)).level == Level.WEEK
    assert only(with_month(-2, with_month(present=10, **harvest), present=22)).level == Level.WATCH


def test_only_the_latest_score_of_the_last_two_months_is_looked_at() -> None:
    poor: dict[str, Any] = {"score": Decimal(44), "is_poor": True}
    assert find_exceptions(with_month(-1, with_month(-2, **poor), score=Decimal(80))) == ()
    finding = only(with_month(-2, **poor))
    assert (finding.title, finding.action) == ("Buổi tháng 10 tự chấm 44 điểm, loại Kém", Action.SUGGEST)
    assert finding.days == (TODAY - date(2026, 10, 3)).days


@pytest.mark.parametrize(("days", "level"), [(7, Level.WEEK), (8, Level.NOW)])
def test_filing_is_urgent_after_a_week(days: int, level: Level) -> None:
    finding = only(with_month(filed=False, held_on=TODAY - timedelta(days=2 + days)))
    assert (finding.days, finding.level, finding.why) == (days, level, "Hạn 2 ngày sau buổi sinh hoạt.")
    assert finding.chip_state == "late"


LOST = (("docs.result_upload_days_after", "mất mạng"),)


def test_a_filing_with_a_reason_is_only_watched() -> None:
    sunk = only(with_month(filed=False, reasons=LOST))
    assert (sunk.level, sunk.why, sunk.days) == (Level.WATCH, "Lý do: mất mạng", 4)
    assert find_exceptions(with_month(-3, filed=False)) == ()


@pytest.mark.parametrize("reasons", [pytest.param((), id="no reason"), pytest.param(LOST, id="reason for the newer")])
def test_a_new_late_filing_does_not_hide_an_old_one(reasons: tuple[tuple[str, str], ...]) -> None:
    """Met on 3 December, 3 January and 3 February, nothing filed; on 6 February January is 32 days late."""
    months = [replace(good_month(month), filed=False) for month in Month(2026, 12).through(Month(2027, 2))]
    months[-1] = replace(months[-1], reasons=reasons)
    finding = only(replace(GOOD, today=date(2027, 2, 6), months=tuple(months)))
    assert (finding.level, finding.days, finding.has_reason) == (Level.NOW, 32, False)
    assert finding.title == "Đã họp 03/01, chưa có hồ sơ gửi lên"
    assert finding.why == "Hạn 2 ngày sau buổi sinh hoạt. Đã họp 03/02, chưa có hồ sơ gửi lên."


def test_a_reason_for_an_old_late_filing_leaves_the_new_one_as_it_is() -> None:
    finding = only(with_month(-2, with_month(filed=False), filed=False, reasons=LOST))
    assert (finding.level, finding.title, finding.days) == (Level.WEEK, "Đã họp 03/11, chưa có hồ sơ gửi lên", 4)


def test_minutes_are_missing_before_the_file_is() -> None:
    assert only(with_month(has_minutes=False, filed=False)).title == "Đã họp 03/11, chưa có biên bản"


NOT_SENT = NOT_HELD | {"planned_on": date(2026, 11, 9), "last_day": date(2026, 11, 10), "announced_on": None}


def test_papers_not_sent_are_counted_up_to_today() -> None:
    finding = only(with_month(**NOT_SENT))
    assert (finding.days, finding.why) == (1, "Phải gửi trước 1 ngày.")
    sunk = only(with_month(**NOT_SENT, reasons=(("docs.upload_days_before", "mất mạng"),)))
    assert (sunk.level, sunk.why, sunk.days) == (Level.WATCH, "Lý do: mất mạng", 1)


def test_papers_of_a_meeting_called_off_are_not_missed() -> None:
    finding = only(with_month(**(NOT_SENT | {"last_day": date(2026, 11, 8)}), cancelled_reason="bão"))
    assert finding.kind == AttentionKind.NOT_MET


@pytest.mark.parametrize(("announced", "days"), [(date(2026, 11, 2), None), (date(2026, 11, 3), 1)])
def test_papers_are_in_time_on_the_day_before(announced: date, days: int | None) -> None:
    found = find_exceptions(with_month(announced_on=announced))
    assert [(finding.kind, finding.days) for finding in found] == ([(AttentionKind.PAPERS_LATE, days)] if days else [])


def test_papers_that_went_out_on_the_day_itself_are_late_before_it_opens() -> None:
    finding = only(with_month(**(NOT_SENT | {"announced_on": date(2026, 11, 9)})))
    assert (finding.level, finding.title) == (Level.WATCH, "Giấy mời, tài liệu buổi 09/11 gửi muộn")


def test_a_meeting_held_on_another_day_than_planned_is_named_by_the_day_it_was_held() -> None:
    finding = only(with_month(announced_on=None, held_on=date(2026, 11, 5)))
    assert finding.title == "Họp 05/11 không gửi tài liệu trước"


def test_a_meeting_held_without_papers_is_said_so() -> None:
    finding = only(with_month(announced_on=None))
    assert (finding.level, finding.title, finding.days, finding.action) == (
        Level.WATCH,
        "Họp 03/11 không gửi tài liệu trước",
        7,
        Action.SUGGEST,
    )


@pytest.mark.parametrize(("count", "days"), [(1, 1), (3, 1)])
def test_overdue_tasks_are_counted_with_the_age_of_the_oldest(count: int, days: int) -> None:
    finding = only(replace(GOOD, overdue_count=count, oldest_due_on=TODAY - timedelta(days=days)))
    said = "1 nhiệm vụ quá hạn 1 ngày" if count == 1 else "3 nhiệm vụ quá hạn, lâu nhất 1 ngày"
    assert (finding.title, finding.days, finding.count) == (said, days, count)


def in_december(day: int, **changes: Any) -> list[CellFinding]:
    months = tuple(good_month(month) for month in Month(2026, 1).through(Month(2026, 12)))
    facts = replace(GOOD, today=date(2026, 12, day), months=months, themes_held=0)
    return [
        finding for finding in find_exceptions(replace(facts, **changes)) if finding.kind == AttentionKind.THEME_MISSING
    ]


@pytest.mark.parametrize(("day", "level"), [(7, Level.WATCH), (8, Level.WEEK)])
def test_a_missing_theme_is_urged_when_the_days_of_the_meeting_are_over(day: int, level: Level) -> None:
    (finding,) = in_december(day)
    assert (finding.level, finding.days, finding.title) == (level, day, "Quý IV chưa sinh hoạt chuyên đề")
    assert finding.why == "Hết quý vào ngày 31/12/2026."


@pytest.mark.parametrize(("held", "owed", "found"), [(0, 1, 1), (1, 1, 0), (1, 2, 1), (0, 0, 0)])
def test_as_many_themes_as_are_owed(held: int, owed: int, found: int) -> None:
    assert len(in_december(8, themes_held=held, themes_owed=owed)) == found


def test_a_missing_theme_with_a_reason_is_only_watched() -> None:
    months = tuple(good_month(month) for month in Month(2026, 1).through(Month(2026, 12)))
    last = replace(months[-1], reasons=(("thematic.per_quarter_min", "mưa lũ"),))
    (finding,) = in_december(8, months=(*months[:-1], last))
    assert (finding.level, finding.why, finding.days) == (Level.WATCH, "Lý do: mưa lũ", 8)


@pytest.mark.parametrize(("members", "found"), [(28, True), (29, False)])
def test_exactly_a_quarter_without_a_task_is_watched(members: int, *, found: bool) -> None:
    findings = find_exceptions(replace(GOOD, members=members, without_duty=7))
    assert [(finding.kind, finding.days, finding.action) for finding in findings] == (
        [(AttentionKind.WITHOUT_DUTY, 9, Action.SUGGEST)] if found else []
    )


@pytest.mark.parametrize(
    ("kind", "level", "chip"),
    [
        (AttentionKind.DUTIES_OVERDUE, Level.NOW, "late"),
        (AttentionKind.DUTIES_OVERDUE, Level.WEEK, "due"),
        (AttentionKind.DUTIES_OVERDUE, Level.WATCH, "later"),
        (AttentionKind.NOT_MET, Level.WATCH, "late"),
        (AttentionKind.FILING_LATE, Level.WEEK, "late"),
    ],
)
def test_the_chip_says_how_urgent_it_is(kind: AttentionKind, level: Level, chip: str) -> None:
    assert CellFinding(kind, level, "", 1, "").chip_state == chip


def test_level_comes_before_kind_and_the_oldest_first() -> None:
    new, old = (
        CellFinding(AttentionKind.NOT_MET, Level.WATCH, "", 1, ""),
        CellFinding(AttentionKind.NOT_MET, Level.WATCH, "", 2, ""),
    )
    task = CellFinding(AttentionKind.DUTIES_OVERDUE, Level.WEEK, "", 1, "")
    theme = CellFinding(AttentionKind.THEME_MISSING, Level.WATCH, "", 9, "")
    assert sorted([theme, new, task, old], key=lambda finding: finding.rank) == [task, old, new, theme]


def test_only_what_a_reminder_can_mend_is_counted_as_urgent() -> None:
    urgent = CellFinding(AttentionKind.NOT_MET, Level.NOW, "", 1, "")
    assert count_urgent([urgent, urgent, replace(urgent, action=Action.SUGGEST)]) == 2
    assert count_urgent([CellFinding(AttentionKind.PAPERS_LATE, Level.WEEK, "", 1, "")]) == 0
