"""A plan as the review page shows it: rows to be mended, differences, columns. Words only, no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nennep.core.sheets.cells import Row, Workbook
from nennep.core.wording import say_date
from nennep.members.importers.columns import SENSITIVE, Column
from nennep.members.importers.dates import read_iso
from nennep.members.importers.matching import NAME_AND_BIRTH
from nennep.members.importers.problems import message_of
from nennep.members.importers.records import Difference, Entry
from nennep.members.importers.reports import field_labels
from nennep.members.importers.shapes import ColumnUse, Roster, RowProblem, TableUse

SHOWN = 100  # rows of one kind on the page; the others are in the file to download
_CELL_CODES = frozenset({"cell_missing", "cell_outside", "cell_ambiguous"})
_ONE_OR_TWO = frozenset({"duplicate_in_file", "duplicate_member"})
_CHOICES = {column.key: column.traits.choices for column in Column}


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One row of the table of problems. `ask` says how it can be mended: value, cell, merge, skip.

    `name` is the cell's name in the file when choosing holds for every row that names it.
    """

    sheet: str
    row: int
    column: int
    label: str
    value: str
    message: str
    ask: str
    name: str = ""
    member: str = ""
    swaps: bool = False
    distinct: bool = False

    @property
    def template(self) -> str:
        """The buttons by which it is mended."""
        return f"members/import_ask/{self.ask}.html"


@dataclass(frozen=True, slots=True)
class ColumnChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    name: str
    cell: str
    row: int
    sheet: str
    changes: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    letter: str
    label: str
    meaning: str
    example: str
    field: str


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """Tables with the same header: corrected together."""

    sheets: tuple[str, ...]
    first_row: int
    last_row: int
    example_row: int
    columns: tuple[ColumnRow, ...]


def column_choices() -> list[tuple[str, str]]:
    """What a column can be taken for."""
    return [(column.value, str(column.traits.label)) for column in Column]


def problem_rows(problems: Iterable[RowProblem], roster: Roster) -> list[ProblemRow]:
    columns = {(table.sheet, item.letter): item for table in roster.tables for item in table.columns}
    return [_problem_row(problem, columns.get((problem.sheet, problem.column))) for problem in problems]


def _problem_row(problem: RowProblem, column: ColumnUse | None) -> ProblemRow:
    label = ", ".join(part for part in (problem.column, column.label if column else "") if part)
    return ProblemRow(
        sheet=problem.sheet,
        row=problem.row,
        column=column.index if column else -1,
        label=label or _("Cả dòng"),
        value=problem.value,
        message=message_of(problem),
        ask=_ask(problem, column),
        name=problem.value if problem.code == "cell_ambiguous" else "",
        member=dict(problem.details).get("member", ""),
        swaps=problem.code == "official_before_admitted",
        distinct=problem.code in _ONE_OR_TWO and dict(problem.details)["what"] == NAME_AND_BIRTH,
    )


def _ask(problem: RowProblem, column: ColumnUse | None) -> str:
    if problem.code in _CELL_CODES:
        return "cell"
    if problem.code in _ONE_OR_TWO:
        return "merge"
    return "value" if column else "skip"


def changed_people(entries: Iterable[Entry]) -> list[ChangedPerson]:
    """People on record whom the file changes, each with what changes."""
    return [
        ChangedPerson(
            entry.person.name,
            entry.person.cell,
            entry.person.row,
            entry.person.sheet,
            tuple(_change(item) for item in entry.differences),
        )
        for entry in entries
        if entry.differences
    ]


def _change(item: Difference) -> ColumnChange:
    if item.name in SENSITIVE:
        return ColumnChange(field_labels()[item.name], "", "")
    return ColumnChange(field_labels()[item.name], say_value(item.name, item.before), say_value(item.name, item.after))


def say_value(name: str, value: str) -> str:
    """A stored value in the reader's words."""
    choices = _CHOICES.get(name)
    if choices and value:
        return str(choices(value).label)
    day = read_iso(value)
    return say_date(day) if day else value


def column_groups(book: Workbook, roster: Roster) -> list[ColumnGroup]:
    """The columns of all tables, those with the same header together, with examples that keep numbers to themselves."""
    groups: dict[tuple[str, ...], list[TableUse]] = {}
    for table in roster.tables:
        groups.setdefault(tuple(item.label for item in table.columns), []).append(table)
    return [_column_group(number, tables, book, roster) for number, tables in enumerate(groups.values())]


def _column_group(number: int, tables: Sequence[TableUse], book: Workbook, roster: Roster) -> ColumnGroup:
    first = tables[0]
    person = next((item for item in roster.people if item.sheet == first.sheet and item.row > first.last_row), None)
    example = person.row if person else 0
    rows = next((sheet.rows for sheet in book.sheets if sheet.name == first.sheet), [])
    row = rows[example - 1] if 0 < example <= len(rows) else []
    columns = tuple(_column_row(number, item, row) for item in first.columns)
    sheets = tuple(dict.fromkeys(table.sheet for table in tables))
    return ColumnGroup(sheets, first.first_row, first.last_row, example, columns)


def _column_row(number: int, item: ColumnUse, row: Row) -> ColumnRow:
    text = str(row[item.index]).strip() if item.index < len(row) else ""
    day = read_iso(text)
    shown = say_date(day) if day else _mask(text) if item.meaning.traits.is_masked else text
    return ColumnRow(item.letter, item.label, item.meaning, shown, f"g{number}_{item.index}")


def _mask(text: str) -> str:
    """`00806••••512`: enough to recognise, not to use."""
    return f"{text[:5]}••••{text[-3:]}" if len(text) > 8 else "•" * len(text)
