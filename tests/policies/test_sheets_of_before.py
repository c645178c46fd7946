"""Lines in the words of before: the same in the words of today, refused as they were then."""

from typing import Any

import pytest

from nennep.policies.rules.former_sheets import find_former_problem, is_former, translate_line
from tests.policies.test_sheet_grammar import problems_of, sheet_with

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
