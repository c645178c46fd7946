"""At most three pointed comments a visit (G13). The cell answers them at its next meeting; the bank grows by them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Advice
from nennep.meetings.services.advice import AdviceDraft, give_advice, remove_advice
from nennep.visits.models import Visit
from nennep.visits.queries.doors import origin_of
from nennep.visits.services.comments import NewComment, count_uses, keep_comment
from nennep.visits.services.visitors import acting_for


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as the official gives it; `topic` a code of the score sheet; `keep`: others may use it too."""

    text: str
    example: str = ""
    topic: str = ""
    keep: bool = True


def advise(*, actor: Actor, visit: Visit, comment: Comment, now: datetime) -> Advice:
    """Give the visited cell one comment; its next meeting asks what became of it.

    One that the bank has rises there; a new one joins it when it is to be kept. Raises NotFound for a visit of somebody
    else, and what `meetings.services.advice.give_advice` raises: empty, too long, more than three.
    """
    _require_own(actor, visit)
    visitor, cell = acting_for(actor, visit), visit.cell
    with transaction.atomic():
        draft = AdviceDraft(comment.text, comment.example, comment.topic)
        advice = give_advice(actor=visitor, organization=cell, draft=draft, origin=origin_of(visit), now=now)
        if comment.keep:
            offered = NewComment(comment.text, comment.example, comment.topic)
            keep_comment(actor=visitor, cell=cell, comment=offered, now=now)
        count_uses(actor=visitor, cell=cell, texts=[comment.text], now=now)
    return advice


def take_back(*, actor: Actor, visit: Visit, advice_id: UUID, now: datetime) -> None:
    """The official takes back a comment that the cell has not answered. Raises NotFound."""
    _require_own(actor, visit)
    remove_advice(actor=actor, public_id=advice_id, now=now)


def _require_own(actor: Actor, visit: Visit) -> None:
    if visit.official_id != actor.user_id:
        raise NotFound
