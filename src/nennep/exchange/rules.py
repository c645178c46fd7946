"""What is exported of a model, and what an export says of itself: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from nennep.core.periods import Month


@dataclass(frozen=True, slots=True)
class ExportDecision:
    """Of one model: a table with these columns, or why there is none (`not_exported`).

    Which rows: `unit` names the ways to the unit whose rows they are; `month` the day that says for which month a row counts;
    `begun` the day on which it began, at the end of the last month at the latest; `dated` rows hold for some of the time;
    `parent` the row that takes it along; `within` a unit that is exported, or none; `reached`: whatever the other rows name.
    `also`: rows that point at a reached one in this way too. `key`: the columns that name a row where it has no public id.
    `year_of`: a column that holds at least the year of a sensitive one. `points`: a column with the number of a row of a model;
    `lineages`: with numbers of units, joined by dots; `own_code`: with the number of the row's own unit at its end. All of
    them are written as keys.
    """

    model: str
    not_exported: str = ""
    table: str = ""
    holds: str = ""
    columns: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unit: tuple[str, ...] = ()
    month: str = ""
    begun: str = ""
    dated: bool = False
    parent: str = ""
    within: str = ""
    reached: bool = False
    also: str = ""
    key: tuple[str, ...] = ()
    year_of: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    lineages: tuple[str, ...] = ()
    own_code: str = ""

    def list_columns(self, *, sensitive: bool) -> tuple[str, ...]:
        """In the order in which they are written."""
        return (*self.columns, *self.sensitive) if sensitive else self.columns


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for: the unit with all that ever stood below it, and the months from the first to the last."""

    unit: int
    code: str
    first: Month
    last: Month
    sensitive: bool = False

    @property
    def first_day(self) -> date:
        return self.first.first_day

    @property
    def last_day(self) -> date:
        return self.last.last_day


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column as it is written: `kind` is a type of the Frictionless Table Schema; `refers_to` the table whose keys it holds."""

    name: str
    kind: str
    description: str
    refers_to: str = ""
    values: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a table as it was written."""

    path: str
    rows: int
    size: int
    sha256: str
