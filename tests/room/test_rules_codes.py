"""The rotating code of the roll call."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import MeetingMode, NoticeAnswer
from nennep.room.choices import AttendanceState
from nennep.room.rules.codes import is_right_code, make_code, needs_consent, seconds_left, state_by_code, time_step
from tests.factories.core import NOW

SECRET = "5f" * 32


@given(st.integers(0, 2**40), st.text(min_size=1))
def test_a_code_is_six_digits(step: int, secret: str) -> None:
    code = make_code(secret, step)
    assert (len(code), code.isascii(), code.isdigit()) == (6, True, True)


@given(st.integers(0, 600))
def test_a_code_is_good_for_its_half_minute_and_the_next(later: int) -> None:
    code = make_code(SECRET, time_step(NOW))
    steps = time_step(NOW + timedelta(seconds=later)) - time_step(NOW)
    assert is_right_code(SECRET, code, NOW + timedelta(seconds=later)) == (steps <= 1)


def test_another_secret_or_none_knows_no_code() -> None:
    code = make_code(SECRET, time_step(NOW))
    assert [is_right_code(secret, code, NOW) for secret in ("", "6f" * 32)] == [False, False]
    assert [is_right_code(SECRET, typed, NOW) for typed in ("", "12345", "không phải số")] == [False, False, False]


def test_the_code_changes_every_half_minute() -> None:
    assert seconds_left(NOW) == 30
    assert seconds_left(NOW + timedelta(seconds=29)) == 1
    assert make_code(SECRET, time_step(NOW)) != make_code(SECRET, time_step(NOW + timedelta(seconds=30)))


def test_only_an_absence_written_by_hand_needs_the_chair() -> None:
    asked = [(AttendanceState.EXCUSED, True), (AttendanceState.EXCUSED, False), (AttendanceState.UNMARKED, True)]
    assert [needs_consent(state, by_hand=by_hand) for state, by_hand in asked] == [True, False, False]


def test_who_follows_from_elsewhere_is_online() -> None:
    asked = [
        (MeetingMode.IN_PERSON, NoticeAnswer.ONLINE),
        (MeetingMode.HYBRID, NoticeAnswer.ONLINE),
        (MeetingMode.HYBRID, None),
        (MeetingMode.ONLINE, None),
    ]
    assert [state_by_code(mode, answer) for mode, answer in asked] == ["present", "online", "present", "online"]


def test_the_code_of_the_last_half_minute_is_the_last_that_is_good() -> None:
    step = time_step(NOW)
    good = [is_right_code(SECRET, make_code(SECRET, step + ahead), NOW) for ahead in (-2, -1, 0, 1)]
    assert good == [False, True, True, False]
    later = [seconds_left(NOW + timedelta(seconds=seconds)) for seconds in (0, 1, 29, 30)]
    assert later == [30, 29, 1, 30]


def test_a_code_is_the_first_eight_bytes_of_the_digest() -> None:
    """Written down once, so that a code that a screen shows today is still right tomorrow."""
    digest = hmac.new(SECRET.encode(), (59).to_bytes(8, "big"), hashlib.sha256).digest()
    assert make_code(SECRET, 59) == f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


@pytest.mark.parametrize("state", list(AttendanceState))
def test_the_chair_is_asked_only_about_somebody_marked_absent(state: AttendanceState) -> None:
    there = {"present", "online", "late", "left_early"}
    assert needs_consent(state, by_hand=True) is (state.value not in there | {"unmarked"})
    assert not needs_consent(state, by_hand=False)
