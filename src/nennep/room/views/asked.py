"""Petitions and comments in the room: noted, confirmed, reopened, answered."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.meetings.choices import AdviceState
from nennep.meetings.services import advice as advice_services
from nennep.petitions.choices import Word
from nennep.petitions.queries import get_petition
from nennep.room.forms.live import AdviceAnswerForm, PetitionAnswerForm, PetitionForm, ReopenForm
from nennep.room.services import petitions as services
from nennep.room.views.parts import answer_part, answer_part_form, answer_room_form, get_open, get_to_write


@login_required
@require_POST
def note_petition(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    form = PetitionForm(posted(request))
    return answer_part_form(
        request,
        found,
        form,
        lambda: services.note_petition(actor=request.actor, meeting=found, details=form.details(), now=clock.now()),
        part="petitions",
        anchor="nhiem-vu",
    )


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
    form.fields["text"].help_text = get_petition(actor=request.actor, public_id=petition).text
    return answer_room_form(
        request,
        found,
        form,
        lambda: services.reopen_petition(
            actor=request.actor,
            meeting=found,
            public_id=petition,
            text=form.cleaned_data["text"],
            word=Word(form.cleaned_data["word"] or Word.NOT),
            now=clock.now(),
        ),
        title=_("Vì sao kiến nghị chưa xong?"),
        anchor="nhiem-vu",
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer_petition(request: ActorRequest, meeting: UUID, petition: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = PetitionAnswerForm(posted(request))
    form.fields["answer"].help_text = get_petition(actor=request.actor, public_id=petition).text
    return answer_room_form(
        request,
        found,
        form,
        lambda: services.answer_petition(
            actor=request.actor,
            meeting=found,
            public_id=petition,
            answer=form.cleaned_data["answer"],
            now=clock.now(),
        ),
        title=_("Chi bộ trả lời kiến nghị thế nào?"),
        anchor="nhiem-vu",
    )


@login_required
@require_POST
def answer_advice(request: ActorRequest, meeting: UUID, advice: UUID) -> HttpResponse:
    """One tap says what became of a comment; the word beside it is named after the comment."""
    found = get_to_write(request, meeting)
    typed = {"state": request.POST.get("state", ""), "answer": request.POST.get(f"loi-{advice}", "")}
    form = AdviceAnswerForm(typed, about=advice)
    return answer_part_form(
        request,
        found,
        form,
        lambda: advice_services.answer_advice(
            actor=request.actor,
            meeting=found,
            public_id=advice,
            state=AdviceState(form.cleaned_data["state"]),
            answer=form.cleaned_data["answer"],
            now=clock.now(),
        ),
        part="advice",
        anchor="nhiem-vu",
    )
