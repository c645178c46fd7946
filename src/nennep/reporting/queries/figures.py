"""Figures of a month: from the rows that were folded, or counted from the records while the month is open.

Finished months stand as rows (`CellMonth`, `UnitMonth`), marked dirty by events and folded by a job. A month in progress,
and whatever is dirty or not folded yet, is counted from the records at once, in a constant number of queries: a reader never
waits for the job and never sees an old figure. Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate

from nennep.core.periods import Month
from nennep.duties.queries import count_duties
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.queries.keeping import keeps_window
from nennep.members.choices import MembershipKind
from nennep.members.models import Membership
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.policies.queries import rules_for_many
from nennep.reporting.models import CellMonth, MonthFigures, UnitMonth
from nennep.reporting.rules.figures import (
    COUNT_NAMES,
    MonthCounts,
    add_counts,
    find_reference_day,
    is_finished,
)
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


@dataclass(frozen=True, slots=True)
class CellOfMonth:
    """A cell as it stood in a month. `lineage`: ids from the unit asked about (or the root) down to it."""

    id: int
    name: str
    lineage: tuple[int, ...]


def get_figures(*, organization: Organization, month: Month, today: date) -> MonthCounts:
    """The figures of a cell, or of all cells below a unit. The caller has passed the unit's own door."""
    kept = _find_kept(organization, month) if is_finished(month, today) else None
    if kept is not None:
        return kept
    cells = list_cells_of_month(under=organization, month=month, today=today)
    return add_counts(count_cells(cells=[cell.id for cell in cells], month=month, today=today).values())


def _find_kept(organization: Organization, month: Month) -> MonthCounts | None:
    model = CellMonth if organization.is_cell else UnitMonth
    row = model.objects.filter(organization=organization, month=month.first_day, dirty=False).first()
    return counts_of(row) if row else None


def counts_of(row: MonthFigures) -> MonthCounts:
    return MonthCounts(**{name: getattr(row, name) for name in COUNT_NAMES})


def list_cells_of_month(*, under: Organization | None, month: Month, today: date) -> tuple[CellOfMonth, ...]:
    """Cells that existed on at least one day of the month below `under` (None: everywhere), from the dated tree.

    A unit stands where it stood on the reference day; one that was closed within the month, where it stood at the end.
    One query per level of the tree.
    """
    day = find_reference_day(month, today)
    periods = _periods_of_month(month, day)
    start = periods.filter(organization=under) if under else periods.filter(parent=None)
    level: dict[int, tuple[str, str, tuple[int, ...]]]
    level = {unit: (name, kind, (unit,)) for unit, name, kind, _ in _rows(start)}
    cells: list[CellOfMonth] = []
    while level:
        cells += [CellOfMonth(unit, name, path) for unit, (name, kind, path) in level.items() if kind == UnitKind.CELL]
        above = {unit: path for unit, (_, _, path) in level.items()}
        below = _rows(periods.filter(parent_id__in=list(above)))
        level = {unit: (name, kind, (*above[parent], unit)) for unit, name, kind, parent in below if parent is not None}
    return tuple(cells)


def _periods_of_month(month: Month, day: date) -> QuerySet[OrganizationPeriod]:
    """One period per unit: the one in force on the reference day, or the last one of a unit closed since the 1st."""
    in_force = Q(valid_to=None) | Q(valid_to__gt=day)
    closed = Q(valid_to=F("organization__closed_on"), valid_to__gt=month.first_day)
    return OrganizationPeriod.objects.filter(in_force | closed, valid_from__lte=day).order_by("organization__path")


def _rows(periods: QuerySet[OrganizationPeriod]) -> Iterable[tuple[int, str, str, int | None]]:
    return periods.values_list("organization_id", "name", "kind", "parent_id")


def count_cells(*, cells: Collection[int], month: Month, today: date) -> dict[int, MonthCounts]:
    """The counts of each cell (by id), straight from the records. The number of queries does not grow with the cells."""
    if not cells:
        return {}
    held = _list_held(cells, month)
    met = _find_days_met(held)
    roll_calls = _sum_roll_calls(cells, month)
    members = _count_members(cells, find_reference_day(month, today))
    tasks = count_duties(organization_ids=cells, month=month)
    on_time = _find_on_time(met, month)
    themes: dict[int, int] = defaultdict(int)
    for cell, kind, _ in held:
        themes[cell] += MeetingKind(kind).is_themed
    return {
        cell: MonthCounts(
            1,
            int(cell in met),
            int(cell in on_time),
            members.get(cell, 0),
            *roll_calls.get(cell, (0, 0, 0, 0)),
            themes[cell],
            tasks_due=tasks[cell].due if cell in tasks else 0,
            tasks_done=tasks[cell].done if cell in tasks else 0,
        )
        for cell in cells
    }


def _list_held(cells: Collection[int], month: Month) -> list[tuple[int, str, date]]:
    """Cell, kind and day of each meeting held for the month; the day is the one on which it was opened."""
    found = Meeting.objects.held().of_month(month.first_day).filter(organization_id__in=cells).order_by("pk")
    rows = found.values_list("organization_id", "kind", "opened_at", "planned_for")
    return [(cell, kind, localdate(opened or planned)) for cell, kind, opened, planned in rows]


def _find_days_met(held: Iterable[tuple[int, str, date]]) -> dict[int, list[date]]:
    days: dict[int, list[date]] = defaultdict(list)
    for cell, kind, day in held:
        if MeetingKind(kind).is_monthly:
            days[cell].append(day)
    return dict(days)


def _find_on_time(met: Mapping[int, list[date]], month: Month) -> set[int]:
    """Cells with a meeting within the window of the policy in force when the month began."""
    units = Organization.objects.filter(pk__in=list(met))
    books = rules_for_many(organizations=units, on=month.first_day)
    fixed = dict(MeetingRoutine.objects.filter(organization__in=list(met)).values_list("organization_id", "fixed_day"))
    return {
        unit.pk
        for unit in units
        for day in met[unit.pk]
        if keeps_window(
            day,
            month=month,
            fixed_day=fixed.get(unit.pk) or books[unit.pk].fixed_day,
            window_last=books[unit.pk].window_last_day,
            cell_type=unit.cell_type,
        )
    }


def _sum_roll_calls(cells: Collection[int], month: Month) -> dict[int, tuple[int, int, int, int]]:
    """Counted, present, excused, unexcused over the held regular and combined meetings of the month."""
    held = (
        Meeting.objects.held()
        .of_month(month.first_day)
        .filter(organization_id__in=cells, kind__in=MeetingKind.monthly())
    )
    rows = (
        RollCallEntry.objects.filter(meeting__in=held, counted=True)
        .order_by("meeting__organization_id")
        .values_list("meeting__organization_id")
        .annotate(
            all=Count("pk"),
            there=Count("pk", filter=Q(state__in=AttendanceState.there())),
            excused=Count("pk", filter=Q(state=AttendanceState.EXCUSED)),
            unexcused=Count("pk", filter=Q(state=AttendanceState.UNEXCUSED)),
        )
    )
    return {cell: (counted, there, excused, unexcused) for cell, counted, there, excused, unexcused in rows}


def _count_members(cells: Collection[int], day: date) -> dict[int, int]:
    rows = Membership.objects.on(day).filter(organization_id__in=cells, kind=MembershipKind.OFFICIAL)
    return dict(rows.order_by("organization_id").values_list("organization_id").annotate(count=Count("pk")))
