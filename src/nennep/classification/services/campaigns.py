"""Rounds: opened with the rules of the day, their list kept up to date, closed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import CampaignState, NotRatedReason, RatingState, Verb
from nennep.classification.models import Campaign, Rating, UnitReview
from nennep.classification.queries.doors import campaign_target, find_campaign, lock_campaign, lock_round
from nennep.classification.queries.subjects import Subject, key_of, list_subjects
from nennep.classification.rules import find_cutoff, find_period, keep_rules
from nennep.classification.rules.days import require_cutoff
from nennep.classification.rules.steps import require_open
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.frozen import hash_content, write_content
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.policies.queries import rules_for


class CampaignTaken(Conflict):
    code = "rating_campaign_taken"
    message = _("Đơn vị đã mở đợt xếp loại này.")
    field = "year"


class NotARatingUnit(DomainError):
    code = "rating_campaign_unit"
    message = _("Đợt xếp loại mở ở đảng bộ cơ sở hoặc cấp trên trực tiếp cơ sở, không mở ở đơn vị này.")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a round is opened with; `quarter` None: the whole year. `cutoff_on` None: `propose_cutoff`."""

    year: int
    cutoff_on: date | None = None
    quarter: int | None = None


def open_campaign(*, actor: Actor, organization: Organization, opening: Opening, now: datetime) -> Campaign:
    """Begin the round of a year or quarter: the rules of the day are kept, everybody to be rated is listed.

    Its facts run over the period of `rules.find_period`, whenever the list is cut off. Raises NotARatingUnit, CampaignTaken,
    CutoffUnfit, UnitClosed, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, organization.path)  # it lists the cells and their members
    with transaction.atomic():
        unit = lock_existing(organization)
        _check_opening(unit, opening)
        today = localdate(now)
        rules = keep_rules(rules_for(organization=unit, on=today))
        content = write_content(rules)
        campaign = Campaign.objects.create(
            organization=unit,
            year=opening.year,
            quarter=opening.quarter,
            cutoff_on=opening.cutoff_on or find_cutoff(rules, opening.year, opening.quarter),
            last_day=find_period(opening.year, opening.quarter)[1],
            opened_on=today,
            opened_by_name=actor.name,
            content=content,
            sha256=hash_content(content),
        )
        count = _add_subjects(campaign, list_subjects(campaign=campaign, rules=campaign.rules, today=today))
        record(Verb.OPENED, actor=actor, target=campaign_target(campaign), now=now, details={"count": count})
    return campaign


def _check_opening(unit: Organization, opening: Opening) -> None:
    if UnitKind(unit.kind) not in UnitKind.rating():
        raise NotARatingUnit
    if opening.cutoff_on is not None:
        require_cutoff(opening.cutoff_on, find_period(opening.year, opening.quarter))
    if find_campaign(unit, opening.year, opening.quarter):
        raise CampaignTaken


def _add_subjects(campaign: Campaign, subjects: list[Subject]) -> int:
    """Ratings for those who have none, a review for every unit among them."""
    units = sorted({one.organization_id for one in subjects})
    UnitReview.objects.bulk_create(
        [UnitReview(campaign=campaign, organization_id=unit) for unit in units], ignore_conflicts=True
    )
    rows = [_make_rating(campaign, one) for one in subjects]
    Rating.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _make_rating(campaign: Campaign, subject: Subject) -> Rating:
    return Rating(
        campaign=campaign,
        kind=subject.kind,
        organization_id=subject.organization_id,
        member_id=subject.member_id,
        form=subject.form,
        is_head=subject.head,
        former_unit_id=subject.former_unit_id,
        temporary_unit_id=subject.temporary_unit_id,
        state=RatingState.NOT_RATED if subject.not_rated else RatingState.OPENED,
        not_rated=subject.not_rated or "",
    )


def renew_subjects(
    *, actor: Actor, campaign: Campaign, members: Collection[int] | None = None, now: datetime
) -> tuple[int, int]:
    """List who came since, and put those who moved and are not reviewed yet into the unit of the cut-off day; or only these members.

    Who or what is no subject any more, and is not reviewed yet, is not rated: nothing waits for it. Returns how many were
    added and how many changed. Raises CampaignIsClosed, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)  # it writes in the cells too
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        added, changed = renew_list(locked, members, now)
        if members is None or added or changed:  # who only follows leaves no line where nothing changed
            details = {"added": added, "changed": changed}
            record(Verb.RENEWED, actor=actor, target=campaign_target(locked), now=now, details=details)
    return added, changed


def renew_list(campaign: Campaign, members: Collection[int] | None, now: datetime) -> tuple[int, int]:
    """The list of an open round that is locked, made anew. As `renew_subjects`, for whoever has asked what that asks."""
    known = {key_of(one): one for one in lock_round(campaign, members=members)}
    subjects = list_subjects(campaign=campaign, rules=campaign.rules, today=localdate(now), members=members)
    new = [one for one in subjects if key_of(one) not in known]
    changed = [one for one in subjects if key_of(one) in known and _differs(known[key_of(one)], one)]
    for one in changed:
        _change_rating(known[key_of(one)], one)
    units = {one.organization_id for one in (*new, *changed)}
    UnitReview.objects.bulk_create(
        [UnitReview(campaign=campaign, organization_id=unit) for unit in sorted(units)], ignore_conflicts=True
    )
    Rating.objects.bulk_create([_make_rating(campaign, one) for one in new], batch_size=500)
    left = _leave_out(known, {key_of(one) for one in subjects})
    return len(new), len(changed) + left


def _leave_out(known: Mapping[tuple[str, int, bool], Rating], subjects: Collection[tuple[str, int, bool]]) -> int:
    """What is listed but no subject any more; how many."""
    movable = [one for key, one in known.items() if key not in subjects and one.is_movable]
    left = [one for one in movable if one.not_rated not in NotRatedReason.outside()]
    for reason, rows in (
        (NotRatedReason.GONE, [one.pk for one in left if one.member_id]),
        (NotRatedReason.ENDED, [one.pk for one in left if not one.member_id]),
    ):
        Rating.objects.filter(pk__in=rows).update(state=RatingState.NOT_RATED, not_rated=reason)
    return len(left)


_FOLLOWED = ("organization_id", "form", "is_head", "former_unit_id", "temporary_unit_id", "not_rated")


def _differs(rating: Rating, subject: Subject) -> bool:
    """Whoever was reviewed already stays as reviewed."""
    fresh = _make_rating(rating.campaign, subject)
    return rating.is_movable and any(
        getattr(rating, name) != getattr(fresh, name) for name in _FOLLOWED if name != "form"
    )


def _change_rating(rating: Rating, subject: Subject) -> None:
    fresh = _make_rating(rating.campaign, subject)
    for name in _FOLLOWED:
        setattr(rating, name, getattr(fresh, name))
    if subject.not_rated or rating.state == RatingState.NOT_RATED:
        rating.state = fresh.state
    rating.save(
        update_fields=["organization", "form", "is_head", "former_unit", "temporary_unit", "not_rated", "state"]
    )
