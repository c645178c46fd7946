"""Months, quarters and working days: values without a clock."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Self

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError

YEARS = range(2000, 2100)  # what the program plans, keeps and counts of; `<year:…>` takes the same


def day_of(at: datetime) -> date:
    """The day of a moment in Vietnam. No reader has a zone of their own: it is not asked for anew, as `localdate` does."""
    return at.astimezone(get_default_timezone()).date()


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month; `str()` gives `2026-11`, the form that commands and addresses use."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`; ValueError for anything else, and for a year that is not one of YEARS."""
        year, dash, number = text.partition("-")
        if not (
            dash and len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()
        ):
            raise ValueError(text)
        if int(year) not in YEARS:
            raise ValueError(text)
        first = date(int(year), int(number), 1)
        return cls(first.year, first.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def quarter(self) -> int:
        """1 to 4."""
        return (self.number - 1) // 3 + 1

    @property
    def quarter_end(self) -> date:
        """The last day of the quarter this month is in."""
        return Month(self.year, self.quarter * 3).last_day

    def plus(self, months: int) -> "Month":
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def through(self, last: "Month") -> Iterator["Month"]:
        """Each month from this one up to and with `last`."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)

    def contains(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.number)


@dataclass(frozen=True, slots=True)
class Span:
    """A month, a quarter or a year that figures are asked of: `size` months from `first` on.

    `str()` gives `2026-11`, `2026-q4` or `2026`, the form that addresses use.
    """

    first: Month
    size: int = 1

    @classmethod
    def around(cls, month: Month, size: int) -> Self:
        """The month, quarter (3) or year (12) that holds it."""
        return cls(month.plus(-((month.number - 1) % size)), size)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`, `2026-q4` or `2026`; ValueError for anything else."""
        year, _dash, rest = text.partition("-")
        if rest in {"q1", "q2", "q3", "q4"}:
            return cls(Month.parse(f"{year}-{int(rest[1]) * 3 - 2:02d}"), 3)
        if text == year:
            return cls(Month.parse(f"{year}-01"), 12)
        return cls(Month.parse(text))

    def __str__(self) -> str:
        year = f"{self.first.year:04d}"
        return {1: str(self.first), 3: f"{year}-q{self.first.quarter}"}.get(self.size, year)

    @property
    def last(self) -> Month:
        return self.first.plus(self.size - 1)

    @property
    def is_month(self) -> bool:
        return self.size == 1

    @property
    def previous(self) -> "Span":
        return Span(self.first.plus(-self.size), self.size)

    @property
    def following(self) -> "Span":
        return Span(self.first.plus(self.size), self.size)

    def months_until(self, today: date) -> tuple[Month, ...]:
        """Its months, of one that still runs those up to the month in progress; none of one that is to come."""
        return tuple(self.first.through(min(self.last, Month.of(today))))

    def is_over(self, today: date) -> bool:
        return self.last.last_day < today

    def reference_day(self, today: date) -> date:
        """The day as of which it is looked at: its last one, or today while it runs."""
        return min(self.last.last_day, today)


def first_open_day(today: date) -> date:
    """The first day that no finished month holds: whatever holds from then on judges no month that is over."""
    return Month.of(today).first_day


def is_in_force(day: date, *, valid_from: date, valid_to: date | None) -> bool:
    """Whether what holds from `valid_from` on holds on that day: `valid_to` is the first day that no longer counts."""
    return valid_from <= day and (valid_to is None or day < valid_to)


@cache
def _read_calendar(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """The holidays of the year with their names, and the days of weekends that are worked in exchange."""
    import holidays

    calendar_of_year = holidays.country_holidays("VN", years=year, language="vi")
    return dict(calendar_of_year), frozenset(calendar_of_year.weekend_workdays)


def holiday_name(day: date) -> str:
    """The Vietnamese public holiday on that day, in Vietnamese; empty on other days."""
    return _read_calendar(day.year)[0].get(day, "")


def is_made_up(day: date) -> bool:
    """Whether the whole country works on that day of a weekend in exchange for one off: 22/8/2026 for 31/8 (addendum 1.2)."""
    return day in _read_calendar(day.year)[1]


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What an authority decided beside the law's holidays: `off` are free too, `working` are worked (a Saturday in exchange)."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.working:
            return True
        if day in self.off or holiday_name(day):
            return False
        return day.weekday() < calendar.SATURDAY or is_made_up(day)


NO_MORE_DAYS_OFF = DaysOff()


def is_working_day(day: date, days_off: DaysOff = NO_MORE_DAYS_OFF) -> bool:
    """Neither a public holiday nor a weekend, unless that is worked in exchange; but for what an authority decided."""
    return days_off.is_working(day)


def add_working_days(day: date, count: int, days_off: DaysOff = NO_MORE_DAYS_OFF) -> date:
    """The last day of a time limit of `count` working days (ngày làm việc) that begins after `day`."""
    last = day
    for _number in range(count):
        last += timedelta(days=1)
        while not days_off.is_working(last):
            last += timedelta(days=1)
    return last


class DayUnclear(DomainError):
    code = "day_unclear"
    message = _("“%(text)s” không phải một ngày; hãy viết như 2026-11-29.")


def parse_day(text: str) -> date:
    """A day as commands take it (ISO 8601). Raises DayUnclear."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayUnclear(text=text) from None
