"""Papers that come out of a meeting (forms.md §1, §2, §5)."""

from dataclasses import dataclass, field
from decimal import Decimal

from nennep.records.rules.minutes import (
    DeparturePart,
    ItemPart,
    MinutesContent,
    NewDutyPart,
    PetitionPart,
    RemarkPart,
    TaskPart,
    VotePart,
)
from nennep.reporting.renderers.papers.parts import (
    Letterhead,
    PresenceRow,
    ScoreRow,
    SelfScore,
    Shortcoming,
    Signature,
    Sitting,
    Work,
)


@dataclass(frozen=True, slots=True)
class ResolutionPaper:
    """Nghị quyết lãnh đạo thực hiện nhiệm vụ tháng … (forms.md §1)."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    past: Work = field(default_factory=Work)
    tasks: tuple[TaskPart, ...] = ()
    praised: tuple[RemarkPart, ...] = ()
    reminded: tuple[RemarkPart, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()
    next: Work = field(default_factory=Work)
    duties: tuple[NewDutyPart, ...] = ()
    reported_at: str = ""
    conclusion: str = ""
    follow_up: str = ""
    report_days: int = 2
    score: SelfScore | None = None
    vote: VotePart | None = None
    recipients: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
    items: tuple[ItemPart, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """Biên bản sinh hoạt chi bộ (forms.md §2): the very content that was approved. `version` above 1 prints `correction_reason`."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    minutes: MinutesContent
    score: SelfScore | None = None
    read_aloud: bool = True
    version: int = 1
    correction_reason: str = ""


@dataclass(frozen=True, slots=True)
class PresencePaper:
    """Bảng điểm danh: how everybody of the roll call stands once the meeting is held."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[PresenceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ScorePaper:
    """Phiếu tự chấm điểm (forms.md §5); empty points leave room to write. `levels` such as `Tốt: từ 90 điểm`."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[ScoreRow, ...] = ()
    maximum: Decimal = Decimal(100)
    total: Decimal | None = None
    level: str = ""
    levels: tuple[str, ...] = ()
    source: str = ""
    to_mend: str = ""
    scorer: str = ""
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Báo cáo kết quả sinh hoạt, to the committee above. what the minutes say, in short."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    addressee: str = ""
    theme: str = ""
    items: tuple[ItemPart, ...] = ()
    tasks: tuple[TaskPart, ...] = ()
    resolution: str = ""
    vote: VotePart | None = None
    conclusion: str = ""
    duties: tuple[NewDutyPart, ...] = ()
    reported_at: str = ""
    score: SelfScore | None = None
    petitions: tuple[PetitionPart, ...] = ()
    departures: tuple[DeparturePart, ...] = ()
    signature: Signature = field(default_factory=Signature)
