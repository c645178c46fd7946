"""The roll call: one tap a person, the rarer states, all others at once, a whole sheet of paper, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.meetings.choices import AttendanceState, Verb
from nennep.meetings.models import Meeting, RollCallEntry
from nennep.meetings.queries.meeting import lock_entry, lock_meeting, meeting_target
from nennep.meetings.rules.room import next_state, votes_now
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.room import NothingToUndo, make_roll_entries
from nennep.members.queries import list_cell_members

_FIELDS = [
    "state",
    "reason",
    "votes",
    "arrived_at",
    "left_at",
    "previous_state",
    "previous_reason",
    "marked_at",
    "marked_by",
]


class NotInRollCall(DomainError):
    code = "not_in_roll_call"
    message = _("Có dòng không thuộc danh sách điểm danh này. Hãy mở lại trang rồi ghi.")


class TimeMissing(DomainError):
    code = "time_missing"
    message = _("Hãy ghi giờ đến hoặc giờ về, ví dụ 19:48.")
    field = "at"


@dataclass(frozen=True, slots=True)
class EntryMark:
    """How one person attended. `at`: when who came late came, or who left early left."""

    state: AttendanceState
    reason: str = ""
    at: time | None = None


def tap_entry(*, actor: Actor, entry: UUID, now: datetime) -> RollCallEntry:
    """One tap: present → excused → unexcused → present. Raises NotFound, NotAllowed, MeetingNotOpen."""
    with transaction.atomic():
        found = lock_entry(actor=actor, public_id=entry)
        require_open(found.meeting.state)
        _mark(found, EntryMark(next_state(AttendanceState(found.state))), actor, now)
        found.save(update_fields=_FIELDS)
        _record(actor, found.meeting, now, member=str(found.member), state=found.state)
    return found


def mark_entry(*, actor: Actor, entry: UUID, mark: EntryMark, now: datetime) -> RollCallEntry:
    """One of the rarer states, with a reason or a time. Raises TimeMissing for late and left early without a time."""
    if mark.state in {AttendanceState.LATE, AttendanceState.LEFT_EARLY} and mark.at is None:
        raise TimeMissing
    with transaction.atomic():
        found = lock_entry(actor=actor, public_id=entry)
        require_open(found.meeting.state)
        _mark(found, mark, actor, now)
        found.save(update_fields=_FIELDS)
        _record(actor, found.meeting, now, member=str(found.member), state=found.state)
    return found


def mark_others_present(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """Everybody counted who is not marked yet is present; how many that were. One Hoàn tác takes all of them back."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        unmarked = RollCallEntry.objects.filter(meeting=meeting, counted=True, state=AttendanceState.UNMARKED)
        count = unmarked.update(
            state=AttendanceState.PRESENT,
            previous_state=AttendanceState.UNMARKED,
            previous_reason="",
            marked_at=now,
            marked_by_id=actor.user_id,
        )
        _record(actor, meeting, now, state="present", count=count)
    return count


def save_roll_call(*, actor: Actor, meeting: Meeting, marks: Mapping[UUID, EntryMark], now: datetime) -> int:
    """The whole roll call in one pass, as keyed back from paper: `marks` by public id of the entries. How many changed.

    Entries that `marks` leaves out stay as they are. Raises NotInRollCall. At most eight queries, for any number.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        entries = {entry.public_id: entry for entry in meeting.roll_call.select_for_update(of=("self",))}
        if not set(marks) <= set(entries):
            raise NotInRollCall
        changed = [entries[key] for key, mark in marks.items() if _differs(entries[key], mark)]
        for entry in changed:
            _mark(entry, marks[entry.public_id], actor, now)
        RollCallEntry.objects.bulk_update(changed, _FIELDS)
        _record(actor, meeting, now, count=len(changed))
    return len(changed)


def undo_mark(*, actor: Actor, meeting: Meeting, now: datetime) -> list[str]:
    """Take the last tap (or all that were marked with it) back once; names of whom it changed. Raises NothingToUndo."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        marked = RollCallEntry.objects.filter(meeting=meeting).exclude(previous_state="").select_related("member")
        last = marked.order_by("-marked_at", "-pk").first()
        if last is None:
            raise NothingToUndo
        together = list(marked.filter(marked_at=last.marked_at))
        for entry in together:
            _bring_back(entry)
        RollCallEntry.objects.bulk_update(together, _FIELDS)
        _record(actor, meeting, now, undone=len(together))
    return [str(entry.member) for entry in together]


def add_missing_members(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """Put members who came into the cell's list after the opening into the roll call; how many."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        known = set(meeting.roll_call.order_by().values_list("member_id", flat=True))
        members = list_cell_members(organization_id=meeting.organization_id, on=meeting.held_on)
        missing = [member for member in members if member.member_id not in known]
        entries = make_roll_entries(actor=actor, meeting=meeting, members=missing, replies={})
        RollCallEntry.objects.bulk_create(entries)
        _record(actor, meeting, now, added=len(entries))
    return len(entries)


def _differs(entry: RollCallEntry, mark: EntryMark) -> bool:
    same_time = mark.at in {entry.arrived_at, entry.left_at} if mark.at else not (entry.arrived_at or entry.left_at)
    return (entry.state, entry.reason) != (mark.state, mark.reason) or not same_time


def _mark(entry: RollCallEntry, mark: EntryMark, actor: Actor, now: datetime) -> None:
    entry.previous_state, entry.previous_reason = entry.state, entry.reason
    entry.state, entry.reason = mark.state, mark.reason
    entry.arrived_at = mark.at if mark.state == AttendanceState.LATE else None
    entry.left_at = mark.at if mark.state == AttendanceState.LEFT_EARLY else None
    entry.marked_at, entry.marked_by_id = now, actor.user_id
    _count_vote(entry)


def _bring_back(entry: RollCallEntry) -> None:
    entry.state, entry.reason = entry.previous_state, entry.previous_reason
    entry.previous_state, entry.previous_reason = "", ""
    entry.arrived_at = entry.left_at = None
    _count_vote(entry)


def _count_vote(entry: RollCallEntry) -> None:
    entry.votes = votes_now(
        entry.votes, standing=entry.standing, temporary=entry.temporary, state=AttendanceState(entry.state)
    )


def _record(actor: Actor, meeting: Meeting, now: datetime, **details: str | int) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)
    record(Verb.ROLL_CALLED, actor=actor, target=meeting_target(meeting), now=now, details=details)
