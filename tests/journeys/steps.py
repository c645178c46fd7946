"""What several journeys do."""

from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD
from tests.journeys.axe import assert_usable

DATA = Path(__file__).parent.parent / "data"


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(lambda address: reverse("account_login") not in address)


def expect_inside(page: Page, name: str) -> None:
    expect(page.locator(".nn-menu summary")).to_contain_text(name)


def import_list(page: Page, name: str, people: int) -> None:
    """The wizard from the officer's menu to the outcome."""
    page.goto("/")
    page.locator(".nn-menu summary").click()
    page.get_by_role("link", name="Nhập danh sách").click()
    page.locator("[name=file]").set_input_files(DATA / name)
    page.get_by_role("button", name="Đọc tệp").click()
    assert_usable(page)
    page.get_by_role("button", name=f"Ghi {people} người").click()
    expect(page.get_by_role("heading", name=f"Đã ghi {people} người mới")).to_be_visible()
    assert_usable(page)
