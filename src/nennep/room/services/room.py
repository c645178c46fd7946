"""The meeting going on: opening, one item after the other, notes, who spoke."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.queries import was_done_by
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.events import publish
from nennep.core.merging import merge_texts
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.typed import find_fault, take_line, take_note
from nennep.core.wording import format_month
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, MeetingKind, MeetingState, NoticeAnswer
from nennep.meetings.models import AgendaItem, Meeting, NoticeReply
from nennep.meetings.queries.meeting import find_last_minute_taker, lock_meeting
from nennep.meetings.queries.notice import replies_by_member
from nennep.meetings.rules.schedule import find_month_counted
from nennep.meetings.rules.state import require_open, require_planned
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.meetings.services.schedule import record_departure
from nennep.members.choices import PostKind
from nennep.members.queries import CellMember, find_stand_in, list_cell_members
from nennep.organizations.queries import lineage_of, lock_existing
from nennep.policies.choices import PolicyKey
from nennep.room.choices import AttendanceState, MeetingOpened, Verb
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.outcome import rules_of
from nennep.room.queries.roll_call import lock_entry
from nennep.room.rules.room import first_state, join_note, mark_note

_OPENED = ("state", "opened_at", "unit_lineage", "month", "chair_id", "minute_taker_id")


class OpeningInFuture(DomainError):
    code = "opening_in_future"
    message = _("Giờ khai mạc chưa tới. Hãy ghi giờ đã khai mạc, hoặc dời ngày họp.")
    field = "opened_at"


class NobodyInCell(DomainError):
    code = "nobody_in_cell"
    message = _("Chi bộ chưa có đảng viên nào vào ngày này. Hãy nhập danh sách đảng viên trước khi khai mạc.")


class NoteConflict(Conflict):
    """`both` has every paragraph of either side, the stored one's first: what a person makes one note of."""

    code = "note_conflict"
    message = _("Người khác vừa sửa ghi chép này. Ô dưới đã có cả hai bản; hãy sửa thành một rồi lưu.")
    field = "note"

    def __init__(self, both: str) -> None:
        super().__init__()
        self.both = both


class FeeNoteChanged(Conflict):
    """`theirs` is what stands there now, `both` that and what was typed: what a person makes one line of."""

    code = "fee_note_changed"
    message = _("Người khác vừa ghi tình hình đảng phí. Ô dưới đã có cả hai câu; hãy sửa thành một rồi ghi lại.")
    field = "fee_note"

    def __init__(self, theirs: str, mine: str) -> None:
        super().__init__()
        self.theirs, self.both = theirs, "; ".join(line for line in (theirs, mine) if line)


class NoCurrentItem(DomainError):
    code = "no_current_item"
    message = _("Chưa bàn mục nào. Hãy chọn mục đang bàn trong chương trình trước.")


class NotInTheRoom(DomainError):
    code = "not_in_the_room"
    message = _("Đồng chí này chưa được ghi là có mặt nên chưa ghi phát biểu được.")


class NothingToUndo(DomainError):
    code = "nothing_to_undo"
    message = _("Không có gì để hoàn tác.")


def open_meeting(*, actor: Actor, meeting: Meeting, opened_at: datetime, reason: str = "", now: datetime) -> Meeting:
    """Open the meeting: from here on the unit's place in the tree and the roll call are those of this day.

    In order: the lineage is frozen; without a chair the secretary presides or who stands in, without a minute-taker whoever took the last
    minutes takes these; everybody who belongs to the cell on the day enters the roll call, which keeps who is counted and
    who votes; members who asked to be excused are pre-filled so; the first item begins. `reason` says why the day differs
    from the rule and is kept as a departure. The day of the meeting decides, not that of writing it down: one that a cell held
    before it ended is keyed in by whoever finishes for it; the cell is locked, before the meeting, and does not end meanwhile.
    Raises OpeningInFuture, UnitClosed, NobodyInCell.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    if opened_at > now:
        raise OpeningInFuture
    with transaction.atomic():
        lock_existing(meeting.organization, on=localdate(opened_at))
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        members = list_cell_members(organization_id=meeting.organization_id, on=localdate(opened_at))
        if not members:
            raise NobodyInCell
        meeting.state, meeting.opened_at = MeetingState.OPEN, opened_at
        meeting.unit_lineage = lineage_of(meeting.organization)
        meeting.month = _find_month(meeting, localdate(opened_at))
        _seat_leaders(meeting, members)
        keep_meeting(actor=actor, meeting=meeting, fields=_OPENED)
        _call_roll(actor, meeting, members)
        _begin_first_item(meeting, opened_at)
        if reason:
            key = PolicyKey.WINDOW_LAST_DAY
            record_departure(actor=actor, meeting=meeting, rule_key=key, reason=reason, now=now)
        publish(MeetingOpened(meeting.organization_id, meeting.pk, meeting.month))
        details = {"opened_at": opened_at.isoformat(), "called": len(members)}
        record(Verb.OPENED, actor=actor, target=meeting_target(meeting), now=now, details=details)
    return meeting


def _find_month(meeting: Meeting, day: date) -> date:
    """First day of the month it counts for."""
    monthly = MeetingKind(meeting.kind).is_monthly
    return find_month_counted(Month.of(meeting.month), day, monthly=monthly).first_day


def _seat_leaders(meeting: Meeting, members: list[CellMember]) -> None:
    meeting.chair_id = meeting.chair_id or _find_presiding(meeting, members)
    meeting.minute_taker_id = meeting.minute_taker_id or _find_last_taker(meeting, members)


def _find_last_taker(meeting: Meeting, members: list[CellMember]) -> int | None:
    """Whoever took the minutes last, if they still belong to the cell and do not preside today."""
    last = find_last_minute_taker(meeting)
    return last if last in {member.member_id for member in members} - {meeting.chair_id} else None


def _find_presiding(meeting: Meeting, members: list[CellMember]) -> int | None:
    """The secretary, or whoever stands in for the secretary on that day."""
    stand_in = find_stand_in(organization_id=meeting.organization_id, on=meeting.held_on)
    if stand_in is not None and any(member.member_id == stand_in.member_id for member in members):
        return stand_in.member_id
    return next((member.member_id for member in members if PostKind.SECRETARY in member.posts), None)


def _call_roll(actor: Actor, meeting: Meeting, members: list[CellMember]) -> None:
    entries = make_roll_entries(actor=actor, meeting=meeting, members=members, replies=replies_by_member(meeting))
    RollCallEntry.objects.bulk_create(entries)


def make_roll_entries(
    *, actor: Actor, meeting: Meeting, members: list[CellMember], replies: Mapping[int, NoticeReply]
) -> list[RollCallEntry]:
    """Rows of the roll call for members of the cell on the day, not yet saved."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    entries, rules = [], rules_of(meeting)
    for member in members:
        reply = replies.get(member.member_id)
        answer = NoticeAnswer(reply.answer) if reply else None
        state = first_state(standing=member.standing, counted=member.is_counted(rules), answer=answer)
        entries.append(
            RollCallEntry(
                meeting=meeting,
                member_id=member.member_id,
                standing=member.standing,
                temporary=member.temporary,
                counted=member.is_counted(rules),
                votes=member.has_vote(rules),
                state=state,
                reason=_excuse_of(reply) if reply and state == AttendanceState.EXCUSED else "",
            )
        )
    return entries


def _excuse_of(reply: NoticeReply) -> str:
    """Why the member is excused. What was stored before such texts were refused does not keep the meeting from opening."""
    return "" if find_fault(reply.reason, limit=REASON_LIMIT) else reply.reason


def _begin_first_item(meeting: Meeting, opened_at: datetime) -> None:
    first = meeting.agenda.order_by("position", "pk").first()
    if first is not None:
        first.started_at = opened_at
        first.save(update_fields=["started_at"])


def go_to_item(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Leave the running item and take this one up; going back to one adds to the time it already took.

    Raises NotFound for an item that is gone, MeetingNotOpen, MeetingIsOver, NotAllowed.
    """
    actor.require(Permission.MEETINGS_HOLD, item.meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(item.meeting)
        require_open(meeting.state)
        _end_running_item(meeting, now)
        fresh = meeting.agenda.filter(pk=item.pk).first()
        if fresh is None:
            raise NotFound
        used = fresh.ended_at - fresh.started_at if fresh.started_at and fresh.ended_at else None
        fresh.started_at, fresh.ended_at = (now - used if used else now), None
        fresh.save(update_fields=["started_at", "ended_at"])
        keep_meeting(actor=actor, meeting=meeting)
    return fresh


def finish_items(*, actor: Actor, meeting: Meeting, now: datetime) -> None:
    """The last item is through: no item is running any more."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        _end_running_item(meeting, now)
        keep_meeting(actor=actor, meeting=meeting)


def _end_running_item(meeting: Meeting, now: datetime) -> None:
    """Stop the clock of the item under discussion, if any. Inside the transaction of the caller, which holds the lock."""
    meeting.agenda.filter(started_at__isnull=False, ended_at=None).update(ended_at=now)


def save_note(
    *, actor: Actor, item: AgendaItem, note: str, version: int, before: str | None = None, now: datetime
) -> AgendaItem:
    """Replace what was noted of an item. `version` is the one that was on the screen, `before` its mark (`mark_note`).

    A note of that mark was not touched: what others saved since stays. Raises NoteConflict when somebody saved another text
    since. The same text again is no conflict, nor is one that goes on from what this person saved last: its answer never
    came, so the screen still had the version before.
    """
    actor.require(Permission.MEETINGS_HOLD, item.meeting.organization.path)
    note = take_note(note, limit=NOTE_LIMIT, field="note")
    with transaction.atomic():
        meeting, item = _lock_for_note(item)
        if note == item.note or mark_note(note) == before:
            return item
        if not _goes_on_from(item, version, note, actor=actor, meeting=meeting):
            raise NoteConflict(merge_texts(base="", mine=note, theirs=item.note).text)
        _write_note(actor, meeting, item, note, now=now)
    return item


def keep_note(
    *, actor: Actor, item: AgendaItem, note: str, version: int, before: str | None = None, now: datetime
) -> AgendaItem:
    """Save a note that goes along with another tap, as `save_note`; where another text was saved since, at its end."""
    actor.require(Permission.MEETINGS_HOLD, item.meeting.organization.path)
    note = take_note(note, limit=NOTE_LIMIT, field="note")
    with transaction.atomic():
        meeting, locked = _lock_for_note(item)
        if note != locked.note and mark_note(note) != before:
            goes_on = _goes_on_from(locked, version, note, actor=actor, meeting=meeting)
            kept = note if goes_on else join_note(locked.note, note)
            _write_note(actor, meeting, locked, kept, now=now)
    return locked


def append_note(*, actor: Actor, item: AgendaItem, addition: str, now: datetime) -> AgendaItem:
    """Put a text module at the end of an item's note, whatever its version."""
    actor.require(Permission.MEETINGS_HOLD, item.meeting.organization.path)
    with transaction.atomic():
        meeting, item = _lock_for_note(item)
        _write_note(actor, meeting, item, join_note(item.note, addition), now=now)
    return item


def set_fee_note(*, actor: Actor, meeting: Meeting, fee_note: str, before: str | None = None, now: datetime) -> Meeting:
    """What was said of Party fees at the opening (HD 42: the state of fees is told). `before` is what the writer began with.

    Raises FeeNoteChanged when somebody wrote another line since; the same line again is no conflict.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        words = take_line(fee_note, limit=TITLE_LIMIT, field="fee_note")
        if before is not None and meeting.fee_note not in {before, words}:
            raise FeeNoteChanged(theirs=meeting.fee_note, mine=words)
        meeting.fee_note = words
        keep_meeting(actor=actor, meeting=meeting, fields=("fee_note",))
        record(Verb.NOTED, actor=actor, target=meeting_target(meeting), now=now, details={"fee_note": True})
    return meeting


def tell_fees_paid(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """One tap for the usual line on fees: everybody paid up to the month of the meeting. Raises what `set_fee_note` raises."""
    with translation.override("vi"):  # it goes into Vietnamese papers
        usual = _("Đã đóng đủ đến tháng %(month)s") % {"month": format_month(meeting.month.month)}
    return set_fee_note(actor=actor, meeting=meeting, fee_note=usual, before="", now=now)


def speak(*, actor: Actor, entry: UUID, now: datetime) -> Speech:
    """A person in the room took the floor once more: on the running item, between items on the one that ended last.

    Raises NotFound, NotInTheRoom, NoCurrentItem.
    """
    with transaction.atomic():
        found = lock_entry(actor=actor, public_id=entry)
        require_open(found.meeting.state)
        if not AttendanceState(found.state).is_there:
            raise NotInTheRoom
        begun = found.meeting.agenda.filter(started_at__isnull=False)
        latest = begun.order_by(F("ended_at").desc(nulls_first=True), "position")
        before = Speech.objects.filter(item=OuterRef("pk"), member_id=found.member_id)
        item = latest.annotate(speech_id=Subquery(before.values("pk")[:1])).first()
        if item is None:
            raise NoCurrentItem
        speech = _count_speech(item, found, now)
        keep_meeting(actor=actor, meeting=found.meeting)
    return speech


def _count_speech(item: AgendaItem, entry: RollCallEntry, now: datetime) -> Speech:
    """One more speech of this person on this item; the item says by `speech_id` whether it is the first. One query."""
    item.meeting = entry.meeting
    known: int | None = item.speech_id  # type: ignore[attr-defined]  # annotated above
    if known is None:
        return Speech.objects.create(item=item, member=entry.member, first_at=now, last_at=now)
    Speech.objects.filter(pk=known).update(count=F("count") + 1, last_at=now)
    return Speech(pk=known, item=item, member=entry.member, first_at=now, last_at=now)


def undo_speech(*, actor: Actor, meeting: Meeting, now: datetime) -> None:  # noqa: ARG001  services are told the time
    """Take back the last tap on a speaker. Raises NothingToUndo."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_open(meeting.state)
        last = Speech.objects.filter(item__meeting=meeting).order_by("-last_at", "-pk").first()
        if last is None:
            raise NothingToUndo
        if last.count > 1:
            last.count -= 1
            last.save(update_fields=["count"])
        else:
            last.delete()
        keep_meeting(actor=actor, meeting=meeting)


def _lock_for_note(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    meeting = lock_meeting(item.meeting)
    require_open(meeting.state)
    fresh = meeting.agenda.select_for_update().filter(pk=item.pk).first()
    if fresh is None:
        raise NotFound
    return meeting, fresh


def _goes_on_from(item: AgendaItem, version: int, note: str, *, actor: Actor, meeting: Meeting) -> bool:
    """Whether `note` was written from what stands there: that version, or the one before and the rest is this person's own."""
    if version == item.note_version:
        return True
    if version != item.note_version - 1 or not note.startswith(item.note):
        return False
    target = meeting_target(meeting)
    details: dict[str, str | int] = {"item": str(item.public_id), "version": item.note_version}
    return was_done_by(actor=actor, kind=target.kind, target_id=target.id, verb=Verb.NOTED, details=details)


def _write_note(actor: Actor, meeting: Meeting, item: AgendaItem, note: str, *, now: datetime) -> None:
    item.note = take_note(note, limit=NOTE_LIMIT, field="note")
    item.note_version += 1
    item.save(update_fields=["note", "note_version"])
    keep_meeting(actor=actor, meeting=meeting)
    details = {"item": str(item.public_id), "version": item.note_version}
    record(Verb.NOTED, actor=actor, target=meeting_target(meeting), now=now, details=details)
