"""Comments given to a cell, and giving one from a desk (G13)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.services.advice import AdviceDraft, remove_advice
from nennep.reporting.forms.advice import AdviceForm
from nennep.reporting.queries.advice import (
    Organization,
    get_cell_advice,
    get_unit_advice,
    list_topics,
    origin_of_review,
)
from nennep.reporting.queries.commune import get_unit
from nennep.reporting.services.advice import advise_cell

ROWS_A_PAGE = 50


@login_required
@require_safe
def show_advice(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """A cell: what it was told and what became of it. A unit above cells: all of this year."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    if unit.is_cell:
        return _show_cell(request, unit, _make_form(request, unit))
    page = get_unit_advice(actor=request.actor, unit=unit, today=clock.today())
    lines = Paginator(page.rows, ROWS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "reporting/unit_advice.html", {"page": page, "lines": lines})


@login_required
@require_POST
def give_comment(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """One comment to the cell; its next meeting shows it and asks what became of it."""
    cell = get_unit(actor=request.actor, public_id=public_id)
    if not cell.is_cell:
        raise NotFound
    request.actor.require(Permission.ADVICE_WRITE, cell.path)
    form = _make_form(request, cell)
    if form.is_valid() and _advise(request, cell, form):
        messages.success(request, _("Đã góp ý. Buổi sinh hoạt tới chi bộ sẽ thấy và trả lời."))
        return redirect("reporting:advice", cell.public_id)
    return _show_cell(request, cell, form, status=422)


@login_required
@require_POST
def take_back(request: ActorRequest, public_id: UUID, comment: UUID) -> HttpResponse:
    """The giver takes back what nobody has answered."""
    cell = get_unit(actor=request.actor, public_id=public_id)
    remove_advice(actor=request.actor, public_id=comment, now=clock.now())
    messages.success(request, _("Đã bỏ góp ý."))
    return redirect("reporting:advice", cell.public_id)


def _make_form(request: ActorRequest, cell: Organization) -> AdviceForm:
    """Filled from the bank when the address says so."""
    initial = {name: request.GET.get(name, "") for name in ("text", "example", "topic")}
    return AdviceForm(posted(request), initial=initial, topics=list_topics(cell=cell, today=clock.today()))


def _advise(request: ActorRequest, cell: Organization, form: AdviceForm) -> bool:
    data, now = form.cleaned_data, clock.now()
    draft = AdviceDraft(data["text"], data["example"], data["topic"])
    origin = origin_of_review(actor=request.actor, today=now.date())
    try:
        advise_cell(actor=request.actor, cell=cell, draft=draft, origin=origin, keep=data["keep"], now=now)
    except DomainError as error:
        add_domain_error(form, error)
        return False
    return True


def _show_cell(request: ActorRequest, cell: Organization, form: AdviceForm, status: int = 200) -> HttpResponse:
    page = get_cell_advice(actor=request.actor, cell=cell, today=clock.today())
    context = {"page": page, "form": form, "own": request.actor.name}
    return render(request, "reporting/cell_advice.html", context, status=status)
