"""Coming in: by password, by a printed code, by an app's six digits, by a passkey of the device."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from tests.factories.accounts import PASSWORD, grant_role, make_user
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.journeys.axe import assert_usable
from tests.journeys.steps import expect_inside, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "mua-xuan-nam-cha-2027"


def give_passkey_device(page: Page) -> str:
    """A device with a fingerprint reader that always recognises its owner; the id of the authenticator."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def confirm_password(page: Page) -> None:
    """Before a change of how one signs in, the password is asked once more when the sign-in was long ago."""
    if "xac-nhan" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit], main button.btn-primary").first.click()


def test_a_passkey_opens_the_door_without_a_password(phone: Page) -> None:
    user = make_user("Ma Công Lập")
    give_passkey_device(phone)
    sign_in(phone, user.username)
    phone.goto(reverse("mfa_add_webauthn"))
    confirm_password(phone)
    assert_usable(phone)
    passwordless = phone.locator("[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    phone.locator("#mfa_webauthn_add").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.wait_for_url(re.compile("ma-du-phong|bao-mat/$"))
    assert Authenticator.objects.filter(user=user, type="webauthn").exists()
    phone.context.clear_cookies()
    phone.goto(reverse("account_login"))
    phone.get_by_role("button", name="Dùng vân tay hoặc khuôn mặt").click()
    expect_inside(phone, "Ma Công Lập")


def test_six_digits_of_an_app_are_the_second_step(phone: Page) -> None:
    user = make_user("Ma Công Lập")
    sign_in(phone, user.username)
    phone.goto(reverse("mfa_activate_totp"))
    confirm_password(phone)
    assert_usable(phone)
    found = re.search(r"\b[A-Z2-7]{32}\b", phone.content())
    assert found is not None
    secret = found.group()
    phone.locator("[name=code]").fill(_digits(secret))
    phone.locator("main form button.btn-primary").click()
    phone.wait_for_url(re.compile("ma-du-phong"))
    assert_usable(phone)
    codes = re.findall(r"\b\d{8}\b", phone.content())
    assert len(codes) == 10
    phone.context.clear_cookies()
    sign_in(phone, user.username)
    phone.wait_for_url(re.compile("buoc-hai"))
    assert_usable(phone)
    phone.locator("[name=code]").fill(codes[0])
    phone.locator("main form button.btn-primary").first.click()
    expect_inside(phone, "Ma Công Lập")


def _digits(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_a_printed_code_opens_the_door(phone: Page, desktop: Page) -> None:
    cell = make_unit()
    secretary = make_user("Vàng A Tủa")
    grant_role(secretary, Role.SECRETARY, cell)
    member = make_member("Giàng A Páo", cell=cell)
    sign_in(desktop, secretary.username)
    desktop.goto(reverse("members:show", args=[member.public_id]))
    assert_usable(desktop)
    desktop.get_by_role("button", name="Mở tài khoản và in mã").click()
    assert_usable(desktop)
    code = desktop.locator(".nn-code-text").inner_text()
    phone.goto(f"{reverse('accounts:enter_code')}#{code}")
    expect(phone.locator("#id_code")).to_have_value(code)
    assert "#" not in phone.url
    assert_usable(phone)
    phone.locator("[name=username]").fill(User.objects.get(full_name="Giàng A Páo").username)
    phone.locator("[name=password]").fill(NEW_PASSWORD)
    phone.get_by_role("button", name="Đặt mật khẩu").click()
    expect(phone.locator("#loi-bao")).to_contain_text("Đã đặt mật khẩu mới")
    sign_in(phone, "pao1", NEW_PASSWORD)
    expect_inside(phone, "Giàng A Páo")


def test_a_session_elsewhere_is_sent_out(phone: Page, desktop: Page) -> None:
    user = make_user("Ma Công Lập")
    for page in (desktop, phone):
        sign_in(page, user.username)
        expect_inside(page, "Ma Công Lập")
    phone.goto(reverse("usersessions_list"))
    phone.get_by_role("button", name="Cho các máy khác ra").click()
    expect(phone.get_by_text("Chỉ có máy này.")).to_be_visible()
    desktop.reload()
    expect(desktop.get_by_role("heading", name="Đăng nhập")).to_be_visible()
