"""Papers of petitions: what went out with a step, and a unit's report of a quarter."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest, tell_arrival
from nennep.core.periods import Span
from nennep.core.permissions import Permission
from nennep.petitions.queries import get_unit
from nennep.reporting import services
from nennep.reporting.choices import Form
from nennep.reporting.forms.petitions import IssueReportForm
from nennep.reporting.queries.papers.petition_reports import (
    find_petition_report,
    get_reports_page,
    name_report_file,
    require_quarter,
    say_quarter,
)
from nennep.reporting.queries.papers.petitions import find_step_paper, name_step_file
from nennep.reporting.renderers.files import make_file
from nennep.reporting.views.papers import CONTENT_TYPES, send_file


@login_required
@require_safe
def download_step_paper(request: ActorRequest, petition: UUID, *, paper: str, number: int, form: Form) -> HttpResponse:
    """The slip, the reply or the notice that went out with one step."""
    found, filled = find_step_paper(
        actor=request.actor, petition=petition, paper=paper, number=number, today=clock.today()
    )
    what = f"{paper}/{number}"
    services.note_step_paper_taken(actor=request.actor, petition=found, paper=what, form=form, now=clock.now())
    return send_file(make_file(filled, form), name_step_file(found, paper, number, form), CONTENT_TYPES[form])


@login_required
@require_safe
def show_petition_reports(request: ActorRequest, unit: UUID) -> HttpResponse:
    """The quarters of a unit with their reports."""
    page = get_reports_page(actor=request.actor, public_id=unit, today=clock.today())
    return render(request, "reporting/petition_reports.html", {"page": page})


@login_required
@require_safe
def download_petition_report(
    request: ActorRequest, unit: UUID, *, span: Span, form: Form, number: int | None = None
) -> HttpResponse:
    """The report of a quarter: as the books say it now, or as version `number` was issued."""
    found, filled = find_petition_report(
        actor=request.actor, public_id=unit, span=span, today=clock.today(), number=number
    )
    services.note_petition_report_taken(actor=request.actor, organization=found, span=span, form=form, now=clock.now())
    file = send_file(make_file(filled, form), name_report_file(found, span, form, number), CONTENT_TYPES[form])
    return tell_arrival(request, file)


@login_required
@require_http_methods(["GET", "POST"])
def issue_petition_report(request: ActorRequest, unit: UUID, *, span: Span) -> HttpResponse:
    """Keep the report of a quarter as it stands; a later version with the reason."""
    require_quarter(span, clock.today())
    found = get_unit(actor=request.actor, public_id=unit)
    request.actor.require(Permission.PETITIONS_SETTLE, found.path)
    page = get_reports_page(actor=request.actor, public_id=unit, today=clock.today())
    issued = any(line.versions for line in page.quarters if line.span == span)
    form = IssueReportForm(posted(request), asks_reason=issued)
    back = reverse("reporting:petition_reports", args=[found.public_id])
    asked: dict[str, Any] = {"actor": request.actor, "organization": found, "span": span, "now": clock.now()}
    return answer_form(
        request,
        form,
        lambda: services.issue_petition_report(reason=form.cleaned_data.get("reason", ""), **asked),
        then=back,
        message=lambda row: _("Đã chốt báo cáo, bản %(number)s.") % {"number": row.number},
        context={
            "unit": found,
            "page_title": _("Chốt báo cáo %(quarter)s") % {"quarter": say_quarter(span)},
            "back_url": back,
        },
    )
