"""A form that takes long says so on the page it was sent from, and the button is not tapped again."""

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import make_user
from tests.journeys.conftest import PHONE, OpenPage

pytestmark = pytest.mark.django_db(transaction=True)
# The answer goes to another window: as long as the page itself waits for one, nobody can look at it.
ELSEWHERE = "form => { form.target = 'elsewhere'; form.method = 'get'; form.action = '/huong-dan/'; }"


def test_a_slow_form_says_that_it_is_under_way(open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto("/tai-khoan/dang-nhap/")
    page.locator("input[name=login]").fill(make_user("Ma Công Lập").username)
    page.locator("input[name=password]").fill("nen-nep-2026")
    button = page.locator("main form button[type=submit], main form button:not([type])").first
    button.locator("xpath=ancestor::form").evaluate(ELSEWHERE)
    button.click()
    expect(page.get_by_role("status").filter(has_text="Máy chủ đang làm, xin đợi")).to_be_visible(timeout=10_000)
    expect(button).to_have_attribute("aria-busy", "true")
