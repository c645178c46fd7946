"""How the papers write dates, numbers, letters and lines (HD 05-HD/VPTW, 27/5/2026). Pure functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count

from nennep.core.rounding import round_half_up
from nennep.core.text import compose_letters
from nennep.core.wording import format_long_day as format_long_day
from nennep.core.wording import format_time as format_time

LETTERS = "abcdđeghiklmnopqrstuvxy"
"""The Vietnamese lettering: f, j, w and z are skipped, đ follows d."""

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_ORDINALS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_COMRADE = "đồng chí "
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Composed Unicode without the characters that no XML file may hold; line ends as newlines."""
    lined = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return compose_letters(_NOT_PRINTABLE.sub("", lined))


def split_lines(text: str) -> tuple[str, ...]:
    """The lines that hold something, each on its way to a paragraph of its own."""
    return tuple(line for line in (" ".join(part.split()) for part in clean(text).split("\n")) if line)


def format_number(value: Decimal | float) -> str:
    """`1.234,5` as Vietnamese readers write it; no useless zeros: 25, not 25,0."""
    text = f"{round_half_up(value, 2):,f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def format_percent(part: int, whole: int) -> str:
    """`88,0%`, one decimal, rounded half up; empty when there is nothing to divide by."""
    if not whole:
        return ""
    tenths = (part * 2000 + whole) // (whole * 2)
    return f"{tenths // 10},{tenths % 10}%"


def format_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def say_person(name: str) -> str:
    """The name that follows `đồng chí`: those words are not said twice when somebody typed them."""
    return name[len(_COMRADE) :] if name.lower().startswith(_COMRADE) else name


def say_comrades(names: str) -> str:
    """`đồng chí A`, `các đồng chí A, B`: names with a comma between, none of them called so twice."""
    said = ", ".join(say_person(name) for name in names.split(", "))
    return f"{'các ' if ', ' in said else ''}{_COMRADE}{said}"


_LINE_OF_HEAD = 24  # capitals that fit beside the name of the Party


def hold_name(issuer: str) -> str:
    """The name of a cell as the head breaks it: one too long for a line breaks behind `CHI BỘ`, where the rest fits one."""
    rest = issuer[len("CHI BỘ ") :]
    fits = len(issuer) > _LINE_OF_HEAD and issuer.startswith("CHI BỘ ") and len(rest) <= _LINE_OF_HEAD
    return f"CHI BỘ {rest.replace(' ', chr(0xA0))}" if fits else issuer


def format_symbol(number: int | None, kind: str, issuer: str = "CB") -> str:
    """`Số 05-NQ/CB`: no colon, two digits under 10; room to write while no number is given yet."""
    written = f"{number:02d}" if number is not None else "....."
    return f"Số {written}-{kind}/{issuer}"


def format_ordinal(position: int) -> str:
    """`Một là`, `Hai là`, … as causes are counted in running text; figures from eleven on."""
    word = _ORDINALS[position - 1] if position <= len(_ORDINALS) else str(position)
    return f"{word.capitalize()} là"


def strip_stop(text: str) -> str:
    """The text without its final stop, so that a sentence can go on behind it."""
    return text.rstrip().rstrip(".;,").rstrip()


def end_line(text: str) -> str:
    """The line with a full stop where somebody ended it without any mark."""
    ended = text.rstrip()
    said = ended.rstrip(')”"')  # a bracket or quotation mark closes a sentence only when its stop stands inside
    return f"{ended}." if ended and not said.endswith((*".!?…:;,",)) else text


def format_value(value: object) -> str:
    """One value inside a line: nothing for None, numbers and dates in Vietnamese, text on one line."""
    match value:
        case None:
            return ""
        case bool() | int() | str():
            return " ".join(clean(str(value)).split())
        case float() | Decimal():
            return format_number(value)
        case date():
            return format_day(value)
    return format_value(str(value))


def make_letters() -> Iterator[str]:
    """a, b, c, d, đ, e, g, … y, then aa, ab, … (no paper has got so far)."""
    for turn in count():
        for letter in LETTERS:
            yield letter if turn == 0 else LETTERS[(turn - 1) % len(LETTERS)] + letter


@dataclass(slots=True)
class Numbering:
    """Counts the headings that are printed: I-, 1., a). A higher heading starts the lower ones anew."""

    _part: int = 0
    _point: int = 0
    _letters: Iterator[str] = field(default_factory=make_letters)

    def part(self) -> str:
        self._part += 1
        self._point = 0
        return f"{_ROMAN[self._part - 1]}-"

    def point(self) -> str:
        self._point += 1
        self._letters = make_letters()
        return f"{self._point}."

    def letter(self) -> str:
        return f"{next(self._letters)})"
