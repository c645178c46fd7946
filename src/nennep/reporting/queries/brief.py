"""The brief of one cell for the official who attends its meeting (G20): one sheet, read in one minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Avg, Count, Q

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem
from nennep.assessments.queries import read_standing
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.duties.queries import DutyRow, list_members_without_duty, make_row
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import list_cell_advice
from nennep.meetings.queries.agenda import origin_of
from nennep.members.choices import PostKind
from nennep.members.queries import posts_on
from nennep.organizations.models import Organization
from nennep.organizations.queries import Crumb, breadcrumb
from nennep.petitions.queries import PetitionRow, list_waiting, read_digest
from nennep.policies.queries import RuleBook, rules_for, rules_for_days
from nennep.records.models import Resolution
from nennep.records.queries.resolution import number_of
from nennep.reporting.queries.commune import get_unit
from nennep.reporting.rules.brief import (
    AdviceFact,
    BriefFacts,
    DutyFact,
    GroupFact,
    MonthFact,
    PetitionFact,
    PetitionNumbers,
    Question,
    ResolutionFact,
    ask_questions,
    clip,
)
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from nennep.visits.models import Visit

RESOLUTIONS = 3
MEETINGS = 6
SCORED = 3  # months of score sheets that the weak groups come from
PETITIONS = 4
ADVICE = 2
UNFINISHED = 2
REMEMBERED_DAYS = 31  # for how long the visitor may open the brief again, for the report


@dataclass(frozen=True, slots=True)
class Brief:
    """What one sheet says of one cell. `coming`: its next meeting; `more_petitions`: those the sheet has no room for."""

    cell: Organization
    upper: tuple[str, ...]
    written_at: datetime
    secretary: str
    coming: Meeting | None
    facts: BriefFacts
    petitions: tuple[PetitionFact, ...]
    more_petitions: int
    advice: tuple[AdviceFact, ...]
    questions: tuple[Question, ...]

    @property
    def upper_name(self) -> str:
        """The unit above; empty for a cell that stands alone."""
        return self.upper[0] if self.upper else ""

    @property
    def names_members(self) -> bool:
        """Somebody without a task is named: reading it goes into the trail."""
        return bool(self.facts.idle)


def get_brief(*, actor: Actor, cell: UUID, now: datetime) -> Brief:
    """The brief of a cell for those who read its figures or are to attend its meeting soon. Raises NotFound.

    Sixteen queries, however much there is; one more for somebody who only comes for a visit.
    """
    unit = _find_visited(actor, cell, now.date()) or get_unit(actor=actor, public_id=cell)
    if not unit.is_cell:
        raise NotFound
    return build_brief(cell=unit, now=now)


def is_visitor(*, actor: Actor, cell: Organization, today: date) -> bool:
    """Whether the actor reads the brief because of a visit of their own: a substitute follows no cell. One query."""
    return _find_visited(actor, cell.public_id, today) is not None


def _find_visited(actor: Actor, cell: UUID, today: date) -> Organization | None:
    """The cell when the actor has a visit to it, still to come or not longer ago than a month."""
    since = today - timedelta(days=REMEMBERED_DAYS)
    visits = Visit.objects.own_of(actor).live().filter(cell__public_id=cell, planned_on__gte=since)
    visit = visits.select_related("cell").first()
    return visit.cell if visit else None


def build_brief(*, cell: Organization, now: datetime) -> Brief:
    """The same for a cell that has passed its door."""
    today = now.date()
    *above, itself = breadcrumb(cell)
    waiting = [_read_petition(row) for row in list_waiting(organization_id=cell.pk, today=today)]
    advice = _read_advice(cell)
    facts = _read_facts(cell, above[-1] if above else itself, today, waiting, advice)
    shown = sorted(waiting, key=lambda one: (not one.is_late, not one.answer, -one.age))[:PETITIONS]
    posts = posts_on(cell.pk, today)
    return Brief(
        cell=cell,
        upper=tuple(crumb.name for crumb in above[::-1]),
        written_at=now,
        secretary=next((post.full_name for post in posts if post.kind == PostKind.SECRETARY), ""),
        coming=_find_coming(cell, now),
        facts=facts,
        petitions=tuple(shown),
        more_petitions=len(waiting) - len(shown),
        advice=advice,
        questions=ask_questions(facts),
    )


def _read_facts(  # noqa: PLR0917  (each was read once and is used twice)
    cell: Organization,
    around: Crumb,
    today: date,
    petitions: Sequence[PetitionFact],
    advice: tuple[AdviceFact, ...],
) -> BriefFacts:
    meetings = _list_last_meetings(cell)
    books = rules_for_days(organizations=[cell], days=[today, *(meeting.held_on for meeting in meetings)])
    targets = {meeting.pk: books[meeting.held_on][cell.pk].attendance_target for meeting in meetings}
    return BriefFacts(
        resolutions=_read_resolutions(cell, today),
        petitions=tuple(petitions),
        months=_read_months(meetings, targets),
        groups=_read_groups(cell, around, books[today][cell.pk], today),
        idle=tuple(member.full_name for member in list_members_without_duty(organization=cell, on=today)),
        advice=advice,
        numbers=_read_numbers(cell, around, meetings[-1].held_on if meetings else today, today),
    )


def _read_numbers(cell: Organization, around: Crumb, since: date, today: date) -> PetitionNumbers:
    """The cell and what lies around it, counted in one query."""
    found = read_digest(cell=cell, above=around.path, since=since, today=today)
    return PetitionNumbers(
        unanswered=found.unanswered,
        late=found.late,
        for_word=found.for_word,
        since_last=found.answered_since,
        upper=around.name if found.around else "",
        around=found.around,
        around_late=found.around_late,
        alike=found.around_alike,
    )


def _read_petition(row: PetitionRow) -> PetitionFact:
    """An answer with which the cell was not content, so that the petition was opened again, is none."""
    stands = row.awaits_word
    who, answer = (row.answered_by, clip(row.answer, 80)) if stands else (row.holder, "")
    running = bool(row.promise_words) and not row.is_promise_broken
    return PetitionFact(clip(row.text), row.age, row.days_left, who, answer, row.promise_words, running)


def _read_resolutions(cell: Organization, today: date) -> tuple[ResolutionFact, ...]:
    """The last three with the tasks given at their meetings. Two queries."""
    found = Resolution.objects.filter(meeting__organization=cell).select_related("meeting")
    resolutions = list(found.order_by("-meeting__month", "-pk")[:RESOLUTIONS])
    origins = {str(row.meeting.public_id): row.meeting_id for row in resolutions}
    given: dict[int, list[DutyRow]] = {row.meeting_id: [] for row in resolutions}
    kind = origin_of(resolutions[0].meeting).kind if resolutions else ""
    duties = Duty.objects.filter(organization=cell, origin_kind=kind, origin_id__in=list(origins))
    for duty in (
        duties.exclude(state=DutyState.DROPPED).with_reported().select_related("assignee").order_by("due_on", "pk")
    ):
        given[origins[duty.origin_id]].append(make_row(duty, since=today, today=today, helpers=()))
    return tuple(_read_resolution(row, given[row.meeting_id]) for row in resolutions)


def _read_resolution(resolution: Resolution, duties: Sequence[DutyRow]) -> ResolutionFact:
    left = sorted((row for row in duties if row.state != DutyState.DONE), key=lambda row: -row.days_late)
    return ResolutionFact(
        month=Month.of(resolution.meeting.month),
        number=number_of(resolution),
        meeting=resolution.meeting.public_id,
        done=len(duties) - len(left),
        total=len(duties),
        unfinished=tuple(
            DutyFact(clip(row.title, 70), clip(row.result, 50), row.days_late) for row in left[:UNFINISHED]
        ),
    )


def _list_last_meetings(cell: Organization) -> list[Meeting]:
    """The last monthly ones that were held, oldest first. One query."""
    held = Meeting.objects.held().filter(organization=cell, kind__in=MeetingKind.monthly())
    return list(held.order_by("-month", "-pk")[:MEETINGS])[::-1]


def _read_months(meetings: Sequence[Meeting], targets: Mapping[int, int]) -> tuple[MonthFact, ...]:
    """What is known of each; `targets` by its id. Two queries."""
    ids = [meeting.pk for meeting in meetings]
    rolls = RollCallEntry.objects.filter(meeting__in=ids, counted=True).order_by("meeting_id").values_list("meeting_id")
    present = {
        meeting: 100 * there / counted
        for meeting, counted, there in rolls.annotate(
            counted=Count("pk"), there=Count("pk", filter=Q(state__in=AttendanceState.there()))
        )
    }
    scores = {meeting: score.total for meeting, score in read_standing(Q(meeting__in=ids)).items()}
    return tuple(
        MonthFact(Month.of(meeting.month), present.get(meeting.pk), scores.get(meeting.pk), targets[meeting.pk])
        for meeting in meetings
    )


def _stood_below(unit: Crumb) -> Q:
    """Meetings of cells that stood below the unit when they were opened; where that was not kept, that stand there today."""
    lineage, path = "sheet__meeting__unit_lineage", "sheet__meeting__organization__path__startswith"
    inside = Q(**{f"{lineage}__startswith": f"{unit.id}."}) | Q(**{f"{lineage}__contains": f".{unit.id}."})
    itself = Q(**{lineage: str(unit.id)}) | Q(**{f"{lineage}__endswith": f".{unit.id}"})
    return inside | itself | Q(**{lineage: "", path: unit.path})


def _read_groups(cell: Organization, around: Crumb, rules: RuleBook, today: date) -> tuple[GroupFact, ...]:
    """Groups that lose points, the heaviest losses first: means of the last months here and below the unit above. One query.

    Neighbours are the cells that stood below that unit on the day of their meeting.
    """
    near = _stood_below(around)
    sheet = rules.score_sheet
    scored = ScoreItem.objects.filter(
        sheet__template_code=sheet.code,
        sheet__state=SheetState.AGREED,
        sheet__meeting__month__gte=Month.of(today).plus(-SCORED).first_day,
        points__isnull=False,
    ).filter(Q(sheet__meeting__organization=cell) | near)
    means = {
        code: (own, own if everybody is None else everybody)  # one that came lately had no neighbours there
        for code, own, everybody in scored.order_by("code")
        .values_list("code")
        .annotate(own=Avg("points", filter=Q(sheet__meeting__organization=cell)), everybody=Avg("points", filter=near))
    }
    groups = []
    for group in (one for one in sheet.groups if not one.is_bonus):  # a bonus that was not earned is no loss
        known = [means[item.code] for item in group.items if item.code in means and means[item.code][0] is not None]
        if len(known) == len(group.items):
            own = sum((Decimal(str(mean)) for mean, _mean in known), Decimal(0))
            everybody = sum((Decimal(str(mean)) for _own, mean in known), Decimal(0))
            groups.append(GroupFact(group.code, group.full_title, own, Decimal(group.maximum), everybody))
    return tuple(sorted((group for group in groups if group.lost > 0), key=lambda group: -group.lost))


def read_weak_groups(*, cell: Organization, today: date) -> tuple[GroupFact, ...]:
    """Groups of the score sheet that lose points in this cell, the heaviest losses first. Three queries. The cell's door was passed."""
    *above, itself = breadcrumb(cell)
    rules = rules_for(organization=cell, on=today)
    return _read_groups(cell, above[-1] if above else itself, rules, today)


def _read_advice(cell: Organization) -> tuple[AdviceFact, ...]:
    """Open comments first, then the newest answered ones. One query."""
    rows = list_cell_advice(organization_id=cell.pk)
    ordered = [row for row in rows if row.is_open] + [row for row in rows if not row.is_open]
    return tuple(
        AdviceFact(clip(row.text, 80), row.given_on, str(row.state.label), row.is_open, clip(row.answer, 50))
        for row in ordered[:ADVICE]
    )


def _find_coming(cell: Organization, now: datetime) -> Meeting | None:
    coming = Meeting.objects.filter(
        organization=cell, state__in=MeetingState.ahead(), planned_for__date__gte=now.date()
    )
    return coming.order_by("planned_for", "pk").first()
