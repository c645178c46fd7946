"""The words and pages of the six steps on the secretary's home."""

from datetime import datetime, timedelta

import pytest

from nennep.meetings.choices import MeetingState
from nennep.records.rules.cycle import Step, StepLine, StepState
from nennep.site.rules import StepCard
from tests.factories.core import VIETNAM

HOUR = datetime(2026, 11, 13, 19, 30, tzinfo=VIETNAM)
LAST_SECOND = datetime(2026, 11, 13, 23, 59, 59, tzinfo=VIETNAM)


def card(
    step: Step,
    state: StepState,
    *,
    meeting: MeetingState = MeetingState.PLANNED,
    done_at: datetime | None = None,
    now: datetime = HOUR - timedelta(hours=3),
) -> StepCard:
    return StepCard(StepLine(step, state, done_at, HOUR), meeting, now)


@pytest.mark.parametrize(
    ("step", "name", "before", "after"),
    [
        (Step.PREPARE, "Chuẩn bị", "show_agenda", "show_agenda"),
        (Step.ANNOUNCE, "Thông báo, tài liệu", "show_notice", "show_notice"),
        (Step.MEET, "Sinh hoạt", "show_room", "show_agenda"),
        (Step.CONCLUDE, "Nghị quyết, biên bản", "show_room", "follow_meeting"),
        (Step.SCORE, "Chấm điểm", "show_room", "follow_meeting"),
        (Step.FILE, "Gửi, lưu", "show_room", "show_filing"),
    ],
    ids=[step.name for step in Step],
)
def test_each_step_has_a_name_and_leads_to_the_page_where_it_is_done(
    step: Step, name: str, before: str, after: str
) -> None:
    planned = card(step, StepState.LATER)
    assert (planned.number, planned.name, planned.template) == (step, name, f"site/next/{step.name.lower()}.html")
    assert planned.page.split(":")[1] == before
    assert card(step, StepState.LATER, meeting=MeetingState.OPEN).page.split(":")[1] == before
    assert card(step, StepState.LATER, meeting=MeetingState.HELD).page.split(":")[1] == after


@pytest.mark.parametrize(
    ("step", "state", "done_at", "words"),
    [
        (Step.ANNOUNCE, StepState.DONE, HOUR - timedelta(days=5), "Xong 08/11"),
        (Step.ANNOUNCE, StepState.DONE, None, "Đã qua"),
        (Step.ANNOUNCE, StepState.NOW, None, "Còn 3 giờ"),
        (Step.MEET, StepState.LATER, None, "13/11, 19:30"),
        (Step.FILE, StepState.LATER, None, "Hạn 13/11"),
        (Step.CONCLUDE, StepState.LATER, None, "Ngay sau đó"),
        (Step.ANNOUNCE, StepState.LATE, None, "Ngay sau đó"),
    ],
    ids=["done", "passed over", "next", "meeting", "filing", "later", "late behind the next"],
)
def test_under_the_name_stands_when(step: Step, state: StepState, done_at: datetime | None, words: str) -> None:
    assert card(step, state, done_at=done_at).when == words


@pytest.mark.parametrize(
    ("meeting", "now", "words", "chip", "is_due"),
    [
        (MeetingState.PLANNED, HOUR, "Còn chưa đầy 1 phút", "due", False),
        (MeetingState.PLANNED, HOUR + timedelta(seconds=1), "Đến giờ", "due", True),
        (MeetingState.PLANNED, LAST_SECOND, "Đến giờ", "due", True),
        (MeetingState.PLANNED, LAST_SECOND + timedelta(seconds=1), "Quá hạn 1 ngày", "late", False),
        (MeetingState.OPEN, HOUR, "Đang họp", "due", False),
        (MeetingState.OPEN, LAST_SECOND + timedelta(hours=1), "Đang họp", "due", False),
        (MeetingState.OPEN, HOUR + timedelta(days=1) - timedelta(seconds=1), "Đang họp", "due", False),
        (MeetingState.OPEN, HOUR + timedelta(days=1), "Chưa kết thúc", "due", False),
    ],
    ids=[
        "its hour",
        "after its hour",
        "last second",
        "day over",
        "open",
        "open over midnight",
        "to the next evening",
        "left open",
    ],
)
def test_a_meeting_is_due_from_its_hour_and_late_when_its_day_is_over(
    meeting: MeetingState, now: datetime, words: str, chip: str, *, is_due: bool
) -> None:
    next_step = card(Step.MEET, StepState.NOW, meeting=meeting, now=now)
    assert (next_step.when, next_step.chip, next_step.is_due) == (words, chip, is_due)


def test_another_step_is_late_after_its_deadline() -> None:
    assert not card(Step.FILE, StepState.NOW, now=HOUR).is_late
    late = card(Step.FILE, StepState.NOW, now=HOUR + timedelta(seconds=1))
    assert (late.is_late, late.is_due, late.chip) == (True, False, "late")
