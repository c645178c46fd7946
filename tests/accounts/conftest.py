"""A commune with one cell and its secretary, who gives roles and codes."""

import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.organizations import make_unit


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit(parent=commune)


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)
