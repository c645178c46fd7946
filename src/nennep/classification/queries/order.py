"""What must be done before a step of a rating: the collective before individuals, lower before upper, the group before its head."""

from django.db.models import Q

from nennep.classification.choices import RatingState, SubjectKind
from nennep.classification.models import Rating, RatingQuerySet


def list_before_review(rating: Rating) -> list[str]:
    """Whose review must come first: of an individual that of the unit's leadership group."""
    if rating.kind != SubjectKind.MEMBER:
        return []
    group = _of_unit(rating).filter(kind=SubjectKind.LEADERSHIP)
    return _name(group.filter(state__in=RatingState.before_review()))


def list_before_proposal(rating: Rating) -> list[str]:
    """What must be proposed first (or is not rated): the group before members, these before their cell, cells before those above."""
    return _name(_ahead(rating).filter(state__in=RatingState.before_proposal()))


def list_before_decision(rating: Rating) -> list[str]:
    """What must be decided first: the same, and the group before its head."""
    open_ones = _ahead(rating).exclude(state__in=RatingState.settled())
    if rating.kind == SubjectKind.MEMBER and not rating.is_head:
        return []
    return _name(open_ones)


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
