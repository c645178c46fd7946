"""Figures of units in months: from kept rows, put right by what changed since they were folded.

A month that is kept has a row for each cell and each unit above. What changed and waits to be folded is counted from the
records here and put in place of what the row says of it: a reader never waits for the job and never sees an old figure. A
month that nobody keeps is counted from the records as a whole. Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from django.db.models import Exists, F, JSONField, OuterRef, Q, QuerySet, Value

from nennep.core.measures import Counts, add_counts, add_months
from nennep.core.periods import Month
from nennep.members.models import Membership
from nennep.organizations.models import Ancestry, Organization
from nennep.organizations.queries import list_cells_as_of
from nennep.reporting.models import CellMonth, ChangedMonth, KeptMonth, UnitMonth
from nennep.reporting.queries.counting import count_cells
from nennep.reporting.queries.tree import list_cells_of_month, place_cells
from nennep.reporting.rules.figures import find_reference_day

_UNIT, _CELL, _WAITING = range(3)  # whose row it is, of the three kinds that are read at once


def get_figures(*, organization: Organization, month: Month, today: date) -> Counts:
    """The figures of a cell, or of all cells below a unit. The caller has passed the unit's own door."""
    return read_figures(units=[organization], months=[month], today=today)[organization.pk, month]


def get_sums(*, organization: Organization, months: Sequence[Month], today: date) -> Counts:
    """`get_figures` of several months, added up; of what stands there on a day (members) the last month's."""
    found = read_figures(units=[organization], months=months, today=today)
    return add_months(found[organization.pk, month] for month in months)


def read_figures(
    *, units: Sequence[Organization], months: Sequence[Month], today: date
) -> dict[tuple[int, Month], Counts]:
    """The figures of each of these units in each of these months.

    Two queries for months that are kept, whatever stands below the units, and as many as counting takes where something waits;
    one more for each month whose reference day is another than when it was folded.
    """
    rows = KeptMonth.objects.filter(month__in=_first_days(months)).exclude(day=None)
    kept = {Month.of(row.month): row.day for row in rows if row.day}
    figures = _read_kept([unit.pk for unit in units], kept, today) if kept else {}
    for month in months:
        if month not in kept:
            for unit in units:
                figures[unit.pk, month] = _count(unit, month, today)
    return {(unit.pk, month): figures.get((unit.pk, month), Counts()) for unit in units for month in months}


def _first_days(months: Collection[Month]) -> list[date]:
    return [month.first_day for month in months]


def _count(unit: Organization, month: Month, today: date) -> Counts:
    cells = list_cells_of_month(under=unit, month=month, today=today)
    return add_counts(count_cells(cells=[cell.id for cell in cells], month=month, today=today).values())


@dataclass(slots=True)
class _Folded:
    """Rows as they were at one moment: `sums` of the units asked about, `cells` that wait (with their lineages), by month."""

    sums: dict[tuple[int, Month], Counts] = field(default_factory=dict)
    cells: dict[Month, dict[int, tuple[Collection[int], Counts]]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[Month, set[int]] = field(default_factory=lambda: defaultdict(set))


def _read_kept(units: Sequence[int], kept: Mapping[Month, date], today: date) -> dict[tuple[int, Month], Counts]:
    """Sums of rows; in place of what they hold of the cells that wait, what these count now."""
    due = {month: list_due(day, find_reference_day(month, today)) for month, day in kept.items()}
    folded = _read_rows(units, kept, due)
    sums = defaultdict(Counts, folded.sums)
    for month, cells in folded.waiting.items():
        for unit, part in _find_differences(units, cells, folded.cells[month], _count_now(cells, month, today)):
            sums[unit, month] += part
    return sums


def list_due(counted: date, day: date) -> frozenset[int]:
    """Cells that stand elsewhere, or have other members, on `day` than on the day by which they were counted. Nobody does anything then."""
    if counted == day:
        return frozenset()
    first, last = sorted((counted, day))
    begun_or_ended = Q(valid_from__gt=first, valid_from__lte=last) | Q(valid_to__gt=first, valid_to__lte=last)
    found = Membership.objects.filter(begun_or_ended).order_by().values_list("organization_id", flat=True)
    moved = Ancestry.objects.filter(begun_or_ended).order_by().values_list("unit_id", flat=True)
    return frozenset(found.union(moved))


def _read_rows(units: Sequence[int], months: Collection[Month], due: Mapping[Month, Collection[int]]) -> _Folded:
    """In one statement: what is folded meanwhile would be missing from one part, or stand in two."""
    waits = ChangedMonth.objects.filter(month__in=_first_days(months)).filter(_concerns(units))
    is_waiting = Exists(waits.filter(month=OuterRef("month"), organization=OuterRef("organization")))
    is_due = Q(pk__in=[])
    for month, cells in due.items():
        is_due |= Q(month=month.first_day, organization__in=cells) if cells else Q(pk__in=[])
    rows = (
        _columns(UnitMonth.objects.filter(organization__in=units, month__in=_first_days(months)), _UNIT)
        .union(
            _columns(CellMonth.objects.filter(month__in=_first_days(months)).filter(is_waiting | is_due), _CELL),
            _columns(CellMonth.objects.filter(month__in=_first_days(months), organization__in=units), _UNIT),
            _columns(waits, _WAITING),
            all=True,
        )
        .order_by()
    )
    folded = _Folded()
    for kind, cell, first_day, counts, lineage in rows:
        month = Month.of(first_day)
        if kind == _UNIT:
            folded.sums[cell, month] = Counts(counts)
        elif kind == _CELL:
            folded.cells[month][cell] = ((*lineage, cell), Counts(counts))
        else:
            folded.waiting[month].add(cell)
    for month, cells in due.items():
        folded.waiting[month] |= set(cells)
    return folded


def _concerns(units: Sequence[int]) -> Q:
    """Of what waits: the cells that ever stood below one of the units, and those that may have been somewhere else than the tree says."""
    return Q(moved=True) | Q(organization__in=Ancestry.objects.filter(ancestor__in=units).values("unit"))


def _columns(
    rows: "QuerySet[UnitMonth] | QuerySet[CellMonth] | QuerySet[ChangedMonth]", kind: int
) -> "QuerySet[UnitMonth, tuple[int, int, date, dict[str, int], list[int]]]":
    nothing = Value({}, JSONField())
    counts = nothing if kind == _WAITING else F("counts")
    lineage = F("lineage") if kind == _CELL else nothing
    return rows.order_by().values_list(  # type: ignore[return-value]
        Value(kind), "organization_id", "month", counts, lineage
    )


# Of each cell the units in whose figures its counts stand, itself among them, and the counts.
_Cells = Mapping[int, tuple[Collection[int], Counts]]


def _count_now(cells: Collection[int], month: Month, today: date) -> _Cells:
    placed = place_cells(cells=cells, month=month, today=today)
    counted = count_cells(cells=list(placed), month=month, today=today)
    return {cell.id: (cell.lineage, counted[cell.id]) for cell in placed.values()}


def _find_differences(
    units: Sequence[int], waiting: Collection[int], folded: _Cells, now: _Cells
) -> Iterator[tuple[int, Counts]]:
    """What the cells that wait change in each of the units."""
    for cell in waiting:
        for unit in units:
            if cell in folded and unit in folded[cell][0]:
                yield unit, Counts() - folded[cell][1]
            if cell in now and unit in now[cell][0]:
                yield unit, now[cell][1]


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
