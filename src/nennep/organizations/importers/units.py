"""A list of units as communes keep it: names with kind, code, upper unit by name, code, indentation or order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.sheets.cells import Cell, Row, Workbook
from nennep.core.text import compose, fold
from nennep.core.typed import find_fault
from nennep.organizations.choices import NAME_LIMIT, UnitKind
from nennep.organizations.rules import check_code

MESSAGES: dict[str, str | Promise] = {
    "header_missing": _("Không tìm thấy dòng tiêu đề có cột tên đơn vị. Thêm dòng tiêu đề rồi nhập lại."),
    "name_missing": _("Dòng này có mã hoặc loại mà thiếu tên đơn vị. Ghi tên đơn vị."),
    "name_too_long": _("Tên đơn vị dài quá. Rút ngắn lại."),
    "text_marked_secret": _("Dòng này mang dấu mật. Không nhập nội dung mật vào đây; hãy bỏ phần đó."),
    "text_with_unfit_character": _("Dòng này có ký tự lạ, thường không nhìn thấy. Gõ lại tên và mã đơn vị."),
    "kind_unknown": _("Không rõ loại đơn vị “%(value)s”. Ghi Đảng bộ, Đảng bộ bộ phận, Chi bộ hoặc Tổ đảng."),
    "code_bad": _("Mã “%(value)s” không đúng: viết liền, tối đa 40 ký tự. Sửa lại mã."),
    "code_twice": _("Mã này đã có ở dòng %(other)s. Mỗi đơn vị một mã riêng."),
    "code_taken": _("Mã này đã có ở một đơn vị ngoài đơn vị đang nhập. Chọn mã khác."),
    "unit_twice": _("Đơn vị này đã có ở dòng %(other)s. Bỏ một dòng."),
    "unit_closed": _("Đơn vị này, hoặc đơn vị cấp trên của nó, đã giải thể. Bỏ dòng này hoặc ghi mã khác."),
    "parent_missing": _("Không tìm thấy đơn vị cấp trên “%(value)s”. Ghi đúng tên hoặc mã của đơn vị cấp trên."),
    "nesting_bad": _("Tổ đảng chỉ lập trong chi bộ; dưới chi bộ chỉ có tổ đảng. Xem lại đơn vị cấp trên."),
}
COLUMNS: dict[str, str | Promise] = {
    "name_missing": _("Tên đơn vị"),
    "name_too_long": _("Tên đơn vị"),
    "unit_twice": _("Tên đơn vị"),
    "unit_closed": _("Tên đơn vị"),
    "kind_unknown": _("Loại"),
    "nesting_bad": _("Loại"),
    "code_bad": _("Mã"),
    "code_twice": _("Mã"),
    "code_taken": _("Mã"),
    "parent_missing": _("Cấp trên"),
}
_HEADER: tuple[tuple[str, str], ...] = (
    ("index", r"(s ?t ?t|t ?t|so tt)$"),
    ("parent", r"(ma |ten |don vi |to chuc (dang )?)*(cap tren|truc thuoc|thuoc)\b|parent"),
    ("code", r"(ma( so)?|code)\b"),
    ("kind", r"(loai|cap|kind)\b"),
    ("opened", r"ngay thanh lap|thanh lap"),
    ("name", r"(ten )?(don vi|to chuc|chi bo|dang bo|chi dang bo)\b|ten$|name"),
)
_KINDS: tuple[tuple[UnitKind, str], ...] = (
    (UnitKind.GROUP, r"(to dang|group)\b"),
    (UnitKind.SUB, r"(dang bo bo phan|dang uy bo phan|bo phan|sub)\b"),
    (UnitKind.CELL, r"(chi bo|cb|cell)\b"),
    (UnitKind.PROVINCE, r"(dang bo|dang uy|thanh uy|tinh uy)?( tinh| thanh pho)\b|tinh uy|thanh uy|province"),
    (UnitKind.UPPER_DIRECT, r"(dang bo|dang uy) (xa|phuong|dac khu)\b|cap tren truc tiep|upper_direct"),
    (UnitKind.BASE, r"(dang bo|dang uy|base|co so)\b"),
    (UnitKind.CENTRAL, r"(trung uong|central)\b"),
)
_RANK = {kind: rank for rank, kind in enumerate(UnitKind)}
_NOT_UNITS = re.compile(r"(tong|cong|t/m|tm\.|nguoi|noi nhan|xac nhan|bi thu|ngay .* thang|\(?ky)\b")
_NUMBERING = re.compile(r"^(?:\d+|[ivxlc]+|[a-z])\s*[.)\-]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnitProblem:
    sheet: str
    row: int
    value: str
    code: str
    other: str = ""

    def as_json(self) -> dict[str, Any]:
        message = str(MESSAGES[self.code]) % {"value": self.value, "other": self.other}
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": str(COLUMNS.get(self.code, "")),
            "value": self.value,
            "code": self.code,
            "message": message,
        }


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as understood. `parent` is the upper unit's name or code; `above` the row it stands under, else 0."""

    sheet: str
    row: int
    name: str
    kind: UnitKind
    code: str = ""
    parent: str = ""
    above: int = 0
    opened_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "name": self.name,
            "kind": str(self.kind),
            "code": self.code or None,
            "parent": self.parent or None,
        }


@dataclass(frozen=True, slots=True)
class UnitList:
    rows: int
    units: tuple[UnitRow, ...]
    problems: tuple[UnitProblem, ...]


def understand_units(book: Workbook) -> UnitList:
    """All units in `book`.

    A row without an upper unit stands under the nearest row above it that is less indented or, at the same indentation,
    of a higher kind.
    """
    units: list[UnitRow] = []
    problems: list[UnitProblem] = []
    rows = 0
    for sheet in book.sheets:
        found = _find_header(sheet.rows)
        if found is None:
            if any(any(row) for row in sheet.rows):
                problems.append(UnitProblem(sheet.name, 0, "", "header_missing"))
            continue
        start, columns = found
        read = [
            item
            for number, row in enumerate(sheet.rows[start:], start + 1)
            if (item := _read(sheet.name, number, row, columns))
        ]
        rows += len(read)
        good = [item for item in read if isinstance(item, tuple)]
        problems += [item for item in read if isinstance(item, UnitProblem)]
        units += _placed(good)
    problems += _repeated(units)
    bad = {(item.sheet, item.row) for item in problems}
    return UnitList(rows, tuple(unit for unit in units if (unit.sheet, unit.row) not in bad), tuple(problems))


def kind_of(text: str) -> UnitKind | None:
    """The kind that a name or a word tells; None when it tells none."""
    words = fold(text)
    return next((kind for kind, pattern in _KINDS if re.match(pattern, words)), None)


def unit_key(name: str) -> str:
    """Two spellings of one name have the same key."""
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()


def _find_header(rows: list[Row]) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(rows):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            meaning = _meaning(cell)
            if meaning and meaning not in columns:
                columns[meaning] = index
        if "name" in columns and (len(columns) > 1 or sum(1 for cell in row if cell != "") == 1) and not _is_title(row):
            return number + 1, columns
    return None


def _is_title(row: Row) -> bool:
    """`ĐẢNG BỘ XÃ LĂNG CAN` alone in a row is a title, not the header of a column."""
    texts = [str(cell) for cell in row if cell != ""]
    return len(texts) == 1 and len(texts[0].split()) > 3


def _meaning(cell: Cell) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", fold(str(cell))).strip() if isinstance(cell, str) else ""
    return next((meaning for meaning, pattern in _HEADER if words and re.match(pattern, words)), "")


def _read(sheet: str, number: int, row: Row, columns: dict[str, int]) -> tuple[int, UnitRow] | UnitProblem | None:
    """Indentation and unit; a problem; None for a row that is not a unit."""
    texts = {name: str(row[index]) if index < len(row) else "" for name, index in columns.items()}
    raw = texts["name"]
    name = compose(_NUMBERING.sub("", raw.strip()))
    if not name and (texts.get("code", "").strip() or kind_of(texts.get("kind", ""))):
        return UnitProblem(sheet, number, texts.get("code", "").strip(), "name_missing")
    if not name or _NOT_UNITS.match(fold(name)) or not any(map(str.isalpha, name)):
        return None
    kind = kind_of(texts.get("kind", "")) or kind_of(name)
    if kind is None:
        return UnitProblem(sheet, number, name, "kind_unknown")
    code = texts.get("code", "").strip()
    fault = _find_fault(name, code)
    if fault:
        return UnitProblem(sheet, number, name[:NAME_LIMIT], fault)
    try:
        check_code(code or "x")
    except DomainError:
        return UnitProblem(sheet, number, code, "code_bad")
    unit = UnitRow(
        sheet, number, name, kind, code, compose(texts.get("parent", "")), opened_on=_day(texts.get("opened", ""))
    )
    return len(raw) - len(raw.lstrip()), unit


def _find_fault(name: str, code: str) -> str:
    if len(name) > NAME_LIMIT:
        return "name_too_long"
    return find_fault(name) or find_fault(code)


def _day(text: str) -> date | None:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) != 3:
        return None
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _placed(read: list[tuple[int, UnitRow]]) -> list[UnitRow]:
    placed: list[UnitRow] = []
    stack: list[tuple[int, UnitRow]] = []
    for indent, unit in read:
        while stack and not _stands_above(stack[-1], indent, unit):
            stack.pop()
        placed.append(unit if unit.parent or not stack else replace(unit, above=stack[-1][1].row))
        stack.append((indent, unit))
    return placed


def _stands_above(other: tuple[int, UnitRow], indent: int, unit: UnitRow) -> bool:
    if other[0] != indent:
        return other[0] < indent
    return _RANK[other[1].kind] < _RANK[unit.kind]


def _repeated(units: Iterable[UnitRow]) -> list[UnitProblem]:
    seen: dict[str, int] = {}
    coded = [unit for unit in units if unit.code]
    return [
        UnitProblem(unit.sheet, unit.row, unit.code, "code_twice", str(seen[unit.code.casefold()]))
        for unit in coded
        if seen.setdefault(unit.code.casefold(), unit.row) != unit.row
    ]
