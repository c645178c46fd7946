"""The plan of themes: its stages, and where a year has gaps."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.rules.themes import COUNTING, ThemeStage, count_quarters, find_stage, is_same_theme

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("dropped", "held", "on_a_meeting", "month", "expected"),
    [
        (False, False, False, date(2026, 12, 1), ThemeStage.PLANNED),
        (False, False, True, date(2026, 12, 1), ThemeStage.ON_A_MEETING),
        (False, False, False, date(2026, 11, 1), ThemeStage.PLANNED),
        (False, False, False, date(2026, 10, 1), ThemeStage.LATE),
        (False, False, True, date(2026, 10, 1), ThemeStage.LATE),
        (False, True, True, date(2026, 8, 1), ThemeStage.HELD),
        (True, False, False, date(2026, 8, 1), ThemeStage.DROPPED),
    ],
)
def test_how_far_a_theme_has_come(
    dropped: bool, held: bool, on_a_meeting: bool, month: date, expected: ThemeStage
) -> None:
    assert find_stage(dropped=dropped, held=held, on_a_meeting=on_a_meeting, month=month, today=TODAY) == expected


def test_a_quarter_without_a_theme_is_a_gap() -> None:
    stages = [(1, ThemeStage.HELD), (2, ThemeStage.DROPPED), (3, ThemeStage.LATE), (4, ThemeStage.PLANNED)]
    counts = count_quarters(stages, owed=dict.fromkeys(range(1, 5), 1))
    assert [(count.planned, count.held, count.lacks) for count in counts] == [
        (1, 1, 0),
        (0, 0, 1),
        (0, 0, 1),
        (1, 0, 0),
    ]


@pytest.mark.parametrize(("owed", "lacks"), [(0, 0), (1, 0), (2, 0), (3, 1)])
def test_a_quarter_lacks_what_it_owes_beyond_its_two_themes(owed: int, lacks: int) -> None:
    first = count_quarters([(1, ThemeStage.HELD), (1, ThemeStage.PLANNED)], owed={1: owed})[0]
    assert first.lacks == lacks


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(ThemeStage))), st.integers(0, 3))
def test_every_counting_theme_is_in_exactly_one_quarter(stages: list[tuple[int, ThemeStage]], owed: int) -> None:
    counts = count_quarters(stages, owed=dict.fromkeys(range(1, 5), owed))
    assert [count.quarter for count in counts] == [1, 2, 3, 4]
    assert sum(count.planned for count in counts) == sum(stage in COUNTING for _, stage in stages)
    assert all(count.planned + count.lacks >= owed for count in counts)


def test_marks_and_spaces_do_not_make_another_theme() -> None:
    assert is_same_theme("Nước  sạch", "nuoc sach")
    assert not is_same_theme("Nước sạch", "Nước mắm")


@pytest.mark.parametrize(
    ("stage", "label", "chip"),
    [
        (ThemeStage.HELD, "Đã họp", "done"),
        (ThemeStage.ON_A_MEETING, "Đã có buổi", "due"),
        (ThemeStage.PLANNED, "Trong kế hoạch", "later"),
        (ThemeStage.LATE, "Qua tháng, chưa họp", "late"),
        (ThemeStage.DROPPED, "Thôi", ""),
    ],
    ids=["held", "on a meeting", "planned", "late", "dropped"],
)
def test_a_stage_has_its_words_and_its_look(stage: ThemeStage, label: str, chip: str) -> None:
    assert (stage.label, stage.chip) == (label, chip)


def test_each_way_of_counting_and_what_is_lacking() -> None:
    counting = [(1, ThemeStage.HELD), (1, ThemeStage.ON_A_MEETING), (1, ThemeStage.PLANNED)]
    rows = count_quarters([*counting, (1, ThemeStage.LATE), (1, ThemeStage.DROPPED)], owed={1: 4, 2: 4, 3: 4, 4: 3})
    assert (rows[0].planned, rows[0].held, rows[0].owed, rows[0].lacks) == (3, 1, 4, 1)
    assert [(row.roman, row.planned, row.lacks) for row in rows[1:]] == [("II", 0, 4), ("III", 0, 4), ("IV", 0, 3)]
    assert rows[0].roman == "I"
