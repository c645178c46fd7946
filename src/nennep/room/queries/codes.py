"""The code of the roll call as its pages show it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.choices import CODE_TRIES, AttendanceState
from nennep.room.models import RollCallEntry
from nennep.room.rules.codes import make_code, seconds_left, time_step


@dataclass(frozen=True, slots=True)
class CodePage:
    """What the wall shows: the code of this half minute (empty while none is shown), seconds left, how many are there. No names."""

    meeting: Meeting
    code: str
    seconds: int
    present: int
    counted: int


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """What a member sees: whether a code is shown, their own row (None: not called), tries left."""

    meeting: Meeting
    is_open: bool
    entry: RollCallEntry | None
    tries_left: int

    @property
    def is_in(self) -> bool:
        return self.entry is not None and AttendanceState(self.entry.state).is_there

    @property
    def waits(self) -> bool:
        """The member left word and the chair has not accepted it yet."""
        return self.entry is not None and self.entry.claimed_at is not None

    @property
    def may_type(self) -> bool:
        return self.is_open and self.entry is not None and not self.is_in and not self.waits and self.tries_left > 0

    @property
    def heading(self) -> str:
        if self.is_in:
            return _("Đã ghi đồng chí có mặt")
        return _("Đã báo, chờ chủ trì xác nhận") if self.waits else _("Đồng chí đang ở phòng họp?")

    @property
    def words(self) -> str:
        """What the member is to do now, and why nothing can be typed when that is so."""
        if self.entry is None:
            return _("Đồng chí không có trong danh sách điểm danh buổi này. Hãy báo bí thư.")
        if self.is_in:
            return f"{self.entry.get_state_display()}. {_('Không cần làm gì thêm.')}"
        if self.waits:
            return _("Thư ký đã ghi đồng chí vắng từ trước; người chủ trì sẽ sửa lại.")
        if not self.is_open:
            return _("Phòng họp chưa mở mã. Hãy nhờ bí thư mở mã, hoặc ghi giúp.")
        if self.tries_left <= 0:
            return _("Đã gõ sai mã nhiều lần. Hãy nhờ bí thư hoặc thư ký ghi có mặt giúp.")
        return _("Gõ sáu chữ số đang hiện trong phòng rồi bấm nút.")


def get_code_page(*, meeting: Meeting, now: datetime) -> CodePage:
    """The caller has passed the door and may hold the meeting. One query."""
    rows = meeting.roll_call.filter(counted=True).order_by("pk").values_list("state", flat=True)
    states = [AttendanceState(state) for state in rows]
    shown = meeting.state == MeetingState.OPEN and meeting.code_secret
    return CodePage(
        meeting=meeting,
        code=make_code(meeting.code_secret, time_step(now)) if shown else "",
        seconds=seconds_left(now),
        present=sum(AttendanceState(state).is_there for state in states),
        counted=len(states),
    )


def get_check_in_page(*, actor: Actor, public_id: UUID) -> CheckInPage:
    """The signed-in member's own row. Raises NotFound out of scope, and for a meeting that does not go on. Two queries."""
    meeting = get_meeting(actor=actor, public_id=public_id)
    entry = None
    if actor.user_id is not None:
        entry = meeting.roll_call.filter(member__user_id=actor.user_id).select_related("member").first()
    if meeting.state != MeetingState.OPEN:
        raise NotFound
    tries = CODE_TRIES - entry.code_tries if entry else 0
    return CheckInPage(meeting, bool(meeting.code_secret), entry, tries)
