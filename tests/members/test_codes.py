"""Codes for many at once: of a cell's members, of those who lead the cells of a commune; a sheet for each cell."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import OneTimeCode, User
from nennep.accounts.services import redeem_code
from nennep.core.access import Actor
from nennep.members.choices import CODES_AT_ONCE, MembershipKind, PostKind
from nennep.members.models import Member
from nennep.members.queries import list_cell_members
from nennep.members.services import help_many_in
from nennep.members.services.accounts import TooManyCodes
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit

CODE = r'nn-code-text">([A-Z2-9]{4}-[A-Z2-9]{4})<'
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def officer(commune: Organization) -> Client:
    user = make_user("Hà Thị Thu")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client = Client()
    client.force_login(user)
    return client


def make_led_cell(commune: Organization, name: str) -> tuple[Organization, Member]:
    cell = make_unit(f"Chi bộ thôn {name}", parent=commune)
    secretary = make_member(f"Ma Văn {name}", cell=cell)
    make_post(secretary, cell, PostKind.SECRETARY)
    make_member(f"Lò Thị {name}", cell=cell)
    return cell, secretary


def address_of(unit: Organization) -> str:
    return reverse("members:issue_codes", args=[unit.public_id])


def names_in(page: Any) -> list[str]:
    return re.findall(r"(?:Ma Văn|Lò Thị) \w+", page.content.decode())


def test_a_commune_prints_a_sheet_for_each_cell(commune: Organization, officer: Client) -> None:
    chosen = [make_led_cell(commune, name)[1] for name in ("Một", "Hai", "Ba")][:2]
    assert names_in(officer.get(address_of(commune))) == ["Ma Văn Một", "Ma Văn Hai", "Ma Văn Ba"]
    page = officer.post(address_of(commune), {"chosen": [str(member.public_id) for member in chosen]})
    text = page.content.decode()
    assert (page.status_code, names_in(page)) == (200, ["Ma Văn Một", "Ma Văn Hai"])
    codes = re.findall(CODE, text)
    assert (len(set(codes)), text.count("nn-cut-sheet")) == (2, 2)
    usernames = list(User.objects.exclude(member=None).order_by("pk").values_list("username", flat=True))
    for username, code in zip(usernames, codes, strict=True):
        assert redeem_code(username=username, code=code, password="mua-xuan-nam-cha-2027", now=NOW).is_active


def test_a_cell_prints_for_its_members_and_proposes_those_who_never_came_in(
    commune: Organization, officer: Client
) -> None:
    cell, secretary = make_led_cell(commune, "Một")
    user = make_user("Ma Văn Một")
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    Member.objects.filter(pk=secretary.pk).update(user=user)
    text = officer.get(address_of(cell)).content.decode()
    assert re.findall(r'value="[0-9a-f-]{36}"\s+checked', text) == re.findall(
        rf'value="{Member.objects.get(full_name="Lò Thị Một").public_id}"\s+checked', text
    )
    assert "đã vào được" in text


def test_nobody_chosen_is_said_and_nothing_is_issued(commune: Organization, officer: Client) -> None:
    cell, _secretary = make_led_cell(commune, "Một")
    page = officer.post(address_of(cell), {})
    assert (page.status_code, "Hãy chọn ít nhất một đồng chí." in page.content.decode()) == (422, True)
    assert OneTimeCode.objects.count() == 0


def test_whoever_is_refused_keeps_nobody_else_waiting(commune: Organization, officer: Client) -> None:
    cell, secretary = make_led_cell(commune, "Một")
    above = make_user("Ma Văn Một")
    grant_role(above, Role.PROVINCE_BOARD, make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE), subtree=True)
    Member.objects.filter(pk=secretary.pk).update(user=above)
    everybody = [str(one) for one in Member.objects.values_list("public_id", flat=True)]
    text = officer.post(address_of(cell), {"chosen": everybody}).content.decode()
    assert "Đồng chí này giữ quyền khác ngoài chi bộ" in text
    assert len(re.findall(CODE, text)) == 1


def test_a_temporary_member_gets_a_code_at_home_and_voids_nobodys(commune: Organization, client: Client) -> None:
    cell, secretary = make_led_cell(commune, "Một")
    _home, guest = make_led_cell(commune, "Hai")
    make_membership(guest, cell, kind=MembershipKind.TEMPORARY)
    giver = make_user("Ma Công Lập")
    grant_role(giver, Role.SECRETARY, cell)
    client.force_login(giver)
    assert names_in(client.get(address_of(cell))) == ["Lò Thị Một", "Ma Văn Một"]
    member = Member.objects.get(full_name="Lò Thị Một")
    assert client.post(address_of(cell), {"chosen": [str(member.public_id)]}).status_code == 200
    before = list(OneTimeCode.objects.values_list("pk", flat=True))
    chosen = [str(one.public_id) for one in (member, secretary, guest)]
    page = client.post(address_of(cell), {"chosen": chosen})
    assert (page.status_code, "nơi khác cấp mã cho Ma Văn Hai." in page.content.decode()) == (422, True)
    assert list(OneTimeCode.objects.values_list("pk", flat=True)) == before
    secretary.refresh_from_db()
    assert secretary.user is None


def test_more_than_a_sheet_can_hold_is_refused() -> None:
    members = [Member()] * (CODES_AT_ONCE + 1)
    with pytest.raises(TooManyCodes):
        help_many_in(actor=Actor.system(), members=members, now=NOW)


# ── members of a split ────────────────────────────────────────────────────────


def test_several_members_go_to_another_cell_at_once_or_nobody_does(commune: Organization, officer: Client) -> None:
    cell, secretary = make_led_cell(commune, "Một")
    other, _other_secretary = make_led_cell(commune, "Hai")
    other_name = other.name
    address = reverse("members:transfer_many", args=[cell.public_id])
    everybody = [str(one.public_id) for one in Member.objects.filter(full_name__endswith="Một")]
    data = {"organization": other_name, "on": "09/11/2026", "decision": "12-QĐ/ĐU", "chosen": everybody}
    assert names_in(officer.get(address)) == ["Lò Thị Một", "Ma Văn Một"]
    assert officer.post(address, data | {"on": "01/01/2001"}).status_code == 422
    assert sorted(one.full_name for one in list_cell_members(organization_id=cell.pk, on=TODAY)) == [
        "Lò Thị Một",
        "Ma Văn Một",
    ]
    assert officer.post(address, data).status_code == 302
    assert list_cell_members(organization_id=cell.pk, on=TODAY) == []
    assert len(list_cell_members(organization_id=other.pk, on=TODAY)) == 4
    secretary.refresh_from_db()
    assert secretary.posts.filter(valid_to=None).count() == 0


def test_a_stranger_to_the_cell_is_no_choice(commune: Organization, officer: Client) -> None:
    cell, _secretary = make_led_cell(commune, "Một")
    other, stranger = make_led_cell(commune, "Hai")
    data = {"organization": other.name, "on": "09/11/2026", "chosen": [str(stranger.public_id)]}
    assert officer.post(reverse("members:transfer_many", args=[cell.public_id]), data).status_code == 422
