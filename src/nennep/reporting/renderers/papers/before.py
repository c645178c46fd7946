"""Papers for before a meeting (forms.md §3, §4)."""

from dataclasses import dataclass, field
from datetime import datetime

from nennep.records.rules.minutes import NewDutyPart
from nennep.reporting.renderers.papers.parts import (
    ItemLine,
    Letterhead,
    Signature,
    Sitting,
)


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
    own_duties: tuple[NewDutyPart, ...] = ()
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class ProgrammePaper:
    """Chương trình sinh hoạt chi bộ (forms.md §4). `minutes_planned` of all items."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    purpose: str
    weekday: str = ""
    minutes_planned: int = 0
    guests: tuple[str, ...] = ()
    rows: tuple[ItemLine, ...] = ()
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class PackPart:
    """What one member takes home on paper; `own_duties` are to be reported. Without a name it is for everybody."""

    member: str = ""
    own_duties: tuple[NewDutyPart, ...] = ()


@dataclass(frozen=True, slots=True)
class PackPaper:
    """Tập tài liệu chữ to: for each member the notice, the programme, last month's resolution in short, the own tasks (G5)."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    weekday: str = ""
    parts: tuple[PackPart, ...] = ()
    agenda: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    last_resolution: str = ""
    last_directions: tuple[str, ...] = ()
    last_duties: tuple[NewDutyPart, ...] = ()
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class CommitteeProgrammePaper:
    """Chương trình họp chi ủy (forms.md §3). `cell_meeting_at` is when the cell shall meet; texts are what was filled in."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    cell_meeting_at: datetime
    cell_place: str = ""
    committee: str = "chi ủy"
    called: tuple[str, ...] = ()
    last_month: str = ""
    next_month: str = ""
    cell_meeting: str = ""
    inspection: str = ""
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class CommitteeConclusionPaper:
    """Kết luận họp chi ủy (forms.md §3). Texts as they were typed; an empty one is left out."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    committee: str = "chi ủy"
    draft: bool = False
    present: tuple[str, ...] = ()
    absent: str = ""
    departure: str = ""
    last_month: str = ""
    next_month: str = ""
    cell_meeting: str = ""
    inspection: str = ""
    discussion: str = ""
    conclusion: str = ""
    tasks: str = ""
    signature: Signature = field(default_factory=Signature)
