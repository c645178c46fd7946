"""A member's home page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.meetings.queries.member_home import get_member_home


@require_safe
@login_required
def show_member_home(request: ActorRequest) -> HttpResponse:
    """What waits for me? In large type; every answer is one tap. An account that belongs to no member has at most tasks."""
    try:
        page = get_member_home(actor=request.actor, today=clock.today())
    except NotFound:
        return redirect("duties:show_own")
    return render(request, "meetings/member_home.html", {"page": page})
