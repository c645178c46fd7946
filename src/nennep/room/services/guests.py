"""Who comes without being a member. Whether an official came is said here once; the ledger of visits follows."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.events import publish
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import require_name
from nennep.meetings.choices import TITLE_LIMIT, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_unfinished
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.room.choices import GuestKind, GuestState, OfficialMarked, Verb
from nennep.room.models import Guest


class GuestNameMissing(DomainError):
    code = "guest_name_missing"
    message = _("Hãy ghi họ tên, chức vụ của khách.")
    field = "name"


def expect_official(*, actor: Actor, meeting: Meeting, user_id: int, name: str, origin: Origin, now: datetime) -> Guest:
    """An official is to attend this meeting because of `origin` (a visit); once per origin.

    Raises MeetingIsOver, GuestNameMissing, NotAllowed (needs visits.plan on the cell).
    """
    actor.require(Permission.VISITS_PLAN, meeting.organization.path)
    words = require_name(name, GuestNameMissing, limit=TITLE_LIMIT, field="name")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        guest, _created = Guest.objects.get_or_create(
            meeting=locked,
            origin_kind=origin.kind,
            origin_id=origin.id,
            defaults={"name": words, "kind": GuestKind.OFFICIAL, "user_id": user_id},
        )
        _record(actor, locked, now, expected=str(guest.public_id))
    return guest


def withdraw_official(*, actor: Actor, origin: Origin, now: datetime) -> int:
    """The visit falls through or goes to somebody else: an official who has not come yet is no longer expected. How many rows went."""
    with transaction.atomic():
        waiting = Guest.objects.filter(origin_kind=origin.kind, origin_id=origin.id, state=GuestState.EXPECTED)
        guests = list(waiting.select_related("meeting__organization"))
        for guest in guests:
            actor.require(Permission.VISITS_PLAN, guest.meeting.organization.path)
            guest.delete()
            _record(actor, guest.meeting, now, withdrawn=str(guest.public_id))
    return len(guests)


def add_guest(*, actor: Actor, meeting: Meeting, name: str, kind: GuestKind, now: datetime) -> Guest:
    """A guest or an official whom no plan expected; the same name once. While the meeting goes on they are there.

    Raises GuestNameMissing, TextTooLong.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    words = require_name(name, GuestNameMissing, limit=TITLE_LIMIT, field="name")
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        state = GuestState.PRESENT if locked.state == MeetingState.OPEN else GuestState.EXPECTED
        facts = {"kind": kind, "state": state}
        guest, _created = Guest.objects.get_or_create(meeting=locked, name=words, defaults=facts)
        _record(actor, locked, now, added=str(guest.public_id))
    return guest


def remove_guest(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> None:
    """Take a guest off whom the cell itself had written down; one that a visit expects can only be marked absent.

    Raises NotFound for one of a visit, or gone already, MeetingIsOver, MeetingIsCancelled, NotAllowed.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        guest = _get_guest(locked, public_id)
        if guest.origin_id:
            raise NotFound
        guest.delete()
        _record(actor, locked, now, removed=str(guest.public_id))


def mark_guest(*, actor: Actor, meeting: Meeting, public_id: UUID, present: bool, now: datetime) -> Guest:
    """Say whether a guest came. Publishes OfficialMarked for one whom a visit expects. Raises NotFound, MeetingIsOver."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        guest = _get_guest(locked, public_id)
        guest.state = GuestState.PRESENT if present else GuestState.ABSENT
        guest.arrived_at = localtime(now).time() if present else None
        guest.save(update_fields=["state", "arrived_at"])
        _record(actor, locked, now, guest=str(guest.public_id), present=present)
        _publish(locked, guest)
    return guest


def settle_expected_officials(*, actor: Actor, meeting: Meeting, now: datetime) -> list[Guest]:
    """At the closing: an expected official whom nobody marked did not come.

    Publishes OfficialMarked for each.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        expected = list(meeting.guest_list.filter(state=GuestState.EXPECTED, kind=GuestKind.OFFICIAL).order_by("pk"))
        for guest in expected:
            guest.state = GuestState.ABSENT
            guest.save(update_fields=["state"])
            _record(actor, meeting, now, guest=str(guest.public_id), present=False)
            _publish(meeting, guest)
    return expected


def _get_guest(meeting: Meeting, public_id: UUID) -> Guest:
    guest = meeting.guest_list.select_for_update().filter(public_id=public_id).first()
    if guest is None:
        raise NotFound
    return guest


def _publish(meeting: Meeting, guest: Guest) -> None:
    if guest.origin_id:
        present = guest.state == GuestState.PRESENT
        publish(
            OfficialMarked(
                meeting.organization_id,
                meeting.pk,
                meeting.month,
                guest_id=guest.pk,
                origin_kind=guest.origin_kind,
                origin_id=guest.origin_id,
                present=present,
            )
        )


def _record(actor: Actor, meeting: Meeting, now: datetime, **details: str | bool) -> None:
    keep_meeting(actor=actor, meeting=meeting)
    record(Verb.GUEST_MARKED, actor=actor, target=meeting_target(meeting), now=now, details=details)
