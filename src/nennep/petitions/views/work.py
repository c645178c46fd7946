"""What a unit has to do with petitions, and what became of them: work lists, spreadsheet, the board's view."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.sheets.writer import Value, write_csv, write_xlsx
from nennep.organizations.models import Organization
from nennep.petitions import queries, services
from nennep.petitions.choices import BoardFigure, BoardGroup
from nennep.petitions.forms import BoardForm, KeepViewForm, RouteManyForm, WorkFilterForm
from nennep.petitions.queries import PetitionRow

PAGE_SIZE = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_http_methods(["GET", "POST"])
def show_work(request: ActorRequest, unit: UUID) -> HttpResponse:
    """`loc` chooses the list; `linh_vuc`, `noi`, `chi_bo` and `tim` what of it. Posting keeps what is shown under a `name`."""
    filters, form = WorkFilterForm(request.GET), KeepViewForm(posted(request))
    page = _get_page(request, unit, filters)
    return answer_form(
        request,
        form,
        lambda: services.keep_view(
            actor=request.actor,
            organization=page.unit,
            name=form.cleaned_data["name"],
            listed=page.chosen,
            wanted=filters.chosen_filter(),
            now=clock.now(),
        ),
        then=request.get_full_path(),
        message=lambda view: _("Đã giữ danh sách “%(name)s”.") % {"name": view.name},
        template="petitions/work.html",
        context=lambda: {
            "page": page,
            "rows": (rows := _read_rows(request, page)),
            "picks": page.may_write and any(row.may_be_routed(page.unit) for row in rows),
            "filters": filters,
            "chosen": filters.chosen_filter(),
        },
    )


def _read_rows(request: ActorRequest, page: queries.WorkPage) -> Page[PetitionRow]:
    return _Rows(partial(queries.read_page_rows, page.found), page.count).get_page(request.GET.get("trang"))


@login_required
@require_POST
def drop_view(request: ActorRequest, view: UUID) -> HttpResponse:
    found = queries.get_view(actor=request.actor, public_id=view)
    return answer_button(
        request,
        lambda: services.drop_view(actor=request.actor, view=found, now=clock.now()),
        then=reverse("petitions:show_work", args=[found.unit.public_id]),
        message=_("Đã bỏ danh sách “%(name)s”.") % {"name": found.name},
    )


@login_required
@require_GET
def download_work(request: ActorRequest, unit: UUID) -> HttpResponse:
    """The list that is shown, as `xlsx` or `csv` (`dang`)."""
    page = _get_page(request, unit, WorkFilterForm(request.GET))
    rows = queries.read_page_rows(page.found, first=0, last=queries.EXPORTED, today=clock.today())
    services.note_export(actor=request.actor, organization=page.unit, what=page.chosen.value, now=clock.now())
    passed = queries.list_passed_days(row.public_id for row in rows)
    header, lines = (
        [str(label) for label in _header()],
        [_line(number, row, passed.get(row.public_id)) for number, row in enumerate(rows, start=1)],
    )
    is_csv = request.GET.get("dang") == "csv"
    content = write_csv(header, lines) if is_csv else write_xlsx(_("Kiến nghị"), header, lines)
    name = content_disposition_header(
        as_attachment=True, filename=f"kien-nghi-{page.chosen.value}.{'csv' if is_csv else 'xlsx'}"
    )
    kind = "text/csv; charset=utf-8" if is_csv else EXCEL
    return HttpResponse(content, headers={"Content-Type": kind, "Content-Disposition": name or ""})


def _get_page(request: ActorRequest, unit: UUID, form: WorkFilterForm) -> queries.WorkPage:
    return queries.get_work_page(
        actor=request.actor,
        public_id=unit,
        chosen=form.chosen(),
        chosen_filter=form.chosen_filter(),
        today=clock.today(),
    )


@login_required
@require_http_methods(["GET", "POST"])
def route_many(request: ActorRequest, unit: UUID) -> HttpResponse:
    """What was chosen in a list (`chon`, several) goes to one place; what was refused is named on the page that follows."""
    found = queries.get_unit(actor=request.actor, public_id=unit)
    request.actor.require(Permission.PETITIONS_SETTLE, found.path)
    ids = _read_ids((request.POST if request.method == "POST" else request.GET).getlist("chon"))
    chosen = queries.list_chosen(actor=request.actor, unit=found, public_ids=ids)
    places = queries.list_places(found, today=clock.today())
    form = RouteManyForm(
        posted(request), chosen=chosen, places=places, initial={"chon": [str(one.public_id) for one in chosen]}
    )
    asked: dict[str, Any] = {"actor": request.actor, "organization": found, "petitions": chosen, "now": clock.now()}
    back = reverse("petitions:show_work", args=[found.public_id])
    context = {"unit": found, "chosen": chosen, "page_title": _("Chuyển nhiều kiến nghị"), "back_url": back}
    return answer_form(
        request,
        form,
        lambda: services.route_many(to=form.place(), text=form.cleaned_data["text"], **asked),
        then=lambda routed: _say_routed(request, found, routed),
        message=lambda routed: (
            ngettext("Đã chuyển %(number)s kiến nghị.", "Đã chuyển %(number)s kiến nghị.", routed.number)
            % {"number": routed.number}
        ),
        template="petitions/route_many.html",
        context=context,
    )


def _read_ids(texts: Iterable[str]) -> list[UUID]:
    """What is no name of a petition is not chosen."""
    found: list[UUID] = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _say_routed(request: ActorRequest, unit: Organization, routed: services.Routed) -> HttpResponse:
    if not routed.refused:
        return redirect("petitions:show_work", unit.public_id)
    return render(request, "petitions/routed.html", {"unit": unit, "routed": routed})


class _Rows(Paginator[PetitionRow]):
    """Counts nothing again, and reads the rows of one page alone."""

    count: int = 0

    def __init__(self, read: Callable[..., list[PetitionRow]], number: int) -> None:
        super().__init__([], PAGE_SIZE)
        self.read, self.count = read, number

    def page(self, number: int | str) -> Page[PetitionRow]:
        chosen = self.validate_number(number)
        first = (chosen - 1) * self.per_page
        rows = self.read(first=first, last=first + self.per_page, today=clock.today())
        return Page(rows, chosen, self)


def _header() -> tuple[str, ...]:
    """The register of addendum (h.3)."""
    return (
        _("STT"),
        _("Ngày nêu"),
        _("Chi bộ"),
        _("Người nêu"),
        _("Nội dung"),
        _("Lĩnh vực"),
        _("Nơi trả lời"),
        _("Ngày chuyển"),
        _("Hạn trả lời"),
        _("Hẹn giải quyết xong"),
        _("Tình trạng"),
        _("Trễ hạn (ngày)"),
        _("Ngày trả lời"),
        _("Nơi đã trả lời"),
        _("Nội dung trả lời"),
    )


def _line(number: int, row: PetitionRow, passed_on: date | None) -> list[Value]:
    holder = f"{row.holder} ({row.body})" if row.body else row.holder
    state = str(row.state.label)
    return [
        number,
        row.raised_on,
        row.cell,
        row.raised_by,
        row.text,
        str(row.field.label),
        holder,
        passed_on,
        row.due_on,
        row.promised_for,
        state,
        row.late_by or None,
        row.answered_on,
        row.answered_by,
        row.answer,
    ]


@login_required
@require_GET
def show_board(request: ActorRequest, unit: UUID) -> HttpResponse:
    """`nam` and `nhom` choose the year and by what it is divided."""
    form, today = BoardForm(request.GET), clock.today()
    page = queries.get_board_page(
        actor=request.actor,
        public_id=unit,
        year=form.read("nam", today.year),
        group=BoardGroup(form.read("nhom", BoardGroup.FIELD)),
        today=today,
    )
    chosen = urlencode({"nam": page.year, "nhom": page.group.value})
    rows_address = f"{reverse('petitions:show_board_rows', args=[page.unit.public_id])}?{chosen}"
    context = {"page": page, "figures": list(BoardFigure), "groups": list(BoardGroup), "rows_address": rows_address}
    return render(request, "petitions/board.html", context)


@login_required
@require_GET
def show_board_rows(request: ActorRequest, unit: UUID) -> HttpResponse:
    """The petitions behind one figure: `so`, of the group `ma`."""
    form, today = BoardForm(request.GET), clock.today()
    page = queries.get_board_list(
        actor=request.actor,
        public_id=unit,
        figure=BoardFigure(form.read("so", BoardFigure.RAISED)),
        year=form.read("nam", today.year),
        group=BoardGroup(form.read("nhom", BoardGroup.FIELD)),
        key=form.read("ma", ""),
        today=today,
    )
    read = partial(queries.read_board_rows, actor=request.actor, board=page)
    rows = _Rows(read, page.number).get_page(request.GET.get("trang"))
    return render(request, "petitions/board_rows.html", {"page": page, "rows": rows})


@login_required
@require_GET
def show_flow(request: ActorRequest, unit: UUID) -> HttpResponse:
    """Where petitions raised in a year (`nam`) went: a picture and its table."""
    year = BoardForm(request.GET).read("nam", clock.today().year)
    page = queries.get_flow_page(actor=request.actor, public_id=unit, year=year)
    return render(request, "petitions/flow.html", {"page": page})


@login_required
@require_GET
def show_flow_rows(request: ActorRequest, unit: UUID) -> HttpResponse:
    """The petitions behind one number: from `ma` to `den`."""
    form, today = BoardForm(request.GET), clock.today()
    page = queries.get_flow_list(
        actor=request.actor,
        public_id=unit,
        year=form.read("nam", today.year),
        source=form.read("ma", ""),
        target=form.read("den", ""),
        today=today,
    )
    read = partial(queries.read_board_rows, actor=request.actor, board=page)
    rows = _Rows(read, page.number).get_page(request.GET.get("trang"))
    return render(request, "petitions/board_rows.html", {"page": page, "rows": rows, "is_flow": True})
