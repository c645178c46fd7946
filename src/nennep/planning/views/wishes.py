"""What a person wants of the next solution, who cannot go when, what is known of a cell."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.wording import say_date
from nennep.planning.choices import PlanKind, WishKind
from nennep.planning.forms import AbsenceForm, MoveForm, TraitsForm
from nennep.planning.queries.facts import CellFacts, gather_facts
from nennep.planning.queries.plans import (
    VisitPlan,
    find_published_plan,
    get_absence,
    get_cell_traits,
    get_plan,
    get_planning_unit,
)
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services import plans as services
from nennep.planning.services.plans import AbsenceDraft, Traits, WishDraft
from nennep.planning.services.solving import queue_plan
from nennep.planning.views.answers import attempt, to_plan


@login_required
@require_POST
def add_wish(request: ActorRequest, plan: UUID) -> HttpResponse:
    """Keep a visit, or forbid its day or its cell to the official; the buttons of a visit's row send it."""
    found = get_plan(actor=request.actor, public_id=plan)
    wish = _read_wish(request)
    if wish is None:
        return to_plan(plan)
    if attempt(request, lambda: services.add_wish(actor=request.actor, plan=found, wish=wish, now=clock.now())):
        messages.success(request, _("Đã ghi. Bấm “Xếp lại” để có lịch mới theo điều này."))
    return to_plan(plan, request.POST.get("xem", "")[:10], "mong-muon")


def _read_wish(request: ActorRequest) -> WishDraft | None:
    """What a button of a visit's row sends; None when no button of ours sent it."""
    kind = request.POST.get("kind", "")
    official, cell = _read_id(request.POST.get("official", "")), _read_id(request.POST.get("cell", ""))
    on = _read_day(request.POST.get("on", ""))
    if kind not in WishKind.values or official is None or cell is None or on is None:
        return None
    return WishDraft(
        kind=WishKind(kind),
        official=official,
        cell=None if kind == WishKind.FORBID_DAY else cell,
        on=None if kind == WishKind.FORBID_CELL else on,
    )


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@login_required
@require_POST
def remove_wish(request: ActorRequest, plan: UUID, wish: UUID) -> HttpResponse:
    found = get_plan(actor=request.actor, public_id=plan)
    now = clock.now()
    attempt(request, lambda: services.remove_wish(actor=request.actor, plan=found, public_id=wish, now=now))
    return to_plan(plan, anchor="mong-muon")


@login_required
@require_http_methods(["GET", "POST"])
def move_visit(request: ActorRequest, plan: UUID) -> HttpResponse:
    """Another meeting of the same cell for the same official: `?can-bo=&chi-bo=&ngay=` say which visit."""
    found, visit = get_plan(actor=request.actor, public_id=plan), _read_visit(request)
    cell = _find_cell(found, visit)
    if cell is None or visit is None:
        return to_plan(plan)
    days = [(one.isoformat(), say_date(one)) for one in cell.meetings if one != visit.on]
    form = MoveForm(posted(request), days=days)
    if form.is_valid():
        to = date.fromisoformat(form.cleaned_data["to"])
        try:
            services.move_visit(actor=request.actor, plan=found, visit=visit, to=to, now=clock.now())
            messages.success(request, _("Đã ghi. Bấm “Xếp lại” để có lịch mới theo điều này."))
            return to_plan(plan, anchor="mong-muon")
        except DomainError as error:
            add_domain_error(form, error)
    context = {"plan": found, "form": form, "cell": cell, "on": visit.on}
    return render(request, "planning/move.html", context, status=422 if form.is_bound else 200)


def _read_visit(request: ActorRequest) -> WishDraft | None:
    official, cell = _read_id(request.GET.get("can-bo", "")), _read_id(request.GET.get("chi-bo", ""))
    on = _read_day(request.GET.get("ngay", ""))
    if official is None or cell is None or on is None:
        return None
    return WishDraft(WishKind.PIN, official, cell, on)


def _find_cell(plan: VisitPlan, visit: WishDraft | None) -> CellFacts | None:
    """The cell of the visit when it is one of the plan's."""
    facts = gather_facts(organization=plan.organization, year=plan.year, today=clock.today())
    return next((one for one in facts.cells if visit and one.id == str(visit.cell)), None)


@login_required
@require_http_methods(["GET", "POST"])
def note_absence(request: ActorRequest, unit: UUID) -> HttpResponse:
    """Somebody cannot go: note it, and have the smallest change of the published plan worked out."""
    found = get_planning_unit(actor=request.actor, public_id=unit)
    today = clock.today()
    officials = gather_facts(organization=found, year=today.year, today=today).officials
    form = AbsenceForm(posted(request), officials=[(one.id, f"{one.name}, {one.office_name}") for one in officials])
    if form.is_valid():
        draft = AbsenceDraft(**form.cleaned_data)
        try:
            services.note_absence(actor=request.actor, organization=found, draft=draft, now=clock.now())
            return _replan(request, unit, draft.first_day.year)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"unit": found, "form": form}
    return render(request, "planning/absence.html", context, status=422 if form.is_bound else 200)


def _replan(request: ActorRequest, unit: UUID, year: int) -> HttpResponse:
    found = get_planning_unit(actor=request.actor, public_id=unit)
    published, now = find_published_plan(organization=found, year=year), clock.now()
    settings = PlanSettings.from_json(published.options if published else {})
    plan = services.draft_plan(
        actor=request.actor,
        organization=found,
        year=year,
        settings=replace(settings, office_visits={}),
        kind=PlanKind.REPLAN,
        based_on=published,
        now=now,
    )
    attempt(request, lambda: queue_plan(actor=request.actor, plan=plan, now=now))
    return to_plan(plan.public_id)


@login_required
@require_POST
def remove_absence(request: ActorRequest, absence: UUID) -> HttpResponse:
    found = get_absence(actor=request.actor, public_id=absence)
    unit = found.organization.public_id
    services.remove_absence(actor=request.actor, absence=found, now=clock.now())
    messages.success(request, _("Đã bỏ ngày bận."))
    return redirect("planning:show_unit", unit)


@login_required
@require_http_methods(["GET", "POST"])
def edit_traits(request: ActorRequest, cell: UUID) -> HttpResponse:
    found = get_cell_traits(actor=request.actor, public_id=cell)
    initial = {
        "is_weak": found.is_weak,
        "is_remote": found.is_remote,
        "latitude": found.latitude,
        "longitude": found.longitude,
    }
    form = TraitsForm(posted(request), initial=initial)
    if form.is_valid():
        traits = Traits(form.cleaned_data["is_remote"], form.cleaned_data["is_weak"], form.position)
        services.set_traits(actor=request.actor, cell=found.organization, traits=traits, now=clock.now())
        messages.success(request, _("Đã ghi đặc điểm chi bộ. Lịch xếp sau này tính đến."))
        return redirect("planning:start")
    context = {"cell": found.organization, "form": form}
    return render(request, "planning/traits.html", context, status=422 if form.is_bound else 200)
