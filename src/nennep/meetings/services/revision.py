"""A meeting's own row, for who holds its lock: everything that changes in it raises its revision."""

from collections.abc import Collection

from django.db.models import F

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting


def keep_meeting(*, actor: Actor, meeting: Meeting, fields: Collection[str] = ()) -> None:  # noqa: ARG001  on whose behalf
    """Write these fields of a locked meeting and raise its revision: devices in the room ask for what is newer. One query.

    Inside the transaction of a service that holds the lock and has asked for its own permission.
    """
    values = {name: getattr(meeting, name) for name in fields}
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1, **values)


def refresh_rooms(*, actor: Actor, organization_id: int) -> int:
    """Something that the room of this cell shows was changed elsewhere (a task, a petition): its devices look again; how many."""
    actor.require_program()
    going_on = Meeting.objects.filter(organization_id=organization_id, state=MeetingState.OPEN)
    return going_on.update(revision=F("revision") + 1)
