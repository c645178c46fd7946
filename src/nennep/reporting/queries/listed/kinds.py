"""A figure of the pages that opens its list: how it is shown from the counts of measures (core/measures.py), and its rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from nennep.core.access import Actor
from nennep.core.measures import Counts
from nennep.core.periods import Month
from nennep.organizations.models import Organization
from nennep.organizations.rules import shorten_cell


@dataclass(frozen=True, slots=True)
class Totals:
    """A unit in a span of time that ends with `month`. `cells` below it owe the quarter's themes or held them; `themed` of them have.

    Of a year each quarter counts.
    """

    month: Month
    counts: Counts
    cells: int
    themed: int
    size: int = 1

    @property
    def is_month(self) -> bool:
        return self.size == 1

    @property
    def is_year(self) -> bool:
        return self.size == 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the page shows it, of how many (None: of nothing), and the words below it."""

    number: int | str
    whole: int | None
    label: str

    @property
    def is_share(self) -> bool:
        return self.whole is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the cell it belongs to, then the values of the columns.

    `late` puts it before those in order; among these a lower `rank` (such as a share in percent) comes first.
    `hidden`: it is counted in the figure, but the reader may not see it. `opens`: the reader may open the cell.
    """

    cell: UUID
    name: str
    values: tuple[str, ...]
    late: bool = False
    rank: float = 0
    hidden: bool = False
    opens: bool = True


@dataclass(frozen=True, slots=True)
class RowScope:
    """Whose rows are asked for: `cells` by id, each with its public id and its name in that month; `opens` for the reader."""

    actor: Actor
    unit: Organization
    month: Month
    cells: Mapping[int, tuple[UUID, str]]
    today: date
    opens: frozenset[int]

    def row(self, cell: int, *values: str, late: bool = False, rank: float = 0, hidden: bool = False) -> Row:
        public_id, name = self.cells[cell]
        return Row(public_id, shorten_cell(name), values, late, rank, hidden, cell in self.opens)


@dataclass(frozen=True, eq=False)
class ListedFigure:
    """One figure of the commune's page. `address` ends the address of its list: `…/da-hop/`.

    `by_quarter`: it is asked once of each quarter, not of each month.
    `read` gives the rows of the list, those too that the reader may not see. `names_members`: opening the list goes into the trail.
    """

    address: str
    title: Promise
    show: Callable[[Totals], Figure]
    columns: tuple[Promise, ...]
    read: Callable[[RowScope], Iterable[Row]]
    names_members: bool = False
    by_quarter: bool = False
