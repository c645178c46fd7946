"""Writing the minutes: into words after the closing, then approved and locked. Corrections: corrections."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.frozen import hash_content
from nennep.core.merging import settle_texts
from nennep.core.permissions import Permission
from nennep.core.typed import take_line, take_lines
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, MeetingMode, MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.records.choices import MinutesApproved, Verb, WordsChanged, WordsChanging
from nennep.records.models import MinutesVersion
from nennep.records.queries.leaders import may_finish
from nennep.records.queries.minutes import build_minutes, newest_version
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.rules.minutes import ItemTexts, MinutesContent
from nennep.room.choices import AttendanceState, RollCallChanged, VoteMajority
from nennep.room.choices import Verb as RoomVerb
from nennep.room.models import RollCallEntry
from nennep.room.queries.outcome import count_vote_base, rules_of
from nennep.room.queries.roll_call import has_vote
from nennep.room.rules.outcome import threshold_of
from nennep.room.rules.room import list_states


class MeetingNotHeld(DomainError):
    code = "meeting_not_held"
    message = _("Buổi sinh hoạt chưa bế mạc nên chưa có biên bản. Hãy bế mạc trước.")


class MinutesLocked(Conflict):
    code = "minutes_locked"
    message = _("Biên bản đã thông qua và khóa. Nếu ghi sai, hãy đính chính, có lý do.")


class MinutesNotApproved(DomainError):
    code = "minutes_not_approved"
    message = _("Biên bản chưa thông qua. Hãy thông qua biên bản trước.")


class TimesNotPossible(DomainError):
    code = "correction_times_not_possible"
    message = _("Giờ bế mạc phải sau giờ khai mạc và không sau lúc này. Hãy xem lại ngày giờ.")
    field = "closed_at"


class EntryChangedMeanwhile(Conflict):
    code = "roll_call_changed_meanwhile"
    message = _("Người khác vừa ghi đồng chí %(name)s: %(state)s. Hãy xem lại điểm danh rồi ghi tiếp.")


class StateNotPossible(DomainError):
    code = "roll_call_state_not_possible"
    message = _("Không ghi được trạng thái này cho đồng chí %(name)s.")


def change_draft(
    *, actor: Actor, meeting: Meeting, changes: MinutesChanges, base: MinutesChanges | None = None, now: datetime
) -> Meeting:
    """Put the records of a closed meeting into better words before the approval. `extra` is given at the approval.

    `base` is what the writer began with: what others wrote since is kept beside it, paragraph by paragraph. Raises
    TextsChanged and EntryChangedMeanwhile where both wrote at the same place, MeetingNotHeld, MinutesLocked, TextTooLong,
    StateNotPossible, TimesNotPossible, NotAllowed. Publishes WordsChanging, WordsChanged, and RollCallChanged when somebody's
    attendance or the hours change.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
        _require_held(locked)
        if newest_version(locked):
            raise MinutesLocked
        publish(WordsChanging(locked.organization_id, locked.pk, locked.month, at=now))
        settled = settle_changes(meeting=locked, changes=changes, base=base, theirs=_texts_of(locked))
        moved = write_changes(actor=actor, meeting=locked, changes=settled, now=now)
        moved |= write_times(actor=actor, meeting=locked, changes=settled, now=now)
        record(RoomVerb.NOTED, actor=actor, target=meeting_target(locked), now=now, details={"part": "minutes"})
        publish(WordsChanged(locked.organization_id, locked.pk, locked.month, at=now))
        if moved:
            publish(RollCallChanged(locked.organization_id, locked.pk, locked.month))
    return locked


def approve_minutes(*, actor: Actor, meeting: Meeting, extra: str = "", now: datetime) -> MinutesVersion:
    """The cell heard the minutes and agreed: version 1, from the records. Locks roll call, notes and votes.

    `extra` is free text that has no place elsewhere. Raises MeetingNotHeld, MinutesLocked, NotAllowed. Publishes MinutesApproved.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_finisher(actor=actor, meeting=locked)
        _require_held(locked)
        if newest_version(locked):
            raise MinutesLocked
        paper = replace(
            build_minutes(actor=actor, meeting=locked), extra=take_lines(extra, limit=NOTE_LIMIT, field="extra")
        )
        version = append_version(actor=actor, meeting=locked, paper=paper, number=1, now=now)
        details = {"version": 1, "sha256": version.sha256}
        record(Verb.MINUTES_APPROVED, actor=actor, target=meeting_target(locked), now=now, details=details)
        publish(MinutesApproved(locked.organization_id, locked.pk, locked.month, at=now))
    return version


def require_finisher(*, actor: Actor, meeting: Meeting) -> None:
    """Who may approve minutes and resolve: the secretary, or who chaired this meeting. Raises NotAllowed."""
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    if not may_finish(actor, meeting):
        actor.require(Permission.MINUTES_APPROVE, meeting.organization.path)


def _require_held(meeting: Meeting) -> None:
    if meeting.state != MeetingState.HELD:
        raise MeetingNotHeld


def settle_changes(
    *, meeting: Meeting, changes: MinutesChanges, base: MinutesChanges | None, theirs: Mapping[str, str]
) -> MinutesChanges:
    """What is to be written so that nobody loses text: `theirs` are the texts that stand there now, by name.

    Of the roll call only what the writer changed. Inside the writer's transaction. Raises TextsChanged,
    EntryChangedMeanwhile, TextTooLong.
    """
    begun = base or MinutesChanges()
    texts = settle_texts(base=begun.texts(), mine=changes.texts(), theirs=theirs)
    taken = {name: take_lines(text, limit=_limit_of(name), field=name) for name, text in texts.items()}
    return replace(changes.with_texts(taken), entries=_settle_entries(meeting, changes, begun))


def _limit_of(name: str) -> int:
    return TITLE_LIMIT if name == "fee_note" else NOTE_LIMIT


def _settle_entries(meeting: Meeting, changes: MinutesChanges, base: MinutesChanges) -> dict[UUID, EntryChange]:
    """Without those that the writer left as they were: another one may have changed them since."""
    touched = {key: change for key, change in changes.entries.items() if base.entries.get(key) != change}
    guarded = meeting.roll_call.filter(public_id__in=[key for key in touched if key in base.entries])
    for entry in guarded.select_related("member").order_by("pk"):
        now = EntryChange(AttendanceState(entry.state), entry.reason)
        if now not in {base.entries[entry.public_id], touched[entry.public_id]}:
            raise EntryChangedMeanwhile(name=entry.member.full_name, state=str(now.state.label))
    return touched


def _texts_of(meeting: Meeting) -> dict[str, str]:
    """The texts of the records as they stand, by the names under which they are merged. One query."""
    rows = meeting.agenda.order_by("position", "pk").values_list("public_id", "note", "conclusion")
    texts = MinutesChanges(
        items={key: ItemTexts(note, conclusion) for key, note, conclusion in rows},
        conclusion=meeting.conclusion,
        fee_note=meeting.fee_note,
    )
    return texts.texts()


def write_changes(*, actor: Actor, meeting: Meeting, changes: MinutesChanges, now: datetime) -> bool:
    """Write settled changes into the records, so that they and the newest minutes say the same. True when the roll call moved.

    Inside the transaction that changes the minutes. Raises StateNotPossible, TextTooLong.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    for item in meeting.agenda.filter(public_id__in=list(changes.items)).order_by("pk"):
        _write_item(item, changes.items[item.public_id])
    if changes.conclusion is not None:
        meeting.conclusion = changes.conclusion
    if changes.fee_note is not None:
        meeting.fee_note = changes.fee_note
    keep_meeting(actor=actor, meeting=meeting, fields=("conclusion", "fee_note"))
    entries = meeting.roll_call.filter(public_id__in=list(changes.entries)).select_related("member").order_by("pk")
    before = count_vote_base(meeting).base
    moved = [_write_entry(actor, entry, changes.entries[entry.public_id], now) for entry in entries]
    if any(moved):
        _move_bases(meeting, before, count_vote_base(meeting).base)
    return any(moved)


def write_times(*, actor: Actor, meeting: Meeting, changes: MinutesChanges, now: datetime) -> bool:
    """Write when the meeting was opened and closed; True when that is another time than before. Raises TimesNotPossible.

    Inside the transaction that changes the minutes.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    opened, closed = changes.opened_at or meeting.opened_at, changes.closed_at or meeting.closed_at
    if (opened, closed) == (meeting.opened_at, meeting.closed_at) or opened is None or closed is None:
        return False
    if not opened < closed <= now:
        raise TimesNotPossible
    meeting.opened_at, meeting.closed_at = opened, closed
    keep_meeting(actor=actor, meeting=meeting, fields=("opened_at", "closed_at"))
    return True


def _move_bases(meeting: Meeting, before: int, after: int) -> None:
    """`after` members had a vote in this meeting and not `before`: what its votes were counted on, and what carried.

    A base never falls below the votes that were counted; those are corrected by hand. One that could not fall does not
    rise when the correction is taken back: it goes no further than to `after`.
    """
    for vote in meeting.votes.order_by("at", "pk") if after != before else ():
        counted = vote.in_favour + vote.against + vote.other + vote.invalid
        moved = vote.base + after - before
        vote.base = max(counted, moved if after < before else min(moved, max(vote.base, after)))
        threshold = threshold_of(VoteMajority(vote.majority), rules_of(meeting))
        vote.passed = threshold.passes(in_favour=vote.in_favour, base=vote.base)
        vote.save(update_fields=["base", "passed"])


def _write_item(item: AgendaItem, texts: ItemTexts) -> None:
    if (item.note, item.conclusion) == (texts.note, texts.conclusion):
        return
    item.note, item.conclusion, item.note_version = texts.note, texts.conclusion, item.note_version + 1
    item.save(update_fields=["note", "conclusion", "note_version"])


def _write_entry(actor: Actor, entry: RollCallEntry, change: EntryChange, now: datetime) -> bool:
    reason = take_line(change.reason, limit=REASON_LIMIT, field="reason")
    if (entry.state, entry.reason) == (change.state, reason):
        return False
    mode = MeetingMode(entry.meeting.mode)
    if change.state not in list_states(counted=entry.counted, state=AttendanceState(entry.state), mode=mode):
        raise StateNotPossible(name=entry.member.full_name)
    entry.state, entry.reason, entry.marked_at, entry.marked_by_id = change.state, reason, now, actor.user_id
    entry.votes = has_vote(entry)
    entry.save(update_fields=["state", "reason", "marked_at", "marked_by", "votes"])
    return True


def append_version(
    *, actor: Actor, meeting: Meeting, paper: MinutesContent, number: int, now: datetime, reason: str = ""
) -> MinutesVersion:
    """Keep this paper as version `number`, inside the transaction that approves or corrects. Versions are never changed."""
    content = paper.to_content()
    return MinutesVersion.objects.create(
        meeting=meeting,
        number=number,
        content=content,
        sha256=hash_content(content),
        reason=reason,
        approved_at=now,
        approved_by_id=actor.user_id,
        approved_by_name=actor.name,
    )
