"""Whether a meeting was held when it had to be: asked by reports about months that are over."""

from datetime import date
from functools import cache

from nennep.core.periods import Month
from nennep.meetings.rules.schedule import DatePosition, DayRule, find_meeting_day, place_date, takes_weekends_off


@cache
def keeps_window(day: date, *, month: Month, fixed_day: int, window_last: int, cell_type: str) -> bool:
    """True on the fixed day of `month` (or the day a holiday pushes it to) and on the days it may be moved to."""
    rule = DayRule(fixed_day, window_last, weekends_off=takes_weekends_off(cell_type))
    return place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE


@cache
def find_window_end(month: Month, *, fixed_day: int, window_last: int, cell_type: str) -> date:
    """The last day on which the regular meeting of `month` is on time."""
    rule = DayRule(fixed_day, window_last, weekends_off=takes_weekends_off(cell_type))
    days = [month.last_day.replace(day=number) for number in range(month.last_day.day, 0, -1)]
    return next(day for day in days if place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE)


@cache
def owes_meeting(
    month: Month, *, since: date, until: date | None, fixed_day: int, window_last: int, cell_type: str
) -> bool:
    """Whether the cell was there from its meeting day of `month` to the last day on time.

    One that came (`since`) or ended (`until`, half open) in between may have met; nobody can say that it was late or missing.
    """
    rule = DayRule(fixed_day, window_last, weekends_off=takes_weekends_off(cell_type))
    last_day = find_window_end(month, fixed_day=fixed_day, window_last=window_last, cell_type=cell_type)
    return since <= find_meeting_day(month, rule) and (until is None or until > last_day)
