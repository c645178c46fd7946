"""A plan as the command prints it: for programs and for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_date
from nennep.members.importers.columns import SENSITIVE, Column
from nennep.members.importers.problems import keeps_row_out, message_of, say_unused
from nennep.members.importers.records import Difference, Entry, ImportPlan
from nennep.members.importers.shapes import RowProblem, UnusedColumn


def field_labels() -> dict[str, str]:
    """What people call each thing that an import may change, inside a sentence."""
    return {column.key: _inside(str(column.traits.label)) for column in Column} | {"born_year": _("năm sinh")}


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:]


def plan_as_json(plan: ImportPlan) -> dict[str, Any]:
    """What `nennep import-members --json` prints. `people` are those that go in, as understood."""
    return {
        "rows": plan.rows,
        "accepted": len(plan.entries),
        "rejected": plan.rejected,
        "created": plan.count("created"),
        "updated": plan.count("updated"),
        "unchanged": plan.count("unchanged"),
        "cells": list(plan.cells),
        "remarks": [problem_as_json(remark) for remark in plan.remarks],
        "unused_columns": [unused_as_json(column) for column in plan.unused],
        "problems": [problem_as_json(problem) for problem in plan.problems],
        "people": [entry.person.as_json() for entry in plan.entries],
    }


def unused_as_json(column: UnusedColumn) -> dict[str, Any]:
    return {
        "sheet": column.sheet,
        "column": column.letter,
        "label": column.label,
        "filled": column.filled,
        "guess": str(column.guess) or None,
    }


def problem_as_json(problem: RowProblem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "message": message_of(problem),
    }


def plan_as_text(plan: ImportPlan, *, used_from: date, applied: bool) -> Iterator[str]:
    """The plan line by line: counts, cells to be made, differences, what is to be mended, what is doubtful."""
    yield ngettext(
        "Đọc được %(rows)s người, %(cells)s chi bộ.", "Đọc được %(rows)s người, %(cells)s chi bộ.", plan.rows
    ) % {"rows": plan.rows, "cells": len(plan.cells)}
    counts = {action: plan.count(action) for action in ("created", "updated", "unchanged")}
    yield _("Mới %(created)s, có thay đổi %(updated)s, không đổi %(unchanged)s, chưa ghi được %(rejected)s.") % (
        counts | {"rejected": plan.rejected}
    )
    if plan.new_cells:
        yield (_("Đã lập chi bộ: ") if applied else _("Sẽ lập chi bộ: ")) + "; ".join(plan.new_cells) + "."
    if plan.count("created"):
        yield say_used_from(used_from, new_cells=len(plan.new_cells))
    for remark in [message_of(item) for item in plan.remarks] + ([told] if (told := say_unused(plan.unused)) else []):
        yield _("Cần biết: %(remark)s") % {"remark": remark}
    for entry in plan.entries:
        if entry.differences and entry.member:
            yield _difference_line(entry)
    for problem in sorted(plan.problems, key=lambda item: not keeps_row_out(item)):
        yield _problem_line(problem)
    yield _("Đã ghi.") if applied else _("Chưa ghi gì. Thêm --apply để ghi.")


def say_used_from(day: date, *, new_cells: int) -> str:
    """From when on the new ones count."""
    new = _("Chi bộ mới, đảng viên mới") if new_cells else _("Đảng viên mới")
    return _("%(new)s có trong chương trình từ ngày %(day)s; số liệu trước ngày ấy không đổi.") % {
        "new": new,
        "day": say_date(day),
    }


def _difference_line(entry: Entry) -> str:
    labels = field_labels()
    changes = "; ".join(f"{labels[item.name]} {_shown(item)}" for item in entry.differences)
    return f"  {entry.person.name} ({_place(entry.person.sheet, entry.person.row)}): {changes}"


def _shown(change: Difference) -> str:
    return _("thay đổi") if change.name in SENSITIVE else f"“{change.before}” → “{change.after}”"


def _problem_line(problem: RowProblem) -> str:
    mark = _("Chưa ghi được") if keeps_row_out(problem) else _("Nên xem lại")
    value = f" “{problem.value}”" if problem.value else ""
    column = _(", cột %(column)s") % {"column": problem.column} if problem.column else ""
    return f"  {mark}: {_place(problem.sheet, problem.row)}{column}{value}: {message_of(problem)}"


def _place(sheet: str, row: int) -> str:
    where = _("dòng %(row)s") % {"row": row} if row else _("cả trang tính")
    return f"{sheet}, {where}" if sheet else where
