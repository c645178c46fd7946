"""What a role is (its permissions: `test_rules.py`)."""

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.rules import roles_with
from nennep.core.permissions import Permission


@pytest.mark.parametrize("role", list(Role))
def test_secretary_and_committee_run_the_cell_to_which_members_belong_too(role: Role) -> None:
    assert role.runs_cell is (role.value in {"secretary", "committee_member", "stand_in"})
    assert role.is_of_cell is (role.value in {"member", "secretary", "committee_member", "stand_in"})
    assert (role in Role.of_cell()) is role.is_of_cell


def test_who_plans_visits_follows_from_the_permission() -> None:
    assert set(roles_with(Permission.VISITS_PLAN)) == {Role.COMMUNE_OFFICER, Role.PROVINCE_BOARD}
