"""In the room: what a tap means, who is there, how the time runs (rules.md §1.7–1.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.text import compose_note
from nennep.meetings.choices import MeetingMode, NoticeAnswer
from nennep.policies.rules import CountedStandings
from nennep.room.choices import AttendanceState

_EVENING, _MORNING = time(18), time(6)
_CYCLE = (AttendanceState.PRESENT, *AttendanceState.absent())
_CYCLES = {
    MeetingMode.ONLINE: (AttendanceState.ONLINE, *AttendanceState.absent()),
    MeetingMode.HYBRID: (AttendanceState.PRESENT, AttendanceState.ONLINE, *AttendanceState.absent()),
}
_STANDING_STATES = {
    "exempt": AttendanceState.EXEMPT,
    "elsewhere": AttendanceState.ELSEWHERE,
    "special_duty": AttendanceState.SPECIAL_DUTY,
    "suspended": AttendanceState.SUSPENDED,
}


def next_state(state: AttendanceState, mode: MeetingMode = MeetingMode.IN_PERSON) -> AttendanceState:
    """What one tap makes of `state`: present → excused → unexcused → present; anything else becomes present.

    Online, "present" is "online"; in a hybrid meeting online comes after present.
    """
    cycle = _CYCLES.get(mode, _CYCLE)
    return cycle[(cycle.index(state) + 1) % len(cycle)] if state in cycle else cycle[0]


def is_tapped(state: AttendanceState, mode: MeetingMode) -> bool:
    """Whether a tap can make this of somebody in such a meeting."""
    return state in _CYCLES.get(mode, _CYCLE)


def first_state(*, standing: str, counted: bool, answer: NoticeAnswer | None) -> AttendanceState:
    """What the roll call says before anybody has been asked.

    Those not counted get the state of their standing; those who asked to be excused are pre-filled so; all others are
    not marked yet (saying that one will come is not coming).
    """
    if not counted and standing in _STANDING_STATES:
        return _STANDING_STATES[standing]
    return AttendanceState.EXCUSED if answer == NoticeAnswer.EXCUSED else AttendanceState.UNMARKED


@dataclass(frozen=True, slots=True)
class Standee:
    """A row of the roll call: how its member belongs to the cell, whether they vote so far, where they stand now."""

    standing: str
    temporary: bool
    votes: bool
    state: AttendanceState


def votes_now(entry: Standee, counted: CountedStandings) -> bool:
    """Whether a person belongs to the base of the votes of this meeting.

    Some (exempt members, those who sit elsewhere for a while) belong to it as long as they are there: whoever attends and votes
    is counted, says the rule `vote.base`. All others stay as their membership has them.
    """
    if entry.standing in counted.if_present and not entry.temporary:
        return entry.state.is_there
    return entry.votes


def list_states(
    *, counted: bool, state: AttendanceState, mode: MeetingMode = MeetingMode.IN_PERSON
) -> list[AttendanceState]:
    """The states that may be chosen for a person: those of the standing only for those who are not counted.

    Nobody is online where the cell meets in person: a meeting some attend from elsewhere is hybrid, which asks for a permission.
    """
    online = [AttendanceState.ONLINE] if AttendanceState.ONLINE in _CYCLES.get(mode, ()) else []
    there = [AttendanceState.PRESENT, *online, AttendanceState.LATE, AttendanceState.LEFT_EARLY]
    chosen = [*there, *(AttendanceState.absent() if counted else AttendanceState.by_standing())]
    return chosen if state in chosen else [*chosen, state]


@dataclass(frozen=True, slots=True)
class RollMark:
    """One person of the roll call as the tallies need it."""

    state: AttendanceState
    counted: bool
    votes: bool


@dataclass(frozen=True, slots=True)
class RollTally:
    """`counted` is the denominator; `present`, `excused`, `unexcused`, `unmarked` are of the counted ones.

    `online` are those attending from elsewhere, counted or not.

    `vote_base` counts who must be asked to vote; exempt members and those sitting elsewhere who came are in it
    (rules.md §1.7), `voters_present` who of them is there.
    """

    called: int
    counted: int
    present: int
    excused: int
    unexcused: int
    unmarked: int
    attending: int
    vote_base: int
    voters_present: int
    online: int = 0

    @property
    def percent(self) -> float | None:
        """Share of the counted who are there, 0 to 100; None when nobody is counted."""
        return 100 * self.present / self.counted if self.counted else None

    @property
    def rest_words(self) -> str:
        """How many of the counted are still to be marked."""
        if not self.unmarked:
            return _("Đã ghi đủ.")
        words = ngettext("Còn %(number)s đồng chí chưa ghi.", "Còn %(number)s đồng chí chưa ghi.", self.unmarked)
        return words % {"number": self.unmarked}


def tally(marks: Iterable[RollMark]) -> RollTally:
    """Count the roll call. Those who are not counted never change the denominator, whether there or not."""
    rows = list(marks)
    counted = [row for row in rows if row.counted]
    attending = [row for row in rows if row.state.is_there]
    return RollTally(
        called=len(rows),
        counted=len(counted),
        present=sum(row.state.is_there for row in counted),
        excused=sum(row.state == AttendanceState.EXCUSED for row in counted),
        unexcused=sum(row.state == AttendanceState.UNEXCUSED for row in counted),
        unmarked=sum(row.state == AttendanceState.UNMARKED for row in counted),
        attending=len(attending),
        vote_base=sum(row.votes for row in rows),
        voters_present=sum(row.votes for row in attending),
        online=sum(row.state == AttendanceState.ONLINE for row in attending),
    )


@dataclass(frozen=True, slots=True)
class Timing:
    """One item's time: minutes planned, when it began and ended."""

    planned: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgendaProgress:
    """`late_by` minutes behind the plan (negative: ahead) and when the meeting should end if the rest keeps to it."""

    late_by: int
    ends_at: datetime


def is_after(moment: time | None, opened: time) -> bool:
    """A time of the evening, or of the night after it, is not before the opening; the minute of the opening is none of before."""
    if moment is None:
        return True
    past_midnight = opened >= _EVENING and moment < _MORNING
    return past_midnight or (moment.hour, moment.minute) >= (opened.hour, opened.minute)


def minutes_used(item: Timing, now: datetime) -> int | None:
    """Whole minutes the item has taken so far; None when it has not begun."""
    if item.started_at is None:
        return None
    return minutes_between(item.started_at, item.ended_at or now)


def minutes_between(begin: datetime | None, end: datetime | None) -> int:
    """Minutes as a clock without seconds shows them, never less than 0; 0 too when one of the moments is not known.

    A beginning is tapped, with seconds, an end may be typed, without: one that is measured to the second would seem shorter,
    or to end before it began.
    """
    if begin is None or end is None:
        return 0
    whole = end.replace(second=0, microsecond=0) - begin.replace(second=0, microsecond=0)
    return max(int(whole.total_seconds()) // 60, 0)


def measure_progress(items: Sequence[Timing], *, opened_at: datetime, now: datetime) -> AgendaProgress:
    """Behind or ahead: real minutes of what was begun against planned ones, never less than what the running item still has.

    The end is now plus what is planned for the running and the coming items.
    """
    remaining = 0
    planned_until_now = 0
    for item in items:
        used = minutes_used(item, now)
        if item.ended_at is not None:
            planned_until_now += item.planned
        elif used is not None:
            planned_until_now += min(used, item.planned)
            remaining += max(0, item.planned - used)
        else:
            remaining += item.planned
    elapsed = int((now - opened_at).total_seconds() // 60)
    return AgendaProgress(late_by=elapsed - planned_until_now, ends_at=now + timedelta(minutes=remaining))


def mark_note(note: str) -> str:
    """What a page sends along of the note it showed: whoever sends the same note with it typed nothing. Empty for an empty note."""
    return sha256(compose_note(note).encode()).hexdigest()[:16] if note else ""


def join_note(note: str, addition: str) -> str:
    """A text module put at the end of a note, on a line of its own."""
    return f"{note.rstrip()}\n{addition}" if note.strip() else addition
