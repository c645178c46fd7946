from datetime import date, timedelta
from functools import partial

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.references import Change, Ended, follow
from nennep.members import queries, services
from nennep.members.choices import Ending, MembershipKind, PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.services.membership_rows import FutureDate, MembershipNeedsCell, NotAMember, OutOfOrder, SameCell
from nennep.members.services.memberships import AlreadyMember
from nennep.members.services.stays import CannotGoElsewhere, NotElsewhere
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.policies import make_rule_book

RULES = make_rule_book()
pytestmark = pytest.mark.django_db
WRITE = (Permission.MEMBERS_READ, Permission.MEMBERS_WRITE)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def rows_of(member: Member) -> list[tuple[str, str, str, date, date | None, str]]:
    rows = Membership.objects.filter(member=member).order_by("valid_from", "kind")
    return [(r.organization.name, r.kind, r.standing, r.valid_from, r.valid_to, r.ending) for r in rows]


def test_a_change_of_standing_closes_a_row_and_opens_the_next(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    services.change_standing(
        actor=secretary, member=member, standing=Standing.EXEMPT, on=MARCH, reason="tuổi cao, sức yếu", now=NOW
    )
    assert rows_of(member) == [
        (cell.name, "official", "official", date(2024, 1, 1), MARCH, ""),
        (cell.name, "official", "exempt", MARCH, None, ""),
    ]
    assert Membership.objects.get(valid_to=None).reason == "tuổi cao, sức yếu"
    assert "sức" not in str(AuditEvent.objects.get().details)


def test_a_second_change_on_the_same_day_corrects_the_first(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    for standing in (Standing.EXEMPT, Standing.SUSPENDED):
        services.change_standing(actor=secretary, member=member, standing=standing, on=MARCH, now=NOW)
    assert [row[2] for row in rows_of(member)] == ["official", "suspended"]
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize(("on", "refusal"), [(TODAY + timedelta(1), FutureDate), (date(2023, 12, 31), OutOfOrder)])
def test_changes_are_written_in_their_order(
    secretary: Actor, cell: Organization, on: date, refusal: type[Exception]
) -> None:
    member = make_member(cell=cell)
    with pytest.raises(refusal):
        services.change_standing(actor=secretary, member=member, standing=Standing.EXEMPT, on=on, now=NOW)
    assert len(rows_of(member)) == 1


def test_a_transfer_takes_standing_along_and_ends_posts_and_roles(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user, standing=Standing.PROBATIONARY)
    make_post(member, cell, PostKind.GROUP_HEAD)
    grant_role(user, Role.SECRETARY, cell)
    grant_role(user, Role.MEMBER, cell)
    services.transfer(actor=officer, member=member, to=other, on=TODAY, now=NOW)
    assert rows_of(member)[1] == (other.name, "official", "probationary", TODAY, None, "")
    assert rows_of(member)[0][4:] == (TODAY, "moved")
    assert Post.objects.get().valid_to == TODAY
    running = RoleGrant.objects.on(TODAY).filter(user=user)
    assert list(running.values_list("role", "organization_id")) == [("member", other.pk)]


def test_a_transfer_needs_both_cells(secretary: Actor, cell: Organization, other: Organization) -> None:
    with pytest.raises(NotAllowed):
        services.transfer(actor=secretary, member=make_member(cell=cell), to=other, on=MARCH, now=NOW)


def test_what_a_transfer_refuses(officer: Actor, commune: Organization, cell: Organization) -> None:
    member = make_member(cell=cell)
    with pytest.raises(SameCell):
        services.transfer(actor=officer, member=member, to=cell, on=MARCH, now=NOW)
    with pytest.raises(MembershipNeedsCell):
        services.transfer(actor=officer, member=member, to=commune, on=MARCH, now=NOW)
    young = make_unit("Chi bộ mới", parent=commune, opened_on=MAY)
    with pytest.raises(MembershipNeedsCell):
        services.transfer(actor=officer, member=member, to=young, on=MARCH, now=NOW)
    with pytest.raises(NotAMember):
        services.transfer(actor=officer, member=make_member("X"), to=cell, on=MARCH, now=NOW)


def test_a_stay_elsewhere_is_paired_and_ends_together(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell, standing=Standing.PROBATIONARY)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    assert [
        (m.member_id, m.is_counted(RULES), m.has_vote(RULES))
        for m in queries.list_cell_members(organization_id=cell.pk, on=MARCH)
    ] == [(member.pk, False, False)]
    (guest,) = queries.list_cell_members(organization_id=other.pk, on=MARCH)
    assert (guest.temporary, guest.standing, guest.is_counted(RULES), guest.has_vote(RULES)) == (
        True,
        "probationary",
        True,
        False,
    )
    with pytest.raises(CannotGoElsewhere):
        services.transfer_temporarily(actor=officer, member=member, to=None, on=MARCH, now=NOW)
    services.return_home(actor=officer, member=member, on=MAY, now=NOW)
    assert queries.list_cell_members(organization_id=other.pk, on=MAY) == []
    assert rows_of(member)[-1] == (cell.name, "official", "probationary", MAY, None, "")
    with pytest.raises(NotElsewhere):
        services.return_home(actor=officer, member=member, on=MAY, now=NOW)


def test_coming_back_from_outside_the_program(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    Member.objects.filter(pk=member.pk).update(official_on=date(2020, 1, 1))
    services.transfer_temporarily(actor=secretary, member=member, to=None, on=MARCH, now=NOW)
    services.return_home(actor=secretary, member=member, on=MAY, now=NOW)
    assert [row[2] for row in rows_of(member)] == ["official", "elsewhere", "official"]


def test_moving_for_good_to_the_place_of_the_stay(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    services.transfer(actor=officer, member=member, to=other, on=MAY, now=NOW)
    (here,) = queries.list_cell_members(organization_id=other.pk, on=MAY)
    assert (here.temporary, here.standing) == (False, "official")
    assert queries.list_cell_members(organization_id=cell.pk, on=MAY) == []


def test_leaving_ends_everything_and_coming_back_begins_anew(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    make_post(member, cell)
    services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MARCH, decision="12-QĐ/ĐU", now=NOW)
    assert rows_of(member)[0][4:] == (MARCH, "moved_out")
    assert Post.objects.get().valid_to == MARCH
    again = partial(
        services.join_cell,
        actor=secretary,
        member=member,
        organization=cell,
        kind=MembershipKind.OFFICIAL,
        standing=Standing.OFFICIAL,
        now=NOW,
    )
    with pytest.raises(OutOfOrder):
        again(on=MARCH - timedelta(1))
    again(on=MAY)
    with pytest.raises(AlreadyMember):
        again(on=MAY)


def test_a_guest_from_outside_leaves_too(secretary: Actor, cell: Organization) -> None:
    guest = make_member(cell=cell, kind=MembershipKind.TEMPORARY)
    services.leave(actor=secretary, member=guest, ending=Ending.MOVED_OUT, on=MARCH, now=NOW)
    assert queries.list_cell_members(organization_id=cell.pk, on=MARCH) == []


def test_members_follow_a_merged_cell(cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    make_post(member, cell)
    follow("organizations.Organization", Ended(Change.MERGED, cell.pk, other.pk, on=MAY, now=NOW))
    assert rows_of(member) == [
        (cell.name, "official", "official", date(2024, 1, 1), MAY, "unit_changed"),
        (other.name, "official", "official", MAY, None, ""),
    ]
    assert Post.objects.get().valid_to == MAY
    assert queries.count_residents(cell.pk, MAY) == 0
