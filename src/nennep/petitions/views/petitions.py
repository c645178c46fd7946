"""Pages of petitions: a cell's, what lies with a unit, the member's own; one petition's course and its steps."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import Said, Then, answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, read_span
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_end
from nennep.petitions import queries, services
from nennep.petitions.choices import PetitionField, StepKind
from nennep.petitions.forms import (
    AnswerForm,
    CellWordForm,
    JoinForm,
    OwnPetitionForm,
    PassOnForm,
    PetitionNoteForm,
    PetitionReasonForm,
)
from nennep.petitions.models import Petition

PAGE_SIZE = 25
SHORT = 120  # letters of a petition in a choice
STEP_PAGE = "petitions/step_form.html"


@login_required
@require_GET
def show_own(request: ActorRequest) -> HttpResponse:
    today = clock.today()
    rows = queries.list_own(actor=request.actor, today=today)
    may_raise = bool(queries.list_own_cells(actor=request.actor, today=today))
    return render(request, "petitions/own.html", {"rows": rows, "may_raise": may_raise})


@login_required
@require_GET
def show_cell(request: ActorRequest, cell: UUID) -> HttpResponse:
    """`loc` chooses: what waits (default), what is settled (`xong`)."""
    chosen = request.GET.get("loc", "")
    page = queries.get_cell_list(actor=request.actor, public_id=cell, chosen=chosen, today=clock.today())
    return _show_list(request, "petitions/cell.html", page, end=find_end(actor=request.actor, organization=page.unit))


@login_required
@require_GET
def show_unit(request: ActorRequest, unit: UUID) -> HttpResponse:
    """`loc` chooses: what lies here (default), what of it is late (`qua-han`), what was answered (`tra-loi`).

    What waits below (`duoi`); of the span that `ky` chooses, what was raised (`moi`) and what was answered (`da-tra-loi`).
    """
    chosen = request.GET.get("loc", "")
    today, span = clock.today(), read_span(request, clock.today())
    page = queries.get_unit_list(actor=request.actor, public_id=unit, chosen=chosen, today=today, span=span)
    return _show_list(request, "petitions/unit.html", page)


def _show_list(request: ActorRequest, template: str, page: queries.PetitionList, **more: object) -> HttpResponse:
    rows = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, template, {"page": page, "rows": rows, "counts": dict(page.counts), **more})


@login_required
@require_GET
def show_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = queries.get_petition_page(actor=request.actor, public_id=petition, today=clock.today())
    helping: tuple[queries.Helping, ...] = ()
    if page.may_answer or page.speaks_while_it_waits:
        helping = queries.list_helping(actor=request.actor, petition=page.petition, today=clock.today())
    return render(request, "petitions/petition.html", {"page": page, "helping": helping})


@login_required
@require_http_methods(["GET", "POST"])
def note_petition(request: ActorRequest, cell: UUID) -> HttpResponse:
    unit = queries.get_unit(actor=request.actor, public_id=cell)
    request.actor.require(Permission.PETITIONS_WRITE, unit.path)
    today = clock.today()
    askers, holders = queries.list_askers(unit, on=today), queries.list_targets(unit, besides=0)
    form = PetitionNoteForm(
        posted(request), posted_files(request), askers=askers, holders=holders, initial={"raised_on": today}
    )
    back = reverse("petitions:show_cell", args=[unit.public_id])
    return answer_form(
        request,
        form,
        lambda: _note(request, unit, form),
        then=address_of,
        message=_("Đã ghi kiến nghị."),
        context={"unit": unit, "page_title": _("Ghi kiến nghị"), "back_url": back},
    )


def _note(request: ActorRequest, unit: Organization, form: PetitionNoteForm) -> Petition:
    data, asker = form.cleaned_data, form.asker()
    details = services.PetitionDetails(
        text=data["text"],
        field=PetitionField(data["field"]),
        raised_by=queries.get_asker(public_id=asker.public_id) if asker else None,
        raised_by_name=data["raised_by_name"],
        holder=form.holder_unit(),
        is_opinion=data["is_opinion"],
        is_hidden=data["is_hidden"],
        others=tuple(queries.get_asker(public_id=one.public_id) for one in form.other_askers()),
        place=data["place"],
        upload=data["file"],
    )
    return services.note_petition(
        actor=request.actor, organization=unit, details=details, raised_on=data["raised_on"], now=clock.now()
    )


@login_required
@require_http_methods(["GET", "POST"])
def raise_own(request: ActorRequest) -> HttpResponse:
    """A member asks the own cell for something, from the phone."""
    cells = queries.list_own_cells(actor=request.actor, today=clock.today())
    if not cells:
        raise NotFound
    form = OwnPetitionForm(posted(request), posted_files(request))
    return answer_form(
        request,
        form,
        lambda: services.raise_own(
            actor=request.actor, organization=cells[0], details=_own_details(form), now=clock.now()
        ),
        then=address_of,
        message=_("Đã gửi chi bộ. Kiến nghị và trả lời hiện trên trang của đồng chí."),
        context={"unit": cells[0], "page_title": _("Nêu kiến nghị"), "back_url": reverse("petitions:show_own")},
    )


def _own_details(form: OwnPetitionForm) -> services.PetitionDetails:
    data = form.cleaned_data
    return services.PetitionDetails(
        text=data["text"],
        field=PetitionField(data["field"]),
        is_hidden=data["is_hidden"],
        place=data["place"],
        upload=data["file"],
    )


@login_required
@require_http_methods(["GET", "POST"])
def pass_on(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_pass_on, StepKind.PASSED_ON)
    form = PassOnForm(posted(request), places=page.targets)
    return answer_step(
        request,
        page,
        form,
        lambda: services.pass_on(
            actor=request.actor,
            petition=page.petition,
            to=form.place(),
            text=form.cleaned_data["text"],
            now=clock.now(),
        ),
        title=_("Chuyển đến đâu?"),
        message=lambda done: say_passed(done, form.place()),
        template="petitions/pass_on.html",
    )


def say_passed(petition: Petition, chosen: Organization) -> str:
    """Where it lies now: there, one level up because nobody felt responsible, or with what that unit went on in meanwhile."""
    names = {"unit": petition.holder.name, "former": chosen.name}
    if petition.holder_id == chosen.pk:
        return _("Đã chuyển đến %(unit)s.") % names
    if petition.risen and petition.bounces == 0:
        return _("Đã chuyển trả đến lần phải chuyển lên: kiến nghị tự chuyển lên %(unit)s.") % names
    return _("%(former)s đã sáp nhập: kiến nghị chuyển đến %(unit)s.") % names


@login_required
@require_http_methods(["GET", "POST"])
def answer_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_answer, StepKind.ANSWERED)
    form = AnswerForm(
        posted(request),
        posted_files(request),
        initial={"answer": page.petition.answer},
        may_settle=page.may_settle,
        for_body=page.petition.body_id is not None,
    )
    return answer_step(
        request,
        page,
        form,
        lambda: _answer(request, page.petition, form),
        title=_("Trả lời kiến nghị"),
        message=_("Đã ghi trả lời."),
    )


def _answer(request: ActorRequest, petition: Petition, form: AnswerForm) -> Petition:
    data = form.cleaned_data
    facts = services.AnswerFacts(
        begun=form.begun("answer"),
        promised_for=data["promised_for"],
        letter=data.get("letter", ""),
        letter_on=data.get("letter_on"),
        upload=data["file"],
    )
    return services.answer_petition(
        actor=request.actor,
        petition=petition,
        answer=data["answer"],
        facts=facts,
        settled=data.get("settled", False),
        now=clock.now(),
    )


@login_required
@require_POST
def confirm_solved(request: ActorRequest, petition: UUID) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    return answer_button(
        request,
        lambda: services.confirm_solved(actor=request.actor, petition=found, now=clock.now()),
        then=address_of(found),
        message=_("Chi bộ đã xác nhận giải quyết xong."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def reopen_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_reopen, StepKind.REOPENED)
    form = CellWordForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.reopen_petition(
            actor=request.actor,
            petition=page.petition,
            text=form.cleaned_data["text"],
            word=form.chosen_word(),
            now=clock.now(),
        ),
        title=_("Mở lại kiến nghị"),
        message=_("Đã mở lại kiến nghị; thời hạn tính lại từ hôm nay."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_withdraw, StepKind.WITHDRAWN)
    form = PetitionReasonForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.withdraw_petition(
            actor=request.actor, petition=page.petition, text=form.cleaned_data["text"], now=clock.now()
        ),
        title=_("Thôi kiến nghị"),
        message=_("Đã ghi thôi kiến nghị."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def join_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_join, StepKind.JOINED)
    if not page.others:
        raise services.NotOneMatter
    choices = [(str(one.row.public_id), _name_other(one)) for one in page.others]
    form = JoinForm(posted(request), others=choices)
    return answer_step(
        request,
        page,
        form,
        lambda: services.join_petitions(
            actor=request.actor,
            petition=page.petition,
            other=queries.get_petition(actor=request.actor, public_id=UUID(form.cleaned_data["other"])),
            now=clock.now(),
        ),
        title=_("Gộp với kiến nghị cùng việc"),
        message=_("Đã gộp: một thời hạn, một trả lời cho cả hai."),
        then=address_of,
    )


def _name_other(other: queries.AlikePetition) -> str:
    row = other.row
    return " · ".join(part for part in (row.text[:SHORT], row.cell, row.raised_by, other.why) if part)


@login_required
@require_POST
def separate_petition(request: ActorRequest, petition: UUID) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    return answer_button(
        request,
        lambda: services.separate_petition(actor=request.actor, petition=found, now=clock.now()),
        then=address_of(found),
        message=_("Đã tách: kiến nghị này lại chờ trả lời riêng, theo thời hạn cũ."),
    )


def get_page(
    request: ActorRequest, petition: UUID, may: Callable[[queries.PetitionPage], bool], step: StepKind
) -> queries.PetitionPage:
    """The petition for a page that takes a step of it: 403 for those who may only read it.

    Whoever could take the step before is told what became of it, 409 (`services.refuse_step`).
    """
    page = queries.get_petition_page(actor=request.actor, public_id=petition, today=clock.today())
    if not may(page):
        services.refuse_step(actor=request.actor, petition=page.petition, step=step)
    return page


def answer_step(
    request: ActorRequest,
    page: queries.PetitionPage,
    form: forms.Form,
    act: Callable[[], Petition],
    *,
    title: str,
    message: Said[Petition],
    then: Then[Petition] = "",
    template: str = STEP_PAGE,
) -> HttpResponse:
    """A page on which one step of the petition is written; it leads back to the petition."""
    back = address_of(page.petition)
    facts = {"page": page, "unit": page.petition.organization, "page_title": title, "back_url": back}
    return answer_form(request, form, act, then=then or back, message=message, template=template, context=facts)


def address_of(petition: Petition) -> str:
    return reverse("petitions:show_petition", args=[petition.public_id])
