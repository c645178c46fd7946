"""Papers of ratings as Word and PDF files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nennep.classification.queries.doors import get_campaign, get_rating, get_unit_of_round, is_own
from nennep.core import clock
from nennep.core.http import ActorRequest, tell_arrival
from nennep.members.services import log_opening
from nennep.reporting.choices import Form
from nennep.reporting.queries.papers.ratings import (
    build_unit_forms,
    find_rating_paper,
    find_round_paper,
    get_rating_kind,
    get_round_kind,
    name_forms_file,
    name_rating_file,
    name_round_file,
)
from nennep.reporting.renderers.bundle import make_bundle
from nennep.reporting.renderers.files import make_file
from nennep.reporting.renderers.press import render_papers
from nennep.reporting.rules.papers import make_file_name
from nennep.reporting.services import note_forms_taken, note_rating_paper_taken, note_round_paper_taken
from nennep.reporting.views.papers import CONTENT_TYPES, send_file


@login_required
@require_safe
def download_rating_paper(request: ActorRequest, rating: UUID, paper: str, form: Form) -> HttpResponse:
    """A form or decision of one rating; whoever takes one of somebody else opened a part of that person's file."""
    kind, now = get_rating_kind(paper), clock.now()
    found = get_rating(actor=request.actor, public_id=rating)
    filled = find_rating_paper(actor=request.actor, rating=found, kind=kind, today=clock.today())
    if not is_own(request.actor, found):
        note_rating_paper_taken(actor=request.actor, rating=found, paper=kind.address, form=form, now=now)
        if found.member:
            log_opening(actor=request.actor, member=found.member, part=lambda: _("Xếp loại"), now=now)
    file = send_file(make_file(filled, form), name_rating_file(found, kind, form), CONTENT_TYPES[form])
    return tell_arrival(request, file)


@login_required
@require_safe
def download_round_paper(request: ActorRequest, campaign: UUID, unit: UUID, *, paper: str, form: Form) -> HttpResponse:
    """Minutes of the review, list of the dossier, summary upward of one unit in a round."""
    kind, now = get_round_kind(paper), clock.now()
    found = get_campaign(actor=request.actor, public_id=campaign)
    review = get_unit_of_round(actor=request.actor, campaign=found, public_id=unit)
    filled = find_round_paper(actor=request.actor, review=review, kind=kind, today=clock.today())
    note_round_paper_taken(actor=request.actor, review=review, paper=kind.address, form=form, now=now)
    file = send_file(make_file(filled, form), name_round_file(review, kind, form), CONTENT_TYPES[form])
    return tell_arrival(request, file)


@login_required
@require_safe
def download_unit_forms(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    """The form of everybody and everything rated in a unit, as Word, in one zip: to be printed, corrected and signed."""
    found = get_campaign(actor=request.actor, public_id=campaign)
    review = get_unit_of_round(actor=request.actor, campaign=found, public_id=unit)
    forms = build_unit_forms(actor=request.actor, review=review, today=clock.today())
    note_forms_taken(actor=request.actor, review=review, ratings=[one for one, _paper in forms], now=clock.now())
    names = [make_file_name([f"{number:03d} {one.subject}"]) for number, (one, _paper) in enumerate(forms, 1)]
    words = dict(zip(names, render_papers(paper for _one, paper in forms), strict=True))
    packed = make_bundle(words, day=clock.today())
    return tell_arrival(request, send_file(packed, name_forms_file(review), "application/zip"))
