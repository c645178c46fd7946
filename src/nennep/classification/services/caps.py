"""Why more of a group are excellent than the cap allows: of members of a cell on its review, of other groups on the round."""

from datetime import datetime

from django.db import transaction

from nennep.audit.services import record
from nennep.classification.choices import REASON_LIMIT, CampaignState, CapGroup, Verb
from nennep.classification.models import Campaign, CapNote, UnitReview
from nennep.classification.queries.doors import campaign_target, lock_campaign, require_cap_noter
from nennep.classification.rules.steps import require_open
from nennep.classification.services.reviews import lock_review, record_review
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.typed import take_line


def note_cap(*, actor: Actor, review: UnitReview, note: str, outstanding: bool, now: datetime) -> UnitReview:
    """Why more are excellent than the cap allows, and whether the unit is an outstanding one. For the level that runs the round.

    Raises CampaignIsClosed, TextTooLong, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, review.campaign.organization.path)
    with transaction.atomic():
        locked = lock_review(review)
        locked.cap_note, locked.outstanding = take_line(note, limit=REASON_LIMIT, field="note"), outstanding
        locked.save(update_fields=["cap_note", "outstanding"])
        record_review(Verb.CAP_NOTED, locked, actor, now, outstanding=outstanding)
    return locked


def note_group_cap(
    *, actor: Actor, campaign: Campaign, group: CapGroup, note: str, outstanding: bool, now: datetime
) -> CapNote:
    """The same of a group that is reckoned beyond one cell, by the level that decides about it: of bases the one above the round.

    Raises CampaignIsClosed, CampaignIsCancelled, TextTooLong, NotFound, NotAllowed.
    """
    require_cap_noter(actor, campaign, group)
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        said = {"note": take_line(note, limit=REASON_LIMIT, field="note"), "outstanding": outstanding}
        kept, _is_new = CapNote.objects.update_or_create(
            campaign=locked, group=group, defaults={**said, "by_name": actor.name}
        )
        details = {"group": group.value, "outstanding": outstanding}
        record(Verb.CAP_NOTED, actor=actor, target=campaign_target(locked), now=now, details=details)
    return kept
