"""The report of a visit: begun, saved as one goes, submitted once (seed 003; contents: forms.md §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.events import publish
from nennep.core.text import compose
from nennep.core.typed import take_line, take_lines
from nennep.organizations.queries import lock_organization
from nennep.petitions.choices import WAITING, PetitionField
from nennep.petitions.models import Petition
from nennep.petitions.services import (
    PetitionDetails,
    PetitionSettled,
    TooManyFiles,
    answer_petition,
    note_petition,
    pass_on,
    take_files,
)
from nennep.visits.choices import (
    CODE_LIMIT,
    COMMENT_LIMIT,
    COMMENTS_PER_VISIT,
    MAX_SCORE,
    OPEN_STATES,
    OPINIONS_LIMIT,
    TEXT_LIMIT,
    OpinionOutcome,
    SpeakerKind,
    Verb,
    VisitReported,
    VisitState,
)
from nennep.visits.models import Visit, VisitOpinion, VisitReport
from nennep.visits.queries.doors import lock_report, lock_visit, origin_of, origin_of_opinion, target_of
from nennep.visits.services.advising import Comment, advise
from nennep.visits.services.opinions import OpinionDraft as OpinionDraft
from nennep.visits.services.opinions import take_opinion, write_opinions
from nennep.visits.services.visitors import acting_for
from nennep.visits.services.visits import tell_changed

SECTIONS = ("conduct", "discussed", "information", "settled", "advice", "score_reason")


class VisitNotBegun(DomainError):
    code = "visit_not_begun"
    message = _("Chưa đến ngày dự, chưa viết báo cáo được.")


class VisitNotAttended(DomainError):
    code = "visit_not_attended"
    message = _("Chi bộ chưa ghi đồng chí có mặt ở buổi này. Hãy nhờ bí thư chi bộ điểm danh cán bộ dự.")


class ReportSubmitted(DomainError):
    code = "visit_report_submitted"
    message = _("Báo cáo này đã gửi, không sửa được nữa.")


class ReportSavedElsewhere(Conflict):
    """`version` is the newest."""

    code = "visit_report_saved_elsewhere"
    message = _("Báo cáo vừa được lưu ở máy khác. Điều đồng chí gõ vẫn ở đây; bấm Lưu nháp lần nữa để ghi đè.")


class ReportIncomplete(DomainError):
    code = "visit_report_incomplete"
    message = _("Hãy ghi một câu về cách chi bộ tiến hành buổi sinh hoạt.")
    field = "conduct"


class TooManyOpinions(DomainError):
    code = "visit_too_many_opinions"
    message = _("Mỗi báo cáo ghi nhiều nhất %(limit)s ý kiến. Hãy gộp những ý giống nhau.")
    field = "opinions"


class TooManyComments(DomainError):
    code = "visit_too_many_comments"
    message = _("Mỗi lần dự góp ý nhiều nhất %(limit)s điều. Hãy chọn những điều cần nhất.")
    field = "comments"


class ScoreOutOfRange(DomainError):
    code = "visit_score_out_of_range"
    message = _("Điểm từ 0 đến 100, lẻ đến nửa điểm.")
    field = "score"


class PassedToMissing(DomainError):
    code = "visit_passed_to_missing"
    message = _("Hãy ghi ý kiến “%(text)s” được chuyển đến đâu.")
    field = "opinions"


class FilesStayBehind(DomainError):
    """Why the files of an opinion cannot go on with its petition, in the words of that refusal."""

    code = "visit_files_stay_behind"
    message = _("Chưa gửi được tệp kèm của ý kiến “%(text)s”: %(why)s Có thể bỏ bớt tệp ấy rồi gửi.")
    field = "opinions"


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What the official has written so far; sections may be empty until submitting, `score` None: not scored.

    `emptied`: opinions without words just now, while somebody types: they stay as they were saved, with their files.
    """

    conduct: str = ""
    discussed: str = ""
    information: str = ""
    settled: str = ""
    advice: str = ""
    score: int | None = None
    group_scores: Mapping[str, float] = field(default_factory=dict)
    score_reason: str = ""
    opinions: Sequence[OpinionDraft] = ()
    comments: Sequence[Comment] = ()
    emptied: frozenset[UUID] = frozenset()


def start_report(*, actor: Actor, visit: Visit, now: datetime) -> VisitReport:
    """The report of the actor's own visit, begun now or earlier. From the day of the visit on.

    Raises NotFound (a visit of somebody else), VisitNotBegun, VisitNotAttended (missed, substituted or cancelled).
    """
    with transaction.atomic():
        locked = _lock_own(actor, visit)
        known = lock_report(locked)
        if known is not None:
            return known
        _require_begun(locked, localdate(now))
        report = VisitReport.objects.create(visit=locked, started_at=now, saved_at=now)
        record(Verb.REPORT_STARTED, actor=actor, target=target_of(locked), now=now)
    return report


def save_report(
    *, actor: Actor, visit: Visit, draft: ReportDraft, now: datetime, version: int | None = None
) -> VisitReport:
    """Keep what is written so far, begun or not; nothing is sent. The version grows by one.

    An opinion keeps its row from one saving to the next; one that is gone takes its files out. `version` is the one the device had: an
    older one raises ReportSavedElsewhere, None overwrites. Raises NotFound (a visit of
    somebody else), ReportSubmitted, TextTooLong, TooManyOpinions, ScoreOutOfRange, StampFound, and what start_report raises.
    """
    _check_draft(draft)
    taken = _take_draft(draft)
    with transaction.atomic():
        report = start_report(actor=actor, visit=visit, now=now)
        if report.submitted_at is not None:
            raise ReportSubmitted
        if version is not None and version != report.version:
            raise ReportSavedElsewhere(version=report.version)
        _write(actor, report, taken, now)
    return report


def submit_report(*, actor: Actor, visit: Visit, now: datetime) -> VisitReport:
    """Send what was saved: final from now on, whether in time or late. Each opinion becomes a petition record.

    In order: the checks, the petitions with the files that waited for them (settled on the spot: answered; passed on: with the unit it
    went to; only an opinion: to be read), the comments to the cell, the report, the trail. Sending it again changes nothing.
    Raises NotFound, VisitNotAttended, ReportIncomplete, PassedToMissing, FilesStayBehind. Publishes VisitReported.
    """
    with transaction.atomic():
        lock_organization(visit.cell)
        locked = _lock_own(actor, visit)
        report = lock_report(locked)
        if report is None or not report.conduct:
            raise ReportIncomplete
        if report.submitted_at is not None:
            return report
        if locked.state != VisitState.ATTENDED:
            raise VisitNotAttended
        _note_petitions(actor, locked, report, now)
        for comment in report.comments:
            advise(actor=actor, visit=locked, comment=Comment(**comment), now=now)
        report.submitted_at, report.saved_at = now, now
        report.save(update_fields=["submitted_at", "saved_at"])
        record(Verb.REPORT_SUBMITTED, actor=actor, target=target_of(locked), now=now)
        tell_changed(locked)
        publish(VisitReported(report.pk, now))
    return report


def _lock_own(actor: Actor, visit: Visit) -> Visit:
    locked = lock_visit(visit)
    if locked.official_id != actor.user_id:
        raise NotFound
    return locked


def _require_begun(visit: Visit, today: date) -> None:
    if visit.state not in (*OPEN_STATES, VisitState.ATTENDED):
        raise VisitNotAttended
    if visit.state in OPEN_STATES and visit.planned_on > today:
        raise VisitNotBegun


def _check_draft(draft: ReportDraft) -> None:
    if len(draft.opinions) > OPINIONS_LIMIT:
        raise TooManyOpinions(limit=OPINIONS_LIMIT)
    if sum(bool(compose(comment.text)) for comment in draft.comments) > COMMENTS_PER_VISIT:
        raise TooManyComments(limit=COMMENTS_PER_VISIT)
    groups = draft.group_scores.values()  # below 0 where a group deducts; what each may get, its sheet says
    if any(abs(score) > MAX_SCORE or score * 2 % 1 for score in groups):
        raise ScoreOutOfRange
    if draft.score is not None and not 0 <= draft.score <= MAX_SCORE:
        raise ScoreOutOfRange


def _take_draft(draft: ReportDraft) -> ReportDraft:
    """The draft with its texts as they are stored, without opinions and comments that say nothing."""
    sections = {name: take_lines(getattr(draft, name), limit=TEXT_LIMIT, field=name) for name in SECTIONS}
    opinions = [take_opinion(opinion) for opinion in draft.opinions]
    comments = [_take_comment(comment) for comment in draft.comments]
    points = {take_line(code, limit=CODE_LIMIT, field="score"): points for code, points in draft.group_scores.items()}
    return replace(
        draft,
        group_scores=points,
        **sections,  # type: ignore[arg-type]  # names of sections only
        opinions=[opinion for opinion in opinions if opinion.text],
        comments=[comment for comment in comments if comment.text],
    )


def _take_comment(comment: Comment) -> Comment:
    """Kept beside the report until it is sent: what the cell and the bank then take."""
    return replace(
        comment,
        text=take_line(comment.text, limit=COMMENT_LIMIT, field="comments"),
        example=take_line(comment.example, limit=TEXT_LIMIT, field="comments"),
        topic=take_line(comment.topic, limit=CODE_LIMIT, field="comments"),
    )


def _write(actor: Actor, report: VisitReport, draft: ReportDraft, now: datetime) -> None:
    for name in SECTIONS:
        setattr(report, name, getattr(draft, name))
    report.score, report.group_scores = draft.score, dict(draft.group_scores)
    report.comments = [asdict(comment) for comment in draft.comments]
    report.saved_at, report.version = now, report.version + 1
    report.save(update_fields=[*SECTIONS, "score", "group_scores", "comments", "saved_at", "version"])
    write_opinions(actor=actor, report=report, drafts=draft.opinions, emptied=draft.emptied, now=now)


def _note_petitions(actor: Actor, visit: Visit, report: VisitReport, now: datetime) -> None:
    visitor = acting_for(actor, visit)
    for opinion in report.opinions.select_related("passed_to", "petition__organization").order_by("position", "pk"):
        if opinion.outcome == OpinionOutcome.PASSED_ON and not (opinion.passed_to or opinion.passed_to_name):
            raise PassedToMissing(text=opinion.text[:60])
        petition = opinion.petition or _note_petition(visitor, visit, opinion, now)
        within = acting_for(actor, visit, petition.organization)
        _hand_on_files(within, opinion, petition, now)
        if petition.state in WAITING:
            _follow_up(within, petition, opinion, report, now)
        opinion.petition = petition
        opinion.save(update_fields=["petition"])


def _note_petition(visitor: Actor, visit: Visit, opinion: VisitOpinion, now: datetime) -> Petition:
    day = visit.attended_on or visit.planned_on
    origin, details = origin_of(visit), _details_of(opinion)
    return note_petition(actor=visitor, organization=visit.cell, details=details, raised_on=day, now=now, origin=origin)


def _hand_on_files(visitor: Actor, opinion: VisitOpinion, petition: Petition, now: datetime) -> None:
    """Raises FilesStayBehind."""
    try:
        take_files(actor=visitor, petition=petition, origin=origin_of_opinion(opinion), now=now)
    except (TooManyFiles, PetitionSettled) as refusal:
        raise FilesStayBehind(text=opinion.text[:60], why=str(refusal)) from refusal


def _follow_up(visitor: Actor, petition: Petition, opinion: VisitOpinion, report: VisitReport, now: datetime) -> None:  # noqa: PLR0917
    """Settled before the cell, or on its way to those who can settle it; what was only noted stays."""
    if opinion.outcome == OpinionOutcome.SETTLED_ON_SPOT:
        answer = report.settled or str(OpinionOutcome.SETTLED_ON_SPOT.label)
        answer_petition(actor=visitor, petition=petition, answer=answer[:1000], settled=True, visits=True, now=now)
    elif opinion.passed_to and _is_sent(petition, opinion):
        pass_on(actor=visitor, petition=petition, to=opinion.passed_to, visits=True, now=now)


def _is_sent(petition: Petition, opinion: VisitOpinion) -> bool:
    """What lies above already goes on from there."""
    return opinion.outcome == OpinionOutcome.PASSED_ON and petition.holder_id == petition.organization_id


def _details_of(opinion: VisitOpinion) -> PetitionDetails:
    """The person who asked is given as a kind: the official writes no names. A body outside the tree is named in the text."""
    outside = f" ({opinion.passed_to_name})" if opinion.passed_to_name and not opinion.passed_to else ""
    speaker = SpeakerKind(opinion.speaker).label
    return PetitionDetails(
        text=opinion.text + outside,
        field=PetitionField(opinion.field),
        raised_by_name=str(speaker),
        holder=opinion.passed_to,
        is_opinion=opinion.outcome == OpinionOutcome.OPINION,
        place=opinion.place,
    )
