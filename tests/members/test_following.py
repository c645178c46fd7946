"""Where people belong when their cell is merged into another, or their two records into one."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.members.choices import Ending, MembershipKind, PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.rules.dating import free_spans
from nennep.members.services import follow_merge, merge_members
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import JOINED, make_member, make_membership, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
ELSEWHERE, EXEMPT = Standing.ELSEWHERE, Standing.EXEMPT
Row = tuple[str, str, str, date, date | None, str]


def rows_of(member: Member) -> list[Row]:
    rows = Membership.objects.filter(member=member).select_related("organization").order_by("valid_from", "kind", "pk")
    return [(r.organization.name, r.kind, r.standing, r.valid_from, r.valid_to, r.ending) for r in rows]


def merge(cell: Organization, heir: Organization) -> int:
    return follow_merge(actor=Actor.system(), predecessor_id=cell.pk, successor_id=heir.pk, on=MAY, now=NOW)


def send_away(member: Member, home: Organization, to: Organization | None) -> None:
    make_membership(member, home, standing=EXEMPT, valid_to=MARCH)
    make_membership(member, home, standing=ELSEWHERE, valid_from=MARCH)
    if to is not None:
        make_membership(member, to, kind=MembershipKind.TEMPORARY, standing=EXEMPT, valid_from=MARCH)


# ── two cells become one ──────────────────────────────────────────────────────


def test_a_guest_whose_home_is_the_successor_is_at_home_again(cell: Organization, other: Organization) -> None:
    member = make_member()
    send_away(member, other, cell)
    assert (merge(cell, other), merge(cell, other)) == (1, 0)
    assert rows_of(member) == [
        (other.name, "official", "exempt", JOINED, MARCH, ""),
        (other.name, "official", "elsewhere", MARCH, MAY, "unit_changed"),
        (cell.name, "temporary", "exempt", MARCH, MAY, "unit_changed"),
        (other.name, "official", "exempt", MAY, None, ""),
    ]


def test_who_was_a_guest_of_the_successor_belongs_there(cell: Organization, other: Organization) -> None:
    member = make_member()
    send_away(member, cell, other)
    merge(cell, other)
    running = [row[:4] for row in rows_of(member) if row[4] is None]
    assert running == [(other.name, "official", "exempt", MAY)]


def test_a_stay_in_a_third_cell_goes_on(cell: Organization, other: Organization, commune: Organization) -> None:
    third, member = make_unit("Chi bộ thôn Nà Khà", parent=commune), make_member()
    send_away(member, cell, third)
    assert (merge(cell, other), merge(cell, other)) == (1, 0)
    running = [row[:4] for row in rows_of(member) if row[4] is None]
    assert running == [(third.name, "temporary", "exempt", MARCH), (other.name, "official", "elsewhere", MAY)]


def test_who_is_outside_the_program_does_not_come_back_by_a_merger(cell: Organization, other: Organization) -> None:
    member = make_member()
    send_away(member, cell, None)
    merge(cell, other)
    running = [row[:4] for row in rows_of(member) if row[4] is None]
    assert running == [(other.name, "official", "elsewhere", MAY)]


def test_who_left_after_the_day_belongs_to_the_successor_until_then(cell: Organization, other: Organization) -> None:
    since, late, long_gone = make_member("A"), make_member("B"), make_member("C")
    make_membership(since, cell, valid_to=JULY)
    make_membership(late, cell, valid_from=JULY, valid_to=TODAY)
    make_membership(long_gone, cell, valid_to=MAY)
    Membership.objects.update(ending=Ending.MOVED_OUT)
    assert (merge(cell, other), merge(cell, other)) == (2, 0)
    assert rows_of(since) == [
        (cell.name, "official", "official", JOINED, MAY, "unit_changed"),
        (other.name, "official", "official", MAY, JULY, "moved_out"),
    ]
    assert rows_of(late) == [(other.name, "official", "official", JULY, TODAY, "moved_out")]
    assert rows_of(long_gone) == [(cell.name, "official", "official", JOINED, MAY, "moved_out")]


def test_who_was_a_guest_for_a_while_is_not_in_the_successor_twice(cell: Organization, other: Organization) -> None:
    member = make_member(cell=other)
    make_membership(member, cell, kind=MembershipKind.TEMPORARY, valid_from=MARCH, valid_to=JULY)
    assert (merge(cell, other), merge(cell, other)) == (1, 0)
    assert [row[3:5] for row in rows_of(member)] == [(JOINED, None), (MARCH, MAY)]


# ── two records become one ────────────────────────────────────────────────────


def unite(keep: Member, drop: Member, actor: Actor | None = None) -> Member:
    return merge_members(actor=actor or Actor.system(), keep=keep, drop=drop, now=NOW)


def test_former_days_of_the_duplicate_are_kept_where_both_overlap(cell: Organization, other: Organization) -> None:
    keep, drop = make_member(cell=other, valid_from=MAY), make_member(cell=cell)
    make_post(drop, cell, PostKind.GROUP_HEAD)
    make_post(keep, cell, PostKind.GROUP_HEAD, valid_from=MARCH, valid_to=MAY)
    unite(keep, drop)
    assert [row[:1] + row[3:5] for row in rows_of(keep)] == [(cell.name, JOINED, MAY), (other.name, MAY, None)]
    held = Post.objects.order_by("valid_from").values_list("member_id", "valid_from", "valid_to")
    assert list(held) == [(keep.pk, JOINED, MARCH), (keep.pk, MARCH, MAY), (keep.pk, MAY, None)]


def test_the_account_gets_the_roles_of_where_the_person_is(cell: Organization, other: Organization) -> None:
    user = make_user()
    keep, drop = make_member(cell=other), make_member(cell=cell, user=user)
    make_post(keep, other, PostKind.DEPUTY_SECRETARY)
    for role in (Role.MEMBER, Role.COMMITTEE_MEMBER):
        grant_role(user, role, cell)
    grant_role(user, Role.OFFICIAL, cell)
    unite(keep, drop)
    roles = user.grants.filter(valid_to=None).values_list("role", "organization__name")
    assert sorted(roles) == sorted([("member", other.name), ("committee_member", other.name), ("official", cell.name)])
    assert not actor_of(user).may(Permission.MEETINGS_HOLD, cell.path)


def test_nobody_gets_roles_by_merging_the_own_record(commune: Organization, other: Organization) -> None:
    user = make_user()
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    keep, drop = make_member(cell=other), make_member(cell=other, user=user)
    make_post(keep, other, PostKind.DEPUTY_SECRETARY)
    unite(keep, drop, actor_of(user))
    assert list(user.grants.values_list("role", flat=True)) == [Role.COMMUNE_OFFICER]


@pytest.mark.parametrize(
    ("year", "kept"),
    [
        pytest.param(1970, None, id="another-year"),
        pytest.param(1971, date(1971, 3, 4), id="the-same-year"),
        pytest.param(None, date(1971, 3, 4), id="no-year"),
    ],
)
def test_a_date_of_birth_that_contradicts_the_year_is_not_taken(
    cell: Organization, year: int | None, kept: date | None
) -> None:
    keep, drop = make_member(cell=cell), make_member(cell=cell)
    Member.objects.filter(pk=keep.pk).update(born_year=year)
    Member.objects.filter(pk=drop.pk).update(born_on=date(1971, 3, 4))
    united = unite(Member.objects.get(pk=keep.pk), drop)
    assert (united.born_on, united.born_year) == (kept, year)


@pytest.mark.parametrize(
    ("span", "taken", "left"),
    [
        pytest.param((MARCH, None), [], [(MARCH, None)], id="nothing-taken"),
        pytest.param((MARCH, None), [(MARCH, None)], [], id="all"),
        pytest.param((MARCH, JULY), [(MAY, None)], [(MARCH, MAY)], id="the-end"),
        pytest.param((MARCH, None), [(JOINED, MAY)], [(MAY, None)], id="the-start"),
        pytest.param((MARCH, None), [(MAY, JULY)], [(MARCH, MAY), (JULY, None)], id="the-middle"),
        pytest.param((MARCH, MAY), [(MAY, JULY), (JOINED, MARCH)], [(MARCH, MAY)], id="only-touching"),
        pytest.param((MARCH, MARCH), [], [], id="no-day"),
    ],
)
def test_what_is_left_of_some_days(
    span: tuple[date, date | None],
    taken: list[tuple[date, date | None]],
    left: list[tuple[date, date | None]],
) -> None:
    assert free_spans(span, taken) == left
