"""Papers of a cell's year: the book of minutes, the plan of themes. Each takes a cell that has passed its own door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from django.utils import translation
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.wording import format_month
from nennep.meetings.choices import ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.members.queries import posts_on
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for
from nennep.records.models import MinutesVersion
from nennep.records.queries.leaders import make_leaders
from nennep.reporting.choices import Form
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.minutes import MinutesPaper, compose_minutes
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.word import Paper
from nennep.reporting.renderers.wording import format_day, format_symbol
from nennep.reporting.rules.papers import make_file_name

FIRST_YEAR, LAST_YEAR = 2000, 2099


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

    template: ClassVar = "book"
    letterhead: Letterhead
    subject: str
    year: int
    pages: tuple[BookPage, ...] = ()
    missing: tuple[str, ...] = ()

    def number_pages(self, numbers: Mapping[str, int]) -> "BookPaper":
        """With the page on which each of the minutes begins, by its mark."""
        return replace(self, pages=tuple(replace(page, page=numbers[page.mark]) for page in self.pages))


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

    template: ClassVar = "themes"
    letterhead: Letterhead
    subject: str
    year: int
    per_quarter: int = 1
    rows: tuple[ThemeLine, ...] = ()
    gaps: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)


QUARTERS = ("Quý I", "Quý II", "Quý III", "Quý IV")


@dataclass(frozen=True, slots=True)
class YearRequest:
    """Who asks for a paper of which cell's year, on which day."""

    actor: Actor
    cell: Organization
    year: int
    today: date


@dataclass(frozen=True, eq=False)
class YearPaperKind:
    """One paper of a cell's year; `address` ends its address: `…/so-bien-ban-2026.docx`."""

    address: str
    label: Promise
    build: Callable[[YearRequest], Paper]


def get_year_kind(address: str) -> YearPaperKind:
    """Raises NotFound."""
    kind = next((kind for kind in YEAR_PAPERS if kind.address == address), None)
    if kind is None:
        raise NotFound
    return kind


def find_year_paper(*, actor: Actor, cell: Organization, kind: YearPaperKind, year: int, today: date) -> Paper:
    """The paper of that kind, in Vietnamese. Raises NotFound for a year that no paper can be of."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    with translation.override("vi"):
        return kind.build(YearRequest(actor, cell, year, today))


def name_year_file(cell: Organization, kind: YearPaperKind, year: int, form: Form) -> str:
    """`Sổ biên bản 2026, Chi bộ thôn Nặm Chá.docx`."""
    with translation.override("vi"):
        return make_file_name([f"{kind.label} {year}", cell.name], f".{form}")


def build_book(request: YearRequest) -> BookPaper:
    """The approved minutes of the year in their order, each in its newest version. About ten queries a meeting."""
    actor, cell, year, today = request.actor, request.cell, request.year, request.today
    held = Meeting.objects.visible_to(actor).held().filter(organization=cell, month__year=year)
    meetings = list(
        held.select_related("organization").prefetch_related("minutes_versions").order_by("planned_for", "pk")
    )
    approved = [meeting for meeting in meetings if meeting.minutes_versions.all()]
    return BookPaper(
        letterhead=parts.build_unit_letterhead(cell, min(today, date(year, 12, 31))),
        subject=f"Sổ biên bản năm {year}",
        year=year,
        pages=tuple(_build_page(number, meeting) for number, meeting in enumerate(approved, 1)),
        missing=tuple(f"buổi ngày {format_day(one.held_on)}" for one in meetings if one not in approved),
    )


def _build_page(number: int, meeting: Meeting) -> BookPage:
    versions = sorted(meeting.minutes_versions.all(), key=lambda version: version.number)
    minutes = compose_minutes(meeting=meeting, version=versions[-1])
    title = f"{meeting.get_kind_display()} tháng {format_month(meeting.month.month)}"
    kept = tuple(_read_version(version) for version in versions)
    return BookPage(f"ky_{number}", meeting.held_on, title, minutes, kept)


def _read_version(version: MinutesVersion) -> BookVersion:
    return BookVersion(version.number, localdate(version.approved_at), version.approved_by_name, version.reason)


def build_theme_plan(request: YearRequest) -> ThemePlanPaper:
    """The themes that were not dropped, by month; quarters without one are named (Chỉ thị 50-CT/TW: one a quarter)."""
    cell, year, today = request.cell, request.year, request.today
    day = min(today, date(year, 12, 31))
    themes = ThemePlan.objects.filter(organization=cell, month__year=year).exclude(state=ThemeState.DROPPED)
    rows = list(themes.select_related("author", "meeting").order_by("month", "pk"))
    planned = {(theme.month.month - 1) // 3 for theme in rows}
    return ThemePlanPaper(
        letterhead=parts.build_unit_letterhead(cell, day, format_symbol(None, "KH")),
        subject=f"sinh hoạt chuyên đề năm {year}",
        year=year,
        per_quarter=rules_for(organization=cell, on=day).thematic_per_quarter,
        rows=tuple(_read_theme(theme) for theme in rows),
        gaps=tuple(name for number, name in enumerate(QUARTERS) if number not in planned),
        signature=parts.build_signature(make_leaders(posts_on(cell.pk, day))),
    )


def _read_theme(theme: ThemePlan) -> ThemeLine:
    held = theme.meeting.held_on if theme.meeting and theme.meeting.closed_at else None
    return ThemeLine(
        month=f"Tháng {theme.month.month}",
        title=theme.title,
        purpose=theme.purpose,
        author=theme.author.full_name if theme.author else "",
        draft_due_on=theme.draft_due_on,
        outcome=f"đã sinh hoạt ngày {format_day(held)}" if held else "",
    )


BOOK = YearPaperKind("so-bien-ban", gettext_lazy("Sổ biên bản"), build_book)
THEMES = YearPaperKind("ke-hoach-chuyen-de", gettext_lazy("Kế hoạch sinh hoạt chuyên đề"), build_theme_plan)
YEAR_PAPERS = (BOOK, THEMES)
