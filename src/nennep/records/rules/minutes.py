"""The minutes as plain values: what the paper says, from the records to the locked version and back (forms.md §2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from nennep.core.frozen import write_content
from nennep.core.periods import Month
from nennep.core.wording import lower_start
from nennep.duties.choices import DutyState
from nennep.records.rules.resolution import find_resolution_vote
from nennep.room.choices import AttendanceState, GuestKind, RemarkKind

REOPENED = "Chi bộ đề nghị giải quyết tiếp"


@dataclass(frozen=True, slots=True)
class AbsentPart:
    """Somebody who was called and did not come; `state` in words."""

    name: str
    state: str
    reason: str = ""

    @property
    def is_excused(self) -> bool:
        return self.state == str(AttendanceState.EXCUSED.label)

    @property
    def is_marked(self) -> bool:
        """Somebody wrote down that they did not come; not only that nobody wrote down anything."""
        return self.is_excused or self.state == str(AttendanceState.UNEXCUSED.label)


@dataclass(frozen=True, slots=True)
class AttendancePart:
    """The roll call in figures (`counted` is the denominator) and the absent by name. `exempt` and others stand beside."""

    called: int
    counted: int
    present: int
    excused: int
    unexcused: int
    exempt: int
    elsewhere: int
    absent: tuple[AbsentPart, ...] = ()
    late: tuple[str, ...] = ()
    left_early: tuple[str, ...] = ()
    online: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        return 100 * self.present / self.counted if self.counted else None

    @property
    def absences(self) -> tuple[AbsentPart, ...]:
        """The absent whom papers name."""
        return tuple(row for row in self.absent if row.is_marked)


@dataclass(frozen=True, slots=True)
class SpeechPart:
    name: str
    opinion: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One item of the agenda: what was said (`note`), by whom, what was concluded. `id` is the item's public id.

    `opened`: the meeting came to it; None for what comes after the closing and was not done yet, and for every item in
    minutes of a program that did not say it.
    """

    id: str
    phase: str
    topic: str
    title: str
    presenter: str
    note: str
    conclusion: str
    speeches: tuple[SpeechPart, ...] = ()
    opened: bool | None = None

    @property
    def opinions(self) -> tuple[SpeechPart, ...]:
        """Who spoke, with words that were noted."""
        return tuple(speech for speech in self.speeches if speech.opinion)

    @property
    def others(self) -> tuple[str, ...]:
        """Who spoke without their words being noted, each once."""
        return tuple(dict.fromkeys(speech.name for speech in self.speeches if not speech.opinion))

    @property
    def is_noted(self) -> bool:
        """Something was written down."""
        return bool(self.note.strip() or self.speeches or self.conclusion.strip())

    @property
    def is_in_course(self) -> bool:
        """The paper names it in the course: with its words, in short where the meeting came to it and nobody wrote a word."""
        return self.is_noted or self.opened is True


@dataclass(frozen=True, slots=True)
class LastDutyPart:
    """A row of last month's table; `done` None in minutes of a program that did not say it.

    `goes_on`: it was still under way when the meeting ended; `due_on` as ISO text, empty without a date.
    """

    title: str
    assignee: str
    opening: str
    result: str
    done: bool | None = None
    helper: str = ""
    due_on: str = ""
    goes_on: bool = False

    @property
    def is_done(self) -> bool:
        """Without a word of its own, by how the result begins."""
        return self.result.startswith(str(DutyState.DONE.label)) if self.done is None else self.done

    @property
    def due(self) -> date | None:
        return date.fromisoformat(self.due_on) if self.due_on else None


@dataclass(frozen=True, slots=True)
class RemarkPart:
    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"đồng chí {self.name}{', ' if self.text else ''}{lower_start(self.text)}"


@dataclass(frozen=True, slots=True)
class VotePart:
    """One vote. `majority` in words, empty for the ordinary one. Of a secret ballot `issued` were handed out; else None."""

    subject: str
    method: str
    base: int
    in_favour: int
    against: int
    other: int
    passed: bool
    majority: str = ""
    issued: int | None = None
    invalid: int = 0

    @property
    def valid(self) -> int:
        return self.in_favour + self.against + self.other

    @property
    def percent(self) -> float:
        return 100 * self.in_favour / self.base if self.base else 0.0


@dataclass(frozen=True, slots=True)
class NewDutyPart:
    """A task given in this meeting; `due_on` as ISO text, empty when no date was set."""

    title: str
    assignee: str
    helper: str
    due_on: str

    @property
    def due(self) -> date | None:
        return date.fromisoformat(self.due_on) if self.due_on else None


@dataclass(frozen=True, slots=True)
class DeparturePart:
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.rule}: {lower_start(self.reason)}"


@dataclass(frozen=True, slots=True)
class GuestPart:
    """Somebody who attended without being a member; `kind` in words."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReservedPart:
    """A minority opinion that stays on record; `subject` is the vote it is about, empty for none in particular."""

    name: str
    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AdvicePart:
    """A comment of the upper level and what the cell said at this meeting became of it; `state` in words."""

    text: str
    given_by: str
    state: str
    answer: str = ""

    @property
    def outcome(self) -> str:
        return ". ".join(filter(None, [self.state, self.answer]))


@dataclass(frozen=True, slots=True)
class PetitionPart:
    """What was asked for or settled at this meeting, and who is to answer; `decision` of the cell on an answer, in words.

    `is_comrade`: a member asked; minutes that were kept before this was asked call everybody so, as they were printed.
    """

    text: str
    raised_by: str
    holder: str
    answer: str = ""
    decision: str = ""
    is_comrade: bool = True

    @property
    def is_asked(self) -> bool:
        """Still to be dealt with when the meeting ended: nothing was answered, or the cell did not take the answer."""
        return self.decision.startswith(REOPENED) or not (self.answer or self.decision)

    @property
    def outcome(self) -> str:
        """What was answered and what the cell said to it, else who is to answer."""
        if self.answer or self.decision:
            return ". ".join(filter(None, [self.answer.rstrip(" .;,"), self.decision]))
        return f"{self.holder} sẽ trả lời" if self.holder else ""


@dataclass(frozen=True, slots=True)
class LeadersPart:
    """Who led the cell on the day of the meeting, and so who signs for it. `chair_post` such as `Bí thư Chi bộ`, empty for none.

    `presides`: the name of who presides where nobody was named to chair: who stands in for the secretary, else the secretary.
    `has_committee`: the cell has a chi ủy beside its secretary and deputy; `deputy_signs`: the secretary was away.
    """

    secretary: str = ""
    deputy: str = ""
    has_committee: bool = False
    chair_post: str = ""
    deputy_signs: bool = False
    presides: str = ""

    @property
    def default_chair(self) -> str:
        """Minutes of before keep no name of who stood in."""
        return self.presides or self.secretary


@dataclass(frozen=True, slots=True)
class MinutesContent:
    """The whole minutes. Moments as ISO text in Vietnamese time; words in Vietnamese, whatever the reader's language.

    `leaders` is None in minutes of a program that did not keep them. `old_keys`: what stored versions call a field; a key
    stays for good, because the content's hash holds it.
    """

    old_keys: ClassVar[Mapping[str, str]] = {"last_duties": "tasks"}
    cell: str
    upper: str
    kind: str
    mode: str
    month: str
    opened_at: str
    closed_at: str
    place: str
    chair: str
    minute_taker: str
    upper_guest: str
    guests: str
    fee_note: str
    attendance: AttendancePart
    conclusion: str
    items: tuple[ItemPart, ...] = ()
    last_duties: tuple[LastDutyPart, ...] = ()
    remarks: tuple[RemarkPart, ...] = ()
    votes: tuple[VotePart, ...] = ()
    duties: tuple[NewDutyPart, ...] = ()
    departures: tuple[DeparturePart, ...] = ()
    extra: str = ""
    guest_list: tuple[GuestPart, ...] = ()
    reserved: tuple[ReservedPart, ...] = ()
    advice: tuple[AdvicePart, ...] = ()
    petitions: tuple[PetitionPart, ...] = ()
    premeeting_on: str = ""
    leaders: LeadersPart | None = None

    @property
    def discussed(self) -> tuple[ItemPart, ...]:
        """What was talked about. Where nobody went through the programme, all of it: the meeting was kept on paper."""
        reached = tuple(item for item in self._due if item.opened is not False or item.is_noted)
        return reached if len(reached) > 1 else self._due

    @property
    def left(self) -> tuple[ItemPart, ...]:
        """What stood on the programme and was not come to."""
        return tuple(item for item in self._due if item not in self.discussed)

    @property
    def _due(self) -> tuple[ItemPart, ...]:
        """Without what comes after the closing: it was neither talked about nor left."""
        told = any(item.opened is not None for item in self.items)
        return tuple(item for item in self.items if not told or item.opened is not None or item.is_noted)

    @property
    def premeeting(self) -> date | None:
        """The day on which the chi ủy (or secretary and deputy) prepared this meeting."""
        return date.fromisoformat(self.premeeting_on) if self.premeeting_on else None

    @property
    def opened(self) -> datetime:
        return datetime.fromisoformat(self.opened_at)

    @property
    def closed(self) -> datetime:
        return datetime.fromisoformat(self.closed_at)

    @property
    def minutes_long(self) -> int:
        return int((self.closed - self.opened).total_seconds() // 60)

    @property
    def praised(self) -> tuple[RemarkPart, ...]:
        return tuple(row for row in self.remarks if row.kind == str(RemarkKind.PRAISE.label))

    @property
    def reminded(self) -> tuple[RemarkPart, ...]:
        return tuple(row for row in self.remarks if row.kind == str(RemarkKind.REMINDER.label))

    @property
    def guest_names(self) -> tuple[str, ...]:
        """Each once, whether written in words or in the list of guests."""
        above = str(GuestKind.OFFICIAL.label)
        officials = [guest.name for guest in self.guest_list if guest.kind == above]
        others = [guest.name for guest in self.guest_list if guest.kind != above]
        return call_guests([*split_guests(self.upper_guest), *officials], [*split_guests(self.guests), *others])

    @property
    def resolution_vote(self) -> VotePart | None:
        """The last vote that names the resolution of the month; None where none does."""
        return find_resolution_vote(self.votes, Month.parse(self.month))

    def to_content(self) -> dict[str, Any]:
        """JSON values, as a MinutesVersion keeps them."""
        return {self.old_keys.get(name, name): value for name, value in write_content(self).items()}


@dataclass(frozen=True, slots=True)
class ItemTexts:
    """The words of one item that may be written after the meeting was closed."""

    note: str
    conclusion: str = ""


def put_texts(paper: MinutesContent, texts: Mapping[str, ItemTexts], **whole: Any) -> MinutesContent:
    """The paper with other words: `texts` by item id, `whole` by the name of a field of the paper (such as conclusion)."""
    items = tuple(
        replace(item, note=texts[item.id].note, conclusion=texts[item.id].conclusion) if item.id in texts else item
        for item in paper.items
    )
    return replace(paper, items=items, **whole)


def call_guests(officials: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """As papers name them, each once: officials of the Party are comrades, other guests are called as somebody wrote them."""
    above = list(officials)
    comrades = [name if name.lower().startswith("đồng chí ") else f"đồng chí {name}" for name in above]
    return tuple(dict.fromkeys([*comrades, *(name for name in others if name not in above)]))


def split_guests(text: str) -> tuple[str, ...]:
    """One guest a line, or parted by semicolons."""
    guests = text.replace(";", "\n").splitlines()
    return tuple(guest.strip() for guest in guests if guest.strip())
