"""The roll call: one tap a person, the rarer states, all others at once, a whole sheet of paper, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.typed import take_line
from nennep.meetings.choices import REASON_LIMIT, MeetingMode
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting, lock_open_meetings
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.members.queries import CellMember, list_cell_members
from nennep.room.choices import AttendanceState, MarkMethod, Verb
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.roll_call import has_vote, lock_entry
from nennep.room.rules.room import is_after, is_tapped, next_state
from nennep.room.services.room import NothingToUndo, make_roll_entries

_FIELDS = [
    "state",
    "reason",
    "votes",
    "method",
    "arrived_at",
    "left_at",
    "previous_state",
    "previous_reason",
    "previous_arrived_at",
    "previous_left_at",
    "claimed_at",
    "marked_at",
    "marked_by",
]


class NotInRollCall(DomainError):
    code = "not_in_roll_call"
    message = _("Có dòng không thuộc danh sách điểm danh này. Hãy mở lại trang rồi ghi.")


class ArrivalMissing(DomainError):
    code = "arrival_missing"
    message = _("Hãy ghi giờ đến, ví dụ 19:48.")
    field = "arrived_at"


class LeavingMissing(DomainError):
    code = "leaving_missing"
    message = _("Hãy ghi giờ về, ví dụ 20:30.")
    field = "left_at"


class LeftBeforeArrival(DomainError):
    code = "left_before_arrival"
    message = _("Giờ về phải sau giờ đến. Hãy xem lại hai giờ.")
    field = "left_at"


class BeforeOpening(DomainError):
    code = "mark_before_opening"
    message = _("Buổi sinh hoạt khai mạc lúc %(opened)s. Hãy ghi giờ sau đó.")


class StateNotTapped(DomainError):
    code = "state_not_tapped"
    message = _("Buổi này không ghi trạng thái ấy bằng một lần bấm. Hãy tải lại trang rồi bấm lại.")


class LeftTheCell(DomainError):
    code = "left_the_cell"
    message = _(
        "Đồng chí %(name)s không còn sinh hoạt ở chi bộ vào ngày họp nên không điểm danh được. "
        "Hãy đối chiếu danh sách ở trang phiếu giấy."
    )


@dataclass(frozen=True, slots=True)
class EntryMark:
    """How one person attended. Those who come late have `arrived_at`, those who leave early `left_at`; one person may have both."""

    state: AttendanceState
    reason: str = ""
    arrived_at: time | None = None
    left_at: time | None = None
    method: MarkMethod = MarkMethod.TAP

    @property
    def words(self) -> str:
        """The reason as it is stored. Raises what `take_line` raises."""
        return take_line(self.reason, limit=REASON_LIMIT, field="reason")

    def check(self) -> None:
        """Raise ArrivalMissing, LeavingMissing, LeftBeforeArrival when a time that must be there is not, or makes no sense."""
        if self.state == AttendanceState.LATE and self.arrived_at is None:
            raise ArrivalMissing
        if self.state == AttendanceState.LEFT_EARLY and self.left_at is None:
            raise LeavingMissing
        if self.arrived_at and self.left_at and self.left_at <= self.arrived_at:
            raise LeftBeforeArrival


def tap_entry(*, actor: Actor, entry: UUID, wanted: AttendanceState | None = None, now: datetime) -> RollCallEntry:
    """One tap: present → excused → unexcused → present. Raises NotFound, NotAllowed, MeetingNotOpen, LeftTheCell, StateNotTapped.

    `wanted` is what came next on the page that was tapped: sent twice, or late, it is the same state and is written once.
    """
    with transaction.atomic():
        found = _lock_for_mark(actor, entry)
        mode = MeetingMode(found.meeting.mode)
        state = wanted or next_state(AttendanceState(found.state), mode)
        if not is_tapped(state, mode):
            raise StateNotTapped
        if state != found.state:
            keep_mark(actor=actor, entry=found, mark=EntryMark(state), now=now)
    return found


def mark_entry(*, actor: Actor, entry: UUID, mark: EntryMark, now: datetime) -> RollCallEntry:
    """One of the rarer states, with a reason or times.

    Raises ArrivalMissing, LeavingMissing, LeftBeforeArrival, BeforeOpening, LeftTheCell.
    """
    mark.check()
    with transaction.atomic():
        found = _lock_for_mark(actor, entry)
        _require_after_opening(found.meeting, mark)
        keep_mark(actor=actor, entry=found, mark=mark, now=now)
    return found


def _lock_for_mark(actor: Actor, entry: UUID) -> RollCallEntry:
    found = lock_entry(actor=actor, public_id=entry)
    require_open(found.meeting.state)
    if not found.belongs:  # type: ignore[attr-defined]  # annotated by lock_entry
        raise LeftTheCell(name=found.member.full_name)
    return found


def _require_after_opening(meeting: Meeting, mark: EntryMark) -> None:
    opened = localtime(meeting.opened_at).time() if meeting.opened_at else time.min
    for field in ("arrived_at", "left_at"):
        if not is_after(getattr(mark, field), opened):
            raise BeforeOpening(field=field, opened=f"{opened:%H:%M}")


def keep_mark(*, actor: Actor, entry: RollCallEntry, mark: EntryMark, now: datetime) -> None:
    """Write what one person's row says now. Inside the transaction of a service that holds the lock and has asked."""
    _mark(entry, mark, actor, now)
    entry.save(update_fields=_FIELDS)
    _record(actor, entry.meeting, now, member=str(entry.member.public_id), state=entry.state, method=entry.method)


def mark_others_present(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """Everybody counted who is not marked yet is present; returns how many. One Hoàn tác takes all of them back."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        unmarked = RollCallEntry.objects.filter(meeting=meeting, counted=True, state=AttendanceState.UNMARKED)
        state = next_state(AttendanceState.UNMARKED, MeetingMode(meeting.mode))
        count = unmarked.update(
            state=state,
            method=MarkMethod.TAP,
            previous_state=AttendanceState.UNMARKED,
            previous_reason="",
            marked_at=now,
            marked_by_id=actor.user_id,
        )
        _record(actor, meeting, now, state=state, count=count)
    return count


def save_roll_call(*, actor: Actor, meeting: Meeting, marks: Mapping[UUID, EntryMark], now: datetime) -> int:
    """The whole roll call in one pass, as keyed back from paper: `marks` by public id of the entries. How many changed.

    Entries that `marks` leaves out stay as they are; what the sheet changes is marked as coming from paper.
    Raises NotInRollCall. At most eight queries, for any number.
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
            _mark(entry, replace(marks[entry.public_id], method=MarkMethod.SHEET), actor, now)
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


@dataclass(frozen=True, slots=True)
class RollCallChange:
    """How many came into the roll call, and how many left it."""

    added: int
    dropped: int


def refresh_roll_call(*, actor: Actor, meeting: Meeting, now: datetime) -> RollCallChange:
    """Make the roll call follow the cell's list: who joined and who left, as reported after the opening.

    Members who left before this day stay in it when they have spoken.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_open(locked.state)
        members = list_cell_members(organization_id=locked.organization_id, on=locked.held_on)
        added = _add_missing(actor, locked, members)
        dropped = _drop_left(locked, members)
        if added or dropped:
            _record(actor, locked, now, added=added, dropped=dropped)
    return RollCallChange(added, dropped)


def _add_missing(actor: Actor, meeting: Meeting, members: list[CellMember]) -> int:
    known = set(meeting.roll_call.order_by().values_list("member_id", flat=True))
    missing = [member for member in members if member.member_id not in known]
    entries = make_roll_entries(actor=actor, meeting=meeting, members=missing, replies={})
    RollCallEntry.objects.bulk_create(entries)
    return len(entries)


def _drop_left(meeting: Meeting, members: list[CellMember]) -> int:
    gone = meeting.roll_call.exclude(member__in=[member.member_id for member in members])
    count, _rows = gone.exclude(member__in=Speech.objects.filter(item__meeting=meeting).values("member")).delete()
    return count


def take_entries(*, actor: Actor, kept_id: int, dropped_id: int) -> int:
    """Rows of a duplicate record become the kept one's; how many moved. For `references.py`.

    Where both stand in one roll call, the person is counted once while the meeting goes on: the kept record's row takes the
    mark that it lacks, and the duplicate's goes. After the meeting both stay as they were written down.
    """
    actor.require_program()
    with transaction.atomic():
        listed = RollCallEntry.objects.filter(member__in=[kept_id, dropped_id]).order_by()
        for meeting in lock_open_meetings(set(listed.values_list("meeting_id", flat=True))):
            _count_once(meeting, kept_id, dropped_id)
            keep_meeting(actor=actor, meeting=meeting)
        both = RollCallEntry.objects.filter(member_id=kept_id).values("meeting_id")
        return RollCallEntry.objects.filter(member_id=dropped_id).exclude(meeting__in=both).update(member_id=kept_id)


def _count_once(meeting: Meeting, kept_id: int, dropped_id: int) -> None:
    rows = {row.member_id: row for row in meeting.roll_call.filter(member__in=[kept_id, dropped_id])}
    if len(rows) < 2:
        return
    kept, dropped = rows[kept_id], rows[dropped_id]
    if kept.state == AttendanceState.UNMARKED:
        for name in _FIELDS:
            if name != "votes":
                setattr(kept, name, getattr(dropped, name))
        kept.votes = has_vote(kept)
        kept.save(update_fields=_FIELDS)
    dropped.delete()


def _differs(entry: RollCallEntry, mark: EntryMark) -> bool:
    before = (entry.state, entry.reason, entry.arrived_at, entry.left_at)
    return before != (mark.state, mark.words, *_times(mark))


def _times(mark: EntryMark) -> tuple[time | None, time | None]:
    """Times belong to those who came late or left early only."""
    return (mark.arrived_at, mark.left_at) if mark.state.is_partial else (None, None)


def _mark(entry: RollCallEntry, mark: EntryMark, actor: Actor, now: datetime) -> None:
    entry.previous_state, entry.previous_reason = entry.state, entry.reason
    entry.previous_arrived_at, entry.previous_left_at = entry.arrived_at, entry.left_at
    entry.state, entry.reason, entry.method = mark.state, mark.words, mark.method
    entry.arrived_at, entry.left_at = _times(mark)
    entry.marked_at, entry.marked_by_id, entry.claimed_at = now, actor.user_id, None
    entry.votes = has_vote(entry)


def _bring_back(entry: RollCallEntry) -> None:
    entry.state, entry.reason = entry.previous_state, entry.previous_reason
    entry.arrived_at, entry.left_at = entry.previous_arrived_at, entry.previous_left_at
    entry.previous_state, entry.previous_reason = "", ""
    entry.previous_arrived_at = entry.previous_left_at = None
    entry.votes = has_vote(entry)


def _record(actor: Actor, meeting: Meeting, now: datetime, **details: str | int) -> None:
    keep_meeting(actor=actor, meeting=meeting)
    record(Verb.ROLL_CALLED, actor=actor, target=meeting_target(meeting), now=now, details=details)
