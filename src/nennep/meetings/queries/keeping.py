"""Whether a meeting was held when it had to be: asked by reports about months that are over."""

from datetime import date
from functools import cache

from nennep.core.periods import Month
from nennep.meetings.rules.schedule import DatePosition, DayRule, find_meeting_day, place_date


@cache
def keeps_window(day: date, *, month: Month, rule: DayRule) -> bool:
    """True on the fixed day of `month` (or the day a holiday pushes it to) and on the days it may be moved to."""
    return place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE


@cache
def find_window_end(month: Month, rule: DayRule) -> date:
    """The last day on which the regular meeting of `month` is on time."""
    days = [month.last_day.replace(day=number) for number in range(month.last_day.day, 0, -1)]
    return next(day for day in days if place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE)


@cache
def owes_meeting(month: Month, *, since: date, until: date | None, rule: DayRule) -> bool:
    """Whether the cell was there from its meeting day of `month` to the last day on time.

    One that came (`since`) or ended (`until`, half open) in between may have met; nobody can say that it was late or missing.
    """
    last_day = find_window_end(month, rule)
    return since <= find_meeting_day(month, rule) and (until is None or until > last_day)
