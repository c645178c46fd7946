"""Dated membership: joining a cell, changes of standing, transfers, leaving.

A member's OFFICIAL rows follow each other without overlap, and so do the TEMPORARY ones; each change closes the open row
on its day and opens the next. A second change on the same day corrects the first in place (the trail keeps both).
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.services import end_roles, follow_role
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.members.choices import Ending, MembershipKind, MembershipsChanged, Standing, Verb
from nennep.members.models import Member, Membership, Post
from nennep.members.queries import get_unit, target_of
from nennep.members.rules import date_problem, standing_after_return
from nennep.organizations.models import Organization


class FutureDate(DomainError):
    code = "future_date"
    message = _("Ngày này chưa tới. Hãy ghi khi việc đã có hiệu lực.")
    field = "on"


class OutOfOrder(DomainError):
    code = "out_of_order"
    message = _("Đã có thay đổi ghi cho ngày %(day)s. Hãy chọn ngày đó hoặc sau đó.")
    field = "on"


class MembershipNeedsCell(DomainError):
    code = "not_a_cell"
    message = _("Đảng viên sinh hoạt ở chi bộ đang hoạt động vào ngày đó; đơn vị này thì không.")
    field = "organization"


class AlreadyMember(DomainError):
    code = "already_member"
    message = _("Đồng chí này đang sinh hoạt ở một chi bộ. Hãy chuyển sinh hoạt thay vì ghi thêm.")


class NotAMember(DomainError):
    code = "not_a_member"
    message = _("Đồng chí này hiện không sinh hoạt ở chi bộ nào.")


class SameCell(DomainError):
    code = "same_cell"
    message = _("Đồng chí này đang ở chính chi bộ đó.")
    field = "organization"


class NotElsewhere(DomainError):
    code = "not_elsewhere"
    message = _("Đồng chí này không đi sinh hoạt tạm thời nơi khác.")


class CannotGoElsewhere(DomainError):
    code = "cannot_go_elsewhere"
    message = _("Chỉ đảng viên chính thức hoặc dự bị đang sinh hoạt mới chuyển sinh hoạt tạm thời được.")


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

    Raises NotAllowed; FutureDate, OutOfOrder, MembershipNeedsCell, AlreadyMember.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    with transaction.atomic():
        _lock(member)
        if _open_rows(member, kind).exists():
            raise AlreadyMember
        _check_date(on, _last_end(member, kind), now)
        row = _open(member, organization, kind=kind, standing=standing, on=on, decision=decision)
        _follow(row, actor=actor, now=now)
        _record(Verb.TRANSFERRED, row, actor=actor, now=now)
    return row


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
        row = _lock_open(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, row.organization.path)
        _check_date(on, row.valid_from, now)
        if standing != Standing.ELSEWHERE:
            _end_stay(member, on, Ending.RETURNED, actor=actor, now=now)
        changed = _switch(row, on, standing=standing, reason=reason, decision=decision, ending="")
        _record(Verb.STANDING_CHANGED, changed, actor=actor, now=now)
    return changed


def transfer(
    *, actor: Actor, member: Member, to: Organization, on: date, decision: str = "", now: datetime
) -> Membership:
    """Move the membership to another cell for good (chuyển sinh hoạt chính thức); posts and roles in the old cell end.

    The standing goes along; a member who was elsewhere for a while no longer is. Needs the right to write in both cells.
    Raises NotAllowed; NotAMember, SameCell, MembershipNeedsCell, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        row = _lock_open(member, MembershipKind.OFFICIAL)
        for path in (row.organization.path, to.path):
            actor.require(Permission.MEMBERS_WRITE, path)
        if row.organization_id == to.pk:
            raise SameCell
        _check_date(on, row.valid_from, now)
        moved = _move(row, to=to, on=on, decision=decision, ending=Ending.MOVED, actor=actor, now=now)
        _record(Verb.TRANSFERRED, moved, actor=actor, now=now)
    return moved


def _move(
    row: Membership, *, to: Organization, on: date, decision: str, ending: Ending, actor: Actor, now: datetime
) -> Membership:
    """Close the row on `on` and go on in the cell `to`, with posts ended and roles following; a stay elsewhere ends."""
    standing = Standing(row.standing)
    if standing == Standing.ELSEWHERE:
        standing = _standing_at_home(row.member, on)
        _end_stay(row.member, on, Ending.RETURNED, actor=actor, now=now)
    return _go_on(row, to, standing, on=on, decision=decision, ending=ending, actor=actor, now=now)


def _go_on(
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
    _require_cell(to, on)
    _let_go(row, on, actor=actor, now=now)
    moved = _switch(row, on, organization=to, standing=standing, decision=decision, reason="", ending=ending)
    _follow(moved, actor=actor, now=now)
    return moved


def follow_merge(*, actor: Actor, predecessor_id: int, successor_id: int, on: date, now: datetime) -> int:
    """Whoever belonged to a unit that was merged into another belongs there from `on` on; how many memberships moved.

    Who has left since belongs there until that day. A stay in the one of who is at home in the other ends; any other stay
    elsewhere goes on. Posts in the ended unit end. The merging itself was allowed; nobody is asked again. Doing it twice
    changes nothing. The merger itself tells whoever counts members.
    """
    actor.require_program()
    with transaction.atomic():
        rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "member")
        reached = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on), organization_id=predecessor_id)
        moving = list(reached.order_by("pk"))
        successor = get_unit(successor_id)
        for row in moving:
            moved = _carry_over(row, successor, on, actor=actor, now=now)
            _note(Verb.TRANSFERRED, moved, actor=actor, now=now)
    return len(moving)


def _carry_over(row: Membership, to: Organization, on: date, *, actor: Actor, now: datetime) -> Membership:
    day = max(on, row.valid_from)
    if row.valid_to is not None:
        return _carry_past(row, to, day)
    away = Membership.objects.filter(member=row.member, organization=to, valid_to=None)
    home = away.filter(kind=MembershipKind.OFFICIAL, standing=Standing.ELSEWHERE).first()
    if row.kind == MembershipKind.TEMPORARY and home is not None:
        return _come_home(home, max(day, home.valid_from), Ending.UNIT_CHANGED, actor=actor, now=now)
    if row.standing != Standing.ELSEWHERE or away.filter(kind=MembershipKind.TEMPORARY).exists():
        return _move(row, to=to, on=day, decision="", ending=Ending.UNIT_CHANGED, actor=actor, now=now)
    here = Standing(row.standing)
    return _go_on(row, to, here, on=day, decision="", ending=Ending.UNIT_CHANGED, actor=actor, now=now)


def _carry_past(row: Membership, to: Organization, day: date) -> Membership:
    """The days since the merger of who left later; none where the person was in the other cell on those days anyway."""
    ending = row.ending
    if Membership.objects.on(day).filter(member=row.member, organization=to).exists():
        row.valid_to, row.ending = day, Ending.UNIT_CHANGED
        row.save(update_fields=["valid_to", "ending"])
        return row
    moved = _switch(row, day, ending=Ending.UNIT_CHANGED, organization=to, valid_to=row.valid_to)
    moved.ending = ending
    moved.save(update_fields=["ending"])
    return moved


def transfer_temporarily(
    *, actor: Actor, member: Member, to: Organization | None, on: date, decision: str = "", now: datetime
) -> Membership:
    """Send the member to sit elsewhere for a while.

    ELSEWHERE at home and, when the program knows the cell `to`, a TEMPORARY row there; `to` None means outside this
    installation. Needs the right to write at home, and in `to`.

    Raises NotAllowed; NotAMember, SameCell, CannotGoElsewhere, MembershipNeedsCell, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        home = _lock_open(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, home.organization.path)
        if not Standing(home.standing).is_active:
            raise CannotGoElsewhere
        standing = Standing(home.standing)
        _check_date(on, max(home.valid_from, _last_end(member, MembershipKind.TEMPORARY) or home.valid_from), now)
        changed = _switch(home, on, standing=Standing.ELSEWHERE, decision=decision, reason="", ending="")
        if to is not None:
            _open_stay(changed, to, standing, on, actor=actor, now=now)
        _record(Verb.TRANSFERRED, changed, actor=actor, now=now, to=to.name if to else "")
    return changed


def _open_stay(
    home: Membership, to: Organization, standing: Standing, on: date, *, actor: Actor, now: datetime
) -> None:
    actor.require(Permission.MEMBERS_WRITE, to.path)
    if to.pk == home.organization_id:
        raise SameCell
    stay = _open(home.member, to, kind=MembershipKind.TEMPORARY, standing=standing, on=on, decision=home.decision)
    _follow(stay, actor=actor, now=now)


def return_home(*, actor: Actor, member: Member, on: date, now: datetime) -> Membership:
    """The member comes back from a stay elsewhere; at home the former standing holds again.

    Raises NotAllowed; NotAMember, NotElsewhere, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        home = _lock_open(member, MembershipKind.OFFICIAL)
        actor.require(Permission.MEMBERS_WRITE, home.organization.path)
        if home.standing != Standing.ELSEWHERE:
            raise NotElsewhere
        _check_date(on, home.valid_from, now)
        changed = _come_home(home, on, Ending.RETURNED, actor=actor, now=now)
        _record(Verb.STANDING_CHANGED, changed, actor=actor, now=now)
    return changed


def _come_home(home: Membership, on: date, ending: Ending, *, actor: Actor, now: datetime) -> Membership:
    """The stay elsewhere ends on `on`; at home the former standing holds again."""
    standing = _standing_at_home(home.member, on)
    _end_stay(home.member, on, ending, actor=actor, now=now)
    return _switch(home, on, standing=standing, decision="", reason="", ending=ending)


def leave(*, actor: Actor, member: Member, ending: Ending, on: date, decision: str = "", now: datetime) -> Membership:
    """Take the member off the list from `on` on; posts, a stay elsewhere and the roles in the cell end with it.

    A guest without a row of their own here ends the stay. Raises NotAllowed; NotAMember, FutureDate, OutOfOrder.
    """
    with transaction.atomic():
        row = _lock_any(member)
        actor.require(Permission.MEMBERS_WRITE, row.organization.path)
        _check_date(on, row.valid_from, now)
        _end_stay(member, on, ending, actor=actor, now=now)
        if row.kind == MembershipKind.OFFICIAL:
            _close(row, on, ending, actor=actor, now=now)
        if decision:
            row.decision = decision
            row.save(update_fields=["decision"])
        _record(Verb.LEFT, row, actor=actor, now=now)
    return row


def _lock(member: Member) -> None:
    """Changes of one person wait for each other."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _open_rows(member: Member, kind: MembershipKind) -> Any:
    return Membership.objects.filter(member=member, kind=kind, valid_to=None)


def _lock_open(member: Member, kind: MembershipKind) -> Membership:
    _lock(member)
    row = _open_rows(member, kind).select_related("organization", "member").first()
    if row is None:
        raise NotAMember
    return row  # type: ignore[no-any-return]


def _lock_any(member: Member) -> Membership:
    try:
        return _lock_open(member, MembershipKind.OFFICIAL)
    except NotAMember:
        return _lock_open(member, MembershipKind.TEMPORARY)


def _last_end(member: Member, kind: MembershipKind) -> date | None:
    ends = Membership.objects.filter(member=member, kind=kind).aggregate(day=Max("valid_to"))
    return ends["day"]  # type: ignore[no-any-return]


def _check_date(on: date, after: date | None, now: datetime) -> None:
    problem = date_problem(on=on, after=after, today=localdate(now))
    if problem == "future":
        raise FutureDate
    if problem == "order" and after is not None:
        raise OutOfOrder(day=f"{after:%d/%m/%Y}")


def _require_cell(organization: Organization, on: date) -> None:
    closed = organization.closed_on is not None and organization.closed_on <= on
    if not organization.is_cell or closed or organization.opened_on > on:
        raise MembershipNeedsCell


def _open(
    member: Member,
    organization: Organization,
    *,
    kind: MembershipKind,
    standing: Standing,
    on: date,
    decision: str,
) -> Membership:
    _require_cell(organization, on)
    return Membership.objects.create(
        member=member, organization=organization, kind=kind, standing=standing, valid_from=on, decision=decision
    )


def _switch(row: Membership, on: date, *, ending: str, **values: Any) -> Membership:
    """Close the open row on `on` and go on with `values` changed; a row that began on that day is corrected instead."""
    if row.valid_from == on:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        return row
    carried = {"member": row.member, "organization": row.organization, "kind": row.kind, "standing": row.standing}
    row.valid_to, row.ending = on, ending
    row.save(update_fields=["valid_to", "ending"])
    return Membership.objects.create(**(carried | values), valid_from=on)


def _close(row: Membership, on: date, ending: Ending, *, actor: Actor, now: datetime) -> None:
    _let_go(row, on, actor=actor, now=now)
    row.valid_to, row.ending = max(on, row.valid_from), ending
    row.save(update_fields=["valid_to", "ending"])


def _end_stay(member: Member, on: date, ending: Ending, *, actor: Actor, now: datetime) -> None:
    for stay in _open_rows(member, MembershipKind.TEMPORARY).select_related("organization", "member"):
        _close(stay, on, ending, actor=actor, now=now)


def _standing_at_home(member: Member, on: date) -> Standing:
    stays = _open_rows(member, MembershipKind.TEMPORARY)
    before = Membership.objects.filter(member=member, kind=MembershipKind.OFFICIAL, standing__in=Standing.active())
    row = stays.first() or before.order_by("-valid_from").first()
    return standing_after_return(former=Standing(row.standing) if row else None, official_on=member.official_on, on=on)


def _let_go(row: Membership, on: date, *, actor: Actor, now: datetime) -> None:
    """What hangs on belonging to the cell ends with it: posts there, and the account's roles there."""
    posts = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), member=row.member, organization=row.organization)
    for post in posts:
        post.valid_to = max(on, post.valid_from)
        post.save(update_fields=["valid_to"])
    if row.member.user_id is not None:
        end_roles(
            actor=actor,
            user_id=row.member.user_id,
            organization=row.organization,
            roles=Role.of_cell(),
            on=on,
            now=now,
        )


def _follow(row: Membership, *, actor: Actor, now: datetime) -> None:
    if row.member.user_id is not None:
        follow_role(
            actor=actor,
            user_id=row.member.user_id,
            organization=row.organization,
            role=Role.MEMBER,
            on=row.valid_from,
            now=now,
        )


def _record(verb: Verb, row: Membership, *, actor: Actor, now: datetime, **details: str) -> None:
    _note(verb, row, actor=actor, now=now, **details)
    publish(MembershipsChanged(since=row.valid_to or row.valid_from))


def _note(verb: Verb, row: Membership, *, actor: Actor, now: datetime, **details: str) -> None:
    """`details` never hold the reason: it may speak of health."""
    target = target_of(row.member, row.organization.path)
    facts = {
        "unit": row.organization.name,
        "kind": row.kind,
        "standing": row.standing,
        "from": row.valid_from.isoformat(),
        "ending": row.ending,
    }
    record(verb, actor=actor, target=target, now=now, details=facts | details)
