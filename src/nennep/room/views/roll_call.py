"""The roll call: taps, rarer states, all others at once, the sheet of paper."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.carried import carried, carry, drop_carried
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingMode, MeetingState
from nennep.meetings.queries.agenda import list_day_members
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.choices import AttendanceState
from nennep.room.forms.room import ROLL_FIELDS, MarkForm, RollSheetForm
from nennep.room.queries.roll_call import get_entry, get_marked, get_roll_call
from nennep.room.services import roll_call as services
from nennep.room.services.room import NothingToUndo
from nennep.room.views.room import keep_typed


@login_required
@require_POST
def tap(request: ActorRequest, entry: UUID) -> HttpResponse:
    """One tap, with the state that `muon` wants. With htmx only what it changed comes back: the mark, the counts, Hoàn tác."""
    wanted = _read_state(request.POST.get("muon", ""))
    found = services.tap_entry(actor=request.actor, entry=entry, wanted=wanted, now=clock.now())
    if not request.htmx:
        keep_typed(request, found.meeting)
        return redirect(_address_of(found.meeting.public_id))
    context = {"marked": get_marked(entry=found), "meeting": found.meeting}
    return trigger_client_event(render(request, "room/_tapped.html", context), "nn-roll", after="settle")


@login_required
@require_http_methods(["GET", "POST"])
def mark(request: ActorRequest, entry: UUID) -> HttpResponse:
    """The rarer states, on a page of their own."""
    found = get_entry(actor=request.actor, public_id=entry)
    request.actor.require(Permission.MEETINGS_HOLD, found.meeting.organization.path)
    current = AttendanceState(found.state)
    initial = {name: getattr(found, name) for name in ("state", "reason", "arrived_at", "left_at")}
    mode = MeetingMode(found.meeting.mode)
    form = MarkForm(posted(request), counted=found.counted, current=current, mode=mode, initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.mark_entry(actor=request.actor, entry=entry, mark=form.mark, now=clock.now()),
        then=_address_of(found.meeting.public_id),
        template="room/mark.html",
        context={"meeting": found.meeting, "entry": found},
    )


@login_required
@require_POST
def mark_others(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    services.mark_others_present(actor=request.actor, meeting=found, now=clock.now())
    return _answer(request, meeting)


@login_required
@require_POST
def undo_mark(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    try:
        services.undo_mark(actor=request.actor, meeting=found, now=clock.now())
    except NothingToUndo as error:
        messages.info(request, str(error))
    return _answer(request, meeting)


def _answer(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=public_id)
    if not request.htmx:
        keep_typed(request, found)
        return redirect(_address_of(public_id))
    context = {"meeting": found, "roll": get_roll_call(meeting=found)}
    return trigger_client_event(render(request, "room/_rolled.html", context), "nn-roll", after="settle")


@login_required
@require_POST
def add_missing(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """From the sheet of paper: what was keyed there so far stands there again."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    sheet = reverse("room:key_sheet", args=[meeting])
    change = services.refresh_roll_call(actor=request.actor, meeting=found, now=clock.now())
    added = ngettext(
        "Đã thêm %(count)s đồng chí vào danh sách điểm danh.",
        "Đã thêm %(count)s đồng chí vào danh sách điểm danh.",
        change.added,
    ) % {"count": change.added}
    dropped = ngettext(
        "Đã bỏ %(count)s đồng chí không còn sinh hoạt ở chi bộ.",
        "Đã bỏ %(count)s đồng chí không còn sinh hoạt ở chi bộ.",
        change.dropped,
    ) % {"count": change.dropped}
    said = [added] * bool(change.added) + [dropped] * bool(change.dropped)
    messages.success(request, " ".join(said) or _("Danh sách điểm danh đã đủ, không thêm ai."))
    keyed = {name: str(text) for name, text in request.POST.items() if name.startswith(ROLL_FIELDS)}
    carry(request.session, sheet, keyed, now=clock.now())
    return redirect(sheet)


@login_required
@require_http_methods(["GET", "POST"])
def key_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The roll call as kept on paper, keyed back in one pass."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    if found.state != MeetingState.OPEN and request.method != "POST":
        return redirect("room:show_room", found.public_id)
    roll = get_roll_call(meeting=found)
    keyed = carried(request.session, request.path, now=clock.now())
    rows = (*roll.rows, *roll.uncounted)
    form = RollSheetForm(posted(request), rows=rows, mode=MeetingMode(found.mode), initial=keyed)
    return answer_form(
        request,
        form,
        lambda: services.save_roll_call(actor=request.actor, meeting=found, marks=form.marks, now=clock.now()),
        then=lambda _count: _leave_sheet(request, meeting),
        message=lambda count: (
            ngettext("Đã ghi điểm danh, đổi %(count)s dòng.", "Đã ghi điểm danh, đổi %(count)s dòng.", count)
            % {"count": count}
        ),
        template="room/sheet.html",
        context={"meeting": found, "roll": roll},
    )


@login_required
@require_GET
def print_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The attendance sheet for the table at the door."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    context = {"meeting": found, "members": list_day_members(found)}
    return render(request, "room/print_sheet.html", context)


def _leave_sheet(request: ActorRequest, meeting: UUID) -> str:
    """To the roll call in the room; what was keyed is written and carried no more."""
    drop_carried(request.session, request.path, request.POST, now=clock.now())
    return _address_of(meeting)


def _read_state(text: str) -> AttendanceState | None:
    """None when the page did not say. Raises NotFound for what is no state."""
    if text and text not in AttendanceState.values:
        raise NotFound
    return AttendanceState(text) if text else None


def _address_of(meeting: UUID) -> str:
    """The roll call in the room."""
    return f"{reverse('room:show_room', args=[meeting])}#diem-danh"
