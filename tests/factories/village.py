"""A village cell with its secretary, an official who follows it, and somebody from elsewhere, all signed in."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind, Standing
from nennep.members.models import Member
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.meetings import make_item, make_meeting
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit


@dataclass
class Village:
    """One cell of five: secretary, a member with an account, one without, one on probation, one exempt."""

    cell: Organization
    meeting: Meeting
    secretary: User
    secretary_member: Member
    member_user: User
    member: Member
    plain: Member
    probationary: Member
    exempt: Member
    reader: User
    outsider: User

    @property
    def actor(self) -> Actor:
        return actor_of(self.secretary)


@pytest.fixture
def village(fixed_clock: object) -> Village:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)
    other = make_unit("Chi bộ thôn Làng Chùa", parent=commune, cell_type=CellType.VILLAGE)
    secretary, member_user, reader, outsider = (
        make_user(name) for name in ("Ma Công Lập", "Lý Thị Mỷ", "Lương Quốc Hưng", "Nông Văn Xa")
    )
    grant_role(secretary, Role.SECRETARY, cell)
    grant_role(member_user, Role.MEMBER, cell)
    grant_role(reader, Role.OFFICIAL, cell)
    grant_role(outsider, Role.SECRETARY, other)
    secretary_member = make_member("Ma Công Lập", cell=cell, user=secretary)
    make_post(secretary_member, cell, PostKind.SECRETARY)
    meeting = make_meeting(cell)
    make_item(meeting, "Khai mạc", position=1, minutes=5)
    make_item(meeting, "Nhiệm vụ tháng 11", position=2, minutes=90)
    return Village(
        cell=cell,
        meeting=meeting,
        secretary=secretary,
        secretary_member=secretary_member,
        member_user=member_user,
        member=make_member("Lý Thị Mỷ", cell=cell, user=member_user),
        plain=make_member("Ma Văn Bằng", cell=cell),
        probationary=make_member("Giàng A Nhè", cell=cell, standing=Standing.PROBATIONARY),
        exempt=make_member("Hoàng Đình Khoát", cell=cell, standing=Standing.EXEMPT),
        reader=reader,
        outsider=outsider,
    )


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client.force_login(user)
        return client

    return enter
