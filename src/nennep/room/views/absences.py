"""Who stays away, for those who hold the cell's meetings."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.organizations.queries import get_organization
from nennep.room.queries.absences import get_absences_page


@login_required
@require_GET
def show_absences(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=cell)
    page = get_absences_page(actor=request.actor, cell=unit, on=clock.today())
    return render(request, "room/absences.html", {"cell": unit, "page": page})
