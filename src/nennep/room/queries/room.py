"""The room: one page, in parts that can be drawn alone (roll call, speakers, the item under discussion)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.notice import Recipient, ReplyTally, list_recipients, tally_replies
from nennep.meetings.queries.routine import day_rule_of
from nennep.meetings.rules.agenda import CriticismCheck
from nennep.meetings.rules.schedule import DatePosition, place_date
from nennep.room.models import Speech
from nennep.room.queries.asked import AskedPanel, get_asked
from nennep.room.queries.guests import GuestRow, list_guests
from nennep.room.queries.outcome import Outcome, check_criticism_now, get_outcome, list_mode_warnings
from nennep.room.queries.roll_call import RollCall, RollRow, get_roll_call
from nennep.room.rules.outcome import RuleWarning
from nennep.room.rules.room import (
    AgendaProgress,
    Timing,
    mark_note,
    measure_progress,
    minutes_used,
)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the programme with its clock; `used` minutes or None when it has not begun."""

    item: AgendaItem
    used: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Discussion:
    """The item under discussion (None between items), its neighbours, the whole programme and how the time runs.

    `criticism`: while criticism and self-criticism is under discussion, the minutes it has taken against those asked for.
    """

    meeting: Meeting
    rows: tuple[ItemRow, ...]
    current: ItemRow | None
    previous: AgendaItem | None
    following: AgendaItem | None
    minutes_planned: int
    progress: AgendaProgress
    criticism: CriticismCheck | None

    @property
    def due_at(self) -> datetime | None:
        """When the current item should be through."""
        if self.current is None or self.current.item.started_at is None:
            return None
        return self.current.item.started_at + timedelta(minutes=self.current.item.minutes_planned)

    @property
    def note_mark(self) -> str:
        """Of the note under discussion as it is shown: see `mark_note`."""
        return mark_note(self.current.item.note) if self.current else ""

    @property
    def is_finished(self) -> bool:
        """Every item was taken up and none is running."""
        return self.current is None and all(row.used is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A person in the room and how often they took the floor in this meeting."""

    entry_id: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Speakers:
    """Persons in the room by given name; `spoke` of them took the floor; `last` is whom Hoàn tác takes back.

    `on_item` are those who spoke on the item under discussion, latest first.
    """

    meeting: Meeting
    rows: tuple[SpeakerRow, ...]
    spoke: int
    last: str
    on_item: tuple[SpeakerRow, ...]


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """Before the opening: who answered, where today stands against the rule, what the mode does not keep of the rules."""

    meeting: Meeting
    recipients: tuple[Recipient, ...]
    tally: ReplyTally
    position: DatePosition
    items: int
    warnings: tuple[RuleWarning, ...]


def get_opening_page(*, meeting: Meeting, today: date) -> OpeningPage:
    """What the page before the opening shows. Six queries; at most four more when the mode is not in person."""
    recipients = list_recipients(meeting)
    position = DatePosition.ON_DAY
    if MeetingKind(meeting.kind).is_monthly:
        month = Month.of(meeting.month)
        position = place_date(today, month=month, rule=day_rule_of(meeting.organization, month=month))
    if today == meeting.day:
        position = DatePosition.ON_DAY
    warnings = list_mode_warnings(meeting)
    return OpeningPage(meeting, recipients, tally_replies(recipients), position, meeting.agenda.count(), warnings)


def get_discussion(*, meeting: Meeting, now: datetime) -> Discussion:
    """The programme with its clock. One query; one more while criticism and self-criticism is under discussion."""
    items = list(meeting.agenda.select_related("presenter").order_by("position", "pk"))
    index = next((at for at, item in enumerate(items) if item.started_at and not item.ended_at), None)
    rows = tuple(_item_row(item, now, is_current=at == index) for at, item in enumerate(items))
    waiting = next((item for item in items if item.started_at is None), None)
    running = items[index].topic if index is not None else None
    timings = [Timing(item.minutes_planned, item.started_at, item.ended_at) for item in items]
    return Discussion(
        meeting=meeting,
        rows=rows,
        current=rows[index] if index is not None else None,
        previous=items[index - 1] if index else None,
        following=waiting if index is None else next(iter(items[index + 1 :]), None),
        minutes_planned=sum(item.minutes_planned for item in items),
        criticism=check_criticism_now(meeting, items, now=now) if running == Topic.SELF_CRITICISM else None,
        progress=measure_progress(timings, opened_at=meeting.opened_at or now, now=now),
    )


def _item_row(item: AgendaItem, now: datetime, *, is_current: bool) -> ItemRow:
    timing = Timing(item.minutes_planned, item.started_at, item.ended_at)
    return ItemRow(item, minutes_used(timing, now), is_current=is_current)


def get_speakers(*, meeting: Meeting, attending: Sequence[RollRow]) -> Speakers:
    """Who of those in the room spoke how often. One query."""
    found = Speech.objects.filter(item__meeting=meeting).select_related("member", "item")
    speeches = list(found.order_by("-last_at", "-pk"))
    counts: Counter[UUID] = Counter()
    for speech in speeches:
        counts[speech.member.public_id] += speech.count
    rows = {
        row.member_public_id: SpeakerRow(row.public_id, row.name, counts[row.member_public_id]) for row in attending
    }
    now_speaking = [
        speech.member.public_id for speech in speeches if speech.item.started_at and not speech.item.ended_at
    ]
    return Speakers(
        meeting=meeting,
        rows=tuple(rows.values()),
        spoke=sum(row.count > 0 for row in rows.values()),
        last=speeches[0].member.full_name if speeches else "",
        on_item=tuple(rows[member] for member in now_speaking if member in rows),
    )


@dataclass(frozen=True, slots=True)
class Talk:
    """What one tap on a speaker changed: the person's count in this meeting and how many persons spoke."""

    entry_id: UUID
    name: str
    count: int
    spoke: int


def get_talk(*, speech: Speech, entry: UUID) -> Talk:
    """The answer to a tap on a speaker. One query."""
    rows = (
        Speech.objects.filter(item__meeting_id=speech.item.meeting_id).order_by("pk").values_list("member_id", "count")
    )
    counts: Counter[int] = Counter()
    for member_id, count in rows:
        counts[member_id] += count
    return Talk(entry, speech.member.full_name, counts[speech.member_id], len(counts))


@dataclass(frozen=True, slots=True)
class Room:
    """The whole page while the meeting goes on."""

    discussion: Discussion
    roll: RollCall
    speakers: Speakers
    outcome: Outcome
    asked: AskedPanel
    guests: tuple[GuestRow, ...]


def get_room(*, actor: Actor, meeting: Meeting, now: datetime) -> Room:
    """Everything of the room. The caller has passed the meeting's door."""
    roll = get_roll_call(meeting=meeting)
    return Room(
        discussion=get_discussion(meeting=meeting, now=now),
        roll=roll,
        speakers=get_speakers(meeting=meeting, attending=roll.attending),
        outcome=get_outcome(actor=actor, meeting=meeting),
        asked=get_asked(meeting=meeting),
        guests=tuple(list_guests(meeting)),
    )


def find_revision(*, actor: Actor, public_id: UUID) -> int | None:
    """The number of the last change in a room; None where the actor holds no meeting of that address. One query."""
    held = Meeting.objects.filter(actor.scope(Permission.MEETINGS_HOLD, "organization__path"))
    return held.filter(public_id=public_id).order_by("pk").values_list("revision", flat=True).first()
