"""What a vote needs, and what a chair is reminded of before closing."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import MeetingKind
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import MinutesRange, VoteThreshold
from nennep.room.choices import VoteMajority
from nennep.room.rules.outcome import (
    ClosingFacts,
    VoteBase,
    VoteCount,
    count_needed,
    find_warnings,
    is_tie,
    list_unexplained,
    percent_of,
    say_rule,
    suggest_majority,
)

HALF = Fraction(1, 2)
ORDINARY, MEMBERSHIP = VoteThreshold(HALF, strict=True), VoteThreshold(Fraction(2, 3), strict=False)


@pytest.mark.parametrize(("base", "needed"), [(23, 12), (24, 13), (1, 1), (2, 2), (0, 1)])
def test_more_than_half_of_the_base(base: int, needed: int) -> None:
    assert count_needed(HALF, base, strict=True) == needed


def test_two_thirds_is_at_least_two_thirds() -> None:
    assert [count_needed(Fraction(2, 3), base, strict=False) for base in (3, 4, 9)] == [2, 3, 6]


@given(base=st.integers(1, 500), strict=st.booleans(), top=st.integers(1, 4), bottom=st.integers(4, 7))
def test_needed_is_the_fewest_that_passes(base: int, strict: bool, top: int, bottom: int) -> None:
    threshold = VoteThreshold(Fraction(top, bottom), strict)
    needed = count_needed(threshold.part, base, strict=strict)
    assert threshold.passes(in_favour=needed, base=base)
    assert needed == 1 or not threshold.passes(in_favour=needed - 1, base=base)


def test_percent_of_the_base() -> None:
    assert round(percent_of(20, 23), 1) == 87.0
    assert percent_of(0, 0) == 0.0


def test_closing_reminds_of_each_rule_once() -> None:
    facts = ClosingFacts(MeetingKind.COMBINED, unmarked=2, minutes_long=80, minutes_required=120, has_conclusion=False)
    warnings = find_warnings(facts)
    assert [(warning.key, warning.title) for warning in warnings] == [
        ("meeting.roll_call", "Còn 2 đồng chí chưa điểm danh"),
        ("meeting.min_minutes.combined", "Mới được 80 phút, ít hơn 120 phút"),
        ("meeting.conclusion", "Chưa ghi kết luận"),
    ]
    assert list_unexplained(warnings, {"meeting.roll_call": "Về sau ghi", "meeting.conclusion": " "}) == list(
        warnings[1:]
    )


def test_nothing_to_remind_of() -> None:
    facts = ClosingFacts(MeetingKind.REGULAR, unmarked=0, minutes_long=90, minutes_required=90, has_conclusion=True)
    assert find_warnings(facts) == ()


FINE = ClosingFacts(
    MeetingKind.REGULAR,
    unmarked=0,
    minutes_long=90,
    minutes_required=90,
    has_conclusion=True,
    self_criticism=15,
    criticism_asked=MinutesRange(15, 30),
    voted_with=3,
    official_least=3,
    sources={PolicyKey.SELF_CRITICISM_MINUTES: "Kế hoạch 08-KH/ĐU"},
)


@pytest.mark.parametrize(
    ("changes", "key", "title"),
    [
        ({"unmarked": 1}, "meeting.roll_call", "Còn 1 đồng chí chưa điểm danh"),
        ({"minutes_long": 89}, "meeting.min_minutes.regular", "Mới được 89 phút, ít hơn 90 phút"),
        ({"has_conclusion": False}, "meeting.conclusion", "Chưa ghi kết luận"),
        ({"self_criticism": 14}, "meeting.self_criticism", "Tự phê bình và phê bình mới được 14 phút"),
        ({"self_criticism": 0}, "meeting.self_criticism", "Tự phê bình và phê bình mới được 0 phút"),
        ({"voted_with": 2}, "cell.official_members_min", "Chỉ có 2 đảng viên chính thức mà đã biểu quyết"),
        ({"voted_with": 0}, "cell.official_members_min", "Chỉ có 0 đảng viên chính thức mà đã biểu quyết"),
    ],
)
def test_a_reminder_begins_right_under_its_limit(changes: dict[str, Any], key: str, title: str) -> None:
    assert find_warnings(FINE) == ()
    [warning] = find_warnings(replace(FINE, **changes))
    assert (warning.key, warning.title) == (key, title)


@pytest.mark.parametrize(
    "changes", [{"minutes_long": 500}, {"self_criticism": 90}, {"self_criticism": None}, {"voted_with": None}]
)
def test_more_than_is_asked_or_nothing_measured_is_no_reminder(changes: dict[str, Any]) -> None:
    assert find_warnings(replace(FINE, **changes)) == ()


def test_the_rule_of_self_criticism_says_its_range() -> None:
    [warning] = find_warnings(replace(FINE, self_criticism=1))
    assert "nên dành 15 đến 30 phút." in warning.rule
    assert find_warnings(replace(FINE, self_criticism=1, criticism_asked=None)) == ()


@pytest.mark.parametrize(("base", "least", "small"), [(0, 3, False), (1, 3, True), (2, 3, True), (3, 3, False)])
def test_fewer_than_the_least_decide_nothing(base: int, least: int, *, small: bool) -> None:
    assert VoteBase(base, base, ORDINARY, MEMBERSHIP, least=least).is_too_small is small


@pytest.mark.parametrize(
    ("subject", "majority"),
    [
        ("KẾT NẠP đảng viên", VoteMajority.MEMBERSHIP),
        ("công nhận đảng viên chính thức", VoteMajority.MEMBERSHIP),
        ("Đề nghị xóa tên", VoteMajority.MEMBERSHIP),
        ("Đề nghị xoá tên", VoteMajority.MEMBERSHIP),
        ("Công nhận gia đình văn hóa", VoteMajority.ORDINARY),
    ],
)
def test_words_for_people_take_two_thirds(subject: str, majority: VoteMajority) -> None:
    assert suggest_majority(subject) == majority


@pytest.mark.parametrize(("in_favour", "against", "tie"), [(0, 0, False), (1, 1, True), (2, 1, False), (1, 2, False)])
def test_a_tie_is_as_many_on_both_sides_and_some(in_favour: int, against: int, *, tie: bool) -> None:
    assert is_tie(in_favour=in_favour, against=against) is tie


@pytest.mark.parametrize(
    ("base", "strict", "needed"),
    [(0, True, 1), (0, False, 1), (1, False, 1), (3, True, 3), (3, False, 2), (4, False, 3)],
)
def test_two_thirds_of_small_bases(base: int, strict: bool, needed: int) -> None:
    assert count_needed(Fraction(2, 3), base, strict=strict) == needed


def test_what_a_ballot_adds_up_to() -> None:
    ballot = VoteCount(5, 4, 3, 2)
    assert (ballot.cast, ballot.returned, ballot.lowest) == (12, 14, 2)
    assert [VoteCount(*counts).lowest for counts in ((-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, -1, 0), (0, 0, 0, -1))] == [
        -1
    ] * 4
    assert (percent_of(1, 4), percent_of(0, 4), percent_of(4, 4)) == (25.0, 0.0, 100.0)


def test_each_rule_is_called_as_people_call_it() -> None:
    keys = ("meeting.roll_call", "meeting.conclusion", "meeting.mode", "unknown")
    assert [say_rule(key) for key in keys] == [
        "Điểm danh đủ",
        "Kết luận của người chủ trì",
        "Lý do, cấp cho phép họp không trực tiếp",
        "unknown",
    ]


def test_the_words_of_a_majority_follow_the_rule() -> None:
    """A unit whose rules ask for another part reads another word wherever a vote is spoken of."""
    assert VoteBase(9, 9, ORDINARY, MEMBERSHIP).majorities == [
        ("ordinary", "Quá nửa số đảng viên chính thức"),
        ("two_thirds", "Ít nhất hai phần ba số đảng viên chính thức"),
    ]
    most = VoteBase(9, 9, ORDINARY, VoteThreshold(Fraction(3, 4), strict=False))
    assert (most.ordinary_words, most.membership_words) == ("quá nửa", "ít nhất 3/4")
    assert (most.needed, most.needed_for_membership) == (5, 7)
