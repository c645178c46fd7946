"""What is derived from the counts of a month, and when they are read."""

from collections.abc import Mapping
from datetime import date

from nennep.core.measures import Counts
from nennep.core.periods import Month, first_open_day


def share_present(counts: Counts) -> float | None:
    """Present of counted in percent, one decimal, rounded half up; None when nobody had to come."""
    return percent_of(counts["present"], counts["counted"])


def falls_below(counts: Counts, target: int) -> bool:
    """Fewer came than `target` percent, by the counts: the share that is shown is rounded. False when nobody had to come."""
    return 100 * counts["present"] < target * counts["counted"]


def as_output(counts: Counts) -> Mapping[str, int | float | None]:
    """Every count under its name, as `nennep figures --json` prints them, and the share of those who came behind them."""
    return {**counts, "attendance_percent": share_present(counts)}


def percent_of(part: int, whole: int) -> float | None:
    """One decimal, rounded half up as readers do; None when there is nothing to divide by."""
    return (part * 2000 + whole) // (whole * 2) / 10 if whole else None


def is_finished(month: Month, today: date) -> bool:
    """Whether all of its days are over."""
    return month.first_day < first_open_day(today)


def find_reference_day(month: Month, today: date) -> date:
    """The day on which members are counted and the tree is read: the last one, or today in the month in progress."""
    return today if month.contains(today) else month.last_day
