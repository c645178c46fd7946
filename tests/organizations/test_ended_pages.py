"""The pages of a unit that has ended offer nothing that can only fail, and say so to whoever kept their address."""

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
BEGIN = [
    "members:choose_stand_in",
    "members:create",
    "members:transfer_many",
    "documents:add_document",
    "policies:add_version",
    "policies:apply_pack",
    "organizations:start_term",
]


@pytest.fixture
def cell() -> Organization:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def officer(client: Client, cell: Organization) -> Client:
    user = make_user("Vũ Thị Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, Organization.objects.get(kind=UnitKind.BASE), subtree=True)
    client.force_login(user)
    return client


def end(cell: Organization) -> None:
    heir = make_unit("Chi bộ thôn Làng Chùa", parent=Organization.objects.get(kind=UnitKind.BASE))
    merge_organization(
        actor=Actor.system(), organization=cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW
    )


@pytest.mark.parametrize("name", BEGIN)
def test_what_begins_something_is_refused_once_the_unit_has_ended(
    officer: Client, cell: Organization, name: str
) -> None:
    address = reverse(name, args=[cell.public_id])
    assert officer.get(address).status_code == 200
    end(cell)
    for answer in (officer.get(address), officer.post(address, {})):
        assert answer.status_code == 409
        assert f"đã kết thúc ngày {TODAY:%d/%m/%Y}" in answer.content.decode()


def test_the_list_of_an_ended_cell_has_none_of_its_buttons(officer: Client, cell: Organization) -> None:
    address = reverse("members:list", args=[cell.public_id])
    words = ("Bí thư vắng", "Thêm đảng viên", "Nhập từ bảng tính")
    assert [word in officer.get(address).content.decode() for word in words] == [True, True, True]
    end(cell)
    shown = officer.get(address)
    assert (shown.status_code, [word in shown.content.decode() for word in words]) == (200, [False, False, False])
