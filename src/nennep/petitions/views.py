"""Pages of petitions: a cell's, what lies with a unit, the member's own; one petition's course and its steps."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.petitions import queries, services
from nennep.petitions.choices import PetitionField
from nennep.petitions.forms import AnswerForm, NoteForm, PassOnForm, ReasonForm

PAGE_SIZE = 25


@login_required
@require_GET
def show_own(request: ActorRequest) -> HttpResponse:
    rows = queries.list_own(actor=request.actor, today=clock.today())
    return render(request, "petitions/own.html", {"rows": rows})


@login_required
@require_GET
def show_cell(request: ActorRequest, cell: UUID) -> HttpResponse:
    """`loc` chooses: what waits (default), what is settled (`xong`)."""
    chosen = request.GET.get("loc", "")
    page = queries.get_cell_list(actor=request.actor, public_id=cell, chosen=chosen, today=clock.today())
    return _show_list(request, "petitions/cell.html", page)


@login_required
@require_GET
def show_unit(request: ActorRequest, unit: UUID) -> HttpResponse:
    """`loc` chooses: what lies here (default), what was answered (`tra-loi`), what waits below (`duoi`)."""
    chosen = request.GET.get("loc", "")
    page = queries.get_unit_list(actor=request.actor, public_id=unit, chosen=chosen, today=clock.today())
    return _show_list(request, "petitions/unit.html", page)


def _show_list(request: ActorRequest, template: str, page: queries.PetitionList) -> HttpResponse:
    rows = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, template, {"page": page, "rows": rows, "counts": dict(page.counts)})


@login_required
@require_GET
def show_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = queries.get_petition_page(actor=request.actor, public_id=petition, today=clock.today())
    return render(request, "petitions/petition.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def note_petition(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = queries.get_unit(actor=request.actor, public_id=cell)
    request.actor.require(Permission.PETITIONS_WRITE, unit.path)
    today = clock.today()
    askers, holders = queries.list_askers(unit, on=today), queries.list_targets(unit, besides=0)
    form = NoteForm(posted(request), askers=askers, holders=holders, initial={"raised_on": today})
    if form.is_valid():
        try:
            noted = _note(request, unit, form)
            messages.success(request, _("Đã ghi kiến nghị."))
            return redirect("petitions:show_petition", noted.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    back = reverse("petitions:show_cell", args=[unit.public_id])
    context = {"form": form, "unit": unit, "page_title": _("Ghi kiến nghị"), "back_url": back}
    return render(request, "core/form_page.html", context, status=422 if form.is_bound else 200)


def _note(request: ActorRequest, unit: queries.Organization, form: NoteForm) -> queries.Petition:
    data, asker = form.cleaned_data, form.asker()
    details = services.PetitionDetails(
        text=data["text"],
        field=PetitionField(data["field"]),
        raised_by=queries.get_asker(public_id=asker.public_id) if asker else None,
        raised_by_name=data["raised_by_name"],
        holder=form.holder_unit(),
    )
    return services.note_petition(
        actor=request.actor, organization=unit, details=details, raised_on=data["raised_on"], now=clock.now()
    )


@login_required
@require_http_methods(["GET", "POST"])
def pass_on(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = _get_page(request, petition, lambda page: page.may_pass_on)
    form = PassOnForm(posted(request), targets=page.targets)
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            services.pass_on(actor=request.actor, petition=page.petition, to=form.target(), text=text, now=clock.now())
            messages.success(request, _("Đã chuyển đến %(unit)s.") % {"unit": form.target().name})
            return redirect("petitions:show_petition", page.petition.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    return _show_form(request, page, form, _("Chuyển đến đâu?"), template="petitions/pass_on.html")


@login_required
@require_http_methods(["GET", "POST"])
def answer_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = _get_page(request, petition, lambda page: page.may_answer)
    form = AnswerForm(posted(request), initial={"answer": page.petition.answer}, may_settle=page.may_settle)
    if form.is_valid():
        try:
            services.answer_petition(actor=request.actor, petition=page.petition, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Đã ghi trả lời."))
            return redirect("petitions:show_petition", page.petition.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    return _show_form(request, page, form, _("Trả lời kiến nghị"))


@login_required
@require_POST
def confirm_solved(request: ActorRequest, petition: UUID) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    try:
        services.confirm_solved(actor=request.actor, petition=found, now=clock.now())
        messages.success(request, _("Chi bộ đã xác nhận giải quyết xong."))
    except (services.NotYetAnswered, services.PetitionSettled) as error:
        messages.error(request, str(error))
    return redirect("petitions:show_petition", found.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def reopen_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = _get_page(request, petition, lambda page: page.may_reopen)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            services.reopen_petition(actor=request.actor, petition=page.petition, text=text, now=clock.now())
            messages.success(request, _("Đã mở lại kiến nghị; thời hạn tính lại từ hôm nay."))
            return redirect("petitions:show_petition", page.petition.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    return _show_form(request, page, form, _("Mở lại kiến nghị"))


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = _get_page(request, petition, lambda page: page.may_withdraw)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            services.withdraw_petition(actor=request.actor, petition=page.petition, text=text, now=clock.now())
            messages.success(request, _("Đã ghi thôi kiến nghị."))
            return redirect("petitions:show_petition", page.petition.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    return _show_form(request, page, form, _("Thôi kiến nghị"))


def _get_page(
    request: ActorRequest, petition: UUID, may: Callable[[queries.PetitionPage], bool]
) -> queries.PetitionPage:
    """The petition for a page that changes it: 403 for who may only read it, or when its state does not allow it."""
    page = queries.get_petition_page(actor=request.actor, public_id=petition, today=clock.today())
    if not may(page):
        raise NotAllowed
    return page


def _show_form(
    request: ActorRequest,
    page: queries.PetitionPage,
    form: Form,
    title: str,
    *,
    template: str = "petitions/step_form.html",
) -> HttpResponse:
    back = reverse("petitions:show_petition", args=[page.petition.public_id])
    context = {"page": page, "form": form, "unit": page.petition.organization, "page_title": title, "back_url": back}
    return render(request, template, context, status=422 if form.is_bound else 200)
