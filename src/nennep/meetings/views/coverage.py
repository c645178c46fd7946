"""What cells talked about: the map of one, the items behind it, the cells it warns of."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nennep.core import clock
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest, read_span
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import Topic
from nennep.meetings.queries.coverage import get_coverage_page, get_topic_items, list_commune_coverage
from nennep.organizations.queries import get_organization

CELLS_A_PAGE = 50


@login_required
@require_GET
def show_coverage(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_READ, unit.path)
    if not unit.is_cell:
        raise NotFound
    page = get_coverage_page(cell=unit, today=clock.today())
    return render(request, "meetings/coverage/show.html", {"cell": unit, "page": page})


@login_required
@require_GET
def show_topic(request: ActorRequest, cell: UUID, topic: str, month: str) -> HttpResponse:
    """`month` is written 2026-11."""
    unit = get_organization(actor=request.actor, public_id=cell)
    request.actor.require(Permission.MEETINGS_READ, unit.path)
    try:
        wanted, at = Topic(topic), Month.parse(month)
    except ValueError as error:
        raise NotFound from error
    page = get_topic_items(cell=unit, topic=wanted, month=at, today=clock.today())
    return render(request, "meetings/coverage/topic.html", {"cell": unit, "page": page})


@login_required
@require_GET
def list_coverage(request: ActorRequest, unit: UUID) -> HttpResponse:
    """Cells below the unit whose map warns of something, at the end of the span that `ky` chooses."""
    found = get_organization(actor=request.actor, public_id=unit)
    request.actor.require(Permission.MEETINGS_READ, found.path)
    today = clock.today()
    page = list_commune_coverage(actor=request.actor, unit=found, today=today, span=read_span(request, today))
    lines = Paginator(page.rows, CELLS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "meetings/coverage/commune.html", {"cell": found, "page": page, "lines": lines})
