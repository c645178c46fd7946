"""Comments given to a cell, and giving one from a desk (G13)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, read_span
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import YEAR
from nennep.meetings.services.advice import AdviceDraft, remove_advice
from nennep.organizations.models import Organization
from nennep.reporting.forms.advice import AdviceForm
from nennep.reporting.queries.advice import get_cell_advice, get_unit_advice, list_topics, origin_of_review
from nennep.reporting.queries.commune import get_unit
from nennep.reporting.services.advice import advise_cell

ROWS_A_PAGE = 50


@login_required
@require_safe
def show_advice(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """A cell: what it was told and what became of it. A unit above cells: all of the span that `ky` chooses, else this year."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    if unit.is_cell:
        context = {"form": _make_form(request, unit), **_cell_context(request, unit)}
        return render(request, "reporting/cell_advice.html", context)
    today = clock.today()
    span = read_span(request, today, default=Span.around(Month.of(today), YEAR))
    page = get_unit_advice(actor=request.actor, unit=unit, today=today, span=span)
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
    return answer_form(
        request,
        form,
        lambda: _advise(request, cell, form),
        then=reverse("reporting:advice", args=[cell.public_id]),
        message=_("Đã góp ý. Buổi sinh hoạt tới chi bộ sẽ thấy và trả lời."),
        template="reporting/cell_advice.html",
        context=lambda: _cell_context(request, cell),
    )


@login_required
@require_POST
def take_back(request: ActorRequest, public_id: UUID, comment: UUID) -> HttpResponse:
    """The giver takes back what nobody has answered."""
    cell = get_unit(actor=request.actor, public_id=public_id)
    return answer_button(
        request,
        lambda: remove_advice(actor=request.actor, public_id=comment, now=clock.now()),
        then=reverse("reporting:advice", args=[cell.public_id]),
        message=_("Đã bỏ góp ý."),
    )


def _make_form(request: ActorRequest, cell: Organization) -> AdviceForm:
    """Filled from the bank when the address says so."""
    initial = {name: request.GET.get(name, "") for name in ("text", "example", "topic")}
    return AdviceForm(posted(request), initial=initial, topics=list_topics(cell=cell, today=clock.today()))


def _advise(request: ActorRequest, cell: Organization, form: AdviceForm) -> None:
    data, now = form.cleaned_data, clock.now()
    draft = AdviceDraft(data["text"], data["example"], data["topic"])
    origin = origin_of_review(actor=request.actor, today=now.date())
    advise_cell(actor=request.actor, cell=cell, draft=draft, origin=origin, keep=data["keep"], now=now)


def _cell_context(request: ActorRequest, cell: Organization) -> dict[str, object]:
    page = get_cell_advice(actor=request.actor, cell=cell, today=clock.today())
    return {"page": page, "own": request.actor.name}
