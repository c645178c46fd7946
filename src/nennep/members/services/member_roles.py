"""The role of a member, which follows from belonging to a cell and is kept whatever office comes and goes."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.timezone import localdate

from nennep.accounts.choices import Role
from nennep.accounts.services import follow_role
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.members.models import Membership
from nennep.members.queries.roster import list_memberships_without_role


def keep_member_role(*, actor: Actor, user_id: int, on: date, now: datetime) -> None:
    """Whoever gives an office back is still a member: the account reads as one from that day on, wherever the person belongs.

    A step of ending a post, which has asked.
    """
    running = Membership.objects.on(on).filter(member__user_id=user_id, valid_to=None)
    _give(running.select_related("organization", "member").order_by("pk"), actor=actor, on=on, now=now)


def reconcile_roles(*, actor: Actor, now: datetime) -> list[Finding]:
    """Give the role of a member to the accounts of members that never had it; doing it twice changes nothing.

    Where it was taken back by hand it stays so.
    """
    actor.require_program()
    today = localdate(now)
    given = _give(list_memberships_without_role(on=today), actor=actor, on=today, now=now)
    return [Finding("accounts.RoleGrant.user", given, mended=True)] if given else []


def _give(rows: Iterable[Membership], *, actor: Actor, on: date, now: datetime) -> int:
    granted = [
        follow_role(
            actor=actor, user_id=row.member.user_id, organization=row.organization, role=Role.MEMBER, on=on, now=now
        )
        for row in rows
        if row.member.user_id is not None
    ]
    return sum(grant is not None for grant in granted)
