"""What a meeting's state allows."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.meetings.choices import MeetingState


class MeetingIsOver(DomainError):
    code = "meeting_is_over"
    message = _(
        "Buổi sinh hoạt này đã bế mạc. Muốn sửa: chưa thông qua biên bản thì mở lại buổi sinh hoạt, đã thông qua thì đính chính."
    )


class MeetingNotOpen(DomainError):
    code = "meeting_not_open"
    message = _("Buổi sinh hoạt chưa khai mạc. Hãy khai mạc trước.")


class MeetingAlreadyBegun(DomainError):
    code = "meeting_already_begun"
    message = _("Buổi sinh hoạt này đã khai mạc rồi.")


class MeetingIsCancelled(DomainError):
    code = "meeting_is_cancelled"
    message = _("Buổi này đã ghi là không họp. Hãy bỏ ghi không họp trước khi sửa.")


_BEGUN: dict[str, type[DomainError]] = {
    MeetingState.OPEN: MeetingAlreadyBegun,
    MeetingState.HELD: MeetingIsOver,
    MeetingState.CANCELLED: MeetingIsCancelled,
}
_NOT_GOING_ON: dict[str, type[DomainError]] = {
    MeetingState.PLANNED: MeetingNotOpen,
    MeetingState.HELD: MeetingIsOver,
    MeetingState.CANCELLED: MeetingIsCancelled,
}
_FINISHED: dict[str, type[DomainError]] = {
    MeetingState.HELD: MeetingIsOver,
    MeetingState.CANCELLED: MeetingIsCancelled,
}


def require_planned(state: str) -> None:
    """Raise unless the meeting is still to come."""
    if state in _BEGUN:
        raise _BEGUN[state]


def require_open(state: str) -> None:
    """Raise unless the meeting is going on."""
    if state in _NOT_GOING_ON:
        raise _NOT_GOING_ON[state]


def require_unfinished(state: str) -> None:
    """Raise when the meeting is over or will not be held."""
    if state in _FINISHED:
        raise _FINISHED[state]


def is_before(day: date, closed_on: date | None) -> bool:
    """Whether a cell that ended then (None: it has not) was still there on that day: what it did till then may be written down."""
    return closed_on is None or day < closed_on
