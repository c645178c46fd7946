"""Papers of a meeting as Word and PDF files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.meetings.queries.meeting import get_meeting
from nennep.reporting.choices import Form, Paper
from nennep.reporting.queries.papers import find_paper, name_file
from nennep.reporting.renderers.files import make_file
from nennep.reporting.services import note_paper_taken

CONTENT_TYPES = {
    Form.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.PDF: "application/pdf",
}


@login_required
@require_safe
def download_paper(request: ActorRequest, public_id: UUID, paper: str, form: Form) -> HttpResponse:
    """One paper of a meeting, under a name that says which. `?dang-vien=` asks for one member's notice."""
    if paper not in Paper.values:
        raise NotFound
    kind = Paper(paper)
    meeting = get_meeting(actor=request.actor, public_id=public_id)
    filled = find_paper(actor=request.actor, meeting=meeting, kind=kind, member=request.GET.get("dang-vien", ""))
    note_paper_taken(actor=request.actor, meeting=meeting, paper=kind, form=form, now=clock.now())
    return send_file(make_file(filled, form), name_file(meeting, kind, filled, form), CONTENT_TYPES[form])


def send_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, under its name, that nobody on the way may keep."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Type": content_type, "Content-Disposition": disposition or ""}
    return HttpResponse(content, headers=headers | {"Cache-Control": "private, no-store"})
