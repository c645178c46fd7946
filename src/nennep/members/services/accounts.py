"""Accounts of members: opened, linked and helped back in by the secretary."""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.services import GrantToSelf, create_user, follow_role, issue_code, remove_second_factor
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.members.choices import CODES_AT_ONCE, Verb
from nennep.members.models import Member, Membership, Post, StandIn
from nennep.members.queries import target_of, unit_path_of, unit_paths_of
from nennep.members.services.membership_rows import lock_people
from nennep.members.services.posts import give_role_of_post
from nennep.members.services.stand_ins import give_stand_in_role
from nennep.notifications.services import notify


class HasAccount(DomainError):
    code = "has_account"
    message = _("Đồng chí này đã có tài khoản.")


class NoAccount(DomainError):
    code = "no_account"
    message = _("Đồng chí này chưa có tài khoản. Hãy mở tài khoản trước.")


class AccountTaken(DomainError):
    code = "account_taken"
    message = _("Tài khoản này đã gắn với hồ sơ khác.")


class TooManyCodes(DomainError):
    code = "too_many_codes"
    message = _("Mỗi lần in nhiều nhất %(most)s mã. Hãy chọn ít người hơn, in nhiều lần.")
    field = "chosen"


class AnsweredElsewhere(DomainError):
    code = "answered_elsewhere"
    message = _("Chưa cấp mã cho ai: nơi khác cấp mã cho %(names)s. Hãy bỏ chọn rồi làm lại.")
    field = "chosen"


def open_account(*, actor: Actor, member: Member, now: datetime) -> tuple[User, str]:
    """Make an account for the member with the roles that follow from cells and posts, and the first one-time code.

    The code is returned this once, to be printed. Raises NotAllowed; HasAccount.
    """
    path = unit_path_of(member)
    actor.require(Permission.ACCOUNTS_RESET, path)
    with transaction.atomic():
        (locked,) = lock_people(member)
        if locked.user_id is not None:
            raise HasAccount
        user = create_user(
            actor=actor,
            unit_path=path,
            full_name=locked.full_name,
            phone=locked.phone,
            email=locked.email,
            now=now,
        )
        _link(locked, user, actor=actor, now=now)
        code = issue_code(actor=actor, user=user, unit_path=path, now=now)
    return user, code


def refuse_link(*, actor: Actor, member: Member) -> NoReturn:
    """Raises HasAccount for whoever could link an account before there was one, NotAllowed for everybody else."""
    actor.require(Permission.ACCOUNTS_GRANT, unit_path_of(member))
    if member.user_id is not None:
        raise HasAccount
    raise NotAllowed


def link_user(*, actor: Actor, member: Member, user: User, now: datetime) -> Member:
    """Link this account to this member, and give it the roles that follow: never one's own account.

    Raises NotAllowed; accounts' GrantToSelf, HasAccount, AccountTaken.
    """
    actor.require(Permission.ACCOUNTS_GRANT, unit_path_of(member))
    if user.pk == actor.user_id:
        raise GrantToSelf
    with transaction.atomic():
        (locked,) = lock_people(member)
        if locked.user_id is not None:
            raise HasAccount
        if Member.objects.filter(user=user).exists():
            raise AccountTaken
        _link(locked, user, actor=actor, now=now)
    return locked


def _link(member: Member, user: User, *, actor: Actor, now: datetime) -> None:
    member.user = user
    member.save(update_fields=["user"])
    give_roles(actor=actor, member=member, now=now)
    target = target_of(member, unit_path_of(member))
    record(Verb.ACCOUNT_OPENED, actor=actor, target=target, now=now, details={"username": user.username})


def give_roles(*, actor: Actor, member: Member, now: datetime) -> None:
    """Give the member's account the roles that follow from today's cells and posts.

    A step of linking and of merging, which have asked; what the account holds already stays as it is.
    """
    if member.user_id is None:
        return
    day = localdate(now)
    running = Membership.objects.on(day).filter(member=member, valid_to=None).select_related("organization")
    for row in running.order_by("pk"):
        follow_role(
            actor=actor,
            user_id=member.user_id,
            organization=row.organization,
            role=Role.MEMBER,
            on=day,
            now=now,
        )
    for post in (
        Post.objects.on(day).filter(member=member).select_related("member__user", "organization").order_by("pk")
    ):
        give_role_of_post(actor=actor, post=post, now=now)
    for stand_in in StandIn.objects.filter(member=member, valid_to__gt=day).select_related("member", "organization"):
        give_stand_in_role(actor=actor, row=stand_in, now=now)


def issue_member_code(*, actor: Actor, member: Member, lost_phone: bool = False, now: datetime) -> str:
    """A one-time code for the member's account, to be printed and handed over; the member is told of it in the program.

    With `lost_phone` the second factor is forgotten as well. Raises NotAllowed; NoAccount, accounts' CannotReset.
    """
    path = unit_path_of(member)
    actor.require(Permission.ACCOUNTS_RESET, path)
    if member.user is None:
        raise NoAccount
    with transaction.atomic():
        code = issue_code(actor=actor, user=member.user, unit_path=path, now=now)
        if lost_phone:
            remove_second_factor(actor=actor, user=member.user, unit_path=path, now=now)
        notify(
            actor=actor,
            user_ids=[member.user.pk],
            kind="members.code_issued",
            title=for_reader(
                lambda: translate("%(name)s đã cấp cho đồng chí mã đặt lại mật khẩu") % {"name": actor.name}
            ),
            body=_("Nếu đồng chí không nhờ, hãy báo ngay cho chi ủy."),
            now=now,
        )
    return code


def help_many_in(
    *, actor: Actor, members: Sequence[Member], now: datetime
) -> tuple[list[tuple[Member, User, str]], list[tuple[Member, str]]]:
    """`help_in` for many at once: the codes, and whom it was refused with the reason, which keeps no other from being helped.

    Raises TooManyCodes above `CODES_AT_ONCE`, AnsweredElsewhere when the actor may not help one of them at all; nothing
    is issued then, and no earlier code is void.
    """
    if len(members) > CODES_AT_ONCE:
        raise TooManyCodes(most=CODES_AT_ONCE)
    paths = unit_paths_of(member.pk for member in members)
    strangers = [one for one in members if not actor.may(Permission.ACCOUNTS_RESET, paths.get(one.pk, ""))]
    if strangers:
        raise AnsweredElsewhere(names=", ".join(one.full_name for one in strangers))
    with transaction.atomic():
        return _help_each(actor, members, now)


def _help_each(
    actor: Actor, members: Sequence[Member], now: datetime
) -> tuple[list[tuple[Member, User, str]], list[tuple[Member, str]]]:
    made: list[tuple[Member, User, str]] = []
    refused: list[tuple[Member, str]] = []
    for member in members:
        try:
            made.append((member, *help_in(actor=actor, member=member, now=now)))
        except DomainError as error:
            refused.append((member, str(error)))
    return made, refused


def help_in(*, actor: Actor, member: Member, lost_phone: bool = False, now: datetime) -> tuple[User, str]:
    """The account of the member and a one-time code for it: opened now, or the one there is.

    Raises NotAllowed; accounts' CannotReset.
    """
    if member.user is None:
        return open_account(actor=actor, member=member, now=now)
    return member.user, issue_member_code(actor=actor, member=member, lost_phone=lost_phone, now=now)
