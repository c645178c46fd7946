"""After the decision: whoever was rated is told, the dossier is kept. A re-rating goes through both in a closed round too."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from nennep.audit.services import record
from nennep.classification.choices import RatingState, RatingTold, Verb
from nennep.classification.models import Rating
from nennep.classification.queries.doors import list_complaints, require_decider, target_of
from nennep.classification.queries.order import list_before_decisions
from nennep.classification.queries.overtaken import require_standing
from nennep.classification.rules.steps import ComplaintBeforeFiling, require_at, require_nobody_before
from nennep.classification.services.stepping import go_to, lock_step
from nennep.core.access import Actor
from nennep.core.events import publish


def announce(*, actor: Actor, rating: Rating, on: date, now: datetime) -> Rating:
    """Whoever was rated was told: from now on they read what was decided.

    Raises OthersFirst while something it rests on is not decided (any more), ReratingOwed and LookAgainFirst while something
    since the decision waits for a second look, CampaignIsClosed but for a re-rating, CampaignIsCancelled, NotToBeRated,
    StepTooEarly, StepTaken, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        told = _announce(actor, rating, on, now)
        require_nobody_before(list_before_decisions([told]))
        require_standing([told])
        return told


def announce_many(*, actor: Actor, ratings: Iterable[Rating], on: date, now: datetime) -> int:
    """Everybody of these was told, at one meeting or by one notice: all of them or none. Returns how many.

    Raises what `announce` raises.
    """
    wanted = list(ratings)
    if not wanted:
        return 0
    units = list({one.organization_id: one.organization for one in wanted}.values())
    require_decider(actor, units[0])
    for unit in units[1:]:
        require_decider(actor, unit)
    with transaction.atomic():
        told = [_announce(actor, one, on, now) for one in wanted]
        require_nobody_before(list_before_decisions(told))
        require_standing(told)
    return len(wanted)


def _announce(actor: Actor, rating: Rating, on: date, now: datetime) -> Rating:
    locked = lock_step(rating, goes_on=True)
    require_at(RatingState(locked.state), (RatingState.DECIDED,))
    locked.announced_on = on
    locked.save(update_fields=["announced_on"])
    go_to(locked, RatingState.ANNOUNCED)
    record(Verb.ANNOUNCED, actor=actor, target=target_of(locked), now=now)
    publish(RatingTold(rating_id=locked.pk, at=now))
    return locked


def file_rating(*, actor: Actor, rating: Rating, now: datetime) -> Rating:
    """The dossier is kept, once no complaint about it, or about what it took the place of, is open.

    The complaint and its answer belong to it (366-QĐ/TW, Article 17).
    Raises ComplaintBeforeFiling, OthersFirst, ReratingOwed, LookAgainFirst as `announce`, CampaignIsClosed but for a re-rating,
    CampaignIsCancelled, NotToBeRated, StepTooEarly, StepTaken, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        locked = lock_step(rating, goes_on=True)
        require_at(RatingState(locked.state), (RatingState.ANNOUNCED,))
        require_nobody_before(list_before_decisions([locked]))
        if list_complaints(locked).filter(settled_on=None).exists():
            raise ComplaintBeforeFiling
        require_standing([locked])
        locked.filed_on = localdate(now)
        locked.save(update_fields=["filed_on"])
        go_to(locked, RatingState.FILED)
        record(Verb.FILED, actor=actor, target=target_of(locked), now=now)
    return locked
