"""What other devices changed, and whatever else a device asks of a room that goes on."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_POST

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.choices import NoteModule
from nennep.room.queries.room import find_revision, get_room
from nennep.room.queries.silence import list_silent
from nennep.room.views.parts import get_to_write
from nennep.room.views.room import answer_after_note, answer_note, as_uuid, keep_typed_conclusion


@login_required
@require_GET
def show_news(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Asked every two seconds with the revision the device has (`tu`): 204 when there is nothing newer, else every part."""
    revision = find_revision(actor=request.actor, public_id=meeting)
    if revision is not None and request.GET.get("tu") == str(revision):
        return _never_kept(HttpResponse(status=204))
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    if not request.htmx:
        return redirect("room:show_room", found.public_id)
    if found.state != MeetingState.OPEN:
        return _never_kept(render(request, "room/_over.html", {"meeting": found, "oob": True}))
    return _never_kept(render(request, "room/_news.html", _context(request, found)))


def _context(request: ActorRequest, meeting: Meeting) -> dict[str, object]:
    room = get_room(actor=request.actor, meeting=meeting, now=clock.now())
    parts = {"outcome": room.outcome, "asked": room.asked, "guests": room.guests}
    return {"meeting": meeting, "room": room, **parts, "modules": list(NoteModule), "oob": True}


def _never_kept(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response


@login_required
@require_POST
def save_in_room(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """What every button of the room's form sends: the note of `item`, then what else was asked for."""
    found = get_to_write(request, meeting)
    if "item" in request.POST:
        return answer_note(request, as_uuid(request.POST["item"]))
    keep_typed_conclusion(request, found)
    return answer_after_note(request, None, found.public_id)


@login_required
@require_GET
def show_silent(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Whom the chair may like to invite: for the chair and the secretary, on their own device, when they ask."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    rows = list_silent(actor=request.actor, meeting=found)
    template = "room/_silent.html" if request.htmx else "room/silent.html"
    return _never_kept(render(request, template, {"meeting": found, "rows": rows}))
