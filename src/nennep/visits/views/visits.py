"""One visit: its page, the cell's confirmation, not coming, a substitute, calling it off, attendance by hand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, next_address
from nennep.core.wording import say_date
from nennep.visits.choices import OPEN_STATES
from nennep.visits.forms.visits import AttendForm, SubstituteForm, VisitReasonForm
from nennep.visits.queries.doors import get_visit
from nennep.visits.queries.lists import list_free_officials_on
from nennep.visits.queries.visit_page import VisitPage, get_visit_page
from nennep.visits.services.attendance import VisitInFuture, attend_by_hand
from nennep.visits.services.visits import cancel_visit, confirm_visit, miss_visit, not_open, substitute_visit


@login_required
@require_GET
def show_visit(request: ActorRequest, visit: UUID) -> HttpResponse:
    page = get_visit_page(actor=request.actor, public_id=visit, today=clock.today())
    return render(request, "visits/visit.html", {"page": page, "now": clock.now()})


@login_required
@require_POST
def confirm(request: ActorRequest, visit: UUID) -> HttpResponse:
    found = get_visit(actor=request.actor, public_id=visit)
    return answer_button(
        request,
        lambda: confirm_visit(actor=request.actor, visit=found, now=clock.now()),
        then=next_address(request, reverse("visits:show_visit", args=[found.public_id])),
        message=_("Đã nhận lịch. Cán bộ dự được báo ngay."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def miss(request: ActorRequest, visit: UUID) -> HttpResponse:
    page = get_visit_page(actor=request.actor, public_id=visit, today=clock.today())
    _require(page, allowed=page.may_miss, could=page.is_own or page.plans)
    form = VisitReasonForm(posted(request), initial={"reason": page.visit.missed_reason})

    def write() -> str:
        reason = form.cleaned_data["reason"]
        miss_visit(actor=request.actor, visit=page.visit, reason=reason, now=clock.now())
        return _("Đã ghi lý do. Người xếp lịch và chi bộ được báo.")

    return _ask(request, page, form, write, title=_("Vì sao không dự được?"))


@login_required
@require_http_methods(["GET", "POST"])
def substitute(request: ActorRequest, visit: UUID) -> HttpResponse:
    page = get_visit_page(actor=request.actor, public_id=visit, today=clock.today())
    _require(page, allowed=page.may_substitute, could=page.plans)
    free = list_free_officials_on(day=page.visit.planned_on, cell=page.visit.cell)
    others = [item for item in free if item.user.pk != page.visit.official_id]
    form = SubstituteForm(posted(request), officials=others, initial={"reason": page.visit.missed_reason})

    def write() -> str:
        reason, official, now = form.cleaned_data["reason"], form.chosen(), clock.now()
        substitute_visit(actor=request.actor, visit=page.visit, official=official, reason=reason, now=now)
        return _("Đã cử %(name)s dự thay.") % {"name": form.chosen()}

    return _ask(request, page, form, write, title=_("Ai dự thay?"))


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, visit: UUID) -> HttpResponse:
    page = get_visit_page(actor=request.actor, public_id=visit, today=clock.today())
    _require(page, allowed=page.may_plan, could=page.plans)
    form = VisitReasonForm(posted(request))

    def write() -> str:
        reason = form.cleaned_data["reason"]
        cancel_visit(actor=request.actor, visit=page.visit, reason=reason, now=clock.now())
        return _("Đã thôi lịch dự này.")

    return _ask(request, page, form, write, title=_("Thôi lịch dự này?"))


@login_required
@require_http_methods(["GET", "POST"])
def attend(request: ActorRequest, visit: UUID) -> HttpResponse:
    page = get_visit_page(actor=request.actor, public_id=visit, today=clock.today())
    _require(page, allowed=page.may_attend, could=page.plans)
    form = AttendForm(posted(request), initial={"attended_on": page.visit.planned_on})

    def write() -> str:
        on = form.cleaned_data["attended_on"]
        attend_by_hand(actor=request.actor, visit=page.visit, attended_on=on, now=clock.now())
        return _("Đã ghi đã dự.")

    return _ask(request, page, form, write, title=_("Chi bộ điểm danh trên giấy: đã dự ngày nào?"))


def _require(page: VisitPage, *, allowed: bool, could: bool) -> None:
    """The page is for those alone who may do what it is for; whoever `could` while it was open is told how it ended."""
    if allowed:
        return
    if not could:
        raise NotAllowed
    if page.visit.planned_on > clock.today() and page.visit.state in OPEN_STATES:
        raise VisitInFuture(day=say_date(page.visit.planned_on))
    raise not_open(page.visit)


def _ask(
    request: ActorRequest, page: VisitPage, form: forms.Form, write: Callable[[], str], *, title: str
) -> HttpResponse:
    """A form of its own page: written once valid, back to the visit with what `write` says."""
    address = reverse("visits:show_visit", args=[page.visit.public_id])
    context: dict[str, Any] = {"page": page, "unit": page.visit.cell, "page_title": title}
    context |= {"back_url": address, "back_label": _("Lịch dự")}
    return answer_form(
        request, form, write, then=address, message=str, template="visits/visit_form.html", context=context
    )
