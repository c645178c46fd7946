"""Worked examples of the sheets that come with the program: points computed by hand from the documents (rules.md §2)."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.assessments.rules import EVIDENCE, MeetingFacts, find, find_total, propose
from nennep.meetings.choices import MeetingKind
from nennep.policies.choices import SCORED_KINDS, PolicyKey, ScoreEvidence
from nennep.policies.importers.pack_files import read_packs
from nennep.policies.rules import ScoreSheetTemplate, SheetItem, read_sheet
from tests.assessments.test_rules import FACTS, GOOD

VALUES = {pack.code: rule.value for pack in read_packs() for rule in pack.rules if rule.key == PolicyKey.SCORE_SHEET}
KNOWN = replace(
    GOOD,
    streaks=0,
    committee_met=True,
    follower_told=True,
    resolution_passed=True,
    approved_that_day=True,
    duties_given=3,
    papers_early=4,
    announced_in_time=True,
    has_theme=True,
    theme_taken=True,
    petitions_due=2,
    petitions_answered=1,
    advice_due=4,
    advice_taken_up=1,
)


def read(value: dict[str, Any]) -> ScoreSheetTemplate:
    sheet, problems = read_sheet(value)
    assert sheet is not None, problems
    return sheet


SHEETS = {code: read(value) for code, value in VALUES.items()}
AN_PHU = {item.code: item for item in SHEETS["an-phu-2025"].items}
LINES = [item for sheet in SHEETS.values() for item in sheet.items]


def points_of(line: str, **changes: Any) -> Decimal | None:
    return propose(AN_PHU[line], replace(KNOWN, **changes)).points


def test_four_sheets_come_with_the_program() -> None:
    assert set(SHEETS) == {"hd-12-2018", "hai-cot-2023", "an-phu-2025", "hd-42-2025"}


@pytest.mark.parametrize(
    ("line", "changes", "points"),
    [
        # 1: short by up to 15 minutes is 4, up to 30 is 3, from a half on 2, below it 1; outside its days at most 3 (ours)
        ("1", {"minutes_long": 90}, 5),
        ("1", {"minutes_long": 89}, 4),
        ("1", {"minutes_long": 75}, 4),
        ("1", {"minutes_long": 74}, 3),
        ("1", {"minutes_long": 60}, 3),
        ("1", {"minutes_long": 59}, 2),
        ("1", {"minutes_long": 45}, 2),
        ("1", {"minutes_long": 44}, 1),
        ("1", {"minutes_long": 60, "minutes_required": 120}, 2),
        ("1", {"minutes_long": 59, "minutes_required": 120}, 1),
        ("1", {"minutes_long": 0}, 1),
        ("1", {"minutes_required": 0, "minutes_long": 1}, 5),
        ("1", {"window_kept": False}, 3),
        ("1", {"window_kept": False, "minutes_long": 44}, 1),
        ("1", {"window_kept": None}, 5),
        # 2: 4/3/2/1 by share, with anybody unexcused 1, and one more where nobody was excused too often in a row
        ("2", {"counted": 10, "present": 9}, 5),
        ("2", {"counted": 1000, "present": 899}, 4),
        ("2", {"counted": 4, "present": 3}, 4),
        ("2", {"counted": 100, "present": 74}, 3),
        ("2", {"counted": 20, "present": 13}, 3),
        ("2", {"counted": 100, "present": 64}, 2),
        ("2", {"unexcused": 1}, 2),
        ("2", {"streaks": 1}, 4),
        ("2", {"streaks": 2, "unexcused": 1}, 1),
        ("2", {"streaks": None}, None),
        ("2", {"counted": 0, "present": 0}, None),
        # 3
        ("3.1", {}, None),
        ("3.3", {}, 2),
        ("3.3", {"committee_met": False}, 0),
        ("3.3", {"committee_met": False, "is_led_alone": True}, 2),
        ("3.3", {"committee_met": None}, None),
        ("3.4", {}, 1),
        ("3.4", {"announced": False}, Decimal("0.5")),
        ("3.4", {"announced_after": True}, Decimal("0.5")),
        ("3.4", {"follower_told": False}, Decimal("0.5")),
        ("3.4", {"follower_told": None}, None),
        ("3.5", {}, 2),
        ("3.5", {"papers_on_time": False}, 0),
        ("3.5", {"papers": 0, "papers_on_time": None}, 0),
        # 4
        ("4.1", {"items": 3, "items_taken": 2}, Decimal("3.5")),  # 3.33
        ("4.1", {"items": 20, "items_taken": 1}, Decimal("0.5")),  # 0.25, half up
        ("4.1", {"items": 7, "items_taken": 0}, 0),
        ("4.1", {"items": 0, "items_taken": 0}, None),
        ("4.1", {"followed": False}, None),
        ("4.3", {}, 5),
        ("4.3", {"theme_taken": False}, 0),
        ("4.3", {"theme_taken": None}, None),
        ("4.4", {}, 2),
        ("4.4", {"praises": 0, "reminders": 1}, 2),
        ("4.4", {"praises": 0, "reminders": 0}, 0),
        ("4.5", {"attending": 2, "speakers": 1}, 5),  # exactly a half
        ("4.5", {"attending": 101, "speakers": 50}, 4),
        ("4.5", {"attending": 5, "speakers": 2}, 4),
        ("4.5", {"attending": 101, "speakers": 40}, 3),
        ("4.5", {"attending": 10, "speakers": 3}, 3),
        ("4.5", {"attending": 7, "speakers": 2}, 2),
        ("4.5", {"attending": 3, "speakers": 0}, 2),
        ("4.5", {"attending": 0, "speakers": 0}, None),
        ("4.6", {}, 1),
        ("4.6", {"minutes_approved": False, "filed_on_time": None}, None),
        ("4.6", {"minutes_approved": False, "filed_on_time": False}, 0),
        ("4.7", {"criticism_minutes": 15}, 1),
        ("4.7", {"criticism_minutes": 30}, 1),
        ("4.7", {"criticism_minutes": 14}, 0),
        ("4.7", {"criticism_minutes": 31}, 0),
        ("4.7", {"criticism_minutes": 0}, None),
        ("4.8", {"papers": 1}, 1),
        ("4.8", {"papers": 0}, 0),
        # 5 and 6 are for people
        ("5.1", {}, None),
        ("6.2", {}, None),
        # 7: hard denominators
        ("7", {"last_duties": 10, "last_duties_done": 9}, 30),
        ("7", {"last_duties": 1000, "last_duties_done": 899}, 27),
        ("7", {"last_duties": 5, "last_duties_done": 4}, 27),
        ("7", {"last_duties": 3, "last_duties_done": 2}, 20),  # 66.7
        ("7", {"last_duties": 10, "last_duties_done": 7}, 24),
        ("7", {"last_duties": 7, "last_duties_done": 4}, 15),  # 57.1
        ("7", {"last_duties": 2, "last_duties_done": 1}, 15),
        ("7", {"last_duties": 3, "last_duties_done": 1}, 10),
        ("7", {"last_duties": 1, "last_duties_done": 1}, 30),
        ("7", {"last_duties": 1, "last_duties_done": 0}, 10),
        ("7", {"last_duties": 0, "last_duties_done": 0}, None),
        # 8
        ("8.1", {}, 2),
        ("8.1", {"resolution_passed": False}, 1),
        ("8.1", {"resolution_passed": None}, None),
        ("8.1", {"concluded": False, "resolution_passed": False}, 0),
        ("8.2", {}, 2),
        ("8.2", {"duties_given": 0}, 1),
        ("8.3", {}, 1),
        ("8.3", {"filed_on_time": False}, 0),
        ("8.3", {"filed_on_time": None}, None),
    ],
)
def test_an_phu(line: str, changes: dict[str, Any], points: Decimal | None) -> None:
    assert points_of(line, **changes) == points


def test_in_a_month_without_a_theme_the_points_move_and_the_sum_stays() -> None:
    sheet = SHEETS["an-phu-2025"].without_theme()
    maxima = {item.code: item.maximum for item in sheet.items}
    assert (sum(maxima.values()), maxima["4.2"], "4.3" in maxima) == (100, 15, False)
    assert [group.maximum for group in sheet.groups] == [group.maximum for group in SHEETS["an-phu-2025"].groups]
    assert SHEETS["hd-42-2025"].without_theme() == SHEETS["hd-42-2025"]


@pytest.mark.parametrize(
    ("line", "changes", "kept"),
    [
        ("1.1", {"counted": 20, "present": 17, "attendance_target": 85}, 0),
        ("1.1", {"counted": 100, "present": 86, "attendance_target": 90}, 1),
        ("1.1", {"counted": 100, "present": 84, "attendance_target": 85}, 0),
        ("1.1", {"unexcused": 1}, 0),
        ("1.1", {"streaks": 1}, 0),
        ("2.2", {"committee_met": False}, 0),
        ("2.4", {}, None),
        ("3.2", {"items_taken": 8}, 0),
        ("3.5", {"attending": 2, "speakers": 1}, 1),
        ("3.5", {"attending": 101, "speakers": 50}, 0),
        ("3.6", {"minutes_long": 90}, 1),
        ("3.6", {"minutes_long": 89}, 0),
        ("3.6", {"minutes_long": 1, "minutes_required": 0}, 1),
    ],
)
def test_the_checklist_of_2018(line: str, changes: dict[str, Any], kept: int | None) -> None:
    item = {one.code: one for one in SHEETS["hd-12-2018"].items}[line]
    assert propose(item, replace(KNOWN, **changes)).points == kept


def test_the_total_of_a_checklist_is_the_share_of_its_lines() -> None:
    sheet = SHEETS["hd-12-2018"]
    assert [find_total(sheet, [Decimal(1)] * kept + [Decimal(0)] * (16 - kept)) for kept in (0, 11, 16)] == [
        0,
        Decimal("68.75"),
        100,
    ]
    assert find_total(SHEETS["hd-42-2025"], [Decimal("4.5"), Decimal(5)]) == Decimal("9.5")


@pytest.mark.parametrize("target", [60, 85, 90, 95])
def test_the_ninety_of_hd_42_are_its_own_whatever_target_a_place_sets(target: int) -> None:
    """Dossier §2.2: 90 % or more, nobody absent without reason, is worth all 5."""
    line = next(one for one in SHEETS["hd-42-2025"].items if one.code == "c2")
    shares = [(10, 9), (1000, 899), (4, 3), (1000, 749), (20, 13), (1000, 649)]
    known = replace(KNOWN, attendance_target=target)
    found = [propose(line, replace(known, counted=whole, present=part)).points for whole, part in shares]
    assert found == [5, 3, 3, 2, 2, 1]
    assert propose(line, replace(known, counted=10, present=9, unexcused=1)).points == 1


def test_attendance_weighs_ten_on_the_sheet_of_two_columns() -> None:
    sheet = SHEETS["hai-cot-2023"]
    assert [side.value for side in sheet.sides] == ["cell", "upper"]
    line = sheet.items[0]
    shares = [(100, 90), (100, 89), (5, 4), (100, 79), (10, 7), (100, 69)]
    found = [propose(line, replace(KNOWN, counted=whole, present=part)).points for whole, part in shares]
    assert found == [10, 8, 8, 6, 6, 4]


def test_kinds_of_meetings_are_called_as_meetings_calls_them() -> None:
    assert set(SCORED_KINDS) == set(MeetingKind.values)


def test_every_evidence_has_one_function_with_its_rule() -> None:
    assert set(EVIDENCE) == set(ScoreEvidence)
    functions = [entry.function for entry in EVIDENCE.values()]
    assert len(set(functions)) == len(functions)
    assert [one.__name__ for one in functions if len(one.__doc__ or "") < 20] == []


KNOWN_FACTS = st.builds(
    replace,
    FACTS,
    streaks=st.none() | st.integers(0, 3),
    committee_met=st.none() | st.booleans(),
    is_led_alone=st.booleans(),
    follower_told=st.none() | st.booleans(),
    resolution_passed=st.none() | st.booleans(),
    duties_given=st.none() | st.integers(0, 5),
    has_theme=st.booleans(),
    theme_taken=st.none() | st.booleans(),
)


@given(facts=KNOWN_FACTS, line=st.sampled_from(LINES))
def test_points_are_halves_from_nothing_to_the_maximum(facts: MeetingFacts, line: SheetItem) -> None:
    points = propose(line, facts).points
    assert points is None or (0 <= points <= line.maximum and points * 2 % 1 == 0)


@given(facts=KNOWN_FACTS, other=KNOWN_FACTS, line=st.sampled_from(LINES))
def test_a_proposal_depends_on_nothing_but_the_evidence_that_the_line_names(
    facts: MeetingFacts, other: MeetingFacts, line: SheetItem
) -> None:
    """Every fact that moves none of the line's evidence moves nothing."""
    for field in fields(MeetingFacts):
        if "target" in field.name:
            continue
        changed = replace(facts, **{field.name: getattr(other, field.name)})
        try:
            same = all(find(one, facts) == find(one, changed) for one in line.evidence)
        except ZeroDivisionError:  # pragma: no cover
            continue
        if same:
            assert propose(line, changed) == propose(line, facts)


@given(
    limits=st.sets(st.fractions(0, 100), min_size=1, max_size=6),
    counted=st.integers(1, 300),
    part=st.integers(0, 300),
)
def test_bands_cover_every_value_once(limits: set[Fraction], counted: int, part: int) -> None:
    falling = sorted(limits | {Fraction(0)}, reverse=True)
    steps = [(limit, len(falling) - place) for place, limit in enumerate(falling)]
    bands = [[str(limit), points] for limit, points in steps]
    lines = [
        {"code": "1", "title": "A", "max": 50, "evidence": "attendance_share", "bands": bands},
        {"code": "2", "title": "B", "max": 50},
    ]
    sheet = read({"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": lines}]})
    present = min(part, counted)
    reached = [points for limit, points in steps if 100 * present >= limit * counted]
    points = propose(sheet.items[0], replace(KNOWN, counted=counted, present=present)).points
    assert points == max(reached)


@pytest.mark.parametrize(("members", "required"), [(29, 90), (30, 120), (31, 120)])
@pytest.mark.parametrize(("minutes", "expected"), [(120, (5, 5)), (119, (5, 4)), (90, (5, 3)), (89, (4, 2))])
def test_an_phu_asks_a_large_cell_for_a_longer_meeting(
    members: int, required: int, minutes: int, expected: tuple[int, int]
) -> None:
    """KH 08-KH/ĐU, line 1: under 30 members 90 minutes, from 30 on 120; short by 15 gets 4, by 30 gets 3, by half 2."""
    sheet = SHEETS["an-phu-2025"]
    assert sheet.minutes_required(90, members=members) == required
    assert sheet.minutes_required(0, members=members) == 0  # a kind of meeting without a length
    assert sheet.minutes_required(150, members=members) == 150
    assert points_of("1", minutes_long=minutes, minutes_required=required) == expected[required == 120]


@pytest.mark.parametrize(
    ("large_cell", "said"),
    [
        ({"members": 30}, "an-phu-2025 large_cell: phải là số nguyên từ 1 đến 480"),
        ({"members": 0, "minutes": 120}, "an-phu-2025 large_cell: phải là số nguyên từ 1 đến 1000"),
        ({"members": 30, "minutes": 120, "hours": 2}, "an-phu-2025 large_cell: không hiểu “hours”"),
        (30, "an-phu-2025 large_cell"),
    ],
)
def test_a_large_cell_is_read_with_both_numbers(large_cell: Any, said: str) -> None:
    sheet, problems = read_sheet(VALUES["an-phu-2025"] | {"large_cell": large_cell})
    assert (sheet, said in "; ".join(map(str, problems))) == (None, True)
