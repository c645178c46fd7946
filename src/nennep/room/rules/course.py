"""Which items of the programme a meeting came to: one rule for the closing page, the minutes, the reports and the score. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from nennep.meetings.choices import Topic

AFTER_CLOSING = frozenset({Topic.SCORING})  # the program asks for it when the meeting is over


@dataclass(frozen=True, slots=True)
class ItemMark:
    """What is known of one item. `touched`: its clock ran, or words or speakers were noted; `done`: its work was recorded."""

    id: int
    topic: str
    touched: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Ids of the items that were come to (`reached`) and of the `others`; what comes after the closing is in neither until then.

    `followed`: somebody went through the programme. Else the meeting was kept on paper, and nothing is said of the others.
    """

    reached: frozenset[int]
    others: frozenset[int]
    followed: bool

    @property
    def left(self) -> frozenset[int]:
        """What was not come to."""
        return self.others if self.followed else frozenset()

    @property
    def counted(self) -> int:
        return len(self.reached) + len(self.others)

    def tell(self, item_id: int) -> bool | None:
        """Whether the minutes put it into the course of the meeting; None for what comes after the closing."""
        return item_id not in self.left if item_id in self.reached | self.others else None


def find_done_topics(*, concluded: bool, praised: bool, given: bool, reported: bool) -> frozenset[Topic]:
    """Topics whose work stands in a record of its own, whoever tapped on what."""
    known = {
        Topic.CONCLUSION: concluded,
        Topic.PRAISE: praised,
        Topic.NEXT_MONTH: given,
        Topic.LAST_MONTH: reported,
    }
    return frozenset(topic for topic, is_done in known.items() if is_done)


def trace_course(marks: Collection[ItemMark]) -> Course:
    """The opening is touched by opening the meeting: one item touched is nobody going through the programme."""
    reached = _ids(mark for mark in marks if mark.touched or mark.done)
    others = _ids(mark for mark in marks if mark.topic not in AFTER_CLOSING) - reached
    return Course(reached, others, followed=not others or sum(mark.touched for mark in marks) > 1)


def _ids(marks: Iterable[ItemMark]) -> frozenset[int]:
    return frozenset(mark.id for mark in marks)
