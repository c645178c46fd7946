"""Dates as people write them: a day, or only a month or a year, or what is wrong with it."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from nennep.core.sheets.cells import Cell

_EPOCH = date(1899, 12, 30)
_SERIALS = range(3_654, 73_051)  # 1910 to 2099 as spreadsheet programs count days
_YEARS = range(1900, 2100)
_SOON = 5  # years: nobody in a list was admitted so much less than a century ago
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d\d(:\d\d)?(\.\d+)?(\s*(am|pm|sa|ch))?\s*$", re.IGNORECASE)
_WORDS = re.compile(
    r"\(?\b(?:dự bị|du bi|chính thức|chinh thuc|kết nạp|ket nap|db|đb|ct|kn)\b\)?"
    r"|ngày|ngay|tháng|thang|năm|nam|sinh|ng|thg|th|mồng|mùng|\bn\b",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH = re.compile(rf"(?<=\d)[\s/.\-]*({'|'.join(_MONTHS)})[a-z]*[\s/.,\-]*(?=\d)", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"^({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?=\d{{4}}\b)", re.IGNORECASE
)
_LETTER_FOR_ZERO = re.compile(r"(?<=\d)o|o(?=\d)", re.IGNORECASE)
_ALLOWED = re.compile(r"[\d\s/.\-,–—_\\']+")


class DateRead(NamedTuple):
    """`on` when the day is known, else `year` when at least that is. `code` names a problem, '' when there is none."""

    on: date | None = None
    year: int | None = None
    code: str = ""
    details: tuple[tuple[str, str], ...] = ()


_NOTHING = DateRead()
_UNREADABLE = DateRead(code="date_unreadable")


def read_iso(text: str) -> date | None:
    """The day that a text `1968-12-30` names; None for any other text."""
    found = _ISO.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _as_digits(text: str) -> str:
    """A month in English (`03-Feb-61`, `May 12, 1970`: as programs write text) and the letter O in place of a zero."""
    text = _MONTH_FIRST.sub(lambda found: f"{found[2]}/{_MONTHS.index(found[1].lower()) + 1}/", text)
    months = _ENGLISH_MONTH.sub(lambda found: f"/{_MONTHS.index(found[1].lower()) + 1}/", text)
    return _LETTER_FOR_ZERO.sub("0", months)


class DateReader:
    """Reads the dates of one kind of column. `birth` decides the century of two-digit years.

    Members are adults; and of all other days a year that is soon to come is a slip in this century, not a day of the last.
    """

    def __init__(self, today: date, *, birth: bool) -> None:
        self._today = today
        self._latest = today.year + (-17 if birth else _SOON)

    def read(self, cell: Cell) -> DateRead:
        """The date in a cell; nothing for an empty one."""
        if isinstance(cell, bool):
            return _UNREADABLE
        text = self._number_text(cell) if isinstance(cell, (int, float)) else cell.strip()
        if not text or text in {"-", "–", "/", ".", "0", "x", "X"}:
            return _NOTHING
        iso = _ISO.fullmatch(text)
        if iso:
            return self._day(int(iso[3]), int(iso[2]), int(iso[1]))
        return self._read_text(text)

    def _number_text(self, number: float) -> str:
        """A number as its digits; `5.199` is the month 5.1990 whose last zero the spreadsheet dropped."""
        if isinstance(number, float):
            days = int(number)
            if days in _SERIALS and days not in _YEARS:
                return str(days)
            whole, _dot, rest = f"{number:.4f}".partition(".")
            return f"{whole}/{rest}" if int(rest) in _YEARS else f"{number}"
        return str(number)

    def _read_text(self, text: str) -> DateRead:
        bare = _WORDS.sub(" ", _as_digits(_CLOCK.sub("", text))).strip(" '.,;\"")
        if not _ALLOWED.fullmatch(bare):
            return _UNREADABLE
        numbers = re.findall(r"\d+", bare)
        if len(numbers) == 3:
            return self._three(numbers)
        if len(numbers) == 2:
            return self._two(numbers)
        return self._one(numbers[0]) if len(numbers) == 1 else _UNREADABLE

    def _three(self, numbers: list[str]) -> DateRead:
        if len(numbers[0]) == 4:
            numbers.reverse()
        if max(map(len, numbers[:2])) > 2 or len(numbers[2]) not in {2, 4}:
            return _UNREADABLE
        day, month, year = map(int, numbers)
        return self._day(day, month, year if len(numbers[2]) == 4 else self._century(year))

    def _two(self, numbers: list[str]) -> DateRead:
        month, year = numbers if len(numbers[0]) <= 2 else numbers[::-1]
        if len(month) > 2 or len(year) not in {2, 4}:
            return _UNREADABLE
        if not 0 <= int(month) <= 12:
            return DateRead(code="month_impossible", details=(("month", month),))
        return self._only_year(int(year) if len(year) == 4 else self._century(int(year)), "date_incomplete")

    def _one(self, digits: str) -> DateRead:
        length, number = len(digits), int(digits)
        if length == 4:
            return self._only_year(number, "")
        if length <= 2:
            year = self._century(number)
            return self._only_year(year, "two_digit_year", (("understood", str(year)),))
        if length == 5 and number in _SERIALS:
            return self._checked(_EPOCH + timedelta(days=number))
        if length == 6:
            return self._three([digits[:2], digits[2:4], digits[4:]])
        if length in {7, 8}:
            return self._eight(digits.zfill(8))
        return _UNREADABLE

    def _eight(self, digits: str) -> DateRead:
        """ddmmyyyy, else yyyymmdd."""
        usual = self._three([digits[:2], digits[2:4], digits[4:]])
        return usual if usual.on else self._three([digits[:4], digits[4:6], digits[6:]])

    def _century(self, year: int) -> int:
        return 2000 + year if 2000 + year <= self._latest else 1900 + year

    def _day(self, day: int, month: int, year: int) -> DateRead:
        if year not in _YEARS:
            return _UNREADABLE
        if month == 0 or day == 0:  # 00/00/1952: forms that want a full date where only the year is known
            return self._only_year(year, "" if month == day == 0 else "date_incomplete")
        if month > 12:
            return DateRead(code="month_impossible", details=(("month", str(month)),))
        try:
            return self._checked(date(year, month, day))
        except ValueError:
            return DateRead(code="date_impossible", details=(("day", str(day)), ("month", str(month))))

    def _checked(self, day: date) -> DateRead:
        return DateRead(on=day) if day <= self._today else DateRead(code="date_in_future")

    def _only_year(self, year: int, code: str, details: tuple[tuple[str, str], ...] = ()) -> DateRead:
        if year not in _YEARS:
            return _UNREADABLE
        if year > self._today.year:
            return DateRead(code="date_in_future")
        return DateRead(year=year, code=code, details=details)


_PAIR = re.compile(r"\s*[;\n]\s*|\s+[-–,]\s*|\s*[-–,]\s+")


def split_pair(cell: Cell) -> tuple[str, str] | None:
    """Two dates in one cell, the day of admission and the official one: `03/02/1990 - 03/02/1991`."""
    if not isinstance(cell, str) or len(cell) < 12:
        return None
    parts = [part.strip(" ()") for part in _PAIR.split(cell.strip()) if part.strip(" ()")]
    if len(parts) == 2 and all(sum(map(str.isdigit, part)) >= 4 for part in parts):
        return parts[0], parts[1]
    return None
