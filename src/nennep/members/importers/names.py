"""Names of people and of cells as they should be written, from names as they were typed."""

import re
from functools import lru_cache

from nennep.core.sheets.syllables import is_syllable
from nennep.core.text import compose, compose_letters, fold

# Ông is a family name too: taken for a title only before three more words.
_TITLES = re.compile(
    r"^(?:(?:đồng chí|đ/c|đ\.c|đ\.chí|đc\.)[\s.:]+(?=\S+\s)|(?:ông|bà)\s+(?=\S+\s\S+\s\S))", re.IGNORECASE
)
_NUMBERING = re.compile(
    r"^\(?(?:\d{1,4}|[ivxlc]{1,6}|[a-z])\s*[.)\-:/]+\s*|^[IVXLC]{1,6}\s+(?=(?i:chi|đảng))", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]?\s*")
_LONGEST_NAME = 60
_PERSON = re.compile(r"[^\W\d_]+(?:[ '’`.\-]+[^\W\d_]+)*['’.]?")
_PART_BORDER = re.compile(r"([-'’`])")
_COUNT = re.compile(
    r"[\s:;,.(–-]*(?:gồm|có|tổng số|tổng|=)?[\s:]*\d+\s*(?:đảng viên|đ/c|đc|đ\.c|đồng chí|đvđb|đv|người|hội viên)\b.*$"
    r"|[\s:]*\(\d+\)\s*$|\s*:\s*\d+\s*$",
    re.IGNORECASE,
)
_TIME = re.compile(r"[\s,;–-]*(?:\(?tính đến|đến|năm|tháng|quý|ngày)\s+\d.*$", re.IGNORECASE)
_CELL_START = re.compile(r"(?<!\w)(?:chi bộ|chi bo|cb)\b[.:]?\s*", re.IGNORECASE)
# Small words and fixed phrases of unit names, each written as it should be.
_PHRASES = (
    "Trung học cơ sở", "Trung học phổ thông", "Tiểu học", "Mầm non", "Phổ thông", "Dân tộc bán trú", "Dân tộc nội trú", "Bán trú",
    "Cơ quan", "Quân sự", "Công an", "Trạm Y tế", "Y tế", "Hợp tác xã", "Ủy ban nhân dân", "Uỷ ban nhân dân", "Đảng ủy",
    "Khối Đảng", "Chính quyền", "Mặt trận", "Đoàn thể", "Nông nghiệp", "Doanh nghiệp", "Dịch vụ", "Giáo dục", "Hưu trí",
    "Công ty", "cổ phần", "tổ dân phố", "khu dân cư", "khu phố", "khối phố", "thị trấn", "thôn", "bản", "xóm", "tổ", "khu",
    "khối", "ấp", "buôn", "tiểu khu", "xã", "phường", "số", "và",
)  # fmt: skip
_PHRASE = re.compile(r"(?<!\w)(" + "|".join(sorted(_PHRASES, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE)
_BORDERS = ' .,;:*-–_"“”'
_LEADING_NOUN = re.compile(
    r"^(?:tổ dân phố|khu dân cư|khu phố|khối phố|tiểu khu|thôn|bản|xóm|tổ|khu|khối|ấp|buôn)(?= )", re.IGNORECASE
)
_AS_WRITTEN = {phrase.casefold(): phrase for phrase in _PHRASES}
_UNIT_NOUNS = re.compile(
    r"\b(to dan pho|tdp|khu dan cu|khu pho|khoi pho|tieu khu|thon|ban|xom|to|khu|khoi|ap|buon|lang|truong)\b"
)


def clean(text: str) -> str:
    """Composed, single spaces, without invisible letters."""
    if text.isascii() and "  " not in text and "\n" not in text and "\t" not in text:
        return text.strip()
    return compose(text)


def split_person_name(text: str) -> tuple[str, str]:
    """The name in normal capitals, and what stood in brackets beside it."""
    plain = clean(text)
    asides = "; ".join(found.strip() for found in _BRACKETS.findall(plain) if found.strip())
    plain = _BRACKETS.sub(" ", plain) if "(" in plain or "[" in plain else plain
    plain = _NUMBERING.sub("", plain.strip(" .,;:*-–_")) if plain[:1].isdigit() else plain.strip(" .,;:*-–_")
    plain = _TITLES.sub("", plain)
    return " ".join(_capitalise_word(word) for word in plain.split()), asides


def find_dropped_title(text: str) -> str:
    """The `Ông` or `Bà` that was taken for a title although it may be a family name; empty for any other name."""
    first = clean(text)[:3].strip()
    return first if first.casefold() in {"ông", "bà"} and _TITLES.match(clean(text)) else ""


def is_person_name(name: str) -> bool:
    """Letters, spaces and the marks of minority names only; short enough to be a name."""
    return len(name) <= _LONGEST_NAME and _PERSON.fullmatch(name) is not None


def cell_name(text: str) -> str:
    """A cell's name from a title, a section row, a sheet's name or a column; empty when the text names none."""
    plain = _TIME.sub("", _NUMBERING.sub("", clean(text).strip(" .,;:*-–_")))
    start = _CELL_START.search(plain)
    rest = (plain[start.end() :] if start else plain).strip(_BORDERS)
    rest = _COUNT.sub("", rest).strip(_BORDERS) or rest
    if not rest:
        return ""
    if rest == rest.upper():
        return "Chi bộ " + _capitalise_unit(rest)
    return "Chi bộ " + (rest if start else _LEADING_NOUN.sub(lambda found: found.group().lower(), rest))


@lru_cache(maxsize=4_000)
def cell_key(name: str) -> str:
    """Two spellings of one cell have the same key."""
    return re.sub(r"[^a-z0-9]+", " ", fold(_CELL_START.sub("", clean(name)))).strip()


@lru_cache(maxsize=4_000)
def loose_cell_key(name: str) -> str:
    """The proper name alone, without thôn, bản, tổ dân phố."""
    return " ".join(_UNIT_NOUNS.sub(" ", cell_key(name)).split())


@lru_cache(maxsize=10_000)
def _capitalise_word(word: str) -> str:
    """Normal capitals for a word that is all small or all capital (diacritics aside); others stay as typed."""
    ascii_letters = [letter for letter in word if letter.isascii() and letter.isalpha()]
    capitals = sum(letter.isupper() for letter in ascii_letters)
    mixed = 0 < capitals < len(ascii_letters) and word[:1].isupper() and not _has_late_capital(word)
    if mixed or (word.istitle() and word.isalpha()):
        return word
    return "".join(part[:1].upper() + part[1:].lower() for part in _PART_BORDER.split(word))


def _has_late_capital(word: str) -> bool:
    """A capital with marks inside the word (`NguyỄn`): a slip of the keyboard, where `KRông` is a spelling."""
    return any(letter.isupper() and not letter.isascii() for letter in word[1:])


def _capitalise_unit(text: str) -> str:
    """`TRƯỜNG THCS SỐ 1` as `Trường THCS số 1`: what is not a Vietnamese syllable is an abbreviation and stays."""
    words = [word if _is_abbreviation(word) else word[:1] + word[1:].lower() for word in text.split()]
    return _PHRASE.sub(lambda found: _AS_WRITTEN[found.group().casefold()], " ".join(words))


def _is_abbreviation(word: str) -> bool:
    letters = compose_letters(word)
    return len(letters) > 1 and letters.isalpha() and not is_syllable(letters)
