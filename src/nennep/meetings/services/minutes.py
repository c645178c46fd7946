"""Writing the minutes: into words after the closing, approved and locked, corrected only as a new version with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish_on_commit
from nennep.core.permissions import Permission
from nennep.core.text import compose, compose_lines
from nennep.meetings.choices import (
    NOTE_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    AttendanceState,
    MeetingState,
    MinutesApproved,
    MinutesCorrected,
    RollCallChanged,
    Verb,
)
from nennep.meetings.models import AgendaItem, Meeting, MinutesVersion, RollCallEntry
from nennep.meetings.queries.meeting import lock_meeting, meeting_target
from nennep.meetings.queries.minutes import build_attendance, build_minutes, newest_version
from nennep.meetings.rules.minutes import ItemTexts, MinutesPaper, hash_content, put_texts
from nennep.meetings.rules.room import list_states


class MeetingNotHeld(DomainError):
    code = "meeting_not_held"
    message = _("Buổi sinh hoạt chưa bế mạc nên chưa có biên bản. Hãy bế mạc trước.")


class MinutesLocked(Conflict):
    code = "minutes_locked"
    message = _("Biên bản đã thông qua và khóa. Nếu ghi sai, hãy đính chính, có lý do.")


class MinutesNotApproved(DomainError):
    code = "minutes_not_approved"
    message = _("Biên bản chưa thông qua. Hãy thông qua biên bản trước.")


class CorrectionNeedsReason(DomainError):
    code = "correction_needs_reason"
    message = _("Hãy ghi vì sao phải đính chính. Lý do nằm trong biên bản.")
    field = "reason"


class NothingCorrected(DomainError):
    code = "nothing_corrected"
    message = _("Chưa sửa chỗ nào so với bản đang có.")


class VersionIsOld(Conflict):
    code = "minutes_version_is_old"
    message = _("Người khác vừa đính chính biên bản này. Hãy xem bản mới rồi sửa tiếp.")


class DraftIsOld(Conflict):
    code = "minutes_draft_is_old"
    message = _("Người khác vừa sửa biên bản này. Hãy chép điều đồng chí gõ, mở lại bản mới rồi sửa tiếp.")


class TextTooLong(DomainError):
    code = "minutes_text_too_long"
    message = _("Dài quá %(limit)s chữ. Hãy viết gọn lại.")


class StateNotPossible(DomainError):
    code = "roll_call_state_not_possible"
    message = _("Không ghi được trạng thái này cho đồng chí %(name)s.")


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What the roll call shall say of one person."""

    state: AttendanceState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MinutesChanges:
    """What shall stand in the minutes instead; what is left out stays. `entries` and `items` by public id."""

    items: Mapping[UUID, ItemTexts] = field(default_factory=dict)
    entries: Mapping[UUID, EntryChange] = field(default_factory=dict)
    conclusion: str | None = None
    fee_note: str | None = None
    extra: str | None = None


def change_draft(
    *, actor: Actor, meeting: Meeting, changes: MinutesChanges, known_revision: int | None = None, now: datetime
) -> Meeting:
    """Put the records of a closed meeting into better words before the approval. `extra` is given at the approval.

    `known_revision` is the meeting's when the writer opened the form: nobody overwrites what another wrote since. Raises
    MeetingNotHeld, MinutesLocked, DraftIsOld, TextTooLong, StateNotPossible, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
        _require_held(locked)
        if newest_version(locked):
            raise MinutesLocked
        if known_revision not in {None, locked.revision}:
            raise DraftIsOld
        moved = _write_changes(actor, locked, changes, now)
        record(Verb.NOTED, actor=actor, target=meeting_target(locked), now=now, details={"part": "minutes"})
        if moved:
            publish_on_commit(RollCallChanged(locked.organization_id, locked.pk, locked.month))
    return locked


def approve_minutes(*, actor: Actor, meeting: Meeting, extra: str = "", now: datetime) -> MinutesVersion:
    """The cell heard the minutes and agreed: version 1, from the records. Locks roll call, notes and votes.

    `extra` is free text that has no place elsewhere. Raises MeetingNotHeld, MinutesLocked, NotAllowed. Publishes MinutesApproved.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MINUTES_APPROVE, locked.organization.path)
        _require_held(locked)
        if newest_version(locked):
            raise MinutesLocked
        paper = replace(build_minutes(actor=actor, meeting=locked), extra=_clean(extra))
        version = _append(locked, paper, 1, actor=actor, now=now)
        details = {"version": 1, "sha256": version.sha256}
        record(Verb.MINUTES_APPROVED, actor=actor, target=meeting_target(locked), now=now, details=details)
        publish_on_commit(MinutesApproved(locked.organization_id, locked.pk, locked.month))
    return version


def correct_minutes(
    *, actor: Actor, meeting: Meeting, changes: MinutesChanges, reason: str, known_version: int, now: datetime
) -> MinutesVersion:
    """A new version beside the old ones, with its reason; figures follow a corrected roll call.

    Everything that was not corrected stays as it was read out, even where the records have moved on since.
    `known_version` is the one the writer saw. Raises MinutesNotApproved, CorrectionNeedsReason, VersionIsOld,
    NothingCorrected, TextTooLong, StateNotPossible, NotAllowed. Publishes MinutesCorrected and RollCallChanged.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MINUTES_CORRECT, locked.organization.path)
        newest = newest_version(locked)
        if newest is None:
            raise MinutesNotApproved
        if newest.number != known_version:
            raise VersionIsOld
        why = _check_reason(reason)
        before = MinutesPaper.from_content(newest.content)
        moved = _write_changes(actor, locked, changes, now)
        paper = _correct_paper(before, locked, changes, moved=moved)
        if paper == before:
            raise NothingCorrected
        version = _append(locked, paper, newest.number + 1, reason=why, actor=actor, now=now)
        details = {"version": version.number, "reason": why, "sha256": version.sha256}
        record(Verb.MINUTES_CORRECTED, actor=actor, target=meeting_target(locked), now=now, details=details)
        _publish_correction(locked, moved=moved)
    return version


def _require_held(meeting: Meeting) -> None:
    if meeting.state != MeetingState.HELD:
        raise MeetingNotHeld


def _check_reason(reason: str) -> str:
    words = compose(reason)
    if not words:
        raise CorrectionNeedsReason
    if len(words) > REASON_LIMIT:
        raise TextTooLong(limit=REASON_LIMIT)
    return words


def _clean(text: str, limit: int = NOTE_LIMIT) -> str:
    words = compose_lines(text)
    if len(words) > limit:
        raise TextTooLong(limit=limit)
    return words


def _clean_texts(texts: ItemTexts) -> ItemTexts:
    return ItemTexts(_clean(texts.note), _clean(texts.conclusion))


def _write_changes(actor: Actor, meeting: Meeting, changes: MinutesChanges, now: datetime) -> bool:
    """Write the changes into the records, so that they and the newest minutes say the same. True when the roll call moved."""
    for item in meeting.agenda.filter(public_id__in=list(changes.items)).order_by("pk"):
        _write_item(item, _clean_texts(changes.items[item.public_id]))
    if changes.conclusion is not None:
        meeting.conclusion = _clean(changes.conclusion)
    if changes.fee_note is not None:
        meeting.fee_note = _clean(changes.fee_note, TITLE_LIMIT)
    meeting.revision += 1
    meeting.save(update_fields=["conclusion", "fee_note", "revision"])
    entries = meeting.roll_call.filter(public_id__in=list(changes.entries)).select_related("member").order_by("pk")
    moved = [_write_entry(actor, entry, changes.entries[entry.public_id], now) for entry in entries]
    return any(moved)


def _write_item(item: AgendaItem, texts: ItemTexts) -> None:
    if (item.note, item.conclusion) == (texts.note, texts.conclusion):
        return
    item.note, item.conclusion, item.note_version = texts.note, texts.conclusion, item.note_version + 1
    item.save(update_fields=["note", "conclusion", "note_version"])


def _write_entry(actor: Actor, entry: RollCallEntry, change: EntryChange, now: datetime) -> bool:
    reason = _clean(change.reason, REASON_LIMIT)
    if (entry.state, entry.reason) == (change.state, reason):
        return False
    if change.state not in list_states(counted=entry.counted, state=AttendanceState(entry.state)):
        raise StateNotPossible(name=entry.member.full_name)
    entry.state, entry.reason, entry.marked_at, entry.marked_by_id = change.state, reason, now, actor.user_id
    entry.save(update_fields=["state", "reason", "marked_at", "marked_by"])
    return True


def _correct_paper(before: MinutesPaper, meeting: Meeting, changes: MinutesChanges, *, moved: bool) -> MinutesPaper:
    whole: dict[str, object] = {}
    if changes.conclusion is not None:
        whole["conclusion"] = meeting.conclusion
    if changes.fee_note is not None:
        whole["fee_note"] = meeting.fee_note
    if changes.extra is not None:
        whole["extra"] = _clean(changes.extra)
    if moved:
        whole["attendance"] = build_attendance(meeting)
    texts = {str(public_id): _clean_texts(texts) for public_id, texts in changes.items.items()}
    return put_texts(before, texts, **whole)


def _append(
    meeting: Meeting, paper: MinutesPaper, number: int, *, actor: Actor, now: datetime, reason: str = ""
) -> MinutesVersion:
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


def _publish_correction(meeting: Meeting, *, moved: bool) -> None:
    publish_on_commit(MinutesCorrected(meeting.organization_id, meeting.pk, meeting.month))
    if moved:
        publish_on_commit(RollCallChanged(meeting.organization_id, meeting.pk, meeting.month))
