"""A list of units as communes keep it: names with kind, code, upper unit by name, code, indentation or order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.sheets.cells import Row, Workbook
from nennep.core.sheets.columns import CellRead, find_column, words_of
from nennep.core.text import fold
from nennep.organizations.choices import UnitKind
from nennep.organizations.importers.columns import UnitColumn, kind_of
from nennep.organizations.importers.remarks import tell_book, tell_unused

# The sentence of each problem, and the column that it is about (None: the row, or the whole sheet).
PROBLEMS: dict[str, tuple[UnitColumn | None, str | Promise]] = {
    "header_missing": (None, _("Không tìm thấy dòng tiêu đề có cột tên đơn vị. Thêm dòng tiêu đề rồi nhập lại.")),
    "name_missing": (UnitColumn.NAME, _("Dòng này có mã hoặc loại mà thiếu tên đơn vị. Ghi tên đơn vị.")),
    "name_too_long": (UnitColumn.NAME, _("Tên đơn vị dài quá. Rút ngắn lại.")),
    "text_marked_secret": (
        None,
        _("Dòng này mang dấu mật. Không nhập nội dung mật vào đây; hãy bỏ phần đó."),
    ),
    "text_with_unfit_character": (
        None,
        _("Dòng này có ký tự lạ, thường không nhìn thấy. Gõ lại tên và mã đơn vị."),
    ),
    "kind_unknown": (
        UnitColumn.KIND,
        _("Không rõ loại đơn vị “%(value)s”. Ghi Đảng bộ, Đảng bộ bộ phận, Chi bộ hoặc Tổ đảng."),
    ),
    "code_bad": (UnitColumn.CODE, _("Mã “%(value)s” không đúng: viết liền, tối đa 40 ký tự. Sửa lại mã.")),
    "code_twice": (UnitColumn.CODE, _("Mã này đã có ở dòng %(other)s. Mỗi đơn vị một mã riêng.")),
    "code_taken": (UnitColumn.CODE, _("Mã này đã có ở một đơn vị ngoài đơn vị đang nhập. Chọn mã khác.")),
    "unit_twice": (UnitColumn.NAME, _("Đơn vị này đã có ở dòng %(other)s. Bỏ một dòng.")),
    "unit_closed": (
        UnitColumn.NAME,
        _("Đơn vị này, hoặc đơn vị cấp trên của nó, đã giải thể. Bỏ dòng này hoặc ghi mã khác."),
    ),
    "parent_missing": (
        UnitColumn.PARENT,
        _("Không tìm thấy đơn vị cấp trên “%(value)s”. Ghi đúng tên hoặc mã của đơn vị cấp trên."),
    ),
    "nesting_bad": (
        UnitColumn.KIND,
        _("Tổ đảng chỉ lập trong chi bộ; dưới chi bộ chỉ có tổ đảng. Xem lại đơn vị cấp trên."),
    ),
}
Columns: TypeAlias = dict[UnitColumn, int]  # which column of the sheet holds what
_RANK = {kind: rank for rank, kind in enumerate(UnitKind)}
_NOT_UNITS = re.compile(r"(tong|cong|t/m|tm\.|nguoi|noi nhan|xac nhan|bi thu|ngay .* thang|\(?ky)\b")


@dataclass(frozen=True, slots=True)
class UnitProblem:
    sheet: str
    row: int
    value: str
    code: str
    other: str = ""

    def as_json(self) -> dict[str, Any]:
        column, sentence = PROBLEMS[self.code]
        message = str(sentence) % {"value": self.value, "other": self.other}
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": str(column.traits.label) if column else "",
            "value": self.value,
            "code": self.code,
            "message": message,
        }


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as understood, each column under its field. `parent` is the upper unit's name or code.

    `above` is the row it stands under, else 0.
    """

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
    remarks: tuple[str, ...] = ()


def understand_units(book: Workbook, *, today: date) -> UnitList:
    """All units in `book`.

    A row without an upper unit stands under the nearest row above it that is less indented or, at the same indentation,
    of a higher kind.
    """
    units: list[UnitRow] = []
    problems: list[UnitProblem] = []
    remarks, rows = list(tell_book(book)), 0
    for sheet in book.sheets:
        found = _find_header(sheet.rows)
        if found is None:
            if any(any(row) for row in sheet.rows):
                problems.append(UnitProblem(sheet.name, 0, "", "header_missing"))
            continue
        start, columns = found
        remarks += tell_unused(sheet, start, columns.values())
        read = [
            item
            for number, row in enumerate(sheet.rows[start:], start + 1)
            if (item := _read(sheet.name, number, row, columns, today=today))
        ]
        rows += len(read)
        good = [item for item in read if isinstance(item, tuple)]
        problems += [item for item in read if isinstance(item, UnitProblem)]
        units += _placed(good)
    problems += _repeated(units)
    bad = {(item.sheet, item.row) for item in problems}
    good_units = tuple(unit for unit in units if (unit.sheet, unit.row) not in bad)
    return UnitList(rows, good_units, tuple(problems), tuple(remarks))


def unit_key(name: str) -> str:
    """Two spellings of one name have the same key."""
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()


def _find_header(rows: list[Row]) -> tuple[int, Columns] | None:
    for number, row in enumerate(rows):
        columns: Columns = {}
        for index, cell in enumerate(row):
            column = find_column(words_of(cell), UnitColumn) if isinstance(cell, str) else None
            if column and column not in columns:
                columns[column] = index
        named = UnitColumn.NAME in columns
        if named and (len(columns) > 1 or sum(1 for cell in row if cell != "") == 1) and not _is_title(row):
            return number + 1, columns
    return None


def _is_title(row: Row) -> bool:
    """`ĐẢNG BỘ XÃ LĂNG CAN` alone in a row is a title, not the header of a column."""
    texts = [str(cell) for cell in row if cell != ""]
    return len(texts) == 1 and len(texts[0].split()) > 3


def _read(
    sheet: str, number: int, row: Row, columns: Columns, *, today: date
) -> tuple[int, UnitRow] | UnitProblem | None:
    """Indentation and unit; a problem; None for a row that is not a unit."""
    cells = {column: row[index] if index < len(row) else "" for column, index in columns.items()}
    read = {column: column.traits.read(cells[column], today) for column in columns if column.traits.read}
    name, code = str(read[UnitColumn.NAME].value), read.get(UnitColumn.CODE, CellRead())
    kind = str(read.get(UnitColumn.KIND, CellRead()).value)
    if not name and (any(code) or kind):
        return UnitProblem(sheet, number, str(code.value), "name_missing")
    if not name or _NOT_UNITS.match(fold(name)) or not any(map(str.isalpha, name)):
        return None
    kind = kind or kind_of(name) or ""
    if not kind:
        return UnitProblem(sheet, number, name, "kind_unknown")
    for column in (UnitColumn.NAME, *UnitColumn):
        if column in read and read[column].code:
            return UnitProblem(sheet, number, str(read[column].value or name), read[column].code)
    told: dict[str, Any] = {column.traits.field: found.value for column, found in read.items() if found.value}
    raw = str(cells[UnitColumn.NAME])
    return len(raw) - len(raw.lstrip()), UnitRow(sheet, number, **{**told, "kind": UnitKind(kind)})


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
