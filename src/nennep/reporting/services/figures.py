"""Keeping the figures of finished months as rows. Derived from other records, so nothing of it goes into the trail."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from nennep.core import locks
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.periods import Month
from nennep.core.queue import enqueue_on_commit
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.queries.figures import CellOfMonth, count_cells, counts_of, list_cells_of_month
from nennep.reporting.rules.figures import COUNT_NAMES, MonthCounts, is_finished

_Row = TypeVar("_Row", CellMonth, UnitMonth)
_FOLD = "nennep.reporting.jobs.fold_figures"
CHECKED_MONTHS = 12  # that the daily check counts again
_LOCK = "reporting.figures"  # shared by those who outdate rows, until they commit; held alone by the one who counts


def outdate_months(*, actor: Actor, organization_ids: Collection[int], months: Iterable[Month]) -> None:
    """Something in these cells changed that counts for these months: their rows are old, and so are all sums above.

    Readers count dirty months from the records; a job folds them again.
    """
    actor.require_program()
    first_days = sorted({month.first_day for month in months})
    rows = [CellMonth(organization_id=cell, month=day) for cell in organization_ids for day in first_days]
    with transaction.atomic():
        locks.share_lock(_LOCK)
        CellMonth.objects.bulk_create(rows, ignore_conflicts=True)
        _outdate(CellMonth.objects.filter(organization_id__in=organization_ids, month__in=first_days))
        _outdate(UnitMonth.objects.filter(month__in=first_days))
        enqueue_on_commit(_FOLD)


def outdate_since(*, actor: Actor, day: date, organization_ids: Collection[int] | None = None) -> None:
    """The tree or the memberships changed from `day` on: every row of that month and later is old.

    With `organization_ids` only the rows of these cells, and all sums above.
    """
    actor.require_program()
    since = Month.of(day).first_day
    cells = CellMonth.objects.filter(month__gte=since)
    with transaction.atomic():
        locks.share_lock(_LOCK)
        mine = cells if organization_ids is None else cells.filter(organization_id__in=organization_ids)
        if _outdate(mine) + _outdate(UnitMonth.objects.filter(month__gte=since)):
            enqueue_on_commit(_FOLD)


def _outdate(rows: QuerySet[_Row]) -> int:
    """Rows that are old already are left alone: nobody waits for those who outdated them, and the fold waits for all."""
    return rows.filter(dirty=False).update(dirty=True)


def fold_figures(*, actor: Actor, now: datetime) -> list[Month]:
    """Fold every finished month with a dirty row; returns which. Idempotent; a month in progress stays dirty.

    While somebody is changing records (PostgreSQL) nothing is folded: what they change would be missing from a row that
    says it is new. Their commit enqueues the fold again.
    """
    actor.require_program()
    today = localdate(now)
    dirty = set(CellMonth.objects.filter(dirty=True).values_list("month", flat=True))
    dirty |= set(UnitMonth.objects.filter(dirty=True).values_list("month", flat=True))
    months = sorted(month for month in map(Month.of, dirty) if is_finished(month, today))
    return [month for month in months if _fold_if_quiet(month, today)]


def rebuild_figures(*, actor: Actor, months: Iterable[Month], now: datetime) -> None:
    """Throw the rows of these months away and count the finished ones from the records. Gives what folding gives."""
    actor.require_program()
    today = localdate(now)
    for month in months:
        with transaction.atomic():
            locks.take_lock(_LOCK)
            CellMonth.objects.filter(month=month.first_day).delete()
            UnitMonth.objects.filter(month=month.first_day).delete()
            if is_finished(month, today):
                _fold_month(month, today)


def reconcile_figures(*, actor: Actor, now: datetime) -> list[Finding]:
    """Count the finished months of the last year again; rows that say something else are outdated, so that they are folded again.

    One finding for each month with such rows. A month in which somebody is just writing is left for the next day.
    """
    actor.require_program()
    today = localdate(now)
    months = [Month.of(today).plus(-ago) for ago in range(1, CHECKED_MONTHS + 1)]
    counts = {month: _outdate_wrong(month, today) for month in months}
    return [Finding(f"reporting {month}", count, mended=True) for month, count in counts.items() if count]


@transaction.atomic
def _outdate_wrong(month: Month, today: date) -> int:
    """How many rows of the month were wrong and are outdated now, the sums above a wrong cell with them."""
    if not locks.try_lock(_LOCK):
        return 0
    rows, units = CellMonth.objects.filter(month=month.first_day), UnitMonth.objects.filter(month=month.first_day)
    kept = {row.organization_id: counts_of(row) for row in rows.filter(dirty=False)}
    counted = count_cells(cells=list(kept), month=month, today=today)
    wrong = [cell for cell, counts in kept.items() if counted[cell] != counts]
    if wrong:
        return _outdate(rows.filter(organization_id__in=wrong)) + _outdate(units)
    cells = list_cells_of_month(under=None, month=month, today=today)
    if {cell.id for cell in cells} != set(kept):
        return 0  # not folded yet, or waiting to be
    sums = _sum_units(cells, kept)
    wrong = [row.organization_id for row in units if counts_of(row) != sums.get(row.organization_id)]
    return _outdate(units.filter(organization_id__in=wrong))


def _fold_if_quiet(month: Month, today: date) -> bool:
    """Counted before the write lock of SQLite is taken, where nobody wrote meanwhile: others write while this counts."""
    version = locks.read_version()
    counted = None if version is None else _count_month(month, today)
    with transaction.atomic():
        quiet = locks.try_lock(_LOCK)
        if quiet and counted is not None and locks.read_version() == version:
            _write_month(month, counted)
        elif quiet:
            _fold_month(month, today)
    return quiet


@dataclass(frozen=True, slots=True)
class FoldedMonth:
    """What the rows of a month shall say: `fresh` of cells that are counted anew, `sums` of all units above; `cells` that count."""

    fresh: dict[int, MonthCounts]
    sums: dict[int, MonthCounts]
    cells: frozenset[int]


def _fold_month(month: Month, today: date) -> None:
    """Count dirty and missing cells anew, then sum up every unit above them. The caller holds the lock alone."""
    _write_month(month, _count_month(month, today))


def _count_month(month: Month, today: date) -> FoldedMonth:
    rows = CellMonth.objects.filter(month=month.first_day)
    kept = {row.organization_id: counts_of(row) for row in rows if not row.dirty}
    cells = list_cells_of_month(under=None, month=month, today=today)
    stale = [cell.id for cell in cells if cell.id not in kept]
    fresh = count_cells(cells=stale, month=month, today=today)
    return FoldedMonth(fresh, _sum_units(cells, kept | fresh), frozenset(cell.id for cell in cells))


def _write_month(month: Month, counted: FoldedMonth) -> None:
    _write(CellMonth, month, counted.fresh)
    CellMonth.objects.filter(month=month.first_day).exclude(organization_id__in=counted.cells).delete()
    _write(UnitMonth, month, counted.sums)
    UnitMonth.objects.filter(month=month.first_day).exclude(organization_id__in=list(counted.sums)).delete()


def _sum_units(cells: Iterable[CellOfMonth], counts: dict[int, MonthCounts]) -> dict[int, MonthCounts]:
    sums: dict[int, MonthCounts] = {}
    for cell in cells:
        for unit in cell.lineage[:-1]:
            sums[unit] = sums.get(unit, MonthCounts()) + counts[cell.id]
    return sums


def _write(model: type[_Row], month: Month, counts: dict[int, MonthCounts]) -> None:
    values = [(unit, {name: getattr(item, name) for name in COUNT_NAMES}) for unit, item in counts.items()]
    rows = [model(organization_id=unit, month=month.first_day, dirty=False, **names) for unit, names in values]
    model.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["organization", "month"],
        update_fields=[*COUNT_NAMES, "dirty"],
    )
