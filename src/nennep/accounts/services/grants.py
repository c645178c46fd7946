"""Handing out roles and taking them back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role, Verb
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.queries import has_other_administrator, held_roles
from nennep.accounts.rules import may_grant
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing


class CannotGrant(DomainError):
    code = "cannot_grant"
    message = _("Quyền này, ở đơn vị này, vượt quá quyền của đồng chí. Hãy nhờ cấp trên.")
    field = "role"


class GrantToSelf(DomainError):
    code = "grant_to_self"
    message = _("Không tự giao, tự thu quyền hay tự khóa tài khoản của mình được. Hãy nhờ đồng chí khác.")


class AlreadyGranted(DomainError):
    code = "already_granted"
    message = _("Đồng chí này đang giữ quyền đó ở đơn vị này. Đổi phạm vi hoặc thu quyền ở ngay dòng của quyền ấy.")
    field = "role"


class GrantDates(DomainError):
    code = "grant_dates"
    message = _("Ngày hết quyền phải sau ngày bắt đầu.")
    field = "valid_to"


class GrantEnded(DomainError):
    code = "grant_ended"
    message = _("Quyền này đã thôi. Hãy giao lại.")


class LastAdministrator(DomainError):
    code = "last_administrator"
    message = _("Đây là quản trị hệ thống cuối cùng. Hãy giao quyền quản trị cho đồng chí khác trước.")


def grant_role(
    *,
    actor: Actor,
    user: User,
    role: Role,
    organization: Organization,
    subtree: bool,
    valid_from: date,
    valid_to: date | None = None,
    now: datetime,
) -> RoleGrant:
    """Give `user` a role on a unit (with `subtree` on all below it) from a day on.

    What the actor may hand out is decided by the roles the actor holds today (accounts/rules): only downwards, never
    to oneself. Raises CannotGrant, GrantToSelf, UnitClosed, GrantDates, AlreadyGranted.
    """
    _require_may_grant(actor, user, role=role, path=organization.path, subtree=subtree, now=now)
    if valid_to is not None and valid_to <= valid_from:
        raise GrantDates
    with transaction.atomic():
        lock_existing(organization, on=localdate(now))
        User.objects.select_for_update(no_key=True).get(
            pk=user.pk
        )  # who uses a code of this account waits, or is waited for
        if _overlapping(user, role, organization, valid_from).exists():
            raise AlreadyGranted
        grant = RoleGrant.objects.create(
            user=user,
            role=role,
            organization=organization,
            subtree=subtree,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by_id=actor.user_id,
        )
        _record(Verb.GRANTED, grant, actor=actor, now=now)
    return grant


def _overlapping(user: User, role: Role, organization: Organization, valid_from: date) -> QuerySet[RoleGrant]:
    same = RoleGrant.objects.select_for_update().filter(user=user, role=role, organization=organization)
    return same.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))


def revoke_grant(*, actor: Actor, grant: RoleGrant, on: date, now: datetime) -> RoleGrant:
    """Take a role back: from `on` it no longer holds. A grant that was to begin later never begins.

    Raises CannotGrant, GrantToSelf; LastAdministrator when nobody would be left to hand out roles.
    """
    with transaction.atomic():
        locked = RoleGrant.objects.select_for_update().select_related("user", "organization").get(pk=grant.pk)
        path = locked.organization.path
        _require_may_grant(actor, locked.user, role=Role(locked.role), path=path, subtree=locked.subtree, now=now)
        leaving = RoleGrant.objects.filter(pk=locked.pk)
        if locked.role == Role.ADMINISTRATOR and not has_other_administrator(leaving=leaving, today=localdate(now)):
            raise LastAdministrator
        _end(locked, on, actor=actor, now=now)
    return locked


def change_reach(*, actor: Actor, grant: RoleGrant, subtree: bool, now: datetime) -> RoleGrant:
    """Let a role hold below its unit too, or on the unit alone, from today on; what held until today stays as it was.

    Raises CannotGrant, GrantToSelf, GrantEnded.
    """
    today = localdate(now)
    with transaction.atomic():
        locked = RoleGrant.objects.select_for_update().select_related("user", "organization").get(pk=grant.pk)
        path, role = locked.organization.path, Role(locked.role)
        for reach in {locked.subtree, subtree}:
            _require_may_grant(actor, locked.user, role=role, path=path, subtree=reach, now=now)
        if locked.valid_to is not None and locked.valid_to <= today:
            raise GrantEnded
        if locked.subtree == subtree:
            return locked
        changed = _begin_again(locked, today)
        changed.subtree = subtree
        changed.save()
        _record(Verb.REACH_CHANGED, changed, actor=actor, now=now)
    return changed


def _begin_again(grant: RoleGrant, today: date) -> RoleGrant:
    """The row to be changed: the grant itself when it has not held for a day yet, else its continuation from today on."""
    if grant.valid_from >= today:
        return grant
    rest = RoleGrant(
        user=grant.user,
        role=grant.role,
        organization=grant.organization,
        valid_from=today,
        valid_to=grant.valid_to,
        granted_by_id=grant.granted_by_id,
    )
    grant.valid_to = today
    grant.save(update_fields=["valid_to"])
    return rest


def _require_may_grant(actor: Actor, user: User, *, role: Role, path: str, subtree: bool, now: datetime) -> None:
    """The program itself (commands, jobs) hands out anything; people what their roles of today allow."""
    if actor.is_program:
        return
    if user.pk == actor.user_id:
        raise GrantToSelf
    held = held_roles(user_id=actor.user_id, today=localdate(now))
    if not may_grant(held, role=role, path=path, subtree=subtree):
        raise CannotGrant


def follow_role(
    *, actor: Actor, user_id: int, organization: Organization, role: Role, on: date, now: datetime
) -> RoleGrant | None:
    """Give an account the role that follows from a membership or post from `on` on; None when it holds it already.

    Only MEMBER and COMMITTEE_MEMBER follow by themselves: the caller was allowed to write the membership or post, and
    nobody is asked again. Raises CannotGrant for any other role.
    """
    if role not in {Role.MEMBER, Role.COMMITTEE_MEMBER}:
        raise CannotGrant
    user = User.objects.get(pk=user_id)
    with transaction.atomic():
        if _overlapping(user, role, organization, on).exists():
            return None
        grant = RoleGrant.objects.create(
            user=user, role=role, organization=organization, valid_from=on, granted_by_id=actor.user_id
        )
        _record(Verb.GRANTED, grant, actor=actor, now=now)
    return grant


def lend_role(
    *, actor: Actor, user_id: int, organization: Organization, since: date, until: date, now: datetime
) -> RoleGrant:
    """Give an account the role of whoever stands in for the secretary, from a day on until the day before `until`; once.

    The caller was allowed to note the absence it follows from, and nobody is asked again.
    """
    user = User.objects.get(pk=user_id)
    with transaction.atomic():
        held = _overlapping(user, Role.STAND_IN, organization, since).filter(valid_from__lt=until).first()
        if held is not None:
            return held
        grant = RoleGrant.objects.create(
            user=user,
            role=Role.STAND_IN,
            organization=organization,
            valid_from=since,
            valid_to=until,
            granted_by_id=actor.user_id,
        )
        _record(Verb.GRANTED, grant, actor=actor, now=now)
    return grant


def end_roles(
    *, actor: Actor, user_id: int, organization: Organization, roles: Iterable[Role], on: date, now: datetime
) -> int:
    """End these roles of an account on one unit from `on`, because the membership or post they follow has ended.

    Nobody is asked again, as in `follow_role`. Returns how many ended.
    """
    with transaction.atomic():
        grants = RoleGrant.objects.select_for_update().select_related("user", "organization")
        running = grants.filter(user_id=user_id, organization=organization, role__in=list(roles))
        ended = list(running.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("pk"))
        for grant in ended:
            _end(grant, on, actor=actor, now=now)
    return len(ended)


def end_lent_role(
    *, actor: Actor, user_id: int, organization: Organization, lent: tuple[date, date], on: date, now: datetime
) -> int:
    """End from `on` what `lend_role` gave for these days (half open), and nothing that was lent for others.

    Nobody is asked again, as in `lend_role`. Returns how many ended.
    """
    since, until = lent
    with transaction.atomic():
        grants = RoleGrant.objects.select_for_update().select_related("user", "organization")
        running = grants.filter(user_id=user_id, organization=organization, role=Role.STAND_IN, valid_to__gt=on)
        ended = list(running.filter(valid_from__gte=since, valid_from__lt=until).order_by("pk"))
        for grant in ended:
            _end(grant, on, actor=actor, now=now)
    return len(ended)


def end_grant(*, actor: Actor, grant: RoleGrant, on: date, now: datetime) -> None:
    """A step of ending a unit, which has asked: the role holds no longer from that day. The caller holds the lock."""
    _end(grant, on, actor=actor, now=now)


def _end(grant: RoleGrant, on: date, *, actor: Actor, now: datetime) -> None:
    grant.valid_to = max(on, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    _record(Verb.REVOKED, grant, actor=actor, now=now)


def _record(verb: Verb, grant: RoleGrant, *, actor: Actor, now: datetime) -> None:
    details = {
        "role": grant.role,
        "unit": grant.organization.name,
        "subtree": grant.subtree,
        "from": grant.valid_from.isoformat(),
        "to": grant.valid_to.isoformat() if grant.valid_to else None,
    }
    target = Target("accounts.user", str(grant.user.public_id), str(grant.user), grant.organization.path)
    record(verb, actor=actor, target=target, now=now, details=details)
