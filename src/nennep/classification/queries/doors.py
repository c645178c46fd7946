"""Doors of rounds and ratings, their locks, and who may read what is written of a person."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet

from nennep.audit.services import Target
from nennep.classification.choices import CampaignState, CapGroup, SubjectKind
from nennep.classification.models import (
    Campaign,
    ListedCase,
    Rating,
    RatingComplaint,
    RatingQuerySet,
    UnitReview,
)
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above


def get_campaign(*, actor: Actor, public_id: UUID) -> Campaign:
    """Raises NotFound when missing or out of scope."""
    found = Campaign.objects.visible_to(actor).select_related("organization").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_round(*, actor: Actor, public_id: UUID) -> Campaign:
    """For those who read the ratings of its unit, not only some in it. Raises NotFound."""
    found = get_campaign(actor=actor, public_id=public_id)
    if not actor.may(Permission.RATINGS_READ, found.organization.path):
        raise NotFound
    return found


def require_cap_noter(actor: Actor, campaign: Campaign, group: CapGroup) -> None:
    """Who says why a group of the round passes its cap: the level that decides about it. Raises NotAllowed."""
    if group.is_of_bases:
        require_decider(actor, campaign.organization)
    else:
        actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)


def find_campaign(organization: Organization, year: int, quarter: int | None) -> Campaign | None:
    """The unit's round of a year or quarter that is not cancelled: there is at most one."""
    found = Campaign.objects.filter(organization=organization, year=year, quarter=quarter)
    return found.exclude(state=CampaignState.CANCELLED).first()


def get_rating(*, actor: Actor, public_id: UUID) -> Rating:
    """A rating of the actor's units or the actor's own; of one's own re-rating nothing is there before it is told. Raises NotFound."""
    found = _rows().visible_to(actor).filter(public_id=public_id).first()
    if found is None or is_kept_back(actor, found):
        raise NotFound
    return found


def find_rating(pk: int) -> Rating | None:
    """For what follows from a rating: by its id, without a door."""
    return _rows().filter(pk=pk).first()


def get_own_rating(*, actor: Actor, public_id: UUID) -> Rating:
    """The acting person's own rating. Raises NotFound for any other."""
    rating = get_rating(actor=actor, public_id=public_id)
    if not is_own(actor, rating):
        raise NotFound
    return rating


def _rows() -> RatingQuerySet:
    return Rating.objects.select_related("campaign__organization", "organization", "member")


def is_own(actor: Actor, rating: Rating) -> bool:
    """Whether the acting person is who is rated."""
    return actor.user_id is not None and rating.member is not None and rating.member.user_id == actor.user_id


def lock_campaign(campaign: Campaign) -> Campaign:
    """Reloaded and locked until the end of the transaction. Raises NotFound."""
    found = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign.pk).first()
    if found is None:
        raise NotFound
    return found


def lock_rating(rating: Rating) -> Rating:
    """Reloaded and locked, with its round and its unit. Raises NotFound."""
    found = _rows().select_for_update(of=("self",), no_key=True).filter(pk=rating.pk).first()
    if found is None:
        raise NotFound
    return found


def lock_unit(campaign: Campaign, organization: Organization) -> UnitReview | None:
    """The unit's review, locked: steps of one unit wait for each other. None before the round knows the unit."""
    rows = UnitReview.objects.select_for_update(no_key=True)
    return rows.filter(campaign=campaign, organization=organization).first()


def lock_units(ratings: Sequence[Rating], *, with_base: bool = False) -> None:
    """The reviews of all their units, in one order: steps of a unit wait for each other. `with_base`: of the round's own unit too."""
    units = {one.organization_id for one in ratings}
    units |= {one.campaign.organization_id for one in ratings} if with_base else set()
    rows = UnitReview.objects.filter(campaign__in={one.campaign_id for one in ratings}, organization__in=units)
    list(rows.select_for_update(no_key=True).order_by("pk"))


def lock_round(campaign: Campaign, *, members: Collection[int] | None = None) -> list[Rating]:
    """All ratings of a round that is locked, or those of some members, with it the reviews of its units: no step goes on meanwhile."""
    list(UnitReview.objects.select_for_update(no_key=True).filter(campaign=campaign).order_by("pk"))
    rows = Rating.objects.current().filter(campaign=campaign).order_by("pk")
    rows = rows if members is None else rows.filter(member_id__in=list(members))
    return list(rows.select_for_update(no_key=True))


def lock_ratings(ratings: Sequence[Rating]) -> list[Rating]:
    """Reloaded and locked, with their rounds and units."""
    wanted = _rows().filter(pk__in=[one.pk for one in ratings])
    return list(wanted.select_for_update(of=("self",), no_key=True).order_by("pk"))


def get_unit_of_round(*, actor: Actor, campaign: Campaign, public_id: UUID) -> UnitReview:
    """The review of a unit in the round. Raises NotFound when out of scope."""
    rows = UnitReview.objects.visible_to(actor).select_related("organization", "campaign__organization")
    found = rows.filter(campaign=campaign, organization__public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def list_replaced(rating: Rating) -> list[int]:
    """Its own id and those of the ratings that it took the place of, the last one first. One query for each in the row."""
    found, former = [rating.pk], rating.replaces_id
    while former is not None:
        found.append(former)
        former = Rating.objects.filter(pk=former).values_list("replaces_id", flat=True).first()
    return found


def list_complaints(rating: Rating) -> QuerySet[RatingComplaint]:
    """About it, and about what it took the place of: until the notice whoever was rated complains of the result they know."""
    return RatingComplaint.objects.filter(rating__in=list_replaced(rating)).select_related("rating").order_by("pk")


def get_complaint(*, rating: Rating, public_id: UUID) -> RatingComplaint:
    """Of a rating that was in scope. Raises NotFound."""
    found = RatingComplaint.objects.filter(rating=rating, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_case(*, rating: Rating, public_id: UUID) -> ListedCase:
    """A listed case of whoever is rated. Raises NotFound."""
    found = list_cases(rating).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def cases_of(campaign: Campaign) -> QuerySet[ListedCase]:
    """Listed cases that count in the round: those of its year, in a quarter those concluded on a day of it."""
    of_year = ListedCase.objects.filter(year=campaign.year)
    if campaign.quarter is None:
        return of_year
    return of_year.filter(document_on__range=(campaign.first_day, campaign.last_day))


def list_cases(rating: Rating) -> QuerySet[ListedCase]:
    """Cases of the round's time that count for it: a member's wherever they were done, a unit's those done in it."""
    of_year = cases_of(rating.campaign)
    if rating.kind == SubjectKind.MEMBER:
        return of_year.filter(member=rating.member)
    return of_year.filter(breach_unit=rating.organization, member=None)


def require_proposer(actor: Actor, organization: Organization) -> None:
    """Whoever writes and proposes: for a cell its own people, for a unit above cells those who run the round there.

    For a cell that has ended nobody writes any more: what was begun in it the level that decides brings to its end.
    Raises NotAllowed.
    """
    if organization.closed_on:
        actor.require(Permission.RATINGS_DECIDE, deciding_path(organization))
    elif organization.is_cell:
        actor.require(Permission.RATINGS_WRITE, organization.path)
    else:
        actor.require(Permission.RATINGS_DECIDE, organization.path)


def may_propose(actor: Actor, organization: Organization) -> bool:
    """What `require_proposer` asks."""
    if organization.closed_on:
        return may_decide(actor, organization)
    permission = Permission.RATINGS_WRITE if organization.is_cell else Permission.RATINGS_DECIDE
    return actor.may(permission, organization.path)


def require_decider(actor: Actor, organization: Organization) -> None:
    """Whoever decides: on a unit above, never on the rated one itself. Raises NotAllowed."""
    actor.require(Permission.RATINGS_DECIDE, deciding_path(organization))


def deciding_path(organization: Organization) -> str:
    """The path of the nearest unit above that decides: never the unit itself; the committee of a part only proposes. One query."""
    above = paths_above(organization)[:-1]
    units = Organization.objects.get_queryset().filter(path__in=above).order_by("-depth")
    return next((str(unit.path) for unit in units if UnitKind(unit.kind).takes_over), "")


def find_decider(organization: Organization) -> Organization | None:
    """Which unit decides about it (`deciding_path`); None where there is none above. Two queries."""
    return Organization.objects.filter(path=deciding_path(organization)).order_by("pk").first()


def may_decide(actor: Actor, organization: Organization) -> bool:
    """Whether the actor holds the permission on a unit above it."""
    path = deciding_path(organization)
    return bool(path) and actor.may(Permission.RATINGS_DECIDE, path)


def is_untold(actor: Actor, rating: Rating) -> bool:
    """Whether the reader is whoever is rated, and was not told yet: they read what they and their cell said, and no more.

    Results are told to the person (366-QĐ/TW, Article 15): until then nobody learns from a page what was appraised or decided of
    themselves. Who reads the unit's ratings for an office reads their own as all the others.
    """
    return is_own(actor, rating) and not rating.is_told and not may_read_of_office(actor, rating)


def is_kept_back(actor: Actor, rating: Rating) -> bool:
    """Whether it is a re-rating of the reader that they were not told of: until the notice the result they know stands for them."""
    return rating.replaces_id is not None and is_untold(actor, rating)


def may_read_of_office(actor: Actor, rating: Rating) -> bool:
    """Whether the actor reads the ratings of the unit, and not the own one alone."""
    return actor.may(Permission.RATINGS_READ, rating.organization.path)


def may_read_texts(actor: Actor, rating: Rating) -> bool:
    """Words about a person: the person, who writes for the unit, who decides; nobody who only follows the unit."""
    unit = rating.organization
    return is_own(actor, rating) or may_propose(actor, unit) or may_decide(actor, unit)


def target_of(rating: Rating) -> Target:
    """How the trail names a rating: a unit by its name, a person by nothing."""
    label = "" if rating.member_id else rating.organization.name
    return Target("classification.rating", str(rating.public_id), label, rating.organization.path)


def campaign_target(campaign: Campaign) -> Target:
    return Target("classification.campaign", str(campaign.public_id), str(campaign.title), campaign.organization.path)
