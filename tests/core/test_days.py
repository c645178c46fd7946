"""Days and times as they are typed on a keypad of digits, on a keyboard, and out of habit."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

import nennep
from nennep.core.days import NoSuchDay, WhichYear, read_day, read_moment, read_time
from nennep.core.forms import ClockField, DayField, MomentField
from tests.factories.core import VIETNAM

TODAY = date(2026, 11, 9)
CHRISTMAS = date(2026, 12, 25)
SEPARATORS = ("/", "-", ".", " ", ",", ", ", " / ")


@pytest.mark.parametrize(
    "typed",
    [
        *("25122026", "251226", "25/12", "2512", "25/12/26", "2026-12-25", "25/12/2026/", " 25 12 "),
        *(f"25{separator}12{separator}2026" for separator in SEPARATORS),
        "ngày 25 tháng 12 năm 2026",
    ],
)
def test_one_day_typed_in_many_ways(typed: str) -> None:
    assert read_day(typed, today=TODAY) == CHRISTMAS


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_eight_and_six_digits_are_any_day_of_the_century(day: date) -> None:
    assert read_day(f"{day:%d%m%Y}", today=TODAY) == read_day(f"{day:%d%m%y}", today=TODAY) == day


@pytest.mark.parametrize(
    ("typed", "year", "expected"),
    [
        ("0101", WhichYear.NEAR, date(2027, 1, 1)),
        ("0106", WhichYear.NEAR, date(2026, 6, 1)),
        ("2902", WhichYear.NEAR, date(2028, 2, 29)),
        ("0911", WhichYear.PAST, date(2026, 11, 9)),
        ("1011", WhichYear.PAST, date(2025, 11, 10)),
        ("2902", WhichYear.PAST, date(2024, 2, 29)),
        ("0911", WhichYear.NEEDED, None),
        ("091170", WhichYear.NEEDED, date(1970, 11, 9)),
        ("091126", WhichYear.NEEDED, date(2026, 11, 9)),
        ("091127", WhichYear.NEEDED, date(1927, 11, 9)),
        ("091127", WhichYear.NEAR, date(2027, 11, 9)),
    ],
)
def test_the_year_follows_from_what_the_day_is_for(typed: str, year: WhichYear, expected: date | None) -> None:
    assert read_day(typed, today=TODAY, year=year) == expected


@pytest.mark.parametrize(
    "typed", ["", "112", "25", "25/13", "00/12", "0012", "2513", "251", "25/12/202", "mai", "3211"]
)
def test_what_is_no_day(typed: str) -> None:
    assert read_day(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/11/2026", "Tháng 11 không có ngày 31."),
        ("31112026", "Tháng 11 không có ngày 31."),
        ("3111", "Tháng 11 không có ngày 31."),
        ("29/02/2027", "Tháng 2 không có ngày 29."),
    ],
)
def test_a_day_that_its_month_does_not_have_is_said_so(typed: str, words: str) -> None:
    with pytest.raises(NoSuchDay) as refusal:
        read_day(typed, today=TODAY)
    assert str(refusal.value) == words


@pytest.mark.parametrize(
    "typed", ["19:30", "19.30", "19g30", "19h30", "1930", "19 30", "19 giờ 30", "19 giờ 30 phút", "19G30", "19:30:00"]
)
def test_one_time_typed_in_many_ways(typed: str) -> None:
    assert read_time(typed) == time(19, 30)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("19", time(19)),
        ("19h", time(19)),
        ("19 giờ", time(19)),
        ("730", time(7, 30)),
        ("0:00", time(0)),
        ("2359", time(23, 59)),
        ("24", None),
        ("1960", None),
        ("tối", None),
        ("", None),
    ],
)
def test_times_at_the_edges(typed: str, expected: time | None) -> None:
    assert read_time(typed) == expected


@pytest.mark.parametrize("typed", ["09/11/2026 19:30", "19:30 09/11/2026", "09112026 1930", "1930 0911"])
def test_a_moment_in_either_order(typed: str) -> None:
    assert read_moment(typed, today=TODAY) == datetime(2026, 11, 9, 19, 30)  # noqa: DTZ001  as typed


class Sample(forms.Form):
    day = DayField(error_messages={"invalid": "Không đọc được."})
    at = ClockField()
    moment = MomentField()


def test_the_fields_of_forms_read_them(fixed_clock: datetime) -> None:
    form = Sample({"day": "2512", "at": "1930", "moment": "0911 1930"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "day": CHRISTMAS,
        "at": time(19, 30),
        "moment": datetime(2026, 11, 9, 19, 30, tzinfo=VIETNAM),
    }
    wrong = Sample({"day": "3111", "at": "1930", "moment": "0911"})
    assert wrong.errors["day"] == ["Tháng 11 không có ngày 31."]
    assert [*wrong.errors] == ["day", "moment"]
    assert Sample({"day": "mai"}).errors["day"] == ["Không đọc được."]


def test_no_form_of_ours_reads_days_or_times_by_itself() -> None:
    source = Path(nennep.__file__).parent
    own = ("forms.DateField(", "forms.TimeField(", "forms.DateTimeField(")
    assert [
        path for path in source.rglob("*.py") if any(name in path.read_text(encoding="utf-8") for name in own)
    ] == []
