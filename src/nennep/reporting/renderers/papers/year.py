"""Papers of a year: the book of minutes, the plan of themes."""

from dataclasses import dataclass, field
from datetime import date

from nennep.reporting.renderers.papers.after import MinutesPaper
from nennep.reporting.renderers.papers.parts import Letterhead, Signature


@dataclass(frozen=True, slots=True)
class BookVersion:
    """One approval: version 1 is what was read out, later ones are corrections with their `reason`."""

    number: int
    approved_on: date
    approved_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BookPage:
    """The minutes of one meeting in the book; `mark` is where they begin, on page `page` (0: not known yet)."""

    mark: str
    held_on: date
    title: str
    minutes: MinutesPaper
    versions: tuple[BookVersion, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class BookPaper:
    """Sổ biên bản of one year. `missing` names held meetings whose minutes nobody has approved."""

    letterhead: Letterhead
    subject: str
    year: int
    pages: tuple[BookPage, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme of the plan; `outcome` such as `đã sinh hoạt ngày 03/11/2026`."""

    month: str
    title: str
    purpose: str = ""
    author: str = ""
    draft_due_on: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ThemePlanPaper:
    """Kế hoạch sinh hoạt chuyên đề of one year. `gaps` names the quarters without a theme; `per_quarter` is the rule."""

    letterhead: Letterhead
    subject: str
    year: int
    per_quarter: int = 1
    rows: tuple[ThemeLine, ...] = ()
    gaps: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
