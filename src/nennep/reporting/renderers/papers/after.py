"""Papers that come out of a meeting (forms.md §1, §2, §5)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nennep.reporting.renderers.papers.parts import (
    AdviceLine,
    CourseItem,
    DutyRow,
    Letterhead,
    NewDuty,
    Opinion,
    PetitionLine,
    PresenceRow,
    Reserved,
    ScoreRow,
    SelfScore,
    Shortcoming,
    Signature,
    Sitting,
    Vote,
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
class MinutesPaper:
    """Biên bản sinh hoạt chi bộ (forms.md §2). `version` above 1 prints `correction_reason`; `prepared_on`: chi ủy met."""

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
    reserved: tuple[Reserved, ...] = ()
    advice: tuple[AdviceLine, ...] = ()
    departures: tuple[str, ...] = ()
    prepared_on: date | None = None
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
    """Báo cáo kết quả sinh hoạt, to the committee above. `tasks_done` of the `duty_rows` are finished."""

    letterhead: Letterhead
    subject: str
    sitting: Sitting
    addressee: str = ""
    theme: str = ""
    items: tuple[str, ...] = ()
    duty_rows: tuple[DutyRow, ...] = ()
    tasks_done: int = 0
    resolution: str = ""
    vote: Vote | None = None
    conclusion: str = ""
    new_duties: tuple[NewDuty, ...] = ()
    score: SelfScore | None = None
    petitions: tuple[PetitionLine, ...] = ()
    departures: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
