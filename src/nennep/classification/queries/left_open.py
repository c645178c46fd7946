"""What stays open when a round is closed: shown before it is done."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from nennep.classification.choices import RatingState
from nennep.classification.models import Campaign, Rating, RatingComplaint
from nennep.classification.queries.overtaken import list_overtaken


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """How many below are decided and not announced (`untold`), or announced and not filed, and what else waits.

    `complaints`: not answered; `overtaken`: decisions that wait for a second look; `own`: of the round's own unit, undecided above it.
    """

    untold: int
    unfiled: int
    complaints: int
    overtaken: int
    own: int


def read_left_open(campaign: Campaign) -> LeftOpen:
    """Eight queries at most, however many ratings."""
    ratings = Rating.objects.current().filter(campaign=campaign)
    states = ratings.exclude(organization=campaign.organization_id).order_by("pk").values_list("state", flat=True)
    below = Counter(RatingState(state) for state in states)
    of_these = Q(rating__in=ratings) | Q(rating__replaced_by__in=ratings)
    own = ratings.filter(organization=campaign.organization_id).exclude(state__in=RatingState.settled())
    return LeftOpen(
        untold=below[RatingState.DECIDED],
        unfiled=below[RatingState.ANNOUNCED],
        complaints=RatingComplaint.objects.filter(of_these, settled_on=None).count(),
        overtaken=len(list_overtaken(campaign)),
        own=own.count(),
    )
