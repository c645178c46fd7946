"""Who holds which office: what visits are owed by."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.visits.choices import Office, Verb
from nennep.visits.models import OfficeHolding, Visit
from nennep.visits.queries.doors import lock_holding, lock_official
from nennep.visits.queries.facts import is_in_office, open_visits_of


class OfficeHeldAlready(DomainError):
    code = "office_held_already"
    message = _("Đồng chí này đang giữ chức vụ ấy ở đây từ ngày %(since)s.")
    field = "office"


class OfficeEndsBeforeStart(DomainError):
    code = "office_ends_before_start"
    message = _("Ngày thôi giữ chức vụ phải sau ngày bắt đầu %(since)s.")
    field = "valid_to"


class OfficeEndedAlready(DomainError):
    code = "office_ended_already"
    message = _("Chức vụ này đã thôi giữ từ ngày %(since)s.")
    field = "valid_to"


class NotACommittee(DomainError):
    code = "not_a_committee"
    message = _("Chức vụ cấp ủy được ghi ở đảng bộ, không ở chi bộ. Hãy chọn đảng bộ.")
    field = "organization"


def hold_office(
    *, actor: Actor, official: User, organization: Organization, office: Office, valid_from: date, now: datetime
) -> OfficeHolding:
    """The user holds the office of that unit's committee from that day on; asked for twice on the same day it is one.

    Raises NotACommittee (a cell has no such offices), UnitClosed, OfficeHeldAlready, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, organization.path)
    if organization.is_cell:
        raise NotACommittee
    with transaction.atomic():
        lock_existing(organization, on=valid_from)
        lock_official(official)
        held = OfficeHolding.objects.filter(official=official, office=office, organization=organization, valid_to=None)
        former = held.first()
        if former is not None and former.valid_from == valid_from:
            return former
        if former is not None:
            raise OfficeHeldAlready(since=say_date(former.valid_from))
        holding = OfficeHolding.objects.create(
            official=official, office=office, organization=organization, valid_from=valid_from
        )
        _record(Verb.OFFICE_HELD, holding, actor, now, valid_from=str(valid_from))
    return holding


def end_office(*, actor: Actor, holding: OfficeHolding, valid_to: date, now: datetime) -> list[Visit]:
    """The office ends: `valid_to` is the first day on which it is no longer held.

    Returns the visits still to come from then on when no office is left: they wait for a hand-over and are shown to the
    board first. Raises OfficeEndsBeforeStart, OfficeEndedAlready, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, holding.organization.path)
    with transaction.atomic():
        locked = lock_holding(holding)
        if locked.valid_to is not None and locked.valid_to != valid_to:
            raise OfficeEndedAlready(since=say_date(locked.valid_to))
        if valid_to <= locked.valid_from:
            raise OfficeEndsBeforeStart(since=say_date(locked.valid_from))
        locked.valid_to = valid_to
        locked.save(update_fields=["valid_to"])
        _record(Verb.OFFICE_ENDED, locked, actor, now, valid_to=str(valid_to))
    official = locked.official
    return [] if is_in_office(official, valid_to) else list(open_visits_of(official, since=valid_to))


def _record(verb: Verb, holding: OfficeHolding, actor: Actor, now: datetime, **details: str) -> None:
    unit, label = holding.organization, f"{holding.official}: {holding.get_office_display()}"
    target = Target("visits.office", str(holding.public_id), label, unit.path)
    record(verb, actor=actor, target=target, now=now, details=details)
