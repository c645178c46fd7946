"""Vietnamese text: composing, folding, sorting by given name."""

import unicodedata

_LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
_ORDER = {letter: f"{index:03d}" for index, letter in enumerate(_LETTERS, start=1)}


def compose(text: str) -> str:
    """Unicode NFC with single spaces: the only form that is stored."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def compose_lines(text: str) -> str:
    """Text of several lines: the browser's line ends made one kind, each line composed, nothing empty around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(compose(line) for line in lines).strip()


def fold(text: str) -> str:
    """Lower case without marks, đ as d: for searching and for comparing what people typed."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(mark for mark in decomposed if not unicodedata.combining(mark)).split())


def name_sort_key(full_name: str) -> str:
    """Sort key by given name (the last word), then middle names, then family name, in Vietnamese letter order.

    Text of fixed-width digits, so that any database sorts it the same way.
    """
    words = compose(full_name).casefold().split()
    ordered = [words[-1], *words[:-1]] if words else []
    return " ".join("".join(_ORDER.get(letter, "999") for letter in word) for word in ordered)
