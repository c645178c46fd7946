"""Attendance of small and odd cells: shares that a rounded percent would put into another band, reckoned by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from nennep.assessments.rules import propose
from tests.assessments.test_shipped_sheets import AN_PHU, KNOWN

# Called, there, points of line 2 of An Phú: 4 from 90 %, 3 from 75 %, 2 from 65 %, else 1; and 1 as nobody was excused too often.
BY_HAND = [
    (1, 1, 5),
    (1, 0, 2),
    (2, 1, 2),
    (3, 3, 5),
    (3, 2, 3),  # 66,67
    (4, 3, 4),  # exactly 75
    (5, 4, 4),
    (6, 5, 4),
    (7, 6, 4),
    (7, 5, 3),  # 71,43
    (8, 6, 4),
    (8, 5, 2),  # 62,5
    (9, 8, 4),  # 88,89
    (9, 6, 3),
    (10, 9, 5),  # exactly 90
    (11, 10, 5),
    (11, 9, 4),
    (11, 8, 3),
    (12, 9, 4),
    (13, 12, 5),
    (13, 9, 3),
    (13, 8, 2),
    (17, 16, 5),
    (17, 15, 4),  # 88,24
    (17, 11, 2),  # 64,71 is no 65
    (19, 17, 4),  # 89,47 is no 90
    (19, 13, 3),
    (20, 18, 5),
    (20, 13, 3),  # exactly 65
    (23, 15, 3),  # 65,22
    (29, 27, 5),
    (29, 26, 4),  # 89,66 is no 90
    (31, 28, 5),  # 90,32
    (37, 33, 4),  # 89,19
    (37, 24, 2),  # 64,86
    (213, 191, 4),  # 89,67
]


@pytest.mark.parametrize(("called", "there", "points"), BY_HAND)
def test_attendance_is_reckoned_exactly(called: int, there: int, points: int) -> None:
    facts = replace(KNOWN, counted=called, present=there, unexcused=0)
    assert propose(AN_PHU["2"], facts).points == Decimal(points)
