"""Who is in charge of an account: at the making and at the use of its code; and in which order accounts stand."""

from datetime import timedelta
from typing import Any

import pytest

from nennep.accounts import queries, services
from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.core.access import Actor
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "mua-xuan-nam-cha-2027"


@pytest.mark.parametrize("begins", [0, 1], ids=["today", "tomorrow"])
@pytest.mark.parametrize(
    ("role", "opens"), [(Role.MEMBER, True), (Role.COMMITTEE_MEMBER, True), (Role.OFFICIAL, False)], ids=str
)
def test_a_code_of_before_a_promotion_opens_no_more_than_its_giver_is_in_charge_of(
    secretary: Actor, cell: Organization, role: Role, begins: int, *, opens: bool
) -> None:
    """Nor is one made while the higher role waits for its day."""
    user = make_user("Giàng A Páo")
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    grant_role(user, role, cell, valid_from=TODAY + timedelta(days=begins))
    redeem: dict[str, Any] = {"username": user.username, "code": code, "password": NEW_PASSWORD, "now": NOW}
    if opens:
        assert services.redeem_code(**redeem) == user
        return
    with pytest.raises(services.CodeRefused):
        services.redeem_code(**redeem)
    user.refresh_from_db()
    assert not user.check_password(NEW_PASSWORD)
    with pytest.raises(services.CannotReset):
        services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)


def test_a_code_ends_with_the_right_of_whoever_made_it(secretary: Actor, cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    RoleGrant.objects.filter(role=Role.SECRETARY).update(valid_to=TODAY)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)


def test_accounts_are_sorted_by_given_name(commune: Organization) -> None:
    """As members are: Đ behind D, no capitals before small letters."""
    officer = make_user("Ma Thị Lan")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    for name in ("Đặng Thị An", "Bùi Văn Đức", "Vàng A Dế", "Âu Thị An", "Ma thị ân"):
        grant_role(make_user(name), Role.MEMBER, commune)
    names = [user.full_name for user in queries.list_users(actor=actor_of(officer))]
    assert names == ["Âu Thị An", "Đặng Thị An", "Ma thị ân", "Vàng A Dế", "Bùi Văn Đức", "Ma Thị Lan"]
