"""One small world for the access matrix: a cell with its things, and four people who try every address of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting, RollCallEntry
from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.meetings import PLANNED_FOR, make_entry, make_item, make_meeting

PEOPLE = ("anonymous", "outsider", "reader", "insider")


@dataclass(frozen=True)
class World:
    """`cell` is the insider's (its secretary) and the reader's (an official who follows it); the outsider leads another.

    Things are made when an address names them (`parts` in url_access.toml): the attribute's name is the thing's.
    """

    cell: Organization
    people: dict[str, User]

    @cached_property
    def meeting(self) -> Meeting:
        return make_meeting(self.cell)

    @cached_property
    def item(self) -> AgendaItem:
        return make_item(self.meeting)

    @cached_property
    def entry(self) -> RollCallEntry:
        """Of a meeting that is going on."""
        return make_entry(make_meeting(self.cell, state=MeetingState.OPEN, opened_at=PLANNED_FOR), self.member)

    @cached_property
    def member(self) -> Member:
        return join_cell(self.cell, "Vàng Thị Mỷ")

    def client_of(self, person: str) -> Client:
        client = Client()
        if person != "anonymous":
            client.force_login(self.people[person])
        return client

    def part(self, thing: str) -> Any:
        """What stands in the address for `thing`: `cell` is its public id, `cell.code` another attribute of it."""
        name, _, attribute = thing.partition(".")
        return getattr(getattr(self, name), attribute or "public_id")


def make_world() -> World:
    cell, elsewhere = make_cell(), make_cell("Chi bộ ở nơi khác")
    people = {name: make_user() for name in PEOPLE if name != "anonymous"}
    grant_role(people["insider"], Role.SECRETARY, cell)
    grant_role(people["reader"], Role.OFFICIAL, cell)
    grant_role(people["outsider"], Role.SECRETARY, elsewhere)
    return World(cell, people)
