"""How records become the words of a paper: names of committees and places, lines of free text."""

import re
from collections.abc import Iterable
from datetime import date

from nennep.core.wording import lower_start, say_date
from nennep.duties.choices import OpeningState

_TERRITORIES = re.compile(r"^Đảng (?:bộ|ủy) (?:xã|phường|thị trấn|đặc khu|huyện|quận|thành phố|tỉnh) (?P<place>.+)$")
# Before the word that all others have: only provinces have a committee with a name of its own.
_COMMITTEES = {"Đảng bộ tỉnh ": "Tỉnh ủy ", "Đảng bộ thành phố ": "Thành ủy ", "Đảng bộ ": "Đảng ủy "}
_HEADING_LIMIT = 80  # a longer text before a colon is a sentence, not a heading
_NAME_LIMIT = 80  # letters; in UTF-8 up to 240 bytes, and file systems take 255

_ORDINAL = re.compile(r"^(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) là\s*[,:]\s*", re.IGNORECASE)


def name_committee(unit: str) -> str:
    """Who leads the unit: `Đảng bộ xã Lăng Can` is led by `Đảng ủy xã Lăng Can`, `Đảng bộ tỉnh Lào Cai` by `Tỉnh ủy Lào Cai`."""
    for own, committee in _COMMITTEES.items():
        if unit.startswith(own):
            return committee + unit.removeprefix(own)
    return unit


def find_place(units: Iterable[str]) -> str:
    """The place a paper is dated at: the nearest of `units` (nearest first) that is named after a territory."""
    matches = (_TERRITORIES.match(unit) for unit in units)
    return next((match["place"] for match in matches if match), "")


_KINDS = {"HD": "Hướng dẫn", "KH": "Kế hoạch", "KL": "Kết luận", "CT": "Chỉ thị", "NQ": "Nghị quyết", "CV": "Công văn"}


def name_document(number: str) -> str:
    """`Hướng dẫn số 42-HD/BTCTW`; `văn bản số …` where the number does not say what it is, or could be two things (QĐ)."""
    found = re.match(r"\d+-(?P<kind>[A-ZĐ]+)/", number)
    return f"{_KINDS.get(found['kind'], 'văn bản')} số {number}" if found else number


def fit_lines(texts: Iterable[str], *, room: float) -> int:
    """How many of these paragraphs of large print fit into `room` points, the first of them always."""
    used, fitting = 0.0, 0
    for text in texts:
        used += measure_large(text)
        if fitting and used > room:
            break
        fitting += 1
    return fitting


def measure_large(text: str) -> float:
    """The height in points of a paragraph in large print (20 pt)."""
    return 6 + 23 * -(-max(len(text), 1) // 48)


def split_topics(text: str) -> tuple[tuple[str, str], ...]:
    """Heading and words of each line; what stands before a colon is the heading, a line without one is only that."""
    return tuple(_read_topic(line) for line in _lines(text))


def split_shortcomings(text: str) -> tuple[tuple[str, str], ...]:
    """Fault and cause of each line; the cause is what follows `Nguyên nhân:`. The paper itself counts them: `Một là` goes."""
    lines = (_ORDINAL.sub("", line) for line in _lines(text))
    pairs = (re.split(r"\s*nguyên nhân\s*:\s*", line, maxsplit=1, flags=re.IGNORECASE) for line in lines)
    return tuple((pair[0], pair[1] if len(pair) > 1 else "") for pair in pairs)


def _read_topic(line: str) -> tuple[str, str]:
    heading, colon, text = line.partition(":")
    if colon and text.strip() and len(heading) <= _HEADING_LIMIT:
        return heading.strip(), text.strip()
    return line, ""


def _lines(text: str) -> list[str]:
    """Lines without the marks that people put before them."""
    stripped = (re.sub(r"^\s*(?:[-–•+*]|\d+[.)]|[a-zđ]\))\s*", "", line).strip() for line in text.splitlines())
    return [line for line in stripped if line]


def say_time_left(due: date | None, opening: str, *, on: date) -> str:
    """Until when a task goes on that was not finished on that day; without a date, what kind of task it is (`opening`)."""
    if due is None:
        standing = str(OpeningState.REGULAR.label)
        return lower_start(standing if opening == standing else str(OpeningState.UNDATED.label))
    return f"đã quá hạn ngày {say_date(due)}" if due < on else f"chậm nhất ngày {say_date(due)}"


def make_file_name(parts: Iterable[str], suffix: str = ".docx") -> str:
    """A name that every system takes: no path, no marks that Windows refuses, not too long."""
    words = ", ".join(" ".join(part.split()) for part in parts if part.strip())
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "-", words).strip(" .-")
    return f"{plain[:_NAME_LIMIT].rstrip(' .')}{suffix}"
