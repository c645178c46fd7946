"""One tap tells a unit what it still owes in a round; once a day."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.accounts.queries import list_users_running
from nennep.audit.services import Target, record
from nennep.classification.choices import CampaignState, RatingState, Verb
from nennep.classification.models import Rating, UnitReview
from nennep.classification.queries.doors import lock_unit
from nennep.classification.rules.steps import require_open
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.queries import lock_existing

REMINDED_KIND = "classification.reminded"


class RemindedToday(DomainError):
    code = "rating_reminded_today"
    message = gettext_lazy("Hôm nay đã nhắc đơn vị này rồi.")


class NothingOwedToRemindOf(DomainError):
    code = "rating_nobody_to_remind"
    message = gettext_lazy("Đơn vị không còn nợ việc nào, hoặc chưa ai ở đó có tài khoản để nhắc.")


def remind_unit(*, actor: Actor, review: UnitReview, now: datetime) -> int:
    """Tell those who run the unit how many ratings it still has to propose; returns how many were told.

    For a unit that has ended nobody there writes any more: raises UnitClosed. Raises RemindedToday, NothingOwedToRemindOf,
    CampaignIsClosed, NotFound, NotAllowed.
    """
    actor.require(Permission.RATINGS_DECIDE, review.campaign.organization.path)
    today = localdate(now)
    with transaction.atomic():
        lock_existing(review.organization)
        locked = lock_unit(review.campaign, review.organization)
        if locked is None:
            raise NotFound
        require_open(CampaignState(locked.campaign.state))
        if locked.reminded_on == today:
            raise RemindedToday
        told = _tell(actor, locked, now)
        if not told:
            raise NothingOwedToRemindOf
        locked.reminded_on = today
        locked.save(update_fields=["reminded_on"])
        unit = locked.organization
        target = Target("classification.unitreview", str(locked.public_id), unit.name, unit.path)
        record(Verb.REMINDED, actor=actor, target=target, now=now, details={"told": told})
    return told


def _tell(actor: Actor, review: UnitReview, now: datetime) -> int:
    unit, campaign = review.organization, review.campaign
    owed = Rating.objects.filter(campaign=campaign, organization=unit, state__in=RatingState.before_proposal()).count()
    running = list_users_running(organization_ids=[unit.pk], permission=Permission.RATINGS_WRITE, today=localdate(now))
    people = frozenset(user for users in running.values() for user in users)
    if not owed:
        return 0
    page = Destination(
        reverse("classification:show_unit", args=[campaign.public_id, unit.public_id]),
        Permission.RATINGS_WRITE,
        (unit.path,),
    )
    words = {"campaign": campaign.title, "count": owed}
    title = for_reader(lambda: _("%(campaign)s: còn %(count)s mục chưa đề nghị") % words)
    return len(notify(actor=actor, user_ids=people, kind=REMINDED_KIND, title=title, page=page, now=now))
