"""What a tap means, who is counted, how the time runs."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import NoticeAnswer
from nennep.room.choices import AttendanceState
from nennep.room.rules.room import (
    Mark,
    Standee,
    Timing,
    first_state,
    join_note,
    list_states,
    measure_progress,
    minutes_used,
    next_state,
    tally,
    votes_now,
)
from tests.factories.core import NOW
from tests.factories.policies import make_rule_book

MARKS = st.builds(Mark, state=st.sampled_from(list(AttendanceState)), counted=st.booleans(), votes=st.booleans())


def test_three_taps_come_back() -> None:
    state = next_state(AttendanceState.UNMARKED)
    seen = [state]
    for _ in range(3):
        state = next_state(state)
        seen.append(state)
    assert [one.value for one in seen] == ["present", "excused", "unexcused", "present"]


@pytest.mark.parametrize("state", [AttendanceState.LATE, AttendanceState.ONLINE, AttendanceState.EXEMPT])
def test_a_tap_on_a_rarer_state_is_present(state: AttendanceState) -> None:
    assert next_state(state) == AttendanceState.PRESENT


@pytest.mark.parametrize(
    ("standing", "counted", "answer", "expected"),
    [
        ("official", True, None, AttendanceState.UNMARKED),
        ("official", True, NoticeAnswer.COMING, AttendanceState.UNMARKED),
        ("official", True, NoticeAnswer.EXCUSED, AttendanceState.EXCUSED),
        ("exempt", False, None, AttendanceState.EXEMPT),
        ("elsewhere", False, None, AttendanceState.ELSEWHERE),
        ("special_duty", False, NoticeAnswer.EXCUSED, AttendanceState.SPECIAL_DUTY),
        ("suspended", False, None, AttendanceState.SUSPENDED),
    ],
)
def test_the_roll_call_begins_with_what_is_known(
    standing: str, counted: bool, answer: NoticeAnswer | None, expected: AttendanceState
) -> None:
    assert first_state(standing=standing, counted=counted, answer=answer) == expected


@given(st.lists(MARKS, max_size=40))
def test_the_counted_add_up(marks: list[Mark]) -> None:
    result = tally(marks)
    known = {AttendanceState.UNMARKED, AttendanceState.EXCUSED, AttendanceState.UNEXCUSED} | set(
        AttendanceState.there()
    )
    elsewhere = sum(mark.counted and mark.state not in known for mark in marks)
    assert result.present + result.excused + result.unexcused + result.unmarked + elsewhere == result.counted
    assert result.voters_present <= result.vote_base <= result.called == len(marks)
    assert (result.percent is None) == (result.counted == 0)


def test_the_mockup_adds_up() -> None:
    """22 of 25 are there, 2 excused, 1 not marked: 88.0 %."""
    there = [Mark(AttendanceState.PRESENT, counted=True, votes=True)] * 22
    rest = [Mark(AttendanceState.EXCUSED, counted=True, votes=True)] * 2
    rest += [Mark(AttendanceState.UNMARKED, counted=True, votes=False)]
    exempt = [Mark(AttendanceState.EXEMPT, counted=False, votes=False)] * 3
    result = tally([*there, *rest, *exempt])
    assert (result.present, result.counted, result.percent, result.vote_base) == (22, 25, 88.0, 24)


def test_an_exempt_member_who_came_votes() -> None:
    counted = make_rule_book().vote_base
    here, away = AttendanceState.PRESENT, AttendanceState.EXEMPT
    assert votes_now(Standee("exempt", temporary=False, votes=False, state=here), counted) is True
    assert votes_now(Standee("elsewhere", temporary=False, votes=False, state=here), counted) is True
    assert votes_now(Standee("exempt", temporary=False, votes=True, state=away), counted) is False
    assert votes_now(Standee("exempt", temporary=True, votes=False, state=here), counted) is False
    assert votes_now(Standee("suspended", temporary=False, votes=False, state=here), counted) is False
    assert votes_now(Standee("special_duty", temporary=False, votes=True, state=away), counted) is True


def test_states_to_choose_from() -> None:
    assert AttendanceState.EXEMPT not in list_states(counted=True, state=AttendanceState.PRESENT)
    assert AttendanceState.UNEXCUSED not in list_states(counted=False, state=AttendanceState.EXEMPT)
    assert list_states(counted=True, state=AttendanceState.SUSPENDED)[-1] == AttendanceState.SUSPENDED


def _item(planned: int, begun: int | None = None, ended: int | None = None) -> Timing:
    def moment(minutes: int | None) -> datetime | None:
        return None if minutes is None else NOW + timedelta(minutes=minutes)

    return Timing(planned, moment(begun), moment(ended))


def test_the_clock_of_the_meeting() -> None:
    items = [_item(5, 0, 7), _item(10, 7, 16), _item(20, 16), _item(10)]
    progress = measure_progress(items, opened_at=NOW, now=NOW + timedelta(minutes=31))
    assert progress.late_by == 31 - 5 - 10 - 15
    assert progress.ends_at == NOW + timedelta(minutes=31 + 5 + 10)
    assert [minutes_used(item, NOW + timedelta(minutes=31)) for item in items] == [7, 9, 15, None]


def test_a_module_goes_on_a_line_of_its_own() -> None:
    assert join_note("", "Chi bộ thống nhất.") == "Chi bộ thống nhất."
    assert join_note("Ý kiến.\n", "Chi bộ thống nhất.") == "Ý kiến.\nChi bộ thống nhất."


@pytest.mark.parametrize(
    ("unmarked", "words"), [(0, "Đã ghi đủ."), (1, "Còn 1 đồng chí chưa ghi."), (3, "Còn 3 đồng chí chưa ghi.")]
)
def test_how_many_are_still_to_be_marked(unmarked: int, words: str) -> None:
    marks = [Mark(AttendanceState.UNMARKED, counted=True, votes=True)] * unmarked
    outside = Mark(AttendanceState.UNMARKED, counted=False, votes=False)
    assert tally([*marks, outside]).rest_words == words
