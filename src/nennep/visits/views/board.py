"""Pages of the board: the ledger, the rows behind a figure, an official, the appraisal list, the digest."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.sheets.writer import write_xlsx
from nennep.visits.forms.people import VisitDayForm
from nennep.visits.queries.board import (
    FIGURES,
    get_digest_page,
    get_ledger_page,
    get_official_page,
    pick_lines,
)
from nennep.visits.queries.sheets import APPRAISAL_COLUMNS, appraisal_rows

DIGEST_DAYS = {"tuan": 7, "thang": 30}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def show_ledger(request: ActorRequest) -> HttpResponse:
    """`?ngay=` as it stood on that day, `?noi=` one committee or area."""
    _require_planner(request)
    form, day = _day_of(request)
    page = get_ledger_page(actor=request.actor, on=day, area=_uuid(request.GET.get("noi", "")))
    return render(request, "visits/ledger.html", {"page": page, "form": form, "today": clock.today()})


@login_required
@require_safe
def show_rows(request: ActorRequest, figure: str) -> HttpResponse:
    """The visits behind a figure, of one official (`?nguoi=`) or of all."""
    if figure not in FIGURES:
        raise NotFound
    _form, day = _day_of(request)
    person = _uuid(request.GET.get("nguoi", ""))
    if person:
        found = get_official_page(actor=request.actor, public_id=person, on=day)
        states, official = [found.state], found.state.user
    else:
        _require_planner(request)
        area = _uuid(request.GET.get("noi", ""))
        states, official = list(get_ledger_page(actor=request.actor, on=day, area=area).officials), None
    titles = _titles()
    context = {"lines": pick_lines(states, figure), "title": titles[figure], "day": day, "official": official}
    return render(request, "visits/rows.html", context | {"now": clock.now()})


@login_required
@require_safe
def show_official(request: ActorRequest, official: UUID) -> HttpResponse:
    form, day = _day_of(request)
    page = get_official_page(actor=request.actor, public_id=official, on=day)
    return render(request, "visits/official.html", {"page": page, "form": form, "now": clock.now(), "day": day})


@login_required
@require_safe
def show_appraisal(request: ActorRequest) -> HttpResponse:
    """The printable list for the yearly rating: obligations against visits and reports, by given name."""
    _require_planner(request)
    form, day = _day_of(request)
    page = get_ledger_page(actor=request.actor, on=day, area=_uuid(request.GET.get("noi", "")))
    return render(request, "visits/appraisal.html", {"page": page, "form": form})


@login_required
@require_safe
def download_appraisal(request: ActorRequest) -> HttpResponse:
    _require_planner(request)
    _form, day = _day_of(request)
    page = get_ledger_page(actor=request.actor, on=day, area=_uuid(request.GET.get("noi", "")))
    content = write_xlsx(_("Dự sinh hoạt"), [str(label) for label in APPRAISAL_COLUMNS], appraisal_rows(page))
    name = f"du-sinh-hoat-{day:%Y-%m-%d}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_safe
def show_digest(request: ActorRequest, period: str) -> HttpResponse:
    """`tuan`: the last seven days; `thang`: the last thirty. Prints on one page."""
    _require_planner(request)
    if period not in DIGEST_DAYS:
        raise NotFound
    form, day = _day_of(request)
    digest = get_digest_page(actor=request.actor, on=day, days=DIGEST_DAYS[period])
    return render(request, "visits/digest.html", {"digest": digest, "form": form, "period": period})


def _require_planner(request: ActorRequest) -> None:
    """Somebody who plans no visits anywhere finds no such page."""
    if not request.actor.may_somewhere(Permission.VISITS_PLAN):
        raise NotFound


def _day_of(request: ActorRequest) -> tuple[VisitDayForm, date]:
    """The day asked for; today when none, or one that cannot be read (the form says so)."""
    form = VisitDayForm(request.GET if request.GET.get("ngay") else None)
    day = form.cleaned_data["ngay"] if form.is_valid() else None
    return form, day or clock.today()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _titles() -> dict[str, str]:
    return {
        "da-du": _("Đã dự"),
        "co-lich": _("Đã có lịch"),
        "chua-ro": _("Buổi đã qua chưa rõ có dự không"),
        "vang-co-ly-do": _("Vắng có lý do"),
        "vang-khong-ly-do": _("Vắng chưa ghi lý do"),
        "du-thay": _("Có người dự thay"),
        "chi-bo-minh": _("Dự ở chi bộ mình, không tính"),
        "bao-cao-da-gui": _("Báo cáo đã gửi"),
        "bao-cao-cham": _("Báo cáo chậm"),
        "bao-cao-qua-han": _("Báo cáo quá hạn"),
    }
