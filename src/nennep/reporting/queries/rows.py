"""The rows that a figure was made of: every figure opens them (interface.md, rule 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.models import Organization
from nennep.reporting.queries.figures import list_cells_of_month
from nennep.reporting.queries.measures import MEASURES
from nennep.reporting.queries.measures.kinds import Measure, Row, RowScope


@dataclass(frozen=True, slots=True)
class ListLine:
    """A row as it is printed: each value with the heading of its column."""

    cell: UUID
    name: str
    pairs: tuple[tuple[str, str], ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class RowsPage:
    """`hidden` rows are counted in the figure, but not for the reader to see. `names_members`: opening it goes into the trail."""

    unit: Organization
    month: Month
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    hidden: int = 0
    names_members: bool = False

    @property
    def lines(self) -> Sequence[ListLine]:
        return [
            ListLine(row.cell, row.name, tuple(zip(self.columns, row.values, strict=True)), row.opens)
            for row in self.rows
        ]


def get_rows_page(*, actor: Actor, unit: Organization, month: Month, measure: Measure, today: date) -> RowsPage:
    """The rows behind one figure of a unit and month, those that need attention first. Queries do not grow with cells."""
    cells = list_cells_of_month(under=unit, month=month, today=today)
    names = {cell.id: cell.name for cell in cells}
    units = list(Organization.objects.filter(pk__in=list(names)).values_list("pk", "public_id", "path"))
    opens = frozenset(pk for pk, _public_id, path in units if actor.may(Permission.FIGURES_READ, path))
    known = {pk: (public_id, names[pk]) for pk, public_id, _path in units}
    found = list(measure.read(RowScope(actor, unit, month, known, today, opens)))
    shown = [row for row in found if not row.hidden]
    if not actor.may_below(Permission.FIGURES_READ, unit.path):
        opened = {known[pk][0] for pk in opens}
        shown = [row for row in shown if row.cell in opened]
    return RowsPage(
        unit,
        month,
        str(measure.title),
        tuple(map(str, measure.columns)),
        tuple(sorted(shown, key=lambda row: (not row.late, row.rank, fold(row.name)))),
        hidden=len(found) - len(shown),
        names_members=measure.names_members,
    )


def find_measure(address: str) -> Measure:
    """Raises NotFound for a figure that does not exist."""
    for measure in MEASURES:
        if measure.address == address:
            return measure
    raise NotFound
