"""The count of the vote on a rating."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from nennep.audit.services import record
from nennep.classification.choices import RatingLevel, RatingState, Verb
from nennep.classification.models import Rating, RatingBallot
from nennep.classification.queries.doors import require_proposer, target_of
from nennep.classification.queries.voters import count_present, count_voters
from nennep.classification.rules import Tally, require_base, require_present, require_tally
from nennep.classification.rules.steps import require_at
from nennep.classification.services.stepping import go_to, lock_step
from nennep.core.access import Actor


def count_ballots(*, actor: Actor, rating: Rating, tally: Tally, now: datetime) -> Rating:
    """Put down the count of the vote.

    Raises TallyImpossible, BallotBaseTooLarge when more were called than the cell has official members with a vote on the day
    of its review, MoreBallotsThanPresent when more voted than the roll call of that day has there, CampaignIsClosed,
    CampaignIsCancelled, NotToBeRated, StepTooEarly, StepTaken, NotAllowed.
    """
    require_proposer(actor, rating.organization)
    with transaction.atomic():
        locked = lock_step(rating)
        require_at(RatingState(locked.state), (RatingState.REVIEWED,))
        require_tally(tally)
        if locked.organization.is_cell:
            on = locked.reviewed_on or localdate(now)
            require_base(tally, count_voters(locked.organization, on), on)
            require_present(tally, count_present(locked.organization, on), on)
        votes = {level.value: tally.of(level) for level in RatingLevel}
        RatingBallot.objects.create(rating=locked, base=tally.base, voters=tally.voters, **votes)
        go_to(locked, RatingState.VOTED)
        record(Verb.COUNTED, actor=actor, target=target_of(locked), now=now, details=votes)
    return locked
