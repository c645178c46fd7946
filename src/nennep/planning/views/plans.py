"""The unit's plans; one plan: its choices, its solution by day, official and cell; publishing it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.planning.choices import SOLVING_STATES, PlanKind
from nennep.planning.forms import NumbersForm, SettingsForm, WhatIfForm, YearForm
from nennep.planning.queries.plans import (
    Organization,
    get_plan,
    get_plan_page,
    get_planning_unit,
    list_absences,
    list_planning_units,
    list_plans,
)
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services import plans as services
from nennep.planning.services.publishing import publish_plan
from nennep.planning.services.solving import queue_plan
from nennep.planning.views.answers import attempt, to_plan
from nennep.visits.choices import Office

_TABS = ("lich", "can-bo", "chi-bo")
_ROWS_A_PAGE = 100


@login_required
@require_safe
def show_start(request: ActorRequest) -> HttpResponse:
    """Whoever plans for one unit goes straight to it; others choose."""
    units = list_planning_units(actor=request.actor)
    if len(units) == 1:
        return redirect("planning:show_unit", units[0].public_id)
    return render(request, "planning/start.html", {"units": units})


@login_required
@require_safe
def show_unit(request: ActorRequest, unit: UUID) -> HttpResponse:
    found = get_planning_unit(actor=request.actor, public_id=unit)
    context = {
        "unit": found,
        "plans": list_plans(organization=found),
        "absences": list_absences(organization=found, since=clock.today()),
        "form": YearForm(years=_years(), initial={"year": _years()[-1]}),
    }
    return render(request, "planning/unit.html", context)


def _years() -> tuple[int, int]:
    this_year = clock.today().year
    return this_year, this_year + 1


@login_required
@require_POST
def draft(request: ActorRequest, unit: UUID) -> HttpResponse:
    """A new plan of the year chosen, with the usual choices."""
    found = get_planning_unit(actor=request.actor, public_id=unit)
    form = YearForm(request.POST, years=_years())
    if not form.is_valid():
        return redirect("planning:show_unit", unit)
    year = form.cleaned_data["year"]
    plan = services.draft_plan(
        actor=request.actor, organization=found, year=year, settings=PlanSettings(), now=clock.now()
    )
    return redirect("planning:edit_settings", plan.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def ask_what_if(request: ActorRequest, unit: UUID) -> HttpResponse:
    """A question, answered by solving a plan that can never be published."""
    found = get_planning_unit(actor=request.actor, public_id=unit)
    initial = {"office": Office.COMMUNE_COMMITTEE, "visits": 6, "visits_per_cell": 4}
    form = WhatIfForm(posted(request), offices=Office.choices, initial=initial)
    if form.is_valid():
        try:
            return to_plan(_ask(request.actor, found, form.settings))
        except DomainError as error:
            add_domain_error(form, error)
    context = {"unit": found, "form": form}
    return render(request, "planning/what_if.html", context, status=422 if form.is_bound else 200)


def _ask(actor: Actor, unit: Organization, settings: PlanSettings) -> UUID:
    """Draft the question and have it solved; its public id."""
    now = clock.now()
    with transaction.atomic():
        plan = services.draft_plan(
            actor=actor, organization=unit, year=_years()[1], settings=settings, kind=PlanKind.WHAT_IF, now=now
        )
        queue_plan(actor=actor, plan=plan, now=now)
    return plan.public_id


@never_cache
@login_required
@require_safe
def show_plan(request: ActorRequest, plan: UUID) -> HttpResponse:
    """A plan by day, official or cell; while it is solved only how far that has come."""
    found = get_plan(actor=request.actor, public_id=plan)
    if found.state in SOLVING_STATES:
        return render(request, "planning/_solving.html" if request.htmx else "planning/solving.html", {"plan": found})
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    page = get_plan_page(plan=found, today=clock.today())
    tab = request.GET.get("xem", "lich")
    context = {"page": page, "plan": found, "tab": tab if tab in _TABS else "lich"}
    rows = {"can-bo": page.officials, "chi-bo": page.cells}.get(tab)
    if rows is not None:
        context["rows"] = Paginator(rows, _ROWS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "planning/plan.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_settings(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    form = SettingsForm(posted(request), before=PlanSettings.from_json(found.options))
    if form.is_valid():
        try:
            services.change_settings(actor=request.actor, plan=found, settings=form.settings, now=clock.now())
            return redirect("planning:show_plan", plan)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"plan": found, "form": form}
    return render(request, "planning/settings.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def set_numbers(request: ActorRequest, plan: UUID, what: str) -> HttpResponse:
    """Numbers typed into the table of cells or of officials; those that were not changed stay computed."""
    found = get_plan(actor=request.actor, public_id=plan)
    page = get_plan_page(plan=found, today=clock.today())
    cells, officials = (page.cells, ()) if what == "chi-bo" else ((), page.officials)
    form = NumbersForm(request.POST, cells=cells, officials=officials)
    if form.is_valid():
        attempt(
            request,
            lambda: services.set_numbers(actor=request.actor, plan=found, numbers=form.numbers, now=clock.now()),
        )
    else:
        messages.error(request, _("Có số không đúng, chưa ghi gì. Số lần từ 0 đến 366, mức ưu tiên từ 1 đến 99."))
    return to_plan(plan, what)


@login_required
@require_POST
def solve(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    attempt(request, lambda: queue_plan(actor=request.actor, plan=found, now=clock.now()))
    return redirect("planning:show_plan", plan)


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: ActorRequest, plan: UUID) -> HttpResponse:
    """A page that says whom it tells, then the publishing itself."""
    found = get_plan(actor=request.actor, public_id=plan)
    page = get_plan_page(plan=found, today=clock.today())
    if request.method == "POST":
        try:
            told = publish_plan(actor=request.actor, plan=found, now=clock.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            words = ngettext("Đã ban hành %(count)s thay đổi.", "Đã ban hành %(count)s thay đổi.", told)
            messages.success(request, words % {"count": told})
        return redirect("planning:show_plan", plan)
    if not page.may_publish:
        return redirect("planning:show_plan", plan)
    return render(request, "planning/publish.html", {"plan": found, "page": page})


@login_required
@require_POST
def discard(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    unit = found.organization.public_id
    if attempt(request, lambda: services.discard_plan(actor=request.actor, plan=found, now=clock.now())):
        messages.success(request, _("Đã bỏ bản lịch."))
        return redirect("planning:show_unit", unit)
    return redirect("planning:show_plan", plan)
