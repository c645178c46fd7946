"""Guests and officials from above in the room."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from nennep.core import clock
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.room.choices import GuestKind
from nennep.room.forms.live import GuestForm
from nennep.room.services import guests as services
from nennep.room.views.parts import answer_part, answer_part_form, get_to_write


@login_required
@require_POST
def add_guest(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = GuestForm(posted(request))
    return answer_part_form(
        request,
        found,
        form,
        lambda: services.add_guest(
            actor=request.actor,
            meeting=found,
            name=form.cleaned_data["guest"],
            kind=GuestKind(form.cleaned_data["guest_kind"]),
            now=clock.now(),
        ),
        part="guests",
        anchor="diem-danh",
    )


@login_required
@require_POST
def mark_guest(request: ActorRequest, meeting: UUID, guest: UUID) -> HttpResponse:
    """`present` is 1 or 0: what the button that was tapped said."""
    found = get_to_write(request, meeting)
    present = request.POST.get("present") == "1"
    services.mark_guest(actor=request.actor, meeting=found, public_id=guest, present=present, now=clock.now())
    return answer_part(request, found, "guests", anchor="diem-danh")


@login_required
@require_POST
def remove_guest(request: ActorRequest, meeting: UUID, guest: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    services.remove_guest(actor=request.actor, meeting=found, public_id=guest, now=clock.now())
    return answer_part(request, found, "guests", anchor="diem-danh")
