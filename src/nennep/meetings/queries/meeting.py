"""Doors to a meeting and its parts, and the locked row that every service begins with."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone

from nennep.audit.services import Target
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.meetings.models import AgendaItem as AgendaItem
from nennep.meetings.models import Meeting, RollCallEntry
from nennep.members.models import Membership
from nennep.members.queries import CellMember, list_cell_members


def get_meeting(*, actor: Actor, public_id: UUID) -> Meeting:
    """The meeting with its cell. Raises NotFound when missing or out of the actor's scope. One query."""
    meeting = Meeting.objects.visible_to(actor).select_related("organization").filter(public_id=public_id).first()
    if meeting is None:
        raise NotFound
    return meeting


def get_item(*, actor: Actor, public_id: UUID) -> AgendaItem:
    """An item of the programme with its meeting and cell. Raises NotFound. One query."""
    meetings = Meeting.objects.visible_to(actor)
    items = AgendaItem.objects.filter(meeting__in=meetings, public_id=public_id)
    item = items.select_related("meeting__organization").first()
    if item is None:
        raise NotFound
    return item


def lock_meeting(meeting: Meeting) -> Meeting:
    """The row read anew with its cell, locked until the end of the transaction. Raises NotFound when it is gone."""
    locked = (
        Meeting.objects.select_for_update(of=("self",)).select_related("organization").filter(pk=meeting.pk).first()
    )
    if locked is None:
        raise NotFound
    return locked


# What a tap needs of a row's member and meeting: everything else would only be read and thrown away.
_TAPPED = (
    "meeting__organization__path",
    "meeting__organization__name",
    *(
        f"meeting__{name}"
        for name in ("public_id", "state", "mode", "month", "planned_for", "opened_at", "organization")
    ),
    *(f"member__{name}" for name in ("public_id", "full_name", "user_id")),
    *("public_id", "member", "meeting", "standing", "temporary", "counted", "votes", "state", "reason", "method"),
    *("arrived_at", "left_at", "previous_state", "previous_reason", "previous_arrived_at", "previous_left_at"),
    *("claimed_at", "marked_at", "marked_by"),
)


def lock_entry(*, actor: Actor, public_id: UUID) -> RollCallEntry:
    """A row of the roll call with its member, meeting and cell, locked with the meeting; for who may hold the meeting.

    Door, lock and whether the member still `belongs` to the cell on that day in one query that reads few columns, because
    a tap in the room must be quick. Raises NotFound, NotAllowed.
    """
    day = OuterRef("day")
    sits = Membership.objects.filter(member=OuterRef("member"), organization=OuterRef("meeting__organization"))
    sits = sits.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    held_on = TruncDate("meeting__opened_at", tzinfo=get_default_timezone())
    entries = RollCallEntry.objects.annotate(day=held_on).annotate(belongs=Exists(sits)).only(*_TAPPED)
    entries = entries.select_for_update(of=("self", "meeting")).select_related("meeting__organization", "member")
    entry = entries.filter(public_id=public_id).order_by("pk").first()  # the usual order joins more and costs more
    if entry is None or not actor.may(Permission.MEETINGS_READ, entry.meeting.organization.path):
        raise NotFound
    actor.require(Permission.MEETINGS_HOLD, entry.meeting.organization.path)
    return entry


def meeting_target(meeting: Meeting) -> Target:
    """The meeting as the trail names it."""
    label = f"{meeting.organization.name}, {say_date(meeting.planned_for)}"
    return Target("meetings.meeting", str(meeting.public_id), label, meeting.organization.path)


def list_called(meeting: Meeting) -> list[CellMember]:
    """The members who must come, as of the day the meeting is called for, sorted by given name. Two queries."""
    members = list_cell_members(organization_id=meeting.organization_id, on=meeting.day)
    return [member for member in members if member.counted]
