"""Parts of the room that answer alone: with htmx the same part comes back, without JavaScript the room."""

from collections.abc import Callable
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.core.answers import answer_form
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.rules.state import require_open
from nennep.room.queries import outcome as queries
from nennep.room.queries.asked import get_asked
from nennep.room.queries.guests import list_guests
from nennep.room.queries.roll_call import get_roll_call
from nennep.room.views.room import keep_typed


def get_to_write(request: ActorRequest, public_id: UUID) -> Meeting:
    """The meeting for somebody who may hold it: 403 for readers."""
    found = get_meeting(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    return found


def get_open(request: ActorRequest, public_id: UUID) -> Meeting:
    """The meeting for a page that writes into it: 403 for readers, and while it does not go on the sentence that says so.

    What is sent all the same its service refuses, beside what was typed.
    """
    found = get_to_write(request, public_id)
    if request.method != "POST":
        require_open(found.state)
    return found


def room_address(meeting: Meeting, anchor: str) -> str:
    return f"{reverse('room:show_room', args=[meeting.public_id])}#{anchor}"


def answer_part(request: ActorRequest, meeting: Meeting, part: str, *, anchor: str) -> HttpResponse:
    """After a tap: back to the room, or the part alone for htmx."""
    if not request.htmx:
        keep_typed(request, meeting)
        return _show_unsaved(request, meeting, part, anchor) or redirect(room_address(meeting, anchor))
    return render(request, f"room/_{part}.html", _part_context(request, meeting, part, anchor))


def _show_unsaved(request: ActorRequest, meeting: Meeting, part: str, anchor: str) -> HttpResponse | None:
    """The part with the words that stand beside other comments than the one that was answered; None where there are none.

    422, as of every form whose words are not kept: what was tapped is.
    """
    if part != "advice" or not get_asked(meeting=meeting).with_words(request.POST.dict()).has_words:
        return None
    context = {**_part_context(request, meeting, part, anchor), "is_unsaved": True}
    return render(request, "room/part.html", context, status=422)


def answer_part_form(
    request: ActorRequest, meeting: Meeting, form: Form, act: Callable[[], object], *, part: str, anchor: str
) -> HttpResponse:
    """The same for a part that asks for something: refused, the part says what is wrong and keeps what was typed.

    After the meeting the part has no form that could keep it: then the page of the refusal does.
    """

    def show() -> dict[str, object]:
        require_open(get_meeting(actor=request.actor, public_id=meeting.public_id).state)
        if not request.htmx:
            keep_typed(request, meeting, asked=part)
        return {**_part_context(request, meeting, part, anchor), f"{part}_form": form}

    return answer_form(
        request,
        form,
        act,
        then=lambda _done: answer_part(request, meeting, part, anchor=anchor),
        template=f"room/_{part}.html" if request.htmx else "room/part.html",
        context=show,
    )


def _part_context(request: ActorRequest, meeting: Meeting, part: str, anchor: str) -> dict[str, object]:
    fresh = get_meeting(actor=request.actor, public_id=meeting.public_id)
    return {
        "meeting": fresh,
        "outcome": queries.get_outcome(actor=request.actor, meeting=fresh),
        "asked": get_asked(meeting=fresh).with_words(request.POST.dict()) if part in {"petitions", "advice"} else None,
        "guests": list_guests(fresh) if part == "guests" else None,
        "roll": get_roll_call(meeting=fresh) if part == "roll" else None,
        "part": f"room/_{part}.html",
        "room_url": room_address(fresh, anchor),
    }


def answer_room_form(
    request: ActorRequest,
    meeting: Meeting,
    form: Form,
    act: Callable[[], object],
    *,
    title: str,
    anchor: str = "ket-luan",
    message: str = "",
) -> HttpResponse:
    """A page of its own for what the room has no place for; then back to the room at `anchor`."""
    return answer_form(
        request,
        form,
        act,
        then=room_address(meeting, anchor),
        message=message,
        context=room_form_context(meeting, title, anchor=anchor),
    )


def room_form_context(meeting: Meeting, title: str, *, anchor: str = "ket-luan") -> dict[str, object]:
    """What a page of its own shows around its form."""
    return {
        "unit": meeting.organization,
        "page_title": title,
        "back_url": room_address(meeting, anchor),
        "back_label": _("Về phòng sinh hoạt"),
    }
