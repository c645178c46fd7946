"""Petitions and comments in the room: noted, confirmed, reopened, answered."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.meetings.choices import AdviceState
from nennep.meetings.forms.live import AdviceForm, AnswerForm, PetitionForm, ReopenForm
from nennep.meetings.services import advice as advice_services
from nennep.meetings.services import petitions as services
from nennep.meetings.views.parts import answer_part, get_open, get_to_write, room_address, show_form
from nennep.petitions.queries import get_petition


@login_required
@require_POST
def note_petition(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = PetitionForm(request.POST)
    if form.is_valid():
        try:
            services.note_petition(actor=request.actor, meeting=found, details=form.details(), now=clock.now())
            return answer_part(request, found, "petitions", anchor="nhiem-vu")
        except DomainError as error:
            add_domain_error(form, error)
    return answer_part(request, found, "petitions", anchor="nhiem-vu", form=form)


@login_required
@require_POST
def confirm_petition(request: ActorRequest, meeting: UUID, petition: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    services.confirm_petition(actor=request.actor, meeting=found, public_id=petition, now=clock.now())
    return answer_part(request, found, "petitions", anchor="nhiem-vu")


@login_required
@require_http_methods(["GET", "POST"])
def reopen_petition(request: ActorRequest, meeting: UUID, petition: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = ReopenForm(posted(request))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            services.reopen_petition(actor=request.actor, meeting=found, public_id=petition, text=text, now=clock.now())
            return redirect(room_address(found, "nhiem-vu"))
        except DomainError as error:
            add_domain_error(form, error)
    form.fields["text"].help_text = get_petition(actor=request.actor, public_id=petition).text
    return show_form(request, found, form, _("Vì sao kiến nghị chưa xong?"))


@login_required
@require_http_methods(["GET", "POST"])
def answer_petition(request: ActorRequest, meeting: UUID, petition: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = AnswerForm(posted(request))
    if form.is_valid():
        try:
            words = form.cleaned_data["answer"]
            services.answer_petition(
                actor=request.actor, meeting=found, public_id=petition, answer=words, now=clock.now()
            )
            return redirect(room_address(found, "nhiem-vu"))
        except DomainError as error:
            add_domain_error(form, error)
    form.fields["answer"].help_text = get_petition(actor=request.actor, public_id=petition).text
    return show_form(request, found, form, _("Chi bộ trả lời kiến nghị thế nào?"))


@login_required
@require_POST
def answer_advice(request: ActorRequest, meeting: UUID, advice: UUID) -> HttpResponse:
    """One tap says what became of a comment; the word beside it is named after the comment."""
    found = get_to_write(request, meeting)
    data = {"state": request.POST.get("state", ""), "answer": request.POST.get(f"loi-{advice}", "")}
    form: Form = AdviceForm(data)
    if form.is_valid():
        try:
            state, words = AdviceState(form.cleaned_data["state"]), form.cleaned_data["answer"]
            advice_services.answer_advice(
                actor=request.actor, meeting=found, public_id=advice, state=state, answer=words, now=clock.now()
            )
            return answer_part(request, found, "advice", anchor="nhiem-vu")
        except DomainError as error:
            add_domain_error(form, error)
    return answer_part(request, found, "advice", anchor="nhiem-vu", form=form)
