"""A unit's list of papers, one paper, putting up, replacing, taking out, opening."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, send_kept
from nennep.core.permissions import Permission
from nennep.documents import queries, services
from nennep.documents.choices import DeliveryStep
from nennep.documents.forms import DocumentForm, FileForm
from nennep.organizations.queries import find_end, refuse_ended

PAGE_SIZE = 25
INCOMING_SHOWN = 5
UNDO_DAYS = 7  # how long the list offers to put back what was taken out


@login_required
@require_GET
def show_cell(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = queries.get_cell(actor=request.actor, public_id=cell)
    found = queries.list_documents(actor=request.actor, organization=unit)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    first = PAGE_SIZE * (page.number - 1)
    incoming = queries.list_incoming(actor=request.actor, organization=unit)[:INCOMING_SHOWN]
    context = {
        "unit": unit,
        "end": find_end(actor=request.actor, organization=unit),
        "page": page,
        "incoming": queries.make_incoming_rows(incoming),
        "waiting": queries.count_waiting(organization_id=unit.pk),
        "rows": queries.make_rows(found[first : first + PAGE_SIZE], actor=request.actor),
        "may_write": request.actor.may(Permission.DOCUMENTS_WRITE, unit.path) and unit.closed_on is None,
        "removed": queries.list_removed(
            actor=request.actor, organization=unit, since=clock.now() - timedelta(days=UNDO_DAYS)
        ),
    }
    return render(request, "documents/cell.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_document(request: ActorRequest, cell: UUID) -> HttpResponse:
    """A unit above cells chooses next to whom below the paper goes."""
    unit = queries.get_cell(actor=request.actor, public_id=cell)
    request.actor.require(Permission.DOCUMENTS_WRITE, unit.path)
    refuse_ended(unit)
    form = DocumentForm(posted(request), posted_files(request))
    back = reverse("documents:show_cell", args=[unit.public_id])
    return answer_form(
        request,
        form,
        lambda: services.add_document(
            actor=request.actor,
            organization=unit,
            details=form.details(),
            upload=form.cleaned_data["file"],
            now=clock.now(),
        ),
        then=lambda added: (
            back if unit.is_cell else reverse("documents:distribute", args=[added.public_id, unit.public_id])
        ),
        message=_("Đã đưa tài liệu lên."),
        template="documents/add.html",
        context={"unit": unit, "page_title": _("Đưa tài liệu lên"), "submit_label": _("Đưa lên"), "back_url": back},
    )


@login_required
@require_GET
def show_document(request: ActorRequest, document: UUID) -> HttpResponse:
    page = queries.get_document_page(actor=request.actor, public_id=document)
    senders = queries.list_senders(actor=request.actor, document=page.document, on=clock.today())
    sent = [
        queries.get_distribution_page(actor=request.actor, document=page.document, unit=unit) for unit in senders[:5]
    ]
    incoming = queries.find_incoming(actor=request.actor, document=page.document)
    context = {"page": page, "sent": sent, "incoming": incoming, "steps": DeliveryStep}
    return render(request, "documents/document.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def replace_document(request: ActorRequest, document: UUID) -> HttpResponse:
    found = queries.get_document(actor=request.actor, public_id=document)
    request.actor.require(Permission.DOCUMENTS_WRITE, found.organization.path)
    form = FileForm(posted(request), posted_files(request))
    back = reverse("documents:show_document", args=[found.public_id])
    return answer_form(
        request,
        form,
        lambda: services.replace_document(
            actor=request.actor, document=found, upload=form.cleaned_data["file"], now=clock.now()
        ),
        then=back,
        message=_("Đã thay bản mới. Bản cũ vẫn giữ."),
        template="documents/add.html",
        context={"unit": found.organization, "page_title": _("Thay bản mới"), "back_url": back},
    )


@login_required
@require_POST
def remove_document(request: ActorRequest, document: UUID) -> HttpResponse:
    found = queries.get_document(actor=request.actor, public_id=document)
    return answer_button(
        request,
        lambda: services.remove_document(actor=request.actor, document=found, now=clock.now()),
        then=reverse("documents:show_cell", args=[found.organization.public_id]),
        message=_("Đã rút tài liệu “%(title)s”.") % {"title": found.title},
    )


@login_required
@require_POST
def restore_document(request: ActorRequest, document: UUID) -> HttpResponse:
    found = queries.get_removed(actor=request.actor, public_id=document)
    return answer_button(
        request,
        lambda: services.restore_document(actor=request.actor, document=found, now=clock.now()),
        then=reverse("documents:show_cell", args=[found.organization.public_id]),
        message=_("Đã lấy lại tài liệu “%(title)s”.") % {"title": found.title},
    )


@login_required
@require_GET
def open_document(request: ActorRequest, document: UUID) -> FileResponse:
    """The file itself, never shown inside a page; `ban` chooses an older version. Each opening is recorded with the reader."""
    asked = request.GET.get("ban", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise NotFound
    number = int(asked) if asked else None
    version = queries.get_version(actor=request.actor, public_id=document, number=number)
    services.note_opening(actor=request.actor, document=version.document, now=clock.now())
    return send_kept(version.file, version.file_name)
