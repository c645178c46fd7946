"""What a mark in the roll call is (rules.md §1.8)."""

import pytest

from nennep.room.choices import AttendanceState

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
