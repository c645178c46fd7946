"""The committee's own meeting: planning it, its short minutes, its end."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, refusals_said
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.meetings.forms.premeeting import ConcludeForm, PlanPremeetingForm, PremeetingForm
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.premeeting import (
    PremeetingPage,
    find_premeeting,
    get_premeeting_page,
    list_preparers,
    suggest_time,
)
from nennep.meetings.services import premeeting as services


@login_required
@require_GET
def show_premeeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    page = get_premeeting_page(actor=request.actor, meeting=found, today=clock.today())
    form = PremeetingForm.of(page.premeeting) if page.premeeting else None
    return render(request, "meetings/premeeting/show.html", {"meeting": found, "page": page, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def plan_premeeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    page = get_premeeting_page(actor=request.actor, meeting=found, today=clock.today())
    form = PlanPremeetingForm(posted(request), initial=_initial(page), asks_days=page.lead_source is not None)
    return answer_form(
        request,
        form,
        lambda: services.plan_premeeting(actor=request.actor, meeting=found, when=form.when, now=clock.now()),
        then=_address_of(meeting),
        message=_("Đã hẹn họp. Chương trình đã điền sẵn từ những gì có trong máy."),
        template="meetings/premeeting/plan.html",
        context={"meeting": found, "page": page},
    )


def _initial(page: PremeetingPage) -> dict[str, object]:
    known = page.premeeting
    moment = localtime(known.held_at if known else suggest_time(page.meeting, last_day=page.last_day, now=clock.now()))
    place = known.place if known else page.meeting.place
    return {"day": moment.date(), "starts_at": moment.time(), "place": place, "reason": page.departure}


@login_required
@require_POST
def save_premeeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    def answer() -> HttpResponse:
        messages.success(request, _("Đã lưu biên bản họp chi ủy."))
        return _go_back(request, found)

    found = _get_to_write(request, meeting)
    return _answer_typed(request, found, answer)


def _get_to_write(request: ActorRequest, meeting: UUID) -> Meeting:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    return found


def _answer_typed(request: ActorRequest, meeting: Meeting, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Save what stands under the headings, then do what was tapped: no button of the page loses what is typed beside it.

    Too long, or changed by two: the page that says so, and nothing else is done.
    """
    form = PremeetingForm(posted(request))

    def go_on(conflict: HttpResponse | None) -> HttpResponse:
        return conflict or answer()

    return answer_form(
        request,
        form,
        lambda: _save(request, meeting, form),
        then=go_on,
        template="meetings/premeeting/show.html",
        context=lambda: {
            "meeting": meeting,
            "page": get_premeeting_page(actor=request.actor, meeting=meeting, today=clock.today()),
            "reason": request.POST.get("reason", ""),
        },
    )


def _go_back(request: ActorRequest, meeting: Meeting, *, status: int = 200) -> HttpResponse:
    """To the page; shown at once where a reason was typed, which is kept nowhere before the end."""
    reason = request.POST.get("reason", "")
    if not reason:
        return redirect(_address_of(meeting.public_id))
    page = get_premeeting_page(actor=request.actor, meeting=meeting, today=clock.today())
    form = PremeetingForm.of(page.premeeting) if page.premeeting else None
    context = {"meeting": meeting, "page": page, "form": form, "reason": reason}
    return render(request, "meetings/premeeting/show.html", context, status=status)


def _ask_which(
    request: ActorRequest, found: Meeting, form: PremeetingForm, error: services.PremeetingConflict
) -> HttpResponse:
    """Both texts in the field of each heading that two people changed, and side by side; what else was typed goes along."""
    stored = find_premeeting(found)
    if stored is None:
        raise NotFound
    mine, theirs = form.texts, {name: getattr(stored, name) for name in error.details["fields"]}
    others = [(name, text) for name, text in mine.items() if name not in theirs]
    known = {**form.known, **{name: PremeetingForm.of(stored).known[name] for name in theirs}}
    form.put_together(theirs)
    both = [(form[name], mine[name], text) for name, text in theirs.items()]
    context = {"meeting": found, "error": str(error.message), "both": both, "others": others, "known": known}
    return render(request, "meetings/premeeting/conflict.html", context, status=409)


@login_required
@require_POST
def mark_preparer(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The member named by `present` is there, the one named by `absent` is not. What is typed meanwhile is saved along."""
    found = _get_to_write(request, meeting)
    return _answer_typed(request, found, lambda: _mark(request, found))


def _mark(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    present = "present" in request.POST
    try:
        member = UUID(request.POST.get("present" if present else "absent", ""))
    except ValueError as error:
        raise NotFound from error
    premeeting = services.mark_preparer(
        actor=request.actor, meeting=meeting, member=member, present=present, now=clock.now()
    )
    if request.htmx:
        context = {"meeting": meeting, "preparers": list_preparers(meeting, premeeting), "may_write": True}
        return render(request, "meetings/premeeting/_people.html", context)
    return _go_back(request, meeting)


@login_required
@require_POST
def conclude_premeeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """What is typed is saved first, and stays saved where the end is refused."""
    found = _get_to_write(request, meeting)
    return _answer_typed(request, found, lambda: _conclude(request, found))


def _conclude(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    form = ConcludeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    agree = request.POST.get("agree") == "1"
    with refusals_said(request):
        services.conclude_premeeting(actor=request.actor, meeting=meeting, agree=agree, reason=reason, now=clock.now())
        messages.success(request, _("Đã họp xong và thống nhất chương trình.") if agree else _("Đã ghi họp xong."))
        return redirect("meetings:show_agenda" if agree else "meetings:show_premeeting", meeting.public_id)
    return _go_back(request, meeting, status=422)


@login_required
@require_POST
def reopen_premeeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    return answer_button(
        request,
        lambda: services.reopen_premeeting(actor=request.actor, meeting=found, now=clock.now()),
        then=_address_of(meeting),
    )


def _address_of(meeting: UUID) -> str:
    return reverse("meetings:show_premeeting", args=[meeting])


def _save(request: ActorRequest, meeting: Meeting, form: PremeetingForm) -> HttpResponse | None:
    """The page on which to choose between two texts, where somebody else changed the same; else None."""
    if not form.texts:
        return None
    try:
        services.save_texts(actor=request.actor, meeting=meeting, texts=form.texts, known=form.known, now=clock.now())
    except services.PremeetingConflict as error:
        return _ask_which(request, meeting, form, error)
    return None
