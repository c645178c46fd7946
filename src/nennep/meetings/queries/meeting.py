"""Doors to a meeting."""

from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting


def get_meeting(*, actor: Actor, public_id: UUID) -> Meeting:
    """The meeting with its cell. Raises NotFound when missing or out of the actor's scope. One query."""
    meeting = Meeting.objects.visible_to(actor).select_related("organization").filter(public_id=public_id).first()
    if meeting is None:
        raise NotFound
    return meeting
