"""A commune with two cells, an officer who plans, two officials, a meeting on 13/11/2026."""

from dataclasses import dataclass

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.meetings import make_meeting
from tests.factories.members import make_post
from tests.factories.organizations import make_unit
from tests.factories.visits import VISIT_DAY, assign, hold_office, parent_of


@dataclass(frozen=True)
class Commune:
    """`hung` follows `cell`; `mai` is in office and belongs to `other`; the officer plans, the secretary leads `cell`."""

    unit: Organization
    cell: Organization
    other: Organization
    hung: User
    mai: User
    officer_user: User
    secretary_user: User
    meeting: Meeting

    @property
    def officer(self) -> Actor:
        return actor_of(self.officer_user)

    @property
    def secretary(self) -> Actor:
        return actor_of(self.secretary_user)

    def actor(self, user: User) -> Actor:
        return actor_of(user)


@pytest.fixture
def commune() -> Commune:
    cell = make_cell("Chi bộ thôn Nặm Chá")
    unit = parent_of(cell)
    other = make_unit("Chi bộ thôn Làng Chùa", parent=unit, cell_type=CellType.VILLAGE)
    hung, mai = make_user("Lương Quốc Hưng"), make_user("Hoàng Thị Mai")
    officer, secretary = make_user("Nông Văn Phúc"), make_user("Ma Công Lập")
    grant_role(officer, Role.COMMUNE_OFFICER, unit, subtree=True)
    grant_role(secretary, Role.SECRETARY, cell)
    make_post(join_cell(cell, "Ma Công Lập", user_id=secretary.pk), cell, PostKind.SECRETARY)
    join_cell(other, "Hoàng Thị Mai", user_id=mai.pk)
    for user in (hung, mai):
        hold_office(user, unit)
    assign(hung, cell)
    meeting = make_meeting(cell)
    assert meeting.day == VISIT_DAY
    return Commune(unit, cell, other, hung, mai, officer, secretary, meeting)
