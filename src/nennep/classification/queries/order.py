"""What must be done before a step of a rating: the collective before individuals, lower before upper, the group before its head."""

from collections.abc import Sequence

from django.db.models import Q

from nennep.classification.choices import RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingQuerySet


def list_owed(campaign: Campaign) -> RatingQuerySet:
    """What closing a round waits for: all below its unit that is not decided. The unit's own is with the level above it."""
    rows = Rating.objects.current().filter(campaign=campaign).exclude(state__in=RatingState.settled())
    return rows.exclude(organization=campaign.organization_id)


def list_before_review(rating: Rating) -> list[str]:
    """Whose review must come first: of an individual that of the unit's leadership group."""
    if rating.kind != SubjectKind.MEMBER:
        return []
    group = _of_unit(rating).filter(kind=SubjectKind.LEADERSHIP)
    return _name(group.filter(state__in=RatingState.before_review()))


def list_before_proposal(rating: Rating) -> list[str]:
    """What must be proposed first (or is not rated): the group before members, these before their cell, cells before those above."""
    return _name(_ahead(rating).filter(state__in=RatingState.before_proposal()))


def list_before_decisions(ratings: Sequence[Rating]) -> list[str]:
    """What must be decided before these (of one round), and is not among them: the same, and the group before its head.

    One query for any number of them.
    """
    resting = [one for one in ratings if one.kind != SubjectKind.MEMBER or one.is_head]
    if not resting:
        return []
    left = Rating.objects.filter(campaign=ratings[0].campaign).exclude(pk__in=[one.pk for one in ratings])
    if all(one.organization.is_cell for one in resting):
        left = left.filter(organization__in={one.organization_id for one in resting})
    names = left.exclude(state__in=RatingState.settled()).select_related("organization", "member")
    found = names.order_by("member__name_key", "pk")
    return [other.subject for other in found if any(_rests_on(one, other) for one in resting)]


def _rests_on(rating: Rating, other: Rating) -> bool:
    """`_ahead` of two that were read."""
    is_mine = other.organization_id == rating.organization_id
    if rating.kind == SubjectKind.MEMBER:
        return is_mine and other.kind == SubjectKind.LEADERSHIP
    if rating.kind == SubjectKind.CELL:
        return is_mine and other.kind != SubjectKind.CELL
    if rating.organization.is_cell:
        return False
    return not is_mine or (rating.kind != SubjectKind.LEADERSHIP and other.kind == SubjectKind.LEADERSHIP)


def _ahead(rating: Rating) -> RatingQuerySet:
    """The ratings on which this one rests."""
    mine = _of_unit(rating)
    if rating.kind == SubjectKind.MEMBER:
        return mine.filter(kind=SubjectKind.LEADERSHIP)
    if rating.kind == SubjectKind.CELL:
        return mine.exclude(kind=SubjectKind.CELL)
    if rating.organization.is_cell:  # the leadership group of a cell comes first of all
        return mine.none()
    below = _of_round(rating).exclude(organization=rating.organization)
    return below if rating.kind == SubjectKind.LEADERSHIP else below | mine.filter(kind=SubjectKind.LEADERSHIP)


def _of_round(rating: Rating) -> RatingQuerySet:
    return Rating.objects.filter(Q(campaign=rating.campaign)).exclude(pk=rating.pk)


def _of_unit(rating: Rating) -> RatingQuerySet:
    return _of_round(rating).filter(organization=rating.organization)


def _name(ratings: RatingQuerySet) -> list[str]:
    found = ratings.select_related("organization", "member").order_by("member__name_key", "pk")
    return [rating.subject for rating in found]
