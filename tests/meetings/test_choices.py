"""What a kind of meeting or a mark in the roll call is (HD 42-HD/BTCTW; rules.md §1.8)."""

import pytest

from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.room.choices import AttendanceState


@pytest.mark.parametrize(
    ("kind", "monthly", "themed"),
    [
        (MeetingKind.REGULAR, True, False),
        (MeetingKind.COMBINED, True, True),
        (MeetingKind.THEMATIC, False, True),
        (MeetingKind.EXTRAORDINARY, False, False),
    ],
)
def test_only_a_regular_meeting_is_the_months_and_only_a_theme_makes_it_themed(
    kind: MeetingKind, monthly: bool, themed: bool
) -> None:
    assert (kind.is_monthly, kind in MeetingKind.monthly()) == (monthly, monthly)
    assert (kind.is_themed, kind in MeetingKind.themed()) == (themed, themed)


THERE = {"present", "online", "late", "left_early"}


@pytest.mark.parametrize("state", list(AttendanceState))
def test_whoever_came_for_a_part_or_from_afar_was_there(state: AttendanceState) -> None:
    assert state.is_there is (state.value in THERE)
    assert (state in AttendanceState.there()) is (state.value in THERE)


@pytest.mark.parametrize("state", list(AttendanceState))
def test_absent_is_only_who_was_expected_and_did_not_come(state: AttendanceState) -> None:
    assert state.is_absent is (state.value in {"excused", "unexcused"})


@pytest.mark.parametrize("state", list(AttendanceState))
def test_a_part_of_the_meeting_is_missed_at_its_beginning_or_its_end(state: AttendanceState) -> None:
    assert state.is_partial is (state.value in {"late", "left_early"})


@pytest.mark.parametrize(
    ("state", "begun", "ahead"),
    [
        (MeetingState.PLANNED, False, True),
        (MeetingState.OPEN, True, True),
        (MeetingState.HELD, True, False),
        (MeetingState.CANCELLED, False, False),
    ],
)
def test_a_meeting_that_goes_on_has_begun_and_is_not_over(state: MeetingState, begun: bool, ahead: bool) -> None:
    assert (state.has_begun, state in MeetingState.begun()) == (begun, begun)
    assert (state.is_ahead, state in MeetingState.ahead()) == (ahead, ahead)
