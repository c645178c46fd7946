"""What goes onto each paper: plain frozen values, given or left empty (forms.md §1–2, rules.md §10)."""

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
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """When, where and under whom the cell sat. `kind` such as `sinh hoạt thường kỳ`."""

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
    """`agreed` of `base` (rules.md §1.7: the official members called to meet, absent ones too)."""

    subject: str
    agreed: int
    base: int
    against: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """Words of one speaker; `speaker` is empty when nobody was named."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class ResolutionPaper:
    """Nghị quyết lãnh đạo thực hiện nhiệm vụ tháng … (forms.md §1)."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    past: Work = field(default_factory=Work)
    duty_rows: tuple[DutyRow, ...] = ()
    praised: tuple[str, ...] = ()
    reminded: tuple[str, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()
    next: Work = field(default_factory=Work)
    new_duties: tuple[NewDuty, ...] = ()
    conclusion: str = ""
    follow_up: str = ""
    report_days: int = 2
    score: SelfScore | None = None
    vote: Vote | None = None
    recipients: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
    opinions: tuple[Opinion, ...] = ()


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
class MinutesPaper:
    """Biên bản sinh hoạt chi bộ (forms.md §2). `version` above 1 prints `correction_reason`."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    items: tuple[CourseItem, ...] = ()
    duty_rows: tuple[DutyRow, ...] = ()
    praised: tuple[str, ...] = ()
    reminded: tuple[str, ...] = ()
    conclusion: str = ""
    extra: str = ""
    votes: tuple[Vote, ...] = ()
    petitions: tuple[PetitionLine, ...] = ()
    new_duties: tuple[NewDuty, ...] = ()
    score: SelfScore | None = None
    read_aloud: bool = True
    version: int = 1
    correction_reason: str = ""


@dataclass(frozen=True, slots=True)
class RollRow:
    """A line of the attendance sheet; `note` such as `dự bị`, `được miễn` stands under the name."""

    name: str
    note: str = ""
    expected: bool = True


@dataclass(frozen=True, slots=True)
class AttendancePaper:
    """Phiếu điểm danh: printed before the meeting, ticked by hand, keyed back in one pass."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[RollRow, ...] = ()
    guest_lines: int = 3


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """Large print for members without a phone: when, where, what about, what to bring or prepare."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    member: str = ""
    weekday: str = ""
    agenda: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    own_duties: tuple[NewDuty, ...] = ()
    signature: Signature = field(default_factory=Signature)
