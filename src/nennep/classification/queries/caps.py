"""How many of a unit's members are excellent by what the last side said, and how many may be: the page and the decision ask here."""

from collections import Counter
from collections.abc import Iterable

from nennep.classification.choices import RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Rating, UnitReview
from nennep.classification.rules import CapCheck, check_cap


def read_cap(review: UnitReview) -> CapCheck:
    """Of the members that are rated in the unit. One query."""
    mine = Rating.objects.current().filter(
        campaign=review.campaign, organization=review.organization, kind=SubjectKind.MEMBER
    )
    return make_cap(review, mine.exclude(state=RatingState.NOT_RATED).with_levels())


def make_cap(review: UnitReview, members: Iterable[Rating]) -> CapCheck:
    """The same of rows that were read with their levels."""
    levels = Counter(last_level(one) for one in members)
    return check_cap(
        good=levels[RatingLevel.GOOD.value],
        excellent=levels[RatingLevel.EXCELLENT.value],
        rules=review.campaign.rules,
        outstanding=review.outstanding,
    )


def last_level(rating: Rating) -> str | None:
    """What the last side above the person said; None while nobody has."""
    said = (getattr(rating, f"{side.value}_level") for side in Side.from_above())
    return next((level for level in said if level), None)
