"""The zip of a meeting: names that every system and the national app take, and the sheet that says what is in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nennep.core.text import to_ascii

_KINDS_OF_PLACE = re.compile(r"^(?:thôn|bản|xóm|ấp|buôn|làng|khu phố|khu|tổ dân phố)\s+(?=\D)", re.IGNORECASE)
_NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What the sheet says: the meeting, what is in the zip (file and words), what is missing, the last day for posting."""

    cell: str
    subject: str
    held_on: date
    contained: Sequence[tuple[str, str]]
    missing: Sequence[str]
    deadline: date
    days_after: int
    filed_on: date | None = None


def make_plain_name(text: str) -> str:
    """Letters, digits and hyphens of ASCII: `Biên bản` gives `Bien-ban`."""
    return re.sub(r"[^A-Za-z0-9]+", "-", to_ascii(text)).strip("-")


def make_cell_name(cell: str) -> str:
    """`CB-Nam-Cha` for Chi bộ thôn Nặm Chá; a number keeps its kind of place: `CB-To-dan-pho-5`."""
    own = make_plain_name(_KINDS_OF_PLACE.sub("", re.sub(r"^chi bộ\s*", "", cell, flags=re.IGNORECASE)))
    return f"CB-{own[:1].upper()}{own[1:]}"[:_NAME_LIMIT].rstrip("-")


def make_stem(held_on: date, cell: str, number: int, paper: str) -> str:
    """`2026-11-03_CB-Nam-Cha_01_Bien-ban`, so that files lie in order by themselves."""
    return f"{held_on:%Y-%m-%d}_{make_cell_name(cell)}_{number:02d}_{make_plain_name(paper)}"


def make_bundle_name(held_on: date, cell: str) -> str:
    return f"{held_on:%Y-%m-%d}_{make_cell_name(cell)}_Ho-so.zip"


def write_read_me(facts: BundleFacts) -> str:
    """The sheet in Vietnamese, as the papers are."""
    clock = f"Đăng trong {facts.days_after} ngày: hạn {facts.deadline:%d/%m/%Y}."
    filed = [f"Đã ghi gửi, lưu ngày {facts.filed_on:%d/%m/%Y}."] if facts.filed_on else []
    missing = ["CÒN THIẾU", *(f"- {line}" for line in facts.missing)] if facts.missing else ["Đủ các văn bản."]
    return "\n".join([
        "HỒ SƠ SINH HOẠT CHI BỘ",
        f"{facts.cell}, {facts.subject}, họp ngày {facts.held_on:%d/%m/%Y}",
        "",
        f"ĐƯA LÊN SỔ TAY ĐẢNG VIÊN ĐIỆN TỬ: {clock}",
        *filed,
        "",
        "TRONG TẬP NÀY",
        *(f"- {name}: {words}" for name, words in facts.contained),
        "",
        *missing,
        "",
        "Tệp .docx để sửa, in, ký; tệp .pdf để đọc và đăng. Bản có chữ ký là bản có giá trị.",
        "Không đưa nội dung mật vào tập này và lên Sổ tay đảng viên điện tử.",
        "",
    ])  # fmt: skip
