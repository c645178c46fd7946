"""What a resolution begins with, by the topic under which it was noted."""

import pytest

from nennep.meetings.choices import Topic
from nennep.records.rules.resolution import ResolutionTexts, TopicNote, prefill_texts

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
