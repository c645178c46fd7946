"""What the report of a visit begins with, and what it says once it was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries import say_of, say_span, template_of
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import add_working_days
from nennep.core.wording import say_points
from nennep.documents.models import Document
from nennep.documents.models import Enclosure as Enclosure
from nennep.documents.queries import count_enclosures, find_enclosure, list_enclosures
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.advice import AdviceRow, list_advice_of_origin
from nennep.meetings.queries.agenda import origin_of as origin_of_meeting
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import PETITION
from nennep.petitions.models import Petition as Petition
from nennep.policies.queries import RuleBook, ScoreSheetTemplate, rules_for
from nennep.reporting.queries.brief import read_weak_groups
from nennep.reporting.rules.advice import find_topics
from nennep.reporting.rules.report_problem import ReportProblem, say_problem
from nennep.reporting.rules.visit_report import (
    DIRECTIVES,
    NEWS,
    ConductNorms,
    RoomFacts,
    hold_score,
    propose_conduct,
)
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.course import read_course
from nennep.room.queries.outcome import sum_criticism
from nennep.room.rules.course import Course
from nennep.visits.choices import OPEN_STATES, VisitState
from nennep.visits.models import Visit as Visit
from nennep.visits.models import VisitOpinion as VisitOpinion
from nennep.visits.models import VisitReport as VisitReport
from nennep.visits.queries.comments import BankComment, list_bank
from nennep.visits.queries.doors import (
    OPINION_KIND,
    find_opinion_at,
    get_opinion,
    get_own_visit,
    get_report,
    get_visit,
    may_read_report,
    origin_of,
    origin_of_opinion,
)

SUGGESTED = 4
_ROUTINE = (Topic.OPENING, Topic.SCORING)  # parts of every meeting that nobody discusses
_INFORMING = (Topic.BULLETIN,)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A group of the score sheet: the cell's own points (None: not agreed), and the official's once saved."""

    code: str
    title: str
    maximum: Decimal | int
    cell: Decimal | None
    own: float | None = None
    minimum: Decimal | int = 0

    @property
    def span(self) -> str:
        return say_span(self.minimum, self.maximum)

    @property
    def of(self) -> str:
        return say_of(self.maximum)

    @property
    def cell_words(self) -> str:
        """`4,5`, `5`; a dash when not known."""
        return say_points(self.cell)

    @property
    def own_words(self) -> str:
        return say_points(self.own)

    @property
    def differs(self) -> bool:
        return self.own is not None and self.cell is not None and Decimal(str(self.own)) != self.cell


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One visit's report. `room` and `arrived_at`: what the cell's records say, not to be declared again.

    `noted`: petitions that the cell noted at this meeting; `units`: to whom a matter may be passed on, nearest first.
    `files`: how many wait with each opinion, by its public id, until it is sent; then how many its petition had.
    `proposed`: lines on how the meeting was run that its records speak for.
    `problem`: why it cannot be sent yet, None when it can.
    """

    visit: Visit
    meeting: Meeting | None
    report: VisitReport | None
    due_on: date | None
    today: date
    problem: ReportProblem | None
    arrived_at: time | None
    room: RoomFacts
    proposed: tuple[str, ...]
    topics: tuple[str, ...]
    taken_topics: tuple[str, ...]
    information: tuple[str, ...]
    noted: tuple[Petition, ...]
    units: tuple[Organization, ...]
    groups: tuple[GroupScore, ...]
    cell_score: Decimal | None
    cell_grade: str
    bank: tuple[BankComment, ...]
    files: Mapping[str, int]
    starts_at: float = 0  # what the sheet has before anything is scored

    @property
    def may_write(self) -> bool:
        """The report may be written, to be sent now or later."""
        return self.problem is None or self.problem.keeps_draft

    @property
    def problem_words(self) -> str:
        return say_problem(self.problem, self.visit.planned_on) if self.problem else ""

    @property
    def is_sent(self) -> bool:
        return self.report is not None and self.report.submitted_at is not None

    @property
    def day(self) -> date:
        return self.visit.attended_on or self.visit.planned_on

    @property
    def own_score(self) -> str:
        """The official's exact sum in words; empty when not scored."""
        points = [group.own for group in self.groups if group.own is not None]
        if points:
            return say_points(hold_score(sum(points), starts_at=self.starts_at))
        return say_points(self.report.score) if self.report and self.report.score is not None else ""


@dataclass(frozen=True, slots=True)
class SentOpinion:
    """One opinion of a report that was sent, with how many files went along with its petition."""

    opinion: VisitOpinion
    files: int


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report that was sent, with what became of its comments."""

    page: ReportPage
    advice: tuple[AdviceRow, ...]
    is_own: bool

    @property
    def opinions(self) -> tuple[SentOpinion, ...]:
        report, files = self.page.report, self.page.files
        found = report.opinions.all() if report else ()
        return tuple(SentOpinion(one, files.get(str(one.public_id), 0)) for one in found)

    @property
    def differing(self) -> tuple[GroupScore, ...]:
        return tuple(group for group in self.page.groups if group.differs)


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """One opinion of a report that is not sent, with the files that wait for it. `is_nameless`: the cell speaks for whoever asked."""

    opinion: VisitOpinion
    files: tuple[Enclosure, ...]

    @property
    def visit(self) -> Visit:
        return self.opinion.report.visit

    @property
    def is_nameless(self) -> bool:
        return self.opinion.petition is not None and self.opinion.petition.is_hidden

    @property
    def may_attach(self) -> bool:
        return self.opinion.petition is None or self.opinion.petition.settled_on is None


def get_report_page(*, actor: Actor, public_id: UUID, now: datetime) -> ReportPage:
    """The report of the actor's own visit, begun or not. Raises NotFound for any other visit. Seventeen queries, however much there is."""
    return _build_page(get_own_visit(actor=actor, public_id=public_id), now)


def get_sent_report(*, actor: Actor, public_id: UUID, now: datetime) -> SentReport:
    """A sent report, for its writer and for those who plan the visits of that cell. Raises NotFound."""
    visit = get_visit(actor=actor, public_id=public_id)
    page = _build_page(visit, now)
    if not page.is_sent or not may_read_report(actor, visit):
        raise NotFound
    advice = list_advice_of_origin(origin_of(visit))
    return SentReport(page, tuple(advice), is_own=actor.user_id == visit.official_id)


def get_opinion_page(*, actor: Actor, visit_id: UUID, public_id: UUID) -> OpinionPage:
    """An opinion of the actor's own report that is not sent, and its files. Raises NotFound. Two queries."""
    opinion = get_opinion(actor=actor, visit_id=visit_id, public_id=public_id)
    return OpinionPage(opinion, tuple(list_enclosures(origin_of_opinion(opinion))))


def get_opinion_file(*, actor: Actor, visit_id: UUID, public_id: UUID, number: int) -> Enclosure:
    """A file that waits with an opinion of the actor's own report. Raises NotFound. Two queries."""
    opinion = get_opinion(actor=actor, visit_id=visit_id, public_id=public_id)
    kept = find_enclosure(origin_of_opinion(opinion), number=number)
    if kept is None:
        raise NotFound
    return kept


def find_opinion(*, page: ReportPage, position: int) -> VisitOpinion | None:
    """The opinion that stands there in the report as it is saved now, counted from 1. One query."""
    return find_opinion_at(visit=page.visit, position=position)


def is_sent_or_foreign(*, actor: Actor, public_id: UUID) -> bool:
    """Whether the address of a report shows what was sent: it was, or the reader is not its writer. Raises NotFound."""
    visit = get_visit(actor=actor, public_id=public_id)
    own = actor.user_id is not None and visit.official_id == actor.user_id
    return not own or VisitReport.objects.filter(visit=visit, submitted_at__isnull=False).exists()


def _build_page(visit: Visit, now: datetime) -> ReportPage:
    today, meeting, report = now.date(), visit.meeting, get_report(visit=visit)
    day = visit.attended_on or visit.planned_on
    rules = rules_for(organization=visit.cell, on=day)
    agenda = list(meeting.agenda.order_by("position", "pk")) if meeting else []
    sheet = ScoreSheet.objects.filter(meeting=meeting, state=SheetState.AGREED).first() if meeting else None
    template = _find_template(meeting, rules)
    topics = [item for item in agenda if item.topic not in _ROUTINE]
    course = read_course(meeting, agenda) if meeting else None
    room = _read_room(meeting, agenda, course)
    return ReportPage(
        visit=visit,
        meeting=meeting,
        report=report,
        due_on=add_working_days(visit.attended_on, rules.visit_report_working_days, rules.days_off)
        if visit.attended_on
        else None,
        today=today,
        problem=_find_problem(visit, today),
        arrived_at=_find_arrival(visit),
        room=room,
        proposed=propose_conduct(room, _norms_of(rules)),
        topics=tuple(_line(item.title) for item in topics),
        taken_topics=tuple(_line(item.title) for item in topics if course and item.pk in course.reached),
        information=_list_information(meeting),
        noted=_list_noted(meeting),
        units=_list_units(visit.cell),
        groups=_read_groups(sheet, template, report),
        starts_at=float(template.starts_at),
        cell_score=sheet.total if sheet else None,
        cell_grade=sheet.grade if sheet else "",
        bank=_choose_comments(visit.cell, today),
        files=_count_files(report),
    )


def _norms_of(rules: RuleBook) -> ConductNorms:
    asked = rules.self_criticism_minutes
    return ConductNorms(rules.speakers_share, asked.least if asked else None)


def _line(title: str) -> str:
    return f"{title.rstrip(' .')}."


def _find_problem(visit: Visit, today: date) -> ReportProblem | None:
    if visit.state == VisitState.ATTENDED:
        return None
    if visit.state not in OPEN_STATES:
        return ReportProblem.MISSED
    if visit.planned_on > today:
        return ReportProblem.NOT_BEGUN
    met = visit.meeting is not None and MeetingState(visit.meeting.state).has_begun
    return ReportProblem.NOT_ATTENDED if met else ReportProblem.NOT_MET


def _find_arrival(visit: Visit) -> time | None:
    if visit.meeting is None or visit.guest_id is None:
        return None
    return visit.meeting.guest_list.filter(pk=visit.guest_id).values_list("arrived_at", flat=True).first()


def _read_room(meeting: Meeting | None, agenda: Sequence[AgendaItem], course: Course | None) -> RoomFacts:
    """How many items, how many of them taken up, who was there, who spoke; all 0 without a meeting. Two queries."""
    if meeting is None:
        return RoomFacts()
    there = RollCallEntry.objects.filter(meeting=meeting, state__in=AttendanceState.there()).count()
    spoken = Speech.objects.filter(item__meeting=meeting).aggregate(people=Count("member", distinct=True))
    return RoomFacts(
        items=course.counted if course else 0,
        taken=len(course.reached) if course else 0,
        attending=there,
        speakers=spoken["people"],
        criticism_minutes=sum_criticism(agenda, until=meeting.closed_at),
        concluded=bool(meeting.conclusion.strip()),
    )


def _list_information(meeting: Meeting | None) -> tuple[str, ...]:
    """What an official usually tells, and the papers of this meeting. One query."""
    titles: list[str] = []
    if meeting is not None:
        origin = origin_of_meeting(meeting)
        papers = Document.objects.filter(origin_kind=origin.kind, origin_id=origin.id, removed_at=None)
        titles = [_line(title) for title in papers.order_by("created_at", "pk").values_list("title", flat=True)]
    return tuple(dict.fromkeys([NEWS, DIRECTIVES, *titles]))


def _list_noted(meeting: Meeting | None) -> tuple[Petition, ...]:
    """Petitions that the cell itself noted at this meeting. One query."""
    if meeting is None:
        return ()
    origin = origin_of_meeting(meeting)
    found = Petition.objects.filter(origin_kind=origin.kind, origin_id=origin.id).select_related("holder")
    return tuple(found.order_by("pk"))


def _list_units(cell: Organization) -> tuple[Organization, ...]:
    """The units above the cell, the nearest first. One query."""
    above = Organization.objects.filter(path__in=paths_above(cell)).exclude(pk=cell.pk)
    return tuple(above.order_by("-path"))


def _find_template(meeting: Meeting | None, rules: RuleBook) -> ScoreSheetTemplate:
    """What the meeting is scored by: the sheet that its cell began, else the one for its kind. Two queries with a meeting."""
    if meeting is None:
        return rules.score_sheet.for_kind(MeetingKind.REGULAR)
    return template_of(meeting, rules, ScoreSheet.objects.filter(meeting=meeting).first())


def _read_groups(
    sheet: ScoreSheet | None, template: ScoreSheetTemplate, report: VisitReport | None
) -> tuple[GroupScore, ...]:
    """Points of each group by the cell and by the official; without the cell's when another sheet scored it. One query."""
    own = report.group_scores if report else {}
    points = {}
    if sheet is not None and sheet.template_code == template.code:
        points = dict(ScoreItem.objects.filter(sheet=sheet).order_by("position").values_list("code", "points"))
    groups = []
    for group in template.groups:
        scored = [points.get(item.code) for item in group.items]
        known = [mark for mark in scored if mark is not None]
        cell = sum(known, Decimal(0)) if len(known) == len(scored) else None
        held = None if cell is None else group.hold(cell)
        groups.append(
            GroupScore(group.code, group.full_title, group.maximum, held, own.get(group.code), minimum=group.minimum)
        )
    return tuple(groups)


def _count_files(report: VisitReport | None) -> dict[str, int]:
    """By the public id of each opinion: what waits with it, or what its petition had when the report was sent. One query."""
    opinions = list(report.opinions.all()) if report else []
    if report is None or report.submitted_at is None:
        return count_enclosures(OPINION_KIND, [str(opinion.public_id) for opinion in opinions])
    petitions = {str(one.public_id): str(one.petition.public_id) for one in opinions if one.petition}
    counts = count_enclosures(PETITION, petitions.values(), until=report.submitted_at)
    return {opinion: counts[petition] for opinion, petition in petitions.items() if petition in counts}


def _choose_comments(cell: Organization, today: date) -> tuple[BankComment, ...]:
    """Those that help the weak groups of this cell first. Four queries."""
    weak = read_weak_groups(cell=cell, today=today)
    return tuple(list_bank(cell=cell, topics=find_topics(group.code for group in weak))[:SUGGESTED])
