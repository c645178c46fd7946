"""The code that is shown in the room: six digits that change with time, made from a secret of this meeting only."""

import hashlib
import hmac
from datetime import datetime

from nennep.meetings.choices import MeetingMode, NoticeAnswer
from nennep.room.choices import AttendanceState

CODE_SECONDS = 30
CODE_DIGITS = 6
_PART = 8  # bytes of the digest that become the number: far more than six digits need


def time_step(now: datetime) -> int:
    """The number of the half minute that `now` lies in."""
    return int(now.timestamp()) // CODE_SECONDS


def seconds_left(now: datetime) -> int:
    """Whole seconds until the code changes, 1 to 30."""
    return CODE_SECONDS - int(now.timestamp()) % CODE_SECONDS


def make_code(secret: str, step: int) -> str:
    """The six digits of one half minute: HMAC-SHA256 of the secret and the step, as RFC 6238 does with a counter."""
    digest = hmac.new(secret.encode(), step.to_bytes(8, "big"), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:_PART], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_right_code(secret: str, code: str, now: datetime) -> bool:
    """Whether `code` is the one shown now or the one before it (somebody types slowly). False without a secret."""
    if not secret:
        return False
    step, typed = time_step(now), code.encode()
    return any(hmac.compare_digest(typed, make_code(secret, one).encode()) for one in (step, step - 1))


def needs_consent(state: AttendanceState, *, by_hand: bool) -> bool:
    """Whether the chair must agree: a person had marked this member absent, so the member's word alone does not change it.

    Members pre-filled as excused because of their own answer to the notice may change that by coming.
    """
    return by_hand and not state.is_there and state != AttendanceState.UNMARKED


def state_by_code(mode: MeetingMode, answer: NoticeAnswer | None) -> AttendanceState:
    """Present; online where everybody is, or where the member said to follow a hybrid meeting from elsewhere."""
    if mode == MeetingMode.ONLINE or (mode == MeetingMode.HYBRID and answer == NoticeAnswer.ONLINE):
        return AttendanceState.ONLINE
    return AttendanceState.PRESENT
