"""Codes for members, from the secretary's hand."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from nennep.accounts.queries import describe_code
from nennep.core import clock
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.http import ActorRequest
from nennep.members import queries, services


@never_cache
@require_POST
@login_required
def issue_code(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Open the account when there is none yet, and answer with the page to print: the code is kept nowhere."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_reset:
        raise NotAllowed
    lost, now = "lost_phone" in request.POST, clock.now()
    try:
        user, code = services.help_in(actor=request.actor, member=page.member, lost_phone=lost, now=now)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("members:show", public_id)
    address = request.build_absolute_uri(reverse("accounts:enter_code"))
    printed = describe_code(user=user, code=code, address=address, now=now)
    return render(request, "accounts/code.html", {"printed": printed})
