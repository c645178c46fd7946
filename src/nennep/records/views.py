"""After the meeting: minutes, resolution, filing; the year's book and the list of resolutions."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.organizations.queries import find_end
from nennep.records.forms import ApprovalForm, MinutesForm, ResolutionCorrectionForm, ResolutionForm
from nennep.records.queries import filing as filing_queries
from nennep.records.queries import minutes as queries
from nennep.records.queries import resolution as resolution_queries
from nennep.records.queries.cycle import list_open_steps
from nennep.records.rules.cycle import STEPS_LEFT
from nennep.records.services import corrections, filing, reopening, resolution
from nennep.records.services import minutes as services


@login_required
@require_GET
def show_minutes(request: ActorRequest, meeting: UUID) -> HttpResponse:
    try:
        page = queries.get_minutes_page(actor=request.actor, public_id=meeting)
    except NotFound:
        return _say_who_approves(request, meeting)
    return render(request, "records/minutes.html", {"page": page, "meeting": page.meeting, "form": ApprovalForm()})


def _say_who_approves(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The tab leads here before the approval: whoever does not read the draft reads when there will be minutes. Raises NotFound."""
    found = queries.find_unapproved(actor=request.actor, public_id=meeting)
    return render(request, "records/minutes_waiting.html", {"meeting": found})


@login_required
@require_GET
def show_version(request: ActorRequest, meeting: UUID, number: int) -> HttpResponse:
    """An older version as it was approved."""
    page = queries.get_minutes_page(actor=request.actor, public_id=meeting, number=number)
    return render(request, "records/minutes.html", {"page": page, "meeting": page.meeting})


@login_required
@require_http_methods(["GET", "POST"])
def edit_minutes(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Better words before the approval; afterwards a correction with a reason, shown before it is made."""
    page = queries.get_minutes_page(actor=request.actor, public_id=meeting)
    if not (page.may_write or page.may_correct):
        path = page.meeting.organization.path
        raise services.MinutesLocked if page.wrote else NotAllowed(permission=Permission.MEETINGS_HOLD, path=path)
    corrigible = queries.list_corrigible(page.meeting) if page.is_approved else None
    form = MinutesForm(posted(request), page=page, corrigible=corrigible)
    if page.is_approved:
        return _answer_correction(request, page, form)
    return answer_form(
        request,
        form,
        lambda: _write(request, page, form),
        then=reverse("records:show_minutes", args=[meeting]),
        message=_("Đã sửa lời văn biên bản."),
        template="records/edit_minutes.html",
        context={"page": page, "meeting": page.meeting},
    )


def _answer_correction(request: ActorRequest, page: queries.MinutesPage, form: MinutesForm) -> HttpResponse:
    """Others read these minutes, and other papers say the same: what changes in them is shown first."""
    return answer_previewed(
        request,
        form,
        lambda: _write(request, page, form),
        preview=lambda: _foresee(request, page, form),
        then=reverse("records:show_minutes", args=[page.meeting.public_id]),
        message=_("Đã đính chính. Bản đã gửi vẫn giữ; cấp trên được báo.")
        if page.meeting.filed_at
        else _("Đã đính chính. Bản trước vẫn giữ."),
        template="records/edit_minutes.html",
        context={"page": page, "meeting": page.meeting},
    )


def _write(request: ActorRequest, page: queries.MinutesPage, form: MinutesForm) -> None:
    facts = _read_changes(request, page, form)
    if page.is_approved:
        corrections.correct_minutes(**facts, reason=form.cleaned_data["reason"])
    else:
        services.change_draft(**facts)


def _foresee(request: ActorRequest, page: queries.MinutesPage, form: MinutesForm) -> Preview:
    facts = _read_changes(request, page, form)
    return corrections.foresee_correction(**facts, reason=form.cleaned_data["reason"])


def _read_changes(request: ActorRequest, page: queries.MinutesPage, form: MinutesForm) -> dict[str, Any]:
    facts: dict[str, Any] = {"actor": request.actor, "meeting": page.meeting, "now": clock.now()}
    return facts | {"changes": form.changes(), "base": form.base()}


@login_required
@require_POST
def approve_minutes(request: ActorRequest, meeting: UUID) -> HttpResponse:
    page = queries.get_minutes_page(actor=request.actor, public_id=meeting)
    form = ApprovalForm(posted(request))
    if page.is_approved:
        return _answer_locked(request, page, form)
    return answer_form(
        request,
        form,
        lambda: _approve(request, page, form.cleaned_data["extra"]),
        then=str,
        template="records/minutes.html",
        context={"page": page, "meeting": page.meeting},
    )


@login_required
@require_http_methods(["GET", "POST"])
def show_resolution(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The resolution; its writers may issue it, and better its words until the papers are filed."""
    try:
        page = resolution_queries.get_resolution_page(actor=request.actor, public_id=meeting)
    except NotFound:
        return _say_who_resolves(request, meeting)
    texts = page.texts
    initial = {"thinking": texts.thinking, "shortcomings": texts.shortcomings, "directions": texts.directions}
    form = ResolutionForm(posted(request), initial=initial)
    return answer_form(
        request,
        form,
        lambda: _write_resolution(request, page, form),
        then=reverse("records:show_resolution", args=[meeting]),
        message=_("Đã ghi nghị quyết."),
        template="records/resolution.html",
        context={"page": page, "meeting": page.meeting},
    )


def _say_who_resolves(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Tabs and buttons lead here before there is a resolution: who may not write it reads who may. Raises NotFound."""
    found = resolution_queries.find_unresolved(actor=request.actor, public_id=meeting)
    if request.method == "POST":
        raise NotFound
    holds = request.actor.may(Permission.MEETINGS_HOLD, found.organization.path)
    return render(request, "records/resolution_waiting.html", {"meeting": found, "holds": holds})


def _write_resolution(request: ActorRequest, page: resolution_queries.ResolutionPage, form: ResolutionForm) -> None:
    facts: dict[str, Any] = {"actor": request.actor, "meeting": page.meeting}
    if page.is_issued:
        resolution.change_resolution(**facts, texts=form.texts(), base=form.base(), now=clock.now())
    else:
        resolution.issue_resolution(**facts, texts=form.texts(), now=clock.now())


@login_required
@require_http_methods(["GET", "POST"])
def correct_resolution(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """A filed resolution in other words, with a reason: a new version of its paper."""
    page = resolution_queries.get_resolution_page(actor=request.actor, public_id=meeting)
    if not page.may_correct:
        unfiled = page.is_issued and page.meeting.filed_at is None and page.may_change
        path = page.meeting.organization.path
        raise resolution.ResolutionNotFiled if unfiled else NotAllowed(permission=Permission.MINUTES_CORRECT, path=path)
    form = ResolutionCorrectionForm(posted(request), initial=asdict(page.texts))
    return answer_form(
        request,
        form,
        lambda: resolution.correct_resolution(
            actor=request.actor,
            meeting=page.meeting,
            texts=form.texts(),
            reason=form.cleaned_data["reason"],
            base=form.base(),
            now=clock.now(),
        ),
        then=reverse("records:show_resolution", args=[meeting]),
        message=_("Đã đính chính nghị quyết. Bản trước vẫn giữ; cấp trên được báo."),
        template="records/correct_resolution.html",
        context={"page": page, "meeting": page.meeting},
    )


@login_required
@require_http_methods(["GET", "POST"])
def show_filing(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Step six; posting says that the papers went out."""
    page = filing_queries.get_filing_page(actor=request.actor, public_id=meeting, now=clock.now())
    if request.method == "POST":
        return answer_button(
            request,
            lambda: filing.file_meeting(actor=request.actor, meeting=page.meeting, now=clock.now()),
            then=reverse("records:show_filing", args=[meeting]),
            message=_say_filed,
        )
    context = {"page": page, "meeting": page.meeting, "now": clock.now()}
    return render(request, "records/filing.html", context)


def _say_filed(meeting: Meeting) -> str:
    """What is left is said with it: filing is the last step, and not always the last that is done."""
    left = list_open_steps(meeting=meeting, now=clock.now())
    if not left:
        return _("Đã ghi gửi, lưu hồ sơ. Tháng này xong sáu bước.")
    names = ", ".join(str(STEPS_LEFT[step]) for step in left)
    return _("Đã ghi gửi, lưu hồ sơ. Buổi này còn: %(left)s.") % {"left": names}


@login_required
@require_POST
def take_back_filing(request: ActorRequest, meeting: UUID) -> HttpResponse:
    page = filing_queries.get_filing_page(actor=request.actor, public_id=meeting, now=clock.now())
    return answer_button(
        request,
        lambda: filing.take_back_filing(actor=request.actor, meeting=page.meeting, now=clock.now()),
        then=reverse("records:show_filing", args=[meeting]),
        message=_("Đã bỏ ghi gửi, lưu. Hồ sơ chờ gửi lại."),
    )


@login_required
@require_POST
def reopen_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Closed too early: back into the room."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    return answer_button(
        request,
        lambda: reopening.reopen_meeting(actor=request.actor, meeting=found, now=clock.now()),
        then=reverse("room:show_room", args=[meeting]),
        message=_("Đã mở lại. Điểm danh, ghi chép, biểu quyết sửa được; xong thì bế mạc lần nữa."),
        refused=reverse("records:follow_meeting", args=[meeting]),
    )


@login_required
@require_GET
def show_book(request: ActorRequest, cell: UUID, year: int | None = None) -> HttpResponse:
    unit = filing_queries.get_cell(actor=request.actor, public_id=cell)
    facts: dict[str, Any] = {"actor": request.actor, "organization": unit, "today": clock.today()}
    chosen = year or filing_queries.find_book_year(**facts)
    book = filing_queries.get_minutes_book(**facts, year=chosen)
    return render(request, "records/book.html", {"book": book, "end": find_end(actor=request.actor, organization=unit)})


@login_required
@require_GET
def list_resolutions(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = filing_queries.get_cell(actor=request.actor, public_id=cell)
    rows = resolution_queries.list_resolutions(actor=request.actor, organization=unit)
    end = find_end(actor=request.actor, organization=unit)
    return render(request, "records/resolutions.html", {"unit": unit, "rows": rows, "end": end})


@login_required
@require_GET
def follow_meeting(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Where a held meeting continues: minutes, then resolution, then filing."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    return redirect(filing_queries.find_next_page(found), found.public_id)


def _approve(request: ActorRequest, page: queries.MinutesPage, extra: str) -> str:
    """Where to go on."""
    services.approve_minutes(actor=request.actor, meeting=page.meeting, extra=extra, now=clock.now())
    messages.success(request, _("Biên bản đã thông qua và khóa. Việc tiếp theo: nghị quyết."))
    return reverse("records:show_resolution", args=[page.meeting.public_id])


def _answer_locked(request: ActorRequest, page: queries.MinutesPage, form: ApprovalForm) -> HttpResponse:
    """A second approval has no form to stand in: the minutes say that they are approved, words that are not in them come back."""
    added = form.cleaned_data["extra"].split() if form.is_valid() else None
    if added != [] and added != page.paper.extra.split():
        raise services.MinutesLocked
    messages.error(request, str(services.MinutesLocked()))
    return redirect("records:show_minutes", page.meeting.public_id)
