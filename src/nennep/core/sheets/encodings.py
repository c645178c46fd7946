"""Text as communes stored it over thirty years, brought to composed Unicode.

Files: UTF-8 with or without a mark, UTF-16, Windows-1258, TCVN3 (the .VnTime fonts, TCVN 5712:1993), VNI-Windows (the VNI-Times
fonts of the south). Inside old workbooks the cells themselves hold the bytes of the latter two as if they were Latin letters.
What is proper Unicode already is never touched.
"""

import re
import unicodedata
from collections.abc import Iterable

from nennep.core.sheets.refusal import Refusal
from nennep.core.sheets.syllables import score

_HIGH = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_LOW = {0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ", 0x12: "Ự", 0x13: "Ỳ", 0x14: "Ỷ", 0x15: "Ỹ",
        0x16: "Ý", 0x17: "Ỵ"}  # fmt: skip
TCVN3 = {**_LOW, **{0x80 + index: letter for index, letter in enumerate(_HIGH)}}
# A Windows program shows the bytes 80–9F as these letters, so workbooks may hold them instead.
_FROM_WINDOWS = {
    ord(bytes([byte]).decode("cp1252")): TCVN3[byte]
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_TABLE = {**TCVN3, **_FROM_WINDOWS}
# VNI-Windows: a letter, and after it the sign that stands for its marks; six letters have a sign of their own.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVES = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _make_vni() -> dict[str, str]:
    pairs = dict(_VNI_LETTERS)
    for letter in ("a", "e", "o", "u", "y", "ô", "ö"):
        pairs |= {letter + sign: _VNI_LETTERS.get(letter, letter) + mark for sign, mark in _VNI_TONES.items()}
    for letter in ("a", "e", "o"):
        pairs |= {letter + sign: letter + "\u0302" + mark for sign, mark in _VNI_HATS.items()}
    pairs |= {"a" + sign: "a\u0306" + mark for sign, mark in _VNI_BREVES.items()}
    small = {old: unicodedata.normalize("NFC", new) for old, new in pairs.items()}
    capitals = {old.upper(): new.upper() for old, new in small.items()}
    mixed = {old[0].upper() + old[1:]: new.upper() for old, new in small.items() if len(old) > 1}
    return small | mixed | capitals


_VNI = _make_vni()
_ONLY_VNI = frozenset("øûïåäüëöñæî")
_VNI_SIGNS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))
_SAMPLE = 4_000
_VIETNAMESE_LATIN = frozenset("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý")
_ONLY_TCVN3 = frozenset(map(chr, range(0xA1, 0x100))) - _VIETNAMESE_LATIN - frozenset("×÷") | frozenset("×Øß")
_CONVERTIBLE = frozenset(map(chr, _TABLE)) | frozenset(map(chr, range(0x80)))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b")


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding; raises Refusal when it is not text."""
    text, encoding = _decode(content)
    start = text[:_SAMPLE]
    if sum(1 for letter in start if ord(letter) < 0x20 and letter not in "\t\n\r") > len(start) * 0.02:
        raise Refusal("sheet_unknown_format")
    return text, encoding


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(content, "utf-16"), "UTF-16"
    if content.startswith(b"\xef\xbb\xbf"):
        return _decode_as(content, "utf-8-sig"), "UTF-8"
    if wide := _wide_without_mark(content):
        return _decode_as(content, wide), "UTF-16"
    if b"\0" in content:
        raise Refusal("sheet_unknown_format")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decode_single_bytes(content)


def from_tcvn3(text: str) -> str:
    """TCVN3 that was read as Latin letters, as Vietnamese."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def from_vni(text: str) -> str:
    """VNI-Windows that was read as Latin letters, as Vietnamese."""
    return _VNI_SIGNS.sub(lambda found: _VNI[found.group()], text)


def find_repairs(texts: Iterable[str]) -> tuple[dict[str, str], str]:
    """What to replace so that every text is Vietnamese in composed Unicode, and whether TCVN3 or VNI was among them ("" for none).

    Old texts of one list are all of one kind: the one that makes more Vietnamese of them.
    A text with a letter that only TCVN3 uses is converted when that makes Vietnamese of it. One that could be either
    ("Lò" or "Lũ") follows its neighbours: converted only where TCVN3 was found and no proper Unicode, or where
    only the conversion reads as Vietnamese.
    """
    candidates = [text for text in texts if not (text.isascii() and text.isprintable())]
    modern = any(_is_surely_unicode(text) for text in candidates)
    old = {text: from_tcvn3(text) for text in candidates if _is_surely_tcvn3(text)}
    vni = _read_as_vni(candidates, mixed=modern)
    name = "TCVN3" if old else ""
    if vni and sum(map(score, vni.values())) > sum(score(old.get(text, text)) for text in vni):
        old, name = vni, "VNI"
    elif old:
        follow = [text for text in candidates if text not in old and _follows_tcvn3(text, mixed=modern)]
        old |= {text: from_tcvn3(text) for text in follow}
    repairs = {text: _without_controls(old.get(text) or unicodedata.normalize("NFC", text)) for text in candidates}
    return {text: repaired for text, repaired in repairs.items() if text != repaired}, name


def _read_as_vni(candidates: Iterable[str], *, mixed: bool) -> dict[str, str]:
    """The texts that VNI makes Vietnamese of; where no proper Unicode stands beside them, those that it leaves as good too."""
    read = {text: from_vni(text) for text in candidates if not _is_surely_unicode(text)}
    better = {text: new for text, new in read.items() if score(new) > score(text)}
    if mixed:  # "eà" may be a slip of the hand: only a sign that no Vietnamese word holds tells the font
        return better if any(_ONLY_VNI & set(text.lower()) for text in better) else {}
    if not better:
        return {}
    return {text: new for text, new in read.items() if text in better or score(new) >= min(score(text), 0)}


def _without_controls(text: str) -> str:
    """Signs that steer a printer or a screen came along from elsewhere: they are no text."""
    return _CONTROLS.sub("", text)


def _has_low(text: str) -> bool:
    return any(ord(letter) in _LOW for letter in text)


def _is_surely_unicode(text: str) -> bool:
    return any("\u0102" <= letter <= "\u01b0" or "\u1ea0" <= letter <= "\u1ef9" or letter in _MARKS for letter in text)


def _is_surely_tcvn3(text: str) -> bool:
    if not (set(text) & _ONLY_TCVN3 or _has_low(text)) or not _CONVERTIBLE.issuperset(text):
        return False
    return score(from_tcvn3(text)) > score(text)


def _follows_tcvn3(text: str, *, mixed: bool) -> bool:
    if _is_surely_unicode(text) or not _CONVERTIBLE.issuperset(text):
        return False
    return score(from_tcvn3(text)) > score(text) if mixed else score(from_tcvn3(text)) >= min(score(text), 0)


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("sheet_broken") from error


def _wide_without_mark(content: bytes) -> str:
    """UTF-16 without a mark shows as text in which every second byte is mostly zero."""
    start = content[:_SAMPLE]
    if len(start) < 4 or len(content) % 2:
        return ""
    half = len(start) // 2
    if start[1::2].count(0) > half * 0.4 and start[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.4 and start[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return ""


def _decode_single_bytes(content: bytes) -> tuple[str, str]:
    """Windows-1258, TCVN3 or VNI: whichever reads as Vietnamese; what reads as neither is taken as Windows-1252."""
    windows = unicodedata.normalize("NFC", content.decode("cp1258", errors="replace"))
    old = from_tcvn3(content.decode("latin-1"))
    south = from_vni(content.decode("cp1252", errors="replace"))
    choices = [(score(windows), "Windows-1258", windows), (score(old), "TCVN3", old), (score(south), "VNI", south)]
    best = max(choices, key=lambda choice: choice[0])
    if best[0] <= 0 and any(byte < 9 for byte in content[:_SAMPLE]):
        raise Refusal("sheet_unknown_format")
    return best[2], best[1]
