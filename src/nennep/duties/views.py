"""Pages of tasks: a cell's, one task, the member's own; giving, reporting, handing over."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, next_address, read_span
from nennep.core.permissions import Permission
from nennep.duties import queries, services
from nennep.duties.forms import DropForm, DutyForm, DutyHandOverForm, DutyReportForm, StandingDutyForm, initial_of
from nennep.duties.models import Duty
from nennep.organizations.queries import find_coming_end, find_end

PAGE_SIZE = 25

CELLS_A_PAGE = 50


@login_required
@require_GET
def show_own(request: ActorRequest) -> HttpResponse:
    rows = queries.list_own_duties(actor=request.actor, today=clock.today())
    context = {"open_rows": [row for row in rows if row.is_open], "settled": [row for row in rows if not row.is_open]}
    return render(request, "duties/own.html", context)


@login_required
@require_GET
def show_cell(request: ActorRequest, cell: UUID) -> HttpResponse:
    """`loc` chooses: open tasks (default), settled ones (`xong`), all (`tat-ca`)."""
    page = queries.get_cell_page(
        actor=request.actor, public_id=cell, chosen=request.GET.get("loc", ""), today=clock.today()
    )
    rows = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    end = find_end(actor=request.actor, organization=page.cell)
    return render(request, "duties/cell.html", {"page": page, "rows": rows, "end": end})


@login_required
@require_GET
def show_duty(request: ActorRequest, duty: UUID) -> HttpResponse:
    page = queries.get_duty_page(actor=request.actor, public_id=duty, today=clock.today())
    return render(request, "duties/duty.html", {"page": page})


@login_required
@require_GET
def show_workload(request: ActorRequest, cell: UUID) -> HttpResponse:
    """Who has nothing to do, who has too much; each proposal is one button."""
    page = queries.get_workload_page(actor=request.actor, public_id=cell, today=clock.today())
    return render(request, "duties/workload.html", {"page": page})


@login_required
@require_GET
def show_unit(request: ActorRequest, unit: UUID) -> HttpResponse:
    """How it was at the end of the span that `ky` chooses; without one, today."""
    today, span = clock.today(), read_span(request, clock.today())
    page = queries.get_unit_workload(actor=request.actor, public_id=unit, today=today, span=span)
    lines = Paginator(page.cells, CELLS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "duties/unit.html", {"page": page, "lines": lines})


@login_required
@require_POST
def give_standing(request: ActorRequest, cell: UUID) -> HttpResponse:
    """The second tap: a standing task of this type of cell for the member named in the button."""
    unit = queries.get_cell(actor=request.actor, public_id=cell)
    request.actor.require(Permission.DUTIES_WRITE, unit.path)
    form = StandingDutyForm(request.POST, members=queries.list_members(organization=unit, on=clock.today()), cell=unit)
    back = reverse("duties:show_workload", args=[unit.public_id])
    if not form.is_valid():
        messages.error(request, _("Danh sách vừa thay đổi. Hãy chọn lại."))
        return redirect(back)
    return answer_button(
        request,
        lambda: services.give_duty(actor=request.actor, organization=unit, details=form.details(), now=clock.now()),
        then=back,
        message=_("Đã giao nhiệm vụ."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def give_duty(request: ActorRequest, cell: UUID) -> HttpResponse:
    """`nguoi` in the address names whom the task is for."""
    unit = queries.get_cell(actor=request.actor, public_id=cell)
    request.actor.require(Permission.DUTIES_WRITE, unit.path)
    members = queries.list_members(organization=unit, on=clock.today())
    form = DutyForm(posted(request), members=members, initial={"assignee": request.GET.get("nguoi", "")})
    back = reverse("duties:show_cell", args=[unit.public_id])
    return answer_form(
        request,
        form,
        lambda: services.give_duty(actor=request.actor, organization=unit, details=form.details(), now=clock.now()),
        then=back,
        message=_("Đã giao nhiệm vụ."),
        context=lambda: {
            "unit": unit,
            "page_title": _("Giao nhiệm vụ"),
            "submit_label": _("Giao"),
            "back_url": back,
            "ends_on": find_coming_end(unit),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def change_duty(request: ActorRequest, duty: UUID) -> HttpResponse:
    found = queries.get_duty(actor=request.actor, public_id=duty)
    request.actor.require(Permission.DUTIES_WRITE, found.organization.path)
    members = queries.list_members(organization=found.organization, on=clock.today())
    form = DutyForm(posted(request), members=members, initial=initial_of(found))
    return answer_form(
        request,
        form,
        lambda: services.change_duty(actor=request.actor, duty=found, details=form.details(), now=clock.now()),
        then=next_address(request, _address_of(found)),
        message=_("Đã sửa nhiệm vụ."),
        context=_form_context(request, found, _("Sửa nhiệm vụ")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def report_duty(request: ActorRequest, duty: UUID) -> HttpResponse:
    page = queries.get_duty_page(actor=request.actor, public_id=duty, today=clock.today())
    if not page.may_report:
        if not (page.may_write or page.is_own):
            raise NotAllowed(permission=Permission.DUTIES_WRITE, path=page.duty.organization.path)
        raise services.DutyDropped(last=queries.tell_last(page.duty))
    initial = {"percent": page.duty.percent, "note": page.duty.result, "exceeded": page.duty.exceeded}
    form = DutyReportForm(posted(request), initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.report_duty(actor=request.actor, duty=page.duty, progress=form.progress(), now=clock.now()),
        then=next_address(request, _after_report(page)),
        message=_("Đã ghi kết quả."),
        template="duties/report.html",
        context={"page": page, **_form_context(request, page.duty, _("Báo kết quả"))},
    )


@login_required
@require_http_methods(["GET", "POST"])
def hand_over_duty(request: ActorRequest, duty: UUID) -> HttpResponse:
    found = queries.get_duty(actor=request.actor, public_id=duty)
    request.actor.require(Permission.DUTIES_WRITE, found.organization.path)
    members = queries.list_members(organization=found.organization, on=clock.today()).exclude(pk=found.assignee_id)
    form = DutyHandOverForm(posted(request), members=members)
    return answer_form(
        request,
        form,
        lambda: services.hand_over_duty(actor=request.actor, duty=found, assignee=form.member(), now=clock.now()),
        then=next_address(request, _address_of(found)),
        message=lambda _done: _("Đã chuyển cho %(name)s.") % {"name": form.member().full_name},
        template="duties/hand_over.html",
        context=_form_context(request, found, _("Chuyển cho ai?")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def drop_duty(request: ActorRequest, duty: UUID) -> HttpResponse:
    found = queries.get_duty(actor=request.actor, public_id=duty)
    request.actor.require(Permission.DUTIES_WRITE, found.organization.path)
    form = DropForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: services.drop_duty(
            actor=request.actor, duty=found, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        then=_address_of(found),
        message=_("Đã thôi giao nhiệm vụ này."),
        template="duties/duty_form.html",
        context={**_form_context(request, found, _("Thôi giao nhiệm vụ")), "submit_label": _("Thôi giao")},
    )


def _form_context(request: ActorRequest, duty: Duty, title: str) -> dict[str, object]:
    """The way back leads where the form was asked for: the room of a meeting, else the task."""
    back = next_address(request, _address_of(duty))
    return {"duty": duty, "unit": duty.organization, "page_title": title, "back_url": back}


def _after_report(page: queries.DutyPage) -> str:
    """The member goes back to their own tasks, the secretary to the cell's."""
    if page.may_write:
        return reverse("duties:show_cell", args=[page.duty.organization.public_id])
    return reverse("duties:show_own")


def _address_of(duty: Duty) -> str:
    return reverse("duties:show_duty", args=[duty.public_id])
