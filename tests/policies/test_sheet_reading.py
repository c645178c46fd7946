"""A sheet read whole, each of its problems alone and in its words, each limit at its last value and one further; all in words."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from nennep.policies.choices import EvidenceKind, PolicyKey, ScoreEvidence, SheetKind, SheetSide
from nennep.policies.rules import read_sheet, say_line
from nennep.policies.rules.former_sheets import find_former_problem, is_former, translate_line
from nennep.policies.rules.sheets import (
    Band,
    LargeCell,
    Part,
    Scale,
    ScaleKind,
    ScoreSheetTemplate,
    SheetCondition,
    SheetGroup,
    SheetItem,
)
from nennep.policies.rules.values import ScoreLevels
from tests.policies.test_sheet_grammar import problems_of, sheet_with

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


# ── whole ─────────────────────────────────────────────────────────────────────


def test_a_sheet_is_read_word_for_word() -> None:
    line = BANDS | {
        "told": ["items"],
        "full_at": "attendance.target_pct",
        "lowest_if": ["unexcused", "not conclusion"],
        "additions": [{"when": "unexcused", "points": -0.5, "each": True}, {"when": "themed", "points": 1}],
        "at_most_if": [{"when": "not on_the_day", "points": 3}],
        "without_theme": {"moves_to": "2"},
    }
    sheet, problems = read_sheet(
        sheet_with(
            line,
            applies_to=["thematic", "regular"],
            sides=["upper", "cell"],
            scored_by="Ban Thường vụ",
            reported_within_working_days=3,
            levels={"good": 90, "fair": 70, "average": 50},
            level_texts={"good": "Tốt", "poor": "Yếu"},
            sources=["Điều 5", "Điều 6"],
            large_cell={"members": 30, "minutes": 120},
        )
    )
    assert problems == ()
    assert sheet == ScoreSheetTemplate(
        code="s",
        title="S",
        groups=(SheetGroup("g", "G", (expected_line(), SheetItem("2", "B", 95))),),
        kind=SheetKind.POINTS,
        applies_to=frozenset({"thematic", "regular"}),
        sides=(SheetSide.UPPER, SheetSide.CELL),
        scored_by="Ban Thường vụ",
        reported_within_working_days=3,
        levels=ScoreLevels(90, 70, 50),
        level_texts=(("good", "Tốt"), ("poor", "Yếu")),
        sources=("Điều 5", "Điều 6"),
        large_cell=LargeCell(30, 120),
    )
    assert sheet is not None
    assert sheet.items[0] == expected_line()
    assert sheet.evidence == frozenset(expected_line().evidence)


def expected_line() -> SheetItem:
    unexcused = SheetCondition(E.UNEXCUSED)
    return SheetItem(
        code="1",
        title="A",
        maximum=5,
        scales=(
            Scale(
                ScaleKind.BANDS,
                E.ATTENDANCE_SHARE,
                (Band(Fraction(90), Decimal(5)), Band(Fraction(0), Decimal(1))),
                full_at=PolicyKey.ATTENDANCE_TARGET,
            ),
        ),
        told=(E.ITEMS,),
        lowest_if=(unexcused, SheetCondition(E.CONCLUSION, negated=True)),
        additions=(Part(unexcused, Decimal("-0.5"), each=True), Part(SheetCondition(E.THEMED), Decimal(1))),
        at_most_if=(Part(SheetCondition(E.ON_THE_DAY, negated=True), Decimal(3)),),
        moves_to="2",
    )


def test_a_line_names_what_it_tells_and_then_all_that_it_is_judged_by() -> None:
    assert expected_line().evidence == (
        E.ITEMS,
        E.ATTENDANCE_SHARE,
        E.UNEXCUSED,
        E.CONCLUSION,
        E.THEMED,
        E.ON_THE_DAY,
    )
    assert read_line({"parts": ["conclusion", "not unexcused"]}).evidence == (E.CONCLUSION, E.UNEXCUSED)
    capped = {"starts_at": 5, "at_most_if": [{"when": "unexcused", "points": 2}]}
    assert read_line(capped).evidence == (E.UNEXCUSED,)


def test_what_a_sheet_leaves_out_is_as_it_always_was() -> None:
    sheet, _problems = read_sheet(sheet_with({}))
    assert sheet == ScoreSheetTemplate(
        "s", "S", (SheetGroup("g", "G", (SheetItem("1", "A", 5), SheetItem("2", "B", 95))),)
    )
    assert (sheet.levels, sheet.large_cell, sheet.reported_within_working_days, sheet.scored_by) == (
        None,
        None,
        None,
        "",
    )
    assert sheet.applies_to == {"regular", "thematic", "combined", "extraordinary"}


@pytest.mark.parametrize(
    ("line", "scales"),
    [
        (
            {"scales": [AT_MOST, LENGTH]},
            (
                Scale(
                    ScaleKind.AT_MOST,
                    E.MINUTES_SHORT,
                    (Band(Fraction(0), Decimal(5)), Band(Fraction(15), Decimal(4))),
                ),
                Scale(ScaleKind.BANDS, E.LENGTH_SHARE, (Band(Fraction(50), Decimal(2)), Band(Fraction(0), Decimal(0)))),
            ),
        ),
        (
            {"evidence": "criticism_minutes", "within": [15, 30]},
            (
                Scale(
                    ScaleKind.WITHIN,
                    E.CRITICISM_MINUTES,
                    (Band(Fraction(15), Decimal(5)), Band(Fraction(30), Decimal(5))),
                ),
            ),
        ),
        ({"evidence": "steps_done_share", "share": True}, (Scale(ScaleKind.SHARE, E.STEPS_DONE_SHARE),)),
        ({"evidence": "conclusion", "yes": True}, (Scale(ScaleKind.YES, E.CONCLUSION),)),
        ({"evidence": "not unexcused", "yes": True}, (Scale(ScaleKind.YES, E.UNEXCUSED, negated=True),)),
        (
            {"all": ["conclusion", "not themed"]},
            (
                Scale(
                    ScaleKind.ALL,
                    parts=(Part(SheetCondition(E.CONCLUSION)), Part(SheetCondition(E.THEMED, negated=True))),
                ),
            ),
        ),
        (
            {"parts": [{"evidence": "conclusion", "points": 1.5}, {"when": "themed", "points": 3.5}]},
            (
                Scale(
                    ScaleKind.PARTS,
                    parts=(
                        Part(SheetCondition(E.CONCLUSION), Decimal("1.5")),
                        Part(SheetCondition(E.THEMED), Decimal("3.5")),
                    ),
                ),
            ),
        ),
        (
            {"evidence": "speakers_share", "bands": [["200/3", 5], [0, 0]], "full_at": "speakers.share_pct"},
            (
                Scale(
                    ScaleKind.BANDS,
                    E.SPEAKERS_SHARE,
                    (Band(Fraction(200, 3), Decimal(5)), Band(Fraction(0), Decimal(0))),
                    full_at=PolicyKey.SPEAKERS_SHARE,
                ),
            ),
        ),
    ],
)
def test_each_scale_is_read_with_all_that_it_says(line: dict[str, Any], scales: tuple[Scale, ...]) -> None:
    if "full_at" in line:
        line = line | {"full_at": PolicyKey.SPEAKERS_SHARE.value}
    assert read_line(line).scales == scales


def test_a_line_begins_where_it_says_or_from_nothing_where_points_are_added() -> None:
    addition = {"additions": [{"when": "conclusion", "points": 1}]}
    assert read_line({"starts_at": 4.5}).starts_at == Decimal("4.5")
    assert read_line({"starts_at": 5} | addition).starts_at == Decimal(5)
    assert read_line(addition).starts_at == Decimal(0)
    assert read_line(BANDS | addition).starts_at is None
    assert read_line({}).starts_at is None
    assert read_line(addition).is_judged
    assert not read_line({}).is_judged


def test_evidence_that_is_told_alone_judges_nothing() -> None:
    told = read_line({"evidence": "speakers_share", "told": True})
    assert (told.told, told.scales) == ((E.SPEAKERS_SHARE,), ())


# ── every problem in its words ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"title": " "}, ["1: thiếu “title”, hoặc không phải chữ, hoặc quá dài"]),
        ({"title": "a" * 301}, ["1: thiếu “title”, hoặc không phải chữ, hoặc quá dài"]),
        ({"title": "a" * 300}, []),
        ({"code": "x" * 21}, [f"{'x' * 21}: mã dài quá 20 chữ"]),
        ({"max": 0}, ["1 max: phải là số nguyên từ 1 đến 100", "s: điểm tối đa cộng lại là 96, phải là 100"]),
        ({"max": 5.0}, ["1 max: phải là số nguyên từ 1 đến 100", "s: điểm tối đa cộng lại là 96, phải là 100"]),
        ({"told": "items"}, ["1 told: phải là một danh sách từ"]),
        ({"told": [1]}, ["1 told: phải là một danh sách từ"]),
        ({"told": True}, ["1: không có số liệu nào tên “None”"]),
        ({"lowest_if": "unexcused"}, ["1: “lowest_if” phải là một danh sách"]),
        ({"additions": {}}, ["1: “additions” phải là một danh sách"]),
        ({"starts_at": 6}, ["1: điểm 6 ngoài khoảng 0 đến 5"]),
        ({"starts_at": -1}, ["1: điểm -1 ngoài khoảng 0 đến 5"]),
        ({"starts_at": "5"}, ["1: điểm 5 không phải là số"]),
        ({"starts_at": True}, ["1: điểm True không phải là số"]),
        ({"starts_at": 0.25}, ["1: điểm 0.25 không chẵn nửa điểm"]),
        (BANDS | {"starts_at": 1}, ["1: “starts_at” và thang loại trừ nhau"]),
        (
            {"additions": [{"when": "conclusion", "points": -5.5}]},
            ["1: điểm -5.5 ngoài khoảng -5 đến 5"],
        ),
        ({"additions": [{"when": "conclusion", "points": -5}]}, []),
        ({"starts_at": 5, "at_most_if": [{"when": "conclusion", "points": 0}]}, []),
        (
            {"starts_at": 5, "at_most_if": [{"when": "conclusion", "points": -0.5}]},
            ["1: điểm -0.5 ngoài khoảng 0 đến 5"],
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
            ["1: phải là một bảng", "1: không có số liệu nào tên “None”", "1: điểm None không phải là số"],
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
        ({"scales": [AT_MOST | {"at_most": [[0, 3], [5, 4]]}, LENGTH]}, ["1: điểm phải giảm dần"]),
        (BANDS | {"bands": [[90, 3], [0, 3]]}, []),
        (BANDS | {"bands": [[100, 5], [0, 0]]}, []),
        (BANDS | {"bands": [["201/2", 5], [0, 0]]}, ["1: không tỷ lệ nào quá 100"]),
        ({"evidence": "length_share", "bands": [[480, 5], [0, 0]]}, []),
        ({"evidence": "length_share", "bands": [[481, 5], [0, 0]]}, ["1: mốc 481 không phải số từ 0 đến 480"]),
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
            ["s levels: phải là số nguyên từ 1 đến 100", "s levels: ngưỡng phải giảm dần từ good đến average"],
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
        ({"reported_within_working_days": 61}, ["s days: phải là số nguyên từ 0 đến 60"]),
        ({"reported_within_working_days": -1}, ["s days: phải là số nguyên từ 0 đến 60"]),
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
            ["g max: phải là số nguyên từ 1 đến 100", "1: tối đa 5, hơn cả nhóm (1)", "2: tối đa 95, hơn cả nhóm (1)"],
        ),
    ):
        value["groups"][0]["max"] = limit
        assert problems_of(value)[: len(said) or None] == said
    value["groups"][0] |= {"max": 100, "note": "x"}
    assert problems_of(value) == ["g: không hiểu “note”"]


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
    assert problems_of(checklist(yes | {"max": 2})) == ["0 max: phải là số nguyên từ 1 đến 1"]
    share = {"evidence": "steps_done_share", "share": True}
    assert problems_of(checklist(share)) == ["0: bảng kiểm chỉ có đạt hoặc không: không dùng thang “share”"]
    parts = {"parts": ["conclusion"]}
    assert problems_of(checklist(parts)) == ["0: bảng kiểm chỉ có đạt hoặc không: không dùng thang “parts”"]
    half = {"starts_at": 0.5}
    assert problems_of(checklist(half)) == ["0: bảng kiểm chỉ có đạt (1) hoặc không (0), không có 0.5 điểm"]
    sheet, _problems = read_sheet(checklist(yes, yes))
    assert sheet is not None
    assert (sheet.is_checklist, [one.maximum for one in sheet.items]) == (True, [1, 1])


# ── the sheet itself ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("by_kind", "members", "minutes"),
    [(90, 29, 90), (90, 30, 120), (90, 31, 120), (150, 30, 150), (0, 30, 0), (120, 30, 120)],
)
def test_a_large_cell_meets_longer_where_its_kind_has_a_length(by_kind: int, members: int, minutes: int) -> None:
    sheet, _problems = read_sheet(sheet_with({}, large_cell={"members": 30, "minutes": 120}))
    assert sheet is not None
    assert sheet.minutes_required(by_kind, members=members) == minutes
    assert replace(sheet, large_cell=None).minutes_required(by_kind, members=members) == by_kind


def test_without_a_theme_points_move_and_their_sum_stays() -> None:
    value = sheet_with({"without_theme": {"moves_to": "3"}})
    value["groups"][0]["items"][1] |= {"max": 80}
    items = [
        {"code": "3", "title": "C", "max": 8},
        {"code": "4", "title": "D", "max": 7, "without_theme": {"moves_to": "3"}},
    ]
    value["groups"].append({"code": "h", "title": "H", "items": items})
    sheet, _problems = read_sheet(value)
    assert sheet is not None
    bare = sheet.without_theme()
    assert [(item.code, item.maximum) for item in bare.items] == [("2", 80), ("3", 20)]
    plain, _problems = read_sheet(sheet_with({}))
    assert plain is not None
    assert plain.without_theme() == plain
    value["groups"][1]["items"] = [items[1] | {"max": 15, "without_theme": {"moves_to": "2"}}]
    value["groups"][0]["items"][0].pop("without_theme")
    only, _problems = read_sheet(value)
    assert only is not None
    assert [group.code for group in only.without_theme().groups] == ["g"]


# ── lines of before ───────────────────────────────────────────────────────────

FORMER = {"code": "1", "title": "A", "max": 5}
FALLING = [[90, 5], [0, 1]]


@pytest.mark.parametrize(
    ("line", "now"),
    [
        ({"fact": "content"}, {"told": ["items"]}),
        ({"fact": "discussion"}, {"told": ["discussion"]}),
        ({"fact": "criticism"}, {"told": ["criticism_minutes"]}),
        ({"fact": "preparation"}, {"parts": ["programme_agreed", "members_told", "papers_in_time"]}),
        ({"fact": "ending"}, {"parts": ["conclusion", "minutes_approved", "filed_in_time"]}),
        ({"fact": "steps"}, {"evidence": "steps_done_share", "share": True}),
        ({"fact": "speakers", "bands": FALLING}, {"evidence": "speakers_share", "bands": FALLING}),
        ({"fact": "speakers"}, {"told": ["speakers_share"]}),
        ({"fact": "tasks", "bands": FALLING}, {"evidence": "last_duties_done_share", "bands": FALLING}),
        ({"fact": "tasks"}, {"told": ["last_duties_done_share"]}),
        (
            {"fact": "tasks", "bands": [[101, 5], [100, 4], [0, 1]]},
            {"evidence": "last_duties_done_share", "bands": [[100, 4], [0, 1]]},
        ),
        ({"fact": "attendance"}, {"told": ["attendance_share"]}),
        (
            {"fact": "attendance", "bands": [[101, 5], *FALLING]},
            {
                "evidence": "attendance_share",
                "bands": FALLING,
                "full_at": "attendance.target_pct",
                "lowest_if": ["unexcused"],
            },
        ),
        ({"fact": "time"}, {"told": ["on_the_day", "minutes_long"]}),
        (
            {"fact": "time", "bands": [[100, 5], [0, 1]], "short_by": [[15, 4], [10, 3], [30, 2]]},
            {
                "told": ["on_the_day", "minutes_long"],
                "scales": [
                    {"evidence": "minutes_short", "at_most": [[0, 5], [15, 4], [30, 2]]},
                    {"evidence": "length_share", "bands": [[100, 5], [0, 1]]},
                ],
                "at_most_if": [{"when": "not on_the_day", "points": 3.0}],
            },
        ),
        (
            {"fact": "time", "short_by": [[15, 4]]},
            {
                "told": ["on_the_day", "minutes_long"],
                "scales": [{"evidence": "minutes_short", "at_most": [[0, 5], [15, 4]]}],
                "at_most_if": [{"when": "not on_the_day", "points": 3.0}],
            },
        ),
        ({"fact": "", "bands": FALLING}, {}),
        ({"bands": FALLING}, {}),
    ],
)
def test_a_line_of_before_says_the_same_in_the_words_of_today(line: dict[str, Any], now: dict[str, Any]) -> None:
    written = FORMER | line
    assert (is_former(written), find_former_problem(written)) == (True, "")
    assert translate_line(written) == FORMER | now


@pytest.mark.parametrize(("maximum", "cap"), [(5, 3.0), (4, 2.5), (3, 2.0), (2, 1.0), (1, 0.5), (6, 3.5), (7, 4.0)])
def test_another_day_is_worth_three_fifths_to_the_half_point(maximum: int, cap: float) -> None:
    line = {"code": "1", "title": "A", "max": maximum, "fact": "time", "bands": [[0, 0]]}
    assert translate_line(line)["at_most_if"] == [{"when": "not on_the_day", "points": cap}]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"fact": "weather"}, "'weather' is no fact of a meeting"),
        ({"bands": [[90, 5], [1, 1]]}, "the bands of a line fall to 0 without a gap"),
        ({"bands": [[50, 5], [90, 4], [0, 1]]}, "the bands of a line fall to 0 without a gap"),
        ({"bands": [[0, 5], [0, 1]]}, "the bands of a line fall to 0 without a gap"),
        ({"bands": [[90, 3], [0, 4]]}, "points of bands fall"),
        ({"short_by": [[15, 3], [30, 4]]}, "points of bands fall"),
        ({"short_by": [[481, 3]]}, "limits of bands are whole numbers up to 480"),
        ({"short_by": [[-1, 3]]}, "limits of bands are whole numbers up to 480"),
        ({"short_by": [[15.0, 3]]}, "limits of bands are whole numbers up to 480"),
        ({"short_by": [[True, 3]]}, "limits of bands are whole numbers up to 480"),
        ({"short_by": [[480, 5]]}, ""),
        ({"short_by": [[0, 0]]}, ""),
        ({"bands": [[480, 5], [0, 0]]}, ""),
        ({"bands": [[90, 5.5], [0, 0]]}, "points of bands are halves, from 0 to the maximum of the line"),
        ({"bands": [[90, 4.75], [0, 0]]}, "points of bands are halves, from 0 to the maximum of the line"),
        ({"bands": [[90, 4.5], [0, -0.5]]}, "points of bands are halves, from 0 to the maximum of the line"),
        ({"bands": [[90, 4.5], [0, 0]]}, ""),
        ({}, ""),
    ],
)
def test_a_line_of_before_is_refused_as_it_was_then(line: dict[str, Any], problem: str) -> None:
    assert find_former_problem(FORMER | line) == problem


@pytest.mark.parametrize(
    ("line", "former"),
    [
        ({"fact": "time"}, True),
        ({"short_by": []}, True),
        ({"bands": FALLING}, True),
        ({"bands": FALLING, "evidence": "speakers_share"}, False),
        ({"evidence": "speakers_share", "share": True}, False),
        ({}, False),
    ],
)
def test_a_line_is_of_before_by_its_words(line: dict[str, Any], *, former: bool) -> None:
    assert is_former(FORMER | line) is former


def test_a_broken_line_of_before_says_so_and_is_read_on_without_it() -> None:
    said = problems_of(sheet_with({"fact": "time", "bands": 5, "max": 5}))
    assert said == ["1: bands are lists of a limit and its points"]
    assert problems_of(sheet_with({"fact": "weather"})) == ["1: 'weather' is no fact of a meeting"]


# ── in words ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            BANDS | {"full_at": "attendance.target_pct", "lowest_if": ["unexcused", "not conclusion"]},
            (
                f"tỷ lệ dự: đạt mức “{PolicyKey.ATTENDANCE_TARGET.label}” được 5; từ 90% được 5; thấp hơn được 1",
                "Nếu có đảng viên vắng không lý do: bậc thấp nhất",
                "Nếu không: có kết luận: bậc thấp nhất",
            ),
        ),
        (
            {"scales": [AT_MOST, LENGTH], "at_most_if": [{"when": "not on_the_day", "points": 2.5}]},
            (
                "số phút thiếu so với quy định: 0 phút được 5; đến 15 phút được 4",
                "thời lượng so với quy định: từ 50% được 2; thấp hơn được 0",
                "Nếu không: họp trong những ngày quy định: nhiều nhất 2,5 điểm",
            ),
        ),
        (
            {"evidence": "items", "bands": [[3, 5], [0, 0]]},
            ("số mục của chương trình: từ 3 được 5; thấp hơn được 0",),
        ),
        (
            {"evidence": "speakers_share", "bands": [["200/3", 5], [0, 0]]},
            ("tỷ lệ đảng viên có mặt phát biểu: từ 200/3% được 5; thấp hơn được 0",),
        ),
        (
            {"evidence": "steps_done_share", "share": True},
            ("tỷ lệ mục của chương trình đã bàn: 5 điểm nhân tỷ lệ, tròn nửa điểm",),
        ),
        ({"evidence": "conclusion", "yes": True}, ("có kết luận: 5 điểm, nếu không thì 0",)),
        (
            {"evidence": "not unexcused", "yes": True},
            ("không có đảng viên vắng không lý do: 5 điểm, nếu không thì 0",),
        ),
        (
            {"all": ["conclusion", "not themed"]},
            ("có kết luận, không: đã bàn chuyên đề của tháng: đủ cả được 5, thiếu một thì 0",),
        ),
        (
            {"parts": ["conclusion", "unexcused"]},
            ("5 điểm chia đều, tròn nửa điểm: có kết luận, có đảng viên vắng không lý do",),
        ),
        (
            {"parts": [{"evidence": "conclusion", "points": 1.5}, {"evidence": "themed", "points": 3.5}]},
            ("có kết luận: 1,5; đã bàn chuyên đề của tháng: 3,5",),
        ),
        ({"told": ["items", "discussion"]}, ("Nêu số liệu: số mục của chương trình, phát biểu, biểu dương, nhắc nhở",)),
        (
            {"starts_at": 2, "additions": [{"when": "unexcused", "points": -1, "each": True}]},
            ("Bắt đầu từ 2 điểm", "Mỗi đảng viên vắng không lý do: bớt 1 điểm"),
        ),
    ],
)
def test_a_line_says_each_of_its_scales(line: dict[str, Any], said: tuple[str, ...]) -> None:
    assert say_line(read_line(line)) == said


def test_every_evidence_has_a_scale_that_fits_it_or_is_told() -> None:
    fitting: dict[EvidenceKind, dict[str, Any]] = {
        EvidenceKind.YES: {"yes": True},
        EvidenceKind.COUNT: {"bands": [[1, 5], [0, 0]]},
        EvidenceKind.MINUTES: {"within": [1, 2]},
        EvidenceKind.SHARE: {"share": True},
        EvidenceKind.WORDS: {"told": True},
    }
    for evidence in ScoreEvidence:
        assert problems_of(sheet_with({"evidence": evidence.value} | fitting[evidence.kind])) == [], evidence
    assert {one.name for one in fields(Scale)} == {"kind", "evidence", "bands", "parts", "full_at", "negated"}
