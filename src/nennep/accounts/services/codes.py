"""One-time codes: how somebody without e-mail gets a new password from the secretary's hand."""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import CODE_ALPHABET, CODE_LENGTH, CODE_VALID_HOURS, Verb
from nennep.accounts.models import OneTimeCode, User
from nennep.accounts.queries import held_or_coming_roles, held_roles
from nennep.accounts.rules import code_problem, may_reset, normalize_code, normalize_password, normalize_username
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission


class CannotReset(DomainError):
    code = "cannot_reset"
    message = _("Đồng chí này giữ quyền khác ngoài chi bộ. Hãy nhờ Ban Xây dựng Đảng xã cấp mã.")


class CodeRefused(DomainError):
    """The same words for every reason, so that nobody learns which accounts exist."""

    code = "code_refused"
    message = _("Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng, đã quá hạn. Hãy xem lại, hoặc xin bí thư mã mới.")
    field = "code"


class WeakPassword(DomainError):
    code = "weak_password"
    message = _("%(reasons)s")
    field = "password"


def issue_code(*, actor: Actor, user: User, unit_path: str, now: datetime) -> str:
    """Make the code by which `user` sets a new password, and return it: this once, only its hash is kept.

    The code that was there before no longer works; the old password does until the new one is set. Raises NotAllowed
    without the right to reset in the unit at `unit_path`, CannotReset when the user holds a role that is not below the
    actor's.
    """
    _require_may_reset(actor, user, unit_path, now)
    code = "".join(secrets.choice(CODE_ALPHABET) for _index in range(CODE_LENGTH))
    with transaction.atomic():
        OneTimeCode.objects.filter(user=user, used_at=None).delete()
        OneTimeCode.objects.create(
            user=user,
            code_hash=make_password(code),
            issued_at=now,
            issued_by_id=actor.user_id,
            unit_path=unit_path,
            expires_at=now + timedelta(hours=CODE_VALID_HOURS),
        )
        _record(Verb.CODE_ISSUED, actor=actor, user=user, unit_path=unit_path, now=now)
    return code


def _require_may_reset(actor: Actor, user: User, unit_path: str, now: datetime) -> None:
    actor.require(Permission.ACCOUNTS_RESET, unit_path)
    if actor.user_id is None:
        return
    if not _may_reset(actor.user_id, user, unit_path, now):
        raise CannotReset


def _may_reset(giver_id: int, user: User, unit_path: str, now: datetime) -> bool:
    """Whether the giver is in charge of all that the account opens, today or from a day to come."""
    today = localdate(now)
    held = held_roles(user_id=giver_id, today=today)
    return may_reset(held, target=held_or_coming_roles(user_id=user.pk, today=today), path=unit_path)


def redeem_code(*, username: str, code: str, password: str, now: datetime) -> User:
    """Set a new password with a printed code; the code is spent and everything signed in with the old password ends.

    A wrong code counts as a try; a password that is too weak does not. Whoever made the code must be in charge of all that
    the account opens now, too: a code of before a promotion opens nothing. Raises CodeRefused, WeakPassword.
    """
    with transaction.atomic():
        row = _lock_code(username)
        if row is None:
            make_password(normalize_code(code))  # takes as long as comparing: the clock does not tell who has a code
        good = row is not None and _is_good(row, code, now)
        if row is not None and good:
            _check_password(password, row.user)
            _spend(row, password, now)
    if row is None or not good:
        raise CodeRefused
    return row.user


def _lock_code(username: str) -> OneTimeCode | None:
    codes = OneTimeCode.objects.select_for_update(of=("self", "user")).select_related("user")
    name = normalize_username(username)
    return codes.filter(user__username=name, user__is_active=True).order_by("-issued_at").first()


def _is_good(row: OneTimeCode, code: str, now: datetime) -> bool:
    """Whether the code may be used; a wrong one is counted."""
    right = check_password(normalize_code(code), row.code_hash)
    if code_problem(used=row.used_at is not None, tries=row.tries, expires_at=row.expires_at, now=now):
        return False
    if row.issued_by_id is not None and not _may_reset(row.issued_by_id, row.user, row.unit_path, now):
        return False
    if right:
        return True
    row.tries += 1
    row.save(update_fields=["tries"])
    return False


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(normalize_password(password), user)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages)) from error


def _spend(row: OneTimeCode, password: str, now: datetime) -> None:
    row.used_at = now
    row.save(update_fields=["used_at"])
    row.user.set_password(password)
    row.user.save(update_fields=["password"])
    held = held_roles(user_id=row.user.pk, today=localdate(now))
    actor = Actor(user_id=row.user.pk, name=str(row.user))
    _record(Verb.CODE_USED, actor=actor, user=row.user, unit_path=held[0].path if held else "", now=now)


def remove_second_factor(*, actor: Actor, user: User, unit_path: str, now: datetime) -> int:
    """Forget the phone codes, passkeys and recovery codes of somebody who lost the phone; how many there were.

    The password still guards the account. The same rights as `issue_code`.
    """
    _require_may_reset(actor, user, unit_path, now)
    with transaction.atomic():
        count: int = Authenticator.objects.filter(user=user).delete()[0]
        _record(Verb.SECOND_FACTOR_REMOVED, actor=actor, user=user, unit_path=unit_path, now=now)
    return count


def _record(verb: Verb, *, actor: Actor, user: User, unit_path: str, now: datetime) -> None:
    target = Target("accounts.user", str(user.public_id), str(user), unit_path)
    record(verb, actor=actor, target=target, now=now)
