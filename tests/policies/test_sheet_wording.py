"""A line of a score sheet in words, as whoever applies the sheet reads it."""

from typing import Any

import pytest

from nennep.policies.rules import read_sheet, say_line
from nennep.policies.rules.sheet_grammar import CODE_LIMIT
from nennep.policies.rules.sheets import SheetItem
from tests.policies.test_sheet_grammar import problems_of, sheet_with


def line_of(written: dict[str, Any]) -> SheetItem:
    sheet, problems = read_sheet(sheet_with(written))
    assert (sheet is None, list(problems)) == (False, [])
    assert sheet is not None
    return sheet.groups[0].items[0]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, ()),
        ({"starts_at": 5}, ("Bắt đầu từ 5 điểm",)),
        ({"starts_at": 4.5}, ("Bắt đầu từ 4,5 điểm",)),
        ({"evidence": "conclusion", "yes": True}, ("có kết luận: 5 điểm, nếu không thì 0",)),
        (
            {"evidence": "attendance_share", "bands": [[90, 5], [0, 1]]},
            ("tỷ lệ dự: từ 90% được 5; thấp hơn được 1",),
        ),
        (
            {"evidence": "criticism_minutes", "within": [15, 30]},
            ("thời gian tự phê bình và phê bình: từ 15 phút đến 30 phút được 5, ngoài khoảng thì 0",),
        ),
        (
            {"starts_at": 5, "additions": [{"when": "unexcused", "points": -0.5, "each": True}]},
            ("Bắt đầu từ 5 điểm", "Mỗi đảng viên vắng không lý do: bớt 0,5 điểm"),
        ),
        (
            {"starts_at": 3, "additions": [{"when": "unexcused", "points": 0.5, "each": True}]},
            ("Bắt đầu từ 3 điểm", "Mỗi đảng viên vắng không lý do: thêm 0,5 điểm"),
        ),
        ({"additions": [{"when": "conclusion", "points": 1}]}, ("Bắt đầu từ 0 điểm", "Nếu có kết luận: thêm 1 điểm")),
        ({"additions": [{"when": "conclusion", "points": -1}]}, ("Bắt đầu từ 0 điểm", "Nếu có kết luận: bớt 1 điểm")),
        ({"without_theme": {"moves_to": "2"}}, ("Tháng không có chuyên đề: điểm chuyển sang dòng 2",)),
    ],
)
def test_a_line_is_said_in_whole_sentences(written: dict[str, Any], said: tuple[str, ...]) -> None:
    assert say_line(line_of(written)) == said


def test_a_line_names_all_its_evidence_once_what_is_told_first() -> None:
    line = line_of({"told": ["items"], "parts": ["conclusion", "not unexcused", "themed"]})
    assert line.evidence == (*line.told, *(part.condition.evidence for part in line.scales[0].parts))
    assert len(line.evidence) == 4


@pytest.mark.parametrize(("length", "problems"), [(CODE_LIMIT, 0), (CODE_LIMIT + 1, 1)])
def test_a_code_fits_where_the_points_are_kept(length: int, problems: int) -> None:
    assert (CODE_LIMIT, len(problems_of(sheet_with({"code": "x" * length})))) == (20, problems)


def test_only_a_list_of_yes_and_no_leaves_the_maximum_out() -> None:
    listed = {"code": "s", "title": "S", "kind": "checklist"}
    lines = [{"code": str(number), "title": "A", "evidence": "conclusion", "yes": True} for number in range(3)]
    sheet, _problems = read_sheet(listed | {"groups": [{"code": "g", "title": "G", "items": lines}]})
    assert sheet is not None
    assert [item.maximum for item in sheet.groups[0].items] == [1, 1, 1]
    assert len(problems_of(sheet_with({"max": None}))) > 0
