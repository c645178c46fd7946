"""Passwords in Vietnamese: keyboards send the same letters composed or in parts."""

import re
from difflib import SequenceMatcher

from nennep.core.text import compose_strictly, fold

MUCH_ALIKE = 0.7  # of two texts, the part that stands in both in the same order
OWN_LETTERS = 5  # that a password must have besides words that others know of its owner


def normalize_password(password: str) -> str:
    """The one form that is hashed: Unicode NFKC (NIST SP 800-63B-4, section 3.1.1.2)."""
    return compose_strictly(password)


def list_password_forms(password: str) -> tuple[str, ...]:
    """What a stored password may have been hashed from: the one form, then what was typed, as it was done before; each once."""
    return tuple(dict.fromkeys((normalize_password(password), password)))


def is_like(password: str, known: str) -> bool:
    """Whether a password is much like what others know of its owner (a name, a number, an address).

    Compared without diacritics, spaces and marks. It is when nearly the same letters stand in the same order, or when
    fewer than OWN_LETTERS are left besides the known words: a name backwards, a name with a year.
    """
    words = [word for word in _WORD.findall(fold(known)) if len(word) > 1]
    plain, whole = "".join(_WORD.findall(fold(password))), "".join(words)
    if not whole or not plain:
        return False
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "", 1)
    return len(rest) < min(OWN_LETTERS, len(plain)) or SequenceMatcher(None, plain, whole).ratio() >= MUCH_ALIKE


_WORD = re.compile(r"[^\W_]+")
