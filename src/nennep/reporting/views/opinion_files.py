"""Files of an opinion in a report that is not sent: attach, open, take out. Its writer alone."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, send_kept
from nennep.documents.forms import FileForm
from nennep.reporting.queries.visit_report import get_opinion_file, get_opinion_page
from nennep.visits.services.opinions import attach_to_opinion, remove_from_opinion


@login_required
@require_http_methods(["GET", "POST"])
def attach(request: ActorRequest, visit: UUID, opinion: UUID) -> HttpResponse:
    page = get_opinion_page(actor=request.actor, visit_id=visit, public_id=opinion)
    form, back = FileForm(posted(request), posted_files(request)), _address(visit)
    return answer_form(
        request,
        form,
        lambda: attach_to_opinion(
            actor=request.actor, opinion=page.opinion, upload=form.cleaned_data["file"], now=clock.now()
        ),
        then=reverse("reporting:attach_to_opinion", args=[visit, opinion]),
        message=_("Đã kèm tệp; tệp gửi đi cùng báo cáo."),
        template="reporting/opinion_files.html",
        context={"page": page, "unit": page.visit.cell, "page_title": _("Kèm ảnh, công văn"), "back_url": back},
    )


@login_required
@require_GET
def open_file(request: ActorRequest, visit: UUID, opinion: UUID, number: int) -> FileResponse:
    """The file itself, never shown inside a page."""
    kept = get_opinion_file(actor=request.actor, visit_id=visit, public_id=opinion, number=number)
    return send_kept(kept.file, kept.label)


@login_required
@require_POST
def remove(request: ActorRequest, visit: UUID, opinion: UUID, number: int) -> HttpResponse:
    page = get_opinion_page(actor=request.actor, visit_id=visit, public_id=opinion)
    return answer_button(
        request,
        lambda: remove_from_opinion(actor=request.actor, opinion=page.opinion, number=number, now=clock.now()),
        then=reverse("reporting:attach_to_opinion", args=[visit, opinion]),
        message=_("Đã bỏ tệp kèm."),
    )


def _address(visit: UUID) -> str:
    return reverse("reporting:visit_report", args=[visit]) + "#y-kien"
