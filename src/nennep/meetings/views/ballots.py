"""Secret ballots, and opinions kept on record."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted
from nennep.core.http import ActorRequest
from nennep.meetings.forms.live import BallotForm, CountForm, OpinionForm
from nennep.meetings.queries.ballots import get_ballot, get_ballot_page
from nennep.meetings.queries.outcome import get_vote_panel, list_roll_members, list_votes
from nennep.meetings.queries.room import get_roll_call
from nennep.meetings.services import ballots as services
from nennep.meetings.services import votes as vote_services
from nennep.meetings.views.parts import answer_part, get_open, get_to_write, room_address, show_form


@login_required
@require_http_methods(["GET", "POST"])
def start_ballot(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    panel = get_vote_panel(found)
    initial = {"subject": panel.subject, "issued": panel.base.able}
    form = BallotForm(posted(request), rows=get_roll_call(meeting=found).attending, initial=initial)
    if form.is_valid():
        try:
            ballot = services.start_ballot(actor=request.actor, meeting=found, draft=form.draft(), now=clock.now())
            return redirect("meetings:show_ballot", ballot.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    return show_form(request, found, form, _("Bỏ phiếu kín việc gì?"))


@login_required
@require_http_methods(["GET", "POST"])
def show_ballot(request: ActorRequest, ballot: UUID) -> HttpResponse:
    """Each teller enters a count of their own; nobody sees the other's before both are in."""
    page = get_ballot_page(actor=request.actor, public_id=ballot)
    form = CountForm(posted(request), tellers=[row.member for row in page.enterable])
    if form.is_valid():
        try:
            services.enter_count(
                actor=request.actor, ballot=page.ballot, teller=form.teller_id(), count=form.count(), now=clock.now()
            )
            messages.success(request, _("Đã nhập số phiếu."))
            return redirect("meetings:show_ballot", ballot)
        except services.CountsDiffer as error:
            messages.error(request, str(error))
            return redirect("meetings:show_ballot", ballot)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"page": page, "meeting": page.meeting, "form": form}
    return render(request, "meetings/room/ballot.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def cancel_ballot(request: ActorRequest, ballot: UUID) -> HttpResponse:
    found = get_ballot(actor=request.actor, public_id=ballot)
    services.cancel_ballot(actor=request.actor, ballot=found, now=clock.now())
    messages.success(request, _("Đã bỏ lần bỏ phiếu này."))
    return redirect(room_address(found.meeting, "ket-luan"))


@login_required
@require_http_methods(["GET", "POST"])
def reserve_opinion(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_open(request, meeting)
    form = OpinionForm(posted(request), members=list_roll_members(found), votes=list_votes(found))
    if form.is_valid():
        try:
            about = form.about()
            vote_services.reserve_opinion(
                actor=request.actor,
                meeting=found,
                member=form.chosen(),
                text=form.cleaned_data["text"],
                vote=about.public_id if about else None,
                now=clock.now(),
            )
            return redirect(room_address(found, "ket-luan"))
        except DomainError as error:
            add_domain_error(form, error)
    return show_form(request, found, form, _("Ai bảo lưu ý kiến gì?"))


@login_required
@require_POST
def remove_opinion(request: ActorRequest, meeting: UUID, opinion: UUID) -> HttpResponse:
    found = get_to_write(request, meeting)
    vote_services.remove_opinion(actor=request.actor, meeting=found, public_id=opinion, now=clock.now())
    return answer_part(request, found, "vote", anchor="ket-luan")
