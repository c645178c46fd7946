"""The papers of a meeting, built from its records. Each takes a meeting that has passed its own door (`get_meeting`)."""

from collections.abc import Callable
from uuid import UUID

from django.utils import translation

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting
from nennep.reporting.choices import Form, Paper
from nennep.reporting.queries.papers.committee import build_committee_conclusion, build_committee_programme
from nennep.reporting.queries.papers.minutes import build_minutes as build_minutes
from nennep.reporting.queries.papers.pack import build_pack
from nennep.reporting.queries.papers.presence import build_presence
from nennep.reporting.queries.papers.programme import build_programme
from nennep.reporting.queries.papers.report import build_report
from nennep.reporting.queries.papers.resolution import build_resolution as build_resolution
from nennep.reporting.queries.papers.score import build_score_paper
from nennep.reporting.queries.papers.sheets import build_attendance_sheet as build_attendance_sheet
from nennep.reporting.queries.papers.sheets import build_notice as build_notice
from nennep.reporting.queries.papers.sheets import get_called_member
from nennep.reporting.renderers.papers import NoticePaper, PackPaper
from nennep.reporting.renderers.word import MeetingPaper
from nennep.reporting.rules.papers import make_file_name

# Papers that are built from the meeting alone, by who may ask for them.
_BUILDERS: dict[Paper, Callable[[Actor, Meeting], MeetingPaper]] = {
    Paper.PROGRAMME: lambda _, meeting: build_programme(meeting=meeting),
    Paper.ATTENDANCE: lambda actor, meeting: build_attendance_sheet(actor=actor, meeting=meeting),
    Paper.COMMITTEE_PROGRAMME: lambda actor, meeting: build_committee_programme(actor=actor, meeting=meeting),
    Paper.COMMITTEE_CONCLUSION: lambda actor, meeting: build_committee_conclusion(actor=actor, meeting=meeting),
    Paper.MINUTES: lambda actor, meeting: build_minutes(actor=actor, meeting=meeting),
    Paper.RESOLUTION: lambda _, meeting: build_resolution(meeting=meeting),
    Paper.PRESENCE: lambda actor, meeting: build_presence(actor=actor, meeting=meeting),
    Paper.SCORE: lambda actor, meeting: build_score_paper(actor=actor, meeting=meeting),
    Paper.REPORT: lambda actor, meeting: build_report(actor=actor, meeting=meeting),
}


def find_paper(*, actor: Actor, meeting: Meeting, kind: Paper, member: str = "") -> MeetingPaper:
    """The paper of that kind; `member` (a public id) only means something to a notice and a pack. Raises NotFound.

    Papers are Vietnamese, whatever language their reader has chosen for the pages.
    """
    with translation.override("vi"):
        addressee = _read_id(member) if member else None
        if kind == Paper.PACK:
            return build_pack(actor=actor, meeting=meeting, member=addressee)
        if kind == Paper.NOTICE:
            return _build_notice(actor, meeting, addressee)
        return _BUILDERS[kind](actor, meeting)


def _build_notice(actor: Actor, meeting: Meeting, addressee: UUID | None) -> NoticePaper:
    member = get_called_member(actor=actor, meeting=meeting, public_id=addressee) if addressee else None
    return build_notice(meeting=meeting, member=member)


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def name_file(meeting: Meeting, kind: Paper, paper: MeetingPaper, form: Form = Form.WORD) -> str:
    """`Nghị quyết 05-NQ-CB, tháng 11-2026, Chi bộ thôn Nặm Chá.docx`."""
    symbol = "" if "....." in paper.letterhead.symbol else paper.letterhead.symbol.removeprefix("Số ")
    month = f"tháng {meeting.month:%m-%Y}"
    with translation.override("vi"):
        names = [f"{kind.label} {symbol}", month, paper.letterhead.issuer, _name_addressee(paper)]
        return make_file_name(names, f".{form}")


def _name_addressee(paper: MeetingPaper) -> str:
    if isinstance(paper, NoticePaper):
        return paper.member
    return paper.parts[0].member if isinstance(paper, PackPaper) and len(paper.parts) == 1 else ""
