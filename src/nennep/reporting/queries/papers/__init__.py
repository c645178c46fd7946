"""The papers of a meeting, built from its records. Each takes a meeting that has passed its own door (`get_meeting`)."""

from uuid import UUID

from django.utils import translation

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.reporting.choices import Form, Paper
from nennep.reporting.queries.papers.minutes import build_minutes as build_minutes
from nennep.reporting.queries.papers.resolution import build_resolution as build_resolution
from nennep.reporting.queries.papers.sheets import build_attendance_sheet as build_attendance_sheet
from nennep.reporting.queries.papers.sheets import build_notice as build_notice
from nennep.reporting.queries.papers.sheets import get_called_member
from nennep.reporting.renderers.papers import (
    AttendancePaper,
    MinutesPaper,
    NoticePaper,
    ResolutionPaper,
)
from nennep.reporting.rules.papers import make_file_name

AnyPaper = ResolutionPaper | MinutesPaper | AttendancePaper | NoticePaper


def find_paper(*, actor: Actor, meeting: Meeting, kind: Paper, member: str = "") -> AnyPaper:
    """The paper of that kind; `member` (a public id) only means something to a notice. Raises NotFound.

    Papers are Vietnamese, whatever language their reader has chosen for the pages.
    """
    with translation.override("vi"):
        return _build(actor, meeting, kind, member)


def _build(actor: Actor, meeting: Meeting, kind: Paper, member: str) -> AnyPaper:
    match kind:
        case Paper.RESOLUTION:
            return build_resolution(meeting=meeting)
        case Paper.MINUTES:
            return build_minutes(actor=actor, meeting=meeting)
        case Paper.ATTENDANCE:
            if not actor.may(Permission.MEMBERS_READ, meeting.organization.path):
                raise NotFound  # it names the standing of every member
            return build_attendance_sheet(meeting=meeting)
    addressee = get_called_member(actor=actor, meeting=meeting, public_id=_read_id(member)) if member else None
    return build_notice(meeting=meeting, member=addressee)


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def name_file(meeting: Meeting, kind: Paper, paper: AnyPaper, form: Form = Form.WORD) -> str:
    """`Nghị quyết 05-NQ-CB, tháng 11-2026, Chi bộ thôn Nặm Chá.docx`."""
    symbol = paper.letterhead.symbol.removeprefix("Số ")
    month = f"tháng {meeting.month:%m-%Y}"
    addressee = paper.member if isinstance(paper, NoticePaper) else ""
    with translation.override("vi"):
        return make_file_name([f"{kind.label} {symbol}", month, paper.letterhead.issuer, addressee], f".{form}")
