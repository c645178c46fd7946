"""What is wrong with a sheet is said with its place; what is right is read as it was written."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.toml_child import BYTES_MOST
from nennep.policies.importers.sheet_files import check_file
from nennep.policies.rules import read_sheet
from nennep.policies.rules.sheets import NO_SHEET

PACKS = Path(__file__).parents[2] / "src/nennep/policies/importers/packs"
BANDS = {"evidence": "attendance_share", "bands": [[90, 5], [0, 1]]}


def sheet_with(line: dict[str, Any], **sheet: Any) -> dict[str, Any]:
    """A sheet with this line of five points and one that fills it up."""
    lines = [{"code": "1", "title": "A", "max": 5} | line, {"code": "2", "title": "B", "max": 95}]
    groups = [{"code": "g", "title": "G", "items": lines}]
    return {"code": "s", "title": "S", "groups": groups} | sheet


def problems_of(value: Any) -> list[str]:
    sheet, problems = read_sheet(value)
    assert (sheet is None) is bool(problems)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    "line",
    [
        {},
        BANDS,
        BANDS | {"full_at": "attendance.target_pct", "lowest_if": ["unexcused"]},
        {"evidence": "speakers_share", "bands": [["200/3", 5], [33.5, 2.5], [0, 0]]},
        {"evidence": "criticism_minutes", "within": [15, 30]},
        {"evidence": "steps_done_share", "share": True},
        {"evidence": "not excused_streak", "yes": True},
        {"evidence": "unexcused", "at_most": [[0, 5]]} | {},
        {"parts": ["conclusion", "not unexcused"]},
        {"parts": [{"evidence": "conclusion", "points": 2}, {"evidence": "themed", "points": 3}]},
        {"all": ["conclusion", "themed"]},
        {"starts_at": 5, "additions": [{"when": "unexcused", "points": -0.5, "each": True}]},
        {"additions": [{"when": "conclusion", "points": 1}]},
        {"told": ["items", "discussion"]},
        {"evidence": "speakers_share", "told": True},
        {"without_theme": {"moves_to": "2"}},
        {"fact": "attendance", "bands": [[75, 3], [0, 1]]},
    ],
)
def test_lines_that_are_right(line: dict[str, Any]) -> None:
    if "at_most" in line:
        line = {"scales": [line, {"evidence": "unexcused", "bands": [[0, 1]]}]}
    assert problems_of(sheet_with(line)) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"max": 6}, "s: điểm tối đa cộng lại là 101, phải là 100"),
        ({"code": "2"}, "2: mã này có ở hai dòng"),
        ({"evidence": "weather", "yes": True}, "1: không có số liệu nào tên “weather”"),
        ({"evidence": "speakers_share", "yes": True}, "1: thang “yes” không dùng được cho “speakers_share”"),
        ({"evidence": "conclusion", "share": True}, "1: thang “share” không dùng được cho “conclusion”"),
        (BANDS | {"bands": [[90, 5], [10, 1]]}, "1: còn trống dưới mốc 10: bậc cuối phải từ 0"),
        (BANDS | {"bands": [[90, 5], [90, 3], [0, 1]]}, "1: hai bậc cùng một mốc"),
        (BANDS | {"bands": [[50, 5], [90, 3], [0, 1]]}, "1: mốc phải giảm dần"),
        (BANDS | {"bands": [[90, 3], [50, 1], [0, 4]]}, "1: điểm giảm rồi lại tăng"),
        (BANDS | {"bands": [[90, 6], [0, 1]]}, "1: điểm 6 ngoài khoảng 0 đến 5"),
        (BANDS | {"bands": [[90, 2.25], [0, 1]]}, "1: điểm 2,25 không chẵn nửa điểm"),
        (BANDS | {"bands": [[101, 5], [0, 1]]}, "1: không tỷ lệ nào quá 100"),
        (BANDS | {"bands": 5}, "1: “bands” là danh sách những cặp [mốc, điểm]"),
        (BANDS | {"bands": [["1/0", 5], [0, 1]]}, "1: mốc 1/0 không phải số từ 0 đến 480"),
        (BANDS | {"bands": [[float("nan"), 5], [0, 1]]}, "1: mốc nan không phải số từ 0 đến 480"),
        ({"without_theme": {"moves_to": "9"}}, "1: điểm chuyển sang “9”, nhưng không có dòng ấy"),
        ({"without_theme": {"moves_to": "1"}}, "1: điểm chuyển vòng: “1” không giữ được điểm"),
        ({"scale": 1}, "1: không hiểu “scale”"),
        ({"lowest_if": ["unexcused"]}, "1: “lowest_if” cần một thang có bậc"),
        (
            {"evidence": "minutes_short", "at_most": [[0, 5]]},
            "1: sau “at_most” cần một thang cho những giá trị lớn hơn",
        ),
        ({"max": True}, "1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"),
        ({"parts": [{"evidence": "conclusion", "points": 2}]}, "1: điểm các phần cộng lại phải là 5"),
        ({"told": ["none"]}, "1: không có số liệu nào tên “none”"),
        ({"lowest_if": ["speakers_share"]} | BANDS, "1: “speakers_share” không trả lời có hay không"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(line: dict[str, Any], said: str) -> None:
    assert said in problems_of(sheet_with(line))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"levels": {"good": 70, "fair": 90, "average": 50}}, "s levels: ngưỡng phải giảm dần từ good đến average"),
        (
            {"applies_to": ["weekly"]},
            "s applies_to: “weekly” không phải một trong: regular, thematic, combined, extraordinary",
        ),
        ({"sides": []}, "s sides: phải có ít nhất một, không lặp"),
        ({"groups": []}, "s groups: phải là một danh sách bảng, không rỗng"),
        ({"colour": "red"}, "s: không hiểu “colour”"),
    ],
)
def test_a_sheet_is_checked_as_a_whole(changes: dict[str, Any], said: str) -> None:
    assert said in problems_of(sheet_with({}, **changes))


def test_a_group_may_say_what_its_lines_come_to() -> None:
    value = sheet_with({})
    value["groups"][0]["max"] = 90
    assert problems_of(value) == ["2: tối đa 95, hơn cả nhóm (90)", "g: các dòng cộng lại là 100, nhóm ghi 90"]


def test_two_lines_may_not_leave_their_points_to_each_other() -> None:
    value = sheet_with({"without_theme": {"moves_to": "2"}})
    value["groups"][0]["items"][1]["without_theme"] = {"moves_to": "1"}
    assert len(problems_of(value)) == 2


def test_a_unit_may_have_a_sheet_for_each_kind_of_meeting() -> None:
    regular = sheet_with({}, code="1", applies_to=["regular", "combined"])
    thematic = sheet_with({}, code="2", applies_to=["thematic"])
    sheet, _problems = read_sheet({"sheets": [regular, thematic]})
    assert sheet is not None
    assert [sheet.for_kind(kind).code for kind in ("regular", "combined", "thematic")] == ["1", "1", "2"]
    assert sheet.for_kind("extraordinary") == NO_SHEET
    assert problems_of({"sheets": [regular, thematic | {"applies_to": ["regular"]}]}) == [
        "2: đã có khung khác cho: regular"
    ]


NAMES = ("code", "title", "max", "items", "groups", "bands", "evidence", "fact", "parts", "scales")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "title", "max", "items", "groups", "bands", "evidence", "fact", "parts", "scales"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_a_file_holds_is_refused_in_words(value: Any) -> None:
    sheet, problems = read_sheet(value)
    assert (sheet is None) is bool(problems)


@given(JSON)
def test_whatever_a_line_holds_is_read_or_refused_in_words(value: Any) -> None:
    for line in (
        {"bands": value, "evidence": "speakers_share"},
        {"fact": value},
        {"fact": "time", "bands": value},
        {"scales": value},
    ):
        sheet, problems = read_sheet(sheet_with(line))
        assert (sheet is None) is bool(problems)


# ── files ─────────────────────────────────────────────────────────────────────

GOOD_FILE = """
code = "x"
title = "X"
[[groups]]
code = "1"
title = "A"
items = [{ code = "1", title = "A", max = 100, evidence = "last_duties_done_share", share = true }]
"""


def check(path: Path) -> tuple[str, str]:
    out = StringIO()
    try:
        call_command("sheets", "check", str(path), stdout=out)
    except CommandError as error:
        return out.getvalue(), f"{error} {error.returncode}"
    return out.getvalue(), ""


def test_a_file_that_is_right_names_its_sheets(tmp_path: Path) -> None:
    (file := tmp_path / "x.toml").write_text(GOOD_FILE)
    assert check(file) == ("x: 1 nhóm, 1 dòng, tối đa 100.\n", "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD_FILE.replace("100", "99"), "dòng 2, cột 1: x: điểm tối đa cộng lại là 99, phải là 100\n"),
        (
            'code = "x"\ntitle = X\n',
            "không đọc được TOML: giá trị viết không đúng; chữ phải để trong dấu nháy (dòng 2, cột 9)\n",
        ),
        ("rules = 5", "tệp không có khung chấm điểm nào (khóa score.sheet)\n"),
        ("x = " + "[" * 100_000, "không đọc được TOML: lồng nhau quá sâu\n"),
        ("#" * (BYTES_MOST + 1), "tệp lớn quá 256 KB\n"),
        (
            '[[rules]]\nkey = "score.levels"\nvalue = { good = 50, fair = 70, average = 90 }\n',
            "dòng 2, cột 1: score.levels: giá trị của “Ngưỡng điểm các mức Tốt, Khá, Trung bình” không đúng\n",
        ),
        ('[[rules]]\nkey = "weather"\nvalue = 1\n', "dòng 2, cột 1: weather: không có quy định nào tên này\n"),
    ],
)
def test_a_file_that_is_wrong_says_so_and_ends_with_one(tmp_path: Path, content: str, said: str) -> None:
    (file := tmp_path / "x.toml").write_text(content)
    assert check(file) == (said, "1 chỗ sai. 1")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (file := tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    assert [str(problem) for problem in check_file(file)[1]] == [
        "tệp không phải chữ UTF-8. Mở bằng Notepad, chọn Lưu thành, mã hóa UTF-8, rồi nạp lại"
    ]


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "không mở được tệp" in check(tmp_path / "none.toml")[0]


@pytest.mark.parametrize("file", sorted(PACKS.glob("*.toml")), ids=lambda path: path.stem)
def test_what_comes_with_the_program_passes_its_own_check(file: Path) -> None:
    problems = [str(problem) for problem in check_file(file)[1]]
    assert problems in ([], ["tệp không có khung chấm điểm nào (khóa score.sheet)"])
