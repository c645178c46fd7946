"""When the cell meets: the year's plan, moving, adding, calling off."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.forms.schedule import AddMeetingForm, CancelForm, MoveForm, RoutineForm
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.schedule import get_move_page, get_year_plan, routine_of
from nennep.meetings.services import schedule as services
from nennep.organizations.queries import get_organization


@login_required
@require_GET
def show_plan(request: ActorRequest, cell: UUID, year: int | None = None) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_READ, unit.path)
    today = clock.today()
    plan = get_year_plan(actor=request.actor, organization=unit, year=year or today.year, today=today)
    return render(request, "meetings/schedule/plan.html", {"cell": unit, "plan": plan, "now": clock.now()})


@login_required
@require_POST
def plan_year(request: ActorRequest, cell: UUID, year: int) -> HttpResponse:
    """Only for this year and the next: what lies further ahead has no rules yet."""
    unit = get_organization(actor=request.actor, public_id=cell)
    if year > clock.today().year + 1:
        raise NotFound
    made = services.ensure_schedule(actor=request.actor, organization=unit, year=year, now=clock.now())
    if made:
        messages.success(request, _("Đã lập %(count)s buổi sinh hoạt.") % {"count": len(made)})
    else:
        messages.info(request, _("Lịch năm đã đủ, không phải lập thêm."))
    return redirect("meetings:show_year", unit.public_id, year)


@login_required
@require_http_methods(["GET", "POST"])
def edit_routine(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_PREPARE, unit.path)
    routine = routine_of(unit)
    initial = {"fixed_day": routine.fixed_day, "starts_at": routine.starts_at, "place": routine.place}
    form = RoutineForm(posted(request), initial=initial)
    if form.is_valid():
        moved = services.set_routine(actor=request.actor, organization=unit, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Đã ghi. %(count)s buổi sắp tới theo ngày mới.") % {"count": moved})
        return redirect("meetings:show_plan", unit.public_id)
    context = {"cell": unit, "form": form}
    return render(request, "meetings/schedule/routine.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def add_meeting(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_PREPARE, unit.path)
    routine = routine_of(unit)
    form = AddMeetingForm(posted(request), initial={"starts_at": routine.starts_at, "place": routine.place})
    if form.is_valid():
        cleaned = {name: form.cleaned_data[name] for name in ("place", "theme")}
        try:
            meeting = services.add_meeting(
                actor=request.actor,
                organization=unit,
                kind=form.meeting_kind,
                planned_for=form.planned_for,
                now=clock.now(),
                **cleaned,
            )
            messages.success(request, _("Đã thêm buổi sinh hoạt."))
            return redirect("meetings:show_agenda", meeting.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"cell": unit, "form": form}
    return render(request, "meetings/schedule/add.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def move_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    moment = localtime(found.planned_for)
    form = MoveForm(posted(request), initial={"day": moment.date(), "starts_at": moment.time(), "place": found.place})
    if form.is_valid():
        cleaned = {name: form.cleaned_data[name] for name in ("place", "reason")}
        try:
            services.move_meeting(
                actor=request.actor, meeting=found, planned_for=form.planned_for, now=clock.now(), **cleaned
            )
            messages.success(request, _("Đã ghi ngày, giờ, nơi họp."))
            return redirect("meetings:show_agenda", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form, "page": get_move_page(meeting=found)}
    return render(request, "meetings/schedule/move.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def cancel_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    form = CancelForm(posted(request))
    if form.is_valid():
        try:
            services.cancel_meeting(actor=request.actor, meeting=found, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Đã ghi không họp. Bỏ ghi được ở Kế hoạch năm."))
            return redirect("meetings:show_year", found.organization.public_id, found.month.year)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/schedule/cancel.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def restore_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    try:
        services.restore_meeting(actor=request.actor, meeting=found, now=clock.now())
        messages.success(request, _("Đã bỏ ghi không họp."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:show_year", found.organization.public_id, found.month.year)


@login_required
@require_GET
def show_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The page that fits the meeting's state: programme before, room during, outcome after."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    may_hold = request.actor.may(Permission.MEETINGS_HOLD, found.organization.path)
    if found.state == MeetingState.OPEN and may_hold:
        return redirect("meetings:show_room", found.public_id)
    if found.state == MeetingState.HELD and may_hold:
        return redirect("meetings:follow_meeting", found.public_id)
    return redirect("meetings:show_agenda", found.public_id)
