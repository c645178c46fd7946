"""Calling the members, and their answers."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.calendar import write_calendar
from nennep.core.carried import carried, carry, drop_carried
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingMode, MeetingState
from nennep.meetings.forms.notice import NoticeForm, ReplyForm
from nennep.meetings.models import Meeting
from nennep.meetings.queries.calendar import make_calendar_entry
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.notice import NoticePage, get_notice_page
from nennep.meetings.services import notice as services
from nennep.organizations.queries import find_coming_end

# The two parts of the page, which whoever prepares meetings sends as one form.
CALL, REPLY = ("message",), ("answer", "reason")
OPENS = "mo"  # the button that only opens the page on which somebody's answer is written down


@login_required
@require_GET
def show_notice(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The invitation; for whoever prepares meetings also who gets it and how, and the button that sends it."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    page = _page_of(request, found)
    reply = page.own.reply if page.own else None
    initial = {"answer": reply.answer, "reason": reply.reason} if reply else {}
    typed = carried(request.session, _address_of(found), now=clock.now())
    context = {
        "meeting": found,
        "page": page,
        "form": NoticeForm(initial=_begun(page) | typed),
        "reply_form": ReplyForm(mode=MeetingMode(found.mode), initial=initial | typed),
    }
    ends_on = find_coming_end(found.organization) if found.state == MeetingState.PLANNED else None
    return render(request, "meetings/notice/show.html", {**context, "now": clock.now(), "ends_on": ends_on})


@login_required
@require_POST
def send_notice(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    form = NoticeForm(posted(request))
    _carry(request, found, REPLY)
    return answer_form(
        request,
        form,
        lambda: services.send_notice(
            actor=request.actor,
            meeting=found,
            message=form.cleaned_data["message"],
            seen=str(form.cleaned_data["seen"] or "") if "seen" in form.data else None,
            now=clock.now(),
        ),
        then=lambda _notice: _go_back(request, found, CALL),
        message=_("Đã gửi giấy mời. Ai đã được gửi, ai còn phải đưa tận tay: xem ở dưới."),
        template="meetings/notice/show.html",
        context=lambda: {
            "meeting": found,
            "page": _page_of(request, found),
            "reply_form": ReplyForm(mode=MeetingMode(found.mode), initial=request.POST.dict()),
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
    _carry(request, found, CALL)
    if OPENS in request.POST:
        _carry(request, found, REPLY)
        return redirect(request.get_full_path())
    return answer_form(
        request,
        form,
        lambda: services.record_reply(actor=request.actor, meeting=found, now=clock.now(), **form.reply),
        then=lambda _reply: f"{_go_back(request, found, REPLY if form.reply['member'] is None else ())}#tra-loi",
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
    page = get_notice_page(actor=request.actor, meeting=found, today=clock.today())
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


def _begun(page: NoticePage) -> dict[str, str]:
    """What was sent last stands in the form: sent again without it, the message would be taken from everybody."""
    return {"message": page.sent.message} if page.sent and page.may_send else {}


def _carry(request: ActorRequest, meeting: Meeting, names: tuple[str, ...]) -> None:
    """What stands in the part of the page that is not sent, when the page sends both."""
    words = {name: request.POST[name] for name in names if name in request.POST}
    if words:
        carry(request.session, _address_of(meeting), words, now=clock.now())


def _go_back(request: ActorRequest, meeting: Meeting, sent: tuple[str, ...]) -> str:
    """The page, on which what was sent is typed no more."""
    drop_carried(request.session, _address_of(meeting), sent, now=clock.now())
    return _address_of(meeting)


def _address_of(meeting: Meeting) -> str:
    return reverse("meetings:show_notice", args=[meeting.public_id])


def _page_of(request: ActorRequest, meeting: Meeting) -> NoticePage:
    address = request.build_absolute_uri(_address_of(meeting))
    return replace(get_notice_page(actor=request.actor, meeting=meeting, today=clock.today()), address=address)


def _reply_context(request: ActorRequest, meeting: Meeting, form: ReplyForm) -> dict[str, object]:
    page = get_notice_page(actor=request.actor, meeting=meeting, today=clock.today())
    asked = str(form["member"].value() or "")
    who = next((one for one in page.recipients if str(one.member.public_id) == asked), page.own)
    return {"meeting": meeting, "page": page, "who": who}
