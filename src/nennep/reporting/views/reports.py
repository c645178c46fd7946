"""The commune's screen, the page of a cell, the rows behind figures, reminders, the table as a spreadsheet."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button
from nennep.core.http import ActorRequest, read_span
from nennep.core.periods import Span
from nennep.core.sheets.writer import write_xlsx
from nennep.core.spans import SPAN
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_end
from nennep.reporting.queries.attention import get_attention_page, word_attention
from nennep.reporting.queries.cell import get_cell_page
from nennep.reporting.queries.commune import get_commune_page, get_unit, list_own_units
from nennep.reporting.queries.rows import find_measure, get_rows_page
from nennep.reporting.queries.table import make_table, make_upper_table
from nennep.reporting.queries.upper import get_upper_page, is_above_communes
from nennep.reporting.rules import triage
from nennep.reporting.services import (
    note_list_read,
    note_table_taken,
    remind_all,
    remind_secretary,
)

ROWS_A_PAGE = 50
# Of the commune's screen: together less than a hundred rows, and light enough for an old phone.
EXCEPTIONS_A_PAGE, CELLS_A_PAGE, UNITS_A_PAGE = 20, 40, 30
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def show_start(request: ActorRequest) -> HttpResponse:
    """Whoever looks after one unit goes straight to it; others choose."""
    units = list_own_units(actor=request.actor)
    if len(units) == 1:
        return redirect("reporting:unit", units[0].public_id)
    return render(request, "reporting/start.html", {"units": units})


@login_required
@require_safe
def show_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """A unit above cells: the commune's screen. A cell: its own page. Both of the span that was chosen."""
    unit, span = get_unit(actor=request.actor, public_id=public_id), read_span(request, clock.today())
    end = find_end(actor=request.actor, organization=unit)
    if unit.is_cell:
        page = get_cell_page(actor=request.actor, unit=unit, today=clock.today(), span=span)
        return render(request, "reporting/cell.html", {"page": page, "end": end})
    if is_above_communes(unit):
        return _show_upper(request, unit, span)
    by_score = request.GET.get("xep") == "diem"
    commune = get_commune_page(actor=request.actor, unit=unit, today=clock.today(), span=span, by_score=by_score)
    parts = {
        "exceptions": Paginator(commune.triage_lines, EXCEPTIONS_A_PAGE).get_page(request.GET.get("viec")),
        "lines": Paginator(commune.matrix_lines, CELLS_A_PAGE).get_page(request.GET.get("trang")),
    }
    return render(
        request,
        "reporting/commune.html",
        {"page": commune, "end": end, "now": clock.now(), "by_score": by_score, **parts},
    )


def _show_upper(request: ActorRequest, unit: Organization, span: Span | None) -> HttpResponse:
    order = request.GET.get("xep", "")
    page = get_upper_page(actor=request.actor, unit=unit, today=clock.today(), span=span, order=order)
    values = {
        "page": page,
        "order": order,
        "end": find_end(actor=request.actor, organization=unit),
        "lines": Paginator(page.rows, UNITS_A_PAGE).get_page(request.GET.get("trang")),
    }
    return render(request, "reporting/upper.html", values)


@login_required
@require_safe
def show_attention(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """What needs attention below a unit, cell by cell, as far as the filter asks."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    page = get_attention_page(actor=request.actor, unit=unit, asked=request.GET, today=clock.today())
    lines = Paginator(page.found, EXCEPTIONS_A_PAGE).get_page(request.GET.get("trang"))
    worded = word_attention(list(lines), clock.today())
    return render(request, "reporting/attention.html", {"page": page, "lines": lines, "worded": worded})


@login_required
@require_safe
def show_rows(request: ActorRequest, public_id: UUID, span: Span, what: str) -> HttpResponse:
    """The rows behind a figure; what names members goes into the trail. Another span is chosen by its own address."""
    measure = find_measure(what)
    unit = get_unit(actor=request.actor, public_id=public_id)
    if request.GET.get(SPAN):
        return redirect("reporting:rows", unit.public_id, read_span(request, clock.today()), what)
    page = get_rows_page(actor=request.actor, unit=unit, span=span, measure=measure, today=clock.today())
    if page.names_members:
        note_list_read(actor=request.actor, organization=unit, what=measure.address, now=clock.now())
    lines = Paginator(page.lines, ROWS_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "reporting/rows.html", {"page": page, "lines": lines})


@login_required
@require_safe
def explain_levels(request: ActorRequest) -> HttpResponse:
    limits = {
        "long_late_days": triage.LONG_LATE_DAYS,
        "falling_months": triage.FALLING_MONTHS,
        "far_below": triage.FAR_BELOW,
        "old_duty_days": triage.OLD_DUTY_DAYS,
        "without_duty_part": f"1/{triage.WITHOUT_DUTY_SHARE}",
    }
    return render(request, "reporting/levels.html", limits)


@login_required
@require_safe
def download_table(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Cells and months, above communes the units directly below, as a spreadsheet, of the span that was chosen."""
    unit, span = get_unit(actor=request.actor, public_id=public_id), read_span(request, clock.today())
    if is_above_communes(unit):
        table = make_upper_table(get_upper_page(actor=request.actor, unit=unit, today=clock.today(), span=span))
    else:
        table = make_table(get_commune_page(actor=request.actor, unit=unit, today=clock.today(), span=span))
    note_table_taken(actor=request.actor, organization=unit, now=clock.now())
    name = content_disposition_header(as_attachment=True, filename=table.file_name)
    content = write_xlsx(table.title, table.header, table.rows)
    return HttpResponse(content, headers={"Content-Type": EXCEL, "Content-Disposition": name or ""})


@login_required
@require_POST
def remind(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Remind one secretary, then back to where the button was."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    return answer_button(
        request,
        lambda: remind_secretary(actor=request.actor, organization=unit, now=clock.now()),
        then=_find_way_back(request, unit.public_id),
        message=lambda name: _("Đã nhắc đồng chí %(name)s, %(cell)s.") % {"name": name, "cell": unit.name},
    )


@login_required
@require_POST
def remind_everybody(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Remind every secretary who is overdue; what could not be done is said one by one."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    reminded, refused = remind_all(actor=request.actor, organization=unit, now=clock.now())
    for refusal in refused:
        messages.warning(request, refusal)
    if reminded:
        done = ngettext("Đã nhắc %(count)s bí thư.", "Đã nhắc %(count)s bí thư.", reminded) % {"count": reminded}
        messages.success(request, done)
    elif not refused:
        messages.info(request, _("Không còn chi bộ nào quá hạn, không cần nhắc."))
    return redirect("reporting:unit", unit.public_id)


def _find_way_back(request: ActorRequest, cell: UUID) -> str:
    """The unit's screen when the button stood there (`ve`), otherwise the cell's page."""
    try:
        return reverse("reporting:unit", args=[UUID(request.POST.get("ve", ""))])
    except ValueError:
        return reverse("reporting:unit", args=[cell])
