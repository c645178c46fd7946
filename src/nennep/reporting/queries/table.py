"""The matrix as a spreadsheet."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from nennep.core.sheets.writer import Value
from nennep.reporting.queries.commune import CommunePage
from nennep.reporting.queries.matrix import MatrixRow
from nennep.reporting.queries.upper import ChildRow, UpperPage
from nennep.reporting.rules.papers import make_file_name
from nennep.reporting.rules.shares import SHARES


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


def make_upper_table(page: UpperPage) -> CellTable:
    """One row per unit directly below: how many cells, each share with what it is made of, how many need attention."""
    header = [_("Đơn vị"), _("Chi bộ"), _("Đảng viên")]
    for share in SHARES:
        header += [f"{share.label} (%)", _("%(share)s: số đạt") % {"share": share.label}, _("trên tổng số")]
    return CellTable(
        title=_("Đơn vị cấp dưới"),
        file_name=make_file_name([_("Bảng đơn vị"), page.unit.name, page.choice.value], ".xlsx"),
        header=(*header, _("Chi bộ cần xem")),
        rows=tuple(_make_upper_line(row) for row in page.rows),
    )


def _make_upper_line(row: ChildRow) -> tuple[Value, ...]:
    values: list[Value] = [row.name, row.counts["cells_there"], row.counts["members"]]
    for share in SHARES:
        values += [row.shares[share.key], row.counts[share.part], row.counts[share.whole]]
    return (*values, row.needing)
