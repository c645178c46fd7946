"""What somebody is told who may not act on a unit any more, because it has ended."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import RoleGrant
from nennep.accounts.rules import roles_with
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import find_heir, paths_above


class UnitIsOver(NotAllowed):
    code = "unit_is_over"
    message = _("%(unit)s đã kết thúc từ ngày %(on)s, việc này không làm ở đây nữa.")
    ends = True


class UnitWentOn(UnitIsOver):
    code = "unit_went_on"
    message = _("%(unit)s đã kết thúc từ ngày %(on)s; nay %(heir)s làm việc này.")


def explain_end(actor: Actor, error: NotAllowed) -> NotAllowed | None:
    """That the unit has ended, and who does this now: said to whoever could do it there, or can where it went on.

    None for everybody else, and for a unit that is open: the role does not reach. Three queries at most for one merger.
    """
    permission, path = error.details["permission"], error.details["path"]
    unit = Organization.objects.get_queryset().filter(path=path, closed_on__isnull=False).first()
    if unit is None or unit.closed_on is None:
        return None
    heir = find_heir(unit)
    may_there = heir is not None and actor.may(permission, heir.path)
    if not may_there and not _could_do(actor, permission, unit):
        return None
    facts = {"unit": unit.name, "on": say_date(unit.closed_on)}
    return UnitWentOn(**facts, heir=heir.name) if heir else UnitIsOver(**facts)


def _could_do(actor: Actor, permission: Permission, unit: Organization) -> bool:
    """By a role that was held until the end of the unit, on it or above it. One query."""
    if actor.user_id is None:
        return False
    until_then = Q(valid_to=None) | Q(valid_to__gte=unit.closed_on)
    reaching = Q(organization=unit) | Q(subtree=True, organization__path__in=paths_above(unit))
    held = RoleGrant.objects.filter(until_then, reaching, user_id=actor.user_id, role__in=roles_with(permission))
    return held.filter(valid_from__lt=unit.closed_on).exists()
