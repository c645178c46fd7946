"""What the records know of the year of whoever is rated: as many queries for a cell's thirty as for a commune's three thousand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from nennep.accounts.models import User
from nennep.assessments.queries import CountingScore, read_standing
from nennep.classification.choices import ListedKind, RatingFigure, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, ListedCase, Rating, Verdict
from nennep.classification.queries.doors import cases_of
from nennep.classification.rules import Evidence
from nennep.core.rounding import round_half_up
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.members.choices import PostKind
from nennep.members.models import Member, Post
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry
from nennep.visits.queries.ledger import read_ledgers


@dataclass(frozen=True, slots=True)
class DutyYear:
    """Duties that fell due, or were settled without a date: all, done, done late, done above what was asked."""

    total: int = 0
    done: int = 0
    late: int = 0
    exceeded: int = 0


@dataclass(frozen=True, slots=True)
class CellYear:
    """What a member owed in one cell: monthly meetings that counted for them there, and the mean of the agreed scores of these."""

    name: str
    called: int
    attended: int
    score: Decimal | None = None
    scored: int = 0


@dataclass(frozen=True, slots=True)
class YearFacts:
    """One subject's year. Meetings are monthly ones; `score` the mean of agreed scores of the unit's meetings, 0 to 100.

    `cells`: of a member who owed meetings in several cells what they owed in each, the first one first; then `score` is of all
    these meetings, and none of a month before they came. `visits_owed` None: owes none. `former_level` of the round of the year
    before, None where there was none. `disciplined`: recorded cases of discipline that bar a collective from the highest level
    (`find_against`).
    """

    duties: DutyYear = DutyYear()
    called: int = 0
    attended: int = 0
    praised: int = 0
    reminded: int = 0
    score: Decimal | None = None
    scored: int = 0
    visits_owed: int | None = None
    visits_done: int = 0
    former_level: RatingLevel | None = None
    listed: bool = False
    quarters: tuple[str, ...] = ()
    cells: tuple[CellYear, ...] = ()
    disciplined: int = 0


@dataclass(frozen=True, slots=True)
class _Called:
    """One monthly meeting that counted for a member."""

    meeting: int
    unit: int
    unit_name: str
    attended: bool


def read_facts(*, campaign: Campaign, ratings: Sequence[Rating], today: date) -> dict[int, YearFacts]:
    """The year or quarter of each rating by its id. A constant number of queries.

    Every fact runs over [first_day, last_day] of the round, whatever day its list is cut off (`rules.find_period`: 366-QĐ/TW
    rates a quarter or a year). A task belongs to the period in which it falls due, or was settled where it has no date: so to
    exactly one. It counts once its day has come (`today`), and before that as soon as it is settled: done early is done.
    Levels of quarters and of the year before count once they were told (Article 15): these lines stand on forms that members read.
    """
    span = (campaign.first_day, campaign.last_day)
    members = {one.member_id for one in ratings if one.member_id}
    units = {one.organization_id for one in ratings if not one.member_id}
    of_members = _duties_of(Q(assignee_id__in=members), "assignee_id", (campaign, today))
    of_units = _duties_of(Q(organization_id__in=units), "organization_id", (campaign, today))
    presence, remarks = _read_presence(members, span), _read_remarks(members, span)
    places = {one.organization_id for one in ratings} | {one.unit for met in presence.values() for one in met}
    of_meetings = read_standing(Q(meeting__organization_id__in=places, meeting__month__range=span))
    scores = _average_by_unit(of_meetings.values())
    former, cases = _read_former_levels(campaign, members, units), _read_cases(campaign, members, units)
    listed = {(bool(one.member_id), one.member_id or one.breach_unit_id) for one in cases}
    against = find_against(campaign, ratings, [one for one in cases if ListedKind(one.kind).is_discipline])
    visits, quarters = _read_visits(campaign, members, today), _read_quarters(campaign, members, units)
    facts = {}
    for rating in ratings:
        key = rating.member_id or rating.organization_id
        duties = (of_members if rating.member_id else of_units).get(key, DutyYear())
        met = presence.get(rating.member_id or 0, [])
        praised, reminded = remarks.get(rating.member_id or 0, (0, 0))
        cells = _split_by_cell(met, of_meetings)
        score, scored = scores.get(rating.organization_id, (None, 0))
        if cells:
            score, scored = _average([of_meetings[one.meeting].total for one in met if one.meeting in of_meetings])
        facts[rating.pk] = YearFacts(
            duties=duties,
            called=len(met),
            attended=sum(one.attended for one in met),
            cells=cells,
            praised=praised,
            reminded=reminded,
            score=score,
            scored=scored,
            visits_owed=visits.get(rating.member_id or 0, (None, 0))[0],
            visits_done=visits.get(rating.member_id or 0, (None, 0))[1],
            quarters=tuple(quarters.get((rating.kind, key), ())),
            former_level=former.get((rating.kind, key)),
            listed=(bool(rating.member_id), key) in listed,
            disciplined=len(against.get(rating.pk, ())),
        )
    return facts


def read_recorded(facts: YearFacts) -> dict[str, int]:
    """What the records say of the tasks, by figure; empty where they know of none."""
    duties = facts.duties
    if not duties.total:
        return {}
    return {
        RatingFigure.TOTAL: duties.total,
        RatingFigure.DONE: duties.done,
        RatingFigure.LATE: duties.late,
        RatingFigure.EXCEEDED: duties.exceeded,
    }


def make_evidence(rating: Rating, facts: YearFacts) -> Evidence:
    """What is known: the records', and what people answered where these have nothing or differ.

    Discipline that is recorded with its document is no question any more: who recorded it by mistake drops the case.
    """
    known = Evidence(
        total=facts.duties.total or None,
        done=facts.duties.done,
        late=facts.duties.late,
        exceeded=facts.duties.exceeded if facts.duties.total else None,
        is_collective=SubjectKind(rating.kind).is_collective,
        listed=facts.listed,
        meetings_score=facts.score,
        visits_owed=facts.visits_owed,
        visits_done=facts.visits_done,
    )
    found = replace(known, **rating.answers)
    return replace(found, disciplined=True) if facts.disciplined else found


def _duties_of(which: Q, by: str, of: tuple[Campaign, date]) -> dict[int, DutyYear]:
    done = Q(state=DutyState.DONE)
    campaign, today = of
    rows = (
        list_due(campaign=campaign, today=today)
        .filter(which)
        .order_by(by)
        .values_list(by)
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=done),
            late=Count("pk", filter=done & Q(settled_on__gt=F("due_on"))),
            exceeded=Count("pk", filter=done & Q(exceeded=True)),
        )
    )
    return {key: DutyYear(*counts) for key, *counts in rows}


def list_due(*, campaign: Campaign, today: date) -> QuerySet[Duty]:
    """The tasks of the round's period that count by that day, of anybody: those due in it and those without a date settled in it.

    What is not due yet counts only once it is settled. Dropped ones are nobody's.
    """
    span = (campaign.first_day, campaign.last_day)
    come = Q(due_on__lte=today) | Q(settled_on__isnull=False)
    in_period = Q(due_on__range=span) & come | Q(due_on=None, settled_on__range=span)
    return Duty.objects.filter(in_period, mistaken=False).exclude(state=DutyState.DROPPED)


def list_year_duties(*, rating: Rating, today: date) -> list[Duty]:
    """The rows behind `YearFacts.duties.total` of a member, by their dates, those without one last. One query."""
    found = list_due(campaign=rating.campaign, today=today).filter(assignee_id=rating.member_id)
    return list(found.order_by(F("due_on").asc(nulls_last=True), "pk"))


def _read_presence(members: Iterable[int], span: tuple[date, date]) -> dict[int, list[_Called]]:
    """Monthly meetings that counted for each, whatever cell held them, in the order of their months. One query."""
    rows = RollCallEntry.objects.filter(
        counted=True,
        member_id__in=set(members),
        meeting__state=MeetingState.HELD,
        meeting__kind__in=MeetingKind.monthly(),
        meeting__month__range=span,
    ).order_by("meeting__month", "meeting_id", "pk")
    fields = ("member_id", "meeting_id", "meeting__organization_id", "meeting__organization__name", "state")
    found: dict[int, list[_Called]] = defaultdict(list)
    for member, meeting, unit, name, state in rows.values_list(*fields):
        found[member].append(_Called(meeting, unit, name, AttendanceState(state) in AttendanceState.there()))
    return found


def _split_by_cell(met: Sequence[_Called], scores: Mapping[int, CountingScore]) -> tuple[CellYear, ...]:
    """What was owed in each cell, the first one first; nothing for whoever sat in one."""
    by_unit: dict[int, list[_Called]] = {}
    for one in met:
        by_unit.setdefault(one.unit, []).append(one)
    if len(by_unit) < 2:
        return ()
    return tuple(_make_cell_year(mine, scores) for mine in by_unit.values())


def _make_cell_year(met: Sequence[_Called], scores: Mapping[int, CountingScore]) -> CellYear:
    score, scored = _average([scores[one.meeting].total for one in met if one.meeting in scores])
    return CellYear(met[0].unit_name, len(met), sum(one.attended for one in met), score, scored)


def _read_remarks(members: Iterable[int], span: tuple[date, date]) -> dict[int, tuple[int, int]]:
    rows = Remark.objects.filter(
        member_id__in=set(members), meeting__state=MeetingState.HELD, meeting__month__range=span
    )
    kinds = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in (RemarkKind.PRAISE, RemarkKind.REMINDER)}
    found = rows.order_by("member_id").values_list("member_id").annotate(**kinds)
    return {member: (praised, reminded) for member, praised, reminded in found}


def _average_by_unit(scores: Iterable[CountingScore]) -> dict[int, tuple[Decimal | None, int]]:
    """Of each unit's meetings, as `_average`."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    for score in scores:
        found[score.organization_id].append(score.total)
    return {unit: _average(totals) for unit, totals in found.items()}


def _average(totals: Sequence[Decimal]) -> tuple[Decimal | None, int]:
    """The mean, rounded half up to one place, and of how many; None of none."""
    return (round_half_up(sum(totals, Decimal(0)) / len(totals)), len(totals)) if totals else (None, 0)


# Decided and told: also what was decided anew, as long as the new result is told to nobody (a later one comes after it).
_TOLD = Q(rating__announced_on__isnull=False) & (
    Q(rating__state__in=RatingState.decided())
    | Q(rating__state=RatingState.REPLACED, rating__replaced_by__isnull=False)
)


def _read_former_levels(
    campaign: Campaign, members: Iterable[int], units: Iterable[int]
) -> dict[tuple[str, int], RatingLevel]:
    """What was decided, and told, in the yearly round before, by kind and id: of one rated anew the last that was told."""
    before = Verdict.objects.filter(
        Q(rating__member_id__in=set(members)) | Q(rating__member=None, rating__organization_id__in=set(units)),
        _TOLD,
        side=Side.DECIDED,
        rating__campaign__year=campaign.year - 1,
        rating__campaign__quarter=None,
    )
    rows = before.order_by("pk").values_list("rating__kind", "rating__member_id", "rating__organization_id", "level")
    return {(kind, member or unit): RatingLevel(level) for kind, member, unit, level in rows}


def _read_cases(campaign: Campaign, members: Iterable[int], units: Iterable[int]) -> list[ListedCase]:
    """Listed cases of these, and of discipline all that were done in or below these units. One query."""
    mine = Q(member_id__in=set(members)) | Q(member=None, breach_unit_id__in=set(units))
    below = Q(breach_unit__path__startswith=campaign.organization.path, kind__in=ListedKind.of_discipline())
    rows = cases_of(campaign).filter(mine | below if units else mine).select_related("breach_unit")
    return list(rows.only("member_id", "kind", "breach_unit_id", "breach_unit__path").order_by("pk"))


def find_against(
    campaign: Campaign, ratings: Sequence[Rating], cases: Sequence[ListedCase]
) -> dict[int, list[ListedCase]]:
    """Of these cases of discipline, by the rating of each collective: of a member of its group, done there, and of units below it.

    Article 11 bars them for it from the highest level. Who led is whoever did on any day of the period: a post that was taken
    away with the discipline counts. No query without a case of a member.
    """
    collectives = [one for one in ratings if one.member_id is None]
    leading = _read_led(campaign, [one for one in cases if one.member_id and collectives])
    return {one.pk: [case for case in cases if _is_against(case, one, leading)] for one in collectives}


def _is_against(case: ListedCase, rating: Rating, leading: Collection[tuple[int, int | None]]) -> bool:
    here = case.breach_unit_id == rating.organization_id
    if case.member_id:
        return here and (case.breach_unit_id, case.member_id) in leading
    return not here and case.breach_unit.path.startswith(rating.organization.path)


def _read_led(campaign: Campaign, cases: Sequence[ListedCase]) -> set[tuple[int, int | None]]:
    """Which of these members led the unit in which they did it, on any day of the period: (unit, member). One query, none of no case."""
    if not cases:
        return set()
    held = Post.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=campaign.first_day),
        valid_from__lte=campaign.last_day,
        kind__in=PostKind.committee(),
        member_id__in={one.member_id for one in cases},
    )
    return set(held.order_by("pk").values_list("organization_id", "member_id"))


def _read_visits(campaign: Campaign, members: Iterable[int], today: date) -> dict[int, tuple[int | None, int]]:
    """What members who hold an office owed in visits to cells in the year, and did. Visits are owed by the year: of a quarter nothing."""
    if campaign.quarter:
        return {}
    on = min(campaign.last_day, today)
    holders = list(User.objects.filter(member__in=set(members), offices__isnull=False).distinct())
    people = dict(Member.objects.filter(user__in=holders).values_list("user_id", "pk"))
    ledgers = read_ledgers(officials=holders, on=on) if holders else []
    return {people[one.user.pk]: (one.ledger.owed.count, one.ledger.done) for one in ledgers}


def _read_quarters(
    campaign: Campaign, members: Iterable[int], units: Iterable[int]
) -> dict[tuple[str, int], list[str]]:
    """What was decided, and told, for the quarters of the year, in their order: `Quý 1: Hoàn thành tốt nhiệm vụ`.

    Of one rated anew the last that was told.
    """
    if campaign.quarter:
        return {}
    said = Verdict.objects.filter(
        Q(rating__member_id__in=set(members)) | Q(rating__member=None, rating__organization_id__in=set(units)),
        _TOLD,
        side=Side.DECIDED,
        rating__campaign__year=campaign.year,
        rating__campaign__quarter__isnull=False,
    )
    fields = ("rating__kind", "rating__member_id", "rating__organization_id", "rating__campaign__quarter", "level")
    found: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for kind, member, unit, quarter, level in said.order_by("rating__campaign__quarter", "pk").values_list(*fields):
        words = _("Quý %(quarter)s: %(level)s") % {"quarter": quarter, "level": RatingLevel(level).label}
        found[kind, member or unit][quarter] = words
    return {key: list(by_quarter.values()) for key, by_quarter in found.items()}
