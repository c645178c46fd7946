"""The plan of themes of a cell and year, and what the committee above sees of the plans."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, read_span
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SPAN, YEAR
from nennep.meetings.forms.themes import AloneForm, ThemeForm
from nennep.meetings.models import ThemePlan
from nennep.meetings.queries.routine import routine_of
from nennep.meetings.queries.themes import get_theme, get_theme_plan, list_commune_themes
from nennep.meetings.services import themes as services
from nennep.members.queries import list_cell_members
from nennep.organizations.queries import get_organization

CELLS_A_PAGE = 50


@login_required
@require_GET
def show_themes(request: ActorRequest, cell: UUID, year: int | None = None) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_READ, unit.path)
    today = clock.today()
    plan = get_theme_plan(unit, year or today.year, today=today)
    may_change = request.actor.may(Permission.MEETINGS_PREPARE, unit.path)
    context = {"cell": unit, "plan": plan, "may_change": may_change, "today": today}
    return render(request, "meetings/themes/show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_theme(request: ActorRequest, cell: UUID, year: int) -> HttpResponse:
    """`quy` in the address chooses the first month of that quarter."""
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_PREPARE, unit.path)
    members = list_cell_members(organization_id=unit.pk, on=clock.today())
    quarter = request.GET.get("quy", "")
    initial = {"month": str(3 * int(quarter) - 1) if quarter in {"1", "2", "3", "4"} else str(clock.today().month)}
    form = ThemeForm(posted(request), initial=initial, year=year, members=members)
    return answer_form(
        request,
        form,
        lambda: services.add_theme(actor=request.actor, cell=unit, details=form.details, now=clock.now()),
        then=reverse("meetings:show_themes_of", args=[unit.public_id, year]),
        message=_("Đã thêm chuyên đề vào kế hoạch."),
        template="meetings/themes/edit.html",
        context={"cell": unit, "year": year},
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit_theme(request: ActorRequest, theme: UUID) -> HttpResponse:
    found = get_theme(actor=request.actor, public_id=theme)
    cell, year = found.organization, found.month.year
    request.actor.require(Permission.MEETINGS_PREPARE, cell.path)
    members = list_cell_members(organization_id=cell.pk, on=clock.today())
    form = ThemeForm(posted(request), initial=_initial(found), year=year, members=members)
    return answer_form(
        request,
        form,
        lambda: services.change_theme(actor=request.actor, theme=found, details=form.details, now=clock.now()),
        then=_address_of(found),
        message=_("Đã sửa chuyên đề."),
        template="meetings/themes/edit.html",
        context={"cell": cell, "year": year, "theme": found},
    )


def _initial(theme: ThemePlan) -> dict[str, Any]:
    return {
        "title": theme.title,
        "month": str(theme.month.month),
        "purpose": theme.purpose,
        "author": str(theme.author.public_id) if theme.author else "",
        "draft_due_on": theme.draft_due_on,
    }


@login_required
@require_POST
def drop_theme(request: ActorRequest, theme: UUID) -> HttpResponse:
    """With `restore` dropping is taken back."""
    found = get_theme(actor=request.actor, public_id=theme)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    act = services.restore_theme if request.POST.get("restore") else services.drop_theme
    return answer_button(
        request, lambda: act(actor=request.actor, theme=found, now=clock.now()), then=_address_of(found)
    )


@login_required
@require_POST
def take_up_theme(request: ActorRequest, theme: UUID) -> HttpResponse:
    """The month's regular meeting takes it on."""
    found = get_theme(actor=request.actor, public_id=theme)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    return answer_button(
        request,
        lambda: services.take_up_in_monthly(actor=request.actor, theme=found, now=clock.now()),
        then=lambda meeting: reverse("meetings:show_agenda", args=[meeting.public_id]),
        message=_("Buổi thường kỳ đã gắn chuyên đề này, làm lần lượt, không trộn."),
        refused=_address_of(found),
    )


@login_required
@require_http_methods(["GET", "POST"])
def meet_on_theme(request: ActorRequest, theme: UUID) -> HttpResponse:
    """A thematic meeting of its own."""
    found = get_theme(actor=request.actor, public_id=theme)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    routine = routine_of(found.organization, month=Month.of(found.month))
    day = max(found.month.replace(day=15), localdate(clock.now()))
    form = AloneForm(posted(request), initial={"day": day, "starts_at": routine.starts_at, "place": routine.place})
    return answer_form(
        request,
        form,
        lambda: services.take_up_alone(
            actor=request.actor,
            theme=found,
            planned_for=form.planned_for,
            place=form.cleaned_data["place"],
            now=clock.now(),
        ),
        then=lambda meeting: reverse("meetings:show_agenda", args=[meeting.public_id]),
        message=_("Đã lập buổi sinh hoạt chuyên đề."),
        template="meetings/themes/alone.html",
        context={"cell": found.organization, "theme": found},
    )


@login_required
@require_GET
def list_themes(request: ActorRequest, unit: UUID, year: int) -> HttpResponse:
    """Cells below the unit whose plans have gaps: of the year, or as they were at the end of the span that `ky` chooses."""
    found, today = get_organization(actor=request.actor, public_id=unit), clock.today()
    request.actor.require(Permission.MEETINGS_READ, found.path)
    span = read_span(request, today, default=Span(Month(year, 1), YEAR))
    if span.first.year != year:
        address = reverse("meetings:list_themes", args=[found.public_id, span.first.year])
        return redirect(f"{address}?{SPAN}={span}")
    page = list_commune_themes(actor=request.actor, unit=found, year=year, today=today, span=span)
    lines = Paginator(page.rows, CELLS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "meetings/themes/commune.html", {"cell": found, "page": page, "lines": lines})


def _address_of(theme: ThemePlan) -> str:
    """The plan of the theme's year."""
    return reverse("meetings:show_themes_of", args=[theme.organization.public_id, theme.month.year])
