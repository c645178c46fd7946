"""The columns of a list of units: of each one entry, from which everything that knows columns is derived.

docs/how-to/add-an-import-column.md says what else a new one needs.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.sheets.columns import CellRead, ColumnTraits, Reader
from nennep.core.text import compose, fold
from nennep.core.typed import find_fault
from nennep.organizations.choices import NAME_LIMIT, UnitKind
from nennep.organizations.rules import check_code

_KINDS: tuple[tuple[UnitKind, str], ...] = (
    (UnitKind.GROUP, r"(to dang|group)\b"),
    (UnitKind.SUB, r"(dang bo bo phan|dang uy bo phan|bo phan|sub)\b"),
    (UnitKind.CELL, r"(chi bo|cb|cell)\b"),
    (UnitKind.PROVINCE, r"(dang bo|dang uy|thanh uy|tinh uy)?( tinh| thanh pho)\b|tinh uy|thanh uy|province"),
    (UnitKind.UPPER_DIRECT, r"(dang bo|dang uy) (xa|phuong|dac khu)\b|cap tren truc tiep|upper_direct"),
    (UnitKind.BASE, r"(dang bo|dang uy|base|co so)\b"),
    (UnitKind.CENTRAL, r"(trung uong|central)\b"),
)
_NUMBERING = re.compile(r"^(?:\d+|[ivxlc]+|[a-z])\s*[.)\-]\s*", re.IGNORECASE)


def kind_of(text: str) -> UnitKind | None:
    """The kind that a name or a word tells; None when it tells none."""
    words = fold(text)
    return next((kind for kind, pattern in _KINDS if re.match(pattern, words)), None)


def _by_text(read: Callable[[str], CellRead]) -> Reader:
    return lambda cell, _today: read(str(cell))


def read_name(text: str) -> CellRead:
    """Without the number in front of it."""
    name = compose(_NUMBERING.sub("", text.strip()))
    if len(name) > NAME_LIMIT:
        return CellRead(name[:NAME_LIMIT], "name_too_long")
    return CellRead(name, find_fault(name))


def read_kind(text: str) -> CellRead:
    return CellRead(kind_of(text) or "")


def read_code(text: str) -> CellRead:
    code = text.strip()
    if fault := find_fault(code):
        return CellRead("", fault)
    try:
        check_code(code or "x")
    except DomainError:
        return CellRead(code, "code_bad")
    return CellRead(code)


def read_plain(text: str) -> CellRead:
    return CellRead(compose(text))


def read_day(text: str) -> CellRead:
    """Day, month and year in either order; nothing for what names no day."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) != 3:
        return CellRead()
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return CellRead(date(year, month, day))
    except ValueError:
        return CellRead()


class UnitColumn(StrEnum):
    """What a column of a list of units holds; `field` is the one of `UnitRow`."""

    traits: ColumnTraits

    def __new__(cls, value: str, traits: ColumnTraits) -> Self:
        column = str.__new__(cls, value)
        column._value_ = value
        column.traits = traits
        return column

    INDEX = "index", ColumnTraits(_("Số thứ tự"), r"(s ?t ?t|t ?t|so tt)$")
    PARENT = (
        "parent",
        ColumnTraits(
            _("Cấp trên"),
            r"(ma |ten |don vi |to chuc (dang )?)*(cap tren|truc thuoc|thuoc)\b|parent",
            field="parent",
            read=_by_text(read_plain),
        ),
    )
    CODE = "code", ColumnTraits(_("Mã"), r"(ma( so)?|code)\b", field="code", read=_by_text(read_code))
    KIND = "kind", ColumnTraits(_("Loại"), r"(loai|cap|kind)\b", field="kind", read=_by_text(read_kind))
    OPENED = (
        "opened",
        ColumnTraits(_("Ngày thành lập"), r"ngay (thanh )?lap\b|thanh lap", field="opened_on", read=_by_text(read_day)),
    )
    NAME = (
        "name",
        ColumnTraits(
            _("Tên đơn vị"),
            r"(ten )?(don vi|to chuc|chi bo|dang bo|chi dang bo)\b|ten$|name",
            field="name",
            read=_by_text(read_name),
        ),
    )
