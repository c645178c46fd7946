from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import CODE_ALPHABET, CODE_TRIES, Role
from nennep.accounts.rules import (
    DESCRIPTIONS,
    PERMISSIONS,
    HeldRole,
    Hold,
    code_problem,
    expand_grants,
    format_code,
    grantable_roles,
    may_grant,
    may_reset,
    normalize_code,
    normalize_username,
    propose_username,
)
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from tests.factories.core import NOW

PROVINCE, COMMUNE, CELL, OTHER = "0001", "00010001", "000100010001", "00010002"


def held(role: Role, path: str, *, subtree: bool = False) -> HeldRole:
    return HeldRole(role, path, subtree)


def test_every_role_has_permissions_and_a_description() -> None:
    assert set(PERMISSIONS) == set(DESCRIPTIONS) == set(Role)


def test_each_role_may_do_what_the_reviewed_table_says() -> None:
    """docs/permissions.md is what people read and sign; what holds is the same, sign by sign."""
    lines = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    (_word, *roles), *permissions = rows
    table = {
        Role(role): {Permission(name) for name, *signs in permissions if signs[at] == "●"}
        for at, role in enumerate(roles)
    }
    assert table == PERMISSIONS


def test_a_member_sees_the_cells_meetings_and_papers_and_nobody_elses_record_or_tasks() -> None:
    assert PERMISSIONS[Role.MEMBER] == {
        Permission.ORGANIZATIONS_READ,
        Permission.MEETINGS_READ,
        Permission.DOCUMENTS_READ,
        Permission.POLICIES_READ,
    }


@pytest.mark.parametrize(
    "role", [Role.OFFICIAL, Role.ADMINISTRATOR, Role.MEMBER, Role.COMMITTEE_MEMBER, Role.PROVINCE_BOARD]
)
def test_personal_files_are_closed_to(role: Role) -> None:
    assert not PERMISSIONS[role] & {
        Permission.MEMBERS_READ_SENSITIVE,
        Permission.MEMBERS_WRITE,
        Permission.MEMBERS_IMPORT,
    }


def test_an_official_writes_nothing_but_petitions_and_advice() -> None:
    written = {permission for permission in PERMISSIONS[Role.OFFICIAL] if not permission.value.endswith(".read")}
    assert written == {Permission.PETITIONS_WRITE, Permission.ADVICE_WRITE}


def test_the_administrator_sees_no_meeting_and_no_member() -> None:
    closed = {Permission.MEETINGS_READ, Permission.MEMBERS_READ, Permission.DUTIES_READ, Permission.DOCUMENTS_READ}
    assert not PERMISSIONS[Role.ADMINISTRATOR] & closed


def test_only_the_secretary_and_who_stands_in_approve_minutes() -> None:
    approving = [role for role in Role if Permission.MINUTES_APPROVE in PERMISSIONS[role]]
    assert approving == [Role.SECRETARY, Role.STAND_IN]


def test_a_grant_reaches_its_unit_and_below_only_with_subtree() -> None:
    alone = Actor(1, "x", expand_grants([held(Role.OFFICIAL, COMMUNE)]))
    below = Actor(1, "x", expand_grants([held(Role.OFFICIAL, COMMUNE, subtree=True)]))
    assert [alone.may(Permission.MEETINGS_READ, path) for path in (COMMUNE, CELL, OTHER)] == [True, False, False]
    assert [below.may(Permission.MEETINGS_READ, path) for path in (COMMUNE, CELL, OTHER)] == [True, True, False]


def test_of_an_ended_unit_a_role_leaves_reading_and_finishing() -> None:
    kept = HeldRole(Role.SECRETARY, CELL, subtree=False, hold=Hold.ENDED).permissions
    assert {item for item in kept if item.is_write} == {
        Permission.MEETINGS_HOLD,
        Permission.MINUTES_APPROVE,
        Permission.MINUTES_CORRECT,
        Permission.SCORES_WRITE,
    }
    read = {item for item in PERMISSIONS[Role.SECRETARY] if not item.is_write}
    assert kept - {item for item in kept if item.is_write} == read - {Permission.MEMBERS_READ_SENSITIVE}


@pytest.mark.parametrize(
    ("role", "hold", "finishes"),
    [
        (Role.SECRETARY, Hold.ENDED, {Permission.MEETINGS_HOLD, Permission.MINUTES_APPROVE}),
        (Role.COMMITTEE_MEMBER, Hold.ENDED, {Permission.MEETINGS_HOLD}),
        (Role.MEMBER, Hold.ENDED, set()),
        (Role.COMMUNE_OFFICER, Hold.ENDED, set()),
        (Role.COMMUNE_OFFICER, Hold.LEFT, {Permission.MEETINGS_HOLD, Permission.MINUTES_APPROVE}),
        (Role.OFFICIAL, Hold.LEFT, set()),
        (Role.PROVINCE_BOARD, Hold.LEFT, set()),
    ],
)
def test_who_finishes_what_an_ended_cell_left(role: Role, hold: Hold, finishes: set[Permission]) -> None:
    kept = HeldRole(role, CELL, subtree=False, hold=hold).permissions
    assert kept & {Permission.MEETINGS_HOLD, Permission.MINUTES_APPROVE} == finishes
    assert Permission.MEETINGS_PREPARE not in kept


@pytest.mark.parametrize(
    ("giver", "role", "path", "subtree", "allowed"),
    [
        (held(Role.COMMUNE_OFFICER, COMMUNE, subtree=True), Role.SECRETARY, CELL, False, True),
        (held(Role.COMMUNE_OFFICER, COMMUNE, subtree=True), Role.OFFICIAL, COMMUNE, True, True),
        (held(Role.COMMUNE_OFFICER, COMMUNE, subtree=True), Role.COMMUNE_OFFICER, COMMUNE, True, False),
        (held(Role.COMMUNE_OFFICER, COMMUNE, subtree=True), Role.SECRETARY, OTHER, False, False),
        (held(Role.COMMUNE_OFFICER, COMMUNE, subtree=True), Role.OFFICIAL, PROVINCE, True, False),
        (held(Role.COMMUNE_OFFICER, COMMUNE), Role.OFFICIAL, COMMUNE, True, False),
        (held(Role.PROVINCE_BOARD, PROVINCE, subtree=True), Role.COMMUNE_OFFICER, COMMUNE, True, True),
        (held(Role.PROVINCE_BOARD, PROVINCE, subtree=True), Role.ADMINISTRATOR, PROVINCE, True, False),
        (held(Role.ADMINISTRATOR, PROVINCE, subtree=True), Role.ADMINISTRATOR, PROVINCE, True, True),
        (held(Role.SECRETARY, CELL), Role.MEMBER, CELL, False, False),
    ],
)
def test_roles_are_handed_out_downwards_only(
    giver: HeldRole, role: Role, path: str, subtree: bool, allowed: bool
) -> None:
    assert may_grant([giver], role=role, path=path, subtree=subtree) is allowed


OF_A_CELL = {Role.MEMBER, Role.COMMITTEE_MEMBER, Role.SECRETARY}


@pytest.mark.parametrize(
    ("holder", "roles"),
    [
        (Role.MEMBER, set()),
        (Role.COMMITTEE_MEMBER, set()),
        (Role.SECRETARY, set()),
        (Role.OFFICIAL, set()),
        (Role.COMMUNE_OFFICER, OF_A_CELL | {Role.OFFICIAL}),
        (Role.PROVINCE_BOARD, OF_A_CELL | {Role.OFFICIAL, Role.COMMUNE_OFFICER}),
        (Role.ADMINISTRATOR, set(Role) - {Role.STAND_IN}),
    ],
)
def test_what_one_may_hand_out_somewhere(holder: Role, roles: set[Role]) -> None:
    assert grantable_roles([held(holder, COMMUNE)]) == roles
    assert grantable_roles([held(Role.MEMBER, CELL), held(holder, COMMUNE)]) == roles
    assert {role for role in Role if may_grant([held(holder, CELL)], role=role, path=CELL, subtree=False)} == roles


LOWEST_FIRST = [
    Role.MEMBER,
    Role.COMMITTEE_MEMBER,
    Role.SECRETARY,
    Role.OFFICIAL,
    Role.COMMUNE_OFFICER,
    Role.PROVINCE_BOARD,
]


@pytest.mark.parametrize(
    ("giver", "below"),
    [
        (Role.MEMBER, 0),
        (Role.COMMITTEE_MEMBER, 0),
        (Role.SECRETARY, 2),
        (Role.OFFICIAL, 0),
        (Role.COMMUNE_OFFICER, 4),
        (Role.PROVINCE_BOARD, 5),
        (Role.ADMINISTRATOR, 6),
    ],
)
def test_passwords_of_lower_roles_only_are_reset(giver: Role, below: int) -> None:
    helped = [
        role
        for role in LOWEST_FIRST
        if may_reset([held(giver, COMMUNE, subtree=True)], target=[held(role, CELL)], path=CELL)
    ]
    assert helped == LOWEST_FIRST[:below]


def test_a_reset_reaches_as_far_as_the_role_of_the_giver() -> None:
    secretary = held(Role.SECRETARY, CELL)
    assert [may_reset([secretary], target=[], path=path) for path in (CELL, COMMUNE, OTHER)] == [True, False, False]
    assert not may_reset([], target=[], path=CELL)
    officer = held(Role.COMMUNE_OFFICER, OTHER, subtree=True)
    both = [held(Role.MEMBER, CELL), held(Role.MEMBER, OTHER)]
    assert [may_reset(givers, target=both, path=CELL) for givers in ([secretary], [officer], [secretary, officer])] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ([], True),
        ([held(Role.MEMBER, CELL)], True),
        ([held(Role.COMMITTEE_MEMBER, CELL)], True),
        ([held(Role.SECRETARY, CELL)], False),
        ([held(Role.MEMBER, CELL), held(Role.OFFICIAL, OTHER)], False),
        ([held(Role.MEMBER, OTHER)], False),
        ([held(Role.ADMINISTRATOR, PROVINCE)], False),
    ],
)
def test_a_secretary_resets_members_of_the_own_cell_who_are_nothing_higher(
    target: list[HeldRole], allowed: bool
) -> None:
    assert may_reset([held(Role.SECRETARY, CELL)], target=target, path=CELL) is allowed


def test_administrators_help_each_other() -> None:
    admin = held(Role.ADMINISTRATOR, "", subtree=True)
    assert may_reset([admin], target=[admin], path=CELL)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0912345678", "0912345678"),
        (" 0912 345 678 ", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084 912 345 678", "0912345678"),
        ("+84 123 456 7890", "01234567890"),
        ("912345678", "912345678"),
        ("84912345", "84912345"),
        ("+856 20 5555 1234", "8562055551234"),
        ("  Pao3 ", "pao3"),
        ("Bí Thư", "bíthư"),
        ("24680", "24680"),
        ("8412345678", "8412345678"),  # ten digits: a number of 0 and nine may begin so
        ("84123456789", "0123456789"),
        ("+1 415 555 2671", "14155552671"),
        ("1234567", "1234567"),
        ("(0912) 345-678", "0912345678"),
        ("0000 0000", "00000000"),  # no number at all: the digits
    ],
)
def test_a_sign_in_name_is_one_however_it_is_typed(typed: str, stored: str) -> None:
    assert normalize_username(typed) == stored


@given(st.text(max_size=60) | st.text(st.sampled_from("0849+ 123"), max_size=15))
def test_normalizing_a_name_twice_changes_nothing(text: str) -> None:
    once = normalize_username(text)
    assert normalize_username(once) == once


@pytest.mark.parametrize(
    ("phone", "number", "expected"),
    [("0912 345 678", 0, "0912345678"), ("0912 345 678", 2, "pao2"), ("", 0, "pao1"), ("", 3, "pao3")],
)
def test_a_proposed_name(phone: str, number: int, expected: str) -> None:
    assert propose_username(full_name="Giàng A Páo", phone=phone, number=number) == expected


def test_a_proposed_name_leaves_room_for_its_number() -> None:
    assert propose_username(full_name="x" * 60, phone="", number=9) == "x" * 54 + "9"


def test_a_name_without_latin_letters_still_gets_a_proposal() -> None:
    assert propose_username(full_name="…", phone="", number=1) == "dangvien1"


def test_a_code_is_one_however_it_is_typed() -> None:
    assert format_code("ABCD2345") == "ABCD-2345"
    assert normalize_code(" abcd - 2345 ") == "ABCD2345"
    assert normalize_code("ABCD-2345-6") == "ABCD2345"
    assert not set("01IO") & set(CODE_ALPHABET)


@pytest.mark.parametrize(
    ("used", "tries", "after", "problem"),
    [
        (False, 0, timedelta(0), ""),
        (False, CODE_TRIES - 1, timedelta(hours=71, minutes=59), ""),
        (False, 0, timedelta(hours=72), "expired"),
        (False, CODE_TRIES, timedelta(0), "tries"),
        (True, 0, timedelta(0), "used"),
    ],
)
def test_when_a_code_stops_working(used: bool, tries: int, after: timedelta, problem: str) -> None:
    expires: datetime = NOW + timedelta(hours=72)
    assert code_problem(used=used, tries=tries, expires_at=expires, now=NOW + after) == problem
