"""How a meeting is held."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.forms.live import ModeForm
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.services import modes as services


@login_required
@require_http_methods(["GET", "POST"])
def choose_mode(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """What a mode does not keep of the rules is said beside the reason for going on."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    initial = {"mode": found.mode, "reason": found.mode_reason, "approved_by": found.mode_approved_by}
    form = ModeForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.choose_mode(actor=request.actor, meeting=found, draft=form.draft(), now=clock.now())
            messages.success(request, _("Đã ghi hình thức sinh hoạt."))
            return redirect("meetings:show_meeting", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/room/mode.html", context, status=422 if form.is_bound else 200)
