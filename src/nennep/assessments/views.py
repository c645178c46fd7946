"""The page on which a cell scores its meeting."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.assessments import queries, services
from nennep.assessments.forms import SheetForm
from nennep.core import clock
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.merging import TextsChanged


@login_required
@require_http_methods(["GET", "POST"])
def show_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Posting saves the points; with `agree` the cell has agreed them too."""
    page = queries.get_sheet_page(actor=request.actor, meeting_id=meeting)
    form = SheetForm(posted(request), page=page)
    if request.method == "POST" and not page.may_write:
        raise NotAllowed
    if form.is_valid() and page.sheet:
        try:
            _save(request, page.sheet, form)
            return redirect("assessments:show_sheet", page.meeting.public_id)
        except TextsChanged as error:
            form.show_clashes(error, {services.TO_MEND: services.TO_MEND})
        except DomainError as error:
            add_domain_error(form, error)
    context = {"page": page, "meeting": page.meeting, "form": form}
    return render(request, "assessments/sheet.html", context, status=422 if form.is_bound else 200)


def _save(request: ActorRequest, sheet: queries.ScoreSheet, form: SheetForm) -> None:
    """Save, and agree when asked: refused for a line that is not scored, the saved points stay."""
    now, to_mend = clock.now(), form.cleaned_data[services.TO_MEND]
    services.score_items(
        actor=request.actor,
        sheet=sheet,
        decisions=form.decisions(),
        to_mend=to_mend,
        base=form.begun(services.TO_MEND),
        now=now,
    )
    if "agree" in request.POST:
        services.agree_sheet(actor=request.actor, sheet=sheet, now=now)
        messages.success(request, _("Chi bộ đã thống nhất điểm tự chấm."))
    else:
        messages.success(request, _("Đã lưu điểm."))


@login_required
@require_POST
def start_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = queries.get_meeting(actor=request.actor, public_id=meeting)
    services.start_sheet(actor=request.actor, meeting=found, now=clock.now())
    return redirect("assessments:show_sheet", found.public_id)


@login_required
@require_POST
def propose_again(request: ActorRequest, meeting: UUID) -> HttpResponse:
    sheet = _get_sheet(request, meeting)
    services.propose_again(actor=request.actor, sheet=sheet, now=clock.now())
    messages.success(request, _("Đã lấy lại gợi ý từ sổ sách; điểm đồng chí đã sửa vẫn giữ."))
    return redirect("assessments:show_sheet", meeting)


@login_required
@require_POST
def reopen_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    sheet = _get_sheet(request, meeting)
    services.reopen_sheet(actor=request.actor, sheet=sheet, now=clock.now())
    messages.success(request, _("Đã mở lại phiếu chấm. Sửa xong hãy thống nhất lại."))
    return redirect("assessments:show_sheet", meeting)


def _get_sheet(request: ActorRequest, meeting: UUID) -> queries.ScoreSheet:
    found = queries.get_meeting(actor=request.actor, public_id=meeting)
    sheet = queries.find_sheet(actor=request.actor, meeting=found)
    if sheet is None:
        raise NotFound
    return sheet
