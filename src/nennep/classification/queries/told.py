"""What whoever is rated reads of it before being told, and after."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from nennep.classification.choices import RatingState, Side
from nennep.classification.models import Rating, Verdict
from nennep.classification.queries.doors import is_untold
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
    """The re-rating that took its place, where the reader may know: whoever was rated not before the new result was told."""
    heir = Rating.objects.filter(replaces=rating).select_related("organization", "member").first()
    return None if heir is None or is_untold(actor, heir) else heir


def find_state(rating: Rating, heir: Rating | None) -> RatingState:
    """Where it stands for the reader: without an heir that they may know, it is what it was before."""
    if rating.state != RatingState.REPLACED or heir is not None:
        return RatingState(rating.state)
    return RatingState.ANNOUNCED if rating.is_told else RatingState.DECIDED
