"""Which past meetings may be taken over from a book, and when that is taken back. Nothing is judged by them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.room.choices import PAST_HEADS


@dataclass(frozen=True, slots=True)
class PastFacts:
    """One meeting of a book: its month, the day where that is known, what kind, numbers (None: not told)."""

    month: Month
    on: date | None
    kind: MeetingKind
    theme: str = ""
    present: int | None = None
    absent: int | None = None
    excused: int | None = None
    unexcused: int | None = None

    @property
    def last_day(self) -> date:
        """The latest day that it can have been on."""
        return self.on or self.month.last_day


@dataclass(frozen=True, slots=True)
class KeptSince:
    """Of a cell: when it was founded (None: nobody said, docs/adr/0029) and the first day that the program keeps."""

    founded_on: date | None
    counted_from: date


def find_fault(meeting: PastFacts, cell: KeptSince, today: date) -> str:
    """Why the meeting is not taken over, by name; empty for one that is."""
    if meeting.last_day >= today:
        return "past_not_over"
    if cell.founded_on and meeting.last_day < cell.founded_on:
        return "past_before_cell"
    if meeting.month >= Month.of(cell.counted_from):
        return "past_kept_here"
    return find_wrong_number(meeting)


def find_wrong_number(meeting: PastFacts) -> str:
    """Why its numbers cannot be, by name."""
    numbers = (meeting.present, meeting.absent, meeting.excused, meeting.unexcused)
    if any(number is not None and number > PAST_HEADS for number in numbers):
        return "past_number_too_large"
    if meeting.absent is not None and (meeting.excused or 0) + (meeting.unexcused or 0) > meeting.absent:
        return "past_numbers_disagree"
    return ""


def find_crowded_months(meetings: Iterable[PastFacts]) -> frozenset[Month]:
    """Months with more than one monthly meeting: a cell has one."""
    counts = Counter(meeting.month for meeting in meetings if meeting.kind.is_monthly)
    return frozenset(month for month, count in counts.items() if count > 1)
