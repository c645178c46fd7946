"""When the cell meets: the year's plan, moving, adding, calling off."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.forms.schedule import AddMeetingForm, CancelForm, MoveMeetingForm, RoutineForm
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting, require_settling
from nennep.meetings.queries.routine import get_routine_page, routine_of
from nennep.meetings.queries.schedule import get_move_page, get_year_plan
from nennep.meetings.services import routine as routines
from nennep.meetings.services import schedule as services
from nennep.organizations.queries import find_coming_end, get_organization


@login_required
@require_GET
def show_plan(request: ActorRequest, cell: UUID, year: int | None = None) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_READ, unit.path)
    today = clock.today()
    plan = get_year_plan(actor=request.actor, organization=unit, year=year or today.year, today=today)
    context = {"cell": unit, "plan": plan, "now": clock.now(), "ends_on": find_coming_end(unit)}
    return render(request, "meetings/schedule/plan.html", context)


@login_required
@require_POST
def plan_year(request: ActorRequest, cell: UUID, year: int) -> HttpResponse:
    """Only for this year and the next: what lies further ahead has no rules yet."""
    unit = get_organization(actor=request.actor, public_id=cell)
    if year > clock.today().year + 1:
        raise NotFound
    made = services.ensure_schedule(actor=request.actor, organization=unit, year=year, now=clock.now())
    if made:
        messages.success(
            request,
            ngettext("Đã lập %(count)s buổi sinh hoạt.", "Đã lập %(count)s buổi sinh hoạt.", len(made))
            % {"count": len(made)},
        )
    else:
        messages.info(request, _("Lịch năm đã đủ, không phải lập thêm."))
    return redirect("meetings:show_year", unit.public_id, year)


@login_required
@require_http_methods(["GET", "POST"])
def edit_routine(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_PREPARE, unit.path)
    page = get_routine_page(organization=unit, today=clock.today())
    form = RoutineForm(posted(request), initial=asdict(page.routine), months=page.months, proposed=page.proposed)
    return answer_form(
        request,
        form,
        lambda: routines.set_routine(actor=request.actor, organization=unit, now=clock.now(), **form.cleaned_data),
        then=reverse("meetings:show_plan", args=[unit.public_id]),
        message=lambda moved: (
            ngettext(
                "Đã ghi. %(count)s buổi sắp tới theo ngày mới.", "Đã ghi. %(count)s buổi sắp tới theo ngày mới.", moved
            )
            % {"count": moved}
        ),
        template="meetings/schedule/routine.html",
        context={"cell": unit, "page": page},
    )


@login_required
@require_POST
def withdraw_routine(request: ActorRequest, cell: UUID, since: Month) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    return answer_button(
        request,
        lambda: routines.withdraw_routine(actor=request.actor, organization=unit, since=since, now=clock.now()),
        then=reverse("meetings:edit_routine", args=[unit.public_id]),
        message=lambda moved: (
            ngettext(
                "Đã bỏ thay đổi. %(count)s buổi sắp tới theo ngày cũ.",
                "Đã bỏ thay đổi. %(count)s buổi sắp tới theo ngày cũ.",
                moved,
            )
            % {"count": moved}
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def add_meeting(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_PREPARE, unit.path)
    routine = routine_of(unit, month=Month.of(clock.today()))
    form = AddMeetingForm(posted(request), initial={"starts_at": routine.starts_at, "place": routine.place})
    return answer_form(
        request,
        form,
        lambda: services.add_meeting(
            actor=request.actor,
            organization=unit,
            kind=form.meeting_kind,
            planned_for=form.planned_for,
            place=form.cleaned_data["place"],
            theme=form.cleaned_data["theme"],
            now=clock.now(),
        ),
        then=lambda meeting: reverse("meetings:show_agenda", args=[meeting.public_id]),
        message=_("Đã thêm buổi sinh hoạt."),
        template="meetings/schedule/add.html",
        context=lambda: {"cell": unit, "ends_on": find_coming_end(unit)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def move_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    require_settling(actor=request.actor, cell=found.organization)
    moment = localtime(found.planned_for)
    form = MoveMeetingForm(
        posted(request), initial={"day": moment.date(), "starts_at": moment.time(), "place": found.place}
    )
    return answer_form(
        request,
        form,
        lambda: services.move_meeting(
            actor=request.actor,
            meeting=found,
            planned_for=form.planned_for,
            place=form.cleaned_data["place"],
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        ),
        then=reverse("meetings:show_agenda", args=[found.public_id]),
        message=_("Đã ghi ngày, giờ, nơi họp."),
        template="meetings/schedule/move.html",
        context=lambda: _move_facts(found),
    )


def _move_facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "page": get_move_page(meeting=meeting),
        "ends_on": find_coming_end(meeting.organization),
    }


@login_required
@require_http_methods(["GET", "POST"])
def cancel_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    require_settling(actor=request.actor, cell=found.organization)
    form = CancelForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: services.cancel_meeting(actor=request.actor, meeting=found, now=clock.now(), **form.cleaned_data),
        then=reverse("meetings:show_year", args=[found.organization.public_id, found.month.year]),
        message=_("Đã ghi không họp. Bỏ ghi được ở Kế hoạch năm."),
        template="meetings/schedule/cancel.html",
        context={"meeting": found},
    )


@login_required
@require_POST
def restore_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    require_settling(actor=request.actor, cell=found.organization)
    return answer_button(
        request,
        lambda: services.restore_meeting(actor=request.actor, meeting=found, now=clock.now()),
        then=reverse("meetings:show_year", args=[found.organization.public_id, found.month.year]),
        message=_("Đã bỏ ghi không họp."),
    )


@login_required
@require_GET
def show_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The page that fits the meeting's state: programme before, room during, outcome after."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    may_hold = request.actor.may(Permission.MEETINGS_HOLD, found.organization.path)
    if found.state == MeetingState.OPEN and may_hold:
        return redirect("room:show_room", found.public_id)
    if found.state == MeetingState.HELD and may_hold:
        return redirect("records:follow_meeting", found.public_id)
    return redirect("meetings:show_agenda", found.public_id)
