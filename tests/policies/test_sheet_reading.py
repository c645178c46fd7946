"""A sheet read whole, and what it is in a large cell and without a theme."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from nennep.policies.choices import PolicyKey, SheetKind, SheetSide
from nennep.policies.rules import read_sheet
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
from tests.policies.sheet_lines import AT_MOST, BANDS, LENGTH, E, read_line
from tests.policies.test_sheet_grammar import sheet_with

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
