"""Numbers and texts of SMS."""

import re
import unicodedata

from nennep.notifications.choices import SMS_LIMIT

_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
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


def strip_marks(text: str) -> str:
    """Vietnamese without marks in plain ASCII: what the oldest phone shows and what fits one message of 160 signs."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(sign for sign in decomposed if sign.isascii())


def fit_sms(text: str, *, plain: bool) -> str:
    """One line of at most 160 signs, cut between words; `plain` takes the marks away."""
    line = " ".join((strip_marks(text) if plain else unicodedata.normalize("NFC", text)).split())
    if len(line) <= SMS_LIMIT:
        return line
    return line[: SMS_LIMIT - 2].rsplit(" ", 1)[0] + ".."
