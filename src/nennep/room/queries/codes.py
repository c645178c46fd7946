"""The code of the roll call as its pages show it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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
