"""The forms of a whole round: how far they are, having them made, taking them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button
from nennep.core.http import ActorRequest
from nennep.reporting.choices import FORMS_KEPT
from nennep.reporting.queries.papers.round_forms import (
    find_made_forms,
    get_round,
    list_round_forms,
    name_round_forms,
    open_forms,
)
from nennep.reporting.services import ask_round_forms, note_round_forms_taken


@login_required
@require_safe
def show_round_forms(request: ActorRequest, campaign: UUID) -> HttpResponse:
    """Where the last one stands; asks again by itself while it is being made."""
    found = get_round(actor=request.actor, public_id=campaign)
    rows = list_round_forms(actor=request.actor, campaign=found)
    fragment = "reporting/round_forms_body.html" if request.htmx else "reporting/round_forms.html"
    context = {
        "campaign": found,
        "last": next(iter(rows), None),
        "made": find_made_forms(actor=request.actor, campaign=found),
        "days": FORMS_KEPT.days,
    }
    return render(request, fragment, context)


@login_required
@require_POST
def ask_forms(request: ActorRequest, campaign: UUID) -> HttpResponse:
    found = get_round(actor=request.actor, public_id=campaign)
    return answer_button(
        request,
        lambda: ask_round_forms(actor=request.actor, campaign=found, now=clock.now()),
        then=reverse("reporting:round_forms", args=[found.public_id]),
    )


@login_required
@require_safe
def download_round_forms(request: ActorRequest, campaign: UUID) -> HttpResponseBase:
    """One that is gone is offered anew."""
    found = get_round(actor=request.actor, public_id=campaign)
    made = find_made_forms(actor=request.actor, campaign=found)
    if made is None:
        return redirect("reporting:round_forms", found.public_id)
    note_round_forms_taken(actor=request.actor, forms=made, now=clock.now())
    disposition = content_disposition_header(as_attachment=True, filename=name_round_forms(found)) or ""
    headers = {"Content-Disposition": disposition, "Content-Length": str(made.size)}
    headers |= {"Cache-Control": "private, no-store", "Content-Type": "application/zip"}
    headers["Content-Encoding"] = "identity"  # packed already: not once more on the way, and its length stays known
    return StreamingHttpResponse(open_forms(made), headers=headers)
