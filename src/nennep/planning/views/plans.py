"""The unit's plans; one plan: its choices, its solution by day, official and cell; publishing it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.sheets.writer import write_xlsx
from nennep.planning.choices import SOLVING_STATES
from nennep.planning.forms import NumbersForm, PlanSettingsForm, WhatIfForm, YearForm
from nennep.planning.models import VisitPlan
from nennep.planning.queries.absences import list_absences
from nennep.planning.queries.plans import (
    CellRow,
    OfficialRow,
    PlanPage,
    get_plan,
    get_plan_page,
    get_planning_unit,
    list_planning_units,
    list_plans,
)
from nennep.planning.queries.regroupings import list_regroupings_of
from nennep.planning.queries.sheets import PLAN_COLUMNS, plan_rows
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services import plans as services
from nennep.planning.services.publishing import publish_plan
from nennep.planning.services.questions import ask_what_if as ask
from nennep.planning.services.solving import queue_plan
from nennep.planning.views.answers import plan_address
from nennep.visits.choices import Office

_TABLES = ("can-bo", "chi-bo")
_ROWS_A_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    return answer_button(
        request,
        lambda: services.draft_plan(
            actor=request.actor,
            organization=found,
            year=form.cleaned_data["year"],
            settings=PlanSettings(),
            now=clock.now(),
        ),
        then=lambda plan: reverse("planning:edit_settings", args=[plan.public_id]),
        refused=reverse("planning:show_unit", args=[unit]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def ask_what_if(request: ActorRequest, unit: UUID) -> HttpResponse:
    """A question, answered by solving a plan that can never be published."""
    found = get_planning_unit(actor=request.actor, public_id=unit)
    initial = {"office": Office.COMMUNE_COMMITTEE, "visits": 6, "visits_per_cell": 4}
    form = WhatIfForm(posted(request), offices=Office.choices, initial=initial)
    return answer_form(
        request,
        form,
        lambda: ask(actor=request.actor, organization=found, year=_years()[1], settings=form.settings, now=clock.now()),
        then=lambda plan: plan_address(plan.public_id),
        template="planning/what_if.html",
        context={"unit": found},
    )


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
    page, tab = get_plan_page(plan=found, today=clock.today()), request.GET.get("xem", "")
    context = _table_of(request, page, tab) if tab in _TABLES else {"tab": "lich"}
    return render(request, "planning/plan.html", _plan_context(found, page) | context)


def _plan_context(plan: VisitPlan, page: PlanPage) -> dict[str, object]:
    return {"page": page, "plan": plan, "regroupings": list_regroupings_of(plan)}


def _table_of(request: ActorRequest, page: PlanPage, tab: str, data: QueryDict | None = None) -> dict[str, object]:
    """The rows of one page of the table, with the fields of their numbers."""
    every: Sequence[CellRow | OfficialRow] = page.cells if tab == "chi-bo" else page.officials
    rows = Paginator(every, _ROWS_A_PAGE).get_page(request.GET.get("trang"))
    return {"tab": tab, "rows": rows, "form": NumbersForm(data, rows=list(rows))}


@never_cache
@login_required
@require_safe
def download(request: ActorRequest, plan: UUID) -> HttpResponse:
    """The visits of a solved plan as a sheet; back to its page before."""
    found = get_plan(actor=request.actor, public_id=plan)
    if not found.result:
        return redirect(plan_address(plan))
    page = get_plan_page(plan=found, today=clock.today())
    content = write_xlsx(_("Lịch dự sinh hoạt"), [str(label) for label in PLAN_COLUMNS], plan_rows(page))
    name = f"lich-du-{found.year}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(["GET", "POST"])
def edit_settings(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    form = PlanSettingsForm(posted(request), before=PlanSettings.from_json(found.options))
    return answer_form(
        request,
        form,
        lambda: services.change_settings(actor=request.actor, plan=found, settings=form.settings, now=clock.now()),
        then=plan_address(plan),
        template="planning/settings.html",
        context={"plan": found},
    )


@login_required
@require_POST
def set_numbers(request: ActorRequest, plan: UUID, what: str) -> HttpResponse:
    """Numbers typed into the table of cells or of officials; those that were not changed stay computed."""
    found = get_plan(actor=request.actor, public_id=plan)
    page = get_plan_page(plan=found, today=clock.today())
    table = _table_of(request, page, what if what in _TABLES else "can-bo", request.POST)
    form = cast(NumbersForm, table["form"])
    return answer_form(
        request,
        form,
        lambda: services.set_numbers(actor=request.actor, plan=found, numbers=form.numbers, now=clock.now()),
        then=plan_address(plan, what),
        template="planning/plan.html",
        context=lambda: _plan_context(found, page) | table,
    )


@login_required
@require_POST
def solve(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    return answer_button(
        request,
        lambda: queue_plan(actor=request.actor, plan=found, now=clock.now()),
        then=plan_address(plan),
    )


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: ActorRequest, plan: UUID) -> HttpResponse:
    """A page that says whom it tells, then the publishing itself."""
    found = get_plan(actor=request.actor, public_id=plan)
    page = get_plan_page(plan=found, today=clock.today())
    if request.method == "POST":
        return answer_button(
            request,
            lambda: publish_plan(actor=request.actor, plan=found, now=clock.now()),
            then=plan_address(plan),
            message=lambda told: (
                ngettext("Đã ban hành %(count)s thay đổi.", "Đã ban hành %(count)s thay đổi.", told) % {"count": told}
            ),
        )
    if not page.may_publish:
        return redirect("planning:show_plan", plan)
    return render(request, "planning/publish.html", {"plan": found, "page": page})


@login_required
@require_POST
def discard(request: ActorRequest, plan: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    return answer_button(
        request,
        lambda: services.discard_plan(actor=request.actor, plan=found, now=clock.now()),
        then=reverse("planning:show_unit", args=[found.organization.public_id]),
        message=_("Đã bỏ bản lịch."),
        refused=plan_address(plan),
    )
