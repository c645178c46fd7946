"""What is scored from above: an official's report, what the commune confirms; and which score counts (rules.md §2.5, §2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.assessments import queries
from nennep.assessments.choices import NOTE_LIMIT, Grade, ScoreSide, SheetChanged, SheetState, Verb
from nennep.assessments.models import ScoreItem, ScoreSheet, SidePoints, SideScore, StandingScore
from nennep.assessments.rules import (
    HIGHEST,
    PointsOutOfRange,
    choose_side,
    differs_from_cell,
    find_grade,
    find_total,
    hold_total,
    may_be_given,
    require_points,
    require_sheet,
)
from nennep.assessments.services.sheets import (
    Decision,
    ItemsNotScored,
    ScoredBeforeMeeting,
)
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.policies.queries import ScoreSheetTemplate
from nennep.room.queries.outcome import rules_of
from nennep.visits.models import VisitReport


class ScoreMissing(DomainError):
    code = "score_total_missing"
    message = _("Hãy ghi số điểm từ 0 đến 100.")
    field = "total"


class CellHasNotScored(DomainError):
    code = "score_cell_has_not_scored"
    message = _("Chi bộ chưa thống nhất điểm tự chấm nên chưa có gì để chốt theo. Hãy ghi số điểm của cấp trên.")
    field = "total"


class ConfirmedMeanwhile(Conflict):
    code = "score_confirmed_meanwhile"
    message = _(
        "%(name)s vừa chốt %(total)s điểm cho buổi này. Điều đồng chí gõ vẫn ở đây; muốn sửa điểm ấy thì ghi lý do rồi bấm lại."
    )
    field = "total"


class CellScoredMeanwhile(Conflict):
    code = "score_cell_scored_meanwhile"
    message = _("Điểm tự chấm của chi bộ vừa đổi. Hãy xem lại điểm mới rồi bấm lại.")
    field = "total"


class DifferenceNeedsReason(DomainError):
    code = "score_side_needs_reason"
    message = _("Điểm khác chi bộ tự chấm: hãy ghi vì sao. Chi bộ đọc được lý do này.")
    field = "reason"


class CorrectionOfScoreNeedsReason(DomainError):
    code = "score_side_correction_needs_reason"
    message = _("Điểm buổi này đã chốt. Muốn sửa, hãy ghi vì sao; bản đã chốt vẫn giữ.")
    field = "reason"


@dataclass(frozen=True, slots=True)
class CommuneDraft:
    """What the commune gives a meeting: as the cell scored it, or so many points, or line by line (`lines` by code).

    `seen`: how many times it was confirmed already when the page was shown; `seen_cell` the self-score that was shown.
    """

    total: Decimal | None = None
    as_cell: bool = False
    lines: Mapping[str, Decision] = field(default_factory=dict)
    reason: str = ""
    seen: int = 0
    seen_cell: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    maximum: Decimal
    points: Decimal
    note: str = ""
    minimum: Decimal = Decimal(0)


def confirm_score(*, actor: Actor, meeting: Meeting, draft: CommuneDraft, now: datetime) -> SideScore:
    """The upper committee's score of a held meeting: from now on it stands; what is corrected later is the next version.

    Other points than the cell's, and every correction, say why. Raises ScoredBeforeMeeting, ConfirmedMeanwhile,
    CellScoredMeanwhile, NoSheetForKind, CellHasNotScored, ScoreMissing, PointsOutOfRange, ItemsNotScored, DifferenceNeedsReason,
    CorrectionOfScoreNeedsReason, TextTooLong, NotAllowed. Publishes SheetChanged.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.SCORES_CONFIRM, locked.organization.path)
        if locked.state != MeetingState.HELD:
            raise ScoredBeforeMeeting
        sheet = ScoreSheet.objects.filter(meeting=locked).first()
        before = SideScore.objects.filter(meeting=locked, side=ScoreSide.COMMUNE).order_by("number").last()
        cell = sheet.total if sheet and sheet.state == SheetState.AGREED else None
        _require_seen(draft, before, cell)
        template = queries.template_of(locked, rules_of(locked), sheet)
        require_sheet(template, MeetingKind(locked.kind).label)
        total, lines = _decide(draft, template, sheet if cell is not None else None)
        reason = _take_reason(draft, total, sheet if cell is not None else None, before)
        score = _keep(
            SideScore(
                meeting=locked,
                side=ScoreSide.COMMUNE,
                number=before.number + 1 if before else 1,
                template_code=template.code,
                total=total,
                grade=_grade_of(locked, template, total),
                as_cell=draft.as_cell,
                reason=reason,
                by_name=actor.name,
                given_at=now,
            ),
            lines,
        )
        _tell(Verb.CONFIRMED, score, actor, now)
    return score


def _require_seen(draft: CommuneDraft, before: SideScore | None, cell: Decimal | None) -> None:
    """Whoever comes second is told of the first, and what they typed is kept by their page."""
    if before is not None and draft.seen != before.number:
        raise ConfirmedMeanwhile(name=before.by_name, total=f"{before.total.normalize():f}".replace(".", ","))
    if draft.seen_cell != cell:
        raise CellScoredMeanwhile


def _decide(
    draft: CommuneDraft, template: ScoreSheetTemplate, sheet: ScoreSheet | None
) -> tuple[Decimal, tuple[_Line, ...]]:
    if draft.as_cell:
        if sheet is None or sheet.total is None:
            raise CellHasNotScored
        items = ScoreItem.objects.filter(sheet=sheet, points__isnull=False).order_by("position")
        return sheet.total, tuple(
            _Line(one.code, one.maximum, one.points or Decimal(0), minimum=one.minimum) for one in items
        )
    if draft.lines:
        lines = _read_lines(draft.lines, template)
        return find_total(template, [line.points for line in lines]), lines
    if draft.total is None:
        raise ScoreMissing
    _require_total(draft.total, template)
    return draft.total, ()


def _require_total(total: Decimal, template: ScoreSheetTemplate) -> None:
    """As the sheet counts: halves, or of a checklist a share of its lines. Raises PointsOutOfRange, beside the field."""
    if template.is_checklist and 0 <= total <= HIGHEST:
        return
    if not may_be_given(total, maximum=HIGHEST):
        raise PointsOutOfRange(field="total", title=_("Điểm cấp trên"), minimum="0", maximum="100")


def _read_lines(given: Mapping[str, Decision], template: ScoreSheetTemplate) -> tuple[_Line, ...]:
    """Every line of the sheet, each within its maximum."""
    lines = []
    for item in template.items:
        decision = given.get(item.code)
        if decision is None or decision.points is None:
            continue
        require_points(decision.points, title=item.title, minimum=item.minimum, maximum=item.maximum)
        note = take_line(decision.note, limit=NOTE_LIMIT, field="note")
        lines.append(_Line(item.code, Decimal(item.maximum), decision.points, note, Decimal(item.minimum)))
    if len(lines) < len(template.items):
        raise ItemsNotScored(count=len(template.items) - len(lines))
    return tuple(lines)


def _take_reason(draft: CommuneDraft, total: Decimal, sheet: ScoreSheet | None, before: SideScore | None) -> str:
    """Why it is not the cell's score, or not what was confirmed before; what agrees needs no words.

    Line by line the reasons may stand beside the lines that differ: then the score as a whole needs none.
    """
    if before is not None:
        return require_line(draft.reason, CorrectionOfScoreNeedsReason, limit=NOTE_LIMIT, field="reason")
    unexplained = (
        _list_unexplained(draft, sheet) if draft.lines else differs_from_cell(total, sheet.total if sheet else None)
    )
    if unexplained:
        return require_line(draft.reason, DifferenceNeedsReason, limit=NOTE_LIMIT, field="reason")
    return take_line(draft.reason, limit=NOTE_LIMIT, field="reason")


def _list_unexplained(draft: CommuneDraft, sheet: ScoreSheet | None) -> list[str]:
    """Lines that differ from the cell's own without a word beside them."""
    own = {item.code: item.points for item in ScoreItem.objects.filter(sheet=sheet)} if sheet else {}
    return [
        code
        for code, given in draft.lines.items()
        if own.get(code) is not None and given.points != own[code] and not given.note.strip()
    ]


def take_report(*, actor: Actor, report: VisitReport, now: datetime) -> SideScore | None:
    """The score in the report of an official who attended becomes the official's side of that meeting; once for each report.

    Only one that gives points to every group of the sheet is a score. None where there is none. Publishes SheetChanged.
    """
    actor.require_program()
    if report.visit.meeting is None:
        return None
    with transaction.atomic():
        meeting = lock_meeting(report.visit.meeting)
        given = SideScore.objects.filter(meeting=meeting, side=ScoreSide.OFFICIAL)
        known = given.filter(visit_report=report.public_id).first()
        sheet = ScoreSheet.objects.filter(meeting=meeting).first()
        template = queries.template_of(meeting, rules_of(meeting), sheet)
        lines = _read_groups(report, template)
        if known or not lines:
            return known
        total = _sum_groups(template, lines)
        score = SideScore(
            meeting=meeting,
            side=ScoreSide.OFFICIAL,
            number=given.count() + 1,
            template_code=template.code,
            total=total,
            grade=_grade_of(meeting, template, total),
            reason=" ".join(report.score_reason.split())[:NOTE_LIMIT],
            by_name=str(report.visit.official)[:200],
            given_at=report.submitted_at or now,
            visit_report=report.public_id,
        )
        _tell(Verb.TAKEN, _keep(score, lines), actor, now)
    return score


def reconcile_reports(*, actor: Actor, now: datetime) -> list[Finding]:
    """Reports that were sent and whose score nobody took: of the time before there were sides, or past the program.

    They are the official's score of their meeting from now on; what was reported without them stays as it was.
    """
    actor.require_program()
    reports = queries.list_untaken_reports()
    taken = sum(take_report(actor=actor, report=report, now=now) is not None for report in reports)
    return [Finding("assessments.SideScore", taken, mended=True)] if taken else []


def _read_groups(report: VisitReport, template: ScoreSheetTemplate) -> tuple[_Line, ...]:
    """Empty unless every group has its points: half a sheet is no score."""
    lines = [
        _Line(
            group.code,
            Decimal(group.maximum),
            Decimal(str(report.group_scores[group.code])),
            minimum=Decimal(group.minimum),
        )
        for group in template.groups
        if group.code in report.group_scores
    ]
    whole = len(lines) == len(template.groups) and all(
        may_be_given(one.points, minimum=one.minimum, maximum=one.maximum) for one in lines
    )
    return tuple(lines) if whole else ()


def _sum_groups(template: ScoreSheetTemplate, lines: tuple[_Line, ...]) -> Decimal:
    """Of a checklist the share of its lines, as `find_total` reckons it."""
    if not template.is_checklist:
        return hold_total(template, template.hold_groups(line.points for line in lines))
    total = sum((line.points for line in lines), Decimal(0))
    return find_total(template, [total, *([Decimal(0)] * (len(template.items) - 1))])


def settle_score(*, actor: Actor, meeting: Meeting, now: datetime) -> StandingScore | None:
    """Write down which score counts for the meeting now, where that became another one: by the rules of its day.

    What counted before stays in the rows before, and so does what was reported from it. None where nothing changed.
    """
    actor.require_program()
    with transaction.atomic():
        locked = lock_meeting(meeting)
        sides = queries.read_sides([locked.pk]).get(locked.pk, queries.Sides())
        sheet = ScoreSheet.objects.filter(meeting=locked).first()
        rules = rules_of(locked)
        side = choose_side(queries.official_side_of(locked, rules, sheet), sides.totals)
        total = sides.totals[side] if side else None
        grade = _grade_of(locked, queries.template_of(locked, rules, sheet), total) if total is not None else ""
        newest = StandingScore.objects.filter(meeting=locked).order_by("pk").last()
        known = (newest.side, newest.total, newest.grade) if newest else ("", None, "")
        if known == (side or "", total, grade):
            return None
        return StandingScore.objects.create(meeting=locked, at=now, side=side or "", total=total, grade=grade)


def settle_since(*, actor: Actor, organization_id: int, since: date, now: datetime) -> int:
    """Rules of a unit on whose score counts are others from a day on: its scored meetings from then on. Returns how many changed."""
    actor.require_program()
    meetings = queries.list_scored_since(organization_id=organization_id, since=since)
    return sum(settle_score(actor=actor, meeting=meeting, now=now) is not None for meeting in meetings)


def _grade_of(meeting: Meeting, template: ScoreSheetTemplate, total: Decimal) -> Grade:
    levels = template.levels or rules_of(meeting).score_levels
    return find_grade(total, good=levels.good, fair=levels.fair, average=levels.average)


def _keep(score: SideScore, lines: tuple[_Line, ...]) -> SideScore:
    score.save(force_insert=True)
    SidePoints.objects.bulk_create(
        SidePoints(
            score=score,
            code=one.code,
            position=place,
            maximum=one.maximum,
            minimum=one.minimum,
            points=one.points,
            note=one.note,
        )
        for place, one in enumerate(lines, start=1)
    )
    return score


def _tell(verb: Verb, score: SideScore, actor: Actor, now: datetime) -> None:
    meeting = score.meeting
    unit = meeting.organization
    target = Target("assessments.sheet", str(score.public_id), f"{unit.name}, {meeting.held_on:%d/%m/%Y}", unit.path)
    details = {"total": str(score.total), "grade": score.grade, "number": str(score.number)}
    record(verb, actor=actor, target=target, now=now, details=details)
    publish(SheetChanged(meeting.organization_id, meeting.pk, meeting.month, now))
