"""Votes, closing, filing, the minutes as values."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Topic
from nennep.policies.rules import VoteThreshold
from nennep.records.rules.minutes import (
    AbsentPart,
    AdvicePart,
    AttendancePart,
    DeparturePart,
    GuestPart,
    ItemPart,
    ItemTexts,
    MinutesContent,
    NewDutyPart,
    PetitionPart,
    RemarkPart,
    ReservedPart,
    SpeechPart,
    TaskPart,
    VotePart,
    hash_content,
    put_texts,
)
from nennep.records.rules.resolution import TopicNote, prefill_texts, say_title
from nennep.room.choices import VoteMajority
from nennep.room.rules.outcome import (
    Ballot,
    ClosingFacts,
    VoteBase,
    count_needed,
    find_warnings,
    is_tie,
    list_unexplained,
    percent_of,
    say_rule,
    suggest_majority,
)

HALF = Fraction(1, 2)
PAPER = MinutesContent(
    cell="Chi bộ thôn Nặm Chá",
    upper="Đảng bộ xã Lăng Can",
    kind="Sinh hoạt thường kỳ",
    mode="Trực tiếp",
    month="2026-11",
    opened_at="2026-11-03T19:30+07:00",
    closed_at="2026-11-03T21:22+07:00",
    place="Nhà văn hóa thôn",
    chair="Ma Công Lập",
    minute_taker="Hoàng Thị Ngọc Trâm",
    upper_guest="Lương Quốc Hưng",
    guests="",
    fee_note="Đã nộp đủ",
    attendance=AttendancePart(
        called=28,
        counted=25,
        present=22,
        excused=2,
        unexcused=1,
        exempt=2,
        elsewhere=1,
        absent=(AbsentPart("Quan Thị Biên", "Vắng có lý do", "việc gia đình"),),
        late=("Quan Văn Hoạch",),
        left_early=("Ma Thị Sen",),
        online=("Lý A Dủ",),
    ),
    conclusion="Làm xong mương.",
    items=(
        ItemPart(
            "a",
            "Tiến hành",
            "last_month",
            "Kết quả tháng 10",
            "",
            "Ghi",
            "",
            (SpeechPart("Ma Đình Phúc", "Xin xi măng", 2),),
        ),
    ),
    tasks=(TaskPart("Làm mương", "Ma Đình Phúc", "Đang triển khai", "Đang làm, 60%"),),
    remarks=(RemarkPart("Biểu dương", "Lý Thị Mỷ", "Trực đủ"),),
    votes=(VotePart("Nghị quyết tháng 11", "Biểu quyết giơ tay", 23, 20, 0, 1, passed=True),),
    duties=(NewDutyPart("Làm 120 m còn lại", "Ma Đình Phúc", "Hoàng Văn Oanh", "2026-11-20"),),
    departures=(DeparturePart("meeting.fixed_day", "Lũ"),),
    guest_list=(GuestPart("Lương Quốc Hưng", "Cán bộ cấp trên về dự"),),
    reserved=(ReservedPart("Ma Thị Sen", "Nên làm sau vụ gặt.", "Nghị quyết tháng 11"),),
    advice=(AdvicePart("Ghi rõ ai làm", "Lương Quốc Hưng", "Đã làm"),),
    petitions=(PetitionPart("Cầu Nà Khà hỏng", "Quan Văn Hoạch", "Đảng bộ xã Lăng Can"),),
    premeeting_on="2026-10-31",
)
# What version 0.1 did not know of: minutes approved then are read for ever.
NEWER = ("guest_list", "reserved", "advice", "petitions", "premeeting_on")


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


def test_minutes_survive_being_stored() -> None:
    content = PAPER.to_content()
    assert MinutesContent.from_content(content) == PAPER
    assert hash_content(content) == hash_content(dict(reversed(content.items())))
    assert PAPER.minutes_long == 112
    assert PAPER.attendance.percent == 88.0
    assert PAPER.premeeting == date(2026, 10, 31)


def test_minutes_of_an_older_program_are_still_read() -> None:
    content = {key: value for key, value in PAPER.to_content().items() if key not in NEWER}
    for name in ("left_early", "online"):
        del content["attendance"][name]
    for name in ("majority", "issued", "invalid"):
        del content["votes"][0][name]
    paper = MinutesContent.from_content(content)
    assert (paper.attendance.late, paper.attendance.left_early) == (("Quan Văn Hoạch",), ())
    assert (paper.votes[0].issued, paper.votes[0].valid, paper.premeeting, paper.petitions) == (None, 21, None, ())


@given(note=st.text(max_size=50), conclusion=st.text(max_size=50))
def test_other_words_give_another_hash_and_leave_the_rest(note: str, conclusion: str) -> None:
    changed = put_texts(PAPER, {"a": ItemTexts(note, conclusion), "unknown": ItemTexts("x")})
    assert (changed.items[0].note, changed.items[0].conclusion) == (note, conclusion)
    assert changed.votes == PAPER.votes
    same = changed == PAPER
    assert (hash_content(changed.to_content()) == hash_content(PAPER.to_content())) == same


def test_a_resolution_begins_with_what_was_noted() -> None:
    notes = [
        TopicNote(Topic.BULLETIN, "Nghe bản tin.", ""),
        TopicNote(Topic.SELF_CRITICISM, "Còn đến muộn.", ""),
        TopicNote(Topic.NEXT_MONTH, "Bàn", "Làm mương trước 20/11."),
        TopicNote(Topic.PETITIONS, "Đèn đường", "Chuyển xã"),
    ]
    texts = prefill_texts(notes, conclusion="Cả chi bộ thực hiện.")
    assert (texts.thinking, texts.shortcomings) == ("Nghe bản tin.", "Còn đến muộn.")
    assert texts.directions == "Làm mương trước 20/11.\nCả chi bộ thực hiện."
    assert say_title(Month(2026, 11)) == "Lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026"


FINE = ClosingFacts(
    MeetingKind.REGULAR,
    unmarked=0,
    minutes_long=90,
    minutes_required=90,
    has_conclusion=True,
    self_criticism=15,
    voted_with=3,
    official_least=3,
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
    """Fifteen to thirty minutes: line 4.7 of the frame of Kế hoạch 08-KH/ĐU."""
    [warning] = find_warnings(replace(FINE, self_criticism=1))
    assert warning.rule.startswith("Nên dành 15 đến 30 phút:")


@pytest.mark.parametrize(("base", "least", "small"), [(0, 3, False), (1, 3, True), (2, 3, True), (3, 3, False)])
def test_fewer_than_the_least_decide_nothing(base: int, least: int, *, small: bool) -> None:
    assert VoteBase(base, base, 1, least=least).is_too_small is small


@pytest.mark.parametrize(
    ("subject", "majority"),
    [
        ("KẾT NẠP đảng viên", VoteMajority.TWO_THIRDS),
        ("công nhận đảng viên chính thức", VoteMajority.TWO_THIRDS),
        ("Đề nghị xóa tên", VoteMajority.TWO_THIRDS),
        ("Đề nghị xoá tên", VoteMajority.TWO_THIRDS),
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
    ballot = Ballot(5, 4, 3, 2)
    assert (ballot.cast, ballot.returned, ballot.lowest) == (12, 14, 2)
    assert [Ballot(*counts).lowest for counts in ((-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, -1, 0), (0, 0, 0, -1))] == [
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
