"""Posts in a unit: who is secretary, deputy, committee member, group head, from when to when."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.services import end_roles, follow_role, grant_role
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.members.choices import MembershipKind, PostKind, Standing, Verb
from nennep.members.models import Member, Membership, Post, StandIn
from nennep.members.queries import target_of
from nennep.members.rules import date_problem
from nennep.members.services.membership_rows import FutureDate, OutOfOrder
from nennep.members.services.stand_ins import end_stand_in_rows
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing, lock_organization

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


def give_post(
    *, actor: Actor, member: Member, organization: Organization, kind: PostKind, on: date, now: datetime
) -> Post:
    """Give an official member of the unit a post from `on` on.

    One secretary: the former one's post ends that day, and so does another leading post of the same member there.

    The account's role follows: the secretary's only when the actor may hand out roles there; ended ones always.
    Raises NotAllowed; UnitClosed, FutureDate, OutOfOrder, CannotHoldPost.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    with transaction.atomic():
        lock_existing(organization)
        _require_official(member, organization, on)
        for former in _replaced(member, organization, kind):
            _check_date(on, former.valid_from, now)
            _end(former, on, actor=actor, now=now, heir=member if kind.may_stand_in else None)
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


def _end(post: Post, on: date, *, actor: Actor, now: datetime, heir: Member | None = None) -> None:
    """`heir` holds another post from then on that lets them stand in."""
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    role = _ROLES.get(PostKind(post.kind))
    if role and post.member.user_id is not None:
        end_roles(
            actor=actor, user_id=post.member.user_id, organization=post.organization, roles=[role], on=on, now=now
        )
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

    COMMITTEE_MEMBER follows by itself; SECRETARY only when the actor may hand out roles there, and never to oneself.
    """
    role, user = _ROLES.get(PostKind(post.kind)), post.member.user
    if role is None or user is None or not post.organization.is_cell:
        return
    if role == Role.COMMITTEE_MEMBER:
        follow_role(
            actor=actor, user_id=user.pk, organization=post.organization, role=role, on=post.valid_from, now=now
        )
    elif actor.may(Permission.ACCOUNTS_GRANT, post.organization.path) and user.pk != actor.user_id:
        end_roles(
            actor=actor, user_id=user.pk, organization=post.organization, roles=[role], on=post.valid_from, now=now
        )
        grant_role(
            actor=actor,
            user=user,
            role=role,
            organization=post.organization,
            subtree=False,
            valid_from=post.valid_from,
            now=now,
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
