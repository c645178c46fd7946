"""A closed meeting is corrected only by a new version of its minutes, dated and with a reason; the figures follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.previews import NAMED, Effect, Preview
from nennep.core.typed import require_line
from nennep.duties import queries as duties_queries
from nennep.duties import services as duties
from nennep.duties.queries import DutyRow
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.services.meeting import meeting_target
from nennep.records.choices import CorrectionBegun, MinutesCorrected, Verb
from nennep.records.models import MinutesVersion
from nennep.records.queries.issued import list_issued
from nennep.records.queries.minutes import newest_version
from nennep.records.queries.minutes_paper import (
    build_attendance,
    build_remarks,
    build_votes,
    list_entries,
    make_duty_part,
    name_people,
)
from nennep.records.rules.corrections import MinutesChanges, VoteChange, compare_papers, texts_of_paper
from nennep.records.rules.minutes import ItemTexts, MinutesContent, NewDutyPart, put_texts
from nennep.records.services.minutes import (
    MinutesNotApproved,
    append_version,
    settle_changes,
    write_changes,
    write_times,
)
from nennep.room.choices import RollCallChanged, VoteMajority
from nennep.room.models import Vote
from nennep.room.queries.outcome import rules_of
from nennep.room.rules.outcome import threshold_of


class CorrectionNeedsReason(DomainError):
    code = "correction_needs_reason"
    message = _("Hãy ghi vì sao phải đính chính. Lý do nằm trong biên bản.")
    field = "reason"


class NothingCorrected(DomainError):
    code = "nothing_corrected"
    message = _("Chưa sửa chỗ nào so với bản đang có.")


class VoteNotPossible(DomainError):
    code = "correction_vote_not_possible"
    message = _("Biểu quyết “%(subject)s”: cần ít nhất 1 và nhiều nhất %(base)s phiếu. Hãy đếm lại.")


class WordsMissing(DomainError):
    code = "correction_words_missing"
    message = _("Hãy ghi biểu quyết việc gì, biểu dương hoặc nhắc nhở việc gì; nếu ghi nhầm cả dòng thì đánh dấu bỏ.")


def correct_minutes(
    *,
    actor: Actor,
    meeting: Meeting,
    changes: MinutesChanges,
    reason: str,
    base: MinutesChanges | None = None,
    now: datetime,
) -> MinutesVersion:
    """A new version beside the old ones, with its reason; records and figures follow (attendance, times, votes, tasks).

    Everything that was not corrected stays as it was read out, even where the records have moved on since. `base` is what
    the writer began with; what others corrected since stays. Raises MinutesNotApproved, CorrectionNeedsReason,
    NothingCorrected, ContentChanged, TextsChanged, EntryChangedMeanwhile, TimesNotPossible, VoteNotPossible, WordsMissing, TextTooLong,
    StateNotPossible, NotAllowed. Publishes MinutesCorrected, and RollCallChanged when somebody's attendance changes.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MINUTES_CORRECT, locked.organization.path)
        newest = newest_version(locked)
        if newest is None:
            raise MinutesNotApproved
        why = require_line(reason, CorrectionNeedsReason, limit=REASON_LIMIT, field="reason")
        publish(CorrectionBegun(locked.organization_id, locked.pk, locked.month, at=now))
        before = newest.read_minutes()
        texts = texts_of_paper(before)
        settled = settle_changes(meeting=locked, changes=changes, base=base, theirs=texts)
        moved = write_changes(actor=actor, meeting=locked, changes=settled, now=now)
        paper = _correct_paper(actor, locked, before, settled, moved=moved, reason=why, now=now)
        if paper == before:
            raise NothingCorrected
        number = newest.number + 1
        version = append_version(actor=actor, meeting=locked, paper=paper, number=number, reason=why, now=now)
        details = {"version": number, "sha256": version.sha256}
        record(Verb.MINUTES_CORRECTED, actor=actor, target=meeting_target(locked), now=now, details=details)
        _publish(locked, moved=moved, reason=why, now=now)
    return version


def foresee_correction(
    *,
    actor: Actor,
    meeting: Meeting,
    changes: MinutesChanges,
    reason: str,
    base: MinutesChanges | None = None,
    now: datetime,
) -> Preview:
    """Which papers `correct_minutes` would make a new version of, and in what it differs. Nothing is kept (docs/adr/0025).

    Raises what `correct_minutes` raises.
    """
    actor.require(Permission.MINUTES_CORRECT, meeting.organization.path)
    with transaction.atomic():
        before = {(version.address, version.number) for version in list_issued(meeting)}
        former = newest_version(meeting)
        version = correct_minutes(actor=actor, meeting=meeting, changes=changes, reason=reason, base=base, now=now)
        after = [version for version in list_issued(meeting) if version.number > 1]
        transaction.set_rollback(True)
    touched = [
        Touched(version.label, version.number, version.changes)
        for version in after
        if (version.address, version.number) not in before
    ]
    minutes = [_read_minutes(former, version)] if former and not meeting.filed_at else []
    return _make_preview([*minutes, *touched], filed=meeting.filed_at is not None)


class Touched(NamedTuple):
    """A paper that gets a version `number`, with what that says differently."""

    label: str
    number: int
    changes: tuple[str, ...]


def _read_minutes(before: MinutesVersion, after: MinutesVersion) -> Touched:
    """Before the filing the minutes are kept as minutes alone, not as a paper that went out."""
    changes = compare_papers(before.read_minutes(), after.read_minutes())
    return Touched(str(_("Biên bản")), after.number, tuple(change.place for change in changes))


def _make_preview(touched: Sequence[Touched], *, filed: bool) -> Preview:
    """Each paper with what its new version would say that it changed."""
    names = ", ".join(version.label for version in touched)
    kept = (
        _("Bản đã gửi của từng văn bản vẫn giữ và in lại được; đính chính nhầm thì đính chính lần nữa.")
        if filed
        else _("Bản trước vẫn giữ; đính chính nhầm thì đính chính lần nữa.")
    )
    return Preview(
        asked=str(_("Đính chính %(papers)s?")) % {"papers": names or str(_("Biên bản"))},
        effects=tuple(_make_effect(version) for version in touched),
        undo=str(kept),
    )


def _make_effect(version: Touched) -> Effect:
    label = _("%(paper)s thành bản %(number)s, số chỗ sửa") % {"paper": version.label, "number": version.number}
    return Effect(label, len(version.changes), version.changes[:NAMED])


def _correct_paper(
    actor: Actor,
    meeting: Meeting,
    before: MinutesContent,
    changes: MinutesChanges,
    *,
    moved: bool,
    reason: str,
    now: datetime,
) -> MinutesContent:
    """The newest paper with what was corrected, and the records behind it (the texts and the roll call are written)."""
    names = name_people(entry.member for entry in list_entries(meeting))
    whole: dict[str, object] = {
        name: text for name in ("conclusion", "fee_note", "extra") if (text := getattr(changes, name)) is not None
    }
    if write_times(actor=actor, meeting=meeting, changes=changes, now=now):
        whole |= {"opened_at": _say(meeting.opened_at), "closed_at": _say(meeting.closed_at)}
    if moved:
        whole["attendance"] = build_attendance(meeting)
        whole["votes"] = build_votes(meeting)
    if changes.votes:
        _correct_votes(meeting, changes)
        whole["votes"] = build_votes(meeting)
    if changes.remarks:
        _correct_remarks(meeting, changes)
        whole["remarks"] = build_remarks(meeting, names)
    if changes.mistaken_duties:
        taken = _drop_mistaken(actor, meeting, changes, reason=reason, now=now)
        whole["duties"] = _without(before.duties, [make_duty_part(row, names) for row in taken])
    items = {str(key): ItemTexts(texts.note, texts.conclusion) for key, texts in changes.items.items()}
    return put_texts(before, items, **whole)


def _say(moment: datetime | None) -> str:
    return localtime(moment).isoformat(timespec="minutes")


def _correct_votes(meeting: Meeting, changes: MinutesChanges) -> None:
    for vote in meeting.votes.filter(public_id__in=list(changes.votes)).order_by("at", "pk"):
        change = changes.votes[vote.public_id]
        if change is None:
            vote.delete()
        else:
            _correct_vote(vote, meeting, change)


def _correct_vote(vote: Vote, meeting: Meeting, change: VoteChange) -> None:
    """Base and ballots handed out were frozen at the time; whether it carried follows from the counts."""
    subject = require_line(change.subject, WordsMissing, limit=TITLE_LIMIT, field="subject")
    counts = (change.in_favour, change.against, change.other)
    if not 0 < sum(counts) <= vote.base or min(counts) < 0:
        raise VoteNotPossible(subject=subject, base=vote.base)
    vote.subject, (vote.in_favour, vote.against, vote.other) = subject, counts
    threshold = threshold_of(VoteMajority(vote.majority), rules_of(meeting))
    vote.passed = threshold.passes(in_favour=vote.in_favour, base=vote.base)
    vote.save(update_fields=["subject", "in_favour", "against", "other", "passed"])


def _correct_remarks(meeting: Meeting, changes: MinutesChanges) -> None:
    for remark in meeting.remarks.filter(pk__in=list(changes.remarks)).order_by("pk"):
        text = changes.remarks[remark.pk]
        if text is None:
            remark.delete()
        else:
            remark.text = require_line(text, WordsMissing, limit=TITLE_LIMIT, field="text")
            remark.save(update_fields=["text"])


def _drop_mistaken(
    actor: Actor, meeting: Meeting, changes: MinutesChanges, *, reason: str, now: datetime
) -> list[DutyRow]:
    """Tasks of this meeting that it never gave: nobody is asked for them any more. Rows as they were before."""
    origin = origin_of(meeting)
    rows = duties_queries.list_duties_of_origin(kind=origin.kind, origin_id=origin.id, today=meeting.held_on)
    mistaken = [row for row in rows if row.public_id in changes.mistaken_duties]
    for row in mistaken:
        duty = duties_queries.get_duty(actor=actor, public_id=row.public_id)
        duties.drop_duty(actor=actor, duty=duty, reason=reason, now=now, mistaken=True)
    return mistaken


def _without(parts: tuple[NewDutyPart, ...], gone: list[NewDutyPart]) -> tuple[NewDutyPart, ...]:
    """Each task goes once; one whose words were bettered since is known by its title alone, or stays."""
    left = list(parts)
    for part in gone:
        same = next((one for one in left if one == part), None)
        same = same or next((one for one in left if one.title == part.title), None)
        if same:
            left.remove(same)
    return tuple(left)


def _publish(meeting: Meeting, *, moved: bool, reason: str, now: datetime) -> None:
    of = (meeting.organization_id, meeting.pk, meeting.month)
    publish(MinutesCorrected(*of, reason=reason, at=now))
    if moved:
        publish(RollCallChanged(*of))
