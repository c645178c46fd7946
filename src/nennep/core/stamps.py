"""Markings of state secrets: MẬT, TỐI MẬT, TUYỆT MẬT (Luật Bảo vệ bí mật nhà nước 117/2025/QH15; rules.md §11.3).

A paper that only speaks about secrets ("bảo vệ bí mật nhà nước", "mật ong") is let through: looked for is the stamp.
Files are looked through by documents; every text that people type is by `core.typed`, on its way into a record.
"""

import re
from collections.abc import Iterable

from nennep.core.text import compose, compose_letters, fold

_HIGH = re.compile(r"\b(TUYỆT ?MẬT|TỐI ?MẬT|TUYET ?MAT|TOI ?MAT)\b")
# A marking in small letters is one in brackets, or behind what says that it is the degree.
_SMALL = re.compile(
    r"[(\[]\s*(?:độ mật\W*)?(tuyệt mật|tối mật|mật)\s*[)\]]|\b(?:độ|dấu) mật\s*[:.–-]?\s*(tuyệt mật|tối mật|mật)\W*$",
    re.IGNORECASE,
)
_LETTERS_APART = re.compile(r"(?<!\w)(?:\w )+\w(?!\w)")
_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_STAMP_LINE = re.compile(r"\W*(?:(?:ĐỘ|DO|DẤU|DAU) (?:MẬT|MAT)\W*)?(TUYỆT MẬT|TỐI MẬT|MẬT|TUYET MAT|TOI MAT|MAT)\W*")
_HIGH_IN_NAMES = {"tuyệt mật": "TUYỆT MẬT", "tối mật": "TỐI MẬT", "tuyet mat": "TUYỆT MẬT", "toi mat": "TỐI MẬT"}
_INLINE = re.compile(r"(?:^|[^\w]|(?<=\s))MẬT(?=\W*$|\s{2,}|\t)")
_SPOKEN = re.compile(r"\b(BÍ|BẢO|CƠ|THƯ)\s+MẬT")
_SPOKEN_BEFORE = frozenset({"bí", "bảo", "cơ", "thư"})
_SPOKEN_AFTER = frozenset({"ong", "độ", "khẩu", "thiết", "mã", "mía", "gấu", "tập", "danh", "nghị"})
# Without diacritics only capitals are a stamp, and only where they do not look like mặt, mắt or mất.
_PLAIN_BEFORE = frozenset({"bi", "bao", "co", "thu", "ra", "vang", "hop", "be", "tien", "gap", "guong", "doi", "dong"})
_PLAIN_AFTER = frozenset({"tran", "bang", "ong", "do", "khau", "thiet", "ma", "nuoc", "tap", "hang"})


def find_stamp(lines: Iterable[str]) -> str:
    """The marking that stands on a paper as a stamp: alone on a line, at a line's end, or in capitals; else empty."""
    for line in lines:
        found = _find_in_line(line)
        if found:
            return found
    return ""


def find_stamp_beside_names(lines: Iterable[str]) -> str:
    """The same where names of people stand: a MẬT at the end of a line is somebody's name, alone it is a stamp."""
    read = (reading for line in lines for reading in _readings(line))
    return next((_with_diacritics(found[1]) for reading in read if (found := _find_plain_stamp(reading))), "")


def find_stamp_in_name(name: str) -> str:
    """The marking in a file name or title, with or without diacritics, whatever the separators; else empty.

    What stands behind the last dot is a word as the others: `Bản tin.MAT` bears a stamp.
    """
    plain = compose(re.sub(r"[_\-.,;+]+", " ", name))
    words = re.findall(r"\w+", plain)
    marked = " ".join(words).casefold()
    for high, shown in _HIGH_IN_NAMES.items():
        if re.search(rf"\b{high}\b", marked):
            return shown
    if re.search(r"[(\[]\s*mat\s*[)\]]", plain.casefold()):
        return "MẬT"
    lower, folded = [word.casefold() for word in words], [fold(word) for word in words]
    is_marked = _stands_alone([word == "mật" for word in lower], lower, _SPOKEN_BEFORE, _SPOKEN_AFTER)
    is_plain = _stands_alone([word == "MAT" for word in words], folded, _PLAIN_BEFORE, _PLAIN_AFTER)
    return "MẬT" if is_marked or is_plain else ""


def _find_in_line(line: str) -> str:
    for reading in _readings(line):
        if found := _find_plain_stamp(reading):
            return _with_diacritics(found[1])
        if small := _SMALL.search(reading):
            return (small[1] or small[2]).upper()
    # Two spaces or a tab may part a stamp from the words beside it: the line as it was typed.
    spaced = compose_letters(line)
    return "MẬT" if _INLINE.search(spaced) and not _SPOKEN.search(spaced) else ""


def _readings(line: str) -> set[str]:
    """As it is stored; with what is not seen taken for a space, as it looks; and with letters that stand apart put together."""
    seen = {compose(line), compose(_UNSEEN.sub(" ", line))}
    return seen | {_LETTERS_APART.sub(lambda found: found[0].replace(" ", ""), reading) for reading in seen}


def _find_plain_stamp(text: str) -> re.Match[str] | None:
    return _STAMP_LINE.fullmatch(text) or _HIGH.search(text)


def _stands_alone(is_stamp: list[bool], words: list[str], before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether one of the words that look like a stamp is not half of a word of two syllables."""
    return any(
        found
        and (not index or words[index - 1] not in before)
        and (index + 1 == len(words) or words[index + 1] not in after)
        for index, found in enumerate(is_stamp)
    )


def _with_diacritics(marking: str) -> str:
    high = {
        "TUYE": "TUYỆT MẬT",
        "TUYỆ": "TUYỆT MẬT",
        "TOI ": "TỐI MẬT",
        "TOIM": "TỐI MẬT",
        "TỐI ": "TỐI MẬT",
        "TỐIM": "TỐI MẬT",
    }
    return high.get(marking[:4], "MẬT")
