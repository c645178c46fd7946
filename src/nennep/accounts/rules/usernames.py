"""The name somebody signs in with: a phone number or a chosen word, compared without capitals, separators or +84."""

import re

from nennep.accounts.choices import USERNAME_LIMIT
from nennep.core.phones import write_phone
from nennep.core.text import compose, fold

_PHONE = re.compile(r"\+?[\d\s.()-]{8,20}")
_AT_HOME = 10  # digits; in a longer number 84 is the country


def normalize_username(text: str) -> str:
    """What is stored and looked up: `0912 345 678`, `+84 912.345.678` and `0912345678` are one; names in small letters."""
    name = compose(text).casefold()
    if not _PHONE.fullmatch(name):
        return name.replace(" ", "")
    digits = re.sub(r"\D", "", name)
    if digits.startswith("0") or (digits.startswith("84") and len(digits) > _AT_HOME):
        return write_phone(name).removeprefix("+") or digits
    return digits


def propose_username(*, full_name: str, phone: str, number: int) -> str:
    """The phone number when there is one and `number` is 0; else given name and number without diacritics, such as `pao3`."""
    if phone and number == 0:
        return normalize_username(phone)
    words = fold(full_name).split()
    given_name = re.sub(r"[^a-z]", "", words[-1]) if words else ""
    return f"{(given_name or 'dangvien')[: USERNAME_LIMIT - 6]}{max(number, 1)}"
