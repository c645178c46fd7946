"""Which items of its programme a meeting came to, from everything that was recorded of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from nennep.duties.queries import was_reported
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.suggestions import PETITION
from nennep.petitions.queries import HandledPetition, list_handled, list_handled_ids
from nennep.room.models import Speech
from nennep.room.queries.outcome import list_given_duties
from nennep.room.rules.course import Course, ItemMark, find_done_topics, trace_course

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


def _list_done_topics(meeting: Meeting) -> Collection[Topic]:
    span = _span_of(meeting)
    return find_done_topics(
        concluded=bool(meeting.conclusion.strip()) or meeting.votes.exists(),
        praised=meeting.remarks.exists(),
        given=bool(list_given_duties(meeting)),
        reported=span is not None and was_reported(organization=meeting.organization, since=span[0], until=span[1]),
    )


class ProgrammeItem(NamedTuple):
    """What is asked of an item when many programmes are read at once; `pk` and the names of its columns as in AgendaItem."""

    meeting_id: int
    pk: int
    topic: str
    started_at: datetime | None
    ended_at: datetime | None
    discussed: bool
    note: str
    conclusion: str
    origin_kind: str
    origin_id: str
    spoke: bool


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """What is known of a meeting when many are read at once: see `tally_columns` and `list_programmes`.

    `first_report`: when something was first said of the cell's tasks from the opening on; `handled`: petitions dealt with.
    """

    meeting: Meeting
    items: Sequence[ProgrammeItem]
    has_votes: bool
    has_remarks: bool
    has_given: bool
    first_report: datetime | None
    handled: Collection[str]


def trace_record(record: CourseRecord) -> Course:
    """`read_course` of a meeting whose records are at hand; its items know whether somebody `spoke`. No query."""
    span = _span_of(record.meeting)
    done = find_done_topics(
        concluded=bool(record.meeting.conclusion.strip()) or record.has_votes,
        praised=record.has_remarks,
        given=record.has_given,
        reported=span is not None and record.first_report is not None and record.first_report <= span[1],
    )
    spoken = {item.pk for item in record.items if item.spoke}
    return trace_course([_mark(item, spoken, done, record.handled) for item in record.items])


def list_programmes(meetings: Collection[int]) -> dict[int, list[ProgrammeItem]]:
    """The items of many meetings in their order, each with whether somebody `spoke` on it. One query."""
    found: dict[int, list[ProgrammeItem]] = defaultdict(list)
    spoke = Exists(Speech.objects.filter(item=OuterRef("pk")))
    items = AgendaItem.objects.filter(meeting__in=meetings).annotate(spoke=spoke).order_by("position", "pk")
    for row in items.values_list(*ProgrammeItem._fields):
        found[row[0]].append(ProgrammeItem(*row))
    return found


def list_handled_at_many(meetings: Collection[Meeting]) -> dict[int, set[str]]:
    """Public ids of the petitions that each of many meetings dealt with (`list_handled_at`). One query."""
    spans = {meeting.pk: (meeting.organization_id, *span) for meeting in meetings if (span := _span_of(meeting))}
    return list_handled_ids(spans)


def _mark(
    item: AgendaItem | ProgrammeItem, spoken: Collection[int], done: Collection[str], handled: Collection[str]
) -> ItemMark:
    """One item about a petition is done when that petition was dealt with; one about petitions when any was.

    Any is done of which the chair said so when closing.
    """
    if item.topic == Topic.PETITIONS:
        own = item.origin_id if item.origin_kind == PETITION else ""
        is_done = own in handled if own else bool(handled)
    else:
        is_done = item.topic in done
    touched = bool(item.started_at or item.note.strip() or item.conclusion.strip() or item.pk in spoken)
    return ItemMark(item.pk, item.topic, touched, is_done or item.discussed)
