"""Who is commended for a year, and for years running (HD 06-HD/TW, 9/6/2025, item 19). Pure."""

from collections.abc import Collection

# Years with the highest level, one behind the other, after which the level above commends too. A later text replaced the one that
# says so; whether this holds on is not confirmed, and so a person decides on each proposal.
COMMENDED_YEARS = 5


def count_years_running(years: Collection[int], *, until: int) -> int:
    """How many years one behind the other end with `until`; 0 when that one is not among them."""
    count = 0
    while until - count in years:
        count += 1
    return count
