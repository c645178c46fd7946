"""What a plan is made from: who may be sent, which cells meet when, what the records say of them, what is in the books."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from statistics import fmean

from django.db.models import Count, Exists, Max, OuterRef, Q

from nennep.accounts.models import User
from nennep.assessments.queries import read_standing
from nennep.core.periods import Month
from nennep.meetings.queries.meeting_days import list_meeting_days
from nennep.members.choices import MembershipKind
from nennep.members.models import Membership
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import WAITING
from nennep.petitions.models import Petition
from nennep.planning.models import Absence, CellTraits
from nennep.planning.rules.building import CellInput as CellInput
from nennep.planning.rules.building import KnownVisit, OfficialFacts, PlanFacts
from nennep.planning.rules.priority import Signs
from nennep.policies.queries import rules_for_many
from nennep.visits.choices import LOCKED_STATES, Office, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.queries.ledger import read_ledgers

RECENT_MONTHS = 3


def gather_facts(*, organization: Organization, year: int, today: date) -> PlanFacts:
    """Facts for a plan of the unit's cells in a year, as of today. A fixed number of queries for any number of cells.

    The caller has passed the unit's door.
    """
    cells = list_cells(organization, on=max(today, date(year, 1, 1)))
    return PlanFacts(
        year=year,
        officials=list_officials(organization, cells, year=year),
        cells=_read_cells(cells, year=year, today=today),
        visits=_list_visits(cells, year),
    )


def list_cells(organization: Organization, *, on: date) -> list[Organization]:
    """Cells of the unit that exist on that day, in tree order. One query."""
    return list(Organization.objects.open_on(on).cells().filter(path__startswith=organization.path))


def _list_visits(cells: Iterable[Organization], year: int) -> tuple[KnownVisit, ...]:
    """Visits of the year that are still to come or were made. One query.

    A confirmed one whose official is away that day after all is not locked: somebody else must go.
    """
    away = Absence.objects.filter(
        official=OuterRef("official"), first_day__lte=OuterRef("planned_on"), last_day__gte=OuterRef("planned_on")
    )
    visits = Visit.objects.live().filter(cell__in=cells, planned_on__year=year).annotate(is_away=Exists(away))
    rows = visits.order_by("planned_on", "pk").values_list(
        "official__public_id", "cell__public_id", "planned_on", "attended_on", "state", "is_away"
    )
    return tuple(
        KnownVisit(str(official), str(cell), attended or planned, locked=_is_locked(VisitState(state), is_away=is_away))
        for official, cell, planned, attended, state, is_away in rows
        if (attended or planned).year == year
    )


def _is_locked(state: VisitState, *, is_away: bool) -> bool:
    return state in LOCKED_STATES and not (is_away and state == VisitState.CONFIRMED)


# ── officials ─────────────────────────────────────────────────────────────────


def list_officials(organization: Organization, cells: list[Organization], *, year: int) -> tuple[OfficialFacts, ...]:
    """Who may be sent to the unit's cells in a year: holders of an office of it, and those assigned there. Six queries."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    within = Q(organization__path__startswith=organization.path)
    assigned = Q(organization__path__in=paths_above(organization)) | within
    holders = OfficeHolding.objects.in_period(first, after).filter(within).values("official_id")
    assignments = Assignment.objects.in_period(first, after).filter(assigned).select_related("organization")
    areas = _read_areas(assignments.order_by("pk"), cells)
    holdings = _read_holdings(set(holders.order_by().values_list("official_id", flat=True)) | set(areas), first, after)
    owed = _read_owed([held[-1].official for held in holdings.values()], year)
    own, away = _read_own_cells(list(holdings), first, after), _read_absences(list(holdings), first, after)
    return tuple(
        OfficialFacts(
            id=str(held[-1].official.public_id),
            name=held[-1].official.full_name,
            office=held[-1].office,
            office_name=str(Office(held[-1].office).label),
            owed=owed.get(official),
            cells=frozenset(areas[official]) if official in areas else None,
            own_cells=frozenset(own[official]),
            away=(*away[official], *_find_gaps(held, first, after)),
        )
        for official, held in holdings.items()
    )


def _read_owed(officials: list[User], year: int) -> dict[int, int | None]:
    """What each official owes in the whole year by the regulation in force; None where it gives no number."""
    ledgers = read_ledgers(officials=officials, on=date(year, 12, 31))
    return {ledger.user.pk: ledger.ledger.owed.count for ledger in ledgers}


def _read_areas(assignments: Iterable[Assignment], cells: list[Organization]) -> dict[int, set[str]]:
    """Cells that each assigned official may attend, by public id."""
    areas: dict[int, set[str]] = defaultdict(set)
    for assignment in assignments:
        path = assignment.organization.path
        areas[assignment.official_id] |= {str(cell.public_id) for cell in cells if cell.path.startswith(path)}
    return areas


def _read_holdings(officials: set[int], first: date, after: date) -> dict[int, list[OfficeHolding]]:
    """Offices in force in the year of each official, by the day they began; an official without one cannot be sent. One query."""
    held: dict[int, list[OfficeHolding]] = defaultdict(list)
    holdings = OfficeHolding.objects.in_period(first, after).filter(official__in=officials, official__is_active=True)
    for holding in holdings.select_related("official").order_by("official__name_key", "official", "valid_from", "pk"):
        held[holding.official_id].append(holding)
    return held


def _find_gaps(held: list[OfficeHolding], first: date, after: date) -> list[tuple[date, date]]:
    """Days of the year on which the official holds no office: nobody can be sent then."""
    gaps, free_from = [], first
    for holding in sorted(held, key=lambda one: one.valid_from):
        if holding.valid_from > free_from:
            gaps.append((free_from, holding.valid_from - timedelta(days=1)))
        free_from = max(free_from, holding.valid_to or after)
    if free_from < after:
        gaps.append((free_from, after - timedelta(days=1)))
    return gaps


def _read_own_cells(officials: list[int], first: date, after: date) -> Mapping[int, set[str]]:
    own: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=first),
        valid_from__lt=after,
        kind=MembershipKind.OFFICIAL,
        member__user__in=officials,
    )
    for user, cell in rows.order_by().values_list("member__user_id", "organization__public_id"):
        if user is not None:
            own[user].add(str(cell))
    return own


def _read_absences(officials: list[int], first: date, after: date) -> Mapping[int, list[tuple[date, date]]]:
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Absence.objects.filter(official__in=officials, last_day__gte=first, first_day__lt=after)
    for absence in rows.order_by("first_day", "pk"):
        last = min(absence.last_day, after - timedelta(days=1))
        away[absence.official_id].append((max(absence.first_day, first), last))
    return away


# ── cells ─────────────────────────────────────────────────────────────────────


def _read_cells(cells: list[Organization], *, year: int, today: date) -> tuple[CellInput, ...]:
    days, traits = list_meeting_days(cells=cells, year=year), _read_traits(cells)
    signs = _read_signs(cells, traits, today)
    return tuple(
        CellInput(
            id=str(cell.public_id),
            name=cell.name,
            meetings=tuple(day for day in days[cell.pk] if day > today),
            signs=signs[cell.pk],
            position=_position(traits.get(cell.pk)),
        )
        for cell in cells
    )


def _position(traits: CellTraits | None) -> tuple[float, float] | None:
    if traits is None or traits.latitude is None or traits.longitude is None:
        return None
    return traits.latitude, traits.longitude


def _read_traits(cells: list[Organization]) -> dict[int, CellTraits]:
    return {traits.organization_id: traits for traits in CellTraits.objects.filter(organization__in=cells)}


def _read_signs(cells: list[Organization], traits: Mapping[int, CellTraits], today: date) -> dict[int, Signs]:
    """What the records say of each cell. Four queries."""
    books = rules_for_many(organizations=cells, on=today)
    scores, visited, petitions = _read_scores(cells, today), _read_last_visits(cells), _count_petitions(cells)
    signs = {}
    for cell in cells:
        newest, before = scores[cell.pk]
        known, last = traits.get(cell.pk), visited.get(cell.pk)
        signs[cell.pk] = Signs(
            fair_from=books[cell.pk].score_levels.fair,
            score=fmean(newest) if newest else None,
            score_before=fmean(before) if before else None,
            months_without_visit=(today.year - last.year) * 12 + today.month - last.month if last else None,
            is_weak=bool(known and known.is_weak),
            is_remote=bool(known and known.is_remote),
            open_petitions=petitions.get(cell.pk, 0),
        )
    return signs


def _read_scores(cells: list[Organization], today: date) -> Mapping[int, tuple[list[float], list[float]]]:
    """Scores of meetings of the last three months, and of the three before, by cell."""
    scores: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    middle = Month.of(today).plus(1 - RECENT_MONTHS).first_day
    start = Month.of(today).plus(1 - 2 * RECENT_MONTHS).first_day
    recent = Q(meeting__organization__in=cells, meeting__month__gte=start, meeting__month__lte=today)
    for score in read_standing(recent).values():
        scores[score.organization_id][0 if score.month >= middle else 1].append(float(score.total))
    return scores


def _read_last_visits(cells: list[Organization]) -> dict[int, date]:
    visits = Visit.objects.filter(cell__in=cells, state=VisitState.ATTENDED).order_by().values_list("cell_id")
    return {cell: last for cell, last in visits.annotate(last=Max("attended_on")) if last}


def _count_petitions(cells: list[Organization]) -> dict[int, int]:
    waiting = Petition.objects.filter(organization__in=cells, state__in=WAITING).order_by()
    return dict(waiting.values_list("organization_id").annotate(count=Count("pk")))
