"""Two forms on one page: what was typed in one stands there again when the other was sent."""

import pytest
from playwright.sync_api import expect

from nennep.accounts.choices import Role
from nennep.members.choices import PostKind
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.members import make_member, make_post
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

# Another form of the page, that is sent to the page itself.
OTHER = """() => {
  const form = document.createElement("form");
  form.innerHTML = "<button>Mẫu khác</button>";
  document.querySelector("main").append(form);
}"""


def test_the_form_that_was_not_sent_keeps_what_was_typed(open_page: OpenPage) -> None:
    cell, user = make_cell(), make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    make_post(make_member("Ma Công Lập", cell=cell, user=user), cell, PostKind.SECRETARY)
    page = open_page(PHONE)
    sign_in(page, user.username)
    page.goto(f"/kien-nghi/chi-bo/{cell.public_id}/ghi/")
    page.locator("main textarea").first.fill("Sửa cầu treo")
    page.locator("main input[type=text]").first.fill("Bà Lý Thị Mỷ")
    page.evaluate(OTHER)
    page.get_by_role("button", name="Mẫu khác").click()
    expect(page.get_by_role("button", name="Mẫu khác")).to_have_count(0)
    expect(page.locator("main textarea").first).to_have_value("Sửa cầu treo")
    expect(page.locator("main input[type=text]").first).to_have_value("Bà Lý Thị Mỷ")
    page.goto(page.url)
    expect(page.locator("main input[type=text]").first).to_have_value("")
