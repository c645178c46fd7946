"""The room: one page, in parts that can be drawn alone (roll call, speakers, the item under discussion)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.notice import Recipient, ReplyTally, list_recipients, tally_replies
from nennep.meetings.queries.schedule import day_rule_of
from nennep.meetings.rules.agenda import CriticismCheck
from nennep.meetings.rules.schedule import DatePosition, place_date
from nennep.members.choices import MembershipKind, Standing
from nennep.members.queries import posts_on, tell_apart
from nennep.policies.queries import rules_for
from nennep.room.choices import AttendanceState, MarkMethod
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.asked import Asked, get_asked
from nennep.room.queries.guests import GuestRow, list_guests
from nennep.room.queries.outcome import Outcome, check_criticism_now, get_outcome, list_mode_warnings
from nennep.room.rules.outcome import RuleWarning
from nennep.room.rules.room import (
    Mark,
    Progress,
    RollTally,
    Timing,
    measure_progress,
    minutes_used,
    tally,
)

# How the look names a state (mockups: present, late, excused, unexcused, none).
_LOOKS = {
    AttendanceState.PRESENT: "present",
    AttendanceState.ONLINE: "present",
    AttendanceState.LATE: "late",
    AttendanceState.LEFT_EARLY: "late",
    AttendanceState.EXCUSED: "excused",
    AttendanceState.UNEXCUSED: "unexcused",
}


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person of the roll call. `about` is the time or reason of the state, `post` what the person is in the cell.

    `claimed` is the time at which somebody marked absent said by the code that they are there; empty otherwise.
    """

    public_id: UUID
    member_public_id: UUID
    name: str
    about: str
    post: str
    state: AttendanceState
    counted: bool
    can_vote: bool
    standing: str
    reason: str
    arrived_at: time | None
    left_at: time | None
    claimed: str

    @property
    def look(self) -> str:
        return _LOOKS.get(self.state, "none")


@dataclass(frozen=True, slots=True)
class LastMark:
    """What Hoàn tác would take back: one person's state, or how many were marked at once."""

    name: str
    state: str
    count: int

    @property
    def words(self) -> str:
        """`Vừa ghi Lò Văn Chung có mặt`, `Vừa ghi 12 đồng chí có mặt`."""
        state = self.state.lower()
        if self.count > 1:
            return _("Vừa ghi %(count)s đồng chí %(state)s") % {"count": self.count, "state": state}
        return _("Vừa ghi %(name)s %(state)s") % {"name": self.name, "state": state}


@dataclass(frozen=True, slots=True)
class RollCall:
    """`rows` are counted persons by given name, `uncounted` the others; `target` per cent of attendance."""

    meeting: Meeting
    rows: tuple[RollRow, ...]
    uncounted: tuple[RollRow, ...]
    tally: RollTally
    target: int
    last: LastMark | None

    @property
    def attending(self) -> tuple[RollRow, ...]:
        """Who may speak, by given name."""
        return tuple(row for row in (*self.rows, *self.uncounted) if row.state.is_there)


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
    progress: Progress
    criticism: CriticismCheck | None

    @property
    def due_at(self) -> datetime | None:
        """When the current item should be through."""
        if self.current is None or self.current.item.started_at is None:
            return None
        return self.current.item.started_at + timedelta(minutes=self.current.item.minutes_planned)

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
        rule = day_rule_of(meeting.organization, on=meeting.month)
        position = place_date(today, month=Month.of(meeting.month), rule=rule)
    if today == meeting.day:
        position = DatePosition.ON_DAY
    warnings = list_mode_warnings(meeting)
    return OpeningPage(meeting, recipients, tally_replies(recipients), position, meeting.agenda.count(), warnings)


def get_roll_call(*, meeting: Meeting) -> RollCall:
    """The roll call of a meeting that is open or over. Three queries."""
    entries = list(meeting.roll_call.select_related("member").order_by("member__name_key", "member_id"))
    held = reversed(posts_on(meeting.organization_id, meeting.held_on))
    posts = {holder.member_id: str(holder.kind.label) for holder in held}
    if meeting.minute_taker_id:
        posts[meeting.minute_taker_id] = _("Thư ký")
    names = tell_apart(entry.member for entry in entries)
    rows = [_roll_row(entry, names[entry.member_id], posts.get(entry.member_id, "")) for entry in entries]
    rules = rules_for(organization=meeting.organization, on=meeting.held_on)
    return RollCall(
        meeting=meeting,
        rows=tuple(row for row in rows if row.counted),
        uncounted=tuple(row for row in rows if not row.counted),
        tally=tally(Mark(AttendanceState(one.state), one.counted, one.votes) for one in entries),
        target=rules.attendance_target,
        last=_find_last(entries),
    )


def _roll_row(entry: RollCallEntry, name: str, post: str) -> RollRow:
    return RollRow(
        public_id=entry.public_id,
        member_public_id=entry.member.public_id,
        name=name,
        about=_say_state(entry),
        post=_say_person(entry, post),
        state=AttendanceState(entry.state),
        counted=entry.counted,
        can_vote=entry.votes,
        standing=str(Standing(entry.standing).label),
        reason=entry.reason,
        arrived_at=entry.arrived_at,
        left_at=entry.left_at,
        claimed=f"{localtime(entry.claimed_at):%H:%M}" if entry.claimed_at else "",
    )


def _say_state(entry: RollCallEntry) -> str:
    """The times, else the reason of the state, else that it came by the code; for the small line of the row."""
    times = []
    if entry.arrived_at:
        times.append(_("vào lúc %(time)s") % {"time": f"{entry.arrived_at:%H:%M}"})
    if entry.left_at:
        times.append(_("về lúc %(time)s") % {"time": f"{entry.left_at:%H:%M}"})
    if times or entry.reason:
        return ", ".join(times) or entry.reason
    return _("bằng mã trong phòng") if entry.method == MarkMethod.CODE and entry.marked_at else ""


def _say_person(entry: RollCallEntry, post: str) -> str:
    """The post, else what is unusual of the membership."""
    if post:
        return post
    if entry.temporary:
        return str(MembershipKind.TEMPORARY.label)
    return _("Dự bị") if entry.standing == Standing.PROBATIONARY else ""


def _find_last(entries: Sequence[RollCallEntry]) -> LastMark | None:
    marked = [entry for entry in entries if entry.previous_state and entry.marked_at]
    if not marked:
        return None
    newest = max(entry.marked_at for entry in marked if entry.marked_at)
    together = [entry for entry in marked if entry.marked_at == newest]
    return LastMark(together[0].member.full_name, together[0].get_state_display(), len(together))


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


def get_entry(*, actor: Actor, public_id: UUID) -> RollCallEntry:
    """A row of the roll call with its member, meeting and cell. Raises NotFound. One query."""
    entries = RollCallEntry.objects.select_related("meeting__organization", "member")
    entry = entries.filter(meeting__in=Meeting.objects.visible_to(actor), public_id=public_id).first()
    if entry is None:
        raise NotFound
    return entry


@dataclass(frozen=True, slots=True)
class Marked:
    """What one tap changed: the row's state and small line, the counts of the whole."""

    public_id: UUID
    name: str
    state: AttendanceState
    about: str
    tally: RollTally

    @property
    def look(self) -> str:
        return _LOOKS.get(self.state, "none")

    @property
    def last(self) -> LastMark:
        return LastMark(self.name, str(self.state.label), 1)


def get_marked(*, entry: RollCallEntry) -> Marked:
    """The answer to a tap. One query."""
    rows = RollCallEntry.objects.filter(meeting_id=entry.meeting_id).order_by().values_list("state", "counted", "votes")
    marks = [Mark(AttendanceState(state), counted, votes) for state, counted, votes in rows]
    state = AttendanceState(entry.state)
    return Marked(entry.public_id, entry.member.full_name, state, _say_state(entry), tally(marks))


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
    asked: Asked
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


def find_revision(*, public_id: UUID) -> int | None:
    """The number of the last change in a room; None when there is no such meeting. One query.

    For anybody signed in: the number says nothing but that something changed, and only who knows the address can ask.
    """
    return Meeting.objects.filter(public_id=public_id).order_by("pk").values_list("revision", flat=True).first()
