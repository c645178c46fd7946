"""What several papers share: head, sitting, tasks, votes, points, words of speakers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The top of a paper. `symbol` such as `Số 05-NQ/CB`; empty on papers that carry no number."""

    upper: str
    issuer: str
    place: str
    issued_on: date
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: `on_behalf` such as `T/M CHI BỘ`, `post` such as `BÍ THƯ`; the name without titles."""

    on_behalf: str = ""
    post: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """One member who was called and did not come."""

    name: str
    reason: str = ""
    excused: bool = True


@dataclass(frozen=True, slots=True)
class Attendance:
    """The frozen roll call: `called` counts those who had to come; `exempt` ones stand beside it."""

    called: int = 0
    present: int = 0
    excused: int = 0
    unexcused: int = 0
    exempt: int = 0
    absences: tuple[Absence, ...] = ()
    late: tuple[str, ...] = ()
    left_early: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """When, where and under whom the cell sat. `kind` such as `sinh hoạt thường kỳ`; `mode` only when not in person."""

    cell: str
    kind: str
    started_at: datetime
    place: str = ""
    ended_at: datetime | None = None
    minutes_long: int | None = None
    chair: str = ""
    chair_post: str = ""
    minute_taker: str = ""
    fee_note: str = ""
    mode: str = ""
    attendance: Attendance = field(default_factory=Attendance)


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading that was touched, and what was said or agreed under it."""

    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the table of last month's tasks: state when the month began, result when it ended."""

    title: str
    opening_state: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A fault, and its cause where the cell named one."""

    text: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A task given at this meeting: who leads, who helps, until when, where it is reported."""

    title: str
    lead: str = ""
    helpers: tuple[str, ...] = ()
    due_on: date | None = None
    reported_at: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One half of a resolution: what was done (part I) or shall be done (part II)."""

    current_affairs: str = ""
    opinion: str = ""
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreLine:
    label: str
    points: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class SelfScore:
    """Part IV: points by group, the sum, the level, what to mend next time."""

    lines: tuple[ScoreLine, ...]
    total: Decimal
    maximum: Decimal
    level: str
    to_mend: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """`agreed` of `base` (rules.md §1.7: the official members called to meet, absent ones too).

    `majority` in words where more than half was not enough; of a secret ballot `issued` were handed out, `invalid` not counted.
    """

    subject: str
    agreed: int
    base: int
    against: int = 0
    other: int = 0
    majority: str = ""
    issued: int | None = None
    invalid: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """A minority opinion kept on record; `subject` is the vote it is about."""

    name: str
    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """A comment from above, and what the cell said became of it."""

    text: str
    given_by: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Words of one speaker; `speaker` is empty when nobody was named."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class CourseItem:
    """One agenda item in the minutes: what was presented, who said what, what was concluded."""

    title: str
    presented: str = ""
    opinions: tuple[Opinion, ...] = ()
    conclusion: str = ""

    @property
    def is_noted(self) -> bool:
        """Something was written down: an item without a word has no place in the course."""
        return bool(self.presented.strip() or self.opinions or self.conclusion.strip())


@dataclass(frozen=True, slots=True)
class PetitionLine:
    """A recommendation raised in the meeting, and what became of it there."""

    text: str
    author: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of a programme: when (`19:30–19:40`), what, who. A heading has only its words."""

    title: str
    time: str = ""
    presenter: str = ""
    number: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A line of the score sheet, or the heading of a group; `points` None where nobody has scored it yet."""

    code: str
    title: str
    maximum: Decimal
    points: Decimal | None = None
    note: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """How one member stands in the roll call: `state` in words, `note` a reason or the time of coming or leaving."""

    name: str
    standing: str = ""
    state: str = ""
    note: str = ""
