"""What a resolution begins with, by the topic under which it was noted."""

from dataclasses import dataclass
from datetime import date

import pytest

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Topic
from nennep.records.rules.resolution import (
    ResolutionTexts,
    TopicNote,
    find_resolution_vote,
    leave_out_said,
    prefill_texts,
    say_title,
)

THINKING = [Topic.UNITY]
DIRECTIONS = [
    Topic.NEXT_MONTH,
    Topic.THEME,
    Topic.POLITICAL_TASK,
    Topic.ECONOMY_ORDER,
    Topic.RECRUITMENT,
    Topic.INSPECTION,
]


@pytest.mark.parametrize("topic", list(Topic))
def test_each_topic_goes_where_it_belongs(topic: Topic) -> None:
    texts = prefill_texts([TopicNote(topic, " bàn ", " kết luận ")])
    if topic in THINKING:
        assert texts == ResolutionTexts(thinking="kết luận")
    elif topic == Topic.SELF_CRITICISM:
        assert texts == ResolutionTexts(shortcomings="kết luận")
    elif topic in DIRECTIONS:
        assert texts == ResolutionTexts(directions="kết luận")
    else:
        assert texts == ResolutionTexts()


def test_what_was_not_concluded_is_what_was_said_and_nothing_leaves_no_line() -> None:
    notes = [TopicNote(Topic.UNITY, "bàn", ""), TopicNote(Topic.UNITY, "", " "), TopicNote(Topic.THEME, "bàn", "")]
    assert prefill_texts(notes, conclusion=" Cả chi bộ. ") == ResolutionTexts("bàn", "", "Cả chi bộ.")


def test_a_resolution_begins_with_what_the_cell_concluded() -> None:
    """Never with what a member said of themselves, nor with what the paper prints from the minutes anyway."""
    notes = [
        TopicNote(Topic.BULLETIN, "Nghe bản tin.", ""),
        TopicNote(Topic.UNITY, "Đảng viên yên tâm.", ""),
        TopicNote(Topic.SELF_CRITICISM, "Đồng chí Loan tự phê bình còn đến muộn.", "Còn đến muộn."),
        TopicNote(Topic.NEXT_MONTH, "Bàn", "Làm mương trước 20/11."),
        TopicNote(Topic.PETITIONS, "Đèn đường", "Chuyển xã"),
    ]
    texts = prefill_texts(notes, conclusion="Cả chi bộ thực hiện.")
    assert (texts.thinking, texts.shortcomings) == ("Đảng viên yên tâm.", "Còn đến muộn.")
    assert texts.directions == "Làm mương trước 20/11."
    assert say_title(Month(2026, 11)) == "Lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (MeetingKind.COMBINED, "Lãnh đạo thực hiện nhiệm vụ tháng 12 năm 2026"),
        (MeetingKind.THEMATIC, "Về chuyên đề Giữ rừng"),
        (MeetingKind.EXTRAORDINARY, "Về nội dung họp ngày 28/12/2026"),
    ],
)
def test_only_the_month_s_own_meeting_resolves_for_the_month(kind: MeetingKind, title: str) -> None:
    assert say_title(Month(2026, 12), kind, theme="Giữ rừng", on=date(2026, 12, 28)) == title


@dataclass(frozen=True)
class Voted:
    subject: str


@pytest.mark.parametrize(
    ("subjects", "found"),
    [
        (["Nghị quyết tháng 11", "Giới thiệu quần chúng ưu tú"], 0),
        (["Giới thiệu quần chúng ưu tú", "Thông qua nghị quyết"], 1),
        (["Giới thiệu quần chúng ưu tú", "Kết nạp đảng viên"], None),
        (["Nghị quyết tháng 11", "Nghị quyết tháng 11 (biểu quyết lại)"], 1),
        (["Nghị quyết tháng 11", "Kết quả thực hiện nghị quyết tháng 10"], 0),
        (["Báo cáo thực hiện nghị quyết tháng trước", "Việc khác"], None),
        (["Nghị quyết nhiệm vụ tháng 01/2027", "Khen thưởng"], 0),
        (["thong qua NQ thang 11", "Khen thưởng"], 0),
        (["Nhất trí về quy chế", "NQTW 6"], None),
        ([], None),
    ],
    ids=["first", "second", "neither", "repeated", "october", "before", "next", "plain", "inside", "none"],
)
def test_the_vote_on_the_resolution_is_the_one_that_names_it(subjects: list[str], found: int | None) -> None:
    """Of November. Any other vote would print a wrong result under the resolution."""
    votes = [Voted(subject) for subject in subjects]
    assert find_resolution_vote(votes, Month(2026, 11)) == (None if found is None else votes[found])


def test_in_january_the_month_before_is_december() -> None:
    votes = [Voted("Nghị quyết tháng 01"), Voted("Nghị quyết tháng 12")]
    assert find_resolution_vote(votes, Month(2027, 1)) == votes[0]


@pytest.mark.parametrize(
    ("conclusion", "directions", "left"),
    [
        ("Làm xong mương.", "Làm xong mương.", ""),
        ("Làm  xong mương", "Thu đảng phí.\nLàm xong mương.", ""),
        ("Làm xong mương.\nThu đảng phí.", "Làm xong mương.", "Làm xong mương.\nThu đảng phí."),
        ("Làm xong mương.", "", "Làm xong mương."),
        ("", "Làm xong mương.", ""),
    ],
)
def test_a_conclusion_that_the_directions_say_is_not_said_again(conclusion: str, directions: str, left: str) -> None:
    assert leave_out_said(conclusion, directions) == left
