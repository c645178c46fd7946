"""A workbook as a roster: the way through its sheets, tables and rows."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from nennep.core.sheets.cells import Row, Sheet, Workbook, column_letter
from nennep.core.text import fold
from nennep.members.importers.columns import Column
from nennep.members.importers.headers import Header, HeaderFinder, is_not_ours
from nennep.members.importers.lines import FileLine, read_line, title_cell
from nennep.members.importers.matching import find_duplicates
from nennep.members.importers.names import cell_key, cell_name
from nennep.members.importers.people import PersonReader, Readers
from nennep.members.importers.problems import keeps_row_out
from nennep.members.importers.shapes import (
    ColumnUse,
    Corrections,
    PersonRow,
    Roster,
    RowProblem,
    TableUse,
    UnusedColumn,
)

_GENERIC_SHEET = re.compile(
    r"(sheet|trang( tinh)?|bang|table|feuil|ds|dsdv|danh sach|tong hop|tong|data|du lieu|dang vien|mau|bieu|nam|thang|quy|t|chinh thuc"
    r"|du bi)?[\s\d_().\-/]*(ds|dsdv|dv|dang vien|toan (xa|dang bo)|\d)*$|danh sach.*|tong hop.*|dsdv.*|ds dang vien.*"
)
_REFERENCE_SHEET = re.compile(r"(huong dan|danh muc)( (nhap|dien|ghi|su dung|chung|ma|dan toc|ton giao)\b.*)?")
_MANY_FIELDS = 3
_NAMED = 10  # cells that a remark names


def understand(book: Workbook, *, today: date, corrections: Corrections | None = None) -> Roster:
    """All people in `book`, as far as they can be understood without knowing who is a member already.

    A cell is taken from its column, else from the section heading, else from the title above the table, else from
    the sheet's name (when several sheets have one each).
    """
    corrections = corrections or Corrections()
    readers = Readers(today)
    many = sum(1 for sheet in book.sheets if any(any(row) for row in sheet.rows)) > 1
    readings = [_SheetReading(sheet, readers, corrections, many_sheets=many) for sheet in book.sheets]
    for reading in readings:
        reading.read()
    return replace(_collect(readings, corrections), remarks=tuple(_remarks(book)))


def _remarks(book: Workbook) -> Iterable[RowProblem]:
    """What the file does not show, and how its letters were understood."""
    if book.repaired:
        examples = "; ".join(f"{before} → {after}" for before, after in book.repaired)
        details = (("encoding", book.encoding), ("examples", examples))
        yield RowProblem("", 0, "", "", "text_repaired", details)
    for name in book.hidden_sheets:
        yield RowProblem(name, 0, "", name, "sheet_hidden")
    for sheet in book.sheets:
        if sheet.hidden_rows:
            yield RowProblem(sheet.name, 0, "", "", "rows_hidden", (("count", str(sheet.hidden_rows)),))
        if sheet.broken:
            cells = ", ".join(sheet.broken[:_NAMED]) + ("…" if len(sheet.broken) > _NAMED else "")
            yield RowProblem(sheet.name, 0, "", "", "cells_broken", (("cells", cells),))


def _collect(readings: list["_SheetReading"], corrections: Corrections) -> Roster:
    people = _with_one_spelling([person for reading in readings for person in reading.people])
    problems = [problem for reading in readings for problem in reading.problems]
    tables = tuple(table for reading in readings for table in reading.tables)
    problems += [problem for reading in readings for problem in reading.missing_header()]
    problems += find_duplicates(_kept(people, problems), corrections.distinct)
    return Roster(
        rows=len(people),
        people=tuple(_kept(people, problems)),
        problems=tuple(problems),
        cells=tuple(dict.fromkeys(person.cell for person in people if person.cell)),
        tables=tables,
        totals_skipped=sum(reading.totals for reading in readings),
        signatures_skipped=sum(reading.signatures for reading in readings),
        unused=tuple(column for reading in readings for column in reading.unused),
    )


def _kept(people: list[PersonRow], problems: Iterable[RowProblem]) -> list[PersonRow]:
    out = {(problem.sheet, problem.row) for problem in problems if keeps_row_out(problem)}
    return [person for person in people if (person.sheet, person.row) not in out] if out else people


def _with_one_spelling(people: list[PersonRow]) -> list[PersonRow]:
    """The first spelling of a cell's name stands for all."""
    spellings: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for name in dict.fromkeys(person.cell for person in people):
        chosen[name] = spellings.setdefault(cell_key(name), name) if name else ""
    return [
        person if chosen[person.cell] == person.cell else replace(person, cell=chosen[person.cell]) for person in people
    ]


class _SheetReading:
    """Goes through one sheet once, from top to bottom, remembering the table, section and cell it stands in."""

    def __init__(self, sheet: Sheet, readers: Readers, corrections: Corrections, *, many_sheets: bool) -> None:
        self._sheet = sheet
        self._readers = readers
        self._corrections = corrections
        self._rows = _mended(sheet, corrections)
        self._finder = HeaderFinder(self._rows, sheet.merges)
        self._sheet_cell = _cell_of_sheet(sheet.name, many_sheets=many_sheets)
        self._title_cell = self._section_cell = self._row_cell = self._standing = ""
        self._explains = _REFERENCE_SHEET.fullmatch(fold(sheet.name)) is not None
        self._person: PersonReader | None = None
        self._header = Header(0, 0, (), ())
        self._index = self._name = self._cell = -1
        self._ended = self._gap = False
        self._set_aside: set[int] = set()
        self.people: list[PersonRow] = []
        self.problems: list[RowProblem] = []
        self.tables: list[TableUse] = []
        self.unused: list[UnusedColumn] = []
        self.totals = self.signatures = 0

    def read(self) -> None:
        header = None if self._explains else self._finder.first_from(0)
        if not header:
            return
        self._read_titles(0, header.first)
        self._open(header)
        number = header.last + 1
        while number < len(self._rows):
            number = self._read_row(number)
        self._close()
        self._drop_usual_carrying()

    def _drop_usual_carrying(self) -> None:
        """Where most rows leave the cell out it is written once for the rows below: nothing doubtful in that."""
        carried = [problem for problem in self.problems if problem.code == "cell_carried"]
        if len(carried) * 2 >= len(self.people):
            self.problems = [problem for problem in self.problems if problem.code != "cell_carried"]

    def missing_header(self) -> list[RowProblem]:
        """A problem of the whole sheet when it holds something but no table."""
        if (
            self.tables
            or self._explains
            or fold(self._sheet.name).startswith("tong hop")
            or not any(any(row) for row in self._rows)
        ):
            return []
        return [RowProblem(self._sheet.name, 0, "", "", "header_missing")]

    def _read_titles(self, first: int, last: int) -> None:
        names = [name for row in self._rows[first:last] if (name := title_cell(row))]
        if names:
            self._title_cell, self._section_cell = names[-1] if len(names) == 1 else names[0], ""

    def _open(self, header: Header) -> None:
        """Begin the table below `header`."""
        self._header = self._corrected(header)
        self._person = PersonReader(self._sheet.name, self._header, self._readers)
        self._index = self._header.column_of(Column.INDEX)
        self._name = max(self._header.column_of(Column.NAME), self._header.column_of(Column.FAMILY))
        self._cell = self._header.column_of(Column.CELL)
        self._width = len(self._header.meanings)
        self._ended = self._gap = False
        self._row_cell = ""
        self._first_person = len(self.people)
        self._first_row: Row = []

    def _close(self) -> None:
        """Note the table for the user: what each column was taken for, with an example."""
        header = self._header
        columns = tuple(
            ColumnUse(index, label, meaning, str(self._first_row[index]) if index < len(self._first_row) else "")
            for index, (label, meaning) in enumerate(zip(header.labels, header.meanings, strict=True))
            if label or meaning
        )
        if not self.tables or len(self.people) > self._first_person:
            self._note_unused(columns)
            self.tables.append(TableUse(self._sheet.name, header.first + 1, header.last + 1, columns))

    def _note_unused(self, columns: Iterable[ColumnUse]) -> None:
        """Columns with a heading and no meaning in which the people of this table have something."""
        rows = [self._rows[person.row - 1] for person in self.people[self._first_person :]]
        taken = frozenset(self._header.meanings)
        for column in columns:
            if column.meaning or column.index in self._set_aside:
                continue
            cells = [row[column.index] for row in rows if column.index < len(row) and row[column.index] != ""]
            if cells:
                guess = Column.NOTHING if is_not_ours(column.label) else self._readers.guess(cells, taken)
                self.unused.append(UnusedColumn(self._sheet.name, column.letter, column.label, len(cells), guess))

    def _corrected(self, header: Header) -> Header:
        chosen = self._corrections.columns
        self._set_aside = {
            index for (sheet, index), meaning in chosen.items() if sheet == self._sheet.name and not meaning
        }
        meanings = tuple(
            chosen.get((self._sheet.name, index), meaning) for index, meaning in enumerate(header.meanings)
        )
        return replace(header, meanings=meanings) if meanings != header.meanings else header

    def _read_row(self, number: int) -> int:
        """Read one row; returns the next row to read."""
        row = self._rows[number]
        if len(row) < self._width:
            row = row + [""] * (self._width - len(row))
        if not self._ended and self._is_plainly_person(row):
            self._add_person(row, number + 1)
            return number + 1
        header = self._finder.at(number)
        if header:
            self._close()
            self._open(header)
            return header.last + 1
        self._read_other(row, number)
        return number + 1

    def _is_plainly_person(self, row: Row) -> bool:
        """A number in front and a name of two words: most rows, decided at once."""
        if self._index < 0 or self._name < 0:
            return False
        index, name = row[self._index], row[self._name]
        numbered = isinstance(index, int) or (isinstance(index, str) and index.isdigit())
        return (
            numbered
            and isinstance(name, str)
            and " " in name
            and self._person is not None
            and self._person.has_facts(row)
        )

    def _read_other(self, row: Row, number: int) -> None:
        read = read_line(row, self._index, self._name)
        if read.line == FileLine.BLANK:
            self._gap = True
        elif read.line == FileLine.TOTAL:
            self.totals += 1
            self._gap = True
        elif read.line == FileLine.SIGNATURE:
            self.signatures += 1
            self._ended = True
        elif read.line == FileLine.CELL:
            self._section_cell, self._row_cell, self._standing, self._ended = read.cell, "", "", False
        elif read.line == FileLine.HEADING:
            self._standing, self._ended = read.standing, False
        elif read.line == FileLine.OTHER:
            self._read_possible_person(row, number)

    def _read_possible_person(self, row: Row, number: int) -> None:
        person = self._person
        if person is None:
            return
        text, filled = person.name_text(row), person.filled(row)
        numbered = self._index >= 0 and str(row[self._index]).strip(" .").isdigit()
        if self._ended and not (numbered and text and filled >= _MANY_FIELDS):
            self.signatures += 1
        elif text and (filled or (numbered and any(map(str.isalpha, text)))):
            self._ended = False
            self._add_person(row, number + 1)
        elif not text and numbered and filled >= 1 + (self._cell >= 0):
            self._add_person(row, number + 1)
        elif not self._gap and text:
            self.problems.append(RowProblem(self._sheet.name, number + 1, "", text, "row_unclear"))

    def _add_person(self, row: Row, number: int) -> None:
        if (self._sheet.name, number) in self._corrections.skipped or self._person is None:
            return
        self._gap = False
        cell = self._corrections.cells.get((self._sheet.name, number)) or self._cell_of(row, number)
        person, problems = self._person.read(row, number, cell, self._standing)
        if len(self.people) == self._first_person:
            self._first_row = row
        self.people.append(person)
        self.problems += problems

    def _cell_of(self, row: Row, number: int) -> str:
        if self._cell >= 0:
            text = row[self._cell]
            if text != "":
                self._row_cell = self._readers.cells[text]
            elif self._row_cell and not self._is_merged(number - 1):
                self.problems.append(
                    RowProblem(self._sheet.name, number, column_letter(self._cell), "", "cell_carried")
                )
            if self._row_cell:
                return self._row_cell
        return self._section_cell or self._title_cell or self._sheet_cell

    def _is_merged(self, row: int) -> bool:
        return any(
            top < row <= bottom and left <= self._cell <= right for top, left, bottom, right in self._sheet.merges
        )


def _mended(sheet: Sheet, corrections: Corrections) -> list[Row]:
    """The rows with the values that the user typed over."""
    mends = {key: text for key, text in corrections.values.items() if key[0] == sheet.name}
    if not mends:
        return sheet.rows
    rows = [list(row) for row in sheet.rows]
    for (_name, number, column), text in mends.items():
        row = rows[number - 1]
        row.extend([""] * (column + 1 - len(row)))
        row[column] = text
    return rows


def _cell_of_sheet(name: str, *, many_sheets: bool) -> str:
    words = fold(name)
    if re.match(r"(chi bo|cb)\b", words):
        return cell_name(name)
    return cell_name(name) if many_sheets and not _GENERIC_SHEET.fullmatch(words) else ""
