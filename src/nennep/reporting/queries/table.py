"""The matrix as a spreadsheet."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from nennep.core.sheets.writer import Value
from nennep.reporting.queries.commune import CommunePage
from nennep.reporting.queries.matrix import MatrixRow
from nennep.reporting.rules.papers import make_file_name


@dataclass(frozen=True, slots=True)
class CellTable:
    title: str
    file_name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def make_table(page: CommunePage) -> CellTable:
    """One row per cell: its group, its letters month by month, mean score, attendance of the span."""
    months = tuple(f"{month.number:02d}/{month.year}" for month in page.months)
    first, last = page.months[0], page.months[-1]
    share = _("%% dự, %(span)s") % {"span": page.choice.words}
    header = (_("Nhóm"), _("Chi bộ"), *months, _("Điểm bình quân"), share)
    return CellTable(
        title=_("Chi bộ theo tháng"),
        file_name=make_file_name([_("Bảng chi bộ"), page.unit.name, f"{first}-{last}"], ".xlsx"),
        header=header,
        rows=tuple(_make_line(group.title, row) for group in page.groups for row in group.rows),
    )


def _make_line(group: str, row: MatrixRow) -> tuple[Value, ...]:
    score = None if row.score is None else float(row.score)
    return (group, row.name, *(square.mark.sign for square in row.squares), score, row.percent)
