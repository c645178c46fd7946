"""The report of a visit: begun, saved as one goes, submitted once (seed 003; contents: forms.md §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor, Grant
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.core.text import compose, compose_lines
from nennep.petitions.services import PetitionDetails, answer_petition, note_petition
from nennep.visits.choices import (
    MAX_SCORE,
    OPEN_STATES,
    OPINION_LIMIT,
    OPINIONS_LIMIT,
    TEXT_LIMIT,
    OpinionOutcome,
    SpeakerKind,
    Verb,
    VisitState,
)
from nennep.visits.models import Visit, VisitOpinion, VisitReport
from nennep.visits.queries.doors import Organization, lock_report, lock_visit, origin_of, target_of

SECTIONS = ("conduct", "discussed", "information", "settled", "advice")


class VisitNotBegun(DomainError):
    code = "visit_not_begun"
    message = _("Chưa đến ngày dự, chưa viết báo cáo được.")


class VisitNotAttended(DomainError):
    code = "visit_not_attended"
    message = _("Chi bộ chưa ghi đồng chí có mặt ở buổi này. Hãy nhờ bí thư chi bộ điểm danh cán bộ dự.")


class ReportSubmitted(DomainError):
    code = "visit_report_submitted"
    message = _("Báo cáo này đã gửi, không sửa được nữa.")


class ReportIncomplete(DomainError):
    code = "visit_report_incomplete"
    message = _("Hãy ghi một câu về cách chi bộ tiến hành buổi sinh hoạt.")
    field = "conduct"


class TextTooLong(DomainError):
    code = "visit_report_text_too_long"
    message = _("Dài quá %(limit)s chữ. Hãy viết gọn lại.")


class OpinionTooLong(TextTooLong):
    code = "visit_opinion_too_long"
    field = "opinions"


class TooManyOpinions(DomainError):
    code = "visit_too_many_opinions"
    message = _("Mỗi báo cáo ghi nhiều nhất %(limit)s ý kiến. Hãy gộp những ý giống nhau.")
    field = "opinions"


class ScoreOutOfRange(DomainError):
    code = "visit_score_out_of_range"
    message = _("Điểm từ 0 đến 100.")
    field = "score"


class PassedToMissing(DomainError):
    code = "visit_passed_to_missing"
    message = _("Hãy ghi ý kiến “%(text)s” được chuyển đến đâu.")
    field = "opinions"


@dataclass(frozen=True, slots=True)
class OpinionDraft:
    """One opinion heard; `passed_to` (a unit) or `passed_to_name` (a body outside the tree) for one that is passed on."""

    text: str
    speaker: SpeakerKind = SpeakerKind.MEMBER
    outcome: OpinionOutcome = OpinionOutcome.NOTED
    passed_to: Organization | None = None
    passed_to_name: str = ""


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What the official has written so far; sections may be empty until submitting, `score` None: not scored."""

    conduct: str = ""
    discussed: str = ""
    information: str = ""
    settled: str = ""
    advice: str = ""
    score: int | None = None
    group_scores: Mapping[str, int] = field(default_factory=dict)
    opinions: Sequence[OpinionDraft] = ()


def start_report(*, actor: Actor, visit: Visit, now: datetime) -> VisitReport:
    """The report of an own visit, begun now or earlier. From the day of the visit on.

    Raises NotFound (a visit of somebody else), VisitNotBegun, VisitNotAttended (missed, substituted or cancelled).
    """
    with transaction.atomic():
        locked = _lock_own(actor, visit)
        known = lock_report(locked)
        if known is not None:
            return known
        _require_begun(locked, localtime(now).date())
        report = VisitReport.objects.create(visit=locked, started_at=now, saved_at=now)
        record(Verb.REPORT_STARTED, actor=actor, target=target_of(locked), now=now)
    return report


def save_report(
    *, actor: Actor, visit: Visit, draft: ReportDraft, now: datetime, version: int | None = None
) -> VisitReport:
    """Keep what is written so far, begun or not; nothing is sent. The version grows by one.

    `version` is the one the device had: an older one raises Conflict, None overwrites. Raises NotFound (a visit of
    somebody else), ReportSubmitted, TextTooLong, TooManyOpinions, ScoreOutOfRange, and what start_report raises.
    """
    _check_draft(draft)
    with transaction.atomic():
        report = start_report(actor=actor, visit=visit, now=now)
        if report.submitted_at is not None:
            raise ReportSubmitted
        if version is not None and version != report.version:
            raise Conflict
        _write(report, draft, now)
    return report


def submit_report(*, actor: Actor, visit: Visit, now: datetime) -> VisitReport:
    """Send what was saved: final from now on, whether in time or late. Each opinion becomes a petition record.

    In order: the checks, the petitions (settled on the spot: answered; passed on: with the unit it went to), the report,
    the trail. Sent twice it is sent once. Raises NotFound, VisitNotAttended, ReportIncomplete, PassedToMissing.
    """
    with transaction.atomic():
        locked = _lock_own(actor, visit)
        report = lock_report(locked)
        if report is None or not report.conduct:
            raise ReportIncomplete
        if report.submitted_at is not None:
            return report
        if locked.state != VisitState.ATTENDED or locked.attended_on is None:
            raise VisitNotAttended
        _note_petitions(actor, locked, report, now)
        report.submitted_at, report.saved_at = now, now
        report.save(update_fields=["submitted_at", "saved_at"])
        record(Verb.REPORT_SUBMITTED, actor=actor, target=target_of(locked), now=now)
    return report


def acting_for(actor: Actor, visit: Visit) -> Actor:
    """The official inside the visited cell: may note petitions and advise there, whatever roles say. The visit is own."""
    rights = (Permission.PETITIONS_WRITE, Permission.PETITIONS_SETTLE, Permission.ADVICE_WRITE)
    grants = frozenset(Grant(right, visit.cell.path, subtree=False) for right in rights)
    return Actor(user_id=actor.user_id, name=actor.name, grants=grants)


def _lock_own(actor: Actor, visit: Visit) -> Visit:
    locked = lock_visit(visit)
    if actor.user_id is None or locked.official_id != actor.user_id:
        raise NotFound
    return locked


def _require_begun(visit: Visit, today: date) -> None:
    if visit.state not in (*OPEN_STATES, VisitState.ATTENDED):
        raise VisitNotAttended
    if visit.state in OPEN_STATES and visit.planned_on > today:
        raise VisitNotBegun


def _check_draft(draft: ReportDraft) -> None:
    if any(len(getattr(draft, name)) > TEXT_LIMIT for name in SECTIONS):
        raise TextTooLong(limit=TEXT_LIMIT)
    if len(draft.opinions) > OPINIONS_LIMIT:
        raise TooManyOpinions(limit=OPINIONS_LIMIT)
    if any(len(compose(opinion.text)) > OPINION_LIMIT for opinion in draft.opinions):
        raise OpinionTooLong(limit=OPINION_LIMIT)
    scores = [*draft.group_scores.values(), *([] if draft.score is None else [draft.score])]
    if any(not 0 <= score <= MAX_SCORE for score in scores):
        raise ScoreOutOfRange


def _write(report: VisitReport, draft: ReportDraft, now: datetime) -> None:
    for name in SECTIONS:
        setattr(report, name, compose_lines(getattr(draft, name)))
    report.score, report.group_scores = draft.score, dict(draft.group_scores)
    report.saved_at, report.version = now, report.version + 1
    report.save(update_fields=[*SECTIONS, "score", "group_scores", "saved_at", "version"])
    report.opinions.all().delete()
    kept = [opinion for opinion in draft.opinions if compose(opinion.text)]
    VisitOpinion.objects.bulk_create(
        VisitOpinion(
            report=report,
            position=position,
            text=compose(opinion.text),
            speaker=opinion.speaker,
            outcome=opinion.outcome,
            passed_to=opinion.passed_to,
            passed_to_name=compose(opinion.passed_to_name)[:200],
        )
        for position, opinion in enumerate(kept, start=1)
    )


def _note_petitions(actor: Actor, visit: Visit, report: VisitReport, now: datetime) -> None:
    visitor = acting_for(actor, visit)
    for opinion in report.opinions.select_related("passed_to").order_by("position"):
        if opinion.outcome == OpinionOutcome.PASSED_ON and not (opinion.passed_to or opinion.passed_to_name):
            raise PassedToMissing(text=opinion.text[:60])
        petition = note_petition(
            actor=visitor,
            organization=visit.cell,
            details=_details_of(opinion),
            raised_on=visit.attended_on or visit.planned_on,
            now=now,
            origin=origin_of(visit),
        )
        if opinion.outcome == OpinionOutcome.SETTLED_ON_SPOT and petition.answered_on is None:
            answer = report.settled or str(OpinionOutcome.SETTLED_ON_SPOT.label)
            answer_petition(actor=visitor, petition=petition, answer=answer[:1000], settled=True, now=now)
        opinion.petition = petition
        opinion.save(update_fields=["petition"])


def _details_of(opinion: VisitOpinion) -> PetitionDetails:
    """Who asked is said as a kind: the official writes no names. A body outside the tree is named in the text."""
    outside = f" ({opinion.passed_to_name})" if opinion.passed_to_name and not opinion.passed_to else ""
    speaker = SpeakerKind(opinion.speaker).label
    return PetitionDetails(text=opinion.text + outside, raised_by_name=str(speaker), holder=opinion.passed_to)
