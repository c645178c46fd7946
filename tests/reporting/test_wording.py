"""How papers write dates, numbers and letters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import pytest

from nennep.reporting.renderers import wording


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 3), "ngày 03 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 10), "ngày 10 tháng 12 năm 2026"),
    ],
)
def test_long_day_has_a_zero_only_where_the_guidance_wants_it(day: date, text: str) -> None:
    assert wording.format_long_day(day) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(5, "Số 05-NQ/CB"), (12, "Số 12-NQ/CB"), (112, "Số 112-NQ/CB"), (None, "Số .....-NQ/CB")],
)
def test_symbol_has_two_digits(number: int | None, text: str) -> None:
    assert wording.format_symbol(number, "NQ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("90.50"), "90,5"), (Decimal(100), "100"), (1234.5, "1.234,5"), (Decimal("0.25"), "0,25")],
)
def test_numbers_are_vietnamese(value: Decimal | float, text: str) -> None:
    assert wording.format_number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(20, 23, "87,0%"), (1, 3, "33,3%"), (2, 3, "66,7%"), (25, 25, "100,0%"), (0, 0, "")],
)
def test_percent_has_one_decimal(part: int, whole: int, text: str) -> None:
    assert wording.format_percent(part, whole) == text


def test_letters_are_the_vietnamese_ones() -> None:
    assert "".join(islice(wording.make_letters(), 23)) == "abcdđeghiklmnopqrstuvxy"
    assert list(islice(wording.make_letters(), 23, 26)) == ["aa", "ab", "ac"]


def test_numbering_starts_anew_below_each_heading() -> None:
    count = wording.Numbering()
    steps = [
        count.part,
        count.point,
        count.letter,
        count.letter,
        count.point,
        count.letter,
        count.part,
        count.point,
    ]
    assert [step() for step in steps] == ["I-", "1.", "a)", "b)", "2.", "a)", "II-", "1."]


@pytest.mark.parametrize(("position", "text"), [(1, "Một là"), (4, "Bốn là"), (11, "11 là")])
def test_causes_are_counted_in_words(position: int, text: str) -> None:
    assert wording.format_ordinal(position) == text


def test_time_drops_minutes_of_the_full_hour() -> None:
    moment = datetime(2026, 11, 3, 19, 30, tzinfo=UTC)
    assert wording.format_time(moment) == "19 giờ 30 phút"
    assert wording.format_time(moment.replace(minute=0)) == "19 giờ"
    assert wording.format_time(moment.replace(minute=5)) == "19 giờ 05 phút"


def test_lines_are_cleaned_and_empty_ones_dropped() -> None:
    assert wording.split_lines(" a\t b \r\n\n\x00\nc\u2028d ") == ("a b", "c", "d")
