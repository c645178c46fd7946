"""One row of a table as a person, with everything that is wrong or doubtful about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, TypeAlias, TypeVar

from nennep.core.sheets.cells import Cell, Row, column_letter
from nennep.core.sheets.columns import CellRead, Reader, Value
from nennep.core.typed import find_fault
from nennep.members.choices import NAME_LIMIT, TEXT_LIMIT, Sex, Standing
from nennep.members.importers import values
from nennep.members.importers.columns import Column, RosterTraits
from nennep.members.importers.dates import DateRead, DateReader, split_pair
from nennep.members.importers.guesses import guess_column
from nennep.members.importers.headers import Header
from nennep.members.importers.names import cell_name, find_dropped_title, is_person_name, split_person_name
from nennep.members.importers.shapes import PersonRow, RowProblem

_Value = TypeVar("_Value")
_Details: TypeAlias = tuple[tuple[str, str], ...]
_PROBATION_DAYS = 550  # twelve months and the time until the papers come (Statute, article 5)
_ADULT_YEARS = 18  # Statute, article 1
_BIRTH_COLUMNS = (Column.BORN, Column.BORN_YEAR, Column.MALE, Column.FEMALE)
_NO_FACTS = frozenset({Column.INDEX, Column.NAME, Column.FAMILY, Column.GIVEN})


class Memo(dict[Cell, _Value]):
    """Reads each different value once: a roster repeats its values, and this is where the time of an import goes."""

    def __init__(self, read: Callable[[Any], _Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> _Value:
        result = self[cell] = self._read(cell)
        return result


class Readers:
    """The readers of all columns, shared by the sheets of one import."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.births = Memo(DateReader(today, birth=True).read)
        self.dates = Memo(DateReader(today, birth=False).read)
        self.names = Memo(lambda cell: split_person_name(values.as_text(cell)))
        self.cells = Memo(lambda cell: cell_name(values.as_text(cell)))
        self.told = {
            column: Memo(_told_by(column.traits, read, today)) for column in Column if (read := column.traits.read)
        }
        self.faults = Memo(lambda text: find_fault(text, limit=TEXT_LIMIT))
        self.guess = partial(guess_column, today=today)
        self.standings = Memo(lambda cell: values.read_standing(values.as_text(cell)))


def _told_by(traits: RosterTraits, read: Reader, today: date) -> Callable[[Cell], Value | CellRead]:
    """Understood without a doubt: the value alone. It is what nearly every cell gives, and the quicker to handle."""
    digits, limit = traits.digits, traits.limit

    def read_short(cell: Cell) -> Value | CellRead:
        if isinstance(cell, str) and len(cell) == digits and cell.isdigit() and cell.isascii():
            return cell
        found = read(cell, today)
        if isinstance(found.value, str):
            if len(found.value) > limit:
                return CellRead(found.value[:limit], "text_too_long")
            fault = "" if found.value.isdigit() else find_fault(found.value)
            if fault:
                return CellRead("", fault)
        return found if found.code else found.value

    return read_short


class PersonReader:
    """Reads the rows of one table."""

    def __init__(self, sheet: str, header: Header, readers: Readers) -> None:
        self._sheet = sheet
        self._readers = readers
        self._at = {meaning: header.column_of(meaning) for meaning in Column if header.column_of(meaning) >= 0}
        self._facts = [column for meaning, column in self._at.items() if meaning not in _NO_FACTS]
        self._told = [
            (self._at[column], column.key, memo) for column, memo in readers.told.items() if column in self._at
        ]
        self._knows_birth = not self._at.keys().isdisjoint({Column.BORN, Column.MALE, Column.FEMALE, Column.BORN_YEAR})
        self._problems: list[RowProblem] = []
        self._number = 0

    def name_text(self, row: Row) -> str:
        """What stands in the name column or columns."""
        if Column.NAME in self._at:
            return values.as_text(row[self._at[Column.NAME]])
        parts = (values.as_text(row[self._at[part]]) for part in (Column.FAMILY, Column.GIVEN) if part in self._at)
        return " ".join(part for part in parts if part)

    def filled(self, row: Row) -> int:
        """How many columns with a meaning hold something, the numbering and the name not counted."""
        return sum(1 for column in self._facts if row[column] != "")

    def has_facts(self, row: Row) -> bool:
        """Something beside the numbering and the name; the quick question for every row."""
        return any(row[column] != "" for column in self._facts)

    def read(self, row: Row, number: int, cell: str, standing: str) -> tuple[PersonRow, list[RowProblem]]:
        """The person in `row` (spreadsheet row `number`) and the problems found; `standing` is what a heading said."""
        self._problems, self._number = [], number
        name, aside = self._name(row)
        told = self._read_told(row)
        sex, born = self._sex_and_birth(row, str(told.get("sex", "")) or (aside and values.read_sex(aside).text))
        if sex:
            told["sex"] = sex
        admitted, official = self._party_dates(row)
        person = PersonRow(
            sheet=self._sheet, row=number, name=name, cell=cell, born_on=born.on, born_year=born.year,
            admitted_on=admitted, official_on=official, post=str(told.pop("post", "")), told=told,
        )  # fmt: skip
        self._check(person)
        read = self._with_standing(person, row, aside, standing)
        self._check_texts(read, row)
        return read, self._problems

    def _check_age(self, person: PersonRow, born_year: int | None) -> None:
        """18 on the day of admission; whoever is not yet 18 today cannot be a member. Of a year alone its first day counts."""
        born = person.born_on or (date(born_year, 1, 1) if born_year else None)
        if born and _is_minor(born, self._readers.today):
            column = next((part for part in _BIRTH_COLUMNS if part in self._at), Column.BORN)
            self._report(column, f"{person.born_on:%d/%m/%Y}" if person.born_on else str(born_year), "under_age")
        elif born and person.admitted_on and _is_minor(born, person.admitted_on):
            self._report(Column.ADMITTED, f"{person.admitted_on:%d/%m/%Y}", "too_young")

    def _report(self, column: Column, value: Cell, code: str, details: _Details = ()) -> None:
        index = self._at.get(column, -1)
        letter = column_letter(index) if index >= 0 else ""
        self._problems.append(RowProblem(self._sheet, self._number, letter, values.as_text(value), code, details))

    def _name(self, row: Row) -> tuple[str, str]:
        column = Column.NAME if Column.NAME in self._at else Column.FAMILY
        text = row[self._at[Column.NAME]] if Column.NAME in self._at else self.name_text(row)
        name, aside = self._readers.names[text]
        if not name:
            self._report(column, text, "name_missing")
        elif not is_person_name(name) or len(name) > NAME_LIMIT or self._readers.faults[name]:
            self._report(column, text, "name_invalid")
        elif " " not in name:
            self._report(column, text, "name_single")
        elif title := find_dropped_title(values.as_text(text)):
            self._report(column, text, "title_dropped", (("title", title), ("understood", name)))
        return name, aside

    def _read_told(self, row: Row) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for column, key, memo in self._told:
            read = memo[row[column]]
            if isinstance(read, CellRead):
                self._report_at(column, row[column], read.code, read.details)
                read = read.value
            if read:
                found[key] = read
        return found

    def _report_at(self, column: int, value: Cell, code: str, details: _Details = ()) -> None:
        self._problems.append(
            RowProblem(self._sheet, self._number, column_letter(column), values.as_text(value)[:200], code, details)
        )

    def _sex_and_birth(self, row: Row, sex: str) -> tuple[str, DateRead]:
        born = self._read_birth(row)
        for column, meant in ((Column.MALE, Sex.MALE), (Column.FEMALE, Sex.FEMALE)):
            cell = row[self._at[column]] if column in self._at else ""
            if cell in {"", "-", 0}:
                continue
            if sex and sex != meant:
                self._report(column, cell, "sex_twice")
            sex = str(meant)
            if not values.is_mark(cell):
                born = self._dated(column, cell, self._readers.births)
        if self._knows_birth and not (born.on or born.year or born.code):
            self._report(Column.BORN if Column.BORN in self._at else Column.MALE, "", "birth_missing")
        return sex, born

    def _read_birth(self, row: Row) -> DateRead:
        if Column.BORN_DAY in self._at or Column.BORN_MONTH in self._at:
            return self._read_birth_in_parts(row)
        if Column.BORN not in self._at:
            return DateRead()
        cell = row[self._at[Column.BORN]]
        return self._dated(Column.BORN, cell, self._readers.births) if cell != "" else DateRead()

    def _read_birth_in_parts(self, row: Row) -> DateRead:
        parts = (Column.BORN_DAY, Column.BORN_MONTH, Column.BORN_YEAR if Column.BORN_YEAR in self._at else Column.BORN)
        texts = [values.as_text(row[self._at[part]]) if part in self._at else "" for part in parts]
        return self._dated(parts[2], "/".join(text for text in texts if text), self._readers.births)

    def _dated(self, column: Column, cell: Cell, memo: Memo[DateRead]) -> DateRead:
        read = memo[cell]
        if read.code:
            self._report(column, cell, read.code, read.details)
        return read

    def _party_dates(self, row: Row) -> tuple[date | None, date | None]:
        admitted, official = (
            row[self._at[part]] if part in self._at else "" for part in (Column.ADMITTED, Column.OFFICIAL)
        )
        if official == "" and (pair := split_pair(admitted)):
            admitted, official = pair
        return self._party_date(Column.ADMITTED, admitted), self._party_date(Column.OFFICIAL, official)

    def _party_date(self, column: Column, cell: Cell) -> date | None:
        """A day; of a year or month alone the day is not invented."""
        if cell == "":
            return None
        read = self._readers.dates[cell]
        if read.on:
            return read.on
        if values.is_mark(cell) or self._readers.standings[cell]:
            return None
        self._dated(column, cell, self._readers.dates)
        if read.year and not read.code:
            self._report(column, cell, "date_incomplete")
        return None

    def _check_texts(self, person: PersonRow, row: Row) -> None:
        """What came together from several cells, or from above the row; each cell of its own was looked at when read.

        The name of a cell as it was written: a stamp in capitals would be small letters afterwards.
        """
        written = values.as_text(row[self._at[Column.CELL]]) if Column.CELL in self._at else ""
        for column, text in ((Column.CELL, written or person.cell), (Column.NOTE, person.note)):
            fault = self._readers.faults[text]
            if fault:
                self._report(column, text, fault)

    def _check(self, person: PersonRow) -> None:
        """What does not go together in one person."""
        born_year = person.born_on.year if person.born_on else person.born_year
        if person.admitted_on and person.official_on and person.official_on < person.admitted_on:
            details = (("admitted", f"{person.admitted_on:%d/%m/%Y}"),)
            self._report(Column.OFFICIAL, f"{person.official_on:%d/%m/%Y}", "official_before_admitted", details)
        self._check_age(person, born_year)
        number = person.identity_number
        if born_year and len(number) == 12 and number[4:6] != f"{born_year % 100:02d}":
            self._report(Column.IDENTITY, number, "identity_disagrees", (("year", number[4:6]),))

    def _with_standing(self, person: PersonRow, row: Row, aside: str, heading: str) -> PersonRow:
        note = "; ".join(part for part in (person.note, aside) if part)
        if note and values.tells_of_leaving(note):
            self._report(Column.NOTE, note, "no_longer_member")
        standing = (note and self._readers.standings[note]) or (not person.official_on and self._marked(row)) or heading
        if not standing and person.admitted_on and not person.official_on and Column.OFFICIAL in self._at:
            recent = (self._readers.today - person.admitted_on).days < _PROBATION_DAYS
            standing = Standing.PROBATIONARY if recent else ""
        post = person.post or (note if note and values.read_post(note) else "")
        if (standing, note, post) == (person.standing, person.note, person.post):
            return person
        return replace(person, standing=str(standing), told={**person.told, "note": note}, post=post)

    def _marked(self, row: Row) -> str:
        """The standing that a column of its own tells: in words, or by a cross."""
        for column, meant in (
            (Column.PROBATIONARY_MARK, Standing.PROBATIONARY),
            (Column.OFFICIAL_MARK, Standing.OFFICIAL),
        ):
            if column in self._at and values.is_mark(row[self._at[column]]):
                return str(meant)
        if Column.STANDING in self._at and (cell := row[self._at[Column.STANDING]]) != "":
            return self._readers.standings[cell]
        official = row[self._at[Column.OFFICIAL]] if Column.OFFICIAL in self._at else ""
        return self._readers.standings[official] if official != "" else ""


def _is_minor(born: date, day: date) -> bool:
    """Not yet 18 on `day`."""
    years = day.year - born.year
    return years < _ADULT_YEARS or (years == _ADULT_YEARS and (day.month, day.day) < (born.month, born.day))
