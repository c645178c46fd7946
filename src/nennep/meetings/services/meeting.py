"""A meeting's own row, for the holder of its lock, and how the trail names it."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from nennep.audit.services import Target
from nennep.core.access import Actor
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting


def keep_meeting(*, actor: Actor, meeting: Meeting, fields: Collection[str] = ()) -> None:  # noqa: ARG001  on whose behalf
    """Write these fields of a locked meeting and raise its revision: devices in the room ask for what is newer. One query.

    Inside the transaction of a service that holds the lock and has asked for its own permission.
    """
    values = {name: getattr(meeting, name) for name in fields}
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1, **values)


def refresh_rooms(*, actor: Actor, organization_id: int) -> None:
    """Something that the room of this cell shows was changed elsewhere (a task, a petition): its devices look again.

    After the commit, as with everything that only tells: the room locks its meeting before its tasks, so who holds a task
    must not wait for the meeting; and a device that looks before the commit sees nothing new.
    """
    actor.require_program()
    going_on = Meeting.objects.filter(organization_id=organization_id, state=MeetingState.OPEN)
    transaction.on_commit(lambda: going_on.update(revision=F("revision") + 1), robust=True)


def meeting_target(meeting: Meeting) -> Target:
    """The meeting as the trail names it."""
    label = f"{meeting.organization.name}, {say_date(meeting.planned_for)}"
    return Target("meetings.meeting", str(meeting.public_id), label, meeting.organization.path)
