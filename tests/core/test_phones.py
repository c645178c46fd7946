import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.phones import PHONE_LIMIT, NotAPhoneNumber, dial_phone, find_phone, say_phone, take_phone, write_phone

# Few signs, so that countries, prefixes and lengths meet.
NUMBERS = st.text(st.sampled_from("0849+123 .5"), max_size=15)
MOBILE = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "stored", "dialled"),
    [
        ("0912 345 678", "0912345678", "+84912345678"),
        ("(0912).345-678", "0912345678", "+84912345678"),
        ("+84 912 345 678", "0912345678", "+84912345678"),
        ("84912345678", "0912345678", "+84912345678"),
        ("0084912345678", "0912345678", "+84912345678"),
        ("912345678", "0912345678", "+84912345678"),  # a spreadsheet took it for a number
        ("02193 865 123", "02193865123", "+842193865123"),
        ("2193865123", "02193865123", "+842193865123"),
        ("1800 1091", "18001091", "+8418001091"),
        ("+856 20 5555 1234", "+8562055551234", "+8562055551234"),
        ("0123 456 7890", "01234567890", ""),  # renumbered in 2018
        ("+84 168 999 9999", "01689999999", ""),
        ("3 865 123", "3865123", ""),  # of a village: the prefix of the province is missing
        ("0912 345 6789", "09123456789", ""),  # one digit too many
        ("", "", ""),
        ("không có", "", ""),
        ("0912 abc 678", "", ""),
        ("113", "", ""),
        ("+84 123", "", ""),
        ("+856 12345678", "", ""),
        ("0912345678/0987654321", "", ""),
    ],
)
def test_a_number_as_it_is_stored_and_dialled(typed: str, stored: str, dialled: str) -> None:
    assert (write_phone(typed), dial_phone(typed)) == (stored, dialled)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0912345678", "0912345678"),
        ("ĐT: 0912.345.678 (vợ)", "0912345678"),
        ("0912345678/0987654321", "0912345678"),
        ("0912345678 - 0987654321", "0912345678"),
        ("0912345678 x12", "0912345678"),
        ("0123 456 7890; 0912345678", "01234567890"),
        ("không có", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_the_first_number_in_a_text(text: str, found: str) -> None:
    assert find_phone(text) == found


@given(NUMBERS)
def test_what_is_stored_stays(text: str) -> None:
    stored = write_phone(text)
    assert write_phone(stored) == stored
    assert dial_phone(stored) == dial_phone(text)
    assert len(stored) <= PHONE_LIMIT


@given(MOBILE)
def test_mobile_numbers_need_not_be_asked_of_the_library(number: str) -> None:
    assert write_phone(f"{number[:4]} {number[4:]}") == number == write_phone(number)


def test_what_is_no_number_is_refused_and_nothing_is_none() -> None:
    assert take_phone(" ") == ""
    assert take_phone("+84 912 345 678") == "0912345678"
    with pytest.raises(NotAPhoneNumber) as refused:
        take_phone("12", field="phone")
    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    ("stored", "said"),
    [("+84912345678", "0912 345 678"), ("0912345678", "0912 345 678"), ("02438123456", "02438123456"), ("x", "x")],
)
def test_a_number_is_read_in_groups(stored: str, said: str) -> None:
    assert say_phone(stored) == said
