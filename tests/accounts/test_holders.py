"""Roles on a unit that ends: each is asked about, nothing is left hanging; planned endings too."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.services import CannotGrant
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import ChangeKind, HolderFate, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import (
    UnitChange,
    carry_out_planned,
    find_holders,
    foresee_change,
    make_change,
    plan_change,
)
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def ends(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Làng Chùa", parent=commune)


@pytest.fixture
def officer_user(commune: Organization) -> User:
    user = make_user("Vũ Thị Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def officer(officer_user: User) -> Actor:
    return actor_of(officer_user)


@pytest.fixture
def held(ends: Organization) -> dict[Role, RoleGrant]:
    """A secretary, a deputy and an official, none of them a member of the cell here."""
    return {
        role: grant_role(make_user(f"Lò Văn {role.value}"), role, ends)
        for role in (Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.OFFICIAL, Role.MEMBER)
    }


def merge(ends: Organization, heir: Organization, fates: dict[str, str], on: date = TODAY) -> UnitChange:
    return UnitChange(ChangeKind.MERGE, ends, on, "NQ 01", {"successor": heir.code, "roles": fates})


def open_roles(unit: Organization, day: date) -> list[str]:
    rows = RoleGrant.objects.on(day).filter(organization=unit).order_by("role")
    return list(rows.values_list("role", flat=True))


def test_roles_in_the_cell_end_and_others_go_on_unless_somebody_says_otherwise(
    officer: Actor, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    make_change(actor=officer, change=merge(ends, heir, {}), now=NOW)
    assert (open_roles(ends, TODAY), open_roles(heir, TODAY), len(held)) == (["member"], ["official"], 4)


def test_what_was_chosen_is_done(
    officer: Actor, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    fates = {
        str(held[Role.SECRETARY].public_id): HolderFate.MOVE.value,
        str(held[Role.OFFICIAL].public_id): HolderFate.DROP.value,
    }
    make_change(actor=officer, change=merge(ends, heir, fates), now=NOW)
    assert (open_roles(ends, TODAY), open_roles(heir, TODAY)) == (["member"], ["secretary"])


def test_what_is_planned_is_done_on_its_day(
    officer: Actor, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    day = TODAY + timedelta(days=30)
    fates = {str(held[Role.COMMITTEE_MEMBER].public_id): HolderFate.MOVE.value}
    plan_change(actor=officer, change=merge(ends, heir, fates, on=day), now=NOW)
    assert open_roles(heir, day) == []
    carry_out_planned(actor=Actor.system(), now=NOW + timedelta(days=31))
    assert (open_roles(ends, day), open_roles(heir, day)) == (["member"], ["committee_member", "official"])
    assert open_roles(ends, day - timedelta(days=1)) == ["committee_member", "member", "official", "secretary"]


def test_closing_drops_every_role(officer: Actor, ends: Organization, held: dict[Role, RoleGrant]) -> None:
    make_change(actor=officer, change=UnitChange(ChangeKind.CLOSE, ends, TODAY, "NQ 01", {"roles": {}}), now=NOW)
    assert (open_roles(ends, TODAY), len(held)) == (["member"], 4)


def test_nobody_moves_what_they_may_not_hand_out(
    commune: Organization, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    user = make_user("Nông Văn Quyền")
    grant_role(user, Role.ADMINISTRATOR, commune, subtree=True)
    RoleGrant.objects.filter(pk=held[Role.OFFICIAL].pk).update(role=Role.PROVINCE_BOARD)
    own = grant_role(user, Role.COMMUNE_OFFICER, ends)
    RoleGrant.objects.filter(user=user, role=Role.ADMINISTRATOR).update(role=Role.COMMUNE_OFFICER)
    actor = actor_of(user)
    assert [
        one.may_move for one in find_holders(actor=actor, organization=ends, on=TODAY) if one.key == str(own.public_id)
    ] == [False]
    with pytest.raises(CannotGrant):
        make_change(actor=actor, change=merge(ends, heir, {}), now=NOW)
    assert ends.closed_on is None
    assert actor.may(Permission.ORGANIZATIONS_CHANGE, ends.path)


def test_the_preview_names_who_drops_and_who_keeps(
    officer: Actor, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    effects = foresee_change(actor=officer, change=merge(ends, heir, {}), now=NOW).effects
    assert {effect.label: effect.count for effect in effects if effect.label.startswith("Quyền")} == {
        "Quyền thôi giữ": 2,
        "Quyền giữ ở đơn vị nhận": 1,
    }
    assert RoleGrant.objects.filter(valid_to=None, organization=ends).count() == len(held)


@pytest.mark.usefixtures("fixed_clock")
def test_the_page_asks_about_each(
    officer_user: User, ends: Organization, heir: Organization, held: dict[Role, RoleGrant]
) -> None:
    client = Client()
    client.force_login(officer_user)
    address = reverse("organizations:merge_unit", args=[ends.public_id])
    shown = client.get(address).content.decode()
    assert [grant.user.full_name in shown for grant in held.values()] == [True, True, True, False]
    key = f"role_{held[Role.SECRETARY].public_id}"
    typed = {"successor": heir.code, "on": f"{TODAY:%d/%m/%Y}", "reason": "NQ 01"}
    fates = {f"role_{grant.public_id}": "drop" for role, grant in held.items() if role != Role.MEMBER}
    assert "Quyền giữ ở đơn vị nhận" in client.post(address, typed | fates | {key: "move"}).content.decode()
    assert client.post(address, typed | fates | {key: "promote"}).status_code == 422
