"""What follows in open rounds when a unit ends, is split or moved, and when two records of one member become one."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from nennep.classification.choices import NotRatedReason, RatingState
from nennep.classification.models import Rating
from nennep.classification.queries.subjects import list_moved, list_open_rounds, list_rounds_of, list_rounds_since
from nennep.classification.services.campaigns import renew_subjects
from nennep.core.access import Actor


def follow_units(*, actor: Actor, unit_ids: Collection[int], now: datetime) -> int:
    """Open rounds that rate one of the units, or stand above it, list anew who is rated where; how many rows changed.

    Whoever is not reviewed yet goes to the unit of the day; what is no longer there is not rated, so that nothing waits for it.
    """
    actor.require_program()
    changes = [renew_subjects(actor=actor, campaign=one, now=now) for one in list_open_rounds(unit_ids)]
    return sum(added + changed for added, changed in changes)


LOOKED_BACK = timedelta(days=7)
_FEW = 100


def follow_members(*, actor: Actor, members: frozenset[int], since: date, now: datetime) -> int:
    """They came, left, moved or have another standing: open rounds that look at that day take them along; how many rows changed.

    Whoever was reviewed already stays as reviewed (`renew_subjects`).
    """
    actor.require_program()
    alone = members if len(members) <= _FEW else None  # a long list is a new list of the whole round
    rounds = list_rounds_of(members, since=since)
    changes = [renew_subjects(actor=actor, campaign=one, members=alone, now=now) for one in rounds]
    return sum(added + changed for added, changed in changes)


def follow_days(*, actor: Actor, now: datetime) -> int:
    """What was written down ahead has its day: who moved or took a post in the last days is taken along; how many rows changed.

    A step of the daily work; a week is looked at, so that days without a server are made up for. Doing it twice changes nothing.
    """
    actor.require_program()
    until = localdate(now)
    since = until - LOOKED_BACK
    changed = 0
    for campaign in list_rounds_since(since):
        if moved := list_moved(campaign.organization, since=since, until=until):
            changed += sum(renew_subjects(actor=actor, campaign=campaign, members=moved, now=now))
    return changed


def take_ratings(*, actor: Actor, former_id: int, heir_id: int, now: datetime) -> int:  # noqa: ARG001  as all that follows
    """The ratings of a record that was merged go to the one that stays; how many did.

    Where both stand in one round, the one that is further goes on, and the other is not rated while the round is open. What
    was decided, and what stands in a closed round, stays as it was written down.
    """
    actor.require_program()
    rows = Rating.objects.select_for_update(of=("self",), no_key=True).select_related("campaign").order_by("pk")
    theirs = {one.campaign_id: one for one in rows.current().filter(member_id=heir_id)}
    taken = [
        one.campaign_id
        for one in rows.current().filter(member_id=former_id)
        if _take(one, theirs, (former_id, heir_id))
    ]
    former = Rating.objects.filter(member_id=former_id, state=RatingState.REPLACED, campaign__in=taken)
    return len(taken) + former.update(member_id=heir_id)


def _take(rating: Rating, theirs: dict[int, Rating], ids: tuple[int, int]) -> bool:
    """Whether it goes to the heir."""
    other, (former_id, heir_id) = theirs.get(rating.campaign_id), ids
    if other is None:
        Rating.objects.filter(pk=rating.pk).update(member_id=heir_id)
        return True
    if not rating.campaign.is_open:
        return False
    is_further = RatingState(rating.state).step > RatingState(other.state).step
    double = other if is_further else rating
    if RatingState(double.state).is_decided:
        return False
    double_row = Rating.objects.filter(pk=double.pk)
    if is_further:  # the constraint knows one row of a member: the other one steps aside first
        double_row.update(state=RatingState.REPLACED, not_rated="")
        Rating.objects.filter(pk=rating.pk).update(member_id=heir_id)
    double_row.update(member_id=former_id, state=RatingState.NOT_RATED, not_rated=NotRatedReason.DOUBLE)
    return is_further
