"""What reaches far is shown before it is done: in numbers and names, and nothing of it has happened yet."""

import tomllib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.core.references import Change, Stays, list_references
from nennep.members.models import Member
from nennep.members.services import foresee_merge
from nennep.organizations.choices import ChangeKind, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitChange, foresee_change
from tests.architecture.source import PROJECT
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.previews import confirm
from tests.site.test_mergers import GOES_ON, ON, PERSON, PERSON_ROWS, STAYS, SYSTEM, UNIT, UNIT_ROWS, pointing_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
UNITS_ONLY = (Permission.ORGANIZATIONS_READ, Permission.ORGANIZATIONS_CHANGE)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def ending(commune: Organization) -> Organization:
    unit = make_unit("Chi bộ thôn Thử Một", parent=commune)
    for make in UNIT_ROWS.values():
        make(unit)
    return unit


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Hai", parent=commune)


@pytest.fixture
def drop() -> Member:
    member = make_member("Lò Thuý Kiều")
    for make in PERSON_ROWS:
        make(member)
    return member


@pytest.mark.parametrize("target", [UNIT, PERSON])
def test_whatever_follows_is_shown(target: str) -> None:
    silent = [
        one.name
        for one in list_references(target)
        if not one.shown and not isinstance(one.decisions[Change.MERGED], Stays)
    ]
    assert silent == []


def test_a_preview_counts_what_the_merger_changes_and_changes_nothing(ending: Organization, heir: Organization) -> None:
    before = pointing_at(UNIT, ending.pk)
    change = UnitChange(ChangeKind.MERGE, ending, ON, "Sáp nhập thôn", {"successor": heir.code})
    shown = foresee_change(actor=SYSTEM, change=change, now=NOW)
    ends = {
        "members.Post.organization",
        "members.StandIn.organization",
        "meetings.Meeting.organization",
        "visits.OfficeHolding.organization",
        "classification.Rating.organization",  # of the round under way
    }
    assert {effect.of for effect in shown.effects} == GOES_ON | ends | {
        "visits.Visit.cell",
        "",
    }  # what is left where it was has no reference
    assert all(effect.count >= 1 for effect in shown.effects)
    assert pointing_at(UNIT, ending.pk) == before
    assert shown.name == "Chi bộ thôn Thử Một"


def test_a_preview_names_only_what_the_reader_may_see(ending: Organization, heir: Organization) -> None:
    change = UnitChange(ChangeKind.MERGE, ending, ON, "Sáp nhập thôn", {"successor": heir.code})
    blind = Actor(None, "Ma Văn Kín", frozenset(Grant(one, "") for one in UNITS_ONLY))
    for actor, names in ((SYSTEM, ("Lò Thị Hoa",)), (blind, ())):
        shown = {effect.of: effect for effect in foresee_change(actor=actor, change=change, now=NOW).effects}
        assert shown["members.Membership.organization"].names == names


def test_a_preview_of_two_records_counts_what_moves(drop: Member) -> None:
    keep = make_member("Lò Thúy Kiều")
    shown = foresee_merge(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    assert {effect.of for effect in shown.effects} == {one.name for one in list_references(PERSON)} - STAYS
    assert pointing_at(PERSON, keep.pk) == set()


# ── pages that ask for the name ───────────────────────────────────────────────

NAMED: dict[str, str] = tomllib.loads((PROJECT / "tests/architecture/acts.toml").read_text(encoding="utf-8"))["named"]
DAY = {"on": "02/11/2026", "reason": "Quyết định 15-QĐ/ĐU"}


def ask_merge(unit: Organization) -> tuple[str, dict[str, str], str]:
    heir = make_unit("Chi bộ thôn Khau Quang", parent=Organization.objects.get_parent(unit), code="LB-KQ")
    return address_of("organizations:merge_unit", unit), DAY | {"successor": heir.name}, unit.name


def ask_split(unit: Organization) -> tuple[str, dict[str, str], str]:
    return address_of("organizations:split_unit", unit), DAY | {"parts": "M-1 Chi bộ Một"}, unit.name


def ask_close(unit: Organization) -> tuple[str, dict[str, str], str]:
    return address_of("organizations:close_unit", unit), dict(DAY), unit.name


def ask_merge_of_people(unit: Organization) -> tuple[str, dict[str, str], str]:
    keep, drop = make_member("Lò Thúy Kiều", cell=unit), make_member("Lò Thuý Kiều", cell=unit)
    return address_of("members:merge", keep), {"duplicate": str(drop.public_id)}, drop.full_name


def address_of(name: str, thing: Any) -> str:
    return reverse(name, args=[thing.public_id])


ASKED = {
    "organizations:merge_unit": ask_merge,
    "organizations:split_unit": ask_split,
    "organizations:close_unit": ask_close,
    "members:merge": ask_merge_of_people,
}


def test_every_page_that_asks_for_a_name_is_tried() -> None:
    assert set(ASKED) == set(NAMED.values())


def count_events() -> int:
    return AuditEvent.objects.count()


@pytest.mark.parametrize("page", ASKED)
def test_nothing_happens_before_the_name_is_repeated(commune: Organization, client: Client, page: str) -> None:
    user = make_user("Hà Thị Thu")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(user)
    address, data, name = ASKED[page](make_unit("Chi bộ thôn Nặm Chá", parent=commune))
    before = count_events()
    for typed in ("", "Chi bộ thôn Khác"):
        assert confirm(client, address, data, typed).status_code == 422
        assert count_events() == before
    assert confirm(client, address, data, name).status_code == 302
    assert count_events() > before
