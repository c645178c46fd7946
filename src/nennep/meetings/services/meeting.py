"""What every service of a meeting begins with: the locked row, and its name in the trail."""

from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target
from nennep.core.errors import DomainError, NotFound
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting


class MeetingIsOverError(DomainError):
    code = "meeting_is_over"
    message = _("Buổi sinh hoạt này đã bế mạc nên không sửa được nữa. Nếu ghi sai, hãy đính chính biên bản.")


class MeetingNotOpenError(DomainError):
    code = "meeting_not_open"
    message = _("Buổi sinh hoạt chưa khai mạc. Hãy khai mạc trước.")


class MeetingAlreadyBegunError(DomainError):
    code = "meeting_already_begun"
    message = _("Buổi sinh hoạt này đã khai mạc rồi.")


class MeetingIsCancelledError(DomainError):
    code = "meeting_is_cancelled"
    message = _("Buổi này đã ghi là không họp. Hãy bỏ ghi không họp trước khi sửa.")


def lock_meeting(meeting: Meeting) -> Meeting:
    """The row read anew with its cell, locked until the end of the transaction. Raises NotFound when it is gone."""
    locked = (
        Meeting.objects.select_for_update(of=("self",)).select_related("organization").filter(pk=meeting.pk).first()
    )
    if locked is None:
        raise NotFound
    return locked


def require_planned(meeting: Meeting) -> None:
    """Raise unless the meeting is still to come."""
    errors: dict[str, type[DomainError]] = {
        MeetingState.OPEN: MeetingAlreadyBegunError,
        MeetingState.HELD: MeetingIsOverError,
        MeetingState.CANCELLED: MeetingIsCancelledError,
    }
    if meeting.state in errors:
        raise errors[meeting.state]


def require_open(meeting: Meeting) -> None:
    """Raise unless the meeting is going on."""
    errors: dict[str, type[DomainError]] = {
        MeetingState.PLANNED: MeetingNotOpenError,
        MeetingState.HELD: MeetingIsOverError,
        MeetingState.CANCELLED: MeetingIsCancelledError,
    }
    if meeting.state in errors:
        raise errors[meeting.state]


def require_unfinished(meeting: Meeting) -> None:
    """Raise when the meeting is over or will not be held."""
    if meeting.state not in {MeetingState.PLANNED, MeetingState.OPEN}:
        raise MeetingIsOverError if meeting.state == MeetingState.HELD else MeetingIsCancelledError


def meeting_target(meeting: Meeting) -> Target:
    """The meeting as the trail names it."""
    label = f"{meeting.organization.name}, {say_date(meeting.planned_for)}"
    return Target("meetings.meeting", str(meeting.public_id), label, meeting.organization.path)
