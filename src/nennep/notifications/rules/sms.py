"""Numbers and texts of SMS."""

import re

from nennep.core.text import compose, to_ascii
from nennep.notifications.choices import SMS_LIMIT

_PLAIN_SIGNS = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
_NUMBER = re.compile(r"(?:\+|00)[1-9]\d{7,13}|0\d{9,10}")
_VIETNAM = "+84"


def normalize_phone(text: str) -> str:
    """`0912 345 678` as `+84912345678`; empty for what is no phone number."""
    digits = re.sub(r"[\s.()-]", "", text)
    if not _NUMBER.fullmatch(digits):
        return ""
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return digits if digits.startswith("+") else f"{_VIETNAM}{digits[1:]}"


def fit_sms(text: str, *, plain: bool) -> str:
    """One line of at most 160 signs, cut between words; `plain`: in ASCII, which the oldest phone shows and of which 160 fit."""
    line = compose(to_ascii(text.translate(_PLAIN_SIGNS)) if plain else text)
    if len(line) <= SMS_LIMIT:
        return line
    return line[: SMS_LIMIT - 2].rsplit(" ", 1)[0] + ".."
