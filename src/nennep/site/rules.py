"""The six steps of the month as the secretary's home says them: the name of each, the page where it is done, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.wording import say_short_date, say_time, say_time_left
from nennep.meetings.choices import MeetingState
from nennep.records.rules.cycle import Step, StepLine, StepState

LEFT_OPEN = timedelta(days=1)  # after the planned hour an open meeting was forgotten
NAMES: dict[Step, Promise | str] = {
    Step.PREPARE: gettext_lazy("Chuẩn bị"),
    Step.ANNOUNCE: gettext_lazy("Thông báo, tài liệu"),
    Step.MEET: gettext_lazy("Sinh hoạt"),
    Step.CONCLUDE: gettext_lazy("Nghị quyết, biên bản"),
    Step.SCORE: gettext_lazy("Chấm điểm"),
    Step.FILE: gettext_lazy("Gửi, lưu"),
}
# Names of addresses that take the meeting. Before the meeting, what follows from it leads to the room.
_PAGES_BEFORE = {Step.PREPARE: "meetings:show_agenda", Step.ANNOUNCE: "meetings:show_notice"}
_PAGES_AFTER = {
    **_PAGES_BEFORE,
    Step.MEET: "meetings:show_agenda",
    Step.CONCLUDE: "records:follow_meeting",
    Step.SCORE: "records:follow_meeting",
    Step.FILE: "records:show_filing",
}


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step of the month as it stands at `now`, with the words and the page it has on the home."""

    line: StepLine
    meeting_state: MeetingState
    now: datetime

    @property
    def number(self) -> int:
        return self.line.step.value

    @property
    def state(self) -> StepState:
        return self.line.state

    @property
    def is_done(self) -> bool:
        return self.line.is_done

    @property
    def is_next(self) -> bool:
        return self.line.state == StepState.NOW

    @property
    def is_late(self) -> bool:
        return self.now > self.line.late_from

    @property
    def is_due(self) -> bool:
        """Its hour has come and it is not late yet: people gather."""
        return self.line.deadline < self.now <= self.line.late_from

    @property
    def deadline(self) -> datetime:
        return self.line.deadline

    @property
    def name(self) -> str:
        return str(NAMES[self.line.step])

    @property
    def page(self) -> str:
        pages = _PAGES_AFTER if self.meeting_state == MeetingState.HELD else _PAGES_BEFORE
        return pages.get(self.line.step, "room:show_room")

    @property
    def template(self) -> str:
        """What the home says when this step is the next thing to do."""
        return f"site/next/{self.line.step.name.lower()}.html"

    @property
    def when(self) -> str:
        """The words under the name: when it was done, else how long there is left, else when it will be."""
        if self.is_done:
            return _("Xong %(day)s") % {"day": say_short_date(self.line.done_at)} if self.line.done_at else _("Đã qua")
        if self.is_next:
            return self.time_left
        return self._later

    @property
    def is_left_open(self) -> bool:
        """A day and a night after its hour nothing goes on any more: nobody ended it."""
        return self.meeting_state == MeetingState.OPEN and self.now - self.line.deadline >= LEFT_OPEN

    @property
    def time_left(self) -> str:
        """How long there is for the next step; of a meeting, that it goes on or that its hour has come."""
        if self.is_left_open:
            return _("Chưa kết thúc")
        if self.meeting_state == MeetingState.OPEN:
            return _("Đang họp")
        return _("Đến giờ") if self.is_due else say_time_left(self.line.deadline, self.now)

    @property
    def _later(self) -> str:
        if self.line.step == Step.MEET:
            return f"{say_short_date(self.line.deadline)}, {say_time(self.line.deadline)}"
        if self.line.step == Step.FILE:
            return _("Hạn %(day)s") % {"day": say_short_date(self.line.deadline)}
        return _("Ngay sau đó")

    @property
    def chip(self) -> str:
        """The urgency of the next step as the style sheet names it."""
        return "late" if self.is_late and self.meeting_state != MeetingState.OPEN else "due"
