"""The page for whoever keeps the installation running."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.operations.queries.backups import list_runs
from nennep.operations.queries.checks import list_checks
from nennep.operations.rules import find_worst


@login_required
@require_GET
def show_operations(request: ActorRequest) -> HttpResponse:
    checks = list_checks(actor=request.actor, now=clock.now())
    facts = {"checks": checks, "worst": find_worst(checks), "runs": list_runs()}
    return render(request, "operations/show.html", facts)
