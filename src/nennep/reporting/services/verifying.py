"""Comparing the kept rows with the records they were counted from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from nennep.core import locks
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.measures import Counts, add_counts
from nennep.core.periods import Month
from nennep.reporting.choices import ROWS_LOCK
from nennep.reporting.models import CellMonth, ChangedMonth, KeptMonth, UnitMonth
from nennep.reporting.queries.counting import count_all
from nennep.reporting.queries.figures import list_due
from nennep.reporting.queries.tree import list_cells_of_month, name_units
from nennep.reporting.rules.figures import find_reference_day
from nennep.reporting.services.figures import outdate_months, write_sums

CHECKED_MONTHS = 12  # that the daily check counts again


@dataclass(frozen=True, slots=True)
class WrongFigure:
    """One count that the row of a unit (`unit` its name today) says otherwise than it should. `is_sum`: of a unit above cells."""

    organization: int
    unit: str
    month: Month
    name: str
    kept: int
    counted: int
    is_sum: bool


def verify_figures(*, actor: Actor, months: Iterable[Month] | None = None, now: datetime) -> list[WrongFigure]:
    """Count kept months (all, or those of `months`) from the records and compare every row. Writes nothing.

    What waits to be folded is no difference, nor what only the day changed since, nor a month that is not kept. A cell
    that stands elsewhere than its row says differs in every count.
    """
    actor.require_program()
    kept = {Month.of(row.month): row.day for row in KeptMonth.objects.exclude(day=None) if row.day}
    wanted = sorted(kept.keys() if months is None else kept.keys() & set(months))
    found = [wrong for month in wanted for wrong in _verify(month, kept[month], localdate(now))]
    names = name_units({one.organization for one in found})
    return [replace(one, unit=names.get(one.organization, "")) for one in found]


def reconcile_figures(*, actor: Actor, now: datetime) -> list[Finding]:
    """Compare the last year, month by month, and mend: wrong cells are folded again, wrong sums added up anew.

    One finding for each month with such rows.
    """
    actor.require_program()
    last = Month.of(localdate(now))
    months = {last.plus(-ago) for ago in range(CHECKED_MONTHS + 1)}
    wrong: dict[Month, set[int]] = defaultdict(set)
    for difference in verify_figures(actor=actor, months=months, now=now):
        wrong[difference.month].add(difference.organization)
    for month, units in wrong.items():
        _mend(actor, month, units, now)
    return [Finding(f"reporting {month}", len(units), mended=True) for month, units in sorted(wrong.items())]


def _verify(month: Month, counted_on: date, today: date) -> Iterator[WrongFigure]:
    """Of a cell that changes while this counts nothing is said: it waits at the end, or waited at the beginning.

    Nor of one whose members or place changed with a day that came since: the next fold follows it.
    """
    waited = _list_waiting(month) | list_due(counted_on, find_reference_day(month, today))
    rows = list(CellMonth.objects.filter(month=month.first_day))
    cells = list_cells_of_month(under=None, month=month, today=today)
    counts = count_all(cells=[cell.id for cell in cells], month=month, today=today)
    waiting = waited | _list_waiting(month)
    lineages = {cell.id: cell.lineage[:-1] for cell in cells}
    kept = {row.organization_id: row for row in rows}
    for cell in sorted((kept.keys() | counts.keys()) - waiting):
        row = kept.get(cell)
        placed_alike = row is not None and tuple(row.lineage) == lineages.get(cell)
        stands = row.figures if row and placed_alike else Counts()
        yield from _compare(
            cell, month, stands, counts.get(cell, Counts()) if placed_alike else _mark(row, counts.get(cell))
        )
    yield from _verify_sums(month)


def _mark(row: CellMonth | None, counted: Counts | None) -> Counts:
    """What a row is compared with that stands elsewhere, is missing, or should not be there: nothing of it is right."""
    return counted if counted is not None else Counts() - (row.figures if row else Counts())


def _list_waiting(month: Month) -> set[int]:
    return set(ChangedMonth.objects.filter(month=month.first_day).values_list("organization_id", flat=True))


def _verify_sums(month: Month) -> Iterator[WrongFigure]:
    kept, sums = _read_sums(month)
    for unit in sorted(kept.keys() | sums.keys()):
        yield from _compare(unit, month, kept.get(unit, Counts()), sums.get(unit, Counts()), is_sum=True)


@transaction.atomic
def _read_sums(month: Month) -> tuple[dict[int, Counts], dict[int, Counts]]:
    """The sums as they are kept, and as the rows of the cells give them: at one moment, between two folds."""
    locks.take_lock(ROWS_LOCK)
    kept = {row.organization_id: row.figures for row in UnitMonth.objects.filter(month=month.first_day)}
    return kept, _add_rows(month)


def _add_rows(month: Month) -> dict[int, Counts]:
    parts: dict[int, list[Counts]] = defaultdict(list)
    for row in CellMonth.objects.filter(month=month.first_day).iterator():
        for unit in row.lineage:
            parts[unit].append(row.figures)
    return {unit: add_counts(own) for unit, own in parts.items()}


def _compare(unit: int, month: Month, kept: Counts, counted: Counts, *, is_sum: bool = False) -> Iterator[WrongFigure]:
    mine, theirs = kept.as_json(), counted.as_json()
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name, 0) != theirs.get(name, 0):
            yield WrongFigure(unit, "", month, name, mine.get(name, 0), theirs.get(name, 0), is_sum)


@transaction.atomic
def _mend(actor: Actor, month: Month, units: Iterable[int], now: datetime) -> None:
    """Cells are put into the queue; sums are those of the rows that stand there."""
    locks.take_lock(ROWS_LOCK)
    cells = set(units)
    sums: Mapping[int, Counts] = _add_rows(month)
    above = UnitMonth.objects.filter(month=month.first_day)
    above.exclude(organization__in=list(sums)).delete()
    write_sums(month, {unit: counts for unit, counts in sums.items() if unit in cells}, now)
    outdate_months(actor=actor, organization_ids=cells - set(sums), months=[month], moved=True)
