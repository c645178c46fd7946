"""What every step of a rating begins and ends with."""

from nennep.classification.choices import CampaignState, RatingState
from nennep.classification.models import Rating
from nennep.classification.queries.doors import lock_rating, lock_unit
from nennep.classification.rules.steps import require_kept, require_open, require_rated


def lock_step(rating: Rating, *, goes_on: bool = False) -> Rating:
    """The row locked and read anew; steps of one unit wait for each other.

    `goes_on`: the step is one that a re-rating takes in a closed round too, whose complaints are still answered (rules.md
    §4.6 no. 8). Raises CampaignIsClosed, CampaignIsCancelled, NotToBeRated, StepTaken, NotFound.
    """
    lock_unit(rating.campaign, rating.organization)
    locked = lock_rating(rating)
    state = CampaignState(locked.campaign.state)
    if goes_on and locked.replaces_id is not None:
        require_kept(state)
    else:
        require_open(state)
    require_rated(RatingState(locked.state), locked.get_not_rated_display())
    return locked


def go_to(rating: Rating, state: RatingState) -> None:
    """Put it at that step."""
    rating.state = state
    rating.save(update_fields=["state"])
