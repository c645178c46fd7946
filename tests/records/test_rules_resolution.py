"""What a resolution begins with, by the topic under which it was noted."""

import pytest

from nennep.core.periods import Month
from nennep.meetings.choices import Topic
from nennep.records.rules.resolution import ResolutionTexts, TopicNote, prefill_texts, say_title

THINKING = [Topic.BULLETIN, Topic.STUDY, Topic.UNITY]
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
    texts = prefill_texts([TopicNote(topic, " bàn ", " kết luận ")], conclusion="")
    if topic in THINKING:
        assert texts == ResolutionTexts(thinking="kết luận")
    elif topic == Topic.SELF_CRITICISM:
        assert texts == ResolutionTexts(shortcomings="bàn")
    elif topic in DIRECTIONS:
        assert texts == ResolutionTexts(directions="kết luận")
    else:
        assert texts == ResolutionTexts()


def test_what_was_not_concluded_is_what_was_said_and_nothing_leaves_no_line() -> None:
    notes = [TopicNote(Topic.STUDY, "bàn", ""), TopicNote(Topic.UNITY, "", " "), TopicNote(Topic.THEME, "bàn", "")]
    assert prefill_texts(notes, conclusion=" Cả chi bộ. ") == ResolutionTexts("bàn", "", "Cả chi bộ.")


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
