"""Folding: what changed is counted anew, and the difference goes into the sums of the units above."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from nennep.core import locks
from nennep.core.access import Actor
from nennep.core.measures import Counts, add_counts
from nennep.core.periods import Month
from nennep.meetings.queries.readable import find_first_month_met
from nennep.reporting.choices import BATCH, ROWS_LOCK
from nennep.reporting.models import CellMonth, ChangedMonth, KeptMonth, UnitMonth
from nennep.reporting.queries.attention import find_attention
from nennep.reporting.queries.counting import count_cells
from nennep.reporting.queries.figures import list_due
from nennep.reporting.queries.tree import CellOfMonth, place_cells
from nennep.reporting.rules.figures import find_reference_day
from nennep.reporting.services.attention import Found, write_attention
from nennep.reporting.services.figures import (
    begin_months,
    count_months,
    forget_changes,
    write_cells,
    write_sums,
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Cells of one month with where they stood and what they count now; `asked` are those that were looked at."""

    asked: frozenset[int]
    placed: Mapping[int, CellOfMonth]
    counts: Mapping[int, Counts]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some of the queue as it was read, what its cells count, and what is wrong with them today."""

    ids: tuple[int, ...]
    months: Mapping[Month, _Counted]
    attention: Found


def fold_figures(*, actor: Actor, now: datetime) -> int:
    """Begin to keep the months that nobody keeps yet, follow the day, and fold what waits; returns how many cells in months.

    Each batch is one transaction: whatever ends the process leaves the rest to the next fold. Idempotent.
    """
    actor.require_program()
    today = localdate(now)
    begin_months(_list_to_begin(today))
    count_months(_list_begun(), now)
    _follow_day(today)
    folded = 0
    while batch := _read_batch(today):
        folded += _fold(batch, now)
    return folded


def _list_to_begin(today: date) -> list[Month]:
    """From the first month that anybody met for, or the one in progress, those that are not kept."""
    this = Month.of(today)
    first = find_first_month_met()
    kept = {Month.of(day) for day in KeptMonth.objects.values_list("month", flat=True)}
    return [month for month in (min(first, this) if first else this).through(this) if month not in kept]


def _list_begun() -> list[Month]:
    """Months that are to be kept and were not counted yet."""
    return [Month.of(day) for day in KeptMonth.objects.filter(day=None).values_list("month", flat=True)]


def _follow_day(today: date) -> None:
    """Members who came or left with a day that has come, and cells that stand elsewhere since: nobody did anything on that day."""
    for kept in KeptMonth.objects.exclude(day=None):
        day = find_reference_day(Month.of(kept.month), today)
        if kept.day != day:
            _put_forward(kept.pk, day)


@transaction.atomic
def _put_forward(pk: int, day: date) -> None:
    locks.take_lock(ROWS_LOCK)
    kept = KeptMonth.objects.get(pk=pk)
    due = list_due(kept.day, day) if kept.day else ()
    rows = [ChangedMonth(organization_id=cell, month=kept.month, moved=True) for cell in due]
    ChangedMonth.objects.bulk_create(rows, batch_size=BATCH)
    kept.day = day
    kept.save(update_fields=["day"])


def _read_batch(today: date) -> _Batch | None:
    """The oldest of the queue, each cell and month once; None when nothing waits. Months nobody keeps are only taken off it."""
    counted = {Month.of(day) for day in KeptMonth.objects.exclude(day=None).values_list("month", flat=True)}
    begun = KeptMonth.objects.filter(day=None).values("month")
    queue = ChangedMonth.objects.exclude(month__in=begun).order_by("pk")
    rows = list(queue.values_list("pk", "organization_id", "month")[:BATCH])
    cells: dict[Month, set[int]] = defaultdict(set)
    for _pk, cell, day in rows:
        cells[Month.of(day)].add(cell)
    months = {month: _count(frozenset(own), month, today) for month, own in cells.items() if month in counted}
    found = find_attention(cells={cell for _pk, cell, _day in rows}, today=today) if rows else {}
    return _Batch(tuple(pk for pk, _cell, _day in rows), months, found) if rows else None


def _count(cells: frozenset[int], month: Month, today: date) -> _Counted:
    placed = place_cells(cells=cells, month=month, today=today)
    return _Counted(cells, placed, count_cells(cells=list(placed), month=month, today=today))


def _fold(batch: _Batch, now: datetime) -> int:
    """Write what was counted; returns how many cells in months. 0, and nothing, where somebody else folded some of it meanwhile."""
    with transaction.atomic():
        locks.take_lock(ROWS_LOCK)
        if forget_changes(batch.ids) < len(batch.ids):
            transaction.set_rollback(True)
            return 0
        for month, counted in batch.months.items():
            _write_differences(month, counted, now)
        write_attention(batch.attention, now)
    return sum(len(counted.asked) for counted in batch.months.values())


def _write_differences(month: Month, counted: _Counted, now: datetime) -> None:
    known = {
        row.organization_id: row
        for row in CellMonth.objects.filter(month=month.first_day, organization__in=counted.asked)
    }
    changes: dict[int, list[Counts]] = defaultdict(list)
    fresh = [cell for cell in counted.placed.values() if not _says(known.get(cell.id), cell, counted.counts[cell.id])]
    gone = [row for cell, row in known.items() if cell not in counted.placed]
    for row in (*gone, *(known[cell.id] for cell in fresh if cell.id in known)):
        for unit in row.lineage:
            changes[unit].append(Counts() - row.figures)
    for cell in fresh:
        for unit in cell.lineage[:-1]:
            changes[unit].append(counted.counts[cell.id])
    CellMonth.objects.filter(pk__in=[row.pk for row in gone]).delete()
    write_cells(month, fresh, counted.counts, now)
    _change_sums(month, changes, now)


def _says(row: CellMonth | None, cell: CellOfMonth, counts: Counts) -> bool:
    return row is not None and tuple(row.lineage) == cell.lineage[:-1] and row.figures == counts


def _change_sums(month: Month, changes: Mapping[int, Sequence[Counts]], now: datetime) -> None:
    """A unit below which no cell stands any more has no row."""
    rows = UnitMonth.objects.filter(month=month.first_day, organization__in=list(changes))
    known = {row.organization_id: row.figures for row in rows}
    sums = {unit: add_counts([known.get(unit, Counts()), *parts]) for unit, parts in changes.items()}
    empty = [unit for unit, counts in sums.items() if not counts.as_json()]
    rows.filter(organization__in=empty).delete()
    write_sums(month, {unit: counts for unit, counts in sums.items() if unit not in empty}, now)
