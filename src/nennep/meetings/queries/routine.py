"""What a cell is used to: the day, hour and place of its meetings, month by month, and the rule that judges the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from nennep.core.periods import Month, first_open_day
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.rules.schedule import DayRule, find_first_free, takes_weekends_off, usual_hour
from nennep.organizations.models import Organization
from nennep.organizations.queries import former_type_column, read_cell_types
from nennep.policies.queries import RuleBook, rules_for_days


@dataclass(frozen=True, slots=True)
class Routine:
    """When and where the cell usually meets. `fixed_day` None: the day of the policy."""

    fixed_day: int | None
    starts_at: time
    place: str


@dataclass(frozen=True, slots=True)
class RoutineRow:
    """A routine that begins with that month."""

    since: Month
    routine: Routine


@dataclass(frozen=True, slots=True)
class Habits:
    """What a cell was used to, month by month: its routines, the first of them first; `usual` before and without them."""

    usual: Routine
    routines: tuple[MeetingRoutine, ...] = ()

    def of(self, month: Month) -> Routine:
        begun = [own for own in self.routines if own.since is None or own.since <= month.first_day]
        return _routine_of(begun[-1]) if begun else self.usual

    def list_from(self, month: Month) -> "tuple[RoutineRow, ...]":
        """Those that begin in that month or later."""
        return tuple(
            RoutineRow(Month.of(own.since), _routine_of(own))
            for own in self.routines
            if own.since is not None and own.since >= month.first_day
        )


def _routine_of(own: MeetingRoutine) -> Routine:
    return Routine(own.fixed_day, own.starts_at, own.place)


def read_habits(*, cells: Iterable[Organization]) -> dict[int, Habits]:
    """The routines of many cells, by id. One query."""
    units = list(cells)
    found: dict[int, list[MeetingRoutine]] = {}
    for own in MeetingRoutine.objects.filter(organization__in=units).order_by(F("since").asc(nulls_first=True)):
        found.setdefault(own.organization_id, []).append(own)
    return {
        unit.pk: Habits(Routine(None, usual_hour(unit.cell_type), ""), tuple(found.get(unit.pk, ()))) for unit in units
    }


def routine_of(organization: Organization, *, month: Month) -> Routine:
    """The cell's own routine of that month, or what is usual for its type. One query."""
    return read_habits(cells=[organization])[organization.pk].of(month)


def day_rule_of(organization: Organization, *, month: Month) -> DayRule:
    """The fixed day and window of the cell in that month. Three queries."""
    return read_day_rules(cells=[organization], months=[month])[month][organization.pk]


def read_day_rules(*, cells: Iterable[Organization], months: Iterable[Month]) -> dict[Month, dict[int, DayRule]]:
    """The fixed day and window of each cell in each month: by what held on the month's first day, whatever came later.

    Three queries, however many cells and months.
    """
    units, wanted = list(cells), list(months)
    books = rules_for_days(organizations=units, days=[month.first_day for month in wanted])
    return make_day_rules(units, {month: books[month.first_day] for month in wanted}, read_habits(cells=units))


def make_day_rules(
    cells: Sequence[Organization], books: Mapping[Month, Mapping[int, RuleBook]], habits: Mapping[int, Habits]
) -> dict[Month, dict[int, DayRule]]:
    """`read_day_rules` for months whose rules are at hand. One query."""
    types = read_cell_types(cells=cells, days=[month.first_day for month in books])
    return {
        month: {
            cell.pk: make_day_rule(
                rules[cell.pk],
                own_day=habits[cell.pk].of(month).fixed_day,
                cell_type=types[month.first_day][cell.pk],
            )
            for cell in cells
        }
        for month, rules in books.items()
    }


def make_day_rule(rules: RuleBook, *, own_day: int | None, cell_type: str) -> DayRule:
    """Of a month whose first day has these rules, of a cell with that day of its own and that type then."""
    return DayRule(
        fixed_day=own_day or rules.fixed_day,
        window_last=rules.window_last_day,
        weekends_off=takes_weekends_off(cell_type),
    )


def day_columns() -> dict[str, Combinable]:
    """The cell's own day and its type in the month of a meeting (None: of today), for a query of meetings. No query of its own."""
    begun = MeetingRoutine.objects.filter(Q(since=None) | Q(since__lte=OuterRef("month")))
    own = begun.filter(organization=OuterRef("organization_id")).order_by(F("since").desc(nulls_last=True))
    return {"own_day": Subquery(own.values("fixed_day")[:1]), "former_type": former_type_column("month")}


def list_cells_by_rule(*, organization_id: int, since: date, on: date) -> list[Organization]:
    """The cells below the unit that exist on that day and have no fixed day of their own from that month on. Three queries."""
    path = Organization.objects.get_queryset().values_list("path", flat=True).get(pk=organization_id)
    cells = list(Organization.objects.open_on(on).cells().filter(path__startswith=path))
    habits, month = read_habits(cells=cells), Month.of(since)
    return [
        cell
        for cell in cells
        if not habits[cell.pk].of(month).fixed_day
        or any(not row.routine.fixed_day for row in habits[cell.pk].list_from(month))
    ]


def _list_coming(organization: Organization, since: date) -> QuerySet[Meeting]:
    coming = Meeting.objects.filter(
        organization__path__startswith=organization.path,
        month__gte=Month.of(since).first_day,
        kind__in=MeetingKind.monthly(),
        state=MeetingState.PLANNED,
    )
    return coming.select_related("organization").order_by("month", "organization__path")


def read_coming_days(organization: Organization, since: date) -> dict[str, str]:
    """The day of each monthly meeting to come below the unit, by cell and month. One query."""
    return {_name_meeting(meeting): say_date(meeting.day) for meeting in _list_coming(organization, since)}


def read_fixed_days(organization: Organization, since: date) -> dict[str, str]:
    """Those that no longer follow a rule: the members were called, or somebody moved them with a reason. One query."""
    told = Q(announced_at__isnull=False) | Q(departures__isnull=False)
    fixed = _list_coming(organization, since).filter(told).distinct()
    return {_name_meeting(meeting): say_date(meeting.day) for meeting in fixed}


def _name_meeting(meeting: Meeting) -> str:
    return f"{meeting.organization.name}, {meeting.month:%m/%Y}"


@dataclass(frozen=True, slots=True)
class RoutinePage:
    """The form for another routine: from which months it may begin, the one that is proposed, what holds then.

    `coming` have judged no month yet, and may be taken back.
    """

    months: tuple[Month, ...]
    proposed: Month
    routine: Routine
    coming: tuple[RoutineRow, ...]


MONTHS_OFFERED = 13


def get_routine_page(*, organization: Organization, today: date) -> RoutinePage:
    """What the form for the routine offers on that day. Three queries."""
    first, habits = first_free_month(organization, today=today), read_habits(cells=[organization])[organization.pk]
    months = tuple(first.through(first.plus(MONTHS_OFFERED - 1)))
    announced = {Month.of(day) for day in _list_months(organization, first, announced_at__isnull=False)}
    proposed = next(month for month in months if month not in announced or month == months[-1])
    return RoutinePage(months, proposed, habits.of(proposed), habits.list_from(first))


def first_free_month(organization: Organization, *, today: date) -> Month:
    """The first month that no routine has judged: not over, and its meeting has not begun. One query."""
    begun = _list_months(organization, Month.of(today), state__in=MeetingState.begun())
    return find_first_free([Month.of(day) for day in begun], today=today)


def has_judged(organization: Organization, *, today: date) -> bool:
    """Whether some month of the cell has been judged by what it is used to. One query."""
    begun = Meeting.objects.filter(
        organization=organization, kind__in=MeetingKind.monthly(), state__in=MeetingState.begun()
    )
    return organization.counted_from < first_open_day(today) or begun.exists()


def _list_months(organization: Organization, since: Month, **condition: object) -> Iterable[date]:
    monthly = Meeting.objects.filter(
        organization=organization, kind__in=MeetingKind.monthly(), month__gte=since.first_day, **condition
    )
    return monthly.order_by("month").values_list("month", flat=True)
