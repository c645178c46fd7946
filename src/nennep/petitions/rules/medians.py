"""How long half of the petitions take, with those that still wait (Kaplan and Meier, 1958). Pure."""

from collections.abc import Mapping
from fractions import Fraction

HALF = Fraction(1, 2)


def find_median(ended: Mapping[int, int], waiting: Mapping[int, int]) -> int | None:
    """The first day by which at least half are answered; None while it cannot be said.

    `ended` and `waiting`: how many by their number of days. Leaving out those that wait would make every unit look quick.
    """
    at_risk = sum(ended.values()) + sum(waiting.values())
    share = Fraction(1)
    for day in sorted({*ended, *waiting}):
        if ended.get(day):
            share *= 1 - Fraction(ended[day], at_risk)
        if share <= HALF:
            return day
        at_risk -= ended.get(day, 0) + waiting.get(day, 0)
    return None
