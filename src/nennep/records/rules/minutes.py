"""The minutes as plain values: what the paper says, from the records to the locked version and back (forms.md §2)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AbsentPart:
    """Somebody who was called and did not come; `state` in words."""

    name: str
    state: str
    reason: str = ""


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


@dataclass(frozen=True, slots=True)
class SpeechPart:
    name: str
    opinion: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One item of the agenda: what was said (`note`), by whom, what was concluded. `id` is the item's public id."""

    id: str
    phase: str
    topic: str
    title: str
    presenter: str
    note: str
    conclusion: str
    speeches: tuple[SpeechPart, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskPart:
    """A row of last month's table."""

    title: str
    assignee: str
    opening: str
    result: str


@dataclass(frozen=True, slots=True)
class RemarkPart:
    kind: str
    name: str
    text: str


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


@dataclass(frozen=True, slots=True)
class PetitionPart:
    """What was asked for at this meeting, and who is to answer; `answer` when it was given on the spot."""

    text: str
    raised_by: str
    holder: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """The whole minutes. Moments as ISO text in Vietnamese time; words in Vietnamese, whatever the reader's language."""

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
    tasks: tuple[TaskPart, ...] = ()
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

    def to_content(self) -> dict[str, Any]:
        """JSON values, as a MinutesVersion keeps them."""
        content: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return content

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "MinutesPaper":
        """The paper of a stored version; what a version of an older program does not say is empty."""
        parts: dict[str, Any] = {
            "attendance": _read_attendance(content["attendance"]),
            "items": tuple(_read_item(row) for row in content["items"]),
        }
        lists = {name: tuple(part(**row) for row in content.get(name, ())) for name, part in _LISTS.items()}
        return cls(**{**content, **parts, **lists})


@dataclass(frozen=True, slots=True)
class ItemTexts:
    """The words of one item that may be written after the meeting was closed."""

    note: str
    conclusion: str = ""


def put_texts(paper: MinutesPaper, texts: Mapping[str, ItemTexts], **whole: Any) -> MinutesPaper:
    """The paper with other words: `texts` by item id, `whole` by the name of a field of the paper (such as conclusion)."""
    items = tuple(
        replace(item, note=texts[item.id].note, conclusion=texts[item.id].conclusion) if item.id in texts else item
        for item in paper.items
    )
    return replace(paper, items=items, **whole)


def to_canonical(content: Mapping[str, Any]) -> str:
    """The one way to write a content down: sorted keys, no spaces, plain Unicode."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, as hexadecimal."""
    return hashlib.sha256(to_canonical(content).encode()).hexdigest()


# The lists of flat parts, by the name of their field.
_LISTS: Mapping[str, Callable[..., Any]] = {
    "tasks": TaskPart,
    "remarks": RemarkPart,
    "votes": VotePart,
    "duties": NewDutyPart,
    "departures": DeparturePart,
    "guest_list": GuestPart,
    "reserved": ReservedPart,
    "advice": AdvicePart,
    "petitions": PetitionPart,
}


def _read_attendance(row: Mapping[str, Any]) -> AttendancePart:
    names = {key: tuple(row.get(key, ())) for key in ("late", "left_early", "online")}
    return AttendancePart(**{**row, **names, "absent": tuple(AbsentPart(**absent) for absent in row["absent"])})


def _read_item(row: Mapping[str, Any]) -> ItemPart:
    return ItemPart(**{**row, "speeches": tuple(SpeechPart(**speech) for speech in row["speeches"])})
