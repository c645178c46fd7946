"""Each problem of a sheet alone and in its words, each limit at its last value and one further."""

from decimal import Decimal
from typing import Any

import pytest

from nennep.policies.choices import PolicyKey, SheetSide
from nennep.policies.rules import read_sheet
from nennep.policies.rules.sheet_wording import say_line
from tests.policies.sheet_lines import AT_MOST, BANDS, LENGTH, MISSING, checklist
from tests.policies.test_sheet_grammar import problems_of, sheet_with

# ── every problem in its words ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"title": " "}, ["1: thiếu “title”, hoặc không phải chữ, hoặc quá dài"]),
        ({"title": "a" * 301}, ["1: thiếu “title”, hoặc không phải chữ, hoặc quá dài"]),
        ({"title": "a" * 300}, []),
        ({"code": "x" * 21}, [f"{'x' * 21}: mã dài quá 20 chữ"]),
        ({"max": 0}, ["1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"]),
        ({"max": 100.5}, ["1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"]),
        ({"max": 2.3}, ["1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"]),
        ({"max": "5"}, ["1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"]),
        ({"max": 4.5}, ["s: điểm tối đa cộng lại là 99,5, phải là 100"]),
        ({"max": 5.0}, []),
        ({"code": "III/4"}, ["III/4: mã chỉ gồm chữ, số, dấu chấm, dấu gạch"]),
        ({"code": "../x?a=1#b"}, ["../x?a=1#b: mã chỉ gồm chữ, số, dấu chấm, dấu gạch"]),
        ({"code": "II.1-a_Đ"}, []),
        (
            {"title": "TUYỆT MẬT"},
            ["1: title: Có dòng mang dấu “TUYỆT MẬT”. Không ghi nội dung mật vào đây; hãy bỏ phần đó rồi ghi lại."],
        ),
        (
            {"title": "Đúng\u202e giờ"},
            ["1: title: Có ký tự lạ, thường không nhìn thấy, ở chỗ “Đúng giờ”. Hãy xóa chỗ đó rồi gõ lại, đừng dán."],
        ),
        ({"told": "items"}, ["1 told: phải là một danh sách từ"]),
        ({"told": [1]}, ["1 told: phải là một danh sách từ"]),
        ({"told": True}, ["1: thiếu tên số liệu"]),
        ({"lowest_if": "unexcused"}, ["1: “lowest_if” phải là một danh sách"]),
        ({"additions": {}}, ["1: “additions” phải là một danh sách"]),
        ({"starts_at": 6}, ["1: điểm 6 ngoài khoảng 0 đến 5"]),
        ({"starts_at": -1}, ["1: điểm -1 ngoài khoảng 0 đến 5"]),
        ({"starts_at": "5"}, ["1: điểm 5 không phải là số"]),
        ({"starts_at": "7,5"}, ["1: “7,5”: trong tệp số lẻ viết 7.5, dấu chấm, không để trong dấu nháy"]),
        ({"max": "7,5"}, ["1 max: “7,5”: trong tệp số lẻ viết 7.5, dấu chấm, không để trong dấu nháy"]),
        (
            BANDS | {"bands": [["66,5", 5], [0, 1]]},
            ["1: “66,5”: trong tệp số lẻ viết 66.5, dấu chấm, không để trong dấu nháy"],
        ),
        (BANDS | {"bands": [[90, 7.3], [0, 1]]}, ["1: điểm 7,3 ngoài khoảng 0 đến 5"]),
        (BANDS | {"bands": [[90, 4.3], [0, 1]]}, ["1: điểm 4,3 không chẵn nửa điểm"]),
        ({"starts_at": True}, ["1: điểm True không phải là số"]),
        ({"starts_at": 0.25}, ["1: điểm 0,25 không chẵn nửa điểm"]),
        (BANDS | {"starts_at": 1}, ["1: “starts_at” và thang loại trừ nhau"]),
        (
            {"additions": [{"when": "conclusion", "points": -5.5}]},
            ["1: điểm -5,5 ngoài khoảng -5 đến 5"],
        ),
        ({"additions": [{"when": "conclusion", "points": -5}]}, []),
        ({"starts_at": 5, "at_most_if": [{"when": "conclusion", "points": 0}]}, []),
        (
            {"starts_at": 5, "at_most_if": [{"when": "conclusion", "points": -0.5}]},
            ["1: điểm -0,5 ngoài khoảng 0 đến 5"],
        ),
        (
            {"at_most_if": [{"when": "conclusion", "points": 0}]},
            ["1: chỉ thêm, bớt được khi dòng có thang hoặc “starts_at”"],
        ),
        ({"additions": [{"when": "conclusion", "points": 1, "each": True}]}, ["1: “each” chỉ dùng cho số đếm"]),
        ({"additions": [{"when": "unexcused", "points": 1, "each": 1}]}, ["1: “each” chỉ dùng cho số đếm"]),
        ({"additions": [{"when": "unexcused", "points": 1, "each": True}]}, []),
        ({"additions": [{"when": "conclusion", "points": 1, "why": "x"}]}, ["1: không hiểu “why”"]),
        (
            {"starts_at": 5, "additions": ["conclusion"]},
            ["1: phải là một bảng", "1: thiếu tên số liệu", "1: thiếu số điểm"],
        ),
        (
            {"without_theme": 5},
            [
                "1 without_theme: phải là một bảng",
                MISSING.format("1 without_theme", "moves_to"),
            ],
        ),
        ({"without_theme": {"moves_to": "2", "to": 1}}, ["1 without_theme: không hiểu “to”"]),
        ({"lowest_if": ["unexcused"]}, ["1: “lowest_if” cần một thang có bậc"]),
        ({"lowest_if": ["unexcused"], "parts": ["conclusion"]}, ["1: “lowest_if” cần một thang có bậc"]),
        (BANDS | {"lowest_if": ["speakers_share"]}, ["1: “speakers_share” không trả lời có hay không"]),
        (BANDS | {"lowest_if": [5]}, ["1: không có số liệu nào tên “5”"]),
        (AT_MOST, ["1: sau “at_most” cần một thang cho những giá trị lớn hơn"]),
        ({"scales": [AT_MOST, AT_MOST]}, ["1: sau “at_most” cần một thang cho những giá trị lớn hơn"]),
        ({"scales": [AT_MOST, AT_MOST, LENGTH]}, []),
        (
            {"scales": [LENGTH, LENGTH]},
            ["1: chỉ “at_most” mới có thang kế tiếp; thang sau “bands” không bao giờ dùng"],
        ),
        (BANDS | {"scales": [LENGTH]}, ["1: thang ghi ở dòng, hoặc ở “scales”, không cả hai"]),
        ({"scales": []}, ["1 scales: phải là một danh sách bảng, không rỗng"]),
        ({"scales": [5]}, ["1 scales: phải là một danh sách bảng, không rỗng"]),
        ({"scales": [LENGTH | {"color": 1}]}, ["1: không hiểu “color”"]),
        (
            {"evidence": "conclusion"},
            ["1: mỗi thang cần đúng một trong: bands, at_most, within, share, yes, parts, all"],
        ),
        (
            BANDS | {"share": True},
            ["1: mỗi thang cần đúng một trong: bands, at_most, within, share, yes, parts, all"],
        ),
        ({"evidence": "conclusion", "yes": 1}, ["1: ghi yes = true"]),
        ({"evidence": "steps_done_share", "share": False}, ["1: ghi share = true"]),
        ({"evidence": "not steps_done_share", "share": True}, ["1: không có số liệu nào tên “not steps_done_share”"]),
        ({"evidence": "not conclusion", "yes": True}, []),
        ({"evidence": "not none", "yes": True}, ["1: không có số liệu nào tên “none”"]),
        ({"evidence": "conclusion", "bands": [[0, 5]]}, ["1: thang “bands” không dùng được cho “conclusion”"]),
        ({"evidence": "discussion", "within": [0, 5]}, ["1: thang “within” không dùng được cho “discussion”"]),
        ({"scales": [AT_MOST | {"evidence": "themed"}, LENGTH]}, ["1: thang “at_most” không dùng được cho “themed”"]),
        ({"evidence": "minutes_long", "share": True}, ["1: thang “share” không dùng được cho “minutes_long”"]),
        ({"evidence": "minutes_long", "yes": True}, ["1: thang “yes” không dùng được cho “minutes_long”"]),
        (
            {"evidence": "minutes_long", "bands": [[90, 5], [0, 1]], "full_at": "attendance.target_pct"},
            ["1: “full_at” chỉ dùng cho bậc của một tỷ lệ"],
        ),
        (
            {"evidence": "steps_done_share", "share": True, "full_at": "attendance.target_pct"},
            ["1: “full_at” chỉ dùng cho bậc của một tỷ lệ"],
        ),
        (
            BANDS | {"full_at": "x"},
            [
                f"1 full_at: “x” không phải một trong: {PolicyKey.ATTENDANCE_TARGET.value}, {PolicyKey.SPEAKERS_SHARE.value}"
            ],
        ),
        ({"parts": ["conclusion"], "evidence": "themed"}, ["1: thang “parts” kể số liệu trong danh sách của nó"]),
        ({"all": ["conclusion"], "full_at": "x"}, ["1: thang “all” kể số liệu trong danh sách của nó"]),
        ({"parts": []}, ["1: các phần đều có điểm, hoặc không phần nào có"]),
        (
            {"parts": ["conclusion", {"evidence": "themed", "points": 5}]},
            ["1: các phần đều có điểm, hoặc không phần nào có"],
        ),
        ({"parts": [{"evidence": "themed", "points": 4.5}]}, ["1: điểm các phần cộng lại phải là 5"]),
        ({"parts": [{"evidence": "themed", "points": 5}]}, []),
        ({"all": [{"evidence": "themed", "points": 5}]}, ["1: điểm các phần cộng lại phải là 5"]),
        (BANDS | {"bands": []}, ["1: “bands” là danh sách những cặp [mốc, điểm]"]),
        (BANDS | {"bands": [[90, 5, 1], [0, 1]]}, ["1: “bands” là danh sách những cặp [mốc, điểm]"]),
        (BANDS | {"bands": [5, [0, 1]]}, ["1: “bands” là danh sách những cặp [mốc, điểm]"]),
        ({"evidence": "minutes_long", "within": [15]}, ["1: “within” là danh sách những cặp [mốc, điểm]"]),
        ({"evidence": "minutes_long", "within": [15, 30, 45]}, ["1: “within” là danh sách những cặp [mốc, điểm]"]),
        ({"evidence": "minutes_long", "within": 15}, ["1: “within” là danh sách những cặp [mốc, điểm]"]),
        ({"evidence": "minutes_long", "within": [30, 15]}, ["1: mốc phải tăng dần"]),
        ({"evidence": "minutes_long", "within": [30, 30]}, []),
        ({"scales": [AT_MOST | {"at_most": [[15, 5], [0, 4]]}, LENGTH]}, ["1: mốc phải tăng dần"]),
        ({"scales": [AT_MOST | {"at_most": [[0, 5], [0, 4]]}, LENGTH]}, ["1: hai bậc cùng một mốc"]),
        ({"scales": [AT_MOST | {"at_most": [[0, 4], [5, 3], [9, 4]]}, LENGTH]}, ["1: điểm giảm rồi lại tăng"]),
        (BANDS | {"bands": [[90, 3], [0, 3]]}, []),
        (BANDS | {"bands": [[100, 5], [0, 0]]}, []),
        (BANDS | {"bands": [["201/2", 5], [0, 0]]}, ["1: không tỷ lệ nào quá 100"]),
        ({"evidence": "length_share", "bands": [[480, 5], [0, 0]]}, []),
        ({"evidence": "length_share", "bands": [[481, 5], [0, 0]]}, ["1: mốc 481 không phải số từ 0 đến 480"]),
        (BANDS | {"bands": [["50 %", 5], ["> 40%", 3], ["0", 0]]}, []),
        ({"evidence": "minutes_long", "bands": [["50 %", 5], [0, 0]]}, ["1: chỉ mốc của một tỷ lệ mới ghi “%”"]),
        (BANDS | {"bands": [[True, 5], [0, 0]]}, ["1: mốc True không phải số từ 0 đến 480"]),
        (BANDS | {"bands": [[90, 5], [-1, 0]]}, ["1: mốc -1 không phải số từ 0 đến 480"]),
        (BANDS | {"bands": [[90, 5], [0.5, 0]]}, ["1: còn trống dưới mốc 1/2: bậc cuối phải từ 0"]),
    ],
)
def test_one_thing_that_is_wrong_is_said_in_its_words_and_nothing_else(line: dict[str, Any], said: list[str]) -> None:
    assert problems_of(sheet_with(line)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"levels": {"good": 100, "fair": 2, "average": 1}}, []),
        ({"levels": {"good": 3, "fair": 2, "average": 1}}, []),
        (
            {"levels": {"good": 101, "fair": 2, "average": 1}},
            ["s levels: phải là số nguyên từ 1 đến 100"],
        ),
        (
            {"levels": {"good": 3, "fair": 2, "average": 0}},
            ["s levels: phải là số nguyên từ 1 đến 100"],
        ),
        ({"levels": {"good": 3, "fair": 3, "average": 1}}, ["s levels: ngưỡng phải giảm dần từ good đến average"]),
        ({"levels": {"good": 3, "fair": 2, "average": 2}}, ["s levels: ngưỡng phải giảm dần từ good đến average"]),
        ({"levels": {"good": 3, "fair": 2}}, ["s levels: cần đủ good, fair, average"]),
        ({"levels": 5}, ["s levels: phải là một bảng", "s levels: cần đủ good, fair, average"]),
        ({"level_texts": {"bad": "x"}}, ["s level_texts: không hiểu “bad”"]),
        ({"level_texts": {"good": ""}}, ["s level_texts: thiếu “good”, hoặc không phải chữ, hoặc quá dài"]),
        ({"reported_within_working_days": 0}, []),
        ({"reported_within_working_days": 60}, []),
        ({"reported_within_working_days": 61}, ["s reported_within_working_days: phải là số nguyên từ 0 đến 60"]),
        ({"reported_within_working_days": -1}, ["s reported_within_working_days: phải là số nguyên từ 0 đến 60"]),
        ({"large_cell": {"members": 1, "minutes": 1}}, []),
        ({"large_cell": {"members": 1000, "minutes": 480}}, []),
        ({"large_cell": {"members": 0, "minutes": 1}}, ["s large_cell: phải là số nguyên từ 1 đến 1000"]),
        ({"large_cell": {"members": 1001, "minutes": 1}}, ["s large_cell: phải là số nguyên từ 1 đến 1000"]),
        ({"large_cell": {"members": 1, "minutes": 0}}, ["s large_cell: phải là số nguyên từ 1 đến 480"]),
        ({"large_cell": {"members": 1, "minutes": 481}}, ["s large_cell: phải là số nguyên từ 1 đến 480"]),
        ({"large_cell": {"members": 1, "minutes": 1, "x": 1}}, ["s large_cell: không hiểu “x”"]),
        ({"sources": "x"}, ["s sources: phải là một danh sách từ"]),
        ({"sides": ["cell", "cell"]}, ["s sides: phải có ít nhất một, không lặp"]),
        ({"sides": ["province"]}, [f"s sides: “province” không phải một trong: {', '.join(SheetSide)}"]),
        ({"applies_to": []}, ["s applies_to: phải có ít nhất một, không lặp"]),
        ({"kind": "x"}, ["s kind: “x” không phải một trong: points, checklist"]),
        ({"scored_by": ""}, ["s: thiếu “scored_by”, hoặc không phải chữ, hoặc quá dài"]),
        ({"title": 5}, ["s: thiếu “title”, hoặc không phải chữ, hoặc quá dài"]),
        ({"code": ""}, ["thiếu “code”, hoặc không phải chữ, hoặc quá dài"]),
        ({"a": 1, "b": 2}, ["s: không hiểu “a”", "s: không hiểu “b”"]),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_alone(changes: dict[str, Any], said: list[str]) -> None:
    assert problems_of(sheet_with({}, **changes)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (5, "phải là một bảng"),
        ({"sheets": []}, "sheets: phải là một danh sách bảng, không rỗng"),
        ({"sheets": 5}, "sheets: phải là một danh sách bảng, không rỗng"),
    ],
)
def test_what_is_no_sheet_at_all_is_said_first(value: Any, said: str) -> None:
    sheet, problems = read_sheet(value)
    assert (sheet, str(problems[0])) == (None, said)


def test_a_group_is_what_its_lines_come_to() -> None:
    value = sheet_with({})
    for limit, said in (
        (100, []),
        (99, ["g: các dòng cộng lại là 100, nhóm ghi 99"]),
        (95, ["g: các dòng cộng lại là 100, nhóm ghi 95"]),
        (94, ["2: tối đa 95, hơn cả nhóm (94)", "g: các dòng cộng lại là 100, nhóm ghi 94"]),
        (
            101,
            ["g max: phải là số từ 0,5 đến 100, chẵn nửa điểm"],
        ),
    ):
        value["groups"][0]["max"] = limit
        assert problems_of(value)[: len(said) or None] == said
    value["groups"][0] |= {"max": 100, "note": "x"}
    assert problems_of(value) == ["g: không hiểu “note”"]


def test_half_points_add_up_exactly() -> None:
    """As provinces write them: 0,5; 1,5; 2,5."""
    value = sheet_with({"max": 0.5, "starts_at": 0.5})
    value["groups"][0]["items"] += [
        {"code": "3", "title": "C", "max": 1.5, "evidence": "steps_done_share", "share": True},
        {"code": "4", "title": "D", "max": 2.5, "evidence": "conclusion", "yes": True},
    ]
    value["groups"][0]["items"][1]["max"] = 95.5
    value["groups"][0]["max"] = 100
    sheet, problems = read_sheet(value)
    assert problems == ()
    assert sheet is not None
    assert [item.maximum for item in sheet.items] == [Decimal("0.5"), Decimal("95.5"), Decimal("1.5"), Decimal("2.5")]
    assert [words for item in sheet.items[2:] for words in say_line(item)] == [
        "tỷ lệ mục của chương trình đã bàn: 1,5 điểm nhân tỷ lệ, tròn nửa điểm",
        "có kết luận: 2,5 điểm, nếu không thì 0",
    ]


def test_a_line_without_a_maximum_spoils_no_sum() -> None:
    value = sheet_with({"max": -1})
    value["groups"][0]["max"] = 97
    assert problems_of(value) == ["1 max: phải là số từ 0,5 đến 100, chẵn nửa điểm"]


def test_codes_stand_once_in_a_sheet() -> None:
    value = sheet_with({"max": 3})
    group = {"code": "g", "title": "H", "items": [{"code": "1", "title": "C", "max": 2}]}
    value["groups"].append(group)
    assert problems_of(value) == ["1: mã này có ở hai dòng", "g: mã này có ở hai nhóm"]


def test_points_move_to_a_line_that_keeps_them() -> None:
    value = sheet_with({"without_theme": {"moves_to": "2"}})
    assert problems_of(value) == []
    value["groups"][0]["items"][0]["without_theme"] = {"moves_to": "1"}
    assert problems_of(value) == ["1: điểm chuyển vòng: “1” không giữ được điểm"]
    value["groups"][0]["items"][0]["without_theme"] = {"moves_to": "2"}
    value["groups"][0]["items"][1]["without_theme"] = {"moves_to": "3"}
    assert problems_of(value) == [
        "1: điểm chuyển vòng: “2” không giữ được điểm",
        "2: điểm chuyển sang “3”, nhưng không có dòng ấy",
    ]


def test_sheets_of_a_unit_have_codes_and_kinds_of_their_own() -> None:
    first = sheet_with({}, code="1", applies_to=["regular", "combined"])
    second = sheet_with({}, code="1", applies_to=["combined", "regular", "thematic"])
    third = sheet_with({}, code="3", applies_to=["thematic"])
    assert problems_of({"sheets": [first, second, third]}) == [
        "1: đã có khung khác cho: combined, regular",
        "1: hai khung cùng một mã",
        "3: đã có khung khác cho: thematic",
    ]
    read, _problems = read_sheet({"sheets": [first, third]})
    assert read is not None
    assert [sheet.code for sheet in read.all] == ["1", "3"]
    assert [sheet.code for sheet in read.others] == ["3"]


def test_a_checklist_knows_yes_and_no_alone() -> None:
    yes = {"evidence": "conclusion", "yes": True}
    assert problems_of(checklist(yes, {"all": ["conclusion", "themed"]}, {"max": 1, "starts_at": 1})) == []
    assert problems_of(checklist(yes | {"max": 2})) == [
        "0 max: bảng kiểm chỉ có đạt (1) hoặc không (0): mỗi dòng 1 điểm, không ghi “max”"
    ]
    share = {"evidence": "steps_done_share", "share": True}
    assert problems_of(checklist(share)) == ["0: bảng kiểm chỉ có đạt hoặc không: không dùng thang “share”"]
    parts = {"parts": ["conclusion"]}
    assert problems_of(checklist(parts)) == ["0: bảng kiểm chỉ có đạt hoặc không: không dùng thang “parts”"]
    half = {"starts_at": 0.5}
    assert problems_of(checklist(half)) == ["0: bảng kiểm chỉ có đạt (1) hoặc không (0), không có 0,5 điểm"]
    sheet, _problems = read_sheet(checklist(yes, yes))
    assert sheet is not None
    assert (sheet.is_checklist, [one.maximum for one in sheet.items]) == (True, [1, 1])
