"""Taking back what took items off the programme."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict
from nennep.core.permissions import Permission
from nennep.meetings.choices import Verb
from nennep.meetings.models import AgendaItem, FormerAgenda, Meeting
from nennep.meetings.queries.agenda import find_former
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_unfinished
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.members.queries import follow_merges

_KEPT = (
    "public_id",
    "phase",
    "topic",
    "title",
    "minutes_planned",
    "presenter_id",
    "origin_kind",
    "origin_id",
)


class AgendaMovedOn(Conflict):
    code = "agenda_moved_on"
    message = _("Chương trình đã có thay đổi khác từ khi ấy nên không hoàn tác được nữa.")


def keep_former(*, actor: Actor, meeting: Meeting) -> None:
    """Remember the programme of a locked meeting, right before the one change that `restore_agenda` can take back."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    rows = meeting.agenda.order_by("position", "pk").values(*_KEPT)
    items = [row | {"public_id": str(row["public_id"])} for row in rows]
    facts = {"items": items, "prepared_at": meeting.prepared_at, "revision": meeting.revision + 1}
    FormerAgenda.objects.update_or_create(meeting=meeting, defaults=facts)


def restore_agenda(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """The programme as it was before items were taken off: those that went come back, those that came go.

    Raises AgendaMovedOn once anything else was changed, MeetingIsOver, NotAllowed.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        former = find_former(locked)
        if former is None:
            raise AgendaMovedOn
        _put_back(locked, former.items)
        locked.prepared_at = former.prepared_at
        former.delete()
        keep_meeting(actor=actor, meeting=locked, fields=("prepared_at",))
        details = {"change": "restored"}
        record(Verb.AGENDA_CHANGED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return locked


def _put_back(meeting: Meeting, items: list[dict[str, Any]]) -> None:
    places = {row["public_id"]: position for position, row in enumerate(items, start=1)}
    meeting.agenda.exclude(public_id__in=places).delete()
    there = {str(item.public_id): item for item in meeting.agenda.all()}
    for public_id, item in there.items():
        item.position = places[public_id]
    AgendaItem.objects.bulk_update(there.values(), ["position"])
    gone = [row for row in items if row["public_id"] not in there]
    presenters = follow_merges(row["presenter_id"] for row in gone)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=places[row["public_id"]],
            **(row | {"presenter_id": presenters.get(row["presenter_id"])}),
        )
        for row in gone
    )
