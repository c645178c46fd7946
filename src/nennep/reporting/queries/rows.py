"""The rows that a figure was made of: every figure opens them (interface.md, rule 5)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice, say_quarter
from nennep.core.text import fold
from nennep.meetings.queries.readable import find_first_month
from nennep.organizations.models import Organization
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.listed.kinds import ListedFigure, Row, RowScope
from nennep.reporting.queries.tree import CellOfMonth, list_cells_of_months


@dataclass(frozen=True, slots=True)
class ListLine:
    """A row as it is printed: each value with the heading of its column."""

    cell: UUID
    name: str
    pairs: tuple[tuple[str, str], ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class RowsPage:
    """`hidden` rows are counted in the figure, but not for the reader to see. `names_members`: opening it goes into the trail.

    `whens`: of a span of several months the one that each row is of, in the order of the rows.
    """

    unit: Organization
    choice: SpanChoice
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    whens: tuple[str, ...] = ()
    hidden: int = 0
    names_members: bool = False

    @property
    def lines(self) -> Sequence[ListLine]:
        whens: list[tuple[str, ...]] = [(when,) for when in self.whens] or [()] * len(self.rows)
        return [
            ListLine(row.cell, row.name, tuple(zip(self.columns, (*when, *row.values), strict=True)), row.opens)
            for when, row in zip(whens, self.rows, strict=True)
        ]


def get_rows_page(*, actor: Actor, unit: Organization, span: Span, measure: ListedFigure, today: date) -> RowsPage:
    """The rows behind one figure of a unit in a span of time, those that need attention first, of these the oldest.

    Of several months each row says its own. Queries do not grow with cells.
    """
    months = _list_asked(span, measure, today)
    reader = _Reader(actor, unit, measure, today)
    read = [(month, row) for month, cells in reader.list_places(months).items() for row in reader.read(month, cells)]
    shown = [(month, row) for month, row in read if not row.hidden and reader.may_see(row)]
    shown.sort(key=lambda line: (not line[1].late, line[1].rank, line[0], fold(line[1].name)))
    names = [_("Quý") if measure.by_quarter else _("Tháng")] if not span.is_month and len(months) > 1 else []
    return RowsPage(
        unit,
        make_choice(span, since=find_first_month(unit, today=today), today=today),
        str(measure.title),
        (*names, *map(str, measure.columns)),
        tuple(row for _when, row in shown),
        whens=tuple(_say_when(month, measure) for month, _line in shown) if names else (),
        hidden=len(read) - len(shown),
        names_members=measure.names_members,
    )


def _list_asked(span: Span, measure: ListedFigure, today: date) -> list[Month]:
    """Its months; of what is counted by the quarter the last one of each."""
    months = span.months_until(today)
    return (
        list({(month.year, month.quarter): month for month in months}.values()) if measure.by_quarter else list(months)
    )


def _say_when(month: Month, measure: ListedFigure) -> str:
    return f"{say_quarter(month)}/{month.year}" if measure.by_quarter else f"{month.number:02d}/{month.year}"


class _Reader:
    """Reads one figure's rows month by month; which cells the actor may open is asked once."""

    def __init__(self, actor: Actor, unit: Organization, measure: ListedFigure, today: date) -> None:
        self.actor, self.unit, self.measure, self.today = actor, unit, measure, today
        self.reads_all = actor.may_below(Permission.FIGURES_READ, unit.path)
        self.public_ids: dict[int, UUID] = {}
        self.opens: frozenset[int] = frozenset()

    def list_places(self, months: Sequence[Month]) -> Mapping[Month, Sequence[CellOfMonth]]:
        """The cells that stood there in each month. One query more than `list_cells_of_months`."""
        found = list_cells_of_months(under=self.unit, months=months, today=self.today) if months else {}
        ids = {cell.id for cells in found.values() for cell in cells}
        units = list(Organization.objects.filter(pk__in=ids).values_list("pk", "public_id", "path"))
        self.public_ids = {pk: public_id for pk, public_id, _above in units}
        self.opens = frozenset(pk for pk, _id, path in units if self.actor.may(Permission.FIGURES_READ, path))
        return found

    def read(self, month: Month, cells: Sequence[CellOfMonth]) -> Iterator[Row]:
        known = {cell.id: (self.public_ids[cell.id], cell.name) for cell in cells if cell.id in self.public_ids}
        yield from self.measure.read(RowScope(self.actor, self.unit, month, known, self.today, self.opens))

    def may_see(self, row: Row) -> bool:
        return self.reads_all or row.opens


def find_measure(address: str) -> ListedFigure:
    """Raises NotFound for a figure that does not exist."""
    for measure in LISTED:
        if measure.address == address:
            return measure
    raise NotFound
