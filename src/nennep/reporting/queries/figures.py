"""Figures of a month: from the rows that were folded, or counted from the records while the month is open.

Finished months stand as rows (`CellMonth`, `UnitMonth`), marked dirty by events and folded by a job. A month in progress,
and whatever is dirty or not folded yet, is counted from the records at once, in a constant number of queries: a reader never
waits for the job and never sees an old figure. Nothing here writes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from nennep.core.periods import Month
from nennep.members.choices import MembershipKind
from nennep.members.models import Membership
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.queries import list_cells_as_of
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


def get_sums(*, organization: Organization, months: Sequence[Month], today: date) -> MonthCounts:
    """`get_figures` of several months, added up; members are those of the last one. Months that are over come from their rows."""
    over = [month for month in months if is_finished(month, today)]
    kept = _read_kept(organization, over)
    counts = [kept.get(month) or get_figures(organization=organization, month=month, today=today) for month in months]
    return replace(add_counts(counts), members=counts[-1].members if counts else 0)


def _find_kept(organization: Organization, month: Month) -> MonthCounts | None:
    return _read_kept(organization, [month]).get(month)


def _read_kept(organization: Organization, months: Sequence[Month]) -> dict[Month, MonthCounts]:
    """Of these months those whose row is there and new. One query."""
    model = CellMonth if organization.is_cell else UnitMonth
    days = [month.first_day for month in months]
    rows = model.objects.filter(organization=organization, month__in=days, dirty=False) if days else ()
    return {Month.of(row.month): counts_of(row) for row in rows}


def counts_of(row: MonthFigures) -> MonthCounts:
    return MonthCounts(**{name: getattr(row, name) for name in COUNT_NAMES})


def list_cells_of_month(*, under: Organization | None, month: Month, today: date) -> tuple[CellOfMonth, ...]:
    """Cells that existed on at least one day of the month below `under` (None: everywhere), from the dated tree.

    A unit stands where it stood on the reference day; one that was closed within the month, where it stood at the end.
    One query per level of the tree.
    """
    return list_cells_of_months(under=under, months=[month], today=today)[month]


def list_cells_of_months(
    *, under: Organization | None, months: Sequence[Month], today: date
) -> dict[Month, tuple[CellOfMonth, ...]]:
    """`list_cells_of_month` for several months, in the same number of queries."""
    periods = _periods_of_months(months, today)
    start = periods.filter(organization=under) if under else periods.filter(parent=None)
    level = list(start)
    trees = {month: _Tree() for month in months}
    while level:
        below: set[int] = set()
        for month, tree in trees.items():
            below |= tree.grow(level, month, find_reference_day(month, today))
        level = list(periods.filter(parent_id__in=below))
    return {month: tuple(tree.cells) for month, tree in trees.items()}


class _Tree:
    """The tree of one month, grown level by level: `above` are the units of the last one with their lineages."""

    def __init__(self) -> None:
        self.cells: list[CellOfMonth] = []
        self.above: dict[int, tuple[int, ...]] | None = None

    def grow(self, periods: Iterable[OrganizationPeriod], month: Month, day: date) -> set[int]:
        """Take one level in; returns the units below which others may stand."""
        level: dict[int, tuple[int, ...]] = {}
        for period in periods:
            pk, parent = period.organization_id, period.parent_id
            if not _stands_in(period, month, day) or (self.above is not None and parent not in self.above):
                continue
            level[pk] = (*self.above[parent], pk) if self.above is not None and parent is not None else (pk,)
            if period.kind == UnitKind.CELL:
                self.cells.append(CellOfMonth(pk, period.name, level[pk]))
        self.above = level
        return set(level)


def _stands_in(period: OrganizationPeriod, month: Month, day: date) -> bool:
    """One period per unit: the one in force on the reference day, or the last one of a unit closed since the 1st.

    Months before the one from which a cell uses the program are none of its figures.
    """
    unit, until = period.organization, period.valid_to
    in_force = until is None or until > day
    closed = until is not None and until == unit.closed_on and until > month.first_day
    used = unit.used_from is None or unit.used_from <= month.last_day
    return period.valid_from <= day and (in_force or closed) and used


def _periods_of_months(months: Sequence[Month], today: date) -> QuerySet[OrganizationPeriod]:
    """All that may stand in one of the months."""
    first, last = min(months), max(months)
    reach = Q(valid_to=None) | Q(valid_to__gt=first.first_day)
    found = OrganizationPeriod.objects.filter(reach, valid_from__lte=find_reference_day(last, today))
    return found.select_related("organization").order_by("organization__path")


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


def tell_months(cell: int, months: Sequence[Month]) -> list[str]:
    """`10/2026: chưa họp, 12 đảng viên, 3 nhiệm vụ đến hạn`: what a cell brings into each of some months that are over."""
    lines = []
    for month in months:
        counts = count_cells(cells=[cell], month=month, today=month.last_day)[cell]
        values = {
            "month": f"{month.number:02d}/{month.year}",
            "met": _("đã họp") if counts.cells_met else _("không họp"),
            "members": counts.members,
            "tasks": counts.tasks_due,
        }
        lines.append(_("%(month)s: %(met)s, %(members)s đảng viên, %(tasks)s nhiệm vụ đến hạn") % values)
    return lines


def list_not_used_yet(*, under: Organization, since: date, on: date, today: date) -> list[tuple[str, date]]:
    """Cells that stood below the unit and are not counted from `since` on, because the program keeps them from a later day: name, day.

    One query where there is none; of a day that is over one more for each level of the tree.
    """
    later = list(Organization.objects.open_on(on).cells().filter(used_from__gt=since))
    if on == today:
        names = {cell.pk: cell.name for cell in later if cell.path.startswith(under.path)}
    else:
        names = {cell.id: cell.name for cell in list_cells_as_of(under=under, on=on)} if later else {}
    found = [(names[cell.pk], cell.used_from) for cell in later if cell.pk in names and cell.used_from]
    return sorted(found, key=itemgetter(1))


def _count_members(cells: Collection[int], day: date) -> dict[int, int]:
    rows = Membership.objects.on(day).filter(organization_id__in=cells, kind=MembershipKind.OFFICIAL)
    return dict(rows.order_by("organization_id").values_list("organization_id").annotate(count=Count("pk")))
