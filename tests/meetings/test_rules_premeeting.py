"""Who prepares a meeting, and how long before it."""

from datetime import date

import pytest

from nennep.meetings.rules.premeeting import (
    Body,
    NoCommittee,
    choose_body,
    find_last_day,
    find_missing_committee,
    join_lines,
    measure_lead_time,
)


@pytest.mark.parametrize(
    ("officials", "committee_members", "expected"),
    [
        (8, 0, NoCommittee.FEW_MEMBERS),
        (8, 1, NoCommittee.FEW_MEMBERS),
        (9, 0, NoCommittee.NO_POSTS),
        (9, 1, NoCommittee.NONE),
        (40, 5, NoCommittee.NONE),
    ],
)
def test_a_committee_is_there_from_nine_official_members_on(
    officials: int, committee_members: int, expected: NoCommittee
) -> None:
    assert find_missing_committee(officials=officials, committee_members=committee_members) == expected


def test_without_a_committee_secretary_and_deputy_prepare() -> None:
    assert [choose_body(missing) for missing in NoCommittee] == [Body.COMMITTEE, Body.LEADERS, Body.LEADERS]


@pytest.mark.parametrize(
    ("day", "least", "expected"),
    [(30, 3, False), (29, 3, False), (1, 3, True), (3, 3, True), (3, None, False), (3, 0, False)],
)
def test_three_days_before_only_where_a_policy_asks(day: int, least: int | None, expected: bool) -> None:
    held_on = date(2026, 11, day) if day > 3 else date(2026, 12, day)
    assert measure_lead_time(held_on, date(2026, 12, 3), least=least).is_short == expected


def test_the_last_day_in_time() -> None:
    meeting_on = date(2026, 12, 3)
    assert find_last_day(meeting_on, least=3) == date(2026, 11, 30)
    assert find_last_day(meeting_on, least=None) == meeting_on


def test_lines_stand_under_each_other() -> None:
    assert join_lines(["Mương 180/300 m", "", "Bảo hiểm y tế 88%"]) == "- Mương 180/300 m\n- Bảo hiểm y tế 88%"
