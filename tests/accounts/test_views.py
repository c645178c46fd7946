"""Accounts, roles and codes as pages: a commune officer hands out, a secretary and a member find nothing there."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts import services
from nennep.accounts.choices import Role
from nennep.accounts.models import OneTimeCode, RoleGrant, User
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import PASSWORD, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
NEW_PASSWORD = "mua-xuan-nam-cha-2027"


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit(parent=commune)


@pytest.fixture
def officer(client: Client, commune: Organization) -> Client:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(user)
    return client


def new_user(cell: Organization, **changes: str) -> dict[str, str]:
    return {
        "full_name": "Quan Văn Hoạch",
        "phone": "0912 345 678",
        "role": "secretary",
        "organization": f"{cell.name} ({cell.code})",
        "valid_from": "09/11/2026",
    } | changes


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_costs_the_same_for_any_size(
    officer: Client, cell: Organization, size: int, django_assert_num_queries: Any
) -> None:
    for _number in range(size):
        grant_role(make_user(), Role.MEMBER, cell)
    with django_assert_num_queries(6):  # session, user, actor, count, page, grants
        assert officer.get(reverse("accounts:list_users")).status_code == 200


def test_the_list_is_searched_without_marks(officer: Client, cell: Organization) -> None:
    grant_role(make_user("Đặng Thị Lự"), Role.MEMBER, cell)
    assert "Đặng Thị Lự" in officer.get(reverse("accounts:list_users"), {"tim": "dang thi"}).content.decode()
    assert "Không có tài khoản nào khớp" in officer.get(reverse("accounts:list_users"), {"tim": "zzz"}).content.decode()


def test_an_account_is_made_and_its_code_printed(officer: Client, cell: Organization) -> None:
    response = officer.post(reverse("accounts:create_user"), new_user(cell))
    page = response.content.decode()
    found = re.search(r'nn-code-text">([A-Z2-9]{4}-[A-Z2-9]{4})<', page)
    assert found is not None
    assert "no-store" in response["Cache-Control"]
    assert "<svg" in page
    user = services.redeem_code(username="0912345678", code=found.group(1), password=NEW_PASSWORD, now=NOW)
    assert list(user.grants.values_list("role", "organization_id")) == [("secretary", cell.pk)]


def test_part_of_a_name_will_do_when_only_one_unit_has_it(officer: Client, cell: Organization) -> None:
    officer.post(reverse("accounts:create_user"), new_user(cell, organization=cell.name.split(maxsplit=2)[-1].upper()))
    assert list(RoleGrant.objects.filter(role="secretary").values_list("organization_id", flat=True)) == [cell.pk]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": ""}, "Họ và tên"),
        ({"organization": "Chi bộ không có"}, "Không rõ đơn vị nào"),
        ({"role": "administrator"}, "Vai trò"),
        ({"valid_to": "01/11/2026"}, "Ngày hết quyền phải sau ngày bắt đầu"),
        ({"valid_from": "31/02/2026"}, "Từ ngày"),
    ],
)
def test_bad_input_is_kept_and_nothing_is_written(
    officer: Client, cell: Organization, changes: dict[str, str], words: str
) -> None:
    before = User.objects.count()
    response = officer.post(reverse("accounts:create_user"), new_user(cell, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "0912 345 678" in response.content.decode()
    assert User.objects.count() == before


def test_a_role_is_given_and_taken_on_the_page(officer: Client, cell: Organization) -> None:
    user = make_user("Quan Văn Hoạch")
    grant_role(user, Role.MEMBER, cell)
    form = {"role": "official", "organization": cell.code, "valid_from": "09/11/2026"}
    response = officer.post(reverse("accounts:grant_role", args=[user.public_id]), form)
    assert response.status_code == 302
    grant = RoleGrant.objects.get(role="official")
    assert grant.subtree
    revoke = reverse("accounts:revoke_grant", args=[grant.public_id])
    assert officer.get(revoke).status_code == 200
    assert officer.post(revoke, {"on": "10/11/2026"}).status_code == 302
    grant.refresh_from_db()
    assert grant.valid_to == date(2026, 11, 10)
    again = officer.post(reverse("accounts:grant_role", args=[user.public_id]), form | {"role": "member"})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("role", "reach", "subtree"),
    [
        ("official", "", True),
        ("official", "itself", False),
        ("secretary", "", False),
        ("secretary", "below", True),
    ],
)
def test_how_far_a_role_reaches_follows_from_it_unless_it_is_said(
    officer: Client, cell: Organization, role: str, reach: str, subtree: bool
) -> None:
    user = make_user("Quan Văn Hoạch")
    grant_role(user, Role.MEMBER, cell)
    form = {"role": role, "organization": cell.code, "valid_from": "09/11/2026", "reach": reach}
    assert officer.post(reverse("accounts:grant_role", args=[user.public_id]), form).status_code == 302
    assert RoleGrant.objects.get(role=role).subtree is subtree


def test_the_reach_of_a_role_is_changed_where_it_stands(officer: Client, cell: Organization) -> None:
    user = make_user("Quan Văn Hoạch")
    former = grant_role(user, Role.OFFICIAL, cell, subtree=False, valid_from=date(2026, 1, 1))
    page = officer.get(reverse("accounts:show_user", args=[user.public_id])).content.decode()
    address = reverse("accounts:change_reach", args=[former.public_id])
    assert address in page
    for _time in range(2):
        assert officer.post(address, {"ca-duoi": "1"}).status_code == 302
    rows = RoleGrant.objects.filter(role="official").order_by("valid_from")
    assert list(rows.values_list("subtree", "valid_from", "valid_to")) == [
        (False, date(2026, 1, 1), date(2026, 11, 9)),
        (True, date(2026, 11, 9), None),
    ]
    later = rows.last()
    assert later is not None
    assert officer.post(reverse("accounts:change_reach", args=[later.public_id]), {"ca-duoi": "0"}).status_code == 302
    assert list(rows.values_list("subtree", flat=True)) == [False, False]


def test_an_account_is_locked_and_opened(officer: Client, cell: Organization) -> None:
    user = make_user()
    grant_role(user, Role.MEMBER, cell)
    address = reverse("accounts:set_active", args=[user.public_id])
    officer.post(address, {"active": "0"})
    assert not User.objects.get(pk=user.pk).is_active
    officer.post(address, {"active": "1"})
    assert User.objects.get(pk=user.pk).is_active


def test_a_code_for_somebody_above_is_refused_on_the_page(officer: Client, commune: Organization) -> None:
    board = make_user()
    grant_role(board, Role.PROVINCE_BOARD, commune)
    response = officer.post(reverse("accounts:issue_code", args=[board.public_id]), follow=True)
    assert "quyền khác ngoài chi bộ" in response.content.decode()
    assert not OneTimeCode.objects.exists()


def test_a_code_is_redeemed_without_signing_in(client: Client, cell: Organization) -> None:
    user = make_user()
    grant_role(user, Role.MEMBER, cell)
    code = services.issue_code(actor=Actor.system(), user=user, unit_path=cell.path, now=NOW)
    form = {"username": user.username, "code": code, "password": "ngan"}
    weak = client.post(reverse("accounts:enter_code"), form)
    assert weak.status_code == 422
    assert user.username in weak.content.decode()
    done = client.post(reverse("accounts:enter_code"), form | {"password": NEW_PASSWORD})
    assert done.status_code == 302
    signed_in = client.post(reverse("account_login"), {"login": f" {user.username.upper()} ", "password": NEW_PASSWORD})
    assert signed_in["Location"] == "/"


def test_trying_codes_ends_in_a_rest(client: Client) -> None:
    form = {"username": "x", "code": "AAAA-AAAA", "password": NEW_PASSWORD}
    statuses = [client.post(reverse("accounts:enter_code"), form).status_code for _try in range(21)]
    assert statuses == [422] * 20 + [429]


def test_five_wrong_passwords_close_the_door_in_one_sentence(client: Client) -> None:
    user = make_user()
    form = {"login": user.username, "password": "sai"}
    for _try in range(5):
        client.post(reverse("account_login"), form)
    response = client.post(reverse("account_login"), form | {"password": PASSWORD})
    assert "Còn 1 chỗ phải sửa" in response.content.decode()
    assert "_auth_user_id" not in client.session


def try_wrong(browser: Client, user: User, times: int = 5) -> None:
    for _try in range(times):
        browser.post(reverse("account_login"), {"login": user.username, "password": "sai"})


def come_in(browser: Client, user: User) -> bool:
    browser.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    return "_auth_user_id" in browser.session


def test_a_stranger_who_tries_passwords_keeps_the_owner_out_of_no_device_where_they_came_in(client: Client) -> None:
    user, stranger, new = make_user(), Client(), Client()
    assert come_in(client, user)
    client.post(reverse("account_logout"))
    try_wrong(stranger, user)
    assert not come_in(stranger, user)
    assert not come_in(new, user)
    assert come_in(client, user)


def test_a_known_device_has_five_tries_too_and_only_for_those_who_came_in_there(client: Client) -> None:
    user, other = make_user(), make_user()
    for person in (other, user):
        assert come_in(client, person)
        client.post(reverse("account_logout"))
    try_wrong(client, user)
    assert not come_in(client, user)
    assert come_in(client, other)
    third = make_user()
    try_wrong(Client(), third)
    client.post(reverse("account_logout"))
    assert not come_in(client, third)


def test_a_device_cookie_of_somebodys_own_making_is_none(client: Client) -> None:
    user = make_user()
    try_wrong(Client(), user)
    client.cookies["nn_device"] = f'["00", "{user.username}"]:x:y'
    assert not come_in(client, user)


@pytest.mark.parametrize(("remember", "expires_with_browser"), [({"remember": "on"}, False), ({}, True)])
def test_remember_me(client: Client, remember: dict[str, str], expires_with_browser: bool) -> None:
    user = make_user()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD} | remember)
    assert client.session.get_expire_at_browser_close() is expires_with_browser


def test_sessions_elsewhere_are_ended(client: Client) -> None:
    user = make_user()
    other = Client()
    for browser in (client, other):
        browser.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    client.post(reverse("usersessions_list"))
    assert "_auth_user_id" in client.session
    assert other.get("/").status_code == 302


def test_changing_the_password_ends_other_sessions(client: Client) -> None:
    user = make_user()
    other = Client()
    for browser in (client, other):
        browser.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), form).status_code == 302
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_locked_account_cannot_come_in(client: Client) -> None:
    user = make_user(active=False)
    response = client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert response["Location"] == reverse("account_inactive")


def test_every_page_costs_three_queries_before_its_own(client: Client, django_assert_num_queries: Any) -> None:
    client.force_login(make_user())
    with django_assert_num_queries(3):  # session, user, actor
        client.get(reverse("accounts:list_users"))
