"""Phone numbers: as people type them, as they are stored, as a gateway dials them.

What a number can be, and which ones are in use, the library knows from the numbering plans of all countries; a new prefix
comes with a new version of it. The Vietnamese mobile numbers of eleven digits (`0123…`, `0168…`), renumbered in 2018, are
of a length that is still possible but no longer in use: they are kept as they were written, and no message goes to them.
"""

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PHONE_LIMIT = 20
_HOME, _HOME_CODE = "VN", 84
_AS_STORED = re.compile(r"0[35789]\d{8}", re.ASCII)  # a mobile number: the library would write it the same
_UNUSED = re.compile(r"0?[1-9]\d{6,9}", re.ASCII)


class NotAPhoneNumber(DomainError):
    code = "not_a_phone_number"
    message = _("Số điện thoại gồm các chữ số, ví dụ 0912 345 678.")


def write_phone(text: str) -> str:
    """The number as it is stored; empty for what cannot be a number.

    `+84 912.345.678`, `84912345678` and `912345678` are `0912345678`; a number abroad begins with `+` and its country.
    What it returns, it writes unchanged.
    """
    if _AS_STORED.fullmatch(text):
        return text
    return _write(_parse(text))


def find_phone(text: str) -> str:
    """The first number in a text that holds other words or numbers too, as `write_phone` writes it; empty for none."""
    if _AS_STORED.fullmatch(text):
        return text
    from phonenumbers import Leniency, PhoneNumberMatcher

    found = next(iter(PhoneNumberMatcher(text, _HOME, leniency=Leniency.POSSIBLE)), None)
    return write_phone("".join(takewhile(_is_no_letter, found.raw_string))) if found else ""


def _is_no_letter(sign: str) -> bool:
    return not sign.isalpha()


def take_phone(text: str, *, field: str = "") -> str:
    """What was typed as a phone number, as it is stored. Raises NotAPhoneNumber; nothing typed is not a number."""
    number = write_phone(text)
    if text.strip() and not number:
        raise NotAPhoneNumber(field=field)
    return number


def say_phone(text: str) -> str:
    """`0912 345 678`, as people read a mobile number of home; any other as it stands."""
    number = write_phone(text)
    return f"{number[:4]} {number[4:7]} {number[7:]}" if _AS_STORED.fullmatch(number) else text


def dial_phone(text: str) -> str:
    """The number as a gateway takes it, `+84912345678` (ITU-T E.164); empty when no such number is in use."""
    from phonenumbers import PhoneNumberFormat, format_number, is_valid_number

    number = _parse(text)
    return format_number(number, PhoneNumberFormat.E164) if number and is_valid_number(number) else ""


def _parse(text: str) -> "PhoneNumber | None":
    """What the text says; None for words, and when no number has that length."""
    from phonenumbers import NumberParseException, is_possible_number, parse

    if not all(map(_is_no_letter, text)):
        return None
    try:
        number = parse(text, _HOME, keep_raw_input=True)
    except NumberParseException:
        return None
    return number if is_possible_number(number) else None


def _write(number: "PhoneNumber | None") -> str:
    from phonenumbers import PhoneNumberFormat, format_number, is_valid_number, normalize_digits_only

    if number is None:
        return ""
    if is_valid_number(number):
        at_home = number.country_code == _HOME_CODE
        written = format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.E164)
        return str(normalize_digits_only(written)) if at_home else written
    return _write_unused(number) if number.country_code == _HOME_CODE else ""


def _write_unused(number: "PhoneNumber") -> str:
    """A Vietnamese number that is not in use: with 0 in front, unless it was typed without (`3 865 123` of a village)."""
    from phonenumbers import CountryCodeSource, national_significant_number, normalize_digits_only

    digits = national_significant_number(number)
    typed = normalize_digits_only(number.raw_input or "")
    if typed.startswith("0") or number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        digits = f"0{digits}"
    return digits if _UNUSED.fullmatch(digits) else ""
