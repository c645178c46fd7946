"""Calling the members, and their answers."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.calendar import write_calendar
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingMode
from nennep.meetings.forms.notice import NoticeForm, ReplyForm
from nennep.meetings.models import Meeting
from nennep.meetings.queries.calendar import make_calendar_entry
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.notice import NoticePage, get_notice_page
from nennep.meetings.services import notice as services


@login_required
@require_GET
def show_notice(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The invitation; for whoever prepares meetings also who gets it and how, and the button that sends it."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    page = _page_of(request, found)
    reply = page.own.reply if page.own else None
    initial = {"answer": reply.answer, "reason": reply.reason} if reply else {}
    context = {
        "meeting": found,
        "page": page,
        "form": NoticeForm(),
        "reply_form": ReplyForm(mode=MeetingMode(found.mode), initial=initial),
    }
    return render(request, "meetings/notice/show.html", {**context, "now": clock.now()})


@login_required
@require_POST
def send_notice(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    form = NoticeForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: services.send_notice(
            actor=request.actor, meeting=found, message=form.cleaned_data["message"], now=clock.now()
        ),
        then=reverse("meetings:show_notice", args=[found.public_id]),
        message=_("Đã gửi giấy mời. Ai đã được gửi, ai còn phải đưa tận tay: xem ở dưới."),
        template="meetings/notice/show.html",
        context=lambda: {
            "meeting": found,
            "page": _page_of(request, found),
            "reply_form": ReplyForm(mode=MeetingMode(found.mode)),
            "now": clock.now(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """An answer: the reader's own, or with `member` one that the secretary writes down; `chon` is already chosen."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    initial = {"member": request.GET.get("dang-vien"), "answer": request.GET.get("chon")}
    form = ReplyForm(posted(request), mode=MeetingMode(found.mode), initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.record_reply(actor=request.actor, meeting=found, now=clock.now(), **form.reply),
        then=f"{reverse('meetings:show_notice', args=[found.public_id])}#tra-loi",
        message=_("Đã ghi câu trả lời."),
        template="meetings/notice/reply.html",
        context=lambda: _reply_context(request, found, form),
    )


@login_required
@require_GET
def print_notice(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The large-print paper for members without a phone; one copy per member when asked for names."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    page = get_notice_page(actor=request.actor, meeting=found)
    return render(request, "meetings/notice/print.html", {"meeting": found, "page": page})


@login_required
@require_GET
def download_entry(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The meeting as a file that the phone's calendar takes in."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    content = write_calendar([make_calendar_entry(found)], name="Nền Nếp", address=settings.NENNEP_ADDRESS)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sinh-hoat-{found.day:%Y-%m-%d}.ics"'
    return response


def _page_of(request: ActorRequest, meeting: Meeting) -> NoticePage:
    address = request.build_absolute_uri(reverse("meetings:show_notice", args=[meeting.public_id]))
    return replace(get_notice_page(actor=request.actor, meeting=meeting), address=address)


def _reply_context(request: ActorRequest, meeting: Meeting, form: ReplyForm) -> dict[str, object]:
    page = get_notice_page(actor=request.actor, meeting=meeting)
    asked = str(form["member"].value() or "")
    who = next((one for one in page.recipients if str(one.member.public_id) == asked), page.own)
    return {"meeting": meeting, "page": page, "who": who}
