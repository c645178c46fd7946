"""Making, locking and opening accounts."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import NAME_LIMIT, Role, Verb
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.queries import has_other_administrator, held_roles
from nennep.accounts.rules import may_grant, normalize_username, propose_username
from nennep.accounts.services.grants import CannotGrant, GrantToSelf, LastAdministrator
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.typed import take_name


class UsernameTaken(DomainError):
    code = "username_taken"
    message = _("Không dùng được tên đăng nhập này. Hãy chọn tên khác, hoặc để trống để chương trình đặt.")
    field = "username"


def create_user(
    *,
    actor: Actor,
    unit_path: str,
    full_name: str,
    phone: str = "",
    email: str = "",
    username: str = "",
    now: datetime,
) -> User:
    """Make an account without a usable password, for somebody of the unit at `unit_path`.

    Whoever may hand out roles or one-time codes there may make one. Without `username` the phone number is taken, or the
    given name with the first free number. Raises NotAllowed; UsernameTaken.
    """
    if not actor.may(Permission.ACCOUNTS_GRANT, unit_path):
        actor.require(Permission.ACCOUNTS_RESET, unit_path)
    with transaction.atomic():
        user = User(full_name=take_name(full_name, limit=NAME_LIMIT, field="full_name"), phone=phone, email=email)
        user.username = _free_username(user, username)
        user.set_unusable_password()
        user.save()
        _record(Verb.USER_CREATED, actor=actor, user=user, unit_path=unit_path, now=now)
    return user


def _free_username(user: User, wanted: str) -> str:
    if wanted:
        name = normalize_username(wanted)
        if User.objects.filter(username=name).exists():
            raise UsernameTaken
        return name
    number = 0
    while True:
        name = propose_username(full_name=user.full_name, phone=user.phone, number=number)
        if not User.objects.filter(username=name).exists():
            return name
        number += 1


def deactivate_user(*, actor: Actor, user: User, now: datetime) -> User:
    """Lock an account: it cannot sign in, and what is signed in ends. Its roles stay written down.

    Needs the right to hand out every role the account holds. Raises CannotGrant, GrantToSelf, LastAdministrator.
    """
    return _set_active(actor, user, active=False, now=now)


def reactivate_user(*, actor: Actor, user: User, now: datetime) -> User:
    """Let a locked account sign in again. Raises as `deactivate_user`."""
    return _set_active(actor, user, active=True, now=now)


def _set_active(actor: Actor, user: User, *, active: bool, now: datetime) -> User:
    with transaction.atomic():
        locked = User.objects.get_queryset().select_for_update().get(pk=user.pk)
        path = _require_charge_of(actor, locked, now)
        if not active:
            _require_another_administrator(locked, now)
        locked.is_active = active
        locked.save(update_fields=["is_active"])
        _record(Verb.REACTIVATED if active else Verb.DEACTIVATED, actor=actor, user=locked, unit_path=path, now=now)
    return locked


def _require_another_administrator(user: User, now: datetime) -> None:
    held = held_roles(user_id=user.pk, today=localdate(now))
    leaving = RoleGrant.objects.filter(user=user)
    if any(item.role == Role.ADMINISTRATOR for item in held) and not has_other_administrator(
        leaving=leaving, today=localdate(now)
    ):
        raise LastAdministrator


def _require_charge_of(actor: Actor, user: User, now: datetime) -> str:
    """The tree path of the account's first unit, once it is sure that the actor hands out all its roles."""
    if user.pk == actor.user_id:
        raise GrantToSelf
    target = held_roles(user_id=user.pk, today=localdate(now))
    held = held_roles(user_id=actor.user_id, today=localdate(now))
    for item in target:
        if actor.user_id is not None and not may_grant(held, role=item.role, path=item.path, subtree=item.subtree):
            raise CannotGrant
    path = target[0].path if target else ""
    if not target:
        actor.require(Permission.ACCOUNTS_GRANT, path)
    return path


def _record(verb: Verb, *, actor: Actor, user: User, unit_path: str, now: datetime) -> None:
    target = Target("accounts.user", str(user.public_id), str(user), unit_path)
    record(verb, actor=actor, target=target, now=now)
