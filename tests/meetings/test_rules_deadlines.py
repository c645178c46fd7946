"""Until which day something is in time (HD 42-HD/BTCTW: papers at least one day before, results within two days)."""

from datetime import date, datetime

import pytest

from nennep.meetings.rules.deadlines import end_of_day, find_committee_day, find_filing_day, find_papers_day
from tests.factories.core import VIETNAM


@pytest.mark.parametrize(("days", "last"), [(0, date(2026, 12, 1)), (1, date(2026, 11, 30)), (2, date(2026, 11, 29))])
def test_papers_go_out_so_many_days_before(days: int, last: date) -> None:
    assert find_papers_day(date(2026, 12, 1), days_before=days) == last


@pytest.mark.parametrize(("days", "last"), [(0, date(2026, 11, 30)), (2, date(2026, 12, 2))])
def test_results_are_sent_within_so_many_days(days: int, last: date) -> None:
    assert find_filing_day(date(2026, 11, 30), days_after=days) == last


@pytest.mark.parametrize(("days", "last"), [(3, date(2026, 11, 30)), (0, date(2026, 12, 3)), (None, date(2026, 12, 3))])
def test_the_committee_meets_before_where_a_policy_asks(days: int | None, last: date) -> None:
    assert find_committee_day(date(2026, 12, 3), days_before=days) == last


def test_a_day_ends_with_its_last_second_in_vietnam() -> None:
    moment = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
    assert end_of_day(date(2026, 11, 2), like=moment) == datetime(2026, 11, 2, 23, 59, 59, tzinfo=VIETNAM)
