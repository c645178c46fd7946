"""Where cells stood in a month: on its reference day, or on their own last one when they ended within it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from nennep.core.periods import Month, is_in_force
from nennep.core.text import fold
from nennep.duties.models import Duty
from nennep.members.models import Membership
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Ancestry, Organization, OrganizationPeriod
from nennep.reporting.rules.figures import find_reference_day
from nennep.room.models import RollCallEntry


@dataclass(frozen=True, slots=True)
class CellOfMonth:
    """A cell as it stood in a month. `lineage`: ids from the unit asked about (or the root) down to it."""

    id: int
    name: str
    lineage: tuple[int, ...]


Above = Mapping[int, Sequence[tuple[int, date, date | None]]]


def list_cells_of_month(*, under: Organization | None, month: Month, today: date) -> tuple[CellOfMonth, ...]:
    """Cells that existed on at least one day of the month below `under` (None: everywhere), from the dated tree. Two queries.

    A unit stands where it stood on the reference day; one that was closed within the month, where it stood at the end.
    """
    return list_cells_of_months(under=under, months=[month], today=today)[month]


def list_cells_of_months(
    *, under: Organization | None, months: Sequence[Month], today: date
) -> dict[Month, tuple[CellOfMonth, ...]]:
    """`list_cells_of_month` for several months, in the same number of queries."""
    reach = Ancestry.objects.filter(_reaches(months, today))
    cells = reach.filter(ancestor=under) if under else reach.filter(distance=0)
    return _place(cells.values("unit"), months, today, top=under.pk if under else None)


def place_cells(*, cells: Collection[int], month: Month, today: date) -> dict[int, CellOfMonth]:
    """Those of the cells that existed in the month, with all that stood above them. Two queries."""
    return {cell.id: cell for cell in _place(cells, [month], today)[month]}


@dataclass(frozen=True, slots=True)
class ChildOfMonths:
    """A unit that stood directly below another one: its name of then, in which of the months, and whether still at the end of the last."""

    unit: Organization
    name: str
    months: frozenset[Month]
    is_there: bool


def list_children_of_months(*, under: Organization, months: Sequence[Month], today: date) -> tuple[ChildOfMonths, ...]:
    """Units, cells too, that stood directly below `under` in one of the months, by the rule of `list_cells_of_months`. One query."""
    periods = OrganizationPeriod.objects.filter(_reaches(months, today), parent=under).select_related("organization")
    by_unit: dict[int, list[OrganizationPeriod]] = defaultdict(list)
    for period in periods.order_by("organization", "valid_from"):
        by_unit[period.organization_id].append(period)
    last = find_reference_day(max(months), today)
    found = []
    for rows in by_unit.values():
        there = {
            month for month in months if any(_find_day(row, month, find_reference_day(month, today)) for row in rows)
        }
        if there:
            newest = rows[-1]
            is_there = is_in_force(last, valid_from=newest.valid_from, valid_to=newest.valid_to)
            found.append(ChildOfMonths(newest.organization, newest.name, frozenset(there), is_there))
    return tuple(sorted(found, key=lambda child: fold(child.name)))


def list_cells_below(unit: int, *, since: date) -> list[int]:
    """The unit itself and all that stood below it on some day from `since` on. One query."""
    rows = Ancestry.objects.filter(Q(valid_to=None) | Q(valid_to__gt=since), ancestor=unit)
    return list(rows.order_by().values_list("unit_id", flat=True).distinct())


def list_cells_of(members: Collection[int]) -> list[int]:
    """Cells that these members ever belonged to, were called in, or had tasks of. One query."""
    belonged = Membership.objects.filter(member__in=members).order_by().values_list("organization_id", flat=True)
    called = (
        RollCallEntry.objects.filter(member__in=members).order_by().values_list("meeting__organization_id", flat=True)
    )
    given = Duty.objects.filter(assignee__in=members).order_by().values_list("organization_id", flat=True)
    return list(belonged.union(called, given))


def name_units(units: Collection[int]) -> dict[int, str]:
    """Their names of today. One query."""
    return dict(Organization.objects.filter(pk__in=units).values_list("pk", "name"))


def _reaches(months: Sequence[Month], today: date) -> Q:
    """Dated rows that may hold in one of the months."""
    first, last = min(months), max(months)
    lasting = Q(valid_to=None) | Q(valid_to__gt=first.first_day)
    return lasting & Q(valid_from__lte=find_reference_day(last, today))


def _place(
    cells: Iterable[Any],
    months: Sequence[Month],
    today: date,
    *,
    top: int | None = None,
) -> dict[Month, tuple[CellOfMonth, ...]]:
    reach = _reaches(months, today)
    periods = OrganizationPeriod.objects.filter(reach, organization__in=cells, kind=UnitKind.CELL)
    rows = list(periods.select_related("organization").order_by("organization__path")), _read_above(cells, reach)
    return {month: _place_in(month, find_reference_day(month, today), rows, top=top) for month in months}


def _read_above(cells: Iterable[Any], reach: Q) -> Above:
    """What stood above each cell, the uppermost first."""
    found: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    rows = Ancestry.objects.filter(reach, unit__in=cells).order_by("-distance")
    for unit, ancestor, since, until in rows.values_list("unit_id", "ancestor_id", "valid_from", "valid_to"):
        found[unit].append((ancestor, since, until))
    return found


def _place_in(
    month: Month, day: date, rows: tuple[Sequence[OrganizationPeriod], Above], *, top: int | None
) -> tuple[CellOfMonth, ...]:
    found, (periods, above) = [], rows
    for period in periods:
        stood = _find_day(period, month, day)
        if stood is None:
            continue
        units = above.get(period.organization_id, ())
        lineage = [unit for unit, since, until in units if is_in_force(stood, valid_from=since, valid_to=until)]
        if top is None or top in lineage:
            below = lineage if top is None else lineage[lineage.index(top) :]
            found.append(CellOfMonth(period.organization_id, period.name, tuple(below)))
    return tuple(found)


def _find_day(period: OrganizationPeriod, month: Month, day: date) -> date | None:
    """The day on which this period says where its cell stood: the reference day, or the last one of a cell that ended in the month.

    None for a period that says nothing of it, and for months before the one from which the cell uses the program.
    """
    cell, until = period.organization, period.valid_to
    if period.valid_from > day or (cell.used_from and cell.used_from > month.last_day):
        return None
    if until is None or until > day:
        return day
    return until - timedelta(days=1) if until == cell.closed_on and until > month.first_day else None
