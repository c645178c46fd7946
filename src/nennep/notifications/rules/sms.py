"""Texts of SMS."""

import re

from nennep.core.text import compose, to_ascii
from nennep.notifications.choices import SMS_LIMIT

_PLAIN_SIGNS = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
_LINK = re.compile(r"https?://\S+")
_CUT = ".."


def fit_sms(text: str, *, plain: bool) -> str:
    """One line of at most 160 characters, cut between words; `plain`: in ASCII, which the oldest phone shows and of which 160 fit.

    A link is kept whole, the last one that fits, and the words before it give way: half an address opens nothing. One that does not
    fit at all is left out.
    """
    line = compose(to_ascii(text.translate(_PLAIN_SIGNS)) if plain else text)
    if len(line) <= SMS_LIMIT:
        return line
    links = [link.group() for link in _LINK.finditer(line)]
    link = next((one for one in reversed(links) if len(one) <= SMS_LIMIT), "")
    words = " ".join(_LINK.sub("", line[: line.index(link)] if link else line).split())
    room = SMS_LIMIT - (len(link) + 1 if link else 0)
    return f"{_cut(words, room)} {link}".strip()


def _cut(words: str, room: int) -> str:
    """At most so many letters, whole words as long as there are any; nothing where there is no room for two dots."""
    if len(words) <= room:
        return words
    if room < len(_CUT):
        return ""
    kept = words[: room - len(_CUT) + 1]  # one more: a word may end just there
    kept = kept.rsplit(" ", 1)[0] if " " in kept else kept[:-1]
    return kept.rstrip() + _CUT
