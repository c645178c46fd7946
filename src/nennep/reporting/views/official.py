"""The home of an official who attends cells."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.reporting.queries.official import get_official_home
from nennep.reporting.services import note_brief_read


@login_required
@require_safe
def show_official_home(request: ActorRequest) -> HttpResponse:
    """Tôi dự ở đâu, khi nào? The brief of the next cell stands on the page; reading it goes into the trail."""
    home = get_official_home(actor=request.actor, now=clock.now())
    if home.brief is not None and home.brief.names_members:
        note_brief_read(actor=request.actor, cell=home.brief.cell, visitor=True, now=home.now)
    return render(request, "reporting/official_home.html", {"home": home, "brief": home.brief, "now": home.now})
