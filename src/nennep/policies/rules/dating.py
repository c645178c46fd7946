"""From which day on rules may hold, and until when they may be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nennep.core.periods import first_open_day


@dataclass(frozen=True, slots=True)
class Stay:
    """A cell stood below a unit and was kept by the program from `since` on; `until` is the first day on which it was not."""

    since: date
    until: date | None = None


def may_have_judged(valid_from: date, today: date) -> bool:
    """Whether some month was over before today on a day of which rules from `valid_from` on held."""
    return valid_from < first_open_day(today)


def has_judged(stays: Iterable[Stay], *, valid_from: date, today: date) -> bool:
    """Whether rules that hold from `valid_from` on judge a finished month of one of these cells."""
    first = first_open_day(today)
    return any(
        max(stay.since, valid_from) < (first if stay.until is None else min(first, stay.until)) for stay in stays
    )
