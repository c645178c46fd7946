"""Keeping the figures of months as rows, folded by difference. Derived from other records, so nothing of it goes into the trail.

A change puts its cell and month into a queue (`ChangedMonth`) in its own transaction. A fold reads some of the queue, counts
these cells anew, puts the difference into the sums of the units above them, and deletes what it read of the queue: its cost
depends on what changed and on the depth of the tree. Who writes waits for nobody, and whoever reads puts right what waits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.core import locks
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.measures import Counts, add_counts
from nennep.core.periods import Month
from nennep.core.queue import enqueue_on_commit
from nennep.reporting.choices import BATCH, ROWS_LOCK
from nennep.reporting.models import CellMonth, ChangedMonth, KeptMonth, UnitMonth
from nennep.reporting.queries.attention import find_attention
from nennep.reporting.queries.counting import count_all
from nennep.reporting.queries.tree import CellOfMonth, list_cells_of_month
from nennep.reporting.rules.figures import find_reference_day
from nennep.reporting.services.attention import write_attention

_Row = TypeVar("_Row", CellMonth, UnitMonth)
_FOLD = "nennep.reporting.jobs.fold_figures"
# Held by the process that counts whole months.
_COUNTING = "reporting.counting"
# Shared by those who ask which months are kept, held alone by the one who begins some.
_BEGINNING = "reporting.kept_months"


class CountedElsewhere(DomainError):
    code = "counted_elsewhere"
    message = _("Tiến trình khác đang tính lại số liệu. Hãy thử lại sau ít phút.")


def outdate_months(
    *, actor: Actor, organization_ids: Collection[int], months: Iterable[Month], moved: bool = False
) -> None:
    """Something in these cells changed that counts for these months: their rows, and all sums above, are to be folded.

    `moved`: they may stand elsewhere in the tree than when they were counted.
    """
    actor.require_program()
    first_days = sorted({month.first_day for month in months})
    rows = [
        ChangedMonth(organization_id=cell, month=day, moved=moved) for cell in organization_ids for day in first_days
    ]
    with transaction.atomic():
        ChangedMonth.objects.bulk_create(rows, batch_size=BATCH)
        if rows:
            enqueue_on_commit(_FOLD)


def outdate_since(
    *, actor: Actor, day: date, organization_ids: Collection[int], today: date, moved: bool = False
) -> None:
    """The same for the one in progress and all that are kept from the month of `day` on. Within a transaction."""
    actor.require_program()
    first, last = Month.of(day).first_day, Month.of(today).first_day
    locks.share_lock(_BEGINNING)
    kept = KeptMonth.objects.filter(month__gte=first).values_list("month", flat=True)
    wanted = {*kept, last} if first <= last else set()
    months = [Month.of(month) for month in wanted]
    outdate_months(actor=actor, organization_ids=organization_ids, months=months, moved=moved)


def rebuild_figures(*, actor: Actor, months: Iterable[Month], now: datetime) -> None:
    """Count these months from the records and write all of their rows anew. Gives what folding gives; from then on they are kept.

    Raises CountedElsewhere while another process counts whole months.
    """
    actor.require_program()
    wanted = list(months)
    begin_months(wanted)
    if not count_months(wanted, now):
        raise CountedElsewhere


def begin_months(months: Sequence[Month]) -> None:
    """From now on what changes in these months goes into the queue; they are read from rows once they are counted (`day`).

    Waits for those who have asked which months are kept, and have not ended.
    """
    if months:
        with transaction.atomic():
            locks.take_lock(_BEGINNING)
            rows = [KeptMonth(month=month.first_day) for month in months]
            KeptMonth.objects.bulk_create(rows, ignore_conflicts=True)


def count_months(months: Sequence[Month], now: datetime) -> bool:
    """Count whole months; False, and nothing, while another process does: the older count of two would stay."""
    with locks.hold_alone(_COUNTING) as alone:
        for month in months if alone else ():
            _rebuild(month, now)
    return alone


def _rebuild(month: Month, now: datetime) -> None:
    """Counted before the transaction, which would keep others from writing: what changes meanwhile is in the queue and stays there."""
    today = localdate(now)
    waited = dict(ChangedMonth.objects.filter(month=month.first_day).values_list("pk", "organization_id"))
    found = find_attention(cells=set(waited.values()), today=today)
    cells = list_cells_of_month(under=None, month=month, today=today)
    counts = count_all(cells=[cell.id for cell in cells], month=month, today=today)
    with transaction.atomic():
        locks.take_lock(ROWS_LOCK)
        for model in (CellMonth, UnitMonth):
            model.objects.filter(month=month.first_day).delete()
        forget_changes(list(waited))
        write_attention(found, now)
        write_cells(month, cells, counts, now)
        write_sums(month, _add_up(cells, counts), now)
        KeptMonth.objects.filter(month=month.first_day).update(day=find_reference_day(month, today))


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))


def forget_changes(ids: Sequence[int]) -> int:
    """How many of these rows of the queue were still there."""
    return sum(ChangedMonth.objects.filter(pk__in=part).delete()[0] for part in _chunks(ids))


def _add_up(cells: Iterable[CellOfMonth], counts: Mapping[int, Counts]) -> dict[int, Counts]:
    parts: dict[int, list[Counts]] = defaultdict(list)
    for cell in cells:
        for unit in cell.lineage[:-1]:
            parts[unit].append(counts[cell.id])
    return {unit: add_counts(own) for unit, own in parts.items()}


def write_cells(month: Month, cells: Iterable[CellOfMonth], counts: Mapping[int, Counts], now: datetime) -> None:
    rows = [
        CellMonth(
            organization_id=cell.id,
            month=month.first_day,
            counts=counts[cell.id].as_json(),
            lineage=list(cell.lineage[:-1]),
            folded_at=now,
        )
        for cell in cells
    ]
    _upsert(CellMonth, rows, ["counts", "lineage", "folded_at"])


def write_sums(month: Month, sums: Mapping[int, Counts], now: datetime) -> None:
    rows = [
        UnitMonth(organization_id=unit, month=month.first_day, counts=counts.as_json(), folded_at=now)
        for unit, counts in sums.items()
    ]
    _upsert(UnitMonth, rows, ["counts", "folded_at"])


def _upsert(model: type[_Row], rows: list[_Row], fields: list[str]) -> None:
    keys = ["organization", "month"]
    model.objects.bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=keys, update_fields=fields)
