"""The columns of a sheet of past meetings, of each one entry; and what marks in a grid mean."""

import re
from datetime import date
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from nennep.core.days import NoSuchDay, WhichYear, read_day
from nennep.core.periods import YEARS, Month
from nennep.core.sheets.cells import Cell
from nennep.core.sheets.columns import ColumnTraits, find_column, words_of
from nennep.core.text import fold
from nennep.meetings.choices import MeetingKind
from nennep.room.choices import AttendanceState

_NONE = ColumnTraits("")
_YEAR = re.compile(r"(?<!\d)(19[3-9]\d|20\d\d)(?!\d)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH_ONLY = re.compile(r"(?:thang|thg|t) ?(\d{1,2})(?:(?: nam)? (\d{4}))?$|(\d{1,2}) (\d{4})$")
_SPELLED = re.compile(r"(?<=\d)\s*(?:tháng|năm)\s*(?=\d)")
_DAY_IN = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?(?!\d)")


class PastColumn(StrEnum):
    """What a column holds. MEETING is a column of a grid: its heading names a meeting, its cells are marks."""

    traits: ColumnTraits

    def __new__(cls, value: str, traits: ColumnTraits = _NONE) -> Self:
        column = str.__new__(cls, value)
        column._value_ = value
        column.traits = traits
        return column

    INDEX = "index", ColumnTraits(_("Số thứ tự"), r"(s ?t ?t|t ?t|so tt|so thu tu|no|#)\b")
    NAME = "name", ColumnTraits(_("Họ và tên"), r"(ho (va |va chu dem va |dem va )?ten|ten dang vien|hoten|dang vien$)")
    BORN = "born", ColumnTraits(_("Năm sinh"), r"((ngay|nam|ngay thang nam) )*sinh( (ngay|nam))*$|ns$|namsinh")
    CELL = "cell", ColumnTraits(_("Chi bộ"), r"(ten )?(chi bo|cb\b|don vi$)|thon$|to dan pho$")
    KIND = (
        "kind",
        ColumnTraits(_("Loại buổi"), r"(loai|hinh thuc|kieu)( buoi| hop| sinh hoat| ky)*$|thuong ky|buoi sinh hoat"),
    )
    THEME = "theme", ColumnTraits(_("Chuyên đề, nội dung"), r"(ten )?(chuyen de|chu de|noi dung)")
    PRESENT = (
        "present",
        ColumnTraits(_("Số có mặt"), r"(so |tong so )?(dang vien |dv )?(co mat|du hop|tham du|du$|den du)"),
    )
    UNEXCUSED = (
        "unexcused",
        ColumnTraits(_("Số vắng không lý do"), r"(so )?(vang )*(khong (co )?(ly do|phep|ld)|kld|kp$|k phep)"),
    )
    EXCUSED = "excused", ColumnTraits(_("Số vắng có lý do"), r"(so )?(vang )*(co (ly do|phep|ld)|ly do$|phep$|cld|cp$)")
    ABSENT = "absent", ColumnTraits(_("Số vắng"), r"(so |tong so )?(dang vien |dv )?vang( mat)?$")
    COUNTED = (
        "counted",
        ColumnTraits(
            _("Số phải dự"),
            r"(tong so|tong|so|quan so)( dang vien| dv)?( phai du| trieu tap| duoc trieu tap)?$|phai du",
        ),
    )
    DAY = "day", ColumnTraits(_("Ngày họp"), r"(ngay|thoi gian|ngay thang( nam)?)( hop| sinh hoat| to chuc)?$")
    MONTH = "month", ColumnTraits(_("Tháng"), r"(thang|ky)( hop| sinh hoat)?$")
    MEETING = "meeting", ColumnTraits(_("Dấu của một buổi"))
    NOTE = "note", ColumnTraits(_("Ghi chú"), r"(ghi chu|chu thich|gc$)")
    NOTHING = "", ColumnTraits(_("Không lấy"))


NUMBERS = (PastColumn.PRESENT, PastColumn.ABSENT, PastColumn.EXCUSED, PastColumn.UNEXCUSED, PastColumn.COUNTED)
UNUSED = frozenset({PastColumn.NOTHING})


def meaning_of(label: str) -> PastColumn:
    """What a heading stands for; NOTHING when it is unknown."""
    return find_column(words_of(label), PastColumn) or PastColumn.NOTHING


# ── days ──────────────────────────────────────────────────────────────────────


def find_year(text: str) -> int:
    """The one year that a title names; 0 for none or several."""
    years = {int(found) for found in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else 0


def read_when(cell: Cell, year: int, today: date) -> tuple[Month | None, date | None, str]:
    """The month of a meeting, the day where that is told, and the name of what is wrong.

    `year` is taken where the cell names none (0: nobody knows). A cell without a day or month gives nothing and no fault.
    """
    text = str(cell).strip()
    if not text or isinstance(cell, bool):
        return None, None, ""
    iso = _ISO.fullmatch(text)
    if iso:
        year_typed, month, day = iso.groups()
        return _day_of(f"{day}/{month}/{year_typed}", today)
    if found := _MONTH_ONLY.match(re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()):
        return _month(int(found[1] or found[3]), int(found[2] or found[4] or year))
    if found := _DAY_IN.search(_SPELLED.sub("/", text.casefold())):
        return _day(found, year, today)
    return None, None, "past_day_unread" if any(letter.isdigit() for letter in text) else ""


def _on(day: date) -> tuple[Month | None, date | None, str]:
    return (Month.of(day), day, "") if day.year in YEARS else (None, None, "past_day_unread")


def _month(number: int, year: int) -> tuple[Month | None, date | None, str]:
    if not 1 <= number <= 12:
        return None, None, "past_day_unread"
    return (Month(year, number), None, "") if year in YEARS else (None, None, "past_year_unknown")


def _day(typed: re.Match[str], year: int, today: date) -> tuple[Month | None, date | None, str]:
    if not typed[3] and year not in YEARS:
        return None, None, "past_year_unknown"
    return _day_of(f"{typed[1]}/{typed[2]}/{typed[3] or year}", today)


def _day_of(typed: str, today: date) -> tuple[Month | None, date | None, str]:
    """Whatever digits a stranger's sheet holds are read by `core.days`, which knows which days there are."""
    try:
        found = read_day(typed, today=today, year=WhichYear.PAST)
    except NoSuchDay:
        found = None
    return _on(found) if found else (None, None, "past_day_unread")


# ── kinds, numbers, marks ─────────────────────────────────────────────────────

_THEMED, _EXTRA = re.compile(r"chuyen de|\bcd\b"), re.compile(r"bat thuong|dot xuat|\bbt\b")
_REGULAR = re.compile(r"thuong ky|dinh ky|hang thang|\btk\b|\bdk\b")


def read_kind(text: str) -> MeetingKind | None:
    """The kind that the words name; None for none of them."""
    words = words_of(text)
    if _THEMED.search(words):
        return MeetingKind.COMBINED if _REGULAR.search(words) else MeetingKind.THEMATIC
    if _EXTRA.search(words):
        return MeetingKind.EXTRAORDINARY
    return MeetingKind.REGULAR if _REGULAR.search(words) else None


def read_number(cell: Cell) -> tuple[int | None, str]:
    """A number of people; None for an empty cell."""
    text = str(cell).strip()
    if text in {"", "-", "–"}:
        return None, ""
    return (int(text), "") if text.isascii() and text.isdigit() and len(text) < 6 else (None, "past_number_unread")


def mark_key(cell: Cell) -> str:
    """Marks that are one, however they were typed."""
    return fold(str(cell)).strip(" .,;()").replace("\\", "/")


_TICKS = ("x", "✓", "✔", "√", "+", "co", "co mat", "c", "cm", "du", "du hop", "●")
_MARKS: dict[str, AttendanceState] = {
    **dict.fromkeys(_TICKS, AttendanceState.PRESENT),
    **dict.fromkeys(
        ("p", "cp", "co phep", "vang co phep", "vcp", "vp", "cld", "co ly do", "vang co ly do", "phep"),
        AttendanceState.EXCUSED,
    ),
    **dict.fromkeys(
        ("k", "kp", "khong phep", "vang khong phep", "vkp", "kld", "khong ly do", "vang khong ly do"),
        AttendanceState.UNEXCUSED,
    ),
    **dict.fromkeys(("m", "muon", "den muon", "dm"), AttendanceState.LATE),
    **dict.fromkeys(("vs", "ve som"), AttendanceState.LEFT_EARLY),
    **dict.fromkeys(("tt", "onl", "online", "truc tuyen", "du truc tuyen"), AttendanceState.ONLINE),
    **dict.fromkeys(("mien", "mien sh", "mien sinh hoat", "mien ct"), AttendanceState.EXEMPT),
    **dict.fromkeys(("tam thoi", "chuyen tam thoi", "sh tam thoi", "noi khac"), AttendanceState.ELSEWHERE),
}
_NO_MARK = frozenset({"", "-", "–", "/"})
NOT_TAKEN = "none"  # a person said that a mark says nothing


def guess_mark(key: str, others: frozenset[str]) -> AttendanceState | None:
    """What a mark means; None where a person has to say. A lone v is a tick; beside other ticks it may say "vắng"."""
    if key == "v":
        return None if others & set(_TICKS) else AttendanceState.PRESENT
    return _MARKS.get(key)


def says_nothing(key: str) -> bool:
    return key in _NO_MARK
