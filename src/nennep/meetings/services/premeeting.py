"""The committee's own meeting before the cell's: planned, written, concluded (HD 42-HD/BTCTW; headings: forms.md §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.typed import take_line, take_lines
from nennep.core.wording import for_reader, format_long_day, format_time, lower_start, say_date, say_moment
from nennep.meetings.choices import NOTE_LIMIT, PLACE_LIMIT, REASON_LIMIT, CommitteeConcluded, MeetingState, Verb
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.queries.premeeting import find_premeeting, gather_facts, list_preparers
from nennep.meetings.rules.deadlines import find_committee_day
from nennep.meetings.rules.premeeting import SectionMerge, draft_sections, measure_lead_time, merge_text
from nennep.meetings.rules.state import MeetingIsCancelled
from nennep.meetings.services.agenda import agree_agenda
from nennep.meetings.services.meeting import meeting_target
from nennep.meetings.services.schedule import record_departure
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import rules_for

TEXT_FIELDS = (
    "last_month",
    "next_month",
    "cell_meeting",
    "inspection",
    "discussion",
    "conclusion",
    "tasks",
    "absent_note",
)
PREMEETING_KIND = "meetings.premeeting"
LEAD_KEY = PolicyKey.COMMITTEE_DAYS_BEFORE.value


class PremeetingTooLate(DomainError):
    code = "premeeting_too_late"
    message = gettext_lazy("Chi ủy họp trước buổi sinh hoạt, chậm nhất %(until)s. Hãy chọn ngày, giờ sớm hơn.")
    field = "day"


class LeadTimeShort(DomainError):
    code = "premeeting_lead_time_short"
    message = gettext_lazy("Quy định ở đây: chi ủy họp chậm nhất ngày %(until)s. Họp muộn hơn thì hãy ghi lý do.")
    field = "reason"


class PremeetingConcluded(Conflict):
    code = "premeeting_concluded"
    message = gettext_lazy("Cuộc họp chi ủy này đã kết thúc. Muốn sửa thì bấm “Mở lại để sửa”.")


class PremeetingConflict(Conflict):
    """`fields` are the names of the texts that both changed."""

    code = "premeeting_conflict"
    message = gettext_lazy(
        "Người khác vừa sửa cùng đoạn. Ô dưới đã có cả hai bản: hãy sửa thành một rồi lưu; chưa mất chữ nào."
    )


class NobodyPresent(DomainError):
    code = "premeeting_nobody_present"
    message = gettext_lazy("Chưa ghi ai có mặt. Hãy bấm vào tên các đồng chí có mặt rồi kết thúc.")


class PremeetingNotBegun(DomainError):
    code = "premeeting_not_begun"
    message = gettext_lazy("Chi ủy hẹn họp lúc %(at)s, chưa đến giờ. Nếu đã họp sớm hơn, hãy sửa ngày, giờ.")


@dataclass(frozen=True, slots=True)
class WhenAndWhere:
    """When and where the pre-meeting takes place. `reason`: why it is later than the policy asks, if it is."""

    held_at: datetime
    place: str = ""
    reason: str = ""


def plan_premeeting(*, actor: Actor, meeting: Meeting, when: WhenAndWhere, now: datetime) -> Premeeting:
    """Say when and where the committee meets; the first time its programme is filled from what the program knows.

    Planning the same again changes nothing. In order: the day is judged (before the cell's meeting; a policy may ask for days
    in between, then a shorter time needs a reason, kept as a departure), the row is written, the committee is told. Raises
    PremeetingTooLate, LeadTimeShort, PremeetingConcluded, MeetingIsCancelled.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = _lock(meeting)
        found = find_premeeting(locked)
        if found and found.concluded_at:
            raise PremeetingConcluded
        if when.held_at >= (locked.opened_at or locked.planned_for):
            raise PremeetingTooLate(until=say_moment(locked.opened_at or locked.planned_for))
        _judge_lead_time(actor, locked, when.held_at, reason=when.reason, now=now)
        place = take_line(when.place, limit=PLACE_LIMIT, field="place")
        if found and (found.held_at, found.place) == (when.held_at, place):
            return found
        premeeting = found or _draft(actor, locked, when, now)
        premeeting.held_at, premeeting.place = when.held_at, place
        premeeting.save(update_fields=["held_at", "place"] if found else None)
        details = {"held_at": when.held_at.isoformat()}
        record(Verb.PREMEETING_SAVED, actor=actor, target=meeting_target(locked), now=now, details=details)
        _tell_committee(actor, locked, premeeting, now)
    return premeeting


def _lock(meeting: Meeting) -> Meeting:
    locked = lock_meeting(meeting)
    if locked.state == MeetingState.CANCELLED:
        raise MeetingIsCancelled
    return locked


def _judge_lead_time(actor: Actor, meeting: Meeting, held_at: datetime, *, reason: str, now: datetime) -> None:
    """Only where a policy asks for days in between (`chiuy.days_before_min`)."""
    least = rules_for(organization=meeting.organization, on=meeting.day).committee_days_before
    if not measure_lead_time(localdate(held_at), meeting.day, least=least).is_short:
        meeting.departures.filter(rule_key=LEAD_KEY).delete()
        return
    if reason.strip():
        record_departure(actor=actor, meeting=meeting, rule_key=LEAD_KEY, reason=reason, now=now)
    elif not meeting.departures.filter(rule_key=LEAD_KEY).exists():
        raise LeadTimeShort(until=say_date(find_committee_day(meeting.day, days_before=least)))


def _draft(actor: Actor, meeting: Meeting, when: WhenAndWhere, now: datetime) -> Premeeting:
    facts = gather_facts(actor=actor, meeting=meeting, today=localdate(now))
    place = f"; địa điểm: {lower_start(meeting.place)}" if meeting.place else ""
    begins = localtime(meeting.planned_for)  # as the papers write it, on which the draft stands
    hour = f"{format_time(begins)}, {format_long_day(begins)}"
    sections = draft_sections(facts, when_and_where=f"Thời gian: {hour}{place}.")
    return Premeeting(
        meeting=meeting,
        held_at=when.held_at,
        last_month=sections.last_month[:NOTE_LIMIT],
        next_month=sections.next_month[:NOTE_LIMIT],
        cell_meeting=sections.cell_meeting[:NOTE_LIMIT],
        inspection=sections.inspection[:NOTE_LIMIT],
    )


def _tell_committee(actor: Actor, meeting: Meeting, premeeting: Premeeting, now: datetime) -> None:
    """Whoever prepares and has an account, but not the one who planned it."""
    people = list_preparers(meeting, premeeting).people
    notify(
        actor=actor,
        user_ids=[person.user_id for person in people if person.user_id not in {None, actor.user_id}],
        kind=PREMEETING_KIND,
        title=for_reader(
            lambda: _("Họp chuẩn bị sinh hoạt chi bộ: %(moment)s") % {"moment": say_moment(premeeting.held_at)}
        ),
        body=for_reader(lambda: premeeting.place),
        page=Destination(
            reverse("meetings:show_premeeting", args=[meeting.public_id]),
            Permission.MEMBERS_READ,
            (meeting.organization.path,),
        ),
        now=now,
    )


def save_texts(
    *, actor: Actor, meeting: Meeting, texts: Mapping[str, str], known: Mapping[str, str], now: datetime
) -> Premeeting:
    """Write what was typed under each heading. `known` are the fingerprints of the texts that were on the screen.

    Each heading by itself: what the writer left alone keeps what another wrote meanwhile. All or nothing; the same words
    again change nothing, not even after the end (a button tapped twice). Raises
    PremeetingConflict (with `fields`), TextTooLong, PremeetingConcluded, NotFound.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    typed = {name: _clean(name, texts[name]) for name in TEXT_FIELDS if name in texts}
    with transaction.atomic():
        locked, premeeting = _lock_planned(meeting)
        merged = {
            name: merge_text(getattr(premeeting, name), text, known=known.get(name, "")) for name, text in typed.items()
        }
        if premeeting.concluded_at and set(merged.values()) - {SectionMerge.KEEP}:
            raise PremeetingConcluded
        if conflicts := [name for name, result in merged.items() if result == SectionMerge.CONFLICT]:
            raise PremeetingConflict(fields=tuple(conflicts))
        changed = [name for name, result in merged.items() if result == SectionMerge.WRITE]
        for name in changed:
            setattr(premeeting, name, typed[name])
        if changed:
            premeeting.version += 1
            premeeting.save(update_fields=[*changed, "version"])
            details = {"parts": changed, "version": premeeting.version}
            record(Verb.PREMEETING_SAVED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return premeeting


def _clean(name: str, text: str) -> str:
    limit = REASON_LIMIT if name == "absent_note" else NOTE_LIMIT
    return take_lines(text, limit=limit, field=name)


def _lock_planned(meeting: Meeting) -> tuple[Meeting, Premeeting]:
    locked = _lock(meeting)
    premeeting = find_premeeting(locked)
    if premeeting is None:
        raise NotFound
    return locked, premeeting


def _lock_unconcluded(meeting: Meeting) -> tuple[Meeting, Premeeting]:
    locked, premeeting = _lock_planned(meeting)
    if premeeting.concluded_at:
        raise PremeetingConcluded
    return locked, premeeting


def mark_preparer(*, actor: Actor, meeting: Meeting, member: UUID, present: bool, now: datetime) -> Premeeting:
    """Somebody of the committee is there, or is not. Raises NotFound for whoever does not prepare, PremeetingConcluded."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked, premeeting = _lock_unconcluded(meeting)
        people = list_preparers(locked, premeeting).people
        person = next((one for one in people if one.public_id == member), None)
        if person is None:
            raise NotFound
        if present:
            premeeting.present.add(person.member_id)
        else:
            premeeting.present.remove(person.member_id)
        details = {"member": str(person.public_id), "present": present}
        record(Verb.PREMEETING_SAVED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return premeeting


def conclude_premeeting(*, actor: Actor, meeting: Meeting, agree: bool, reason: str = "", now: datetime) -> Premeeting:
    """The committee has met: from now on it counts as held. With `agree` the cell's programme is agreed in the same tap.

    Doing it twice changes nothing. Raises NobodyPresent, PremeetingNotBegun, LeadTimeShort (the cell's meeting was moved nearer), NotFound,
    and with `agree` what `agree_agenda` raises. Publishes CommitteeConcluded.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = _lock(meeting)
        premeeting = find_premeeting(locked)
        if premeeting is None:
            raise NotFound
        if premeeting.concluded_at is None:
            _conclude(actor, locked, premeeting, reason=reason, now=now)
        if agree and locked.state == MeetingState.PLANNED and locked.prepared_at is None:
            agree_agenda(actor=actor, meeting=locked, now=now)
    return premeeting


def _conclude(actor: Actor, meeting: Meeting, premeeting: Premeeting, *, reason: str, now: datetime) -> None:
    if not premeeting.present.exists():
        raise NobodyPresent
    if premeeting.held_at > now:
        raise PremeetingNotBegun(at=say_moment(premeeting.held_at))
    _judge_lead_time(actor, meeting, premeeting.held_at, reason=reason, now=now)
    premeeting.concluded_at = now
    premeeting.version += 1
    premeeting.save(update_fields=["concluded_at", "version"])
    details = {"concluded": True, "version": premeeting.version}
    record(Verb.PREMEETING_SAVED, actor=actor, target=meeting_target(meeting), now=now, details=details)
    publish(CommitteeConcluded(meeting.organization_id, meeting.pk, meeting.month, at=now))


def reopen_premeeting(*, actor: Actor, meeting: Meeting, now: datetime) -> Premeeting:
    """Something was left out: it may be written again, and is concluded anew. Raises NotFound."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = _lock(meeting)
        premeeting = find_premeeting(locked)
        if premeeting is None:
            raise NotFound
        premeeting.concluded_at = None
        premeeting.save(update_fields=["concluded_at"])
        details = {"reopened": True}
        record(Verb.PREMEETING_SAVED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return premeeting
