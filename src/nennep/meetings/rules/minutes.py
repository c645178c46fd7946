"""The minutes as plain values: what the paper says, from the records to the locked version and back (forms.md §2)."""

import hashlib
import json
from collections.abc import Mapping
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
    subject: str
    method: str
    base: int
    in_favour: int
    against: int
    other: int
    passed: bool

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
        """The paper of a stored version."""
        attendance = content["attendance"]
        parts: dict[str, Any] = {
            "attendance": AttendancePart(
                **attendance
                | {
                    "absent": tuple(AbsentPart(**row) for row in attendance["absent"]),
                    "late": tuple(attendance["late"]),
                }
            ),
            "items": tuple(_read_item(row) for row in content["items"]),
            "tasks": tuple(TaskPart(**row) for row in content["tasks"]),
            "remarks": tuple(RemarkPart(**row) for row in content["remarks"]),
            "votes": tuple(VotePart(**row) for row in content["votes"]),
            "duties": tuple(NewDutyPart(**row) for row in content["duties"]),
            "departures": tuple(DeparturePart(**row) for row in content["departures"]),
        }
        return cls(**{**content, **parts})


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


def _read_item(row: Mapping[str, Any]) -> ItemPart:
    return ItemPart(**{**row, "speeches": tuple(SpeechPart(**speech) for speech in row["speeches"])})
