"""Stays elsewhere for a while (chuyển sinh hoạt tạm thời): going, coming back, what holds at home again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.members.choices import Ending, MembershipKind, Standing, Verb
from nennep.members.models import Member, Membership
from nennep.members.rules import standing_after_return
from nennep.members.services.membership_rows import (
    SameCell,
    begin_membership,
    check_day,
    end_membership,
    find_last_end,
    follow_membership,
    list_running,
    lock_running,
    record_membership,
    switch_membership,
)
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization


class NotElsewhere(DomainError):
    code = "not_elsewhere"
    message = _("Đồng chí này không đi sinh hoạt tạm thời nơi khác.")


class CannotGoElsewhere(DomainError):
    code = "cannot_go_elsewhere"
    message = _("Chỉ đảng viên chính thức hoặc dự bị đang sinh hoạt mới chuyển sinh hoạt tạm thời được.")


def transfer_temporarily(
    *, actor: Actor, member: Member, to: Organization | None, on: date, decision: str = "", now: datetime
) -> Membership:
    """Send the member to sit elsewhere for a while.

    ELSEWHERE at home and, when the program knows the cell `to`, a TEMPORARY row there; `to` None means outside this
    installation. Needs the right to write at home, and in `to`.

    Raises NotAllowed; NotAMember, SameCell, CannotGoElsewhere, MembershipNeedsCell, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        to = lock_organization(to) if to is not None else None  # neither ends before the other is done
        home = lock_running(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, home.organization.path)
        if not Standing(home.standing).is_active:
            raise CannotGoElsewhere
        standing = Standing(home.standing)
        check_day(on, max(home.valid_from, find_last_end(member, MembershipKind.TEMPORARY) or home.valid_from), now)
        changed = switch_membership(home, on, standing=Standing.ELSEWHERE, decision=decision, reason="", ending="")
        if to is not None:
            _open_stay(changed, to, standing, on, actor=actor, now=now)
        record_membership(Verb.TRANSFERRED, changed, actor=actor, now=now, to=to.name if to else "")
    return changed


def _open_stay(
    home: Membership, to: Organization, standing: Standing, on: date, *, actor: Actor, now: datetime
) -> None:
    actor.require(Permission.MEMBERS_WRITE, to.path)
    if to.pk == home.organization_id:
        raise SameCell
    stay = begin_membership(
        home.member, to, kind=MembershipKind.TEMPORARY, standing=standing, on=on, decision=home.decision
    )
    follow_membership(stay, actor=actor, now=now)


def return_home(*, actor: Actor, member: Member, on: date, now: datetime) -> Membership:
    """The member comes back from a stay elsewhere; at home the former standing holds again.

    Raises NotAllowed; NotAMember, NotElsewhere, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        home = lock_running(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, home.organization.path)
        if home.standing != Standing.ELSEWHERE:
            raise NotElsewhere
        check_day(on, home.valid_from, now)
        changed = come_home(home, on, Ending.RETURNED, actor=actor, now=now)
        record_membership(Verb.STANDING_CHANGED, changed, actor=actor, now=now)
    return changed


def come_home(home: Membership, on: date, ending: Ending, *, actor: Actor, now: datetime) -> Membership:
    """The stay elsewhere ends on `on`; at home the former standing holds again."""
    standing = find_standing_at_home(home.member, on)
    end_stay(home.member, on, ending, actor=actor, now=now)
    return switch_membership(home, on, standing=standing, decision="", reason="", ending=ending)


def end_stay(member: Member, on: date, ending: Ending, *, actor: Actor, now: datetime) -> None:
    for stay in list_running(member, MembershipKind.TEMPORARY).select_related("organization", "member"):
        end_membership(stay, on, ending, actor=actor, now=now)


def find_standing_at_home(member: Member, on: date) -> Standing:
    stays = list_running(member, MembershipKind.TEMPORARY)
    before = Membership.objects.filter(member=member, kind=MembershipKind.OFFICIAL, standing__in=Standing.active())
    row = stays.first() or before.order_by("-valid_from").first()
    return standing_after_return(former=Standing(row.standing) if row else None, official_on=member.official_on, on=on)
