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
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, next_address
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import get_item, get_meeting
from nennep.room.choices import NoteModule
from nennep.room.forms.room import FeeForm, NoteForm, OpeningForm
from nennep.room.queries.outcome import count_vote_base
from nennep.room.queries.roll_call import get_entry, get_roll_call
from nennep.room.queries.room import get_opening_page, get_room, get_speakers, get_talk
from nennep.room.queries.silence import may_see_silent
from nennep.room.services import room as services
from nennep.room.services.outcome import keep_conclusion


@login_required
@require_GET
def show_room(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The room while the meeting goes on; before it the opening, after it what came of it."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    if found.state == MeetingState.PLANNED:
        return redirect("room:open_meeting", found.public_id)
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
    return render(request, "room/show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    now = localtime(clock.now())
    form = OpeningForm(posted(request), initial={"day": now.date(), "at": now.time()})
    if found.state != MeetingState.PLANNED and not form.is_bound:
        return redirect("meetings:show_meeting", found.public_id)
    return answer_form(
        request,
        form,
        lambda: services.open_meeting(
            actor=request.actor,
            meeting=found,
            opened_at=form.opened_at,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        ),
        then=_address_of(found.public_id, "diem-danh"),
        template="room/open.html",
        context=lambda: {"meeting": found, "page": get_opening_page(meeting=found, today=now.date())},
    )


@login_required
@require_POST
def go_to_item(request: ActorRequest, item: UUID) -> HttpResponse:
    keep_typed(request, get_item(actor=request.actor, public_id=item).meeting)
    return _go_to(request, item)


@login_required
@require_POST
def finish_items(request: ActorRequest, meeting: UUID) -> HttpResponse:
    keep_typed(request, get_meeting(actor=request.actor, public_id=meeting))
    return _finish(request, meeting)


@login_required
@require_POST
def save_note(request: ActorRequest, item: UUID) -> HttpResponse:
    return answer_note(request, item)


def answer_after_note(request: ActorRequest, item: UUID | None, meeting: UUID) -> HttpResponse:
    """After the note was saved (`item` is whose, None between items): end, another item, another page, a sentence at the end."""
    if request.POST.get("finish"):
        return _finish(request, meeting)
    if following := request.POST.get("go"):
        return _go_to(request, as_uuid(following))
    if elsewhere := next_address(request, ""):
        return redirect(elsewhere)
    addition = _addition(request)
    if addition and item is not None:
        found = get_item(actor=request.actor, public_id=item)
        services.append_note(actor=request.actor, item=found, addition=addition, now=clock.now())
    if item is not None:
        messages.success(request, _("Đã lưu ghi chép."))
    return redirect(_address_of(meeting, "dang-ban"))


def as_uuid(text: str) -> UUID:
    """Raises NotFound for what is not an id."""
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
        meeting = get_entry(actor=request.actor, public_id=entry).meeting
        keep_typed(request, meeting)
        address = _address_of(meeting.public_id)
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    if request.htmx:
        context = {"meeting": speech.item.meeting, "talk": get_talk(speech=speech, entry=entry)}
        return render(request, "room/_said.html", context)
    keep_typed(request, speech.item.meeting)
    return redirect(_address_of(speech.item.meeting.public_id, "phat-bieu"))


@login_required
@require_POST
def undo_speech(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    try:
        services.undo_speech(actor=request.actor, meeting=found, now=clock.now())
    except services.NothingToUndo as error:
        messages.info(request, str(error))
    keep_typed(request, found)
    return _answer_speakers(request, found)


@login_required
@require_http_methods(["GET", "POST"])
def show_speakers(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The part of the room that changes when people come and go, for htmx; without it the whole room."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    return _answer_speakers(request, found)


@login_required
@require_http_methods(["GET", "POST"])
def edit_fee_note(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_HOLD, found.organization.path)
    form = FeeForm(posted(request), initial={"fee_note": found.fee_note, "before": found.fee_note})

    def write() -> None:
        try:
            services.set_fee_note(actor=request.actor, meeting=found, now=clock.now(), **form.cleaned_data)
        except services.FeeNoteChanged as conflict:
            form.put_both(conflict.theirs, conflict.both)
            raise

    return answer_form(
        request,
        form,
        write,
        then=next_address(request, _address_of(found.public_id)),
        message=_("Đã ghi tình hình đảng phí."),
        template="room/fee.html",
        context={"meeting": found},
    )


@login_required
@require_POST
def tell_fees_paid(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    keep_typed(request, found)
    return answer_button(
        request,
        lambda: services.tell_fees_paid(actor=request.actor, meeting=found, now=clock.now()),
        then=next_address(request, _address_of(found.public_id, "dang-ban")),
    )


def keep_typed(request: ActorRequest, meeting: Meeting, *, asked: str = "") -> None:
    """Without JavaScript every tap sends note and conclusion along: keep them, so that the new page does not lose them.

    What was tapped is done all the same. What cannot be kept, because the meeting is over meanwhile, is given back to be copied.
    `asked` is the part that asks about its own words, and keeps them itself.
    """
    if asked != "conclusion":
        keep_typed_conclusion(request, meeting)
    if "item" not in request.POST:
        return
    item = get_item(actor=request.actor, public_id=as_uuid(request.POST["item"]))
    form = NoteForm(request.POST)
    if form.is_valid():
        services.keep_note(actor=request.actor, item=item, **form.values(), now=clock.now())
    for error in form.errors.get("note", []):
        messages.error(request, str(error))


def keep_typed_conclusion(request: ActorRequest, meeting: Meeting) -> None:
    """Also between two items, and where the tap itself writes the note. What is refused is given back by the page of the refusal."""
    if "conclusion" in request.POST:
        text, before = request.POST["conclusion"], request.POST.get("conclusion_before", "")
        keep_conclusion(actor=request.actor, meeting=meeting, text=text, before=before, now=clock.now())


def _address_of(public_id: UUID, anchor: str = "") -> str:
    address = reverse("room:show_room", args=[public_id])
    return f"{address}#{anchor}" if anchor else address


def _go_to(request: ActorRequest, item: UUID) -> HttpResponse:
    found = get_item(actor=request.actor, public_id=item)
    services.go_to_item(actor=request.actor, item=found, now=clock.now())
    return redirect(_address_of(found.meeting.public_id))


def _finish(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    services.finish_items(actor=request.actor, meeting=found, now=clock.now())
    return redirect(_address_of(found.public_id, "ket-luan"))


def answer_note(request: ActorRequest, item: UUID) -> HttpResponse:
    """Save what was noted, then what else was asked for: a text module at its end, another item, the end of the last."""
    found = get_item(actor=request.actor, public_id=item)
    request.actor.require(Permission.MEETINGS_HOLD, found.meeting.organization.path)
    keep_typed_conclusion(request, found.meeting)
    form = NoteForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: _save(request, found, form),
        then=lambda conflict: (
            _show_both(request, found, form, conflict)
            if conflict
            else answer_after_note(request, found.public_id, found.meeting.public_id)
        ),
        template="room/note_conflict.html",
        context={"item": found, "typed": request.POST.get("note", "")},
    )


def _save(request: ActorRequest, item: AgendaItem, form: NoteForm) -> services.NoteConflict | None:
    """What was refused when somebody saved another note meanwhile."""
    try:
        services.save_note(actor=request.actor, item=item, now=clock.now(), **form.values())
    except services.NoteConflict as conflict:
        return conflict
    return None


def _show_both(
    request: ActorRequest, item: AgendaItem, form: NoteForm, conflict: services.NoteConflict
) -> HttpResponse:
    fresh = get_item(actor=request.actor, public_id=item.public_id)
    context = {"item": fresh, "error": conflict, "typed": conflict.both, "mine": form.cleaned_data["note"]}
    return render(request, "room/note_conflict.html", context, status=409)


def _answer_speakers(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    if not request.htmx:
        return redirect(_address_of(meeting.public_id, "phat-bieu"))
    speakers = get_speakers(meeting=meeting, attending=get_roll_call(meeting=meeting).attending)
    context = {"meeting": meeting, "speakers": speakers, "base": count_vote_base(meeting)}
    return render(request, "room/_after_roll.html", context)
