"""What a person wants of the next solution, who cannot go when, what is known of a cell."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.planning.choices import WishKind
from nennep.planning.forms import AbsenceForm, MoveVisitForm, TraitsForm
from nennep.planning.models import VisitPlan
from nennep.planning.queries.absences import get_absence
from nennep.planning.queries.facts import CellInput, gather_facts
from nennep.planning.queries.plans import get_cell_traits, get_plan, get_planning_unit
from nennep.planning.services import plans as services
from nennep.planning.services.plans import AbsenceDraft, OfficialTraits, WishDraft
from nennep.planning.services.questions import replan_for_absence
from nennep.planning.views.answers import plan_address


@login_required
@require_POST
def add_wish(request: ActorRequest, plan: UUID) -> HttpResponse:
    """Keep a visit, or forbid its day or its cell to the official; the buttons of a visit's row send it."""
    found = get_plan(actor=request.actor, public_id=plan)
    wish = _read_wish(request)
    if wish is None:
        return redirect(plan_address(plan))
    return answer_button(
        request,
        lambda: services.add_wish(actor=request.actor, plan=found, wish=wish, now=clock.now()),
        then=plan_address(plan, request.POST.get("xem", "")[:10], "mong-muon"),
        message=_("Đã ghi. Bấm “Xếp lại” để có lịch mới theo điều này."),
    )


def _read_wish(request: ActorRequest) -> WishDraft | None:
    """What a button of a visit's row sends; None when it is nothing that our buttons send."""
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
    return answer_button(
        request,
        lambda: services.remove_wish(actor=request.actor, plan=found, public_id=wish, now=clock.now()),
        then=plan_address(plan, anchor="mong-muon"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def move_visit(request: ActorRequest, plan: UUID) -> HttpResponse:
    """Another meeting of the same cell for the same official: `?can-bo=&chi-bo=&ngay=` say which visit."""
    found, visit = get_plan(actor=request.actor, public_id=plan), _read_visit(request)
    cell = _find_cell(found, visit)
    if cell is None or visit is None:
        return redirect(plan_address(plan))
    days = [(one.isoformat(), say_date(one)) for one in cell.meetings if one != visit.on]
    form = MoveVisitForm(posted(request), days=days)
    return answer_form(
        request,
        form,
        lambda: services.move_visit(
            actor=request.actor,
            plan=found,
            visit=visit,
            to=date.fromisoformat(form.cleaned_data["to"]),
            now=clock.now(),
        ),
        then=plan_address(plan, anchor="mong-muon"),
        message=_("Đã ghi. Bấm “Xếp lại” để có lịch mới theo điều này."),
        template="planning/move.html",
        context={"plan": found, "cell": cell, "on": visit.on},
    )


def _read_visit(request: ActorRequest) -> WishDraft | None:
    official, cell = _read_id(request.GET.get("can-bo", "")), _read_id(request.GET.get("chi-bo", ""))
    on = _read_day(request.GET.get("ngay", ""))
    if official is None or cell is None or on is None:
        return None
    return WishDraft(WishKind.PIN, official, cell, on)


def _find_cell(plan: VisitPlan, visit: WishDraft | None) -> CellInput | None:
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
    return answer_form(
        request,
        form,
        lambda: replan_for_absence(
            actor=request.actor, organization=found, draft=AbsenceDraft(**form.cleaned_data), now=clock.now()
        ),
        then=lambda plan: plan_address(plan.public_id),
        template="planning/absence.html",
        context={"unit": found},
    )


@login_required
@require_POST
def remove_absence(request: ActorRequest, absence: UUID) -> HttpResponse:
    found = get_absence(actor=request.actor, public_id=absence)
    return answer_button(
        request,
        lambda: services.remove_absence(actor=request.actor, absence=found, now=clock.now()),
        then=reverse("planning:show_unit", args=[found.organization.public_id]),
        message=_("Đã bỏ ngày bận."),
    )


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
    return answer_form(
        request,
        form,
        lambda: _set_traits(request, found.organization, form),
        then=reverse("planning:start"),
        message=_("Đã ghi đặc điểm chi bộ. Lịch xếp sau này tính đến."),
        template="planning/traits.html",
        context={"cell": found.organization},
    )


def _set_traits(request: ActorRequest, cell: Organization, form: TraitsForm) -> None:
    traits = OfficialTraits(form.cleaned_data["is_remote"], form.cleaned_data["is_weak"], form.position)
    services.set_traits(actor=request.actor, cell=cell, traits=traits, now=clock.now())
