"""Fill the Word templates. The only file that knows docxtpl.

The templates lie in `templates/<guidance>/<paper>.docx`, made by `tools/make_paper_templates.py`; a paper is
printed by the guidance that was in force on the day it carries.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from nennep.reporting.renderers import wording
from nennep.reporting.renderers.bundle import set_dates
from nennep.reporting.renderers.papers import (
    Attendance,
    AttendancePaper,
    BookPaper,
    CommitteeConclusionPaper,
    CommitteeProgrammePaper,
    MinutesPaper,
    NoticePaper,
    PackPaper,
    PresencePaper,
    ProgrammePaper,
    ReportPaper,
    ResolutionPaper,
    ScorePaper,
    ThemePlanPaper,
    Vote,
    Work,
)
from nennep.reporting.renderers.visit_papers import BriefPaper, VisitReportPaper

_FOLDER = Path(__file__).parent / "templates"
GUIDANCES = (
    (date(2026, 5, 27), "HD05-2026"),  # HD 05-HD/VPTW, 27/5/2026
    (date.min, "HD36-2018"),  # HD 36-HD/VPTW, 3/4/2018
)
_TITLE_LIMIT = 255  # a document property holds no more

_NAMES = {
    ResolutionPaper: "resolution",
    MinutesPaper: "minutes",
    AttendancePaper: "attendance",
    NoticePaper: "notice",
    BriefPaper: "brief",
    VisitReportPaper: "visit_report",
    PackPaper: "pack",
    PresencePaper: "presence",
    ScorePaper: "score",
    ReportPaper: "report",
    ProgrammePaper: "programme",
    CommitteeProgrammePaper: "committee_programme",
    CommitteeConclusionPaper: "committee_conclusion",
    ThemePlanPaper: "themes",
    BookPaper: "book",
}
AfterPaper = ResolutionPaper | MinutesPaper | PresencePaper | ScorePaper | ReportPaper
BeforePaper = AttendancePaper | NoticePaper | PackPaper | ProgrammePaper
CommitteePaper = CommitteeProgrammePaper | CommitteeConclusionPaper
MeetingPaper = AfterPaper | BeforePaper | CommitteePaper
YearPaper = ThemePlanPaper | BookPaper
VisitPaper = BriefPaper | VisitReportPaper
Paper = MeetingPaper | YearPaper | VisitPaper


def choose_template(on: date) -> str:
    """The id of the guidance in force on that day, such as `HD05-2026`."""
    return next(name for valid_from, name in GUIDANCES if on >= valid_from)


def render_paper(paper: Paper) -> bytes:
    """The paper as a .docx file: any text as it stands, without characters that no file may hold."""
    name = _NAMES[type(paper)]
    template = DocxTemplate(_FOLDER / choose_template(paper.letterhead.issued_on) / f"{name}.docx")
    template.render(_build_context(paper), _make_environment())
    _stamp(template.docx, paper)
    file = BytesIO()
    template.save(file)
    return set_dates(file.getvalue(), paper.letterhead.issued_on)


def _build_context(paper: Paper) -> dict[str, Any]:
    context: dict[str, Any] = {"paper": paper, "head": paper.letterhead, "n": wording.Numbering()}
    if isinstance(paper, ResolutionPaper):
        past = _has_work(paper.past), paper.duty_rows, paper.praised, paper.reminded, paper.shortcomings
        coming = _has_work(paper.next), paper.new_duties, wording.split_lines(paper.conclusion)
        context |= {"has_past": any(past), "has_next": any(coming)}
    return context


def _has_work(work: Work) -> bool:
    return bool(work.topics or wording.split_lines(work.current_affairs + "\n" + work.opinion))


def _stamp(document: Any, paper: Paper) -> None:
    """Properties of the file: its title and its own date; no person's name, no name of a machine."""
    properties = document.core_properties
    properties.title = wording.format_value(paper.subject)[:_TITLE_LIMIT]
    moment = datetime.combine(paper.letterhead.issued_on, datetime.min.time())
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = wording.format_value(paper.letterhead.issuer)[:_TITLE_LIMIT]


class _Environment(Environment):
    """Keeps the compiled templates: compiling takes ten times as long as filling in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: Any, *others: Any, **named: Any) -> Template:
        """Only docxtpl asks, and only with what stands in our templates: so there are never many."""
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source, *others, **named)
        return self._compiled[source]


@cache
def _make_environment() -> Environment:
    environment = _Environment(autoescape=True, undefined=StrictUndefined, finalize=_print_value)
    environment.filters |= {
        "lines": wording.split_lines,
        "long_day": wording.format_long_day,
        "short_day": wording.format_day,
        "clock": wording.format_time,
        "capital": _capital,
        "no_stop": lambda text: wording.strip_stop(wording.format_value(text)),
        "ordinal": wording.format_ordinal,
        "percent": _percent,
        "present_percent": _present_percent,
        "join_values": _join,
    }
    environment.globals["numbering"] = wording.Numbering
    return environment


def _print_value(value: object) -> object:
    """What stands behind every `{{ }}`: cleaned, escaped once, and safe from docxtpl's own `{_{` notation."""
    if isinstance(value, Markup):
        return value
    return Markup(str(escape(wording.format_value(value))).replace("_", "&#95;"))  # noqa: S704  # escaped just here


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(vote: Vote) -> str:
    return wording.format_percent(vote.agreed, vote.base)


def _present_percent(attendance: Attendance) -> str:
    return wording.format_percent(attendance.present, attendance.called)


def _join(values: Iterable[object]) -> str:
    return ", ".join(wording.format_value(value) for value in values)
