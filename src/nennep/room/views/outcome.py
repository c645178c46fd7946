"""What comes of a meeting while it goes on: votes, conclusion, remarks, tasks; and its closing.

The parts belong to the room: without JavaScript they post and come back to the room's anchor, with htmx the same part comes back.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_form, refusals_said
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.duties.forms import DutyForm
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.choices import RemarkKind
from nennep.room.forms.outcome import REASON_PREFIX, ClosingForm, ConclusionForm, RemarkForm, VoteForm
from nennep.room.queries import outcome as queries
from nennep.room.queries.closing import ClosingPage, get_closing_page, is_closed, keeps_reasons
from nennep.room.services import outcome as services
from nennep.room.services import room as room_services
from nennep.room.services import votes as vote_services
from nennep.room.services.outcome import RemarkDraft
from nennep.room.views.parts import (
    answer_part,
    answer_part_form,
    answer_room_form,
    get_open,
    get_to_write,
    room_form_context,
)


@login_required
@require_POST
def record_vote(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = VoteForm(posted(request))
    return answer_part_form(
        request,
        found,
        form,
        lambda: vote_services.record_vote(
            actor=request.actor,
            meeting=found,
            subject=form.cleaned_data["subject"],
            ballot=form.ballot(),
            method=form.method_of(),
            majority=form.majority_of(),
            now=clock.now(),
        ),
        part="vote",
        anchor="ket-luan",
    )


@login_required
@require_POST
def remove_vote(request: ActorRequest, meeting: UUID, vote: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    vote_services.remove_vote(actor=request.actor, meeting=found, public_id=vote, now=clock.now())
    return answer_part(request, found, "vote", anchor="ket-luan")


@login_required
@require_POST
def write_conclusion(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = ConclusionForm(posted(request))
    return answer_part_form(
        request,
        found,
        form,
        lambda: services.write_conclusion(
            actor=request.actor,
            meeting=found,
            text=form.cleaned_data["conclusion"],
            before=form.cleaned_data["conclusion_before"],
            now=clock.now(),
        ),
        part="conclusion",
        anchor="ket-luan",
    )


@login_required
@require_POST
def praise_duty(request: ActorRequest, meeting: UUID, duty: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    try:
        services.praise_duty(actor=request.actor, meeting=found, public_id=duty, now=clock.now())
    except services.RemarkOfStranger as error:
        messages.error(request, str(error))
    return answer_part(request, found, "last_duties", anchor="nhiem-vu")


@login_required
@require_POST
def finish_duty(request: ActorRequest, meeting: UUID, duty: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    services.finish_duty(actor=request.actor, meeting=found, public_id=duty, now=clock.now())
    return answer_part(request, found, "last_duties", anchor="nhiem-vu")


@login_required
@require_http_methods(["GET", "POST"])
def add_remark(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = RemarkForm(posted(request), members=queries.list_roll_members(found))
    return answer_room_form(
        request,
        found,
        form,
        lambda: services.add_remark(actor=request.actor, meeting=found, draft=_draft(form), now=clock.now()),
        title=_("Biểu dương, nhắc nhở"),
    )


@login_required
@require_POST
def remove_remark(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """`remark` in the body says which; it has no address of its own."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    wanted = request.POST.get("remark", "")
    remark_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    services.remove_remark(actor=request.actor, meeting=found, remark_id=remark_id, now=clock.now())
    return answer_part(request, found, "given", anchor="ket-luan")


@login_required
@require_http_methods(["GET", "POST"])
def give_duty(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = DutyForm(posted(request), members=queries.list_duty_members(found))
    return answer_room_form(
        request,
        found,
        form,
        lambda: services.give_duty(actor=request.actor, meeting=found, details=form.details(), now=clock.now()),
        title=_("Giao nhiệm vụ"),
        message=_("Đã giao nhiệm vụ."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Each rule that is not kept asks for a reason; then the minutes are next. Keyed in afterwards, the end is asked for.

    `fees` writes the usual line on fees and keeps what was typed; of a meeting that is closed already the minutes are next.
    """
    found = get_meeting(actor=request.actor, public_id=meeting)
    if not request.actor.may(Permission.MEETINGS_HOLD, found.organization.path):
        raise NotFound
    if found.state == MeetingState.HELD:
        return _say_closed(request, found)
    if request.method == "POST" and "fees" in request.POST:
        return _tell_fees(request, found)
    try:
        answer = _close(request, found, posted(request))
    except NotFound:
        if not is_closed(found):
            raise
        return _say_closed(request, found)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and is_closed(found):
        return _say_closed(request, found)
    return answer


def _say_closed(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    """Closed is closed, twice too: the minutes are next. Reasons that were typed and are not kept there come back."""
    typed = [str(text) for name, text in request.POST.items() if name.startswith(REASON_PREFIX)]
    if not keeps_reasons(meeting, typed):
        raise services.MeetingAlreadyClosed
    messages.info(request, str(services.MeetingAlreadyClosed()))
    return redirect("records:show_minutes", meeting.public_id)


def _tell_fees(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    with refusals_said(request):
        room_services.tell_fees_paid(actor=request.actor, meeting=meeting, now=clock.now())
    return _close(request, meeting, None, kept=request.POST.dict() | {"discussed": request.POST.getlist("discussed")})


def _close(
    request: ActorRequest, meeting: Meeting, typed: QueryDict | None, *, kept: dict[str, Any] | None = None
) -> HttpResponse:
    now = clock.now()
    until = max(filter(None, (ClosingForm.read_end(typed) or now, meeting.opened_at)))
    page = get_closing_page(actor=request.actor, public_id=meeting.public_id, until=until)
    form = _closing_form(
        page, typed, {**_propose_end(page, now), "discussed": [str(one) for one in page.said], **(kept or {})}
    )
    frame = room_form_context(meeting, _("Kết thúc buổi sinh hoạt?"))
    facts: dict[str, Any] = {"actor": request.actor, "meeting": page.meeting, "now": now}
    return answer_form(
        request,
        form,
        lambda: services.close_meeting(
            reasons=form.reasons(), ending=form.ending(), discussed=form.discussed_items(), **facts
        ),
        then=reverse("records:show_minutes", args=[meeting.public_id]),
        message=_("Đã bế mạc. Việc tiếp theo: biên bản."),
        template="room/close.html",
        context={**frame, "page": page, "submit_label": _("Bế mạc")},
    )


def _propose_end(page: ClosingPage, now: datetime) -> dict[str, str]:
    """Now; keyed in long afterwards when it had ended before it was opened again, or nothing: that is asked."""
    if not page.is_long:
        return {"closed_at": _say_at(now)}
    return {"closed_at": _say_at(page.former[-1].closed_at)} if page.former else {}


def _say_at(moment: datetime) -> str:
    return f"{localtime(moment):%d/%m/%Y %H:%M}"


def _closing_form(page: ClosingPage, typed: QueryDict | None, initial: dict[str, Any]) -> ClosingForm:
    return ClosingForm(
        typed,
        initial=initial,
        asks_length=page.is_long and typed is not None,
        warnings=page.warnings,
        left=page.left,
        is_followed=page.is_followed,
        was_said=bool(page.said),
        opened_at=page.meeting.opened_at,
    )


def _draft(form: RemarkForm) -> RemarkDraft:
    return RemarkDraft(form.chosen(), RemarkKind(form.cleaned_data["kind"]), form.cleaned_data["text"])
