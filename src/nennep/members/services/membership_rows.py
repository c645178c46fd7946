"""What every change of a membership is made of: rows that begin, end and go on, and what follows from each.

A member's OFFICIAL rows follow each other without overlap, and so do the TEMPORARY ones; each change closes the open row
on its day and opens the next. A second change on the same day corrects the first in place (the trail keeps both).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.services import end_roles, follow_role
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.members.choices import Ending, MembershipKind, MembershipsChanged, Standing, Verb
from nennep.members.models import Member, Membership, Post, StandIn
from nennep.members.queries import get_units, target_of
from nennep.members.rules import date_problem
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_cells


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


class NotAMember(DomainError):
    code = "not_a_member"
    message = _("Đồng chí này hiện không sinh hoạt ở chi bộ nào.")


class SameCell(DomainError):
    code = "same_cell"
    message = _("Đồng chí này đang ở chính chi bộ đó.")
    field = "organization"


def lock_person(member_id: int) -> Member:
    """The record reloaded and locked: changes of one person wait for each other."""
    return Member.objects.select_for_update(no_key=True).get(pk=member_id)


def lock_people(*members: Member) -> list[Member]:
    """`lock_person` for each, after the units where they sit and hold posts: there they get and lose roles, and units come first."""
    ids = [member.pk for member in members]
    sits, holds, stands = (model.objects.filter(member__in=ids) for model in (Membership, Post, StandIn))
    units = {*_units_of(sits), *_units_of(holds), *_units_of(stands)}
    lock_cells(get_units(units).values())
    found = {pk: lock_person(pk) for pk in sorted(ids)}
    return [found[pk] for pk in ids]


def _units_of(rows: Any) -> Iterable[int]:
    return rows.values_list("organization_id", flat=True)  # type: ignore[no-any-return]


def list_running(member: Member, kind: MembershipKind) -> Any:
    return Membership.objects.filter(member=member, kind=kind, valid_to=None)


def lock_running(member: Member, kind: MembershipKind) -> Membership:
    lock_person(member.pk)
    row = list_running(member, kind).select_related("organization", "member").first()
    if row is None:
        raise NotAMember
    return row  # type: ignore[no-any-return]


def find_last_end(member: Member, kind: MembershipKind) -> date | None:
    ends = Membership.objects.filter(member=member, kind=kind).aggregate(day=Max("valid_to"))
    return ends["day"]  # type: ignore[no-any-return]


def check_day(on: date, after: date | None, now: datetime) -> None:
    problem = date_problem(on=on, after=after, today=localdate(now))
    if problem == "future":
        raise FutureDate
    if problem == "order" and after is not None:
        raise OutOfOrder(day=f"{after:%d/%m/%Y}")


def require_cell(organization: Organization, on: date) -> None:
    closed = organization.closed_on is not None and organization.closed_on <= on
    if not organization.is_cell or closed or organization.opened_on > on:
        raise MembershipNeedsCell


def begin_membership(
    member: Member,
    organization: Organization,
    *,
    kind: MembershipKind,
    standing: Standing,
    on: date,
    decision: str,
) -> Membership:
    require_cell(organization, on)
    return Membership.objects.create(
        member=member, organization=organization, kind=kind, standing=standing, valid_from=on, decision=decision
    )


def switch_membership(row: Membership, on: date, *, ending: str, **values: Any) -> Membership:
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


def end_membership(row: Membership, on: date, ending: Ending, *, actor: Actor, now: datetime) -> None:
    let_go(row, on, actor=actor, now=now)
    row.valid_to, row.ending = max(on, row.valid_from), ending
    row.save(update_fields=["valid_to", "ending"])


def let_go(row: Membership, on: date, *, actor: Actor, now: datetime) -> None:
    """What hangs on belonging to the cell ends with it: posts there, and the account's roles there."""
    posts = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), member=row.member, organization=row.organization)
    for post in posts:
        post.valid_to = max(on, post.valid_from)
        post.save(update_fields=["valid_to"])
    stood_in = StandIn.objects.filter(member=row.member, organization=row.organization, valid_to__gt=on)
    stood_in.update(valid_to=Greatest("valid_from", Value(on)))
    if row.member.user_id is not None:
        end_roles(
            actor=actor,
            user_id=row.member.user_id,
            organization=row.organization,
            roles=Role.of_cell(),
            on=on,
            now=now,
        )


def follow_membership(row: Membership, *, actor: Actor, now: datetime) -> None:
    if row.member.user_id is not None:
        follow_role(
            actor=actor,
            user_id=row.member.user_id,
            organization=row.organization,
            role=Role.MEMBER,
            on=row.valid_from,
            now=now,
        )


def record_membership(verb: Verb, row: Membership, *, actor: Actor, now: datetime, **details: str) -> None:
    note_membership(verb, row, actor=actor, now=now, **details)
    publish(MembershipsChanged(frozenset({row.member_id}), since=row.valid_to or row.valid_from))


def note_membership(verb: Verb, row: Membership, *, actor: Actor, now: datetime, **details: str) -> None:
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
