from datetime import date
from typing import Any

import pytest

from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.members import queries
from nennep.members.choices import MembershipKind, PostKind, Standing
from tests.factories.accounts import make_user
from tests.factories.core import TODAY, make_actor
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit
from tests.factories.policies import make_rule_book

RULES = make_rule_book()
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [1, 3])
def test_roster_costs_two_queries_for_any_size(size: int, django_assert_num_queries: Any) -> None:
    cell = make_unit()
    for number in range(size):
        make_post(make_member(f"Lò Văn Số {number}", cell=cell), cell, PostKind.COMMITTEE_MEMBER)
    with django_assert_num_queries(2):
        assert len(queries.list_cell_members(organization_id=cell.pk, on=TODAY)) == size


def test_roster_is_of_its_day_and_sorted_by_given_name() -> None:
    cell = make_unit()
    tua = make_member("Vàng A Tủa", cell=cell)
    anh = make_member("Lò Văn Ánh", cell=cell, standing=Standing.PROBATIONARY)
    gone = make_member("Bùi Văn An")
    make_membership(gone, cell, valid_to=TODAY)
    guest = make_member("Lò Thị Dung", cell=cell, kind=MembershipKind.TEMPORARY)
    make_post(tua, cell)
    make_post(anh, cell, PostKind.GROUP_HEAD, valid_to=TODAY)
    roster = queries.list_cell_members(organization_id=cell.pk, on=TODAY)
    assert [(item.member_id, item.posts, item.is_counted(RULES), item.has_vote(RULES)) for item in roster] == [
        (anh.pk, (), True, False),
        (guest.pk, (), True, False),
        (tua.pk, (PostKind.SECRETARY,), True, True),
    ]
    assert [item.temporary for item in roster] == [False, True, False]


def test_posts_stand_in_their_order_and_the_secretary_is_found() -> None:
    cell, other = make_unit(), make_unit("Chi bộ thôn Làng Chùa")
    head, secretary = make_member("Lý Thị Hoa", cell=cell), make_member("Vàng A Tủa", cell=cell)
    make_post(head, cell, PostKind.GROUP_HEAD)
    make_post(secretary, cell)
    assert [item.full_name for item in queries.posts_on(cell.pk, TODAY)] == ["Vàng A Tủa", "Lý Thị Hoa"]
    found = queries.secretary_on(cell.pk, TODAY)
    assert found is not None
    assert found.member_id == secretary.pk
    assert queries.secretary_on(other.pk, TODAY) is None
    assert queries.secretary_on(cell.pk, date(2023, 12, 31)) is None


def test_members_are_counted_by_unit_below_a_path() -> None:
    base = make_unit("Đảng bộ xã Lăng Can")
    cell, elsewhere = make_unit(parent=base), make_unit("Nơi khác")
    make_member("Lò Văn Ánh", cell=cell)
    make_member("Lò Thị Dung", cell=cell, standing=Standing.EXEMPT)
    make_member("Vàng A Tủa", cell=cell, kind=MembershipKind.TEMPORARY)
    make_member("Bùi Văn An", cell=elsewhere)
    counts = queries.count_members(path=base.path, on=TODAY)
    assert counts == {cell.pk: queries.MemberCount(total=2, official=1, probationary=0, exempt=1, temporary=1)}


def test_a_record_out_of_scope_is_missing() -> None:
    member = make_member(cell=make_unit())
    other = make_unit("Nơi khác")
    with pytest.raises(NotFound):
        queries.get_member(actor=make_actor(Permission.MEMBERS_READ, path=other.path), public_id=member.public_id)


def test_own_record_needs_no_permission() -> None:
    user = make_user()
    member = make_member(user=user)
    actor = make_actor(user_id=user.pk)
    assert queries.get_own_member(actor=actor) == member
    assert queries.get_member(actor=actor, public_id=member.public_id) == member
    with pytest.raises(NotFound):
        queries.get_own_member(actor=make_actor(user_id=make_user().pk))


@pytest.mark.django_db
def test_people_of_one_name_are_told_apart_by_their_year_of_birth() -> None:
    elder, younger = make_member("Vàng Quang Phong"), make_member("Vàng Quang Phong")
    elder.born_on, younger.born_year = date(1966, 2, 12), 1976
    alone = make_member("Bàn Văn Thịnh")
    assert queries.tell_apart([elder, younger, alone]) == {
        elder.pk: "Vàng Quang Phong (1966)",
        younger.pk: "Vàng Quang Phong (1976)",
        alone.pk: "Bàn Văn Thịnh",
    }
