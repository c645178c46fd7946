"""Modes, majorities, self-criticism and silence: what is asked, and what a person may go on against."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import MeetingKind, MeetingMode
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import MinutesRange, VoteThreshold
from nennep.room.choices import AttendanceState, VoteMajority
from nennep.room.rules.modes import ModeFacts, find_mode_warnings
from nennep.room.rules.outcome import (
    ClosingFacts,
    VoteBase,
    VoteCount,
    find_warnings,
    is_tie,
    say_rule,
    suggest_majority,
    threshold_of,
)
from nennep.room.rules.room import RollMark, next_state, tally
from nennep.room.rules.silence import Attended, count_silent, find_silent
from tests.factories.policies import make_rule_book

GROUPS = ModeFacts(
    mode=MeetingMode.BY_GROUP,
    reason="Đi rừng dài ngày",
    approved_by="Đảng ủy xã",
    members=50,
    group_meetings=2,
    members_floor=50,
    group_ceiling=3,
    group_source="03-HD/TW",
)


def keys(facts: ModeFacts) -> list[str]:
    return [str(warning.key) for warning in find_mode_warnings(facts)]


def test_in_person_nothing_is_asked() -> None:
    assert keys(replace(GROUPS, mode=MeetingMode.IN_PERSON, reason="", members=3)) == []


@pytest.mark.parametrize("mode", [MeetingMode.ONLINE, MeetingMode.HYBRID, MeetingMode.BY_GROUP])
def test_every_other_mode_needs_a_reason_and_who_allowed_it(mode: MeetingMode) -> None:
    facts = replace(GROUPS, mode=mode)
    assert keys(facts) == []
    assert keys(replace(facts, reason=" ")) == keys(replace(facts, approved_by="")) == ["meeting.mode"]


def test_by_group_has_a_floor_and_a_ceiling_with_their_source() -> None:
    warnings = find_mode_warnings(replace(GROUPS, members=49, group_meetings=3))
    assert [str(warning.key) for warning in warnings] == ["group_meeting.min_members", "group_meeting.max_per_year"]
    assert [warning.title for warning in warnings] == [
        "Chi bộ có 49 đảng viên, ít hơn 50",
        "Năm nay đã sinh hoạt theo tổ đảng 3 lần",
    ]
    assert all("03-HD/TW" in warning.rule for warning in warnings)


def test_a_tap_means_online_where_everybody_is() -> None:
    unmarked, online, present = AttendanceState.UNMARKED, AttendanceState.ONLINE, AttendanceState.PRESENT
    assert next_state(unmarked, MeetingMode.ONLINE) == online
    assert next_state(online, MeetingMode.ONLINE) == AttendanceState.EXCUSED
    assert [next_state(state, MeetingMode.HYBRID) for state in (unmarked, present, online)] == [
        present,
        online,
        AttendanceState.EXCUSED,
    ]


def test_the_tally_says_who_is_online() -> None:
    marks = [RollMark(state, True, True) for state in (AttendanceState.ONLINE, AttendanceState.PRESENT)]
    assert (tally(marks).online, tally(marks).present) == (1, 2)


@pytest.mark.parametrize(
    ("subject", "majority"),
    [
        ("Nghị quyết tháng 11", VoteMajority.ORDINARY),
        ("Đề nghị kết nạp quần chúng Ma Thị Xuyến", VoteMajority.MEMBERSHIP),
        ("Công nhận đảng viên chính thức cho đồng chí Giàng A Nhè", VoteMajority.MEMBERSHIP),
        ("Xóa tên đảng viên dự bị", VoteMajority.MEMBERSHIP),
    ],
)
def test_the_subject_says_which_majority_it_takes(subject: str, majority: VoteMajority) -> None:
    assert suggest_majority(subject) == majority


PARTS = (VoteThreshold(Fraction(1, 2), strict=True), VoteThreshold(Fraction(2, 3), strict=False))


@given(st.integers(1, 200))
def test_two_thirds_of_a_base_are_never_less_than_half(base: int) -> None:
    needed = VoteBase(base, base, *PARTS)
    assert 3 * needed.needed_for(VoteMajority.MEMBERSHIP) >= 2 * base
    assert 2 * needed.needed_for(VoteMajority.ORDINARY) > base


@pytest.mark.parametrize(
    ("majority", "votes", "passes"),
    [
        (VoteMajority.ORDINARY, 4, False),
        (VoteMajority.ORDINARY, 5, True),
        (VoteMajority.MEMBERSHIP, 5, False),
        (VoteMajority.MEMBERSHIP, 6, True),
    ],
)
def test_what_carries_a_vote_is_a_rule_of_the_unit(majority: VoteMajority, votes: int, passes: bool) -> None:
    """Of nine: more than half (Quy định 208-QĐ/TW), at least two thirds (Điều lệ Đảng); a locality may set another part."""
    assert threshold_of(majority, make_rule_book()).passes(in_favour=votes, base=9) is passes
    all_of_them = VoteThreshold(Fraction(1), strict=False)
    book = make_rule_book(vote_ordinary=all_of_them, vote_membership=all_of_them)
    assert [threshold_of(majority, book).passes(in_favour=count, base=9) for count in (8, 9)] == [False, True]


def test_a_tie_needs_votes_on_both_sides() -> None:
    assert [is_tie(in_favour=a, against=b) for a, b in ((2, 2), (0, 0), (3, 2))] == [True, False, False]


def test_what_comes_back_counts_invalid_ballots_too() -> None:
    assert (VoteCount(10, 2, 1, 1).cast, VoteCount(10, 2, 1, 1).returned) == (13, 14)


def test_little_self_criticism_and_few_members_ask_for_a_reason() -> None:
    facts = ClosingFacts(
        MeetingKind.REGULAR,
        0,
        100,
        90,
        True,
        self_criticism=14,
        criticism_asked=MinutesRange(15, 30),
        voted_with=2,
        official_least=3,
        sources={
            PolicyKey.SELF_CRITICISM_MINUTES: "Kế hoạch 08-KH/ĐU, mục 4.7",
            PolicyKey.OFFICIAL_MEMBERS_MIN: "Điều lệ Đảng",
        },
    )
    found = find_warnings(facts)
    assert [str(warning.key) for warning in found] == ["meeting.self_criticism", "cell.official_members_min"]
    assert [warning.rule for warning in found] == [
        "Kế hoạch 08-KH/ĐU, mục 4.7: nên dành 15 đến 30 phút.",
        "Điều lệ Đảng: chi bộ có ít nhất 3 đảng viên chính thức mới quyết định được.",
    ]
    assert find_warnings(replace(facts, self_criticism=15, voted_with=3)) == ()
    assert find_warnings(replace(facts, criticism_asked=None, voted_with=3)) == ()
    assert find_warnings(replace(facts, self_criticism=None, voted_with=None)) == ()
    assert [say_rule(warning.key) for warning in found] == [
        "Thời gian tự phê bình và phê bình",
        "Số đảng viên chính thức tối thiểu của chi bộ",
    ]


def test_silence_is_counted_from_the_last_meeting_back() -> None:
    def held(present: set[int], spoke: set[int]) -> Attended:
        return Attended(frozenset(present), frozenset(spoke))

    meetings = [held({1, 2, 3}, {1}), held({2}, {3}), held({1, 2}, {1}), held({1, 2, 3}, {2})]
    assert [count_silent(member, meetings) for member in (1, 2, 3, 4)] == [0, 3, 1, 0]
    assert find_silent([3, 2, 1], meetings) == {2: 3}


@pytest.mark.parametrize(
    ("members", "meetings", "found"),
    [
        (50, 2, []),
        (49, 2, ["Chi bộ có 49 đảng viên, ít hơn 50"]),
        (50, 3, ["Năm nay đã sinh hoạt theo tổ đảng 3 lần"]),
        (51, 4, ["Năm nay đã sinh hoạt theo tổ đảng 4 lần"]),
    ],
)
def test_by_group_is_for_large_cells_and_a_few_times_a_year(members: int, meetings: int, found: list[str]) -> None:
    facts = replace(GROUPS, members=members, group_meetings=meetings)
    assert [warning.title for warning in find_mode_warnings(facts)] == found
    assert find_mode_warnings(replace(facts, mode=MeetingMode.HYBRID)) == ()


def test_three_meetings_attended_without_a_word_are_silence() -> None:
    def held(*spoke: int) -> Attended:
        return Attended(frozenset({1, 2}), frozenset(spoke))

    assert find_silent([1, 2], [held(), held(), held(2), held(1)]) == {1: 3}
    assert find_silent([1, 2], [held(), held(), held(2), held(1)], after=2) == {1: 3, 2: 2}
    assert find_silent([1], [held(), held()]) == {}
