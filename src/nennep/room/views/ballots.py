"""Secret ballots, and opinions kept on record."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.meetings.models import Meeting
from nennep.room.forms.live import BallotForm, CountForm, ReservedOpinionForm
from nennep.room.models import SecretBallot
from nennep.room.queries.ballots import get_ballot, get_ballot_page
from nennep.room.queries.outcome import get_vote_panel, list_opinion_members, list_votes
from nennep.room.queries.roll_call import get_roll_call
from nennep.room.services import ballots as services
from nennep.room.services import votes as vote_services
from nennep.room.views.parts import (
    answer_part,
    answer_room_form,
    get_open,
    get_to_write,
    room_address,
    room_form_context,
)


@login_required
@require_http_methods(["GET", "POST"])
def start_ballot(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    panel = get_vote_panel(found)
    initial = {"subject": panel.subject, "issued": panel.base.able}
    form = BallotForm(
        posted(request),
        rows=get_roll_call(meeting=found).attending,
        majorities=panel.base.majorities,
        initial=initial,
    )
    return answer_form(
        request,
        form,
        lambda: services.start_ballot(actor=request.actor, meeting=found, draft=form.draft(), now=clock.now()),
        then=lambda ballot: _address_of(ballot.public_id),
        context=room_form_context(found, _("Bỏ phiếu kín việc gì?")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def show_ballot(request: ActorRequest, ballot: UUID) -> HttpResponse:
    """Each teller enters a count of their own; nobody sees the other's before both are in."""
    page = get_ballot_page(actor=request.actor, public_id=ballot)
    form = CountForm(posted(request), tellers=[row.member for row in page.enterable])
    return answer_form(
        request,
        form,
        lambda: _enter_count(request, page.ballot, form),
        then=_address_of(ballot),
        template="room/ballot.html",
        context={"page": page, "meeting": page.meeting},
    )


@login_required
@require_POST
def cancel_ballot(request: ActorRequest, ballot: UUID) -> HttpResponse:
    found = get_ballot(actor=request.actor, public_id=ballot)
    return answer_button(
        request,
        lambda: services.cancel_ballot(actor=request.actor, ballot=found, now=clock.now()),
        then=room_address(found.meeting, "ket-luan"),
        message=_("Đã bỏ lần bỏ phiếu này."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def reserve_opinion(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = ReservedOpinionForm(posted(request), members=list_opinion_members(found), votes=list_votes(found))
    return answer_room_form(
        request, found, form, lambda: _reserve(request, found, form), title=_("Ai bảo lưu ý kiến gì?")
    )


@login_required
@require_POST
def remove_opinion(request: ActorRequest, meeting: UUID, opinion: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    vote_services.remove_opinion(actor=request.actor, meeting=found, public_id=opinion, now=clock.now())
    return answer_part(request, found, "vote", anchor="ket-luan")


def _enter_count(request: ActorRequest, ballot: SecretBallot, form: CountForm) -> None:
    """Counts that differ are both taken away: there is nothing left to mend in the form, so the page itself says it."""
    try:
        services.enter_count(
            actor=request.actor, ballot=ballot, teller=form.teller_id(), count=form.count(), now=clock.now()
        )
        messages.success(request, _("Đã nhập số phiếu."))
    except services.CountsDiffer as error:
        messages.error(request, str(error))


def _address_of(ballot: UUID) -> str:
    return reverse("room:show_ballot", args=[ballot])


def _reserve(request: ActorRequest, meeting: Meeting, form: ReservedOpinionForm) -> None:
    about = form.about()
    vote_services.reserve_opinion(
        actor=request.actor,
        meeting=meeting,
        member=form.chosen(),
        text=form.cleaned_data["text"],
        vote=about.public_id if about else None,
        now=clock.now(),
    )
