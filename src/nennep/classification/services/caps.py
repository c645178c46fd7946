"""Why more of a group are excellent than the cap allows: of members of a cell on its review, of other groups on the round."""

from datetime import datetime

from django.db import transaction

from nennep.audit.services import record
from nennep.classification.choices import REASON_LIMIT, CampaignState, CapGroup, Verb
from nennep.classification.models import NOTED_FIELDS, Campaign, CapNote, CapNoted, UnitReview
from nennep.classification.queries.caps import check_group, read_cap
from nennep.classification.queries.doors import campaign_target, lock_campaign, require_cap_noter
from nennep.classification.rules import CapCheck, NotedCap, note_for
from nennep.classification.rules.steps import require_open
from nennep.classification.services.reviews import lock_review, record_review
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.typed import take_line


def note_cap(  # what is said of whose cap, for how many
    *, actor: Actor, review: UnitReview, note: str, outstanding: bool, now: datetime, excellent: int | None = None
) -> UnitReview:
    """Why more are excellent than the cap allows, and whether the unit is an outstanding one. For the level that runs the round.

    The note holds for so many `excellent` (None: as many as there are): one more above the cap needs another note. What was said
    before stays beside it (`CapNoted.former`).
    Raises NothingOverCap, MoreNotedThanRated, CampaignIsClosed, TextTooLong, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, review.campaign.organization.path)
    with transaction.atomic():
        locked = lock_review(review)
        words = take_line(note, limit=REASON_LIMIT, field="note")
        locked.keep_former(locked.cap_note, outstanding=locked.outstanding)
        locked.cap_note, locked.outstanding = words, outstanding
        _keep(locked, _note_for(words, read_cap(locked), excellent), actor, now)
        locked.save(update_fields=["cap_note", "outstanding", *NOTED_FIELDS])
        details = {"outstanding": outstanding, **_details(locked)}
        record_review(Verb.CAP_NOTED, locked, actor, now, **details)
    return locked


def note_group_cap(  # what is said of whose cap, for how many
    *,
    actor: Actor,
    campaign: Campaign,
    group: CapGroup,
    note: str,
    outstanding: bool,
    now: datetime,
    excellent: int | None = None,
) -> CapNote:
    """The same of a group that is reckoned beyond one cell, by the level that decides about it: of bases the one above the round.

    Raises NothingOverCap, MoreNotedThanRated, CampaignIsClosed, CampaignIsCancelled, TextTooLong, NotFound, NotAllowed.
    """
    require_cap_noter(actor, campaign, group)
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        kept = CapNote.objects.filter(campaign=locked, group=group).first() or CapNote(campaign=locked, group=group)
        words = take_line(note, limit=REASON_LIMIT, field="note")
        kept.keep_former(kept.note, outstanding=kept.outstanding)
        kept.note, kept.outstanding = words, outstanding
        _keep(kept, _note_for(words, check_group(locked, group, outstanding=outstanding), excellent), actor, now)
        kept.save()
        details = {"group": group.value, "outstanding": outstanding, **_details(kept)}
        record(Verb.CAP_NOTED, actor=actor, target=campaign_target(locked), now=now, details=details)
    return kept


def _keep(kept: CapNoted, noted: NotedCap | None, actor: Actor, now: datetime) -> None:
    kept.keep_noted(noted)
    kept.noted_by, kept.noted_at = actor.name, now


def _note_for(note: str, check: CapCheck, excellent: int | None) -> NotedCap | None:
    """Without words there is nothing to hold. Raises NothingOverCap, MoreNotedThanRated."""
    return note_for(check, check.excellent if excellent is None else excellent) if note else None


def _details(kept: CapNoted) -> dict[str, int]:
    """Of the trail: for how many, where so many were allowed."""
    noted = kept.noted
    return {"excellent": noted.excellent, "allowed": noted.allowed} if noted else {}
