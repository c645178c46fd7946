from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import DaysOff, Month, Span, add_working_days, holiday_name, is_in_force, is_working_day

MONTHS = st.builds(Month, st.sampled_from([2024, 2025, 2026]), st.integers(1, 12))


@given(MONTHS)
def test_a_month_holds_its_first_and_last_day_and_not_the_days_around(month: Month) -> None:
    before, after = month.first_day - timedelta(days=1), month.last_day + timedelta(days=1)
    held = [month.contains(day) for day in (before, month.first_day, month.last_day, after)]
    assert held == [False, True, True, False]
    assert (Month.of(before), Month.of(after)) == (month.plus(-1), month.plus(1))
    assert (after.day, Month.of(month.last_day), Month.parse(str(month))) == (1, month, month)


@pytest.mark.parametrize(("text", "last"), [("2024-02", 29), ("2026-02", 28), ("2026-11", 30), ("2026-12", 31)])
def test_the_last_day_is_that_of_the_calendar(text: str, last: int) -> None:
    assert Month.parse(text).last_day.day == last


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-1",
        "26-01",
        "2026/01",
        "2026-00",
        "2026-13",
        "２０２６-01",
        "2026-0x",
        "-2026-1",
        "0001-01",
        "1999-12",
        "2100-01",
        "9999-12",
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize("text", ["0001", "1000", "1899-q2", "0001-q1", "0001-01", "2026-q5", "2100", "0000"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.parse(text)


def test_quarters_change_after_every_third_month() -> None:
    assert [Month(2026, number).quarter for number in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, "2026-11"), (1, "2026-12"), (2, "2027-01"), (-10, "2026-01"), (-11, "2025-12"), (14, "2028-01")],
)
def test_months_are_counted_over_the_year(months: int, expected: str) -> None:
    assert str(Month(2026, 11).plus(months)) == expected


def test_a_row_of_months_holds_both_its_ends_and_nothing_when_they_are_the_wrong_way_round() -> None:
    assert [str(month) for month in Month(2026, 11).through(Month(2027, 1))] == ["2026-11", "2026-12", "2027-01"]
    assert list(Month(2026, 11).through(Month(2026, 11))) == [Month(2026, 11)]
    assert list(Month(2026, 11).through(Month(2026, 10))) == []


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 6), True),  # a Friday
        (date(2026, 11, 7), False),
        (date(2026, 11, 8), False),
        (date(2026, 11, 9), True),
        (date(2026, 9, 2), False),  # Quốc khánh, a Wednesday
        (date(2026, 2, 17), False),  # the first day of Tết, by the moon
        (date(2026, 8, 22), True),  # a Saturday worked in exchange for Monday 31/8 (addendum 1.2)
        (date(2026, 8, 23), False),
        (date(2026, 8, 31), False),
    ],
)
def test_weekends_and_public_holidays_are_no_working_days(day: date, *, working: bool) -> None:
    assert is_working_day(day) is working


def test_an_authority_may_be_off_on_a_saturday_that_the_country_works() -> None:
    swapped = date(2026, 8, 22)
    assert [is_working_day(swapped, DaysOff(off=off)) for off in (frozenset(), frozenset({swapped}))] == [True, False]


def test_holidays_have_their_vietnamese_name() -> None:
    assert (holiday_name(date(2026, 9, 2)), holiday_name(date(2026, 11, 9))) == ("Quốc khánh", "")


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 9), 0, date(2026, 11, 9)),
        (date(2026, 11, 7), 0, date(2026, 11, 7)),
        (date(2026, 11, 9), 1, date(2026, 11, 10)),
        (date(2026, 11, 6), 1, date(2026, 11, 9)),
        (date(2026, 11, 7), 1, date(2026, 11, 9)),
        (date(2026, 11, 9), 5, date(2026, 11, 16)),
        (date(2026, 8, 31), 1, date(2026, 9, 3)),  # Quốc khánh and the day beside it
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # the Saturday worked in exchange
        (date(2026, 8, 21), 2, date(2026, 8, 24)),
    ],
)
def test_a_time_limit_counts_the_working_days_after_its_day(day: date, count: int, last: date) -> None:
    assert add_working_days(day, count) == last


@pytest.mark.parametrize(
    ("day", "until", "holds"),
    [(2, None, False), (3, None, True), (9, None, True), (4, 5, True), (5, 5, False), (3, 4, True), (6, 5, False)],
)
def test_what_holds_from_a_day_on_ends_before_its_last_day(day: int, until: int | None, holds: bool) -> None:
    """Half open (ARCHITECTURE §6): `valid_to` is the first day that no longer counts."""
    last = date(2026, 11, until) if until else None
    assert is_in_force(date(2026, 11, day), valid_from=date(2026, 11, 3), valid_to=last) is holds
