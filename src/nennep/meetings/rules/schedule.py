"""When a cell meets: the fixed day, what moves it, what a departure from it is (rules.md §1.3; Chỉ thị 50-CT/TW)."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from nennep.core.periods import Month, holiday_name

OFFICE_TYPES = frozenset({"office", "state_enterprise", "private_enterprise", "students"})
NEIGHBOUR_DAYS = 7  # a meeting may count for a month when it is held at most a week before or after it


@dataclass(frozen=True, slots=True)
class DayRule:
    """A cell's fixed day (1 to 28), the last day to which it may be shifted, and whether weekends are days off.

    The window is the first days of the month, up to `window_last` (rules.md §1.3: the first week). A cell's own fixed day may lie
    past it: then it is on time on that day, or in the window that the rule leaves to everybody, and on no day in between.
    """

    fixed_day: int
    window_last: int
    weekends_off: bool = False

    @property
    def is_past_window(self) -> bool:
        return self.fixed_day > self.window_last


class DatePosition(StrEnum):
    """Where a date stands against the fixed day of its month."""

    ON_DAY = "on_day"
    IN_WINDOW = "in_window"
    OUTSIDE = "outside"


def takes_weekends_off(cell_type: str) -> bool:
    """Offices, enterprises and schools do not meet on Saturday or Sunday.

    Village cells do: their members are home in the evening and at the weekend (rules.md §1.3, village practice), so only
    public holidays move their day. Armed forces are on duty every day.
    """
    return cell_type in OFFICE_TYPES


def usual_hour(cell_type: str) -> time:
    """When such a cell meets until it says otherwise: villages in the evening, others in working hours. Our own, from practice."""
    return time(14, 0) if takes_weekends_off(cell_type) else time(19, 30)


def is_day_off(day: date, *, weekends_off: bool) -> bool:
    """A public holiday (Tết and its days too), or a weekend where those count."""
    return bool(holiday_name(day)) or (weekends_off and day.weekday() >= calendar.SATURDAY)


def find_meeting_day(month: Month, rule: DayRule) -> date:
    """The day on which the cell meets in `month`: the fixed day, or the next one that is not a day off.

    When every day up to the end of the window is off (Tết), the first day after it that is not: the meeting is then
    outside the window for a reason that everybody knows.
    """
    day = month.first_day.replace(day=rule.fixed_day)
    while is_day_off(day, weekends_off=rule.weekends_off) and day < month.last_day:
        day += timedelta(days=1)
    return day


def place_date(day: date, *, month: Month, rule: DayRule) -> DatePosition:
    """Where `day` stands for the regular meeting of `month`.

    The day found by `find_meeting_day` is on time even when a holiday pushed it past the window, and so are the days off
    from the fixed day to it.
    """
    planned = find_meeting_day(month, rule)
    if day == planned:
        return DatePosition.ON_DAY
    in_window = month.first_day <= day <= find_window_last(month, rule)
    pushed = month.first_day.replace(day=rule.fixed_day) <= day < planned
    return DatePosition.IN_WINDOW if in_window or pushed else DatePosition.OUTSIDE


def find_last_day(month: Month, rule: DayRule) -> date:
    """The last day on which the regular meeting of `month` is on time."""
    return max(find_meeting_day(month, rule), find_window_last(month, rule))


def find_window_last(month: Month, rule: DayRule) -> date:
    """The last day to which the meeting may be shifted; a fixed day later than that does not stretch the window."""
    return month.first_day.replace(day=rule.window_last)


def find_first_free(begun: Iterable[Month], *, today: date) -> Month:
    """The first month from this one on whose meeting has not begun, nor that of any later month."""
    return max([Month.of(today), *(month.plus(1) for month in begun)])


def may_count_for(day: date, month: Month) -> bool:
    """A regular meeting counts for a month when it is held in it, or at most a week before or after."""
    margin = timedelta(days=NEIGHBOUR_DAYS)
    return month.first_day - margin <= day <= month.last_day + margin


def find_month_counted(month: Month, day: date, *, monthly: bool) -> Month:
    """The month, and so the quarter, for which a meeting of `month` that is held on `day` counts (docs/adr/0037).

    The month's own meeting stays with its month, its theme too when it has one (`MeetingKind.COMBINED`): one sitting counts once,
    for one month. Any other, also one about a theme alone, counts when it was held: a theme of last quarter held in this
    one is this quarter's (Chỉ thị 50-CT/TW §2: at least one a quarter).
    """
    return month if monthly else Month.of(day)


def list_months_to_plan(*, year: int, opened_on: date, closed_on: date | None, today: date) -> list[Month]:
    """The months of `year` in which the cell must meet and which are not over yet, in order.

    A cell is planned from the month in which it comes into the program: what it did before is on paper, not missing.
    """
    first = max(Month(year, 1), Month.of(opened_on), Month.of(today))
    last = Month(year, 12)
    months = first.through(last)
    return [month for month in months if closed_on is None or month.first_day < closed_on]


def find_first_day(month: Month, rule: DayRule, *, opened_on: date) -> date:
    """As `find_meeting_day`, but never before the cell exists."""
    return min(max(find_meeting_day(month, rule), opened_on), month.last_day)
