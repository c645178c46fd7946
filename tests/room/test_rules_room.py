"""What a tap means, who is counted, how the time runs."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import MeetingMode, NoticeAnswer
from nennep.room.choices import AttendanceState
from nennep.room.rules.room import (
    RollMark,
    RollTally,
    Standee,
    Timing,
    first_state,
    is_after,
    join_note,
    list_states,
    measure_progress,
    minutes_between,
    minutes_used,
    next_state,
    tally,
    votes_now,
)
from tests.factories.core import NOW
from tests.factories.policies import make_rule_book

MARKS = st.builds(RollMark, state=st.sampled_from(list(AttendanceState)), counted=st.booleans(), votes=st.booleans())


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
def test_the_counted_add_up(marks: list[RollMark]) -> None:
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
    there = [RollMark(AttendanceState.PRESENT, counted=True, votes=True)] * 22
    rest = [RollMark(AttendanceState.EXCUSED, counted=True, votes=True)] * 2
    rest += [RollMark(AttendanceState.UNMARKED, counted=True, votes=False)]
    exempt = [RollMark(AttendanceState.EXEMPT, counted=False, votes=False)] * 3
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
    marks = [RollMark(AttendanceState.UNMARKED, counted=True, votes=True)] * unmarked
    outside = RollMark(AttendanceState.UNMARKED, counted=False, votes=False)
    assert tally([*marks, outside]).rest_words == words


@pytest.mark.parametrize(
    ("standing", "counted", "answer", "expected"),
    [
        ("exempt", True, None, AttendanceState.UNMARKED),  # exempt, but called to this meeting
        ("special_duty", True, NoticeAnswer.EXCUSED, AttendanceState.EXCUSED),
        ("official", False, None, AttendanceState.UNMARKED),
    ],
)
def test_only_who_is_not_counted_stands_in_the_state_of_the_standing(
    standing: str, counted: bool, answer: NoticeAnswer | None, expected: AttendanceState
) -> None:
    assert first_state(standing=standing, counted=counted, answer=answer) == expected


@pytest.mark.parametrize("standing", ["exempt", "elsewhere"])
@pytest.mark.parametrize(
    ("state", "there"),
    [
        (AttendanceState.PRESENT, True),
        (AttendanceState.ONLINE, True),
        (AttendanceState.LATE, True),
        (AttendanceState.LEFT_EARLY, True),
        (AttendanceState.EXCUSED, False),
        (AttendanceState.UNEXCUSED, False),
        (AttendanceState.UNMARKED, False),
        (AttendanceState.ELSEWHERE, False),
    ],
)
def test_an_exempt_member_or_one_elsewhere_votes_while_there(
    standing: str, state: AttendanceState, *, there: bool
) -> None:
    counted = make_rule_book().vote_base
    for votes in (True, False):
        assert votes_now(Standee(standing, temporary=False, votes=votes, state=state), counted) is there
        assert votes_now(Standee(standing, temporary=True, votes=votes, state=state), counted) is votes
        assert votes_now(Standee("official", temporary=False, votes=votes, state=state), counted) is votes


@pytest.mark.parametrize(
    ("mode", "online"),
    [(MeetingMode.IN_PERSON, []), (MeetingMode.ONLINE, ["online"]), (MeetingMode.HYBRID, ["online"])],
)
def test_every_state_of_the_room_may_be_chosen_online_only_where_the_mode_has_it(
    mode: MeetingMode, online: list[str]
) -> None:
    there = ["present", *online, "late", "left_early"]
    assert list_states(counted=True, state=AttendanceState.PRESENT, mode=mode) == [*there, "excused", "unexcused"]
    rare = [*there, "exempt", "elsewhere", "special_duty", "suspended"]
    assert list_states(counted=False, state=AttendanceState.EXEMPT, mode=mode) == rare
    assert list_states(counted=False, state=AttendanceState.UNMARKED, mode=mode) == [*rare, "unmarked"]


def test_who_stands_as_online_keeps_it_when_the_mode_was_changed_to_in_person() -> None:
    there = ["present", "late", "left_early", "excused", "unexcused"]
    assert list_states(counted=True, state=AttendanceState.ONLINE) == [*there, "online"]


def test_each_figure_of_the_roll_call_counts_its_own() -> None:
    def mark(state: AttendanceState, *, counted: bool = True, votes: bool = False) -> RollMark:
        return RollMark(state, counted, votes)

    marks = [
        mark(AttendanceState.PRESENT, votes=True),
        mark(AttendanceState.ONLINE),
        mark(AttendanceState.ONLINE, counted=False, votes=True),
        mark(AttendanceState.LATE),
        mark(AttendanceState.LEFT_EARLY, counted=False),
        mark(AttendanceState.EXCUSED, votes=True),
        mark(AttendanceState.EXCUSED, counted=False),
        mark(AttendanceState.UNEXCUSED),
        mark(AttendanceState.UNEXCUSED, counted=False),
        mark(AttendanceState.UNMARKED),
        mark(AttendanceState.UNMARKED),
        mark(AttendanceState.UNMARKED, counted=False),
        mark(AttendanceState.EXEMPT, counted=False),
    ]
    assert tally(marks) == RollTally(
        called=13,
        counted=7,
        present=3,
        excused=1,
        unexcused=1,
        unmarked=2,
        attending=5,
        vote_base=3,
        voters_present=2,
        online=2,
    )
    assert tally([]).percent is None


def test_taps_in_every_mode_go_round() -> None:
    def taps(mode: MeetingMode, count: int) -> list[str]:
        states = [next_state(AttendanceState.UNMARKED, mode)]
        while len(states) < count:
            states.append(next_state(states[-1], mode))
        return [state.value for state in states]

    assert taps(MeetingMode.ONLINE, 4) == ["online", "excused", "unexcused", "online"]
    assert taps(MeetingMode.HYBRID, 5) == ["present", "online", "excused", "unexcused", "present"]
    assert taps(MeetingMode.BY_GROUP, 4) == ["present", "excused", "unexcused", "present"]


@pytest.mark.parametrize(
    ("items", "late_by", "minutes_left"),
    [
        ([_item(10, 0)], 0, 0),  # the running item has just used what was planned
        ([_item(8, 0)], 2, 0),  # longer than planned: late, and nothing of it is left
        ([_item(15, 0)], 0, 5),
        ([_item(15, 0, 4), _item(10, 4)], -11, 4),  # ahead of the plan
        ([_item(15, 0, 10), _item(20)], -5, 20),
        ([], 10, 0),
    ],
)
def test_late_is_what_was_used_beyond_the_plan(items: list[Timing], late_by: int, minutes_left: int) -> None:
    now = NOW + timedelta(minutes=10)
    progress = measure_progress(items, opened_at=NOW, now=now)
    assert (progress.late_by, progress.ends_at) == (late_by, now + timedelta(minutes=minutes_left))


def test_minutes_are_whole() -> None:
    running = Timing(5, NOW, None)
    assert [minutes_used(running, NOW + timedelta(seconds=seconds)) for seconds in (59, 60, 119)] == [0, 1, 1]
    late = measure_progress([], opened_at=NOW, now=NOW + timedelta(seconds=119))
    assert late.late_by == 1


@pytest.mark.parametrize(
    ("opened", "moment", "after"),
    [
        (time(19, 30, 40), time(19, 30), True),
        (time(19, 30), time(19, 29), False),
        (time(19, 30), time(0, 10), True),
        (time(19, 30), time(6, 0), False),
        (time(18, 0), time(5, 59), True),
        (time(17, 59), time(5, 59), False),
        (time(19, 30), None, True),
    ],
)
def test_nobody_comes_late_before_the_opening(opened: time, moment: time | None, after: bool) -> None:
    assert is_after(moment, opened) is after


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ((20, 0, 40), (20, 0, 0), 0),  # the end typed in the minute in which it began
        ((20, 0, 40), (20, 15, 0), 15),
        ((20, 0, 40), (20, 14, 59), 14),
        ((20, 0, 0), (20, 15, 0), 15),
        ((20, 1, 0), (20, 0, 59), 0),
    ],
)
def test_minutes_are_those_of_a_clock_without_seconds(
    begin: tuple[int, int, int], end: tuple[int, int, int], minutes: int
) -> None:
    day = date(2026, 12, 3)
    assert minutes_between(datetime.combine(day, time(*begin)), datetime.combine(day, time(*end))) == minutes
