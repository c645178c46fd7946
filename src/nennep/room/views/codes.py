"""The code of the roll call: on the wall, and on the member's phone."""

from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, is_this_machine
from nennep.core.qr import draw_qr
from nennep.meetings.choices import MeetingState
from nennep.room.forms.live import CodeForm
from nennep.room.queries.codes import CodePage, get_check_in_page, get_code_page
from nennep.room.services import codes as services
from nennep.room.views.parts import answer_part, get_to_write


@login_required
@require_GET
def show_code(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The page for the wall: digits and QR code of this half minute, how many are there; no names."""
    found = get_to_write(request, meeting)
    if found.state != MeetingState.OPEN:
        return redirect("room:show_room", found.public_id)
    page = get_code_page(meeting=found, now=clock.now())
    context: dict[str, object] = {"page": page, "meeting": found, "qr": draw_qr(_address_of(page)) if page.code else ""}
    context["is_this_machine"] = is_this_machine(settings.NENNEP_ADDRESS)
    template = "room/_code.html" if request.htmx else "room/code.html"
    response = render(request, template, context)
    add_never_cache_headers(response)
    return response


def _address_of(page: CodePage) -> str:
    path = reverse("room:check_in", args=[page.meeting.public_id])
    return urljoin(settings.NENNEP_ADDRESS, f"{path}?ma={page.code}")


@login_required
@require_POST
def begin_code(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    return answer_button(
        request,
        lambda: services.show_code(actor=request.actor, meeting=found, now=clock.now()),
        then=reverse("room:show_code", args=[meeting]),
    )


@login_required
@require_POST
def end_code(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    return answer_button(
        request,
        lambda: services.hide_code(actor=request.actor, meeting=found, now=clock.now()),
        then=reverse("room:show_code", args=[meeting]),
        message=_("Đã tắt mã điểm danh."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def check_in(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The member's own page. The QR code brings the digits along; one tap says "I am here"."""
    page = get_check_in_page(actor=request.actor, public_id=meeting)
    form = CodeForm(posted(request), initial={"code": request.GET.get("ma", "")[:6]})
    return answer_form(
        request,
        form,
        lambda: services.check_in(
            actor=request.actor, meeting=page.meeting, code=form.cleaned_data["code"], now=clock.now()
        ),
        then=reverse("room:check_in", args=[meeting]),
        template="room/check_in.html",
        context=lambda: {
            "page": get_check_in_page(actor=request.actor, public_id=meeting),
            "meeting": page.meeting,
        },
    )


@login_required
@require_POST
def accept_claim(request: ActorRequest, entry: UUID) -> HttpResponse:
    """The chair's tap on "says to be here since …"."""
    found = services.accept_claim(actor=request.actor, entry=entry, now=clock.now())
    return answer_part(request, found.meeting, "roll", anchor="diem-danh")
