"""Dated membership: joining a cell, changes of standing, transfers, leaving."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import load_handlers
from nennep.core.permissions import Permission
from nennep.members.choices import Ending, MembershipKind, Standing, Verb
from nennep.members.models import Member, Membership
from nennep.members.services.membership_rows import (
    NotAMember,
    SameCell,
    begin_membership,
    check_day,
    end_membership,
    find_last_end,
    follow_membership,
    let_go,
    list_running,
    lock_person,
    lock_running,
    record_membership,
    require_cell,
    switch_membership,
)
from nennep.members.services.stays import (
    end_stay,
    find_standing_at_home,
)
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization

# From a member, a cell and a day: the last day after it on which the member was at a meeting of the cell; None for none.
FindLastSeen = Callable[[int, int, date], date | None]
_find_last_seen: list[FindLastSeen] = []


class SeenSince(DomainError):
    code = "member_seen_since"
    message = _(
        "Đồng chí này còn có mặt ở buổi sinh hoạt ngày %(met)s của %(cell)s. Hãy chọn ngày từ %(met)s; "
        "ngày ghi trong quyết định thì nêu ở số quyết định."
    )
    field = "on"


def register_last_seen(find: FindLastSeen) -> None:
    """A higher context knows who was at which meeting: nobody leaves a cell before a meeting of it that they attended."""
    if find not in _find_last_seen:
        _find_last_seen.append(find)


def _refuse_seen(row: Membership, on: date) -> None:
    load_handlers()
    days = [met for find in _find_last_seen if (met := find(row.member_id, row.organization_id, on))]
    if days:
        raise SeenSince(cell=row.organization.name, met=f"{max(days):%d/%m/%Y}")


class AlreadyMember(DomainError):
    code = "already_member"
    message = _("Đồng chí này đang sinh hoạt ở một chi bộ. Hãy chuyển sinh hoạt thay vì ghi thêm.")


def join_cell(
    *,
    actor: Actor,
    member: Member,
    organization: Organization,
    kind: MembershipKind,
    standing: Standing,
    on: date,
    decision: str = "",
    now: datetime,
) -> Membership:
    """Put somebody without a running membership of this kind on the cell's list from `on` on.

    Nobody stands twice on the list of a cell: whoever is at home there is no guest, and whoever gets a home is none any more.
    Raises NotAllowed; FutureDate, OutOfOrder, MembershipNeedsCell, AlreadyMember.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    with transaction.atomic():
        organization = lock_organization(organization)  # neither ends before the other is done
        lock_person(member.pk)
        _require_none(member, organization, kind)
        check_day(on, _find_last_end(member, organization, kind), now)
        if kind == MembershipKind.OFFICIAL:
            _end_stay_in(organization, member, on, Ending.MOVED, actor=actor, now=now)
        row = begin_membership(member, organization, kind=kind, standing=standing, on=on, decision=decision)
        follow_membership(row, actor=actor, now=now)
        record_membership(Verb.TRANSFERRED, row, actor=actor, now=now)
    return row


def _require_none(member: Member, organization: Organization, kind: MembershipKind) -> None:
    at_home = list_running(member, MembershipKind.OFFICIAL).filter(organization=organization)
    if list_running(member, kind).exists() or at_home.exists():
        raise AlreadyMember


def _find_last_end(member: Member, organization: Organization, kind: MembershipKind) -> date | None:
    """Of this kind, or at home in this very cell."""
    here = Membership.objects.filter(member=member, organization=organization).aggregate(day=Max("valid_to"))["day"]
    return max((day for day in (find_last_end(member, kind), here) if day), default=None)


def _end_stay_in(
    organization: Organization, member: Member, on: date, ending: Ending, *, actor: Actor, now: datetime
) -> None:
    stays = list_running(member, MembershipKind.TEMPORARY).filter(organization=organization)
    for stay in stays.select_related("organization", "member"):
        end_membership(stay, on, ending, actor=actor, now=now)


def change_standing(
    *,
    actor: Actor,
    member: Member,
    standing: Standing,
    on: date,
    reason: str = "",
    decision: str = "",
    now: datetime,
) -> Membership:
    """Give the member another standing in their own cell from `on` on (recognised, exempt, suspended, …).

    `reason` is kept encrypted, and out of the trail. A stay elsewhere that was running ends. Raises NotAllowed;
    NotAMember, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        row = lock_running(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, row.organization.path)
        check_day(on, row.valid_from, now)
        if standing != Standing.ELSEWHERE:
            end_stay(member, on, Ending.RETURNED, actor=actor, now=now)
        changed = switch_membership(row, on, standing=standing, reason=reason, decision=decision, ending="")
        record_membership(Verb.STANDING_CHANGED, changed, actor=actor, now=now)
    return changed


def transfer(
    *, actor: Actor, member: Member, to: Organization, on: date, decision: str = "", now: datetime
) -> Membership:
    """Move the membership to another cell for good (chuyển sinh hoạt chính thức); posts and roles in the old cell end.

    The standing goes along; a member who was elsewhere for a while no longer is. Needs the right to write in both cells.
    Raises NotAllowed; NotAMember, SameCell, MembershipNeedsCell, FutureDate, OutOfOrder, SeenSince.
    """
    with transaction.atomic():
        to = lock_organization(to)  # neither ends before the other is done
        row = lock_running(member, MembershipKind.OFFICIAL)
        for path in (row.organization.path, to.path):
            actor.require(Permission.MEMBERS_WRITE, path)
        if row.organization_id == to.pk:
            raise SameCell
        check_day(on, row.valid_from, now)
        _refuse_seen(row, on)
        moved = move_membership(row, to=to, on=on, decision=decision, ending=Ending.MOVED, actor=actor, now=now)
        record_membership(Verb.TRANSFERRED, moved, actor=actor, now=now)
    return moved


def transfer_many(
    *, actor: Actor, members: Sequence[Member], to: Organization, on: date, decision: str = "", now: datetime
) -> int:
    """`transfer` for several at once, as when a cell was split: all of them or none; how many. Raises what `transfer` raises."""
    actor.require(Permission.MEMBERS_WRITE, to.path)
    with transaction.atomic():
        for member in members:
            transfer(actor=actor, member=member, to=to, on=on, decision=decision, now=now)
    return len(members)


def move_membership(
    row: Membership, *, to: Organization, on: date, decision: str, ending: Ending, actor: Actor, now: datetime
) -> Membership:
    """Close the row on `on` and go on in the cell `to`, with posts ended and roles following; a stay elsewhere ends."""
    standing = Standing(row.standing)
    if standing == Standing.ELSEWHERE:
        standing = find_standing_at_home(row.member, on)
        end_stay(row.member, on, Ending.RETURNED, actor=actor, now=now)
    return go_on_in(row, to, standing, on=on, decision=decision, ending=ending, actor=actor, now=now)


def go_on_in(
    row: Membership,
    to: Organization,
    standing: Standing,
    *,
    on: date,
    decision: str,
    ending: Ending,
    actor: Actor,
    now: datetime,
) -> Membership:
    require_cell(to, on)
    if row.kind == MembershipKind.OFFICIAL:
        _end_stay_in(to, row.member, on, ending, actor=actor, now=now)
    let_go(row, on, actor=actor, now=now)
    moved = switch_membership(row, on, organization=to, standing=standing, decision=decision, reason="", ending=ending)
    follow_membership(moved, actor=actor, now=now)
    return moved


def leave(*, actor: Actor, member: Member, ending: Ending, on: date, decision: str = "", now: datetime) -> Membership:
    """Take the member off the list from `on` on; posts, a stay elsewhere and the roles in the cell end with it.

    A guest without a row of their own here ends the stay. Raises NotAllowed; NotAMember, FutureDate, OutOfOrder, SeenSince.
    """
    with transaction.atomic():
        row = _lock_any(member)
        actor.require(Permission.MEMBERS_WRITE, row.organization.path)
        check_day(on, row.valid_from, now)
        _refuse_seen(row, on)
        end_stay(member, on, ending, actor=actor, now=now)
        if row.kind == MembershipKind.OFFICIAL:
            end_membership(row, on, ending, actor=actor, now=now)
        if decision:
            row.decision = decision
            row.save(update_fields=["decision"])
        record_membership(Verb.LEFT, row, actor=actor, now=now)
    return row


def _lock_any(member: Member) -> Membership:
    try:
        return lock_running(member, MembershipKind.OFFICIAL)
    except NotAMember:
        return lock_running(member, MembershipKind.TEMPORARY)
