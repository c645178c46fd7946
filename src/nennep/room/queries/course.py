"""Which items of its programme a meeting came to, from everything that was recorded of it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from nennep.duties.queries import was_reported
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.suggestions import PETITION
from nennep.petitions.queries import HandledPetition, list_handled
from nennep.room.models import Speech
from nennep.room.queries.outcome import list_given_duties
from nennep.room.rules.course import Course, ItemMark, trace_course

_LONGEST = timedelta(days=366)  # that a meeting which nobody closed yet may have been going on


def read_course(meeting: Meeting, items: Sequence[AgendaItem]) -> Course:
    """What was come to: by its clock, its words and speakers, or by work kept elsewhere. At most eight queries."""
    spoken = set(Speech.objects.filter(item__meeting=meeting).order_by("pk").values_list("item_id", flat=True))
    done, handled = set(_list_done_topics(meeting)), {str(one.row.public_id) for one in list_handled_at(meeting)}
    return trace_course([_mark(item, spoken, done, handled) for item in items])


def list_handled_at(meeting: Meeting) -> list[HandledPetition]:
    """Petitions that the meeting dealt with: within the minute in which it was closed, for its end has no seconds. Two queries."""
    span = _span_of(meeting)
    if span is None:
        return []
    return list_handled(organization=meeting.organization, since=span[0], until=span[1], today=meeting.held_on)


def _span_of(meeting: Meeting) -> tuple[datetime, datetime] | None:
    if meeting.opened_at is None:
        return None
    return meeting.opened_at, meeting.closed_at + timedelta(
        minutes=1
    ) if meeting.closed_at else meeting.opened_at + _LONGEST


def _list_done_topics(meeting: Meeting) -> Iterator[Topic]:
    """Topics whose work stands in a record of its own, whoever tapped on what."""
    span = _span_of(meeting)
    if meeting.conclusion.strip() or meeting.votes.exists():
        yield Topic.CONCLUSION
    if meeting.remarks.exists():
        yield Topic.PRAISE
    if list_given_duties(meeting):
        yield Topic.NEXT_MONTH
    if span and was_reported(organization=meeting.organization, since=span[0], until=span[1]):
        yield Topic.LAST_MONTH


def _mark(item: AgendaItem, spoken: Collection[int], done: Collection[str], handled: Collection[str]) -> ItemMark:
    """One item about a petition is done when that petition was dealt with; one about petitions when any was."""
    if item.topic == Topic.PETITIONS:
        own = item.origin_id if item.origin_kind == PETITION else ""
        is_done = own in handled if own else bool(handled)
    else:
        is_done = item.topic in done
    touched = bool(item.started_at or item.note.strip() or item.conclusion.strip() or item.pk in spoken)
    return ItemMark(item.pk, item.topic, touched, is_done)
