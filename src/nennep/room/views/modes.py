"""How a meeting is held."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, next_address
from nennep.core.permissions import Permission
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.forms.live import ModeForm
from nennep.room.services import modes as services


@login_required
@require_http_methods(["GET", "POST"])
def choose_mode(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """What a mode does not keep of the rules is said beside the reason for going on."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    back = next_address(request, reverse("meetings:show_meeting", args=[found.public_id]))
    initial = {"mode": found.mode, "reason": found.mode_reason, "approved_by": found.mode_approved_by}
    form = ModeForm(posted(request), initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.choose_mode(actor=request.actor, meeting=found, draft=form.draft(), now=clock.now()),
        then=back,
        message=_("Đã ghi hình thức sinh hoạt."),
        template="room/mode.html",
        context={"meeting": found, "back_url": back},
    )
