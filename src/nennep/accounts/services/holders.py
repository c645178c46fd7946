"""Roles on a unit that ends: dropped with it, or held on at its successor."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.accounts.queries import list_holders
from nennep.accounts.services.grants import AlreadyGranted, end_grant, grant_role
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import HolderFate
from nennep.organizations.services import Settling


def settle_roles(*, actor: Actor, settling: Settling) -> int:
    """Each role but a member's own, which follows from belonging to a cell: how many were settled.

    What moves is handed out by the actor, as on the page of roles; who holds it there already holds it on. Raises NotAllowed,
    CannotGrant, GrantToSelf.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, settling.unit.path)
    with transaction.atomic():
        usual = {holder.key: holder.usual for holder in list_holders(actor, settling.unit, settling.on)}
        grants = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "organization")
        asked = Q(public_id__in=[*usual, *settling.fates]) & Q(organization=settling.unit)
        found = list(grants.filter(asked).exclude(role=Role.MEMBER).order_by("pk"))
        for grant in found:
            key = str(grant.public_id)
            fate = settling.fates.get(key, usual.get(key, HolderFate.DROP))
            if settling.heir is not None and fate == HolderFate.MOVE:
                _move(grant, actor, settling)
            if _holds(grant, settling.on):
                end_grant(actor=actor, grant=grant, on=settling.on, now=settling.now)
    return len(found)


def _holds(grant: RoleGrant, on: date) -> bool:
    return grant.valid_to is None or grant.valid_to > on


def _move(grant: RoleGrant, actor: Actor, settling: Settling) -> None:
    assert settling.heir is not None  # noqa: S101  asked before
    ends = grant.valid_to if _holds(grant, settling.on) else None
    try:
        with transaction.atomic():
            grant_role(
                actor=actor,
                user=grant.user,
                role=Role(grant.role),
                organization=settling.heir,
                subtree=grant.subtree,
                valid_from=settling.on,
                valid_to=ends,
                now=settling.now,
            )
    except AlreadyGranted:
        return
