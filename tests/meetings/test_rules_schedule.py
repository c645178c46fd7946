"""Which day a cell meets on."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month, holiday_name
from nennep.meetings.queries.keeping import find_window_end
from nennep.meetings.rules.schedule import (
    DatePosition,
    DayRule,
    find_first_day,
    find_last_day,
    find_meeting_day,
    find_month_counted,
    is_day_off,
    list_months_to_plan,
    may_count_for,
    place_date,
    takes_weekends_off,
    usual_hour,
)

VILLAGE = DayRule(fixed_day=3, window_last=7)
OFFICE = DayRule(fixed_day=3, window_last=7, weekends_off=True)


@pytest.mark.parametrize(
    ("month", "rule", "expected"),
    [
        (Month(2026, 11), VILLAGE, date(2026, 11, 3)),  # an ordinary Tuesday
        (Month(2026, 10), VILLAGE, date(2026, 10, 3)),  # a Saturday: village cells meet all the same
        (Month(2026, 10), OFFICE, date(2026, 10, 5)),  # offices on the Monday after
        (Month(2026, 9), DayRule(fixed_day=2, window_last=7), date(2026, 9, 3)),  # National Day
        (Month(2022, 2), VILLAGE, date(2022, 2, 5)),  # Tết of the tiger: first day after the holidays
    ],
)
def test_meeting_day(month: Month, rule: DayRule, expected: date) -> None:
    assert find_meeting_day(month, rule) == expected


@given(
    year=st.integers(2024, 2035),
    number=st.integers(1, 12),
    fixed_day=st.integers(1, 28),
    weekends_off=st.booleans(),
)
def test_meeting_day_is_in_its_month_and_never_early(
    year: int, number: int, fixed_day: int, weekends_off: bool
) -> None:
    month, rule = Month(year, number), DayRule(fixed_day, 7, weekends_off)
    day = find_meeting_day(month, rule)
    assert month.contains(day)
    assert day.day >= fixed_day
    assert day == month.last_day or not is_day_off(day, weekends_off=weekends_off)
    assert place_date(day, month=month, rule=rule) == DatePosition.ON_DAY


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 3), DatePosition.ON_DAY),
        (date(2026, 11, 1), DatePosition.IN_WINDOW),
        (date(2026, 11, 7), DatePosition.IN_WINDOW),
        (date(2026, 11, 8), DatePosition.OUTSIDE),
        (date(2026, 10, 31), DatePosition.OUTSIDE),
    ],
)
def test_position_of_a_date(day: date, expected: DatePosition) -> None:
    assert place_date(day, month=Month(2026, 11), rule=VILLAGE) == expected


LATE = DayRule(fixed_day=20, window_last=7)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, DatePosition.IN_WINDOW),
        (7, DatePosition.IN_WINDOW),
        (8, DatePosition.OUTSIDE),
        (19, DatePosition.OUTSIDE),
        (20, DatePosition.ON_DAY),
        (21, DatePosition.OUTSIDE),
    ],
)
def test_a_fixed_day_after_the_window_leaves_no_day_in_between(number: int, expected: DatePosition) -> None:
    assert place_date(date(2026, 11, number), month=Month(2026, 11), rule=LATE) == expected
    assert find_last_day(Month(2026, 11), LATE) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("rule", "day"),
    [(DayRule(7, 7), date(2026, 11, 7)), (DayRule(8, 7), date(2026, 11, 8)), (LATE, date(2026, 11, 20))],
)
def test_the_last_day_on_time_is_that_of_the_window_or_a_later_fixed_day(rule: DayRule, day: date) -> None:
    month = Month(2026, 11)
    assert (find_last_day(month, rule), find_window_end(month, rule)) == (day, day)
    assert place_date(day + timedelta(days=1), month=month, rule=rule) == DatePosition.OUTSIDE
    assert rule.is_past_window is (rule.fixed_day > 7)


def test_a_late_fixed_day_that_a_holiday_pushes_on_takes_only_the_days_off_along() -> None:
    """In a village, where weekends are no days off, Tết of 2026 pushes the 16th of February to the 21st."""
    month, rule = Month(2026, 2), DayRule(fixed_day=16, window_last=7)
    assert find_meeting_day(month, rule) == date(2026, 2, 21)
    places = [place_date(date(2026, 2, number), month=month, rule=rule) for number in (8, 15, 16, 20, 21, 22)]
    assert places == [
        DatePosition.OUTSIDE,
        DatePosition.OUTSIDE,
        DatePosition.IN_WINDOW,
        DatePosition.IN_WINDOW,
        DatePosition.ON_DAY,
        DatePosition.OUTSIDE,
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 10, 25), True), (date(2026, 10, 24), False), (date(2026, 12, 7), True), (date(2026, 12, 8), False)],
)
def test_a_week_around_the_month_may_count_for_it(day: date, expected: bool) -> None:
    assert may_count_for(day, Month(2026, 11)) == expected


def test_types_that_take_weekends_off() -> None:
    kinds = ["village", "office", "state_enterprise", "private_enterprise", "students", "armed_forces"]
    assert [takes_weekends_off(kind) for kind in kinds] == [False, True, True, True, True, False]
    assert (usual_hour("village"), usual_hour("office")) == (time(19, 30), time(14, 0))


def test_months_to_plan_begin_with_today_and_end_with_the_cell() -> None:
    every: dict[str, Any] = {"year": 2026, "opened_on": date(2020, 1, 1), "closed_on": None}
    assert list_months_to_plan(**every, today=date(2026, 11, 22)) == [Month(2026, 11), Month(2026, 12)]
    assert len(list_months_to_plan(**every, today=date(2025, 3, 1))) == 12
    assert list_months_to_plan(**every, today=date(2027, 1, 1)) == []
    closing: dict[str, Any] = {"year": 2026, "opened_on": date(2020, 1, 1), "closed_on": date(2026, 12, 1)}
    assert list_months_to_plan(**closing, today=date(2026, 11, 1)) == [Month(2026, 11)]


def test_the_first_meeting_is_not_before_the_cell() -> None:
    assert find_first_day(Month(2026, 11), VILLAGE, opened_on=date(2020, 1, 1)) == date(2026, 11, 3)
    assert find_first_day(Month(2026, 11), VILLAGE, opened_on=date(2026, 11, 22)) == date(2026, 11, 22)
    assert find_first_day(Month(2026, 11), OFFICE, opened_on=date(2026, 11, 3)) == date(2026, 11, 3)


def test_the_holidays_of_tet_are_known() -> None:
    assert holiday_name(date(2026, 2, 17)) != ""


@pytest.mark.parametrize(
    ("weekday", "off"), [(date(2026, 11, 6), False), (date(2026, 11, 7), True), (date(2026, 11, 8), True)]
)
def test_a_weekend_begins_on_saturday(weekday: date, *, off: bool) -> None:
    assert is_day_off(weekday, weekends_off=True) is off
    assert not is_day_off(weekday, weekends_off=False)


def test_a_month_whose_last_days_are_off_ends_on_its_last_day() -> None:
    """In 2025 Tết took the end of January: the meeting stays in its month."""
    assert find_meeting_day(Month(2025, 1), DayRule(fixed_day=28, window_last=7)) == date(2025, 1, 31)


def test_a_day_pushed_past_the_window_by_tet_takes_the_window_along() -> None:
    """In February 2026 the days of Tết are the 14th to the 22nd, so the 16th becomes the 23rd."""
    month, rule = Month(2026, 2), DayRule(fixed_day=16, window_last=18)
    planned = find_meeting_day(month, rule)
    assert planned.day > 18
    assert [place_date(planned + timedelta(days=step), month=month, rule=rule) for step in (-1, 0, 1)] == [
        DatePosition.IN_WINDOW,
        DatePosition.ON_DAY,
        DatePosition.OUTSIDE,
    ]


def test_the_month_in_which_a_cell_opens_is_planned_and_the_day_it_closes_is_not() -> None:
    facts: dict[str, Any] = {"year": 2026, "today": date(2026, 1, 31)}
    opening = list_months_to_plan(opened_on=date(2026, 11, 30), closed_on=None, **facts)
    assert opening == [Month(2026, 11), Month(2026, 12)]
    closing = list_months_to_plan(opened_on=date(2020, 1, 1), closed_on=date(2026, 2, 2), **facts)
    assert closing == [Month(2026, 1), Month(2026, 2)]


@pytest.mark.parametrize(
    ("opened_on", "expected"),
    [
        (date(2026, 10, 5), date(2026, 10, 5)),  # on the day found: nothing moves
        (date(2026, 10, 6), date(2026, 10, 6)),
        (date(2026, 10, 10), date(2026, 10, 10)),  # a Saturday: the founding itself
        (date(2026, 10, 31), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 10, 31)),  # opened later: the month has nothing better
    ],
)
def test_a_founding_on_a_weekend_is_a_meeting(opened_on: date, expected: date) -> None:
    assert find_first_day(Month(2026, 10), OFFICE, opened_on=opened_on) == expected


@pytest.mark.parametrize(
    ("monthly", "day", "counted"),
    [
        (True, date(2026, 10, 2), Month(2026, 9)),
        (True, date(2026, 9, 3), Month(2026, 9)),
        (False, date(2026, 9, 30), Month(2026, 9)),
        (False, date(2026, 10, 1), Month(2026, 10)),
    ],
)
def test_only_what_is_not_the_months_own_counts_when_it_was_held(monthly: bool, day: date, counted: Month) -> None:
    assert find_month_counted(Month(2026, 9), day, monthly=monthly) == counted
