"""The daily work tells whoever owes a step of a round that its day passed: once for each day."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from nennep.accounts.queries import list_users_running
from nennep.classification.choices import LateKind
from nennep.classification.models import Campaign
from nennep.classification.queries.doors import find_decider, lock_unit
from nennep.classification.queries.late import LateStep, list_late_steps
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization

LATE_KIND = "classification.late"


def tell_late(*, actor: Actor, now: datetime) -> int:
    """Tell once of each day of an open round that passed with something owed; how many notices were sent.

    Days that passed together are one notice. Each step is a transaction of its own, with what was told of it: whatever is cut off
    in between goes on with the next run, and nobody is told twice. Where nobody has an account yet it stays untold. A day that
    was moved is told anew; a round that is over says nothing. Only for the program itself.
    """
    actor.require_program()
    today = localdate(now)
    return sum(_tell(step, actor, today, now) for step in list_late_steps(today=today) if _is_untold(step))


def _is_untold(step: LateStep) -> bool:
    return not step.keys <= set(step.review.told_days)


def _tell(step: LateStep, actor: Actor, today: date, now: datetime) -> int:
    with transaction.atomic():
        locked = lock_unit(step.campaign, step.review.organization)
        if locked is None or step.keys <= set(locked.told_days):
            return 0
        people, page = _find_people(step, today), _find_page(step)
        told = notify(
            actor=actor, user_ids=people, kind=LATE_KIND, title=for_reader(lambda: step.words), page=page, now=now
        )
        if told:
            locked.told_days = sorted({*locked.told_days, *step.keys})
            locked.save(update_fields=["told_days"])
    return len(told)


def _find_people(step: LateStep, today: date) -> tuple[int, ...]:
    """Who runs the unit that owes the step; of a cell that has ended the level that decides."""
    owner, permission = _find_owner(step)
    if owner is None:
        return ()
    running = list_users_running(organization_ids=[owner.pk], permission=permission, today=today)
    return running.get(owner.pk, ())


def _find_owner(step: LateStep) -> tuple[Organization | None, Permission]:
    unit = step.review.organization
    if step.kind == LateKind.ABOVE or unit.closed_on:
        return find_decider(unit), Permission.RATINGS_DECIDE
    return unit, Permission.RATINGS_WRITE if unit.is_cell else Permission.RATINGS_DECIDE


def _find_page(step: LateStep) -> Destination:
    """Of a cell its page in the round; what is decided stands on the page of the round."""
    campaign: Campaign = step.campaign
    unit = step.review.organization
    if step.kind.is_of_unit:
        url = reverse("classification:show_unit", args=[campaign.public_id, unit.public_id])
    else:
        url = reverse("classification:show_campaign", args=[campaign.public_id])
    return Destination(url, _find_owner(step)[1], (unit.path,))
