"""Posts in a unit: who is secretary, deputy, committee member, group head, from when to when."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.queries import list_users_running
from nennep.accounts.services import end_roles, follow_role, grant_role
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.members.choices import MembershipKind, PostKind, Standing, Verb
from nennep.members.models import Member, Membership, Post, StandIn
from nennep.members.queries import target_of
from nennep.members.rules import date_problem
from nennep.members.services.member_roles import keep_member_role
from nennep.members.services.membership_rows import FutureDate, OutOfOrder
from nennep.members.services.stand_ins import end_stand_in_rows
from nennep.notifications.choices import Destination, Sender
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_above, lock_existing, lock_organization

_ROLES = {
    PostKind.SECRETARY: Role.SECRETARY,
    PostKind.DEPUTY_SECRETARY: Role.COMMITTEE_MEMBER,
    PostKind.COMMITTEE_MEMBER: Role.COMMITTEE_MEMBER,
}
_LEADING = frozenset(_ROLES)


class CannotHoldPost(DomainError):
    code = "cannot_hold_post"
    message = _("Chỉ đảng viên chính thức đang sinh hoạt ở đơn vị này vào ngày đó mới giữ chức vụ được.")
    field = "member"


class PostEnded(DomainError):
    code = "post_ended"
    message = _("Chức vụ này đã thôi trước đó.")


class NoSecretaryAccount(DomainError):
    code = "no_secretary_account"
    message = _("Bí thư chưa có tài khoản. Mở tài khoản ở hồ sơ của đồng chí ấy thì có quyền ngay.")


def give_post(
    *, actor: Actor, member: Member, organization: Organization, kind: PostKind, on: date, now: datetime
) -> Post:
    """Give an official member of the unit a post from `on` on.

    One secretary: the former one's post ends that day, and so does another leading post of the same member there.

    The account's role follows: the secretary's only when the actor may hand out roles there, else who may is asked, and the former
    secretary's account runs the cell until the new one does. Other roles end with their posts.
    Raises NotAllowed; UnitClosed, FutureDate, OutOfOrder, CannotHoldPost.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    with transaction.atomic():
        lock_existing(organization)
        _require_official(member, organization, on)
        for former in _replaced(member, organization, kind):
            _check_date(on, former.valid_from, now)
            heir = member if kind.may_stand_in else None
            _end(former, on, actor=actor, now=now, heir=heir, keeps_role=former.kind == kind == PostKind.SECRETARY)
        post = Post.objects.create(member=member, organization=organization, kind=kind, valid_from=on)
        give_role_of_post(actor=actor, post=post, now=now)
        _record(Verb.POST_GIVEN, post, actor=actor, now=now)
    return post


def _require_official(member: Member, organization: Organization, on: date) -> None:
    """Probationary members do not stand for election (Party Statute); a unit above cells takes members from below it."""
    rows = Membership.objects.on(on).filter(
        member=member,
        kind=MembershipKind.OFFICIAL,
        standing=Standing.OFFICIAL,
        organization__path__startswith=organization.path,
    )
    if not rows.exists():
        raise CannotHoldPost


def _replaced(member: Member, organization: Organization, kind: PostKind) -> list[Post]:
    """Running posts that this one takes the place of."""
    running = Post.objects.filter(organization=organization, valid_to=None).select_related("member", "organization")
    return [
        post
        for post in running.order_by("pk")
        if (post.kind == kind == PostKind.SECRETARY)
        or (post.member_id == member.pk and (post.kind == kind or (kind in _LEADING and post.kind in _LEADING)))
    ]


def end_post(*, actor: Actor, post: Post, on: date, now: datetime) -> Post:
    """End a running post on `on`, and the role that followed it. Raises NotAllowed; PostEnded, FutureDate, OutOfOrder."""
    actor.require(Permission.MEMBERS_WRITE, post.organization.path)
    with transaction.atomic():
        lock_organization(post.organization)  # as whoever lets its holder stand in does
        locked = Post.objects.select_for_update(of=("self",)).select_related("member", "organization").get(pk=post.pk)
        if locked.valid_to is not None:
            raise PostEnded
        _check_date(on, locked.valid_from, now)
        _end(locked, on, actor=actor, now=now)
    return locked


def _check_date(on: date, after: date, now: datetime) -> None:
    problem = date_problem(on=on, after=after, today=localdate(now))
    if problem == "future":
        raise FutureDate
    if problem == "order":
        raise OutOfOrder(day=f"{after:%d/%m/%Y}")


def _end(
    post: Post, on: date, *, actor: Actor, now: datetime, heir: Member | None = None, keeps_role: bool = False
) -> None:
    """`heir` holds another post from then on that lets them stand in; `keeps_role`: until the successor's account has it."""
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    role = _ROLES.get(PostKind(post.kind))
    if role and post.member.user_id is not None and not keeps_role:
        end_roles(
            actor=actor, user_id=post.member.user_id, organization=post.organization, roles=[role], on=on, now=now
        )
        keep_member_role(actor=actor, user_id=post.member.user_id, on=on, now=now)
    if post.kind == PostKind.SECRETARY or heir != post.member:
        _end_stand_ins(post, on, actor=actor, now=now)
    _record(Verb.POST_ENDED, post, actor=actor, now=now)


def _end_stand_ins(post: Post, on: date, *, actor: Actor, now: datetime) -> None:
    """Nobody stands in for a secretary who has gone, nor without a post that lets them."""
    rows = StandIn.objects.filter(organization=post.organization, valid_to__gt=on).select_related(
        "member", "organization"
    )
    if post.kind != PostKind.SECRETARY:
        rows = rows.filter(member=post.member)
    end_stand_in_rows(actor=actor, rows=list(rows.order_by("pk")), on=on, now=now)


def give_role_of_post(*, actor: Actor, post: Post, now: datetime) -> None:
    """Give the holder's account the role that follows from a post in a cell; nothing without an account.

    COMMITTEE_MEMBER follows by itself; SECRETARY only when the actor may hand out roles there, and never to oneself: else those
    who may are asked.
    """
    role, user = _ROLES.get(PostKind(post.kind)), post.member.user
    if role is None or user is None or not post.organization.is_cell:
        return
    if role == Role.COMMITTEE_MEMBER:
        follow_role(
            actor=actor, user_id=user.pk, organization=post.organization, role=role, on=post.valid_from, now=now
        )
    elif actor.may(Permission.ACCOUNTS_GRANT, post.organization.path) and user.pk != actor.user_id:
        _hand_role(post, user, on=post.valid_from, actor=actor, now=now)
    else:
        _ask_for_role(actor, post, now)


def give_secretary_role(*, actor: Actor, post: Post, now: datetime) -> None:
    """Let the account of the running secretary run the cell from today on; the former secretary's no longer does.

    Raises NotAllowed; PostEnded, NoSecretaryAccount, and what accounts' `grant_role` raises.
    """
    actor.require(Permission.ACCOUNTS_GRANT, post.organization.path)
    with transaction.atomic():
        lock_existing(post.organization)
        rows = Post.objects.select_for_update(of=("self",)).select_related("member__user", "organization")
        locked = rows.get(pk=post.pk)
        if locked.valid_to is not None or locked.kind != PostKind.SECRETARY or not locked.organization.is_cell:
            raise PostEnded
        if locked.member.user is None:
            raise NoSecretaryAccount
        _hand_role(locked, locked.member.user, on=localdate(now), actor=actor, now=now)


def _hand_role(post: Post, user: User, *, on: date, actor: Actor, now: datetime) -> None:
    """One account runs the cell as its secretary: those of former secretaries no longer do."""
    former = Post.objects.filter(organization=post.organization, kind=PostKind.SECRETARY).exclude(valid_to=None)
    held = former.exclude(member__user=None).values_list("member__user_id", flat=True)
    for user_id in sorted({user.pk, *held}):
        end_roles(actor=actor, user_id=user_id, organization=post.organization, roles=[Role.SECRETARY], on=on, now=now)
        keep_member_role(actor=actor, user_id=user_id, on=on, now=now)
    grant_role(
        actor=actor,
        user=user,
        role=Role.SECRETARY,
        organization=post.organization,
        subtree=False,
        valid_from=on,
        now=now,
    )


def _ask_for_role(actor: Actor, post: Post, now: datetime) -> None:
    """Those who hand out roles in the nearest unit above that has any; never whoever is to get the role."""
    unit = post.organization
    above = list_above(unit)
    found = list_users_running(
        organization_ids=[one.pk for one in above], permission=Permission.ACCOUNTS_GRANT, today=localdate(now)
    )
    users = next((set(found[one.pk]) - {post.member.user_id} for one in reversed(above) if one.pk in found), set())
    notify(
        actor=actor,
        user_ids=users,
        kind="members.secretary_role",
        title=for_reader(lambda: gettext("%(unit)s có bí thư mới: giao quyền bí thư") % {"unit": unit.name}),
        body=_("Đến khi giao, tài khoản của bí thư trước còn làm việc của chi bộ."),
        page=Destination(
            reverse("members:show", args=[post.member.public_id]), Permission.ACCOUNTS_GRANT, (unit.path,)
        ),
        now=now,
        sender=Sender(unit.pk),
    )


def _record(verb: Verb, post: Post, *, actor: Actor, now: datetime) -> None:
    target = target_of(post.member, post.organization.path)
    details = {
        "post": post.kind,
        "unit": post.organization.name,
        "from": post.valid_from.isoformat(),
        "to": post.valid_to.isoformat() if post.valid_to else None,
    }
    record(verb, actor=actor, target=target, now=now, details=details)
