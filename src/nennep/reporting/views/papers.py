"""Papers of a meeting and of a year as Word and PDF files, and the zip of a meeting."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest, tell_arrival
from nennep.core.periods import Span
from nennep.meetings.queries.meeting import get_meeting
from nennep.records.queries.filing import get_cell
from nennep.reporting.choices import Form
from nennep.reporting.queries.commune import get_unit
from nennep.reporting.queries.papers import find_paper, find_paper_version, get_kind, name_file
from nennep.reporting.queries.papers.bundle import build_bundle
from nennep.reporting.queries.papers.overview import get_papers_page
from nennep.reporting.queries.papers.spans import find_unit_report, name_unit_report
from nennep.reporting.queries.papers.years import find_year_paper, get_year_kind, name_year_file
from nennep.reporting.renderers.files import make_file, make_zip
from nennep.reporting.services import note_bundle_taken, note_paper_taken, note_unit_report_taken, note_year_paper_taken

CONTENT_TYPES = {
    Form.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.PDF: "application/pdf",
}


@login_required
@require_safe
def show_papers(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Every paper of a meeting in one list: what can be taken, what is missing."""
    meeting = get_meeting(actor=request.actor, public_id=public_id)
    page = get_papers_page(actor=request.actor, meeting=meeting)
    context = {"page": page, "meeting": meeting, "unit": meeting.organization}
    return render(request, "reporting/papers.html", context)


@login_required
@require_safe
def download_paper(request: ActorRequest, public_id: UUID, paper: str, form: Form) -> HttpResponse:
    """One paper of a meeting, under a name that says which. `?dang-vien=` asks for one member's notice or pack."""
    kind = get_kind(paper)
    meeting = get_meeting(actor=request.actor, public_id=public_id)
    filled = find_paper(actor=request.actor, meeting=meeting, kind=kind, member=request.GET.get("dang-vien", ""))
    note_paper_taken(actor=request.actor, meeting=meeting, paper=kind.address, form=form, now=clock.now())
    return send_file(make_file(filled, form), name_file(meeting, kind, filled, form), CONTENT_TYPES[form])


@login_required
@require_safe
def download_version(request: ActorRequest, public_id: UUID, *, paper: str, number: int, form: Form) -> HttpResponse:
    """A paper as it was issued, also when it was corrected since."""
    kind = get_kind(paper)
    meeting = get_meeting(actor=request.actor, public_id=public_id)
    kept = find_paper_version(actor=request.actor, meeting=meeting, kind=kind, number=number)
    name = name_file(meeting, kind, kept, form, version=number)
    note_paper_taken(actor=request.actor, meeting=meeting, paper=f"{kind.address}/{number}", form=form, now=clock.now())
    return send_file(make_file(kept, form), name, CONTENT_TYPES[form])


@login_required
@require_safe
def download_bundle(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Every final paper of a held meeting, Word and PDF, named and dated for posting."""
    meeting = get_meeting(actor=request.actor, public_id=public_id)
    bundle = build_bundle(actor=request.actor, meeting=meeting)
    note_bundle_taken(actor=request.actor, meeting=meeting, files=len(bundle.papers), now=clock.now())
    return tell_arrival(request, send_file(make_zip(bundle), bundle.name, "application/zip"))


@login_required
@require_safe
def download_year_paper(request: ActorRequest, public_id: UUID, *, paper: str, year: int, form: Form) -> HttpResponse:
    """The book of minutes or the plan of themes of one year."""
    kind, now = get_year_kind(paper), clock.now()
    cell = get_cell(actor=request.actor, public_id=public_id)
    filled = find_year_paper(actor=request.actor, cell=cell, kind=kind, year=year, today=clock.today())
    note_year_paper_taken(actor=request.actor, cell=cell, paper=kind.address, year=year, form=form, now=now)
    file = send_file(make_file(filled, form), name_year_file(cell, kind, year, form), CONTENT_TYPES[form])
    return tell_arrival(request, file)


@login_required
@require_safe
def download_unit_report(request: ActorRequest, public_id: UUID, *, span: Span, form: Form) -> HttpResponse:
    """What the screen of a unit above cells shows of a month, a quarter or a year, as a paper."""
    unit, now = get_unit(actor=request.actor, public_id=public_id), clock.now()
    filled = find_unit_report(actor=request.actor, unit=unit, span=span, today=clock.today())
    note_unit_report_taken(actor=request.actor, organization=unit, span=span, form=form, now=now)
    file = send_file(make_file(filled, form), name_unit_report(unit, span, form), CONTENT_TYPES[form])
    return tell_arrival(request, file)


def send_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, under its name, that nobody on the way may keep."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Type": content_type, "Content-Disposition": disposition or ""}
    return HttpResponse(content, headers=headers | {"Cache-Control": "private, no-store"})
