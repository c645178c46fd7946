"""Scoring a meeting: start from the facts, decide line by line, agree (rules.md §2.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.assessments import queries
from nennep.assessments.choices import NOTE_LIMIT, SheetAgreed, SheetChanged, SheetReopening, SheetState, Verb
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.rules import (
    MeetingFacts,
    Proposal,
    find_grade,
    find_total,
    needs_reason,
    propose,
    require_points,
    require_sheet,
)
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.merging import ValuesChanged, settle_texts
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.meetings.choices import REASON_LIMIT, MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.policies.choices import ScoreEvidence
from nennep.policies.queries import SheetItem
from nennep.room.queries.outcome import list_attending_members, rules_of

TO_MEND = "to_mend"  # the name of the text that two may write at once


class ScoredBeforeMeeting(DomainError):
    code = "score_meeting_not_held"
    message = _("Buổi sinh hoạt chưa bế mạc nên chưa chấm điểm được.")


class SheetIsAgreed(Conflict):
    code = "score_sheet_agreed"
    message = _("Điểm buổi này đã thống nhất. Muốn sửa, hãy mở lại phiếu chấm.")


class ItemsNotScored(DomainError):
    code = "score_items_missing"
    message = _("Còn %(count)s tiêu chí chưa chấm. Hãy chấm đủ rồi thống nhất.")


class ScorerUnknown(DomainError):
    code = "score_scorer_unknown"
    message = _("Đồng chí này không có trong điểm danh của buổi sinh hoạt. Hãy chọn người khác.")
    field = "scorer_id"


class FactsMoved(Conflict):
    code = "score_facts_moved"
    message = _("Điểm danh, biên bản đã sửa từ lúc chấm: %(titles)s. Hãy lấy lại gợi ý từ sổ sách rồi xem lại điểm.")


class DifferenceUnexplained(DomainError):
    code = "score_difference_unexplained"
    message = _("Điểm khác gợi ý từ sổ sách hơn 0,5 điểm mà chưa ghi vì sao: %(titles)s. Hãy ghi lý do bên cạnh.")


class SheetIsReopened(Conflict):
    code = "score_sheet_reopened"
    message = _("Người khác đã mở lại phiếu chấm này, với lý do: %(reason)s. Lý do của đồng chí chưa ghi vào đâu.")


class ReopeningNeedsReason(DomainError):
    code = "score_reopening_needs_reason"
    message = _("Hãy ghi vì sao chấm lại. Lý do in trên phiếu chấm mới.")
    field = "reason"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the cell decided for one line; None takes the points away."""

    points: Decimal | None
    note: str = ""


def start_sheet(*, actor: Actor, meeting: Meeting, now: datetime) -> ScoreSheet:
    """Begin the sheet of a held meeting by the rules of its date: each line with what the facts propose.

    Whoever follows and scores is named at the opening (forms.md §5): the minute-taker, until the cell names another one.

    A sheet that was begun already is returned as it is. Raises ScoredBeforeMeeting, NoSheetForKind, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.SCORES_WRITE, locked.organization.path)
        if locked.state != MeetingState.HELD:
            raise ScoredBeforeMeeting
        found = ScoreSheet.objects.filter(meeting=locked).first()
        if found:
            return found
        gathered = queries.gather_one(locked, localdate(now), queries.template_of)
        template = gathered.template
        require_sheet(template, MeetingKind(locked.kind).label)
        scorer = locked.minute_taker.full_name if locked.minute_taker else actor.name
        sheet = ScoreSheet.objects.create(meeting=locked, template_code=template.code, scored_by_name=scorer)
        reading = _read(gathered)
        ScoreItem.objects.bulk_create(
            _make_item(sheet, position, line, reading) for position, line in enumerate(template.items, start=1)
        )
        _record(Verb.SCORED, sheet, locked, actor, now=now)
    return sheet


@dataclass(frozen=True, slots=True)
class _ReadFacts:
    """What the records say at one moment, and the rows they say it by."""

    facts: MeetingFacts
    rows: Mapping[ScoreEvidence, tuple[queries.EvidenceRow, ...]]


def _read(gathered: queries.Gathered) -> _ReadFacts:
    return _ReadFacts(gathered.facts, queries.list_fact_rows(gathered))


def _make_item(sheet: ScoreSheet, position: int, line: SheetItem, reading: _ReadFacts) -> ScoreItem:
    proposal = _propose(line, reading.facts)
    return ScoreItem(
        sheet=sheet,
        code=line.code,
        position=position,
        maximum=line.maximum,
        minimum=line.minimum,
        proposed=proposal.points,
        fact=proposal.fact[:NOTE_LIMIT],
        rows=queries.keep_rows(line, reading.rows),
        points=proposal.points,
    )


def propose_again(*, actor: Actor, sheet: ScoreSheet, now: datetime) -> ScoreSheet:
    """Ask the records once more (papers were sent meanwhile). Points that people changed stay.

    Raises SheetIsAgreed, ScoredBeforeMeeting, NotAllowed.
    """
    with transaction.atomic():
        locked = _lock_draft(actor, sheet)
        gathered = _gather(locked.meeting, locked, now)
        reading = _read(gathered)
        lines = {line.code: line for line in gathered.template.items}
        for item in locked.items.order_by("position"):
            _take_proposal(item, lines.get(item.code), reading)
        _record(Verb.SCORED, locked, locked.meeting, actor, now=now)
    return locked


def follow_ending(*, actor: Actor, meeting: Meeting, now: datetime) -> None:
    """The minutes were approved, or the papers sent, while the cell scores: the lines on that say it, as `propose_again` does.

    What the cell agreed on stays as it was known then.
    """
    actor.require_program()
    with transaction.atomic():
        sheet = queries.lock_draft_of(meeting)
        if sheet is None:
            return
        gathered = _gather(meeting, sheet, now)
        reading = _read(gathered)
        lines = {line.code: line for line in gathered.template.items if queries.ENDING & set(line.evidence)}
        for item in sheet.items.filter(code__in=lines).order_by("position"):
            _take_proposal(item, lines[item.code], reading)


def _gather(meeting: Meeting, sheet: ScoreSheet, now: datetime) -> queries.Gathered:
    """By the sheet it was begun by."""
    return queries.gather_one(meeting, localdate(now), lambda row, rules: queries.template_of(row, rules, sheet))


def _take_proposal(item: ScoreItem, line: SheetItem | None, reading: _ReadFacts) -> None:
    """What the records say now, by which rows; points that people changed stay."""
    proposal = _propose(line, reading.facts)
    if item.points == item.proposed:
        item.points = proposal.points
    item.proposed, item.fact = proposal.points, proposal.fact[:NOTE_LIMIT]
    item.rows = queries.keep_rows(line, reading.rows)
    item.save(update_fields=["points", "proposed", "fact", "rows"])


def score_items(
    *,
    actor: Actor,
    sheet: ScoreSheet,
    decisions: Mapping[str, Decision],
    to_mend: str,
    base: str | None = None,
    begun: Mapping[str, Decimal | None] | None = None,
    scorer: UUID | None = None,
    now: datetime,
) -> ScoreSheet:
    """Write the cell's points by code of the line, and what to mend next time. Codes that are not on the sheet are left out.

    `base` is what to mend when the writer began: what another one wrote since is kept beside; `begun` the points that they were
    shown, by code: where another gave others since, ValuesChanged says so. `scorer`, a member of the roll
    call by public id, signs the sheet; None leaves who does. Raises TextsChanged where both wrote at the same place,
    PointsOutOfRange, TextTooLong, ScorerUnknown, SheetIsAgreed, ScoredBeforeMeeting, NotAllowed.
    """
    with transaction.atomic():
        locked = _lock_draft(actor, sheet)
        titles = {line.code: line.title for line in queries.lines_of(locked.meeting, locked)}
        items = list(locked.items.order_by("position"))
        _require_unchanged(items, decisions, begun or {})
        for item in items:
            if item.code in decisions:
                _write_decision(item, decisions[item.code], titles.get(item.code, item.code))
        shown = {} if base is None else {TO_MEND: base}
        settled = settle_texts(base=shown, mine={TO_MEND: to_mend}, theirs={TO_MEND: locked.to_mend})
        locked.to_mend = take_line(settled[TO_MEND], limit=NOTE_LIMIT, field=TO_MEND)
        locked.scored_by_name = _name_scorer(locked.meeting, scorer) if scorer else locked.scored_by_name
        locked.save(update_fields=["to_mend", "scored_by_name"])
        _record(Verb.SCORED, locked, locked.meeting, actor, now=now)
    return locked


def agree_sheet(*, actor: Actor, sheet: ScoreSheet, now: datetime) -> ScoreSheet:
    """The cell has agreed its score: total and level stand, for part IV of the resolution and the report upward.

    What the minutes say must be what it was scored by: a roll call that is corrected meanwhile is scored anew; where the points
    differ from what the records propose, the cell says why. Raises ItemsNotScored, DifferenceUnexplained, FactsMoved,
    SheetIsAgreed, ScoredBeforeMeeting, NotAllowed. Publishes SheetAgreed, SheetChanged.
    """
    with transaction.atomic():
        locked = _lock_draft(actor, sheet)
        items = list(locked.items.order_by("position"))
        scored = [item.points for item in items if item.points is not None]
        if len(scored) < len(items):
            raise ItemsNotScored(count=len(items) - len(scored))
        _require_reasons(locked, items)
        if stale := queries.list_stale(meeting=locked.meeting, sheet=locked, today=localdate(now)):
            raise FactsMoved(titles=", ".join(line.title for line in stale))
        rules = rules_of(locked.meeting)
        template = queries.template_of(locked.meeting, rules, locked)
        levels = template.levels or rules.score_levels
        locked.total = find_total(template, scored)
        locked.grade = find_grade(locked.total, good=levels.good, fair=levels.fair, average=levels.average)
        locked.state, locked.agreed_at = SheetState.AGREED, now
        locked.save(update_fields=["total", "grade", "state", "agreed_at"])
        details = {"total": str(locked.total), "grade": locked.grade}
        _record(Verb.AGREED, locked, locked.meeting, actor, now=now, **details)
        publish(SheetAgreed(locked.meeting_id, locked.reason, now))
        _publish(locked, now)
    return locked


def reopen_sheet(*, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> ScoreSheet:
    """Score again after the agreement, with the reason that the new sheet prints; what was agreed is kept as it was.

    A draft stays as it is, without words or when it was reopened in the same words. Raises SheetIsReopened when it was in
    others, ReopeningNeedsReason, ScoredBeforeMeeting, NotAllowed. Publishes SheetReopening, SheetChanged.
    """
    with transaction.atomic():
        locked = _lock(actor, sheet)
        if locked.state != SheetState.AGREED and locked.reason and reason and locked.reason != take_line(reason):
            raise SheetIsReopened(reason=locked.reason)
        if locked.state == SheetState.AGREED and locked.agreed_at:
            locked.reason = require_line(reason, ReopeningNeedsReason, limit=REASON_LIMIT, field="reason")
            publish(SheetReopening(locked.meeting_id, locked.agreed_at))
            details = {"total": str(locked.total), "grade": locked.grade}
            locked.state, locked.total, locked.grade, locked.agreed_at = SheetState.DRAFT, None, "", None
            locked.save(update_fields=["state", "total", "grade", "agreed_at", "reason"])
            _record(Verb.REOPENED, locked, locked.meeting, actor, now=now, **details)
            _publish(locked, now)
    return locked


def _propose(line: SheetItem | None, facts: MeetingFacts) -> Proposal:
    """Facts are kept in Vietnamese, whatever the writer's language: papers print them."""
    with translation.override("vi"):
        return propose(line, facts)


def _lock_draft(actor: Actor, sheet: ScoreSheet) -> ScoreSheet:
    locked = _lock(actor, sheet)
    if locked.state == SheetState.AGREED:
        raise SheetIsAgreed
    return locked


def _lock(actor: Actor, sheet: ScoreSheet) -> ScoreSheet:
    """The sheet of a held meeting, the meeting locked before it, as filing and correcting do."""
    meeting = lock_meeting(sheet.meeting)
    actor.require(Permission.SCORES_WRITE, meeting.organization.path)
    if meeting.state != MeetingState.HELD:
        raise ScoredBeforeMeeting
    return queries.lock_sheet(sheet)


def _name_scorer(meeting: Meeting, public_id: UUID) -> str:
    found = next((member for member in list_attending_members(meeting) if member.public_id == public_id), None)
    if found is None:
        raise ScorerUnknown
    return found.full_name


def _require_reasons(sheet: ScoreSheet, items: Sequence[ScoreItem]) -> None:
    unexplained = [item for item in items if needs_reason(item.points, item.proposed) and not item.note]
    if unexplained:
        titles = {line.code: line.title for line in queries.lines_of(sheet.meeting, sheet)}
        raise DifferenceUnexplained(titles=", ".join(titles.get(item.code, item.code) for item in unexplained))


def _require_unchanged(
    items: Iterable[ScoreItem], decisions: Mapping[str, Decision], begun: Mapping[str, Decimal | None]
) -> None:
    """Raises ValuesChanged, by code, for lines to which somebody else gave other points meanwhile."""
    known = [item for item in items if item.code in decisions and item.code in begun]
    others = [item for item in known if item.points not in {begun[item.code], decisions[item.code].points}]
    if others:
        raise ValuesChanged(
            {item.code: "" if item.points is None else f"{item.points.normalize():f}" for item in others}
        )


def _write_decision(item: ScoreItem, decision: Decision, title: str) -> None:
    require_points(decision.points, title=title, minimum=item.minimum, maximum=item.maximum)
    item.points, item.note = decision.points, take_line(decision.note, limit=NOTE_LIMIT, field="note")
    item.save(update_fields=["points", "note"])


def _record(verb: Verb, sheet: ScoreSheet, meeting: Meeting, actor: Actor, *, now: datetime, **details: str) -> None:
    unit = meeting.organization
    target = Target("assessments.sheet", str(sheet.public_id), f"{unit.name}, {meeting.held_on:%d/%m/%Y}", unit.path)
    record(verb, actor=actor, target=target, now=now, details=details)


def _publish(sheet: ScoreSheet, now: datetime) -> None:
    meeting = sheet.meeting
    publish(SheetChanged(meeting.organization_id, meeting.pk, meeting.month, now))
