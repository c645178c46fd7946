"""The brief of a cell: on the screen, on one sheet, as a page that opens without a network."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.reporting.choices import Form
from nennep.reporting.queries.brief import Brief, get_brief, is_visitor
from nennep.reporting.queries.papers.brief import build_brief_paper
from nennep.reporting.renderers.files import make_file
from nennep.reporting.renderers.saved_page import save_page
from nennep.reporting.rules.papers import make_file_name
from nennep.reporting.services import note_brief_read
from nennep.reporting.views.papers import CONTENT_TYPES, send_file


@login_required
@require_safe
def show_brief(request: ActorRequest, cell: UUID) -> HttpResponse:
    """Read in a minute; printed, it is one sheet."""
    return render(request, "reporting/brief.html", {"brief": _read_brief(request, cell)})


@login_required
@require_safe
def save_brief(request: ActorRequest, cell: UUID) -> HttpResponse:
    """One file for a phone without a signal."""
    brief = _read_brief(request, cell)
    title = _("Tóm tắt %(cell)s") % {"cell": brief.cell.name}
    body = mark_safe(render_to_string("reporting/brief_saved.html", {"brief": brief}))  # noqa: S308  by the template
    page = save_page(title=title, body=body, language=get_language() or "vi")
    name = make_file_name([title, f"{brief.written_at:%d-%m-%Y}"], ".html")
    return send_file(page.encode(), name, "text/html; charset=utf-8")


@login_required
@require_safe
def download_brief(request: ActorRequest, cell: UUID, form: Form) -> HttpResponse:
    """The sheet as a Word or PDF file, in Vietnamese whatever language the reader has chosen."""
    with translation.override("vi"):
        brief = _read_brief(request, cell)
        content = make_file(build_brief_paper(brief), form)
    name = make_file_name([f"Tóm tắt {brief.cell.name}", f"{brief.written_at:%d-%m-%Y}"], f".{form}")
    return send_file(content, name, CONTENT_TYPES[form])


def _read_brief(request: ActorRequest, cell: UUID) -> Brief:
    """Through the door; what names members goes into the trail."""
    brief = get_brief(actor=request.actor, cell=cell, now=clock.now())
    if brief.names_members:
        visitor = is_visitor(actor=request.actor, cell=brief.cell, today=clock.today())
        note_brief_read(actor=request.actor, cell=brief.cell, visitor=visitor, now=brief.written_at)
    return brief
