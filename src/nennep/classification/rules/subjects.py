"""Who is rated, and who is not and why (366-QĐ/TW, Article 5; rules.md §4.2)."""

import calendar
from datetime import date

from nennep.classification.choices import NotRatedReason
from nennep.members.choices import Standing


def find_not_rated(
    *, standing: Standing, admitted_on: date | None, cutoff: date, min_months: int
) -> NotRatedReason | None:
    """Why a member is not rated; None for those who are. An unknown day of admission bars nobody."""
    reasons = {Standing.EXEMPT: NotRatedReason.EXEMPT, Standing.SUSPENDED: NotRatedReason.SUSPENDED}
    if standing in reasons:
        return reasons[standing]
    is_new = admitted_on is not None and add_months(admitted_on, min_months) > cutoff
    return NotRatedReason.NEW if is_new else None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
