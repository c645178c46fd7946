"""What whoever is rated reads of it before being told, and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from nennep.classification.choices import RatingState, Side
from nennep.classification.models import ListedCase, Rating, Verdict
from nennep.classification.queries.doors import is_kept_back, is_own, is_untold, list_cases, may_read_of_office
from nennep.classification.queries.facts import YearFacts
from nennep.core.access import Actor

OPEN_TO_SUBJECT = (Side.SELF, Side.PROPOSED)  # said by the person, and at the meeting they were at


def list_readable(actor: Actor, rating: Rating, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Without what is still kept from the reader."""
    if not is_untold(actor, rating):
        return list(verdicts)
    return [one for one in verdicts if one.side in OPEN_TO_SUBJECT]


def say_state(state: RatingState, *, is_untold: bool) -> tuple[str, str]:
    """The state in words, and the state of its chip: to whom it is kept from, one word for all between proposal and notice."""
    if is_untold and state.step >= RatingState.PROPOSED.step:
        return _("Cấp trên đang xét, quyết định"), RatingState.PROPOSED.chip
    return str(state.label), state.chip


def find_heir(actor: Actor, rating: Rating) -> Rating | None:
    """The re-rating that took its place, where the reader may know: whoever was rated not before the new result was told.

    One that was rated anew itself before anybody was told is passed over. One query for each in the row.
    """
    heir = _next_of(rating)
    while heir is not None and is_untold(actor, heir):
        heir = _next_of(heir)
    return heir


def _next_of(rating: Rating) -> Rating | None:
    return Rating.objects.filter(replaces=rating).select_related("organization", "member").first()


def list_standing(actor: Actor, ratings: Sequence[Rating]) -> list[tuple[Rating, RatingState]]:
    """Of ratings with all that replaced them: those that stand for the reader, each with where it stands for them. No query."""
    heirs = {one.replaces_id: one for one in ratings if one.replaces_id}
    return [
        (one, find_state(one, None)) for one in ratings if not is_kept_back(actor, one) and _stands(actor, one, heirs)
    ]


def _stands(actor: Actor, rating: Rating, heirs: Mapping[int, Rating]) -> bool:
    """Nobody the reader knows of took its place; a double of a merged record has no heir and stands nowhere."""
    heir = heirs.get(rating.pk)
    if heir is None:
        return rating.state != RatingState.REPLACED
    while heir is not None and is_untold(actor, heir):
        heir = heirs.get(heir.pk)
    return heir is None


def veil_cases(
    actor: Actor, rating: Rating, heir: Rating | None, facts: YearFacts
) -> tuple[YearFacts, tuple[ListedCase, ...]]:
    """The facts with the listed cases that count, as far as the reader knows of them. Two queries at most.

    Whoever is rated has the document alone, which its own body told them of, not the note nor what follows from it, before they
    are told the result, or the one of a re-rating that they do not know of (`heir`); of a case recorded after the decision they
    were told of as well: what follows from it is told with the re-rating.
    """
    cases = tuple(list_cases(rating))
    if may_read_of_office(actor, rating) or not is_own(actor, rating):
        return facts, cases
    told_at = _find_told(rating, heir)
    known = [one for one in cases if told_at and (one.recorded_at is None or one.recorded_at <= told_at)]
    for case in cases:
        case.note = case.note if case in known else ""
    return replace(facts, listed=facts.listed and bool(known)), cases


def _find_told(rating: Rating, heir: Rating | None) -> datetime | None:
    """When the decision was made of which whoever was rated knows; None while they were told of none, or a re-rating is untold."""
    if not rating.is_told or (heir is None and rating.state == RatingState.REPLACED):
        return None
    decided = Verdict.objects.filter(rating=rating, side=Side.DECIDED)
    return decided.order_by("-pk").values_list("at", flat=True).first()


def find_state(rating: Rating, heir: Rating | None) -> RatingState:
    """Where it stands for the reader: without an heir that they may know, it is what it was before."""
    if rating.state != RatingState.REPLACED or heir is not None:
        return RatingState(rating.state)
    return RatingState.ANNOUNCED if rating.is_told else RatingState.DECIDED
