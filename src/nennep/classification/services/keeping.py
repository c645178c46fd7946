"""A decision is looked at again for what came after it, and its level stands (HD 43; ADR 0031)."""

from datetime import datetime

from django.db import transaction

from nennep.audit.services import record
from nennep.classification.choices import REASON_LIMIT, CampaignState, Verb
from nennep.classification.models import LevelKept, Rating
from nennep.classification.queries.doors import lock_rating, lock_unit, require_decider, target_of
from nennep.classification.queries.overtaken import find_overtaken
from nennep.classification.rules.steps import NothingSinceDecision, require_kept
from nennep.core.access import Actor
from nennep.core.typed import ReasonMissing, require_line


def keep_level(*, actor: Actor, rating: Rating, reason: str, now: datetime) -> LevelKept:
    """Say why the level stands though something came after the decision: then nothing waits for it any more, until the next.

    Also after the round is closed. What was answered to a complaint stays as it was written; the sentence stands beside it.

    Raises ReasonMissing, NothingSinceDecision, CampaignIsCancelled, NotFound, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        lock_unit(rating.campaign, rating.organization)
        locked = lock_rating(rating)
        require_kept(CampaignState(locked.campaign.state))
        why = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
        if find_overtaken(locked) is None:
            raise NothingSinceDecision
        kept = LevelKept.objects.create(rating=locked, reason=why, by_name=actor.name, at=now)
        record(Verb.LEVEL_KEPT, actor=actor, target=target_of(locked), now=now)
    return kept
