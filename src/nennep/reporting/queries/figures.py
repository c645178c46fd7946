"""Figures of a month: from the rows that were folded, or counted from the records while the month is open.

Finished months stand as rows (`CellMonth`, `UnitMonth`), marked dirty by events and folded by a job. A month in progress,
and whatever is dirty or not folded yet, is counted from the records at once, in a constant number of queries: a reader never
waits for the job and never sees an old figure. Nothing here writes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from nennep.core.periods import Month
from nennep.members.choices import MembershipKind
from nennep.members.models import Membership
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.reporting.models import CellMonth, MonthFigures, UnitMonth
from nennep.reporting.queries.measures import MEASURES
from nennep.reporting.rules.figures import (
    COUNT_NAMES,
    MonthCounts,
    add_counts,
    find_reference_day,
    is_finished,
)


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
    """One period per unit: the one in force on the reference day, or the last one of a unit closed since the 1st.

    Months before the one from which a cell uses the program are none of its figures.
    """
    in_force = Q(valid_to=None) | Q(valid_to__gt=day)
    closed = Q(valid_to=F("organization__closed_on"), valid_to__gt=month.first_day)
    used = Q(organization__used_from=None) | Q(organization__used_from__lte=month.last_day)
    return OrganizationPeriod.objects.filter(in_force | closed, used, valid_from__lte=day).order_by(
        "organization__path"
    )


def _rows(periods: QuerySet[OrganizationPeriod]) -> Iterable[tuple[int, str, str, int | None]]:
    return periods.values_list("organization_id", "name", "kind", "parent_id")


def count_cells(*, cells: Collection[int], month: Month, today: date) -> dict[int, MonthCounts]:
    """The counts of each cell (by id), straight from the records. The number of queries does not grow with the cells."""
    if not cells:
        return {}
    members = _count_members(cells, find_reference_day(month, today))
    parts = [measure.count(cells, month) for measure in MEASURES]
    return {
        cell: add_counts([MonthCounts(members=members.get(cell, 0)), *(part[cell] for part in parts if cell in part)])
        for cell in cells
    }


def _count_members(cells: Collection[int], day: date) -> dict[int, int]:
    rows = Membership.objects.on(day).filter(organization_id__in=cells, kind=MembershipKind.OFFICIAL)
    return dict(rows.order_by("organization_id").values_list("organization_id").annotate(count=Count("pk")))
