"""What becomes of memberships when a unit was merged into another one."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from nennep.core.access import Actor
from nennep.members.choices import Ending, MembershipKind, Standing, Verb
from nennep.members.models import Membership
from nennep.members.queries import get_unit
from nennep.members.services.membership_rows import (
    end_membership,
    note_membership,
    switch_membership,
)
from nennep.members.services.memberships import (
    go_on_in,
    move_membership,
)
from nennep.members.services.stays import (
    come_home,
)
from nennep.organizations.models import Organization


def follow_merge(*, actor: Actor, predecessor_id: int, successor_id: int, on: date, now: datetime) -> int:
    """Whoever belonged to a unit that was merged into another belongs there from `on` on; how many memberships moved.

    Whoever has left since belongs there until that day. A stay in one of the two by somebody at home in the other ends; any other stay
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
            note_membership(Verb.TRANSFERRED, moved, actor=actor, now=now)
    return len(moving)


def _carry_over(row: Membership, to: Organization, on: date, *, actor: Actor, now: datetime) -> Membership:
    day = max(on, row.valid_from)
    if row.valid_to is not None:
        return _carry_past(row, to, day)
    away = Membership.objects.filter(member=row.member, organization=to, valid_to=None)
    home = away.filter(kind=MembershipKind.OFFICIAL).first()
    if row.kind == MembershipKind.TEMPORARY and home is not None:
        return _stay_at_home(row, home, max(day, home.valid_from), actor=actor, now=now)
    if row.standing != Standing.ELSEWHERE or away.filter(kind=MembershipKind.TEMPORARY).exists():
        return move_membership(row, to=to, on=day, decision="", ending=Ending.UNIT_CHANGED, actor=actor, now=now)
    here = Standing(row.standing)
    return go_on_in(row, to, here, on=day, decision="", ending=Ending.UNIT_CHANGED, actor=actor, now=now)


def _stay_at_home(row: Membership, home: Membership, on: date, *, actor: Actor, now: datetime) -> Membership:
    """The cell where somebody was a guest is now the one where they are at home."""
    if home.standing == Standing.ELSEWHERE:
        return come_home(home, on, Ending.UNIT_CHANGED, actor=actor, now=now)
    end_membership(row, on, Ending.UNIT_CHANGED, actor=actor, now=now)
    return row


def _carry_past(row: Membership, to: Organization, day: date) -> Membership:
    """The days since the merger of somebody who left later; none where the person was in the other cell on those days anyway."""
    ending = row.ending
    if Membership.objects.on(day).filter(member=row.member, organization=to).exists():
        row.valid_to, row.ending = day, Ending.UNIT_CHANGED
        row.save(update_fields=["valid_to", "ending"])
        return row
    moved = switch_membership(row, day, ending=Ending.UNIT_CHANGED, organization=to, valid_to=row.valid_to)
    moved.ending = ending
    moved.save(update_fields=["ending"])
    return moved
