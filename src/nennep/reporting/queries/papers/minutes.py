"""Biên bản sinh hoạt (forms.md §2)."""

from nennep.core.periods import Month
from nennep.meetings.models import Meeting
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import CourseItem, MinutesPaper


def build_minutes(*, meeting: Meeting) -> MinutesPaper:
    """The minutes as they stand: a draft until approved, then the latest version with the reason of its correction.

    The number of queries does not grow with items, speakers or members.
    """
    day = parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day)
    version = meeting.minutes_versions.order_by("-number").first()
    return MinutesPaper(
        letterhead=head,
        subject=f"{parts.say_kind(meeting)} {parts.say_month(Month.of(meeting.month))}",
        sitting=parts.build_sitting(meeting, head.issuer, parts.read_posts(meeting)),
        items=tuple(
            CourseItem(item.title, item.note, opinions, item.conclusion)
            for item, opinions in parts.list_agenda(meeting)
        ),
        conclusion=meeting.conclusion,
        votes=parts.list_votes(meeting),
        new_duties=parts.list_new_duties(meeting),
        score=parts.build_score(meeting),
        read_aloud=version is not None,
        version=version.number if version else 1,
        correction_reason=version.reason if version else "",
    )
