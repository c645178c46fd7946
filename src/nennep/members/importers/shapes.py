"""What an import speaks of: columns, people, problems. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from nennep.core.sheets.cells import column_letter

RowKey: TypeAlias = tuple[str, int]  # sheet, row of the spreadsheet


class Column(StrEnum):
    """What a column holds. MALE and FEMALE hold a birth year or a cross: both say the sex."""

    INDEX = "index"
    NAME = "name"
    FAMILY = "family"
    GIVEN = "given"
    SEX = "sex"
    MALE = "male"
    FEMALE = "female"
    BORN = "born"
    BORN_DAY = "born_day"
    BORN_MONTH = "born_month"
    BORN_YEAR = "born_year"
    ETHNIC = "ethnic"
    RELIGION = "religion"
    ADMITTED = "admitted"
    OFFICIAL = "official"
    CARD = "card"
    IDENTITY = "identity"
    PHONE = "phone"
    EDUCATION = "education"
    POST = "post"
    CELL = "cell"
    STANDING = "standing"
    OFFICIAL_MARK = "official_mark"
    PROBATIONARY_MARK = "probationary_mark"
    NOTE = "note"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Problem:
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
    """One person as understood. `sex` and `standing` are choice values, `post` is the file's own words.

    `born_year` is set only when the day is not known. `standing` is empty where the file does not say.
    """

    sheet: str
    row: int
    name: str
    born_on: date | None = None
    born_year: int | None = None
    sex: str = ""
    ethnic_group: str = ""
    religion: str = ""
    cell: str = ""
    admitted_on: date | None = None
    official_on: date | None = None
    card_number: str = ""
    identity_number: str = ""
    post: str = ""
    phone: str = ""
    education: str = ""
    standing: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The person as `nennep import-members --json` prints it."""
        born: dict[str, Any] = {"born_year": self.born_year} if self.born_year else {"born_on": _iso(self.born_on)}
        return {
            "sheet": self.sheet,
            "row": self.row,
            "name": self.name,
            **born,
            "sex": self.sex or None,
            "ethnic_group": self.ethnic_group or None,
            "religion": self.religion or None,
            "cell": self.cell or None,
            "admitted_on": _iso(self.admitted_on),
            "official_on": _iso(self.official_on),
            "card_number": self.card_number or None,
            "identity_number": self.identity_number or None,
            "post": self.post or None,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


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

    `people` may still be doubtful (`problems`). `cells` are the names found, in order of appearance.
    """

    rows: int
    people: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    cells: tuple[str, ...]
    tables: tuple[TableUse, ...]
    totals_skipped: int = 0
    signatures_skipped: int = 0
