"""A form that takes long says so on the page it was sent from, and the button is not tapped again."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories.accounts import make_user
from tests.journeys.conftest import PHONE, OpenPage

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_slow_form_says_that_it_is_under_way(open_page: OpenPage) -> None:
    page: Page = open_page(PHONE)
    held: list[Route] = []
    page.route("**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.goto("/tai-khoan/dang-nhap/")
    page.locator("input[name=login]").fill(make_user("Ma Công Lập").username)
    page.locator("input[name=password]").fill("nen-nep-2026")
    button = page.locator("main form button[type=submit], main form button:not([type])").first
    button.click(no_wait_after=True)
    status = page.get_by_role("status").filter(has_text="Máy chủ đang làm, xin đợi")
    expect(status).to_be_visible(timeout=10_000)
    expect(button).to_have_attribute("aria-busy", "true")
    held[0].abort()
