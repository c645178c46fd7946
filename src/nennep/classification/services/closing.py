"""The end of a round: closed once all below is decided, opened again; cancelled when it was opened by mistake, and restored."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import REASON_LIMIT, CampaignState, RatingState, Verb
from nennep.classification.models import Campaign
from nennep.classification.queries.doors import campaign_target, find_campaign, lock_campaign, lock_round
from nennep.classification.queries.order import list_owed
from nennep.classification.queries.subjects import list_rounds_beside
from nennep.classification.rules.steps import require_kept, require_open
from nennep.classification.services.campaigns import CampaignTaken, renew_list
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, require_line


class StillOwed(DomainError):
    code = "rating_still_owed"
    message = _("Còn %(count)s mục chưa quyết định, chưa kết thúc đợt được.")


class CampaignDecided(DomainError):
    code = "rating_campaign_decided"
    message = _(
        "Đợt đã có %(count)s mục được quyết định nên không hủy được. Quyết định nhầm thì lùi lại từng mục, có lý do; "
        "làm xong thì kết thúc đợt."
    )


def close_campaign(*, actor: Actor, campaign: Campaign, now: datetime) -> Campaign:
    """Everything below is decided (`list_owed`): nothing of the round changes any more but by complaints and re-ratings.

    Raises StillOwed, CampaignIsClosed, CampaignIsCancelled, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        lock_round(locked)
        if count := list_owed(locked).count():
            raise StillOwed(count=count)
        locked.state, locked.closed_on = CampaignState.CLOSED, localdate(now)
        locked.save(update_fields=["state", "closed_on"])
        record(Verb.CLOSED, actor=actor, target=campaign_target(locked), now=now)
    return locked


def reopen_campaign(*, actor: Actor, campaign: Campaign, now: datetime) -> Campaign:
    """Go on with a round that was closed too early; one that is open stays so. Raises CampaignIsCancelled, NotFound, NotAllowed."""
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_kept(CampaignState(locked.state))
        if not locked.is_open:
            locked.state, locked.closed_on = CampaignState.OPEN, None
            locked.save(update_fields=["state", "closed_on"])
            record(Verb.REOPENED, actor=actor, target=campaign_target(locked), now=now)
    return locked


def cancel_campaign(*, actor: Actor, campaign: Campaign, reason: str, now: datetime) -> Campaign:
    """It was opened by mistake: nothing of it counts, and it bars no other round. What was written in it stays, and is restored.

    Only while nothing in it is decided. Who was reviewed in it, and for that not rated in another round of the same time, is
    rated there from now on. Raises CampaignDecided, ReasonMissing, CampaignIsClosed, CampaignIsCancelled,
    NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)  # the cells' work rests with it
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        ratings = lock_round(locked)
        if count := sum(RatingState(one.state).is_decided for one in ratings):
            raise CampaignDecided(count=count)
        locked.cancel_reason = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
        locked.state, locked.cancelled_on = CampaignState.CANCELLED, localdate(now)
        locked.cancelled_by_name = actor.name
        locked.save(update_fields=["state", "cancelled_on", "cancelled_by_name", "cancel_reason"])
        details = {"count": len(ratings)}
        record(Verb.CANCELLED, actor=actor, target=campaign_target(locked), now=now, details=details)
        for other in list_rounds_beside(locked):
            renew_list(lock_campaign(other), None, now)
    return locked


def restore_campaign(*, actor: Actor, campaign: Campaign, now: datetime) -> Campaign:
    """Go on with a round that was cancelled; its list is made anew, for nobody followed it meanwhile. Another one stays as it is.

    Raises CampaignTaken when the right one was opened since, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)  # it writes in the cells too
    with transaction.atomic():
        locked = lock_campaign(campaign)
        if not locked.is_cancelled:
            return locked
        if find_campaign(locked.organization, locked.year, locked.quarter):
            raise CampaignTaken
        locked.state = CampaignState.OPEN
        locked.save(update_fields=["state"])
        added, changed = renew_list(locked, None, now)
        details = {"added": added, "changed": changed}
        record(Verb.RESTORED, actor=actor, target=campaign_target(locked), now=now, details=details)
    return locked
