"""Offices and assignments: hold, end, assign, hand over; one visit planned by hand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from nennep.accounts.queries import find_unit, list_unit_labels
from nennep.core import clock
from nennep.core.answers import answer_form, answer_previewed
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations.queries import find_coming_end
from nennep.visits.choices import Office
from nennep.visits.forms.people import (
    AssignForm,
    AssignManyForm,
    EndForm,
    HoldOfficeForm,
    PlanForm,
    VisitsHandOverForm,
)
from nennep.visits.models import Assignment
from nennep.visits.queries.doors import get_assignment, get_holding
from nennep.visits.queries.people import (
    find_cell,
    find_person,
    list_officials_in_office,
    list_person_labels,
    offer_cells,
)
from nennep.visits.services import (
    assign,
    assign_many,
    end_assignment,
    end_office,
    foresee_many,
    hand_over,
    hold_office,
    plan_visit,
)
from nennep.visits.services.visits import VisitWish

PLAN = Permission.VISITS_PLAN


@login_required
@require_http_methods(["GET", "POST"])
def add_office(request: ActorRequest) -> HttpResponse:
    _require_planner(request)
    form = HoldOfficeForm(posted(request), initial={"valid_from": clock.today()})

    def write() -> str:
        data = form.cleaned_data
        official = find_person(actor=request.actor, text=data["official"])
        unit = find_unit(actor=request.actor, permission=PLAN, text=data["organization"])
        terms = {"office": Office(data["office"]), "valid_from": data["valid_from"], "now": clock.now()}
        hold_office(actor=request.actor, official=official, organization=unit, **terms)
        messages.success(request, _("Đã ghi chức vụ của đồng chí %(name)s.") % {"name": official})
        return reverse("visits:show_official", args=[official.public_id])

    people = list_person_labels(actor=request.actor)
    return _ask(request, form, write, title=_("Ghi chức vụ cấp ủy"), people=people, units=_units(request))


@login_required
@require_http_methods(["GET", "POST"])
def finish_office(request: ActorRequest, holding: UUID) -> HttpResponse:
    found = get_holding(actor=request.actor, public_id=holding)
    request.actor.require(PLAN, found.organization.path)
    form = EndForm(posted(request), initial={"valid_to": clock.today()})

    def write() -> str:
        left = end_office(actor=request.actor, holding=found, valid_to=form.cleaned_data["valid_to"], now=clock.now())
        if left:
            words = ngettext("Còn %(count)s lịch dự cần bàn giao.", "Còn %(count)s lịch dự cần bàn giao.", len(left))
            messages.warning(request, words % {"count": len(left)})
        messages.success(request, _("Đã ghi thôi giữ chức vụ."))
        return reverse("visits:show_official", args=[found.official.public_id])

    facts = f"{found.official}: {found.get_office_display()}, {found.organization}"
    return _ask(request, form, write, title=_("Thôi giữ chức vụ"), facts=facts)


@login_required
@require_http_methods(["GET", "POST"])
def add_assignment(request: ActorRequest) -> HttpResponse:
    """`nguoi` in the address names the official."""
    _require_planner(request)
    initial = {"valid_from": clock.today(), "official": request.GET.get("nguoi", "")}
    officials = list_officials_in_office(actor=request.actor, on=clock.today())
    form = AssignForm(posted(request), officials=officials, initial=initial)

    def write() -> str:
        data, official = form.cleaned_data, form.chosen()
        unit = find_unit(actor=request.actor, permission=PLAN, text=data["organization"])
        terms = {"valid_from": data["valid_from"], "reason": data["reason"], "now": clock.now()}
        assign(actor=request.actor, official=official, organization=unit, **terms)
        messages.success(request, _("Đã phân công đồng chí %(name)s.") % {"name": official})
        return reverse("visits:show_official", args=[official.public_id])

    return _ask(request, form, write, title=_("Phân công theo dõi chi bộ"), units=_units(request))


@login_required
@require_http_methods(["GET", "POST"])
def add_assignments(request: ActorRequest) -> HttpResponse:
    """Many cells at once for one official, shown by name before it is done. `nguoi` in the address names the official."""
    _require_planner(request)
    initial = {"valid_from": clock.today(), "official": request.GET.get("nguoi", "")}
    officials = list_officials_in_office(actor=request.actor, on=clock.today())
    offered = offer_cells(actor=request.actor, on=clock.today())
    form = AssignManyForm(posted(request), officials=officials, offered=offered, initial=initial)

    def meant() -> dict[str, Any]:
        whom = {"official": form.chosen(), "organizations": form.meant(), "valid_from": form.cleaned_data["valid_from"]}
        return {"actor": request.actor, **whom}

    def write() -> list[Assignment]:
        return assign_many(**meant(), reason=form.cleaned_data["reason"], now=clock.now())

    context = {"page_title": _("Phân công nhiều chi bộ"), "back_url": reverse("visits:show_ledger")}
    return answer_previewed(
        request,
        form,
        write,
        preview=lambda: foresee_many(**meant(), act=write),
        then=lambda made: reverse("visits:show_official", args=[made[0].official.public_id]),
        message=_say_assigned,
        template="visits/people_form.html",
        context={**context, "back_label": _("Sổ dự sinh hoạt"), "submit_label": _("Phân công")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def finish_assignment(request: ActorRequest, assignment: UUID) -> HttpResponse:
    found = get_assignment(actor=request.actor, public_id=assignment)
    request.actor.require(PLAN, found.organization.path)
    form = EndForm(posted(request), initial={"valid_to": clock.today()})

    def write() -> str:
        day = form.cleaned_data["valid_to"]
        end_assignment(actor=request.actor, assignment=found, valid_to=day, now=clock.now())
        messages.success(request, _("Đã ghi thôi phân công."))
        return reverse("visits:show_official", args=[found.official.public_id])

    return _ask(request, form, write, title=_("Thôi phân công"), facts=f"{found.official}: {found.organization}")


@login_required
@require_http_methods(["GET", "POST"])
def pass_assignment(request: ActorRequest, assignment: UUID) -> HttpResponse:
    found = get_assignment(actor=request.actor, public_id=assignment)
    request.actor.require(PLAN, found.organization.path)
    officials = list_officials_in_office(actor=request.actor, on=clock.today())
    others = [held for held in officials if held.official_id != found.official_id]
    form = VisitsHandOverForm(posted(request), officials=others, initial={"on": clock.today()})

    def write() -> str:
        data = form.cleaned_data
        result = hand_over(
            actor=request.actor,
            assignment=found,
            official=form.chosen(),
            on=data["on"],
            reason=data["reason"],
            now=clock.now(),
        )
        for visit, why in result.left:
            messages.warning(request, f"{visit.planned_on:%d/%m/%Y}, {visit.cell}: {why}")
        count = len(result.visits)
        words = ngettext("Đã bàn giao cùng %(count)s lịch dự.", "Đã bàn giao cùng %(count)s lịch dự.", count)
        messages.success(request, words % {"count": count})
        return reverse("visits:show_official", args=[result.assignment.official.public_id])

    return _ask(request, form, write, title=_("Bàn giao cho ai?"), facts=f"{found.official}: {found.organization}")


@login_required
@require_http_methods(["GET", "POST"])
def add_visit(request: ActorRequest) -> HttpResponse:
    """`nguoi` and `chi-bo` in the address fill the form."""
    _require_planner(request)
    initial = {"official": request.GET.get("nguoi", ""), "cell": request.GET.get("chi-bo", "")}
    officials = list_officials_in_office(actor=request.actor, on=clock.today())
    form = PlanForm(posted(request), officials=officials, initial=initial)

    def write() -> str:
        data = form.cleaned_data
        cell = find_cell(actor=request.actor, text=data["cell"])
        wish = VisitWish(form.chosen(), cell, data["planned_on"], data["joint"])
        visit = plan_visit(actor=request.actor, wish=wish, now=clock.now())
        ends_on = find_coming_end(cell)
        if ends_on and data["planned_on"] >= ends_on:
            messages.warning(
                request, _("Chi bộ này kết thúc từ ngày %(day)s: đã định trước.") % {"day": say_date(ends_on)}
            )
        messages.success(request, _("Đã xếp lịch. Cán bộ và chi bộ được báo."))
        return reverse("visits:show_visit", args=[visit.public_id])

    units = list_unit_labels(actor=request.actor, permission=PLAN, cells_only=True)
    return _ask(request, form, write, title=_("Xếp một lịch dự"), units=units)


def _units(request: ActorRequest) -> list[str]:
    return list_unit_labels(actor=request.actor, permission=PLAN)


def _require_planner(request: ActorRequest) -> None:
    if not request.actor.may_somewhere(PLAN):
        raise NotFound


def _ask(request: ActorRequest, form: forms.Form, write: Callable[[], str], *, title: str, **more: Any) -> HttpResponse:
    """A form of its own page: `write` writes and says where to go."""
    context = {"page_title": title, "back_url": reverse("visits:show_ledger"), **more}
    context["back_label"] = _("Sổ dự sinh hoạt")
    return answer_form(request, form, write, then=str, template="visits/people_form.html", context=context)


def _say_assigned(made: list[Assignment]) -> str:
    words = ngettext("Đã phân công %(count)s chi bộ.", "Đã phân công %(count)s chi bộ.", len(made))
    return words % {"count": len(made)}
