"""The columns of a members' list: of each one entry, from which everything that knows columns is derived.

docs/how-to/add-an-import-column.md says what else a new one needs.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.phones import write_phone
from nennep.core.sheets.cells import Cell
from nennep.core.sheets.columns import CellRead, ColumnTraits, Reader
from nennep.members.choices import CARD_LIMIT, TEXT_LIMIT, PostKind, Sex, Standing
from nennep.members.importers import values
from nennep.members.importers.dates import DateReader


def _text(read: Callable[[Cell], values.TextRead]) -> Reader:
    return lambda cell, _today: CellRead(*read(cell))


def read_day(cell: Cell, today: date) -> CellRead:
    """A day not after `today`; of a year or month alone the day is not invented."""
    read = DateReader(today, birth=False).read(cell)
    if read.on:
        return CellRead(read.on)
    return CellRead("", read.code or ("date_incomplete" if read.year else ""), read.details)


def _same_phone(before: str, after: str) -> bool:
    """Records of former years hold numbers as they were typed."""
    return (write_phone(before) or before) == after


@dataclass(frozen=True, slots=True)
class RosterTraits(ColumnTraits):
    """What makes a column of a members' list; one without `read` tells something together with others (`people.PersonReader`).

    Texts have at most `limit` letters; so many `digits` and nothing else are right as they stand. `same` compares what is
    kept with what was read; `choices` has the words of values.

    Of a sensitive field a review says that it changes, not how; examples of a masked column hide most of it.
    """

    limit: int = TEXT_LIMIT
    digits: int = 0
    same: Callable[[Any, Any], bool] = operator.eq
    choices: type[TextChoices] | None = None
    is_sensitive: bool = False
    is_masked: bool = False


_NONE = RosterTraits("")  # Column("sex") finds a column by its value alone
# Headings that begin as ours do, and are not.
NOT_OURS = (
    r"ho (va )?ten (bo|cha|me|vo|chong|con|nguoi|bi danh)|ten (goi|khac|thuong)|bi danh|noi (cap|sinh$|cong tac|ket nap|vao dang"
    r"|cong nhan|o\b|cu tru)|don vi cong tac|ngay (cap|mien|den|chuyen(?! .*chinh thuc)|di|ve|tham gia|nhap|xuat|vao (doan|lam))"
    r"|tuoi|que|thuong tru"
    r"|(so |ngay )?(qd|quyet dinh)\b"
    r"|tam tru|dia chi|cho o|so (quyet dinh|nghi quyet|qd|nq|ly lich|ho so|bhyt|bhxh|hieu(?! the)|tai khoan)"
    r"|chi bo (ket nap|cu|moi|chuyen)"
    r"|nguoi gioi thieu|huy hieu|nghe nghiep|dang phi|xep loai|khen thuong|ky luat|ket qua|ky (ten|nhan)|ket nap tai"
    r"|chinh quyen|doan the|kiem nhiem|cong viec|ngoai ngu|tin hoc|ly luan|lltc|llct|chuyen mon|suc khoe|thanh phan(?! dan toc)"
)
_OFFICIAL = (
    r".*(chinh thuc|\bc thuc)|(ngay )?(dang vien |dv )?ct$|(ngay )?n?cnct$|nct$|(ngay )?cn (dv )?ct$|ngay (duoc )?cong nhan"
    r"|(ngay |duoc )*cong nhan (dang vien |dv )?ct$|.*vao dang ct$|(ngay )?vd ct$"
)
_BOTH_DAYS = r".*\b(du bi|vao dang\b.*\b(ngay|va))\b.*chinh thuc|.*ket nap.*\b(va|cong nhan)\b.*chinh thuc"
_ADMITTED = r".*(vao dang|vao dcs|ket nap|nhap dang)|ngay (kn|vd|du bi|db|vao d$)|(ngay )?du bi$|(ngay )?kn$|v d$|nvd$"


class Column(StrEnum):
    """What a column holds. MALE and FEMALE hold a birth year or a cross: both say the sex."""

    traits: RosterTraits

    def __new__(cls, value: str, traits: RosterTraits = _NONE) -> Self:
        column = str.__new__(cls, value)
        column._value_ = value
        column.traits = traits
        return column

    INDEX = "index", RosterTraits(_("Số thứ tự"), r"(s ?t ?t|t ?t|so tt|so thu tu|thu tu|no|#)\b")
    FAMILY = (
        "family",
        RosterTraits(
            _("Họ, chữ đệm"),
            r"(ho|ho dem|ho lot|ho va|ho va (chu |ten )?(dem|lot)|ho (chu |ten )?(dem|lot)|ho ten dem)$",
        ),
    )
    GIVEN = "given", RosterTraits(_("Tên"), r"ten$")
    NAME = (
        "name",
        RosterTraits(
            _("Họ và tên"),
            r"(ho (va |va chu dem va |dem va |chu dem va )?ten|ho va|ten dang vien|ten (d v|dv)|hoten|full ?name|dang vien$"
            r"|ten khai sinh|dong chi$)",
            field="full_name",
        ),
    )
    MALE = "male", RosterTraits(_("Năm sinh nam, hoặc dấu nam"), r"((ngay|nam|ngay thang nam) sinh |gioi tinh )?nam$")
    FEMALE = "female", RosterTraits(_("Năm sinh nữ, hoặc dấu nữ"), r"((ngay|nam|ngay thang nam) sinh |gioi tinh )?nu$")
    SEX = (
        "sex",
        RosterTraits(
            _("Giới tính"),
            r"(gioi tinh|gioi|g tinh|phai|nam nu|gt|nu nam|sex)\b",
            field="sex",
            read=_text(values.read_sex),
            choices=Sex,
        ),
    )
    BORN = (
        "born",
        RosterTraits(
            _("Ngày sinh"),
            r"((ngay|thang|nam|va|de) )*sinh( (ngay|thang|nam|nhat))*$|((ngay|thang|nam|va) )+sinh\b(?! hoat)|sinh (ngay|nam)|"
            r"ntns|n t n s|ns$|n sinh$|ngaysinh|namsinh",
            field="born_on",
        ),
    )
    BORN_DAY = "born_day", RosterTraits(_("Ngày (của ngày sinh)"))
    BORN_MONTH = "born_month", RosterTraits(_("Tháng (của ngày sinh)"))
    BORN_YEAR = "born_year", RosterTraits(_("Năm (của ngày sinh)"))
    ETHNIC = (
        "ethnic",
        RosterTraits(
            _("Dân tộc"),
            r"(thanh phan )?(dan toc|d toc)",
            field="ethnic_group",
            read=_text(values.read_ethnic_group),
            is_sensitive=True,
        ),
    )
    RELIGION = (
        "religion",
        RosterTraits(
            _("Tôn giáo"),
            r"(dan toc |theo )?(ton giao|t giao)|t ?g$",
            field="religion",
            read=_text(values.read_religion),
            is_sensitive=True,
        ),
    )
    ADMITTED = (
        "admitted",
        RosterTraits(_("Ngày kết nạp"), rf"{_BOTH_DAYS}|(?!{_OFFICIAL})({_ADMITTED})", field="admitted_on"),
    )
    OFFICIAL = "official", RosterTraits(_("Ngày chính thức"), _OFFICIAL, field="official_on")
    OFFICIAL_MARK = "official_mark", RosterTraits(_("Dấu đảng viên chính thức"))
    PROBATIONARY_MARK = "probationary_mark", RosterTraits(_("Dấu đảng viên dự bị"))
    CARD = (
        "card",
        RosterTraits(
            _("Số thẻ"),
            r"(?!.*(cccd|cmnd|can cuoc)).*(so the|the dang|the dv|so tdv|stdv|ma the|ma dang vien|so hieu dang vien)|the$",
            field="card_number",
            read=_text(values.read_card),
            limit=CARD_LIMIT,
            digits=8,
        ),
    )
    IDENTITY = (
        "identity",
        RosterTraits(
            _("Số định danh"),
            r".*(cccd|cmnd|cmtnd|\bcmt\b|can cuoc|dinh danh|dd?cn\b|chung minh|ma ca nhan)",
            field="identity_number",
            read=_text(values.read_identity),
            digits=12,
            is_sensitive=True,
            is_masked=True,
        ),
    )
    PHONE = (
        "phone",
        RosterTraits(
            _("Điện thoại"),
            r".*(dien thoai|\bsdt|so dt|di dong|phone|\btel\b)|dt$|so may",
            field="phone",
            read=_text(values.read_phone),
            same=_same_phone,
            is_masked=True,
        ),
    )
    POST = (
        "post",
        RosterTraits(
            _("Chức vụ"),
            r"(chuc vu|chuc danh|chuc trach|cv dang|cap uy)",
            read=_text(values.read_plain),
            choices=PostKind,
        ),
    )
    EDUCATION = (
        "education",
        RosterTraits(
            _("Trình độ"), r"(trinh do|hoc van|van hoa|td hoc van)", field="education", read=_text(values.read_plain)
        ),
    )
    STANDING = (
        "standing",
        RosterTraits(
            _("Tư cách sinh hoạt"),
            r"(tinh trang|dien|loai dang vien|tu cach|trang thai|hinh thuc sinh hoat)",
            choices=Standing,
        ),
    )
    CELL = (
        "cell",
        RosterTraits(
            _("Chi bộ"),
            r"(ten |thuoc |(dang )?sinh hoat (tai |o )?|noi sinh hoat |dang bo )?(chi bo|cb\b)|(ten )?(don vi|to chuc dang)|noi sinh hoat"
            r"|chi dang bo|thon\b|ban$|to dan pho",
        ),
    )
    NOTE = (
        "note",
        RosterTraits(_("Ghi chú"), r"(ghi chu|chu thich|gc$|g chu)", field="note", read=_text(values.read_plain)),
    )
    NOTHING = "", RosterTraits(_("Không lấy"))

    @property
    def key(self) -> str:
        """The name of what it tells: the field of the record; `cell`, `standing`, `post` beside it."""
        return self.traits.field or str(self)


RECORDED = tuple(column for column in Column if column.traits.field)
SENSITIVE = frozenset(column.key for column in RECORDED if column.traits.is_sensitive)
