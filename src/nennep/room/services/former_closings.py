"""What is kept of a closing that is taken back."""

from datetime import datetime

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.room.models import FormerClosing


def keep_former_closing(*, actor: Actor, meeting: Meeting, now: datetime) -> FormerClosing:
    """When the meeting had ended, before it is opened again: a step of reopening, which holds its lock. Raises NotAllowed."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    return FormerClosing.objects.create(
        meeting=meeting,
        closed_at=meeting.closed_at or now,
        reopened_at=now,
        reopened_by_id=actor.user_id,
        reopened_by_name=actor.name,
    )
