"""What must be done before a step of a rating: the collective before individuals, lower before upper, the group before its head."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from nennep.classification.choices import CampaignState, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingQuerySet, Verdict
from nennep.core.access import Actor
from nennep.core.previews import Effect, group_names
from nennep.organizations.models import Organization


def list_owed(campaign: Campaign) -> RatingQuerySet:
    """What closing a round waits for: all below its unit that is not decided. The unit's own is with the level above it."""
    rows = Rating.objects.current().filter(campaign=campaign).exclude(state__in=RatingState.settled())
    return rows.exclude(organization=campaign.organization_id)


def list_unfinished(actor: Actor, organization: Organization) -> tuple[Effect, ...]:
    """By running round the ratings that a unit which has ended keeps, as its preview says them; the level above finishes them.

    At most two queries.
    """
    running = Rating.objects.current().filter(organization=organization, campaign__state=CampaignState.OPEN)
    left = running.exclude(state__in=RatingState.settled())
    count = left.count()
    if not count:
        return ()
    label = _("Mục xếp loại của đợt đang làm để lại đơn vị này (cấp trên làm nốt)")
    seen = left.visible_to(actor).select_related("campaign__organization").order_by("campaign", "pk")
    names, said = group_names(one.campaign.title for one in seen)
    return (Effect(label, count, names, said=said),)


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
    resting = [one for one in ratings if _waits_for_others(one)]
    if not resting:
        return []
    left = Rating.objects.filter(campaign=ratings[0].campaign).exclude(pk__in=[one.pk for one in ratings])
    if all(one.organization.is_cell for one in resting):
        left = left.filter(organization__in={one.organization_id for one in resting})
    names = left.exclude(state__in=RatingState.settled()).select_related("organization", "member")
    found = names.order_by("member__name_key", "pk")
    return [other.subject for other in found if any(rests_on(one, other) for one in resting)]


def list_resting(rating: Rating, taken_away: RatingState | None) -> list[str]:
    """Who has taken that step by this one's, and keeps it from being taken back: the way back goes upper before lower.

    The same order as of decisions, looked at from below (HD 43, §3; ADR 0031). One query, none where nothing rests on the step.
    """
    if taken_away is None:
        return []
    return [one.subject for one in _find_resting(rating, taken_away)]


def list_decided_by_former(rating: Rating) -> list[str]:
    """What was decided by the result that this re-rating took the place of, and may have to be decided anew. Three queries."""
    if rating.replaces_id is None:
        return []
    anew = _decided_at(rating.pk)
    found = _find_resting(rating, RatingState.DECIDED)
    said = Verdict.objects.filter(rating__in=found, side=Side.DECIDED, at__lt=anew) if anew else Verdict.objects.none()
    former = set(said.order_by("pk").values_list("rating_id", flat=True))
    return [one.subject for one in found if one.pk in former]


def _find_resting(rating: Rating, step: RatingState) -> list[Rating]:
    """Those at that step or further, by name."""
    reached = [state for state in RatingState if state.step >= step.step]
    rows = _of_round(rating).filter(~Q(kind=SubjectKind.MEMBER) | Q(is_head=True), state__in=reached)
    found = rows.select_related("organization", "member")
    return [one for one in found.order_by(F("member__name_key").asc(nulls_last=True), "pk") if rests_on(one, rating)]


def _decided_at(rating: int) -> datetime | None:
    said = Verdict.objects.filter(rating=rating, side=Side.DECIDED).order_by("pk")
    return said.values_list("at", flat=True).first()


def _waits_for_others(rating: Rating) -> bool:
    """Decisions about members who are not the head wait for nobody."""
    return rating.kind != SubjectKind.MEMBER or rating.is_head


def rests_on(rating: Rating, other: Rating) -> bool:
    """Whether this one is decided by that other one: `_ahead` of two that were read, of members the head alone. No query."""
    if not _waits_for_others(rating) or rating.pk == other.pk:
        return False
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
