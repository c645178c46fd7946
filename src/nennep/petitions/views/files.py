"""Files that go with a petition: attach, open, take out, put back."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, send_kept
from nennep.petitions import queries, services
from nennep.petitions.forms import AttachForm
from nennep.petitions.views.petitions import address_of


@login_required
@require_http_methods(["GET", "POST"])
def attach_file(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = queries.get_petition_page(actor=request.actor, public_id=petition, today=clock.today())
    services.require_to_attach(actor=request.actor, petition=page.petition)
    form, back = AttachForm(posted(request), posted_files(request)), address_of(page.petition)
    return answer_form(
        request,
        form,
        lambda: services.attach_file(
            actor=request.actor, petition=page.petition, upload=form.cleaned_data["file"], now=clock.now()
        ),
        then=back,
        message=_("Đã kèm tệp."),
        template="petitions/attach.html",
        context={"page": page, "unit": page.petition.organization, "page_title": _("Kèm tệp"), "back_url": back},
    )


@login_required
@require_GET
def open_file(request: ActorRequest, petition: UUID, number: int) -> FileResponse:
    """The file itself, never shown inside a page. Each opening is recorded."""
    found = queries.get_petition(actor=request.actor, public_id=petition)
    kept = queries.get_file(actor=request.actor, petition=found, number=number)
    services.note_file_opened(actor=request.actor, petition=found, number=number, now=clock.now())
    return send_kept(kept.file, kept.label)


@login_required
@require_POST
def remove_file(request: ActorRequest, petition: UUID, number: int) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    return answer_button(
        request,
        lambda: services.remove_file(actor=request.actor, petition=found, number=number, now=clock.now()),
        then=address_of(found),
        message=_("Đã bỏ tệp kèm."),
    )


@login_required
@require_POST
def restore_file(request: ActorRequest, petition: UUID, number: int) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    return answer_button(
        request,
        lambda: services.restore_file(actor=request.actor, petition=found, number=number, now=clock.now()),
        then=address_of(found),
        message=_("Đã khôi phục tệp kèm."),
    )
