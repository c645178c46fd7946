"""Papers of an official who attends a cell's meeting: the brief before it, the report after it (seed 003, rules.md §3.2)."""

from dataclasses import dataclass, field

from nennep.reporting.renderers.papers import Letterhead, Signature, Topic


@dataclass(frozen=True, slots=True)
class BriefPaper:
    """Tóm tắt tình hình chi bộ: one sheet. A topic is a line in bold with words after it."""

    letterhead: Letterhead
    subject: str
    opening: str
    questions: tuple[Topic, ...] = ()
    resolutions: tuple[Topic, ...] = ()
    petitions: tuple[Topic, ...] = ()
    more_petitions: str = ""
    state: tuple[Topic, ...] = ()
    advice: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One opinion or petition: who (a kind, no name), what, what became of it and with whom it lies."""

    text: str
    speaker: str
    outcome: str


@dataclass(frozen=True, slots=True)
class VisitReportPaper:
    """Báo cáo kết quả dự sinh hoạt chi bộ. Texts may have several lines; empty ones leave their part out.

    `visit` is the first sentence: when, where, which meeting, who came. `supplements` are dated words added after sending.
    """

    letterhead: Letterhead
    subject: str
    visit: str
    conduct: str = ""
    discussed: str = ""
    information: str = ""
    opinions: tuple[OpinionLine, ...] = ()
    settled: str = ""
    passed_on: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    score: str = ""
    supplements: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
