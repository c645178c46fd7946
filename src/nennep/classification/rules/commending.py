"""Years running with the highest level, after which the level above is asked to commend too (key `rating.commended_years`). Pure."""

from collections.abc import Collection


def count_years_running(years: Collection[int], *, until: int) -> int:
    """How many years one behind the other end with `until`; 0 when that one is not among them."""
    count = 0
    while until - count in years:
        count += 1
    return count
