"""How people are named in a text: `Lý Mỷ`, `chị Mỷ`, `nhà Mỷ`. Pure: a name, a text in; whether that person may be meant out."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nennep.core.text import compose_letters, fold, name_key, split_words

_TITLES = ("đồng chí", "đ c", "đc", "anh", "chị", "ông", "bà", "cụ", "em", "cháu", "bác", "cô", "chú")
_MARKED_ONLY = ("dì", "cậu", "mợ", "thím", "mế", "thầy")  # without marks they are everyday words
_KIN = {fold(word) for word in (*_TITLES, *_MARKED_ONLY, "con", "bố", "mẹ")}  # `anh em`, `bà con`
# Before a name they call somebody, before any other word they are everyday words: the name is written with capitals there.
_EVERYDAY = (
    *(
        "nhà",
        "hộ",
        "gia đình",
        "vợ chồng",
        "vợ",
        "chồng",
        "mẹ",
        "bố",
        "con",
        "con gái",
        "con trai",
        "con dâu",
        "con rể",
    ),
    *("bà ngoại", "bà nội", "ông ngoại", "ông nội", "đảng viên"),
)
_PLAIN = ("nhà", "gia đình", "vợ chồng", "đảng viên", "bà ngoại", "bà nội")  # the others are other words without marks
# What stands before the name of whoever asked, when it is typed: `hộ ông Giàng A Páo`.
_BEFORE = {tuple(name_key(title).split()) for title in (*_TITLES, *_EVERYDAY, "đ/c")}
_MANY = ("ba con", "nhan dan", "nguoi dan", "cac ho", "cu tri", "tap the")  # who asked may be written so: nobody's name
_NOTES = ("truong thon", "truong ban", "truong xom", "ho ngheo", "can ngheo", "bi thu", "dang vien")
_PLACES = (
    "tỉnh",
    "huyện",
    "xã",
    "phường",
    "thôn",
    "bản",
    "xóm",
    "đường",
    "phố",
    "cầu",
    "chợ",
    "trường",
    "suối",
    "sông",
)
# Families that begin a sentence often: `Lò Thị Mỷ nói` is no word about `Thị Mỷ`, `Hỏi Thị Mỷ` is one.
_FAMILIES = {
    *("nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong"),
    *("ly", "ma", "nong", "ha", "lo", "luong", "quang", "ca", "tong", "vang", "giang", "sung", "thao", "va", "mua"),
    *("hang", "hau", "lu", "lau", "cu", "trang", "chao", "tan", "ban", "trieu", "dinh", "quach", "mong", "la", "hua"),
    *(
        "chu",
        "luc",
        "vi",
        "lang",
        "cao",
        "mai",
        "ta",
        "to",
        "trinh",
        "doan",
        "dao",
        "lam",
        "phung",
        "luu",
        "mac",
        "dam",
    ),
}
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
    """One that stands in a text: where the name begins, whether it is written without its marks, is an everyday word too."""

    end: int
    is_bare: bool
    text: str
    is_everyday: bool


def names_many(name: str) -> bool:
    """Whether nobody alone asked: `bà con xóm Nà Khà`."""
    return fold(name).startswith(_MANY)


def is_spelled(name: str, text: str) -> bool:
    """Whether the text has the name as it is typed, or one of several typed there, with or without marks, whatever signs stand between.

    Of `Bà Sùng Thị Dợ (hộ nghèo)` the name without its title too; one of two words is found so only by `is_called`, because
    without marks two words are soon two others: `Văn Hòa`, `nhà văn hóa`.
    """
    words = _spell(text)
    spelled = {_spell(one) for one in (name, *_list_pieces(name))} | {
        _spell(one) for one in list_persons(name) if len(_split(one)) > 2
    }
    return any(one in words for one in spelled if one.strip())


def list_persons(typed: str) -> list[str]:
    """The names alone of what stands in a field for whoever asked: no title, no note, several apart.

    `hộ ông Giàng A Páo (hộ nghèo), bà Dợ - 70 tuổi` are `Giàng A Páo` and `Dợ`.
    """
    return [name for piece in _list_pieces(typed) if not names_many(piece) and (name := _strip_titles(piece))]


def _list_pieces(typed: str) -> list[str]:
    """The first is somebody; what follows may be a note: one who is named there has capitals, where the first has some."""
    plain = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", " ", compose_letters(typed))
    plain = re.sub(r"\bđ\s*/\s*c\b", "đồng chí", plain, flags=re.IGNORECASE)
    first, *more = [piece.strip() for piece in re.split(r"[,;/+&]|\s[-–—]\s|\svà\s", plain) if piece.strip()] or [""]
    is_lower = plain == plain.lower()
    return [one for one in (first, *(one for one in more if _is_person(one, is_lower=is_lower))) if one]


def _is_person(piece: str, *, is_lower: bool) -> bool:
    words = _split(_strip_titles(piece))
    if not words or any(word.isdigit() for word in words) or fold(piece).startswith(_NOTES):
        return False
    return len(words) > 1 if is_lower else all(word[:1].isupper() for word in words)


def _strip_titles(piece: str) -> str:
    words = piece.split()
    while found := next((n for n in (2, 1) if len(words) > n and _key_of(words[:n]) in _BEFORE), 0):
        words = words[found:]
    return " ".join(words)


def _key_of(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(name_key(word).strip(".:") for word in words)


def is_called(name: str, text: str) -> bool:
    """Whether the text has the given name after a title, with what stands before it or without: `chị Mỷ`, `bà Lý Mỷ`, `nhà Mỷ`.

    Without a title the given name after another part, with capitals: `Lý Mỷ`, `Thị Mỷ`; alone it is any word of the language.
    Marks count where they are typed: `bắc`, `có`, `chủ` are no titles, `Mỹ` is not `Mỷ`; without marks `chi My` is meant too.
    Composed or not, whatever signs stand between, or none where a capital begins: `chị_Mỷ`, `chịMỷ`.
    """
    typed = _split(text)
    keys = [name_key(word) for word in typed]
    titles = [title for start in range(len(keys)) for title in _find_titles(keys, start)]
    calls = [call for person in list_persons(name) for call in _list_calls(person)]
    return any(
        any(_is_meant(typed, keys, title, call) for title in titles) or _is_written(typed, keys, call) for call in calls
    )


def _split(text: str) -> list[str]:
    """Words without signs; a capital inside of a word begins one: what was pasted may have lost its space."""
    return re.findall(r"[^\W_]+", re.sub(r"[^\W\d_]+", _part_at_capitals, compose_letters(text)))


def _part_at_capitals(found: re.Match[str]) -> str:
    letters = found.group()
    pairs = itertools.pairwise(letters)
    return letters[0] + "".join(
        f" {after}" if before.islower() and after.isupper() else after for before, after in pairs
    )


def _spell(text: str) -> str:
    return f" {' '.join(split_words(fold(' '.join(_split(text)))))} "


def _list_calls(name: str) -> list[list[str]]:
    """The given name, with what stands before it, with the family name alone; a title of the name itself is none of it."""
    words = [name_key(word) for word in name.split()]
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    calls = [words[start:] for start in range(len(words))] + [[words[0], words[-1]]] if words else []
    return [[part for word in call for part in _split(word)] for call in calls]


def _find_titles(keys: Words, start: int) -> list[_Title]:
    found = []
    for title in (*_TITLES, *_MARKED_ONLY, *_EVERYDAY):
        end = start + len(title.split())
        here = " ".join(keys[start:end])
        if here == title or (here == fold(title) and title in (*_TITLES, *_PLAIN)):
            found.append(_Title(end, here != title, here, is_everyday=title in _EVERYDAY))
    return found


def _is_meant(typed: Words, keys: Words, title: _Title, call: Words) -> bool:
    end = title.end + len(call)
    here = keys[title.end : end]
    if not call or not _is_same(here, call):
        return False
    if title.is_bare and (not "".join(here).isascii() or f"{title.text} {' '.join(here)}" in _OTHER):
        return False
    if title.is_everyday:
        return _has_capitals(typed[title.end : end])
    begun = " ".join(keys[end - 1 : end + 1]) in _BEGUN or fold(here[0]) in _KIN
    return typed[title.end].istitle() or not begun


def _is_written(typed: Words, keys: Words, call: Words) -> bool:
    """Two parts of the name or more, with capitals, where no other family stands before them and no place is named so."""
    size = len(call)
    return size > 1 and any(
        _is_same(keys[start : start + size], call)
        and _has_capitals(typed[start : start + size])
        and not _begins_before(typed, keys, start)
        for start in range(len(keys) - size + 1)
    )


def _begins_before(typed: Words, keys: Words, start: int) -> bool:
    """`Lò Thị Mỷ` is somebody else than `Lý Thị Mỷ`, `tỉnh Hà Giang` nobody."""
    if start == 0:
        return False
    before, first = keys[start - 1], typed[start - 1][:1]
    if before in _PLACES:
        return True
    is_title = any(title.end == start for at in (start - 2, start - 1) if at >= 0 for title in _find_titles(keys, at))
    return first.isupper() and not is_title and (start > 1 or fold(before) in _FAMILIES)


def _has_capitals(words: Words) -> bool:
    """Not those of a text all in capitals, which tell nothing."""
    return all(word.istitle() for word in words)


def _is_same(here: Words, call: Words) -> bool:
    """Each word with its marks, or without any."""
    return len(here) == len(call) and all(word in {key, fold(key)} for word, key in zip(here, call, strict=True))
