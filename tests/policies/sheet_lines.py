"""Lines and lists for tests of sheets."""

from typing import Any

from nennep.policies.choices import ScoreEvidence
from nennep.policies.rules import read_sheet
from nennep.policies.rules.sheets import (
    SheetItem,
)
from tests.policies.test_sheet_grammar import sheet_with

BANDS: dict[str, Any] = {"evidence": "attendance_share", "bands": [[90, 5], [0, 1]]}
AT_MOST: dict[str, Any] = {"evidence": "minutes_short", "at_most": [[0, 5], [15, 4]]}
LENGTH: dict[str, Any] = {"evidence": "length_share", "bands": [[50, 2], [0, 0]]}
E = ScoreEvidence
MISSING = "{}: thiếu “{}”, hoặc không phải chữ, hoặc quá dài"


def read_line(line: dict[str, Any]) -> SheetItem:
    sheet, problems = read_sheet(sheet_with(line))
    assert sheet is not None, problems
    return sheet.items[0]


def checklist(*lines: dict[str, Any], **sheet: Any) -> dict[str, Any]:
    items = [{"code": str(at), "title": "A"} | line for at, line in enumerate(lines)]
    groups = [{"code": "g", "title": "G", "items": items}]
    return {"code": "s", "title": "S", "kind": "checklist", "groups": groups} | sheet
