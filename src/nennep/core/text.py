"""Vietnamese text: composing, folding, sorting by given name."""

import re
import unicodedata

_LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
_ORDER = {letter: f"{index:03d}" for index, letter in enumerate(_LETTERS, start=1)}

# Zero-width spaces and joiners, the mark of byte order, the soft hyphen: they come along when something is pasted.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_ODD_SPACE = re.compile(r"[^\S \t\n]")
# Letters of other alphabets that look like ours, and the apostrophes that phones and old keyboards type in minority names.
_LOOKALIKES = str.maketrans("ÐðƉɖ", "ĐđĐđ")
_APOSTROPHES = str.maketrans("’‘`´ʼʻ′＇", "'" * 8)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PAIRS = [
    (unicodedata.normalize("NFC", first + tone) + second, first + unicodedata.normalize("NFC", second + tone))
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
]
_ON_FIRST, _ON_SECOND = dict(_PAIRS), {second: first for first, second in _PAIRS}
_TONE_PLACE = re.compile(rf"({'|'.join(_ON_FIRST)})(?=\w)|({'|'.join(_ON_SECOND)})(?!\w)")


def compose_letters(text: str) -> str:
    """Unicode NFC without invisible letters, so that what looks alike is alike; white space stays as it is."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def compose_strictly(text: str) -> str:
    """Unicode NFKC: whatever says the same is the same, wide and narrow letters too. For secrets, which nobody sees again."""
    return unicodedata.normalize("NFKC", text)


def compose(text: str) -> str:
    """One line of text with single spaces: the only form that is stored."""
    return " ".join(compose_letters(text).split())


def compose_lines(text: str) -> str:
    """Text of several lines: the browser's line ends made one kind, each line composed, nothing empty around."""
    return "\n".join(compose(line) for line in _one_kind_of_end(text).split("\n")).strip()


def compose_note(text: str) -> str:
    """Text that is still being written: as `compose_lines`, but every space stays where it was typed."""
    return _ODD_SPACE.sub(" ", compose_letters(_one_kind_of_end(text)))


def _one_kind_of_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def strip_diacritics(text: str) -> str:
    """Letters without their marks, đ as d and Đ as D; capitals, signs and spaces stay."""
    if text.isascii():
        return text
    plain = text.translate(_LOOKALIKES).replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", plain)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def to_ascii(text: str) -> str:
    """`strip_diacritics`, without whatever is not ASCII even then: for old phones and for names of files."""
    return "".join(sign for sign in strip_diacritics(text) if sign.isascii())


def fold(text: str) -> str:
    """Lower case without diacritics, one kind of apostrophe, single spaces: to search and compare what people typed."""
    return " ".join(strip_diacritics(text.casefold()).translate(_APOSTROPHES).split())


def split_words(folded: str) -> list[str]:
    """The words of what `fold` wrote, without signs: `cau na-kha,` has three."""
    return re.findall(r"\w+", folded)


def name_key(full_name: str) -> str:
    """The one key by which names are compared: what differs only in how it was typed has the same key.

    Capitals, single signs or several, Đ or Ð, straight or curly apostrophes, the tone in Hòa or Hoà. Other tones differ.
    """
    if full_name.isascii():
        return " ".join(full_name.casefold().translate(_APOSTROPHES).split())
    letters = compose(full_name).translate(_LOOKALIKES).casefold().translate(_APOSTROPHES)
    return _TONE_PLACE.sub(lambda found: _ON_FIRST.get(found.group()) or _ON_SECOND[found.group()], letters)


def name_sort_key(full_name: str) -> str:
    """Sort key by given name (the last word), then middle names, then family name, in Vietnamese letter order.

    Text of fixed-width digits, so that any database sorts it the same way.
    """
    words = name_key(full_name).split()
    ordered = [words[-1], *words[:-1]] if words else []
    return " ".join("".join(_ORDER.get(letter, "999") for letter in word) for word in ordered)
