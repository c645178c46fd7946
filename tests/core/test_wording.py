from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from nennep.core import wording
from nennep.core.templatetags import nn
from tests.factories.core import VIETNAM

TUESDAY = datetime(2026, 11, 3, 12, 30, tzinfo=UTC)  # 19:30 in Vietnam


def test_dates() -> None:
    assert wording.say_date(date(2026, 11, 3)) == "03/11/2026"
    assert wording.say_short_date(date(2026, 11, 3)) == "03/11"
    assert wording.say_weekday_date(date(2026, 11, 3)) == "Thứ Ba, 03/11/2026"
    assert wording.say_weekday_date(date(2026, 11, 1)) == "Chủ nhật, 01/11/2026"
    assert wording.say_date(None) == wording.say_weekday_date(None) == wording.say_moment(None) == "–"


def test_moments_are_said_in_vietnamese_time() -> None:
    assert wording.say_time(TUESDAY) == "19:30"
    assert wording.say_moment(TUESDAY) == "19:30 thứ Ba, 03/11/2026"
    assert wording.say_date(datetime(2026, 11, 2, 20, tzinfo=UTC)) == "03/11/2026"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=1, hours=4, minutes=50), "Còn 1 ngày 4 giờ"),
        (timedelta(days=2), "Còn 2 ngày"),
        (timedelta(days=9, hours=5), "Còn 9 ngày"),
        (timedelta(days=7, hours=4), "Còn 7 ngày"),
        (timedelta(days=6, hours=23, minutes=59), "Còn 6 ngày 23 giờ"),
        (timedelta(hours=24), "Còn 1 ngày"),
        (timedelta(hours=23, minutes=59), "Còn 23 giờ 59 phút"),
        (timedelta(hours=1), "Còn 1 giờ"),
        (timedelta(minutes=59, seconds=59), "Còn 59 phút"),
        (timedelta(seconds=60), "Còn 1 phút"),
        (timedelta(seconds=59), "Còn chưa đầy 1 phút"),
        (-timedelta(seconds=1), "Quá hạn chưa đầy 1 phút"),
        (-timedelta(hours=23, minutes=59), "Quá hạn 1 ngày"),
        (timedelta(hours=3, minutes=20), "Còn 3 giờ 20 phút"),
        (timedelta(minutes=20), "Còn 20 phút"),
        (timedelta(seconds=20), "Còn chưa đầy 1 phút"),
        (timedelta(0), "Còn chưa đầy 1 phút"),
        (-timedelta(minutes=5), "Quá hạn 5 phút"),
        (-timedelta(hours=26), "Quá hạn 1 ngày"),
        (-timedelta(days=9), "Quá hạn 9 ngày"),
        (-timedelta(days=9, hours=23), "Quá hạn 10 ngày"),
    ],
)
def test_time_left_to_a_moment(length: timedelta, words: str) -> None:
    assert wording.say_time_left(TUESDAY + length, TUESDAY) == words


@pytest.mark.parametrize("hour", [0, 6, 7, 20, 23])
def test_a_moment_and_its_day_are_late_by_the_same_days(hour: int) -> None:
    """Filing was due on 5 December, at the end of the day: the home counts from the moment, its page from the day."""
    due, now = datetime(2026, 12, 5, 23, 59, 59, tzinfo=VIETNAM), datetime(2026, 12, 31, hour, 30, tzinfo=VIETNAM)
    said = [wording.say_time_left(due, moment) for moment in (now, now.astimezone(UTC))]
    said += [wording.say_days_left(due.date(), now.date()), nn.vn_time_left(due.date(), now.astimezone(UTC))]
    assert said == ["Quá hạn 26 ngày"] * 4


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "Còn 3 ngày"), (1, "Còn 1 ngày"), (0, "Đến hạn hôm nay"), (-1, "Quá hạn 1 ngày"), (-9, "Quá hạn 9 ngày")],
)
def test_time_left_to_a_day(days: int, words: str) -> None:
    today = date(2026, 11, 3)
    assert wording.say_days_left(today + timedelta(days=days), today) == words


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (1234.5, 1, "1.234,5"),
        (92, 1, "92,0"),
        (2.25, 1, "2,3"),
        (0.049, 1, "0,0"),
        (1234567, 0, "1.234.567"),
        (-3.05, 1, "-3,1"),
    ],
)
def test_numbers(value: float, places: int, words: str) -> None:
    assert wording.say_decimal(value, places) == words


def test_what_is_not_there_is_a_dash() -> None:
    assert [wording.say_decimal(None), wording.say_short_date(None), wording.say_time(None)] == ["–"] * 3


def test_a_moment_without_a_zone_is_said_as_it_stands() -> None:
    naive = datetime(2026, 11, 3, 23, 30)  # noqa: DTZ001  as a form has it before it is read
    assert (wording.say_date(naive), wording.say_time(naive)) == ("03/11/2026", "23:30")


def test_english_weekdays_are_capital_inside_a_sentence() -> None:
    with translation.override("en"):
        assert wording.say_moment(TUESDAY) == "19:30 Tuesday, 03/11/2026"


@pytest.mark.parametrize(("value", "places", "words"), [(2.345, 2, "2,35"), (0.5, 0, "1"), (99.95, 1, "100,0")])
def test_halves_go_up_at_every_place(value: float, places: int, words: str) -> None:
    assert (wording.say_decimal(value, places), wording.say_percent(value, places)) == (words, f"{words}%")


@pytest.mark.parametrize(("value", "words"), [(90.5, "90,5"), (89.5, "89,5"), (84, "84"), (84.04, "84"), (None, "–")])
def test_points_keep_their_half(value: float | None, words: str) -> None:
    assert wording.say_points(value) == words


def test_percentages() -> None:
    assert wording.say_percent(92) == "92,0%"
    assert wording.say_percent(92.25) == "92,3%"
    assert wording.say_percent(None) == "–"


@pytest.mark.parametrize(
    ("value", "words"), [(Fraction(1250, 13), "96,15%"), (Fraction(200, 3), "66,67%"), (Fraction(1, 800), "0,00%")]
)
def test_a_fraction_is_said_as_exactly_as_a_number(value: Fraction, words: str) -> None:
    assert wording.say_percent(value, 2) == words


def test_english_numbers() -> None:
    with translation.override("en"):
        assert wording.say_decimal(1234.5) == "1,234.5"


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_what_is_said_is_within_half_a_step(value: object) -> None:
    said = wording.say_decimal(value, 1)  # type: ignore[arg-type]
    assert abs(float(said.replace(".", "").replace(",", ".")) - float(value)) <= 0.0501  # type: ignore[arg-type]


def test_an_end_on_another_day_says_the_day() -> None:
    began = datetime(2026, 11, 28, 23, 20, tzinfo=VIETNAM)
    assert wording.say_end(datetime(2026, 11, 28, 23, 50, tzinfo=VIETNAM), began) == "23:50"
    assert wording.say_end(datetime(2026, 11, 29, 0, 30, tzinfo=VIETNAM), began) == "00:30 Chủ nhật, 29/11/2026"
    assert wording.say_end(None, began) == "–"


def test_the_reader_decides_the_language_and_records_are_in_vietnamese() -> None:
    say = wording.for_reader(lambda: gettext("Bản in"))
    with translation.override("en"):
        assert (str(say), wording.for_records(lambda: say)) == ("Print", "Bản in")
    with translation.override("vi"):
        assert str(say) == "Bản in"
