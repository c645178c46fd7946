"""Building the Actor, and the roles behind it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.rules import HeldRole, Hold, expand_grants, roles_with
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization as Organization


def build_actor(*, user: User, today: date) -> Actor:
    """The actor of a signed-in user, with the grants in force today and what they reach of ended units. One query."""
    grants = expand_grants(_reach(user_ids=[user.pk], today=today)[user.pk])
    return Actor(user_id=user.pk, name=str(user), grants=grants)


def get_actor(*, user_id: int, today: date) -> Actor:
    """The actor of a user known by id (jobs). Raises User.DoesNotExist when the account is gone or locked."""
    return build_actor(user=User.objects.get(pk=user_id, is_active=True), today=today)


def find_actor(user_id: int, today: date) -> Actor:
    """The same; somebody who may do nothing when the account is gone or locked."""
    try:
        return get_actor(user_id=user_id, today=today)
    except User.DoesNotExist:
        return Actor.visitor()


def _reach(*, user_ids: Iterable[int], today: date) -> dict[int, list[HeldRole]]:
    """By user the roles held today, each with the units whose archive the role's unit keeps. One query.

    Whoever was secretary of such a cell until it ended still reads what it did.
    """
    unit, kept = "organization", "organization__keeps"
    led = RoleGrant.objects.filter(
        user=OuterRef("user"),
        organization=OuterRef(kept),
        role=Role.SECRETARY,
        valid_to__gte=OuterRef(f"{kept}__closed_on"),
    )
    rows = RoleGrant.objects.on(today).filter(user_id__in=list(user_ids)).order_by("pk").annotate(led=Exists(led))
    held: dict[int, list[HeldRole]] = defaultdict(list)
    for user, role, subtree, path, kind, closed_on, kept_path, kept_kind, led_it in rows.values_list(
        "user_id",
        "role",
        "subtree",
        f"{unit}__path",
        f"{unit}__kind",
        f"{unit}__closed_on",
        f"{kept}__path",
        f"{kept}__kind",
        "led",
    ):
        own = Hold.EXISTING if closed_on is None or closed_on > today else Hold.ENDED
        held[user].append(HeldRole(Role(role), path, subtree, own))
        if kept_path is not None:
            left = kept_kind == UnitKind.CELL and kind != UnitKind.CELL
            held[user].append(HeldRole(Role(role), kept_path, subtree, Hold.LEFT if left else Hold.ENDED))
            if led_it and not left:
                held[user].append(HeldRole(Role.SECRETARY, kept_path, subtree=False, hold=Hold.KEPT))
    return held


def list_users_who_may(
    *, user_ids: Iterable[int], permission: Permission, paths: Iterable[str], today: date
) -> set[int]:
    """Those of the users whose roles of today give the permission on at least one of the units at `paths`. One query."""
    units = list(paths)
    return {
        user
        for user, held in _reach(user_ids=user_ids, today=today).items()
        if any(grant.covers(permission, path) for grant in expand_grants(held) for path in units)
    }


def held_roles(*, user_id: int | None, today: date) -> list[HeldRole]:
    """The roles a user holds today on units that exist: what says whom they may help and appoint. One query."""
    if user_id is None:
        return []
    return _read_roles(RoleGrant.objects.on(today).filter(user_id=user_id), today)


def held_or_coming_roles(*, user_id: int, today: date) -> list[HeldRole]:
    """The same, and roles that begin on a later day: what the account may come to open. One query."""
    running = RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), user_id=user_id)
    return _read_roles(running, today)


def _read_roles(grants: QuerySet[RoleGrant], today: date) -> list[HeldRole]:
    exists = Q(organization__closed_on=None) | Q(organization__closed_on__gt=today)
    rows = grants.filter(exists).order_by("pk").values_list("role", "organization__path", "subtree")
    return [HeldRole(Role(role), path, subtree) for role, path, subtree in rows]


@dataclass(frozen=True, slots=True)
class Hat:
    """A role somebody wears today, and the unit it is for: what decides which home page is theirs."""

    public_id: UUID
    role: Role
    unit_id: UUID
    unit_name: str
    unit_kind: UnitKind
    subtree: bool
    unit_ended: bool

    @property
    def label(self) -> str:
        return f"{self.role.label}, {self.unit_name}"


def list_hats(*, actor: Actor, today: date) -> list[Hat]:
    """The roles of the acting person today with their units, as they were given. One query; none for visitors."""
    if actor.user_id is None:
        return []
    held = RoleGrant.objects.on(today).filter(user_id=actor.user_id).order_by("pk")
    rows = held.values_list(
        "public_id",
        "role",
        "organization__public_id",
        "organization__name",
        "organization__kind",
        "subtree",
        "organization__closed_on",
    )
    return [
        Hat(pk, Role(role), unit, name, UnitKind(kind), subtree, closed_on is not None and closed_on <= today)
        for pk, role, unit, name, kind, subtree, closed_on in rows
    ]


def list_users_running(
    *, organization_ids: Iterable[int], permission: Permission, today: date
) -> dict[int, tuple[int, ...]]:
    """Users who hold the permission by a role in exactly these units today, by the unit's id. One query.

    Those who hold it through a unit above are left out: this is whom to tell about the unit's own business.
    """
    held = RoleGrant.objects.on(today).filter(
        role__in=roles_with(permission), organization_id__in=list(organization_ids), user__is_active=True
    )
    users: dict[int, list[int]] = {}
    for unit, user in held.order_by("organization_id", "user_id").values_list("organization_id", "user_id").distinct():
        users.setdefault(unit, []).append(user)
    return {unit: tuple(ids) for unit, ids in users.items()}


def list_names_running(*, organization_id: int, permission: Permission, today: date) -> list[str]:
    """The names of those whom `list_users_running` finds for this unit. Two queries."""
    running = list_users_running(organization_ids=[organization_id], permission=permission, today=today)
    found = User.objects.filter(pk__in=running.get(organization_id, ())).order_by("pk")
    return list(found.values_list("full_name", flat=True))


def has_other_administrator(*, leaving: QuerySet[RoleGrant], today: date) -> bool:
    """Whether an active administrator remains without the grants `leaving`. Locks them: two cannot leave at once."""
    administrators = RoleGrant.objects.select_for_update().on(today).filter(role=Role.ADMINISTRATOR)
    return administrators.filter(user__is_active=True).exclude(pk__in=leaving.values("pk")).first() is not None
