"""The library of answers and good practice: search, one practice, proposing, publishing, thanking, retiring."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.petitions import queries, services
from nennep.petitions.choices import StepKind
from nennep.petitions.forms import LibraryForm, PetitionReasonForm, PracticeForm, RetireForm
from nennep.petitions.models import Practice
from nennep.petitions.views.petitions import address_of as address_of_petition
from nennep.petitions.views.petitions import get_page

PAGE_SIZE = 25
TITLE = 80  # letters of a petition that begin the name of what settled it


@login_required
@require_GET
def show_library(request: ActorRequest, unit: UUID) -> HttpResponse:
    """`loc` chooses what is in use, proposed, out of date; `linh_vuc` and `tim` what of it."""
    form = LibraryForm(request.GET)
    page = queries.get_library(
        actor=request.actor, public_id=unit, shelf=form.shelf(), chosen=form.chosen(), today=clock.today()
    )
    rows = Paginator(page.found, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(
        request, "petitions/library.html", {"page": page, "rows": rows, "form": form, "chosen": form.chosen()}
    )


@login_required
@require_GET
def show_practice(request: ActorRequest, practice: UUID) -> HttpResponse:
    page = queries.get_practice_page(actor=request.actor, public_id=practice, today=clock.today())
    return render(request, "petitions/practice.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def propose_practice(request: ActorRequest, cell: UUID) -> HttpResponse:
    """What a cell does well; the room leads here, `buoi` says from which meeting."""
    unit = queries.get_unit(actor=request.actor, public_id=cell)
    request.actor.require(Permission.PETITIONS_WRITE, unit.path)
    units = queries.list_targets(unit, besides=unit.pk)
    form = PracticeForm(posted(request), units=units, initial={"source_on": clock.today()})
    return answer_form(
        request,
        form,
        lambda: services.propose_practice(
            actor=request.actor,
            organization=unit,
            to=form.target(),
            details=form.details(),
            source_on=form.cleaned_data["source_on"],
            meeting=_read_meeting(request),
            now=clock.now(),
        ),
        then=_address_of,
        message=_("Đã đề xuất."),
        context={
            "unit": unit,
            "page_title": _("Đề xuất sáng kiến của chi bộ"),
            "back_url": reverse("petitions:show_library", args=[unit.public_id]),
        },
    )


def _read_meeting(request: ActorRequest) -> UUID | None:
    """What is no id of a meeting says nothing."""
    try:
        return UUID(request.GET.get("buoi", ""))
    except ValueError:
        return None


@login_required
@require_http_methods(["GET", "POST"])
def publish_answer(request: ActorRequest, petition: UUID) -> HttpResponse:
    """How a petition was settled, for all below the unit that settled it."""
    page = get_page(request, petition, lambda page: page.may_publish or page.petition.is_hidden, StepKind.ANSWERED)
    found = page.petition
    services.refuse_hidden(actor=request.actor, petition=found)
    initial = {"title": found.text[:TITLE], "field": found.field, "text": found.answer}
    form = PracticeForm(posted(request), initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.publish_answer(actor=request.actor, petition=found, details=form.details(), now=clock.now()),
        then=_address_of,
        message=_("Đã đăng vào thư viện."),
        context={
            "unit": found.organization,
            "page_title": _("Đăng cách giải quyết vào thư viện"),
            "back_url": address_of_petition(found),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def publish_practice(request: ActorRequest, practice: UUID) -> HttpResponse:
    """Publish what was proposed, or correct what is published."""
    page = _get_page(request, practice)
    _require(page, allowed=page.may_publish)
    found = page.practice
    names = ("title", "field", "text", "conditions", "result", "valid_to")
    form = PracticeForm(posted(request), initial={name: getattr(found, name) for name in names})
    return answer_form(
        request,
        form,
        lambda: services.publish_practice(actor=request.actor, practice=found, details=form.details(), now=clock.now()),
        then=_address_of,
        message=_("Đã đăng vào thư viện."),
        context={"unit": found.unit, "page_title": _("Đăng vào thư viện"), "back_url": _address_of(found)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def decline_practice(request: ActorRequest, practice: UUID) -> HttpResponse:
    page = _get_page(request, practice)
    _require(page, allowed=page.may_decline)
    form = PetitionReasonForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: services.decline_practice(
            actor=request.actor, practice=page.practice, text=form.cleaned_data["text"], now=clock.now()
        ),
        then=_address_of,
        message=_("Đã ghi lý do không đăng."),
        context={
            "unit": page.practice.unit,
            "page_title": _("Vì sao không đăng?"),
            "back_url": _address_of(page.practice),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def retire_practice(request: ActorRequest, practice: UUID) -> HttpResponse:
    page = _get_page(request, practice)
    _require(page, allowed=page.may_retire)
    form = RetireForm(posted(request), initial={"valid_to": clock.today()})
    return answer_form(
        request,
        form,
        lambda: services.retire_practice(
            actor=request.actor, practice=page.practice, valid_to=form.cleaned_data["valid_to"], now=clock.now()
        ),
        then=_address_of,
        message=_("Đã ghi ngày thôi dùng."),
        context={
            "unit": page.practice.unit,
            "page_title": _("Thôi dùng cách làm này"),
            "back_url": _address_of(page.practice),
        },
    )


@login_required
@require_POST
def thank_practice(request: ActorRequest, practice: UUID, cell: UUID) -> HttpResponse:
    found = queries.get_practice(actor=request.actor, public_id=practice)
    unit = queries.get_unit(actor=request.actor, public_id=cell)
    return answer_button(
        request,
        lambda: services.thank_practice(actor=request.actor, practice=found, cell=unit, now=clock.now()),
        then=_address_of(found),
        message=_("Đã cảm ơn."),
    )


def _require(page: queries.PracticePage, *, allowed: bool) -> None:
    """Whoever decides about it, and comes too late, is told what was decided."""
    if not allowed:
        raise services.practice_over(page.practice) if page.may_decide else NotAllowed


def _get_page(request: ActorRequest, practice: UUID) -> queries.PracticePage:
    return queries.get_practice_page(actor=request.actor, public_id=practice, today=clock.today())


def _address_of(practice: Practice) -> str:
    return reverse("petitions:show_practice", args=[practice.public_id])
