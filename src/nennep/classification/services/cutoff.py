"""The day on which a round looks at who is rated where, moved while nobody reviewed depends on it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import CampaignState, Verb
from nennep.classification.models import Campaign, Rating
from nennep.classification.queries.doors import campaign_target, lock_campaign, lock_round
from nennep.classification.queries.subjects import Subject, key_of, list_subjects
from nennep.classification.rules import find_period
from nennep.classification.rules.days import require_cutoff
from nennep.classification.rules.steps import require_open
from nennep.classification.services.campaigns import renew_list
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission

_Key = tuple[str, int, bool]


class CutoffDepends(DomainError):
    code = "rating_cutoff_depends"
    message = _(
        "Đã kiểm điểm rồi mà ngày chốt này làm thay đổi: %(names)s (%(count)s mục). Hãy lùi bước kiểm điểm của các mục ấy "
        "rồi đổi ngày, hoặc giữ ngày cũ."
    )
    field = "cutoff_on"


def move_cutoff(*, actor: Actor, campaign: Campaign, cutoff_on: date, now: datetime) -> tuple[int, int]:
    """Another day on which the list is looked at; the list is made anew by it. The period and the facts stay.

    Returns how many were added and how many changed. Refused where somebody who was reviewed already would fall in or out, or
    into another cell. Raises CutoffUnfit, CutoffDepends, CampaignIsClosed, CampaignIsCancelled, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)  # it writes in the cells too
    with transaction.atomic():
        locked = lock_campaign(campaign)
        require_open(CampaignState(locked.state))
        require_cutoff(cutoff_on, find_period(locked.year, locked.quarter))
        before, former = _read_list(locked, now), locked.cutoff_on
        locked.cutoff_on = cutoff_on
        locked.save(update_fields=["cutoff_on"])
        _require_unmoved(lock_round(locked), before, _read_list(locked, now))
        added, changed = renew_list(locked, None, now)
        days = {"from": former.isoformat(), "to": cutoff_on.isoformat()}
        details = {**days, "added": added, "changed": changed}
        record(Verb.CUTOFF_MOVED, actor=actor, target=campaign_target(locked), now=now, details=details)
    return added, changed


def _read_list(campaign: Campaign, now: datetime) -> dict[_Key, Subject]:
    subjects = list_subjects(campaign=campaign, rules=campaign.rules, today=localdate(now))
    return {key_of(one): one for one in subjects}


def _require_unmoved(ratings: list[Rating], before: Mapping[_Key, Subject], after: Mapping[_Key, Subject]) -> None:
    """Raises CutoffDepends, with the first of those whom it would move."""
    moved = [
        one
        for one in ratings
        if not one.is_movable and _place_of(before.get(key_of(one))) != _place_of(after.get(key_of(one)))
    ]
    if moved:
        names = [str(one.subject) for one in moved[:3]]
        raise CutoffDepends(count=len(moved), names=", ".join(names) + ("…" if len(moved) > len(names) else ""))


def _place_of(subject: Subject | None) -> tuple[int, str | None] | None:
    return None if subject is None else (subject.organization_id, subject.not_rated)
