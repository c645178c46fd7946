"""Texts of SMS."""

from nennep.core.text import compose, to_ascii
from nennep.notifications.choices import SMS_LIMIT

_PLAIN_SIGNS = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})


def fit_sms(text: str, *, plain: bool) -> str:
    """One line of at most 160 characters, cut between words; `plain`: in ASCII, which the oldest phone shows and of which 160 fit."""
    line = compose(to_ascii(text.translate(_PLAIN_SIGNS)) if plain else text)
    if len(line) <= SMS_LIMIT:
        return line
    return line[: SMS_LIMIT - 2].rsplit(" ", 1)[0] + ".."
