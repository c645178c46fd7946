"""What a spreadsheet is once read: plain values, no library. Also used by the child process, so nothing heavy here."""

from dataclasses import dataclass
from typing import TypeAlias

# A date is its ISO text (`1968-12-30`), a whole number an int, an empty cell the empty text.
Cell: TypeAlias = str | int | float | bool
Row: TypeAlias = list[Cell]
# First row, first column, last row, last column; counted from 0, the last ones belong to it.
Merge: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet from its first cell on; `rows[0]` is row 1 of the spreadsheet, rows may differ in length.

    `hidden_rows`: how many of them the spreadsheet program does not show; `broken`: cells (`D5`) whose formula has no value.
    """

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    hidden_rows: int = 0
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read. `kind` is xlsx, xls, ods, xlsb or csv; `encoding` how its text was stored, for the user to see.

    `hidden_sheets`: names of the sheets that were left out; `repaired`: some texts before and after their repair.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = "Unicode"
    hidden_sheets: tuple[str, ...] = ()
    repaired: tuple[tuple[str, str], ...] = ()


def column_letter(index: int) -> str:
    """The spreadsheet's name of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
