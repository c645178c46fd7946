"""Guests of a cell: nobody stands on its list twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.members import services
from nennep.members.choices import MembershipKind, Standing
from nennep.members.models import Member, Membership
from nennep.members.queries.roster import list_cell_members, list_members_of_cells
from nennep.members.services.membership_rows import OutOfOrder
from nennep.members.services.memberships import AlreadyMember
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_membership

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def rows_of(member: Member) -> list[tuple[Any, ...]]:
    rows = Membership.objects.filter(member=member).order_by("valid_from", "kind")
    return [(row.organization.name, row.kind, row.standing, row.valid_from, row.valid_to, row.ending) for row in rows]


def join(actor: Actor, member: Member, cell: Organization, on: date = MARCH, **facts: Any) -> Membership:
    usual = {"kind": MembershipKind.OFFICIAL, "standing": Standing.OFFICIAL}
    return services.join_cell(actor=actor, member=member, organization=cell, on=on, now=NOW, **(usual | facts))


@pytest.mark.parametrize("standing", [Standing.OFFICIAL, Standing.ELSEWHERE])
def test_nobody_is_a_guest_where_they_are_at_home(officer: Actor, cell: Organization, standing: Standing) -> None:
    member = make_member("Lò Thị Kiều", cell=cell, standing=standing)
    with pytest.raises(AlreadyMember):
        join(officer, member, cell, MAY, kind=MembershipKind.TEMPORARY)


@pytest.mark.parametrize("guest_in_ended", [True, False])
def test_guests_of_the_other_cell_are_at_home_after_a_merger(
    cell: Organization, other: Organization, guest_in_ended: bool
) -> None:
    member = make_member("Lò Thị Kiều")
    home, away = (other, cell) if guest_in_ended else (cell, other)
    make_membership(member, home)
    make_membership(member, away, kind=MembershipKind.TEMPORARY)
    services.follow_merge(actor=Actor.system(), predecessor_id=cell.pk, successor_id=other.pk, on=MAY, now=NOW)
    running = Membership.objects.on(MAY).filter(member=member).values_list("organization__name", "kind")
    assert list(running) == [(other.name, "official")]


def test_who_moves_for_good_is_no_guest_there_any_more(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member("Lò Thị Kiều", cell=cell)
    make_membership(member, other, kind=MembershipKind.TEMPORARY)
    services.transfer(actor=officer, member=member, to=other, on=MAY, now=NOW)
    running = Membership.objects.on(MAY).filter(member=member).values_list("organization__name", "kind")
    assert list(running) == [(other.name, "official")]


def test_a_guest_comes_after_the_days_at_home_and_is_none_from_the_next_on(officer: Actor, cell: Organization) -> None:
    member, guest = make_member("Lò Thị Kiều"), {"kind": MembershipKind.TEMPORARY}
    make_membership(member, cell, valid_to=MAY)
    with pytest.raises(OutOfOrder):
        join(officer, member, cell, MAY - DAY, **guest)
    join(officer, member, cell, MAY, **guest)
    join(officer, member, cell, TODAY)
    assert rows_of(member)[1:] == [
        (cell.name, "temporary", "official", MAY, TODAY, "moved"),
        (cell.name, "official", "official", TODAY, None, ""),
    ]


def test_who_was_written_down_twice_is_listed_once_at_home(cell: Organization) -> None:
    member = make_member("Lò Thị Kiều", cell=cell)
    make_membership(member, cell, kind=MembershipKind.TEMPORARY)
    (listed,) = list_cell_members(organization_id=cell.pk, on=TODAY)
    (of_many,) = list_members_of_cells([cell.pk], TODAY)[cell.pk]
    assert (listed.temporary, of_many.temporary) == (False, False)
