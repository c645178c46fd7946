"""Which template a paper is printed by, and what stands in it; `filling` pours it in.

The templates lie in `templates/<guidance>/<paper>.docx`, made by `tools/make_paper_templates.py`; a paper is
printed by the guidance that was in force on the day it carries.
"""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import translation

from nennep.reporting.renderers import wording
from nennep.reporting.renderers.bundle import set_dates
from nennep.reporting.renderers.papers import (
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
    from nennep.reporting.renderers.filling import fill_template

    name = _NAMES[type(paper)]
    path = _FOLDER / choose_template(paper.letterhead.issued_on) / f"{name}.docx"
    with translation.override("vi"):  # what minutes keep is in Vietnamese words
        template = fill_template(path, _build_context(paper))
    _stamp(template.docx, paper)
    file = BytesIO()
    template.save(file)
    return set_dates(file.getvalue(), paper.letterhead.issued_on)


def _build_context(paper: Paper) -> dict[str, Any]:
    context: dict[str, Any] = {"paper": paper, "head": paper.letterhead, "n": wording.Numbering()}
    if isinstance(paper, ResolutionPaper):
        past = _has_work(paper.past), paper.tasks, paper.praised, paper.reminded, paper.shortcomings
        coming = _has_work(paper.next), paper.duties, wording.split_lines(paper.conclusion)
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
