"""Papers going down the tree: choosing units, who has it, reminding; what came from above, and confirming it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, next_address
from nennep.core.permissions import Permission
from nennep.documents import queries, services
from nennep.documents.choices import DeliveryStep
from nennep.documents.forms import TargetForm

PAGE_SIZE = 50


@login_required
@require_http_methods(["GET", "POST"])
def distribute(request: ActorRequest, document: UUID, unit: UUID) -> HttpResponse:
    """To whom below the unit the paper goes."""
    found = queries.get_document(actor=request.actor, public_id=document)
    sender = queries.get_cell(actor=request.actor, public_id=unit)
    request.actor.require(Permission.DOCUMENTS_WRITE, sender.path)
    offered = queries.offer_targets(unit=sender, on=clock.today())
    form = TargetForm(posted(request)).offer(offered)
    back = reverse("documents:show_document", args=[found.public_id])
    return answer_form(
        request,
        form,
        lambda: services.distribute_document(
            actor=request.actor, document=found, from_unit=sender, whom=form.whom(), now=clock.now()
        ),
        then=reverse("documents:show_receivers", args=[found.public_id, sender.public_id]),
        message=lambda many: (
            ngettext("Đã gửi tới %(many)s đơn vị.", "Đã gửi tới %(many)s đơn vị.", many) % {"many": many}
        ),
        template="documents/distribute.html",
        context={"document": found, "unit": sender, "offered": offered, "back_url": back},
    )


@login_required
@require_GET
def show_receivers(request: ActorRequest, document: UUID, unit: UUID) -> HttpResponse:
    """Who has the paper; `muc` leaves only one step."""
    found = queries.get_document(actor=request.actor, public_id=document)
    sender = queries.get_cell(actor=request.actor, public_id=unit)
    asked = request.GET.get("muc", "")
    step = DeliveryStep(asked) if asked in DeliveryStep.values else None
    receivers = queries.list_receivers(document=found, unit=sender, step=step)
    lines = Paginator(receivers, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "page": queries.get_distribution_page(actor=request.actor, document=found, unit=sender),
        "lines": lines,
        "rows": queries.make_distribution_rows(lines.object_list, today=clock.today()),
        "step": step,
        "now": clock.now(),
    }
    return render(request, "documents/receivers.html", context)


@login_required
@require_POST
def remind(request: ActorRequest, document: UUID, unit: UUID) -> HttpResponse:
    """Remind everybody who has not opened it."""
    found = queries.get_document(actor=request.actor, public_id=document)
    sender = queries.get_cell(actor=request.actor, public_id=unit)
    return answer_button(
        request,
        lambda: services.remind_units(actor=request.actor, document=found, from_unit=sender, now=clock.now()),
        then=reverse("documents:show_receivers", args=[found.public_id, sender.public_id]),
        message=lambda many: ngettext("Đã nhắc %(many)s đơn vị.", "Đã nhắc %(many)s đơn vị.", many) % {"many": many},
    )


@login_required
@require_GET
def list_incoming(request: ActorRequest, unit: UUID) -> HttpResponse:
    """All papers from above that came to the unit."""
    found = queries.get_cell(actor=request.actor, public_id=unit)
    page = Paginator(queries.list_incoming(actor=request.actor, organization=found), PAGE_SIZE).get_page(
        request.GET.get("trang")
    )
    context = {
        "unit": found,
        "page": page,
        "incoming": queries.make_incoming_rows(page.object_list),
        "waiting": queries.count_waiting(organization_id=found.pk),
        "may_write": request.actor.may(Permission.DOCUMENTS_WRITE, found.path),
    }
    return render(request, "documents/incoming.html", context)


@login_required
@require_POST
def confirm_receipt(request: ActorRequest, distribution: UUID) -> HttpResponse:
    found = queries.get_distribution(actor=request.actor, public_id=distribution)
    return answer_button(
        request,
        lambda: services.confirm_receipt(actor=request.actor, distribution=found, now=clock.now()),
        then=next_address(request, reverse("documents:show_cell", args=[found.to_unit.public_id])),
        message=_("Đã ghi nhận: %(unit)s đã nhận tài liệu.") % {"unit": found.to_unit.name},
    )
