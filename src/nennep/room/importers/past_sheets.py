"""Understands a book of past meetings: a list with a row for each meeting, or a grid of members and meetings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.sheets.cells import Cell, Row, Sheet, Workbook, column_letter
from nennep.core.sheets.columns import words_of
from nennep.core.sheets.errors import SheetRefused
from nennep.core.text import compose
from nennep.meetings.choices import TITLE_LIMIT, MeetingKind
from nennep.room.choices import PAST_ROWS, AttendanceState
from nennep.room.importers.past_columns import (
    NOT_TAKEN,
    NUMBERS,
    PastColumn,
    find_year,
    guess_mark,
    mark_key,
    meaning_of,
    read_kind,
    read_number,
    read_when,
    says_nothing,
)
from nennep.room.importers.past_shapes import (
    BookMeeting,
    ColumnSeen,
    MarkSeen,
    NamedMark,
    PastBook,
    PastFault,
    PastMends,
    TableSeen,
)
from nennep.room.rules.past import PastFacts

_DEEPEST = 2  # rows of a header below its first
_LABEL_LENGTH = 90
_EXAMPLE = 60
_COUNTS = frozenset({PastColumn.PRESENT, PastColumn.ABSENT, PastColumn.COUNTED})
_CELL_WORDS = ("chi bo", "cb ")
_NAMES_A_YEAR = re.compile(r"\bnam \d{4}\b")
_TOTALS = ("tong", "cong", "ty le", "so vang", "so co mat", "nguoi lap", "bi thu", "ghi chu")


class PastTooLong(SheetRefused):
    code = "past_too_long"
    message = _(
        "Tệp có %(rows)s dòng; mỗi lần nhập nhiều nhất %(most)s dòng. Hãy chia tệp, mỗi phần vài chi bộ hoặc vài năm."
    )


def require_readable(book: Workbook) -> None:
    """It is understood while somebody waits, at each look. Raises PastTooLong."""
    rows = sum(len(sheet.rows) for sheet in book.sheets)
    if rows > PAST_ROWS:
        raise PastTooLong(rows=rows, most=PAST_ROWS)


def understand_past(book: Workbook, *, today: date, mends: PastMends, hint: str = "") -> PastBook:
    """The meetings that the book tells. `hint` is the name of the file, which may name the year. Raises PastTooLong."""
    require_readable(book)
    reader = _Reader(today, mends, find_year(hint))
    for sheet in book.sheets:
        reader.read(sheet)
    marks = reader.list_marks()
    return PastBook(
        meetings=tuple(reader.meetings),
        faults={cell: tuple(found) for cell, found in reader.faults.items()},
        tables=tuple(reader.tables),
        marks=marks,
        hidden_rows=sum(sheet.hidden_rows for sheet in book.sheets),
        hidden_sheets=book.hidden_sheets,
        broken=tuple(f"{sheet.name} {cell}".strip() for sheet in book.sheets for cell in sheet.broken),
        needs_year=any(fault.code == "past_year_unknown" for found in reader.faults.values() for fault in found),
    )


@dataclass(slots=True)
class _Table:
    """A header as found: its rows (counted from 0, last included), labels and meanings by column."""

    first: int
    last: int
    labels: list[str]
    meanings: list[PastColumn]

    def column_of(self, meaning: PastColumn) -> int:
        return self.meanings.index(meaning) if meaning in self.meanings else -1

    @property
    def meeting_columns(self) -> list[int]:
        return [column for column, meaning in enumerate(self.meanings) if meaning == PastColumn.MEETING]

    @property
    def is_grid(self) -> bool:
        return PastColumn.NAME in self.meanings and PastColumn.MEETING in self.meanings

    @property
    def is_list(self) -> bool:
        found = set(self.meanings)
        dated = bool(found & {PastColumn.DAY, PastColumn.MONTH})
        return dated and bool(found & {*_COUNTS, PastColumn.KIND, PastColumn.THEME})


@dataclass(frozen=True, slots=True)
class _Grid:
    """One table of members and meetings: the rows that name a person, each with the words that name the cell and its number."""

    table: _Table
    sheet: Sheet
    people: list[tuple[str, int, Row]]
    year: int


class _Reader:
    """Walks the sheets and gathers what they tell; `_sheet` and `_year` are those that are being read."""

    def __init__(self, today: date, mends: PastMends, year: int) -> None:
        self._today, self._mends, self._year_of_file = today, mends, year
        self._sheet, self._year = Sheet("", []), 0
        self.meetings: list[BookMeeting] = []
        self.faults: dict[str, list[PastFault]] = {}
        self.tables: list[TableSeen] = []
        self._marks: dict[str, list[str]] = {}
        self._grids: list[_Grid] = []
        self._meanings: dict[str, PastColumn] = {}

    def _meaning_of(self, label: str) -> PastColumn:
        """Asked of every cell of every row, which may be a header; most say the same."""
        known = self._meanings.get(label)
        if known is None:
            known = self._meanings[label] = meaning_of(label)
        return known

    def read(self, sheet: Sheet) -> None:
        self._sheet, cell, table = sheet, _cell_in(sheet.name), None
        self._year = self._mends.year or find_year(sheet.name) or self._year_of_file
        people: list[tuple[str, int, Row]] = []
        number = 0
        while number < len(sheet.rows):
            found = self._find_table(number)
            if found:
                self._close(table, people)
                table, people, number = found, [], found.last + 1
                self._show(found)
                continue
            cell = self._read_row(number, cell, table, people)
            number += 1
        self._close(table, people)

    def _read_row(self, number: int, cell: str, table: _Table | None, people: list[tuple[str, int, Row]]) -> str:
        """The words that name the cell from here on."""
        row = self._sheet.rows[number]
        alone = _only_text(row)
        if alone and (table is None or _cell_in(alone) or _NAMES_A_YEAR.search(words_of(alone))):
            self._year = self._mends.year or find_year(alone) or self._year
            return _cell_in(alone) or cell
        if table and table.is_grid:
            people.append((_text_at(row, table.column_of(PastColumn.CELL)) or cell, number, row))
        elif table:
            self._read_line(table, number, cell)
        return cell

    # ── headers ──

    def _find_table(self, start: int) -> _Table | None:
        rows = self._sheet.rows
        known = [self._meaning_of(_label(cell)) for cell in rows[start]]
        key = next((index for index, one in enumerate(known) if one in _KEYS), -1)
        if key < 0:
            return None
        last = start
        while last - start < _DEEPEST and last + 1 < len(rows) and _goes_on(rows[last + 1], key):
            last += 1
        block = rows[start : last + 1]
        width = max(map(len, block))
        stacked = [[_label(row[column]) if column < len(row) else "" for row in block] for column in range(width)]
        labels = [" ".join(dict.fromkeys(filter(None, stack))) for stack in stacked]
        meanings = [self._meaning(start, column, stack) for column, stack in enumerate(stacked)]
        table = _Table(start, last, labels, _first_of_each(meanings))
        return table if table.is_grid or table.is_list else None

    def _meaning(self, row: int, column: int, stack: Sequence[str]) -> PastColumn:
        said = self._mends.columns.get(_key(self._sheet.name, row, column))
        if said is not None:
            return PastColumn(said)
        for text in reversed([text for text in stack if text]):
            month, _on, code = read_when(text, self._year, self._today)
            if month or code == "past_year_unknown":
                return PastColumn.MEETING
            if meaning := meaning_of(text):
                return meaning
        return meaning_of(" ".join(stack))

    def _show(self, table: _Table) -> None:
        below = self._sheet.rows[table.last + 1 :]
        columns = [
            ColumnSeen(
                _key(self._sheet.name, table.first, index),
                column_letter(index),
                label,
                table.meanings[index],
                next((text for row in below if (text := _text_at(row, index))), "")[:_EXAMPLE],
            )
            for index, label in enumerate(table.labels)
        ]
        self.tables.append(TableSeen(self._sheet.name, table.first + 1, tuple(columns)))

    # ── a list ──

    def _read_line(self, table: _Table, number: int, cell: str) -> None:
        row = self._sheet.rows[number]
        dated = (table.column_of(PastColumn.DAY), table.column_of(PastColumn.MONTH))
        index = next((at for at in dated if _text_at(row, at)), -1)
        if index < 0 or _is_total(row):
            return
        cell = _text_at(row, table.column_of(PastColumn.CELL)) or cell
        value = row[index] if table.meanings[index] == PastColumn.DAY else _as_month(row[index])
        month, on, code = read_when(value, self._year, self._today)
        if month is None:
            self._blame(cell, number, index, code or "past_day_unread")
        elif (kind := _kind_of(row, table)) is None:
            self._blame(cell, number, table.column_of(PastColumn.KIND), "past_kind_unknown")
        elif (numbers := self._numbers_of(table, number, cell)) is not None:
            theme = compose(_text_at(row, table.column_of(PastColumn.THEME)))[:TITLE_LIMIT]
            facts = PastFacts(month, on, kind, theme, **numbers)
            self.meetings.append(BookMeeting(cell, self._sheet.name, number + 1, column_letter(index), facts))

    def _numbers_of(self, table: _Table, number: int, cell: str) -> dict[str, int | None] | None:
        """Present and absent by name; None after a fault. `20/23` says who came of how many."""
        row, read = self._sheet.rows[number], dict[PastColumn, int | None]()
        for column in NUMBERS:
            at = table.column_of(column)
            text, slash, of = (
                _text_at(row, at).partition("/") if column == PastColumn.PRESENT else (_text_at(row, at), "", "")
            )
            if slash:
                read[PastColumn.COUNTED], code = read_number(of.strip())
            if not text and column in read:
                continue
            read[column], code = read_number(text.strip())
            if code:
                self._blame(cell, number, at, code)
                return None
        numbers, code = _add_up(read)
        if code:
            self._blame(cell, number, max(table.column_of(PastColumn.PRESENT), 0), code)
        return None if code else numbers

    # ── a grid ──

    def _close(self, table: _Table | None, people: list[tuple[str, int, Row]]) -> None:
        """A grid is read when all marks are known: what one means may depend on the others."""
        if table is None or not table.is_grid:
            return
        name = table.column_of(PastColumn.NAME)
        named = [one for one in people if _is_name(_text_at(one[2], name)) and not _is_total(one[2])]
        for column in table.meeting_columns:
            for _cell, _row, row in named:
                written = _text_at(row, column)
                self._marks.setdefault(mark_key(written), []).append(written)
        self._grids.append(_Grid(table, self._sheet, named, self._year))

    def list_marks(self) -> tuple[MarkSeen, ...]:
        """The marks of all grids, the most frequent first; the meetings of the grids are read with what they mean."""
        known = frozenset(self._marks)
        meanings = {key: self._mends.marks.get(key) or guess_mark(key, known - {key}) for key in known}
        for grid in self._grids:
            self._sheet, self._year = grid.sheet, grid.year
            for column in grid.table.meeting_columns:
                self._read_column(grid, column, meanings)
        seen = [
            MarkSeen(key, written[0], len(written), meanings[key] or (NOT_TAKEN if says_nothing(key) else None))
            for key, written in self._marks.items()
        ]
        return tuple(sorted(seen, key=lambda mark: (-mark.count, mark.key)))

    def _read_column(self, grid: _Grid, column: int, meanings: Mapping[str, str | None]) -> None:
        table = grid.table
        stack = [_label(row[column]) for row in grid.sheet.rows[table.first : table.last + 1] if column < len(row)]
        reads = [read_when(text, self._year, self._today) for text in reversed(stack) if text]
        month, on, code = next((read for read in reads if read[0] or read[2]), (None, None, ""))
        kind = next((kind for text in stack if (kind := read_kind(text))), MeetingKind.REGULAR)
        for cell, marks in self._marks_of(grid, column, meanings).items():
            if month is None:
                self._blame(cell, table.first, column, code or "past_day_unread")
            elif marks:
                facts = PastFacts(month, on, kind, "", **_count_marks(marks))
                place = (grid.sheet.name, table.first + 1, column_letter(column))
                self.meetings.append(BookMeeting(cell, *place, facts, tuple(marks)))

    def _marks_of(self, grid: _Grid, column: int, meanings: Mapping[str, str | None]) -> dict[str, list[NamedMark]]:
        by_cell: dict[str, list[NamedMark]] = {cell: [] for cell, _row, _values in grid.people}
        for cell, number, row in grid.people:
            key = mark_key(_text_at(row, column))
            said = meanings.get(key)
            if said is None and not says_nothing(key):
                self._blame(cell, number, column, "past_mark_unknown")
            elif said and said != NOT_TAKEN:
                name = compose(_text_at(row, grid.table.column_of(PastColumn.NAME)))
                born = find_year(_text_at(row, grid.table.column_of(PastColumn.BORN)))
                by_cell[cell].append(NamedMark(name, born, number + 1, AttendanceState(said)))
        return by_cell

    def _blame(self, cell: str, number: int, column: int, code: str) -> None:
        value = _text_at(self._sheet.rows[number], column)
        fault = PastFault(self._sheet.name, number + 1, column_letter(column), value, code)
        self.faults.setdefault(cell, []).append(fault)


_KEYS = frozenset({PastColumn.NAME, PastColumn.DAY, PastColumn.MONTH})


def _key(sheet: str, row: int, column: int) -> str:
    return f"{sheet}:{row}:{column}"


def _kind_of(row: Row, table: _Table) -> MeetingKind | None:
    words = _text_at(row, table.column_of(PastColumn.KIND))
    return read_kind(words) if words else MeetingKind.REGULAR


def _label(cell: Cell) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= _LABEL_LENGTH else ""


def _text_at(row: Row, index: int) -> str:
    return str(row[index]).strip() if 0 <= index < len(row) else ""


def _as_month(cell: Cell) -> Cell:
    """A column of months holds bare numbers too: 1 is January."""
    text = str(cell).strip()
    return f"Tháng {int(text)}" if text.isascii() and text.isdigit() and len(text) <= 2 else cell


def _goes_on(row: Row, key: int) -> bool:
    """A further row of a header: nothing in its key column, something elsewhere."""
    return not _text_at(row, key) and sum(1 for cell in row if str(cell).strip()) > 1


def _only_text(row: Row) -> str:
    """The text of a row that holds nothing else: a title, the name of a cell."""
    filled = [cell for cell in row if str(cell).strip()]
    texts = [cell for cell in filled if isinstance(cell, str) and len(cell.strip()) > 3]
    return texts[0].strip() if len(filled) in {1, 2} and len(texts) == 1 else ""


def _cell_in(text: str) -> str:
    """The words, when they name a cell."""
    words = words_of(text)
    at = min((found for mark in _CELL_WORDS if (found := words.find(mark)) >= 0), default=-1)
    return text.strip() if at >= 0 else ""


def _is_name(text: str) -> bool:
    return len(text.split()) > 1 and not any(letter.isdigit() for letter in text)


def _is_total(row: Row) -> bool:
    first = next((str(cell) for cell in row if str(cell).strip()), "")
    return words_of(first).startswith(_TOTALS)


def _first_of_each(meanings: Sequence[PastColumn]) -> list[PastColumn]:
    """The first column of a meaning wins; only meetings of a grid are many."""
    seen: set[PastColumn] = set()
    found = []
    for meaning in meanings:
        found.append(PastColumn.NOTHING if meaning in seen and meaning != PastColumn.MEETING else meaning)
        seen.add(meaning)
    return found


def _add_up(read: Mapping[PastColumn, int | None]) -> tuple[dict[str, int | None], str]:
    """Present and absent out of what the list tells, and the name of what disagrees."""
    present, counted = read.get(PastColumn.PRESENT), read.get(PastColumn.COUNTED)
    excused, unexcused = read.get(PastColumn.EXCUSED), read.get(PastColumn.UNEXCUSED)
    parts = [number for number in (excused, unexcused) if number is not None]
    absent = read.get(PastColumn.ABSENT)
    if absent is None:
        absent = counted - present if counted is not None and present is not None else sum(parts) if parts else None
    if present is None and counted is not None and absent is not None:
        present = counted - absent
    numbers = {"present": present, "absent": absent, "excused": excused, "unexcused": unexcused}
    wrong = any(number is not None and number < 0 for number in (present, absent))
    sums = None not in {present, absent, counted} and (present or 0) + (absent or 0) != counted
    return numbers, "past_numbers_disagree" if wrong or sums else ""


def _count_marks(marks: Sequence[NamedMark]) -> dict[str, int | None]:
    states = [mark.state for mark in marks]
    excused = states.count(AttendanceState.EXCUSED)
    unexcused = states.count(AttendanceState.UNEXCUSED)
    present = sum(state.is_there for state in states)
    return {"present": present, "absent": excused + unexcused, "excused": excused, "unexcused": unexcused}
