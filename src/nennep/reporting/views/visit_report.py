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
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.reporting.choices import Form
from nennep.reporting.forms.supplement import SupplementForm
from nennep.reporting.forms.visit_report import ReportForms
from nennep.reporting.queries.papers.visit_report import build_visit_report_paper, name_report
from nennep.reporting.queries.visit_report import ReportPage, get_report_page, get_sent_report, is_sent_or_foreign
from nennep.reporting.renderers.files import make_file
from nennep.reporting.views.papers import CONTENT_TYPES, send_file
from nennep.visits.services.advising import Comment
from nennep.visits.services.reports import save_report, submit_report
from nennep.visits.services.supplements import supplement_report


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The report while it is written. `action`: auto (as one goes), save, more (a further opinion), gop-y-N, submit."""
    if request.method != "POST" and is_sent_or_foreign(actor=request.actor, public_id=visit):
        return _show_sent(request, visit, SupplementForm())
    page = get_report_page(actor=request.actor, public_id=visit, now=clock.now())
    forms, action = ReportForms(posted(request), page=page), request.POST.get("action", "save")
    if request.method == "POST" and forms.is_valid() and _save(request, forms, action):
        return _answer(request, page, action)
    if request.htmx:
        return render(request, "reporting/report_not_saved.html", {"forms": forms}, status=422)
    context = {"page": page, "forms": forms, "now": clock.now()}
    return render(request, "reporting/report.html", context, status=422 if request.method == "POST" else 200)


def _save(request: ActorRequest, forms: ReportForms, action: str) -> bool:
    """Save what was typed, send it when asked to; a refusal is said beside its field."""
    now, visit = clock.now(), forms.page.visit
    draft = forms.draft(besides=_chosen(forms.page, action))
    version = forms.main.cleaned_data["version"] or None
    try:
        save_report(actor=request.actor, visit=visit, draft=draft, now=now, version=version)
        if action == "submit":
            submit_report(actor=request.actor, visit=visit, now=now)
    except Conflict:
        _offer_newest(request, forms)
        return False
    except DomainError as error:
        add_domain_error(forms.main, error)
        return False
    return True


def _chosen(page: ReportPage, action: str) -> list[Comment]:
    """The comment of the bank whose button was pressed."""
    number = action.removeprefix("gop-y-")
    if number == action or not number.isdecimal() or int(number) >= len(page.bank):
        return []
    chosen = page.bank[int(number)]
    return [Comment(chosen.text, chosen.example, chosen.topic, keep=False)]


def _offer_newest(request: ActorRequest, forms: ReportForms) -> None:
    """Another device saved meanwhile: what was typed stays, and saving once more puts it over the other."""
    newest = get_report_page(actor=request.actor, public_id=forms.page.visit.public_id, now=clock.now()).report
    forms.main.data = request.POST.copy()
    forms.main.data["version"] = str(newest.version if newest else 0)
    refusal = _("Báo cáo vừa được lưu ở máy khác. Điều đồng chí gõ vẫn ở đây; bấm Lưu nháp lần nữa để ghi đè.")
    forms.main.add_error(None, refusal)


def _answer(request: ActorRequest, page: ReportPage, action: str) -> HttpResponse:
    address = reverse("reporting:visit_report", args=[page.visit.public_id])
    if action == "submit":
        messages.success(request, _("Đã gửi báo cáo. Kiến nghị đã vào sổ, góp ý đã đến chi bộ."))
        return redirect(address)
    if request.htmx:
        saved = get_report_page(actor=request.actor, public_id=page.visit.public_id, now=clock.now())
        return render(request, "reporting/report_saved.html", {"page": saved, "oob": True})
    messages.success(request, _("Đã lưu nháp."))
    part = {"more": "#y-kien", "save": ""}.get(action, "#gop-y")
    return redirect(address + part)


def _show_sent(request: ActorRequest, visit: UUID, form: SupplementForm, status: int = 200) -> HttpResponse:
    sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
    return render(request, "reporting/report_sent.html", {"sent": sent, "page": sent.page, "form": form}, status=status)


@login_required
@require_POST
def supplement(request: ActorRequest, visit: UUID) -> HttpResponse:
    """Dated words added to a report that was sent."""
    sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
    if not sent.is_own:
        raise NotFound
    form = SupplementForm(posted(request))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            supplement_report(actor=request.actor, visit=sent.page.visit, text=text, now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã bổ sung báo cáo."))
            return redirect("reporting:visit_report", visit)
    return _show_sent(request, visit, form, status=422)


@login_required
@require_safe
def download_report(request: ActorRequest, visit: UUID, form: Form) -> HttpResponse:
    """A sent report as an official paper, in Vietnamese whatever language the reader has chosen."""
    with translation.override("vi"):
        sent = get_sent_report(actor=request.actor, public_id=visit, now=clock.now())
        content = make_file(build_visit_report_paper(sent), form)
    return send_file(content, name_report(sent, form), CONTENT_TYPES[form])
