"""Looking for a cell or a member by name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


def enter(role: Role, unit: Organization, *, subtree: bool = True) -> Client:
    user = make_user()
    grant_role(user, role, unit, subtree=subtree)
    client = Client()
    client.force_login(user)
    return client


def test_names_are_found_without_marks_and_only_in_scope(commune: Organization, fixed_clock: datetime) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    other = make_unit("Chi bộ thôn Nặm Chá khác")
    member = make_member("Chẩu Thị Nặm", cell=cell)
    make_member("Nặm Văn Ngoài", cell=other)
    response = enter(Role.COMMUNE_OFFICER, commune).get(reverse("search"), {"q": "nam"})
    assert [unit.name for unit in response.context["units"]] == [cell.name]
    assert [(found.full_name, found.cell) for found in response.context["members"]] == [(member.full_name, cell.name)]
    assert reverse("members:show", args=[member.public_id]) in response.content.decode()


def test_a_member_finds_the_own_cell_but_no_people(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    make_member("Chẩu Thị Nặm", cell=cell)
    response = enter(Role.MEMBER, cell, subtree=False).get(reverse("search"), {"q": "nam"})
    assert ([unit.name for unit in response.context["units"]], response.context["members"]) == ([cell.name], ())


def test_nothing_is_looked_for_without_words(commune: Organization) -> None:
    response = enter(Role.COMMUNE_OFFICER, commune).get(reverse("search"), {"q": " "})
    assert (response.context["units"], response.context["members"]) == ((), ())


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_with_more_people(
    count: int, commune: Organization, django_assert_num_queries: Callable[[int], Any]
) -> None:
    cell = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    for number in range(count):
        make_member(f"Nông Văn Chùa {number}", cell=cell)
    client = enter(Role.COMMUNE_OFFICER, commune)
    with django_assert_num_queries(7):
        assert len(client.get(reverse("search"), {"q": "chua"}).context["members"]) == count
