"""What is written into a cell at the very moment it ends, and what two people write who must not both: one waits and is told."""

from datetime import timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.accounts.services import grant_role
from nennep.core.access import Actor
from nennep.members import services
from nennep.members.choices import PostKind
from nennep.members.importers.shapes import PersonRow, Roster
from nennep.members.models import Member, Membership, StandIn
from nennep.members.rules import MemberDetails
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from nennep.petitions.models import Petition
from nennep.petitions.services import PetitionDetails, note_petition
from tests.factories.accounts import make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.waiting import do_both

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()


@pytest.fixture
def units() -> tuple[Organization, Organization]:
    """A cell, and the one that it is merged into."""
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune), make_unit("Chi bộ thôn Làng Chùa", parent=commune)


def merge(cell: Organization, heir: Organization) -> None:
    merge_organization(actor=SYSTEM, organization=cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW)


def test_nobody_is_transferred_into_a_cell_that_ends_meanwhile(units: tuple[Organization, Organization]) -> None:
    cell, heir = units
    commune = Organization.objects.get(kind=UnitKind.BASE)
    member = make_member("Ma Công Lập", cell=make_unit("Chi bộ thôn Khuổi Trang", parent=commune))
    transfer: dict[str, Any] = {"actor": SYSTEM, "member": member, "to": cell, "on": TODAY, "now": NOW}
    assert do_both(lambda: merge(cell, heir), lambda: services.transfer(**transfer)) == ("not_a_cell", True)
    assert not Membership.objects.filter(organization=cell).exists()


def test_nobody_gets_a_role_in_a_cell_that_ends_meanwhile(units: tuple[Organization, Organization]) -> None:
    cell, heir = units
    user = make_user("Ma Công Lập")

    def grant() -> None:
        grant_role(
            actor=SYSTEM, user=user, role=Role.SECRETARY, organization=cell, subtree=False, valid_from=TODAY, now=NOW
        )

    assert do_both(lambda: merge(cell, heir), grant) == ("unit_closed", True)
    assert not RoleGrant.objects.filter(organization=cell).exists()


def test_what_is_asked_in_a_cell_that_ends_meanwhile_is_noted_for_its_heir(
    units: tuple[Organization, Organization],
) -> None:
    cell, heir = units
    details = PetitionDetails("Sửa cầu treo Nặm Chá")

    def note() -> None:
        note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=TODAY, now=NOW)

    assert do_both(lambda: merge(cell, heir), note) == ("", True)
    assert Petition.objects.get().organization == heir


def test_of_two_who_give_one_card_at_once_the_second_is_told(units: tuple[Organization, Organization]) -> None:
    cell, _heir = units
    first, second = make_member("Ma Công Lập", cell=cell), make_member("Lý Thị Mỷ", cell=cell)

    def give(member: Member) -> None:
        details = MemberDetails(member.full_name, card_number="999888777")
        services.change_member(actor=SYSTEM, member=member, details=details, now=NOW)

    assert do_both(lambda: give(first), lambda: give(second)) == ("card_taken", True)


def test_a_card_that_is_given_during_an_import_is_seen_by_one_of_them(units: tuple[Organization, Organization]) -> None:
    """Not by both: whoever comes second is asked whether the two are one person."""
    cell, heir = units
    member = make_member("Lý Thị Mỷ", cell=heir)
    person = PersonRow("Danh sách", 2, "Ma Công Lập", told={"card_number": "999888777"})
    roster = Roster(rows=1, people=(person,), problems=(), cells=(), tables=())

    def give() -> None:
        details = MemberDetails(member.full_name, card_number="999888777")
        services.change_member(actor=SYSTEM, member=member, details=details, now=NOW)

    def bring() -> None:
        services.apply_import(actor=SYSTEM, organization=cell, roster=roster, now=NOW)

    assert do_both(bring, give) == ("card_taken", True)


def test_nobody_stands_in_with_a_post_that_ends_meanwhile(units: tuple[Organization, Organization]) -> None:
    cell, _heir = units
    deputy = make_member("Lý Thị Mỷ", cell=cell)
    post = make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)

    def begin() -> None:
        services.begin_stand_in(
            actor=SYSTEM,
            organization=cell,
            member_id=deputy.pk,
            since=TODAY,
            last_day=TODAY + timedelta(days=9),
            now=NOW,
        )

    end: dict[str, Any] = {"actor": SYSTEM, "post": post, "on": TODAY, "now": NOW}
    assert do_both(lambda: services.end_post(**end), begin) == ("cannot_stand_in", True)
    assert not StandIn.objects.exists()
