"""How people are called in a text: `chị Mỷ`, `bà Súa`. Pure: a name and a text in, whether that person may be meant out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nennep.core.text import compose_letters, fold, name_key

_TITLES = ("đồng chí", "đ c", "đc", "anh", "chị", "ông", "bà", "cụ", "em", "cháu", "bác", "cô", "chú")
_MARKED_ONLY = ("dì", "cậu", "mợ", "thím", "mế", "thầy")  # without marks they are everyday words
_KIN = {fold(word) for word in (*_TITLES, *_MARKED_ONLY, "con", "bố", "mẹ")}  # `anh em`, `bà con`
# Without marks: chi bộ, chi ủy, chi phí, chi tiết, chỉ đạo, chủ trương, cơ quan, châu Á.
_OTHER = {"chi bo", "chi uy", "chi phi", "chi tiet", "chi dao", "chu truong", "co quan", "chau a"}
# Where a word in small letters only begins another one: `các cháu an toàn`, `các bà thu hoạch`.
_BEGUN = {
    form(words)
    for form in (name_key, fold)
    for words in (
        *("an toàn", "an ninh", "an tâm", "an cư", "an sinh", "bình thường", "bình đẳng", "hiền lành", "hòa giải"),
        *("hòa nhập", "hòa thuận", "học tập", "lý do", "mạnh khỏe", "sinh con", "sinh hoạt", "sinh năm", "sinh sống"),
        *("tâm thần", "thanh niên", "thanh toán", "thu gom", "thu hoạch", "thu hồi", "thu mua", "thu nhập"),
        *("thương binh", "tình nguyện", "trường hợp", "vui vẻ", "yên tâm"),
    )
}
Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Title:
    """One that stands in a text: where the name begins, whether it is written without its marks."""

    end: int
    is_bare: bool
    text: str


def is_called(name: str, text: str) -> bool:
    """Whether the text has a title and after it the given name, with what stands before it or without: `chị Mỷ`, `bà Lý Mỷ`.

    Marks count where they are typed: `bắc`, `có`, `chủ` are no titles, `Mỹ` is not `Mỷ`; without marks `chi My` is meant too.
    Composed or not, whatever signs stand between. Without a title a given name is any word of the language.
    """
    typed = _split(text)
    keys = [name_key(word) for word in typed]
    titles = [title for start in range(len(keys)) for title in _find_titles(keys, start)]
    return any(_is_meant(typed, keys, title, call) for call in _list_calls(name) for title in titles)


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", compose_letters(text))


def _list_calls(name: str) -> list[list[str]]:
    """The given name, with what stands before it, with the family name alone; a title of the name itself is none of it."""
    words = [name_key(word) for word in name.split()]
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    calls = [words[start:] for start in range(len(words))] + [[words[0], words[-1]]] if words else []
    return [[part for word in call for part in _split(word)] for call in calls]


def _find_titles(keys: Words, start: int) -> list[_Title]:
    found = []
    for title in (*_TITLES, *_MARKED_ONLY):
        end = start + len(title.split())
        here = " ".join(keys[start:end])
        is_bare = here != title
        if here == title or (here == fold(title) and title in _TITLES):
            found.append(_Title(end, is_bare, here))
    return found


def _is_meant(typed: Words, keys: Words, title: _Title, call: Words) -> bool:
    end = title.end + len(call)
    here = keys[title.end : end]
    if not call or not _is_same(here, call):
        return False
    if title.is_bare and (not "".join(here).isascii() or f"{title.text} {' '.join(here)}" in _OTHER):
        return False
    begun = " ".join(keys[end - 1 : end + 1]) in _BEGUN or fold(here[0]) in _KIN
    return typed[title.end].istitle() or not begun


def _is_same(here: Words, call: Words) -> bool:
    """Each word with its marks, or without any."""
    return len(here) == len(call) and all(word in {key, fold(key)} for word, key in zip(here, call, strict=True))
