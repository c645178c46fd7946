"""A cell in good order on Monday, 09/11/2026, and one thing after the other that is not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from nennep.core.periods import Month
from nennep.reporting.rules.triage import (
    CellFacts,
    CellFinding,
    MeetingLimits,
    MonthFacts,
    find_exceptions,
)

TODAY = date(2026, 11, 9)
NOVEMBER = Month(2026, 11)


def good_month(month: Month) -> MonthFacts:
    """Held on the 3rd, papers a day before, everything filed, 92 % there."""
    day = month.first_day.replace(day=3)
    return MonthFacts(
        month=month,
        last_day=month.first_day.replace(day=7),
        limits=MeetingLimits(attendance_target=90, papers_days_before=1, filing_days_after=2, good_from=90),
        planned_on=day,
        held_on=day,
        opened=True,
        announced_on=day - timedelta(days=2),
        has_minutes=True,
        has_score=True,
        filed=True,
        counted=25,
        present=23,
    )


GOOD = CellFacts(
    today=TODAY,
    months=tuple(good_month(month) for month in Month(2025, 12).through(NOVEMBER)),
    themes_owed=1,
    themes_held=1,
    members=25,
)


def with_month(index: int = -1, facts: CellFacts = GOOD, **changes: Any) -> CellFacts:
    months = list(facts.months)
    months[index] = replace(months[index], **changes)
    return replace(facts, months=tuple(months))


NOT_HELD: dict[str, Any] = {
    "held_on": None,
    "opened": False,
    "has_minutes": False,
    "has_score": False,
    "filed": False,
    "counted": 0,
    "present": 0,
}


def only(facts: CellFacts) -> CellFinding:
    (finding,) = find_exceptions(facts)
    return finding
