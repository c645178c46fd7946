"""The look itself: every component, the sign-in, the error pages, seen by axe and by a script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD, make_user
from tests.journeys.axe import assert_usable_everywhere, find_faults


@pytest.fixture
def developing(settings: Any) -> None:
    settings.DEBUG = True


@pytest.mark.usefixtures("developing")
def test_components_are_usable_everywhere(phone: Page) -> None:
    phone.goto("/thanh-phan/")
    assert_usable_everywhere(phone)


@pytest.mark.django_db(transaction=True)
def test_sign_in_is_usable_everywhere(phone: Page) -> None:
    phone.goto("/tai-khoan/login/")
    assert_usable_everywhere(phone)
    phone.get_by_label("Số điện thoại hoặc tên đăng nhập").fill("0912345678")
    phone.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(phone.get_by_role("alert")).to_be_focused()
    expect(phone.get_by_label("Số điện thoại hoặc tên đăng nhập")).to_have_value("0912345678")
    assert_usable_everywhere(phone)


def test_axe_sees_a_fault(phone: Page) -> None:
    """The helper is no rubber stamp."""
    phone.goto("/khong-co/")
    phone.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<input><a href=/x></a>')")
    assert {fault.split(":")[0] for fault in find_faults(phone)} == {"label", "link-name"}


def test_missing_page_is_usable_everywhere(phone: Page) -> None:
    phone.goto("/khong-co/")
    expect(phone.get_by_role("heading", name="Không có trang này")).to_be_visible()
    assert_usable_everywhere(phone)


@pytest.mark.django_db(transaction=True)
def test_account_pages_are_usable_everywhere(phone: Page) -> None:
    user = make_user("Ma Công Lập")
    sign_in(phone, user.username)
    for path in ["/tai-khoan/bao-mat/", "/tai-khoan/phien/", "/tai-khoan/password/change/", "/tai-khoan/logout/"]:
        phone.goto(path)
        phone.locator(".nn-menu summary").click()
        assert_usable_everywhere(phone)


@pytest.mark.django_db(transaction=True)
def test_text_size_changes_without_losing_what_was_typed(phone: Page) -> None:
    phone.goto("/tai-khoan/login/")
    phone.get_by_label("Số điện thoại hoặc tên đăng nhập").fill("0912345678")
    with phone.expect_response("**/giao-dien/co-chu/"):
        phone.get_by_role("button", name="A++ cỡ rất lớn").click()
    expect(phone.locator("html")).to_have_attribute("data-nn-size", "3")
    expect(phone.get_by_label("Số điện thoại hoặc tên đăng nhập")).to_have_value("0912345678")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("data-nn-size", "3")


@pytest.mark.django_db(transaction=True)
def test_password_can_be_shown(phone: Page) -> None:
    phone.goto("/tai-khoan/login/")
    secret = phone.locator("[name=password]")
    phone.get_by_role("button", name="Hiện").click()
    expect(secret).to_have_attribute("type", "text")
    phone.get_by_role("button", name="Ẩn").click()
    expect(secret).to_have_attribute("type", "password")


@pytest.mark.usefixtures("developing")
def test_draft_survives_leaving_the_page(phone: Page) -> None:
    phone.goto("/thanh-phan/")
    note = phone.locator("[name=mau-note]")
    note.fill("Huy động 20 công mỗi xóm.")
    phone.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('nn-draft:'))")
    phone.goto("/khong-co/")
    phone.goto("/thanh-phan/")
    expect(note).to_have_value("Huy động 20 công mỗi xóm.")
    phone.locator("[name=mau-note] + p button").click()
    expect(note).to_have_value("")
    assert phone.evaluate("() => localStorage.length") == 0


@pytest.mark.usefixtures("developing")
def test_stepper_counts_within_its_limits(phone: Page) -> None:
    phone.goto("/thanh-phan/")
    votes = phone.locator("[name=mau-votes]")
    for _ in range(6):
        phone.get_by_role("button", name="Thêm một: Tán thành").first.click()
    expect(votes).to_have_value("25")
    phone.get_by_role("button", name="Bớt một: Tán thành").first.click()
    expect(votes).to_have_value("24")


@pytest.mark.usefixtures("developing")
def test_long_press_opens_the_rarer_states(phone: Page) -> None:
    phone.goto("/thanh-phan/")
    phone.evaluate(
        "() => document.querySelector('.nn-more').addEventListener('click', () => { document.title = 'mở' })"
    )
    tap = phone.locator(".nn-tap").first
    tap.scroll_into_view_if_needed()
    tap.hover()
    phone.mouse.down()
    phone.wait_for_function("() => document.title === 'mở'")
    phone.mouse.up()


def sign_in(page: Page, username: str) -> None:
    page.goto("/tai-khoan/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(lambda address: "/login/" not in address)
