"""The room: opening, items, notes, speakers. Every tap is a small form; with htmx the same part comes back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from nennep.core import clock
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.merging import merge_texts
from nennep.core.permissions import Permission
from nennep.core.text import compose_lines
from nennep.meetings.choices import MeetingState, NoteModule
from nennep.meetings.forms.room import FeeForm, NoteForm, OpeningForm
from nennep.meetings.queries.meeting import get_item, get_meeting
from nennep.meetings.queries.outcome import Meeting, count_vote_base
from nennep.meetings.queries.room import (
    get_entry,
    get_opening_page,
    get_roll_call,
    get_room,
    get_speakers,
    get_talk,
)
from nennep.meetings.queries.silence import may_see_silent
from nennep.meetings.services import room as services
from nennep.meetings.services.outcome import ConclusionChangedMeanwhile, write_conclusion


def _to_room(public_id: UUID, anchor: str = "") -> HttpResponse:
    address = reverse("meetings:show_room", args=[public_id])
    return redirect(f"{address}#{anchor}" if anchor else address)


def keep_note(sent: ActorRequest) -> None:
    """Without JavaScript every tap sends the note along: save it, so that the new page does not lose it.

    A note that somebody else changed meanwhile is put at the end of theirs.
    """
    form = NoteForm(sent.POST)
    if "item" not in sent.POST:
        return
    item = get_item(actor=sent.actor, public_id=as_uuid(sent.POST["item"]))
    _keep_conclusion(sent, item.meeting)
    if not form.is_valid():
        for error in form.errors.get("note", []):
            messages.error(sent, str(error))
        return
    now, note = clock.now(), form.cleaned_data["note"]
    try:
        services.save_note(actor=sent.actor, item=item, note=note, version=form.cleaned_data["version"], now=now)
    except services.NoteConflict:
        services.append_note(actor=sent.actor, item=item, addition=note, now=now)


def _keep_conclusion(sent: ActorRequest, meeting: Meeting) -> None:
    """The conclusion that is being typed goes along too; when another one was written meanwhile, both are kept."""
    text, before = sent.POST.get("conclusion", ""), sent.POST.get("conclusion_before", "")
    if "conclusion" not in sent.POST or text.split() == before.split():
        return
    now = clock.now()
    try:
        write_conclusion(actor=sent.actor, meeting=meeting, text=text, before=before, now=now)
    except ConclusionChangedMeanwhile:
        stands = get_meeting(actor=sent.actor, public_id=meeting.public_id).conclusion
        merged = merge_texts(base=compose_lines(before), mine=compose_lines(text), theirs=stands)
        write_conclusion(actor=sent.actor, meeting=meeting, text=merged.text, now=now)
    except DomainError as error:
        messages.error(sent, str(error))


@login_required
@require_GET
def show_room(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The room while the meeting goes on; before it the opening, after it what came of it."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    if found.state == MeetingState.PLANNED:
        return redirect("meetings:open_meeting", found.public_id)
    if found.state != MeetingState.OPEN:
        return redirect("meetings:show_meeting", found.public_id)
    now = clock.now()
    room = get_room(actor=request.actor, meeting=found, now=now)
    context = {
        "meeting": found,
        "room": room,
        "outcome": room.outcome,
        "asked": room.asked,
        "guests": room.guests,
        "modules": list(NoteModule),
        "now": now,
        "may_see_silent": may_see_silent(actor=request.actor, meeting=found),
    }
    return render(request, "meetings/room/show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    now = localtime(clock.now())
    form = OpeningForm(posted(request), initial={"day": now.date(), "at": now.time()})
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.open_meeting(
                actor=request.actor, meeting=found, opened_at=form.opened_at, reason=reason, now=clock.now()
            )
            return _to_room(found.public_id, "diem-danh")
        except DomainError as error:
            add_domain_error(form, error)
    if found.state != MeetingState.PLANNED and not form.is_bound:
        return redirect("meetings:show_meeting", found.public_id)
    context = {"meeting": found, "form": form, "page": get_opening_page(meeting=found, today=now.date())}
    return render(request, "meetings/room/open.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def go_to_item(request: ActorRequest, item: UUID) -> HttpResponse:
    found = get_item(actor=request.actor, public_id=item)
    services.go_to_item(actor=request.actor, item=found, now=clock.now())
    return _to_room(found.meeting.public_id)


@login_required
@require_POST
def finish_items(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    services.finish_items(actor=request.actor, meeting=found, now=clock.now())
    return _to_room(found.public_id, "ket-luan")


@login_required
@require_POST
def save_note(request: ActorRequest, item: UUID) -> HttpResponse:
    """Save what was noted, then what else was asked for: a text module at its end, another item, the end of the last."""
    found = get_item(actor=request.actor, public_id=item)
    request.actor.require(Permission.MEETINGS_HOLD, found.meeting.organization.path)
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = {"item": found, "form": form, "typed": request.POST.get("note", "")}
        return render(request, "meetings/room/note_conflict.html", context, status=422)
    try:
        found = services.save_note(actor=request.actor, item=found, now=clock.now(), **form.cleaned_data)
    except services.NoteConflict as error:
        context = {
            "item": get_item(actor=request.actor, public_id=item),
            "error": error,
            "typed": form.cleaned_data["note"],
        }
        return render(request, "meetings/room/note_conflict.html", context, status=409)
    return go_on(request, found.public_id, found.meeting.public_id)


def go_on(sent: ActorRequest, item: UUID | None, meeting: UUID) -> HttpResponse:
    """After the note was saved (`item` is whose, None between items): end, another item, a sentence at the note's end."""
    if sent.POST.get("finish"):
        return finish_items(sent, meeting)
    if following := sent.POST.get("go"):
        return go_to_item(sent, as_uuid(following))
    addition = _addition(sent)
    if addition and item is not None:
        found = get_item(actor=sent.actor, public_id=item)
        services.append_note(actor=sent.actor, item=found, addition=addition, now=clock.now())
    if item is not None:
        messages.success(sent, _("Đã lưu ghi chép."))
    return _to_room(meeting, "dang-ban")


def as_uuid(text: str) -> UUID:
    """Raises NotFound for what is no id."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _addition(request: ActorRequest) -> str:
    """The sentence of the module that was tapped, or the beginning of one for the speaker who was.

    In Vietnamese whatever the reader's language: the minutes are a Vietnamese paper.
    """
    module, speaker = request.POST.get("module", ""), request.POST.get("speaker", "")
    with translation.override("vi"):
        if module in NoteModule.values:
            return str(NoteModule(module).label)
        return _("Đồng chí %(name)s: ") % {"name": speaker[:200]} if speaker else ""


@login_required
@require_POST
def speak(request: ActorRequest, entry: UUID) -> HttpResponse:
    try:
        speech = services.speak(actor=request.actor, entry=entry, now=clock.now())
    except (services.NoCurrentItem, services.NotInTheRoom) as error:
        messages.error(request, str(error))
        address = reverse(
            "meetings:show_room", args=[get_entry(actor=request.actor, public_id=entry).meeting.public_id]
        )
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    if request.htmx:
        context = {"meeting": speech.item.meeting, "talk": get_talk(speech=speech, entry=entry)}
        return render(request, "meetings/room/_said.html", context)
    keep_note(request)
    return _to_room(speech.item.meeting.public_id, "phat-bieu")


@login_required
@require_POST
def undo_speech(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    try:
        services.undo_speech(actor=request.actor, meeting=found, now=clock.now())
    except services.NothingToUndo as error:
        messages.info(request, str(error))
    keep_note(request)
    return show_speakers(request, meeting) if request.htmx else _to_room(found.public_id, "phat-bieu")


@login_required
@require_http_methods(["GET", "POST"])
def show_speakers(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The part of the room that changes when people come and go, for htmx; without it the whole room."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    if not request.htmx:
        return _to_room(found.public_id, "phat-bieu")
    speakers = get_speakers(meeting=found, attending=get_roll_call(meeting=found).attending)
    context = {"meeting": found, "speakers": speakers, "base": count_vote_base(found)}
    return render(request, "meetings/room/_after_roll.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_fee_note(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    form = FeeForm(posted(request), initial={"fee_note": found.fee_note})
    if form.is_valid():
        try:
            services.set_fee_note(actor=request.actor, meeting=found, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Đã ghi tình hình đảng phí."))
            return _to_room(found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/room/fee.html", context, status=422 if form.is_bound else 200)
