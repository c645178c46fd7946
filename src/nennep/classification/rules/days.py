"""Which days the steps of a round may name: none before its period, none before the step it follows. Pure."""

from calendar import monthrange
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.wording import say_date

LAST_MONTH = 12
AHEAD = timedelta(days=31)  # a decision is printed here before it is signed
LATEST_AFTER = timedelta(days=183)  # a review meeting that is planned later belongs to another round
EARLIEST = date(2000, 1, 1)  # ours: a paper that still counts for a rating is no older


class DayOutside(DomainError):
    code = "rating_day_outside"
    message = _("Ngày này phải từ %(first)s đến %(last)s.")


class CutoffUnfit(DomainError):
    code = "rating_cutoff_unfit"
    message = _("Ngày chốt danh sách phải từ %(first)s đến %(last)s.")
    field = "cutoff_on"


def find_period(year: int, quarter: int | None) -> tuple[date, date]:
    """The first and the last day of what a round looks back on: the calendar year, or the three months of its quarter.

    Ratings are of a quarter or a year, and quarters feed the year (rules.md §4.1, §4.6 no. 7). When the list is
    cut off, and when the review is held, moves nothing of it: each day of work belongs to exactly one quarter and one year.
    """
    first, last = (1, LAST_MONTH) if quarter is None else (quarter * 3 - 2, quarter * 3)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def require_day(day: date | None, *, first: date, last: date, field: str) -> None:
    """Raises DayOutside beside its field; nothing for no day."""
    if day is not None and not first <= day <= last:
        raise DayOutside(first=say_date(first), last=say_date(last), field=field)


def require_cutoff(on: date, period: tuple[date, date]) -> None:
    """In the period, or within a month after it. Raises CutoffUnfit."""
    first, latest = period[0], period[1] + AHEAD
    if not first <= on <= latest:
        raise CutoffUnfit(first=say_date(first), last=say_date(latest))
