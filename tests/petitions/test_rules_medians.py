"""How long half of them take: exact where nobody waits, said later or not at all where many do."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.petitions.rules import find_median


@pytest.mark.parametrize(
    ("ended", "waiting", "median"),
    [
        ({}, {}, None),
        ({}, {3: 5}, None),
        ({4: 1}, {}, 4),
        ({4: 1, 9: 1}, {}, 4),
        ({4: 1, 9: 2}, {}, 9),
        ({0: 1, 30: 1}, {}, 0),
        ({10: 1}, {20: 1}, 10),
        ({10: 1}, {20: 2}, None),
        ({10: 2, 30: 1}, {20: 3}, 30),  # of six four are left after day 10, of them one after day 20: none after day 30
        ({10: 1}, {10: 1}, 10),  # whoever waits for as many days was at risk on that day
        ({10: 1, 20: 1}, {5: 4}, 10),  # those who wait since day 5 say nothing of day 10
        ({10: 1, 20: 1, 30: 2}, {15: 0}, 20),
    ],
)
def test_half_of_them_took_so_many_days(
    ended: Mapping[int, int], waiting: Mapping[int, int], median: int | None
) -> None:
    assert find_median(ended, waiting) == median


DAYS = st.dictionaries(st.integers(0, 6), st.integers(1, 4), max_size=5)


@given(DAYS, DAYS)
def test_the_share_that_still_waits_is_reckoned_day_by_day(ended: dict[int, int], waiting: dict[int, int]) -> None:
    """By its definition: on each day those are at risk who took or wait for as many days or more."""
    every = [*ended.items(), *waiting.items()]
    share, expected = Fraction(1), None
    for day in range(7):
        at_risk = sum(number for days, number in every if days >= day)
        share *= 1 - Fraction(ended.get(day, 0), at_risk) if at_risk else 1
        if share <= Fraction(1, 2):
            expected = day
            break
    assert find_median(ended, waiting) == expected
