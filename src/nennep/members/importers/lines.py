"""Which rows of a roster are not people: totals, signatures, numbering, headings of sections."""

import itertools
import re
from dataclasses import dataclass
from enum import Enum, auto

from nennep.core.sheets.cells import Cell, Row
from nennep.core.text import fold
from nennep.members.importers.names import cell_name, clean
from nennep.members.importers.values import read_standing

_TOTAL = re.compile(
    r"(tổng|cộng|luỹ kế|lũy kế|ấn định|trong đó)\b|(tong so|tong cong|cong so|tong|cong)\s*[:.\d(]|(tong so|tong cong|tong|cong)$"
    r"|danh sách (này|trên)? ?(gồm|có)\b|[-+] ?(nam|nữ|dự bị|chính thức|miễn)\b.*\d",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"t ?/ ?m\b|tm\.|k ?/ ?t\b|kt\.|t ?/ ?l\b|(nguoi|can bo) (lap|ghi|tong hop|bao cao|ke khai)|noi nhan|xac nhan|\(?\s*ky[ ,].*|"
    r"(thu truong|dai dien|lap bieu|nguoi ky|ban chap hanh|ban thuong vu|dang uy|cap uy|chi uy)\b(?! vien)|luu( vt| tru| van phong|:)"
    r"|(pho )?bi thu( chi bo| dang uy| dang bo)?\s*$|chu tich\s*$|(.{0,40}, ?)?ngay\s*[\d.… _]*\s*thang\s*[\d.… _]*\s*nam\b"
)
_ROMAN = re.compile(r"(?:[ivxlc]+|[a-h])\s*[.)\-:]?", re.IGNORECASE)
_CELL_WORD = re.compile(
    r"(?:[ivxlc\d]+\s*[.)\-:/]?\s*|[a-h]\s*[.)\-:/]\s*)?(?:danh sach (?:dang vien )?|don vi\s*:?\s*)?(chi bo|cb)\b",
    re.IGNORECASE,
)
_UNIT_WORD = re.compile(
    r"(?:[ivxlc\d]+\s*[.)\-:/]\s*|[a-h]\s*[.)\-:/]\s*)?(thon|ban|xom|to dan pho|tdp|khu|khoi|ap|buon|lang|tieu khu|co quan|cong an|quan su"
    r"|truong|tram|hop tac xa|htx|cong ty)\b(?=\s+\S)",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"(?:[ivxlc\d]+\s*[.)\-:/]?\s*|[a-h]\s*[.)\-:/]\s*)?(dang bo|dang uy|to dang|ban chi uy|ban thuong vu)\b",
    re.IGNORECASE,
)
_KIND_OF_MEMBERS = re.compile(
    r"(?:[ivxlc\d]+\s*[.)\-:/]?\s*|[a-h]\s*[.)\-:/]\s*)?(danh sach )?dang vien\b|(mien|du bi)\b.*(sinh hoat|cong tac)?",
    re.IGNORECASE,
)
_MEMBERS_NUMBERED = re.compile(r"\(?\d{1,2}\)?|\(?[a-z]\)?", re.IGNORECASE)
_COUNT = re.compile(r"\(?\d+ *(đảng viên|đ/c|đc|đồng chí|đv|người)\)?", re.IGNORECASE)
_BULLETS = "*•▪►➢+-–— "
_FEW = 3


class FileLine(Enum):
    """What a row is."""

    BLANK = auto()
    NUMBERING = auto()
    TOTAL = auto()
    SIGNATURE = auto()
    CELL = auto()
    HEADING = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class LineRead:
    """The kind of a row; `cell` is the name on a CELL row, `standing` what a HEADING says of the people below it."""

    line: FileLine
    cell: str = ""
    standing: str = ""


def read_line(row: Row, index_column: int, name_column: int) -> LineRead:
    """What a row is when it may not be a person. OTHER: look at it as a person.

    A signature stands in the name column or in a row without a name: `Bí thư` beside a name is that person's post.
    """
    filled = [
        (column, cell) for column, cell in enumerate(row) if cell != "" and (not isinstance(cell, str) or cell.strip())
    ]
    texts = [clean(cell) for _column, cell in filled if isinstance(cell, str) and any(map(str.isalpha, cell))]
    if not filled:
        return LineRead(FileLine.BLANK)
    if len(filled) >= _FEW and _is_numbering([cell for _column, cell in filled]):
        return LineRead(FileLine.NUMBERING)
    return _read_texts(row, texts, len(filled), (index_column, name_column)) if texts else LineRead(FileLine.OTHER)


def _read_texts(row: Row, texts: list[str], filled: int, columns: tuple[int, int]) -> LineRead:
    heads = [text for text in texts if not (_ROMAN.fullmatch(text) or _COUNT.fullmatch(text))] or texts
    if _TOTAL.match(heads[0]):
        return LineRead(FileLine.TOTAL)
    section = _read_section(heads, filled, _text_at(row, columns[0]))
    if section:
        return section
    named = _text_at(row, columns[1])
    if len(texts) <= _FEW and any(_SIGNATURE.match(fold(text)) for text in ([named] if named else texts)):
        return LineRead(FileLine.SIGNATURE)
    return LineRead(FileLine.OTHER)


def title_cell(row: Row) -> str:
    """The cell that a title row above a header names, '' when it names none."""
    for cell in row:
        if isinstance(cell, str) and (name := _named_in_title(clean(cell))):
            return name
    return ""


def _named_in_title(text: str) -> str:
    words = fold(text)
    if _SIGNATURE.match(words) or not re.search(r"\bchi bo\b", words):
        return ""
    if re.search(r"\b(cac|toan|nhung|moi) chi bo\b|\bchi bo (truc thuoc|co so$|$)|dang bo .*chi bo.*chi bo", words):
        return ""
    return cell_name(text)


def _read_section(heads: list[str], filled: int, index: str) -> LineRead | None:
    """A row of one text (and perhaps a number and a count) that heads the rows below it."""
    if len(heads) > 1:
        return None
    text = heads[0].lstrip(_BULLETS)
    words = fold(text)
    if _CELL_WORD.match(words):  # however many counts stand beside it
        return LineRead(FileLine.CELL, cell=cell_name(text))
    return _read_short_section(text, words, index) if filled <= _FEW else None


def _read_short_section(text: str, words: str, index: str) -> LineRead | None:
    if _OTHER_UNIT.match(words):
        return LineRead(FileLine.HEADING)
    if _KIND_OF_MEMBERS.match(words):
        return LineRead(FileLine.HEADING, standing=read_standing(text))
    lettered = bool(_ROMAN.fullmatch(index)) or re.match(r"(?:[IVXLC]+|[A-H])\s*[.)\-:]\s", text) is not None
    if lettered or (_UNIT_WORD.match(words) and not index.isdigit()):
        return LineRead(FileLine.CELL, cell=cell_name(text))
    return None


def _text_at(row: Row, column: int) -> str:
    return clean(str(row[column])) if 0 <= column < len(row) else ""


def _is_numbering(cells: list[Cell]) -> bool:
    """(1) (2) (3), or A B C, or A B 1 2 3: short marks in every cell, with at least a run of two numbers."""
    marks = [str(cell).strip() for cell in cells]
    if not all(_MEMBERS_NUMBERED.fullmatch(mark) for mark in marks):
        return False
    letters = [mark.strip("()").lower() for mark in marks]
    if len(letters) >= _FEW and letters == [chr(ord("a") + place) for place in range(len(letters))]:
        return True
    numbers = [int(mark.strip("()")) for mark in marks if mark.strip("()").isdigit()]
    return len(numbers) >= 2 and all(later == earlier + 1 for earlier, later in itertools.pairwise(numbers))
