"""Users and what they hold, for whoever hands out roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import RoleGrant, User
from nennep.accounts.rules import normalize_username
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.text import fold


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant as a page shows it. `ended` when it no longer holds today."""

    public_id: UUID
    role: str
    role_label: str
    unit_name: str
    subtree: bool
    valid_from: date
    valid_to: date | None
    ended: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """One account with its grants inside the reader's units, those in force first."""

    public_id: UUID
    full_name: str
    username: str
    is_active: bool
    last_login: datetime | None
    grants: tuple[GrantRow, ...]


def get_user(*, actor: Actor, public_id: UUID) -> User:
    """An account inside the units where the actor hands out roles. Raises NotFound."""
    user = User.objects.visible_to(actor).filter(public_id=public_id).first()
    if user is None:
        raise NotFound
    return user


class UserUnclear(DomainError):
    code = "user_unclear"
    message = _("Không có tài khoản nào mang tên đăng nhập này trong các đơn vị của đồng chí.")
    field = "username"


def find_user(*, actor: Actor, username: str) -> User:
    """An account in the units where the actor hands out roles, by its sign-in name. Raises UserUnclear."""
    user = User.objects.visible_to(actor).filter(username=normalize_username(username)).first()
    if user is None:
        raise UserUnclear
    return user


def get_grant(*, actor: Actor, public_id: UUID) -> RoleGrant:
    """A grant in those units. Raises NotFound."""
    grant = RoleGrant.objects.visible_to(actor).select_related("user", "organization").filter(public_id=public_id)
    found = grant.first()
    if found is None:
        raise NotFound
    return found


def list_users(*, actor: Actor, search: str = "") -> QuerySet[User]:
    """Accounts in the actor's units, by given name; turn a page of it into rows with `user_rows`.

    `search` is looked for in name and sign-in name, without regard to diacritics and capitals: that costs one more query.
    """
    users = User.objects.visible_to(actor).order_by("name_key", "username")
    words = fold(search)
    if not words:
        return users
    names = users.values_list("pk", "full_name", "username")
    return users.filter(pk__in=[pk for pk, full_name, username in names if words in fold(f"{full_name} {username}")])


def user_rows(*, actor: Actor, users: Iterable[User], today: date) -> list[UserRow]:
    """The accounts with their grants as far as the actor may see them. One query besides that of `users`."""
    grants = RoleGrant.objects.visible_to(actor).select_related("organization").order_by("valid_to", "role", "pk")
    found = list(users)
    prefetch_related_objects(found, Prefetch("grants", queryset=grants, to_attr="visible_grants"))
    return [_user_row(user, today) for user in found]


def _user_row(user: User, today: date) -> UserRow:
    rows = [_grant_row(grant, today) for grant in user.visible_grants]  # type: ignore[attr-defined]
    return UserRow(
        public_id=user.public_id,
        full_name=user.full_name,
        username=user.username,
        is_active=user.is_active,
        last_login=user.last_login,
        grants=tuple(sorted(rows, key=lambda row: row.ended)),
    )


def _grant_row(grant: RoleGrant, today: date) -> GrantRow:
    return GrantRow(
        public_id=grant.public_id,
        role=grant.role,
        role_label=grant.get_role_display(),
        unit_name=grant.organization.name,
        subtree=grant.subtree,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        ended=grant.valid_to is not None and grant.valid_to <= today,
    )


def unit_path_of_user(*, user: User) -> str:
    """Tree path of the unit of the account's latest role; empty for an account that never had one."""
    grant = RoleGrant.objects.filter(user=user).select_related("organization").order_by("-valid_from", "-pk").first()
    return grant.organization.path if grant else ""
