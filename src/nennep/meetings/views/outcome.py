"""What comes of a meeting while it goes on: votes, conclusion, remarks, tasks; and its closing.

The parts belong to the room: without JavaScript they post and come back to the room's anchor, with htmx the same part comes back.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.meetings.choices import RemarkKind
from nennep.meetings.forms.outcome import ClosingForm, ConclusionForm, RemarkForm, TaskForm, VoteForm
from nennep.meetings.queries import outcome as queries
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.services import outcome as services
from nennep.meetings.services import votes as vote_services
from nennep.meetings.services.outcome import RemarkDraft
from nennep.meetings.views.parts import answer_part, get_open, get_to_write, room_address, show_form


@login_required
@require_POST
def record_vote(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = VoteForm(request.POST)
    if form.is_valid():
        try:
            vote_services.record_vote(
                actor=request.actor,
                meeting=found,
                subject=form.cleaned_data["subject"],
                ballot=form.ballot(),
                method=form.method_of(),
                majority=form.majority_of(),
                now=clock.now(),
            )
            return answer_part(request, found, "vote", anchor="ket-luan")
        except DomainError as error:
            add_domain_error(form, error)
    return answer_part(request, found, "vote", anchor="ket-luan", form=form)


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
    form = ConclusionForm(request.POST)
    if form.is_valid():
        text, before = form.cleaned_data["conclusion"], form.cleaned_data["conclusion_before"]
        try:
            services.write_conclusion(actor=request.actor, meeting=found, text=text, before=before, now=clock.now())
            return answer_part(request, found, "conclusion", anchor="ket-luan")
        except DomainError as error:
            add_domain_error(form, error)
    return answer_part(request, found, "conclusion", anchor="ket-luan", form=form)


@login_required
@require_POST
def praise_duty(request: ActorRequest, meeting: UUID, duty: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    try:
        services.praise_duty(actor=request.actor, meeting=found, public_id=duty, now=clock.now())
    except services.NotInRollCall as error:
        messages.error(request, str(error))
    return answer_part(request, found, "tasks", anchor="nhiem-vu")


@login_required
@require_http_methods(["GET", "POST"])
def add_remark(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = RemarkForm(posted(request), members=queries.list_roll_members(found))
    if form.is_valid():
        draft = RemarkDraft(form.chosen(), RemarkKind(form.cleaned_data["kind"]), form.cleaned_data["text"])
        try:
            services.add_remark(actor=request.actor, meeting=found, draft=draft, now=clock.now())
            return redirect(room_address(found, "ket-luan"))
        except DomainError as error:
            add_domain_error(form, error)
    return show_form(request, found, form, _("Biểu dương, nhắc nhở"))


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
def give_task(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = TaskForm(posted(request), members=queries.list_task_members(found))
    if form.is_valid():
        try:
            services.give_task(actor=request.actor, meeting=found, details=form.details(), now=clock.now())
            messages.success(request, _("Đã giao nhiệm vụ."))
            return redirect(room_address(found, "ket-luan"))
        except DomainError as error:
            add_domain_error(form, error)
    return show_form(request, found, form, _("Giao nhiệm vụ"))


@login_required
@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Each rule that is not kept asks for a reason; then the minutes are next."""
    page = queries.get_closing_page(actor=request.actor, public_id=meeting, now=clock.now())
    form = ClosingForm(posted(request), warnings=page.warnings)
    if form.is_valid():
        try:
            services.close_meeting(actor=request.actor, meeting=page.meeting, reasons=form.reasons(), now=clock.now())
            messages.success(request, _("Đã bế mạc. Việc tiếp theo: biên bản."))
            return redirect("meetings:show_minutes", page.meeting.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {
        "page": page,
        "form": form,
        "unit": page.meeting.organization,
        "page_title": _("Kết thúc buổi sinh hoạt?"),
        "submit_label": _("Bế mạc"),
        "back_url": room_address(page.meeting, "ket-luan"),
        "back_label": _("Về phòng sinh hoạt"),
    }
    return render(request, "meetings/outcome/close.html", context, status=422 if form.is_bound else 200)
