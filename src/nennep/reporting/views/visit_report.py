"""Writing the report of a visit, and reading one that was sent."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.reporting.choices import Form
from nennep.reporting.forms.supplement import SupplementForm
from nennep.reporting.forms.visit_report import ReportForms
from nennep.reporting.queries.papers.visit_report import build_visit_report_paper, name_report
from nennep.reporting.queries.visit_report import (
    ReportPage,
    find_opinion,
    get_report_page,
    get_sent_report,
    is_sent_or_foreign,
)
from nennep.reporting.renderers.files import make_file
from nennep.reporting.views.papers import CONTENT_TYPES, send_file
from nennep.visits.services.advising import Comment
from nennep.visits.services.reports import save_report, submit_report
from nennep.visits.services.supplements import supplement_report


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The report while it is written. `action`: auto (as one goes), save, more (a further opinion), gop-y-N, kem-N (its files), submit."""
    if request.method != "POST" and is_sent_or_foreign(actor=request.actor, public_id=visit):
        context = {"form": SupplementForm(), **_sent_context(request, visit)}
        return render(request, "reporting/report_sent.html", context)
    page = get_report_page(actor=request.actor, public_id=visit, now=clock.now())
    forms, action = ReportForms(posted(request), page=page), request.POST.get("action", "save")
    template = "reporting/report_not_saved.html" if request.htmx and forms.is_bound else "reporting/report.html"
    return answer_form(
        request,
        forms,
        lambda: _save(request, forms, action),
        then=lambda _done: _answer(request, forms, action),
        template=template,
        context={"page": page, "forms": forms, "now": clock.now()},
    )


def _save(request: ActorRequest, forms: ReportForms, action: str) -> None:
    """Save what was typed, and send it when asked to: refused then, what was typed stays saved."""
    now, visit = clock.now(), forms.page.visit
    draft = forms.draft(besides=_chosen(forms.page, action))
    version = forms.main.cleaned_data["version"] or None
    save_report(actor=request.actor, visit=visit, draft=draft, now=now, version=version)
    if action == "submit":
        submit_report(actor=request.actor, visit=visit, now=now)


def _chosen(page: ReportPage, action: str) -> list[Comment]:
    """The comment of the bank whose button was pressed."""
    number = action.removeprefix("gop-y-")
    if number == action or not number.isdecimal() or int(number) >= len(page.bank):
        return []
    chosen = page.bank[int(number)]
    return [Comment(chosen.text, chosen.example, chosen.topic, keep=False)]


def _answer(request: ActorRequest, forms: ReportForms, action: str) -> HttpResponse:
    page = forms.page
    address = reverse("reporting:visit_report", args=[page.visit.public_id])
    if action == "submit":
        messages.success(request, _("Đã gửi báo cáo. Kiến nghị đã vào sổ, góp ý đã đến chi bộ."))
        return redirect(address)
    if request.htmx:
        saved = get_report_page(actor=request.actor, public_id=page.visit.public_id, now=clock.now())
        return render(request, "reporting/report_saved.html", {"page": saved, "oob": True})
    opinion = (
        find_opinion(page=page, position=forms.position_of(forms.attach_row)) if forms.attach_row is not None else None
    )
    if opinion is not None:
        return redirect("reporting:attach_to_opinion", page.visit.public_id, opinion.public_id)
    messages.success(request, _("Đã lưu nháp."))
    part = {"more": "#y-kien", "save": ""}.get(action, "#gop-y")
    return redirect(address + part)


@login_required
@require_POST
def supplement(request: ActorRequest, visit: UUID) -> HttpResponse:
    """Dated words added to a report that was sent."""
    sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
    if not sent.is_own:
        raise NotFound
    form = SupplementForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: supplement_report(
            actor=request.actor, visit=sent.page.visit, text=form.cleaned_data["text"], now=clock.now()
        ),
        then=reverse("reporting:visit_report", args=[visit]),
        message=_("Đã bổ sung báo cáo."),
        template="reporting/report_sent.html",
        context=lambda: _sent_context(request, visit),
    )


@login_required
@require_safe
def download_report(request: ActorRequest, visit: UUID, form: Form) -> HttpResponse:
    """A sent report as an official paper, in Vietnamese whatever language the reader has chosen."""
    with translation.override("vi"):
        sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
        content = make_file(build_visit_report_paper(sent), form)
    return send_file(content, name_report(sent, form), CONTENT_TYPES[form])


def _sent_context(request: ActorRequest, visit: UUID) -> dict[str, object]:
    sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
    return {"sent": sent, "page": sent.page}
