"""The page on which a cell scores its meeting."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.assessments import queries, services
from nennep.assessments.choices import SHEET_TEXT_LIMIT
from nennep.assessments.forms import CalibrationForm, LinesForm, ReopeningForm, ScoreSheetForm, SheetFileForm
from nennep.assessments.models import ScoreSheet, SideScore
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, read_span
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization, refuse_ended
from nennep.policies.models import PolicyPack
from nennep.policies.queries import decode_sheet
from nennep.policies.services import foresee_rules, load_sheet_file


@login_required
@require_safe
def show_template(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """How a meeting of the unit is scored today; `?van-ban=an-phu-2025`: by the sheet of a document before it is applied."""
    code = request.GET.get("van-ban", "")[:CODE_LIMIT]
    page = queries.get_template_page(actor=request.actor, public_id=public_id, code=code, today=clock.today())
    return render(request, "assessments/template.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def load_sheet(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """A sheet from a file: what is wrong with it, or its example and whom it reaches; then it is confirmed."""
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    refuse_ended(unit)
    _take_upload(request)
    form = SheetFileForm(posted(request), posted_files(request), initial={"valid_from": clock.today()})
    write = partial(_load, request, unit, form)
    return answer_previewed(
        request,
        form,
        write,
        preview=lambda: _foresee(request, unit, form, write),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Đã áp dụng khung chấm điểm cho đơn vị."),
        template="assessments/load_sheet.html",
        context=lambda: {"unit": unit, "sheets": queries.show_sheets(form.read().sheets) if form.is_valid() else ()},
    )


def _load(request: ActorRequest, unit: Organization, form: SheetFileForm) -> PolicyPack:
    day = form.cleaned_data["valid_from"]
    return load_sheet_file(actor=request.actor, organization=unit, pack=form.pack(), valid_from=day, now=clock.now())


def _foresee(
    request: ActorRequest, unit: Organization, form: SheetFileForm, write: Callable[[], PolicyPack]
) -> Preview:
    day, named = form.cleaned_data["valid_from"], form.pack().document_number
    return foresee_rules(
        actor=request.actor, organization=unit, valid_from=day, named=named, act=write, now=clock.now()
    )


def _take_upload(request: ActorRequest) -> None:
    """The file becomes the text of the form, so that what is confirmed is what was shown, and a fault is mended in place."""
    file = request.FILES.get("file")
    if file is not None:
        data = request.POST.copy()
        text, problems = decode_sheet(file.read(SHEET_TEXT_LIMIT * 2))
        if problems and not text:
            return  # the form says why, beside the file; what stood in the text stays
        data["text"] = text
        request.POST = data  # type: ignore[assignment]  # typed as immutable
        request.FILES.clear()


@login_required
@require_http_methods(["GET", "POST"])
def show_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Posting saves the points; with `agree` the cell has agreed them too, with `propose` the records are asked once more."""
    page = queries.get_sheet_page(actor=request.actor, meeting_id=meeting, today=clock.today())
    form = ScoreSheetForm(posted(request), page=page)
    if request.method == "POST" and not page.may_write:
        raise NotAllowed
    return answer_form(
        request,
        form,
        lambda: _save(request, page, form),
        then=_address_of(meeting),
        message=_say_saved(request),
        template="assessments/sheet.html",
        context={"page": page, "meeting": page.meeting, "reopening": ReopeningForm()},
    )


@login_required
@require_safe
def show_rows(request: ActorRequest, meeting: UUID, code: str) -> HttpResponse:
    """The rows behind the figure of one line, as they stood when it was proposed."""
    page = queries.get_rows_page(actor=request.actor, meeting_id=meeting, code=code, today=clock.today())
    return render(request, "assessments/rows.html", {"page": page})


def _save(request: ActorRequest, page: queries.SheetPage, form: ScoreSheetForm) -> None:
    """Save, and agree when asked: refused for a line that is not scored, the saved points stay."""
    if page.sheet is None:
        raise NotFound
    now, to_mend = clock.now(), form.cleaned_data[services.TO_MEND]
    services.score_items(
        actor=request.actor,
        sheet=page.sheet,
        decisions=form.decisions(),
        to_mend=to_mend,
        base=form.begun(services.TO_MEND),
        begun=form.begun_points(),
        scorer=form.scorer(),
        now=now,
    )
    if "propose" in request.POST:
        services.propose_again(actor=request.actor, sheet=page.sheet, now=now)
    elif "agree" in request.POST:
        services.agree_sheet(actor=request.actor, sheet=page.sheet, now=now)


def _say_saved(request: ActorRequest) -> str:
    if "propose" in request.POST:
        return _("Đã lưu điểm và lấy lại gợi ý từ sổ sách; điểm đồng chí đã sửa vẫn giữ.")
    return _("Chi bộ đã thống nhất điểm tự chấm.") if "agree" in request.POST else _("Đã lưu điểm.")


@login_required
@require_POST
def start_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = queries.get_meeting(actor=request.actor, public_id=meeting)
    return answer_button(
        request,
        lambda: services.start_sheet(actor=request.actor, meeting=found, now=clock.now()),
        then=_address_of(meeting),
    )


@login_required
@require_POST
def reopen_sheet(request: ActorRequest, meeting: UUID) -> HttpResponse:
    sheet = _get_sheet(request, meeting)
    page = queries.get_sheet_page(actor=request.actor, meeting_id=meeting)
    if not page.may_write:
        raise NotAllowed
    form = ReopeningForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: services.reopen_sheet(
            actor=request.actor, sheet=sheet, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        then=_address_of(meeting),
        message=_("Đã mở lại phiếu chấm. Sửa xong hãy thống nhất lại."),
        template="assessments/sheet.html",
        context=lambda: _reopening_context(request, meeting, form),
    )


def _reopening_context(request: ActorRequest, meeting: UUID, form: ReopeningForm) -> dict[str, object]:
    """The sheet as it is now: reopened by somebody else it has its own form, and the reason no place."""
    page = queries.get_sheet_page(actor=request.actor, meeting_id=meeting, today=clock.today())
    return {"page": page, "meeting": page.meeting, "reopening": form, "form": ScoreSheetForm(page=page)}


def _get_sheet(request: ActorRequest, meeting: UUID) -> ScoreSheet:
    found = queries.get_meeting(actor=request.actor, public_id=meeting)
    sheet = queries.find_sheet(actor=request.actor, meeting=found)
    if sheet is None:
        raise NotFound
    return sheet


ROWS_A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def calibrate(request: ActorRequest, unit: UUID) -> HttpResponse:
    """The meetings of a month side by side; posting confirms one and goes on to the next that waits (`tiep`). A longer span: means."""
    today = clock.today()
    span = read_span(request, today)
    page = queries.get_calibration(actor=request.actor, public_id=unit, span=span, today=today)
    form = CalibrationForm(posted(request))
    if request.method == "POST" and not page.may_confirm:
        raise NotAllowed
    return answer_form(
        request,
        form,
        lambda: _confirm(request, form),
        then=lambda done: _address_after(page, done.meeting.public_id),
        message=lambda done: _("Đã chốt %(unit)s.") % {"unit": done.meeting.organization.name},
        template="assessments/calibration.html",
        context=lambda: _show_rows(request, page, form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def confirm_lines(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """The upper committee scores a meeting line by line, beside what the cell gave and what the records say."""
    page = queries.get_sheet_page(actor=request.actor, meeting_id=meeting)
    if not page.may_confirm:
        raise NotAllowed
    form = LinesForm(posted(request), page=page)
    return answer_form(
        request,
        form,
        lambda: services.confirm_score(actor=request.actor, meeting=page.meeting, draft=form.draft(), now=clock.now()),
        then=_address_of(meeting),
        message=lambda done: _("Đã chốt %(unit)s.") % {"unit": done.meeting.organization.name},
        template="assessments/lines.html",
        context={"page": page, "meeting": page.meeting, "unit": page.meeting.organization},
    )


def _confirm(request: ActorRequest, form: CalibrationForm) -> SideScore:
    meeting = queries.get_meeting(actor=request.actor, public_id=form.cleaned_data["meeting"])
    return services.confirm_score(actor=request.actor, meeting=meeting, draft=form.draft(), now=clock.now())


def _show_rows(request: ActorRequest, page: queries.CalibrationPage, form: CalibrationForm) -> dict[str, Any]:
    """The part of the list that was asked for; after a refusal the one with the row that was sent."""
    typed = request.POST.get("meeting", "")
    number = page.page_of(typed, ROWS_A_PAGE) if typed else request.GET.get("trang")
    shown = Paginator(page.ranked, ROWS_A_PAGE).get_page(number)
    means = Paginator(page.means, MEANS_A_PAGE).get_page(request.GET.get("trang"))
    following = typed or request.GET.get("tiep", "")
    rows = queries.fill_rows(list(shown))
    return {"page": page, "rows": rows, "rows_page": shown, "rows_of_means": means, "typed": typed, "next": following}


def _address_after(page: queries.CalibrationPage, meeting: UUID) -> str:
    """The next row that waits, on its page of the list; when none does, the row that was confirmed.

    Without a fragment: where an address has one, browsers leave the field alone that is to have the focus.
    """
    following = str(page.find_next(meeting) or meeting)
    query = {"ky": page.choice.value, "trang": page.page_of(following, ROWS_A_PAGE), "tiep": following}
    return f"{reverse('assessments:calibrate', args=[page.unit.public_id])}?{urlencode(query)}"


MEANS_A_PAGE = 100
CODE_LIMIT = 60


def _address_of(meeting: UUID) -> str:
    return reverse("assessments:show_sheet", args=[meeting])
