"""What a kind of meeting, and a state of one, is (HD 42-HD/BTCTW)."""

import pytest

from nennep.meetings.choices import MeetingKind, MeetingState


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
