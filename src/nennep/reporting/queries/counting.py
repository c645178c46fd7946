"""Counting cells from their records: what rows are made of, and what stands in for a row that is not there or not right any more."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext as _

from nennep.core.measures import Counts, list_countings
from nennep.core.periods import Month
from nennep.reporting.rules.figures import find_reference_day

AT_ONCE = 1000


def count_cells(*, cells: Collection[int], month: Month, today: date) -> dict[int, Counts]:
    """The counts of each cell (by id), straight from the records. The number of queries does not grow with the cells."""
    if not cells:
        return {}
    day = find_reference_day(month, today)
    joined: dict[int, dict[str, int]] = {cell: {} for cell in cells}
    for counting in list_countings():
        for cell, counts in counting.count(cells, month, day).items():
            joined[cell] |= {name: count for name, count in counts.items() if count}
    return {cell: Counts(counts) for cell, counts in joined.items()}


def count_all(*, cells: Sequence[int], month: Month, today: date) -> dict[int, Counts]:
    """`count_cells` of any number of cells, some at a time: a database takes a limited number of values."""
    counts: dict[int, Counts] = {}
    for first in range(0, len(cells), AT_ONCE):
        counts |= count_cells(cells=cells[first : first + AT_ONCE], month=month, today=today)
    return counts


def tell_months(cell: int, months: Sequence[Month]) -> list[str]:
    """`10/2026: chưa họp, 12 đảng viên, 3 nhiệm vụ đến hạn`: what a cell brings into each of some months that are over."""
    lines = []
    for month in months:
        counts = count_cells(cells=[cell], month=month, today=month.last_day)[cell]
        values = {
            "month": f"{month.number:02d}/{month.year}",
            "met": _("đã họp") if counts["cells_met"] else _("không họp"),
            "members": counts["members"],
            "tasks": counts["tasks_due"],
        }
        lines.append(_("%(month)s: %(met)s, %(members)s đảng viên, %(tasks)s nhiệm vụ đến hạn") % values)
    return lines
