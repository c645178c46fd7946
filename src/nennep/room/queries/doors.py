"""The locked row that every mark in the roll call begins with."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.members.models import Membership
from nennep.room.models import RollCallEntry

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
