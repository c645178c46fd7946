"""Parts of the room that answer alone: with htmx the same part comes back, without JavaScript the room."""

from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.queries import outcome as queries
from nennep.meetings.queries.asked import get_asked
from nennep.meetings.queries.guests import list_guests
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.outcome import Meeting
from nennep.meetings.queries.room import get_roll_call
from nennep.meetings.views.room import keep_note


def get_to_write(sent: ActorRequest, public_id: UUID) -> Meeting:
    """The meeting for somebody who may hold it: 403 for readers."""
    found = get_meeting(actor=sent.actor, public_id=public_id)
    sent.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    return found


def get_open(sent: ActorRequest, public_id: UUID) -> Meeting:
    """The meeting for a page that writes into it: 403 for readers, 404 when it does not go on."""
    found = get_to_write(sent, public_id)
    if not queries.may_hold(sent.actor, found):
        raise NotFound
    return found


def room_address(meeting: Meeting, anchor: str) -> str:
    return f"{reverse('meetings:show_room', args=[meeting.public_id])}#{anchor}"


def answer_part(
    sent: ActorRequest, meeting: Meeting, part: str, *, anchor: str, form: Form | None = None
) -> HttpResponse:
    """After a tap: back to the room, or the part alone for htmx; with a refused `form` the part says what is wrong."""
    if not sent.htmx:
        keep_note(sent)
    if form is None and not sent.htmx:
        return redirect(room_address(meeting, anchor))
    fresh = get_meeting(actor=sent.actor, public_id=meeting.public_id)
    context = {
        "meeting": fresh,
        "outcome": queries.get_outcome(actor=sent.actor, meeting=fresh),
        "asked": get_asked(meeting=fresh) if part in {"petitions", "advice"} else None,
        "guests": list_guests(fresh) if part == "guests" else None,
        "roll": get_roll_call(meeting=fresh) if part == "roll" else None,
        "part": f"meetings/room/_{part}.html",
        "room_url": room_address(fresh, anchor),
        f"{part}_form": form,
    }
    template = f"meetings/room/_{part}.html" if sent.htmx else "meetings/outcome/part.html"
    return render(sent, template, context, status=422 if form else 200)


def show_form(sent: ActorRequest, meeting: Meeting, form: Form, title: str) -> HttpResponse:
    """A page of its own for what the room has no place for."""
    context = {
        "form": form,
        "unit": meeting.organization,
        "page_title": title,
        "back_url": room_address(meeting, "ket-luan"),
        "back_label": _("Về phòng sinh hoạt"),
    }
    return render(sent, "core/form_page.html", context, status=422 if form.is_bound else 200)
