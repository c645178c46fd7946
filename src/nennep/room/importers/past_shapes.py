"""What was understood of a book of past meetings: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nennep.room.choices import AttendanceState
from nennep.room.importers.past_columns import PastColumn
from nennep.room.rules.past import PastFacts


@dataclass(frozen=True, slots=True)
class PastMends:
    """What a person said of a book: what a column holds (by sheet, row of its heading, column), what a mark means, the year."""

    columns: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    year: int = 0

    def as_json(self) -> dict[str, object]:
        return {"columns": dict(self.columns), "marks": dict(self.marks), "year": self.year}


@dataclass(frozen=True, slots=True)
class PastFault:
    """One thing that keeps a cell's meetings back: where it stands, what stands there, what is wrong by name."""

    sheet: str
    row: int
    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class NamedMark:
    """One person of a grid at one meeting."""

    name: str
    born_year: int
    row: int
    state: AttendanceState


@dataclass(frozen=True, slots=True)
class BookMeeting:
    """One meeting of the book. `cell` are the words that name the cell, empty where the book names none."""

    cell: str
    sheet: str
    row: int
    column: str
    facts: PastFacts
    marks: tuple[NamedMark, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of a table: `key` names it in a form, `label` its heading, `example` a value below it."""

    key: str
    letter: str
    label: str
    meaning: PastColumn
    example: str


@dataclass(frozen=True, slots=True)
class TableSeen:
    sheet: str
    row: int
    columns: tuple[ColumnSeen, ...]

    @property
    def unused(self) -> list[ColumnSeen]:
        """Columns with values whose heading nobody understood."""
        return [column for column in self.columns if column.meaning == PastColumn.NOTHING and column.example]


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """One mark of the grids: as written, how often, what it is taken for (None: nobody knows yet; NOT_TAKEN: nothing)."""

    key: str
    written: str
    count: int
    meaning: str | None


@dataclass(frozen=True, slots=True)
class PastBook:
    """What was understood of a file. `faults` by the words that name the cell."""

    meetings: tuple[BookMeeting, ...]
    faults: Mapping[str, tuple[PastFault, ...]]
    tables: tuple[TableSeen, ...]
    marks: tuple[MarkSeen, ...]
    hidden_rows: int
    hidden_sheets: tuple[str, ...]
    broken: tuple[str, ...]
    needs_year: bool
