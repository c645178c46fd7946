"""Four people who try a page: the cell's secretary, an official who only reads, somebody from elsewhere, nobody."""

from dataclasses import dataclass
from functools import cached_property

from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell


def client_of(user: User | None) -> Client:
    """A browser in which this user is signed in; nobody without a user."""
    client = Client()
    if user:
        client.force_login(user)
    return client


@dataclass(frozen=True)
class People:
    """`insider` is secretary of `cell`, `reader` an official who follows it, `member` belongs to it without more rights."""

    cell: Organization
    insider_user: User
    reader_user: User
    outsider_user: User
    member_user: User
    member_record: Member

    @cached_property
    def insider(self) -> Client:
        return client_of(self.insider_user)

    @cached_property
    def reader(self) -> Client:
        return client_of(self.reader_user)

    @cached_property
    def outsider(self) -> Client:
        return client_of(self.outsider_user)

    @cached_property
    def member(self) -> Client:
        return client_of(self.member_user)

    @cached_property
    def actor(self) -> Actor:
        """The insider as services want it."""
        return actor_of(self.insider_user)


def make_people() -> People:
    cell, elsewhere = make_cell("Chi bộ thôn Nặm Chá"), make_cell("Chi bộ thôn Khác")
    insider, reader, outsider, member = (
        make_user(name) for name in ("Ma Công Lập", "Lương Quốc Hưng", "Người Ngoài", "Lý Thị Mỷ")
    )
    grant_role(insider, Role.SECRETARY, cell)
    grant_role(reader, Role.OFFICIAL, cell)
    grant_role(outsider, Role.SECRETARY, elsewhere)
    grant_role(member, Role.MEMBER, cell)
    record = join_cell(cell, "Lý Thị Mỷ", user_id=member.pk)
    return People(cell, insider, reader, outsider, member, record)
