"""Advising a cell from a desk: the comment goes to its next meeting, and may be kept in the bank."""

from datetime import datetime

from django.db import transaction

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.meetings.models import Advice
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.visits.services.comments import NewComment, count_uses, keep_comment


def advise_cell(
    *, actor: Actor, cell: Organization, draft: AdviceDraft, origin: Origin, keep: bool, now: datetime
) -> Advice:
    """Give one comment; with `keep` it stands in the bank from now on; one of the bank rises.

    Raises AdviceEmpty, TextTooLong, TooMuchAdvice, UnitClosed (from a desk nobody advises a cell that has ended), NotAllowed.
    """
    actor.require(Permission.ADVICE_WRITE, cell.path)
    with transaction.atomic():
        lock_existing(cell)
        advice = give_advice(actor=actor, organization=cell, draft=draft, origin=origin, now=now)
        if keep:
            comment = NewComment(advice.text, advice.example, advice.topic)
            keep_comment(actor=actor, cell=cell, comment=comment, now=now)
        count_uses(actor=actor, cell=cell, texts=[advice.text], now=now)
    return advice
