"""What an import speaks of: columns, people, problems. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from nennep.core.sheets.cells import column_letter
from nennep.core.sheets.columns import Value
from nennep.members.importers.columns import RECORDED, Column

RowKey: TypeAlias = tuple[str, int]  # sheet, row of the spreadsheet


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something bad or doubtful in one cell of the file; `column` is the spreadsheet's letter. Row 0 is the whole sheet.

    `code` decides the sentence and whether the row is kept out (`problems.py`); `details` fill the sentence.
    """

    sheet: str
    row: int
    column: str
    value: str
    code: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as understood. `standing` is a choice value, `post` is the file's own words.

    `born_year` is set only when the day is not known. `standing` is empty where the file does not say. `told` is what
    the columns with a reader say, by the field of the record; what the file leaves empty may be missing.
    """

    sheet: str
    row: int
    name: str
    born_on: date | None = None
    born_year: int | None = None
    cell: str = ""
    admitted_on: date | None = None
    official_on: date | None = None
    post: str = ""
    standing: str = ""
    told: Mapping[str, Value] = field(default_factory=dict)

    @property
    def sex(self) -> str:
        return str(self.told.get("sex", ""))

    @property
    def card_number(self) -> str:
        return str(self.told.get("card_number", ""))

    @property
    def identity_number(self) -> str:
        return str(self.told.get("identity_number", ""))

    @property
    def note(self) -> str:
        return str(self.told.get("note", ""))

    @property
    def recorded(self) -> dict[str, Value | None]:
        """What a record keeps of it, by field; birth apart, of which a record holds the day or the year."""
        named = {"full_name": self.name, "admitted_on": self.admitted_on, "official_on": self.official_on}
        return {**named, **self.told}

    def as_json(self) -> dict[str, Any]:
        """The person as `nennep import-members --json` prints it."""
        born: dict[str, Any] = {"born_year": self.born_year} if self.born_year else {"born_on": _plain(self.born_on)}
        columns = [column for column in RECORDED if column not in {Column.NAME, Column.BORN}]
        told = {column.key: _plain(self.recorded.get(column.key)) for column in columns}
        place = {"sheet": self.sheet, "row": self.row, "name": self.name}
        return place | told | born | {"cell": self.cell or None, "post": self.post or None}


def _plain(value: Value | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value or None


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of a table: where, what stands above it, what it was taken for, an example from the first person."""

    index: int
    label: str
    meaning: Column
    example: str = ""

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class UnusedColumn:
    """A column that holds something in so many rows and is not taken; `guess` is what it may be, by its values."""

    sheet: str
    letter: str
    label: str
    filled: int
    guess: Column = Column.NOTHING


@dataclass(frozen=True, slots=True)
class TableUse:
    """One table found in a sheet: header rows (first and last, counted from 1) and its columns."""

    sheet: str
    first_row: int
    last_row: int
    columns: tuple[ColumnUse, ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the user changed by hand, keyed as in the file: sheet name, row from 1, column from 0.

    `columns`: (sheet, column) → meaning. `values`: (sheet, row, column) → new text. `skipped`: (sheet, row) left out.
    `distinct`: (sheet, row) that is another person than the one it looks like. `cells`: (sheet, row) → name of the cell.
    """

    columns: Mapping[tuple[str, int], Column] = field(default_factory=dict)
    values: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    cells: Mapping[tuple[str, int], str] = field(default_factory=dict)
    skipped: frozenset[tuple[str, int]] = frozenset()
    distinct: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as understood. `rows` are the rows taken for persons; `people` those without an error, in file order.

    `remarks` are of the whole file or a sheet: what was read though hidden, what was not read, how an old encoding was understood.

    `people` may still be doubtful (`problems`). `cells` are the names found, in order of appearance.
    """

    rows: int
    people: tuple[PersonRow, ...]
    problems: tuple[RowProblem, ...]
    cells: tuple[str, ...]
    tables: tuple[TableUse, ...]
    totals_skipped: int = 0
    signatures_skipped: int = 0
    unused: tuple[UnusedColumn, ...] = ()
    remarks: tuple[RowProblem, ...] = ()
