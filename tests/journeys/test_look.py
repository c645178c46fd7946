"""The look itself: every component, the sign-in, the error pages, seen by axe and by a script."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from nennep.core.errors import Conflict, DomainError, NotAllowed
from nennep.core.views import show_server_error
from tests.factories.accounts import make_user
from tests.journeys.axe import assert_usable, assert_usable_everywhere, find_faults
from tests.journeys.conftest import PHONE
from tests.journeys.steps import expect_inside, sign_in


@pytest.fixture
def developing(settings: Any) -> None:
    settings.DEBUG = True


@pytest.mark.usefixtures("developing")
def test_components_are_usable_everywhere(phone: Page) -> None:
    phone.goto("/thanh-phan/")
    assert_usable_everywhere(phone)


@pytest.mark.django_db(transaction=True)
def test_sign_in_is_usable_everywhere(phone: Page) -> None:
    phone.goto(reverse("account_login"))
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


ASK = "() => htmx.ajax('POST', '/hong/', {target: 'main', swap: 'innerHTML'})"


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (409, {"HX-Retarget": "#loi-bao"}, "<p>Người khác vừa sửa.</p>", "Người khác vừa sửa."),
        (404, {}, "<main><p class='nn-lede'>Địa chỉ sai.</p></main>", "Địa chỉ sai."),
        (429, {}, "", "Chưa ghi được. Điều đồng chí đã gõ vẫn còn trên trang này; thử lại sau một phút."),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_htmx_was_refused_is_said_on_top(
    phone: Page, status: int, headers: dict[str, str], body: str, words: str
) -> None:
    phone.goto(reverse("account_login"))
    phone.locator("[name=login]").fill("0912345678")
    phone.route("**/hong/", lambda route: route.fulfill(status=status, headers=headers, body=body))
    phone.evaluate(ASK)
    expect(phone.locator("#loi-bao")).to_have_text(words)
    expect(phone.locator("[name=login]")).to_have_value("0912345678")


@pytest.mark.django_db(transaction=True)
def test_no_network_is_said(phone: Page) -> None:
    phone.goto(reverse("account_login"))
    strip = phone.get_by_text("Mất mạng.")
    expect(strip).to_be_hidden()
    phone.context.set_offline(True)
    expect(strip).to_be_visible()
    phone.context.set_offline(False)
    expect(strip).to_be_hidden()


TOUCHING = """(least) => [...document.querySelectorAll('.nn-bottombar a, .nn-savebar, .nn-undo')].flatMap((part) => {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const bounds = part.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if (box.width && (box.left - bounds.left < least || bounds.right - box.right < least)) found.push(node.data.trim());
    }
  }
  return found;
})"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_words_of_the_bars_keep_off_the_edges(phone: Page, language: str) -> None:
    """At the largest letters on the narrowest phone: words break, they neither touch the edge nor each other."""
    with translation.override(language):
        bar = render_to_string("room/_bar.html", {"room": {}, "outcome": {}})
        undo = render_to_string("room/_undo_mark.html", {"last": None})
        show(phone, render_to_string("core/base.html", {}, request=make_request()))
    assert "<button" not in undo
    phone.evaluate("([html, undo]) => document.body.insertAdjacentHTML('beforeend', undo + html)", [bar, undo])
    for width, size in [(360, "3"), (320, "2"), (320, "3")]:
        phone.set_viewport_size({"width": width, "height": PHONE["height"]})
        phone.evaluate("(size) => { document.documentElement.dataset.nnSize = size }", size)
        assert (width, size, phone.evaluate(TOUCHING, 3)) == (width, size, [])


def test_session_that_ended_leads_to_the_sign_in(phone: Page) -> None:
    """Not: the sign-in page inside a fragment of the old page."""
    phone.goto("/khong-co/")
    phone.route("**/hong/", lambda route: route.fulfill(status=302, headers={"Location": reverse("account_login")}))
    phone.evaluate("() => { window.old = true }")
    phone.evaluate(ASK)
    phone.wait_for_function("() => window.old === undefined")
    expect(phone.get_by_role("heading", name="Không có trang này")).to_be_visible()


def test_error_pages_are_usable(phone: Page) -> None:
    for status, error in [(403, NotAllowed()), (409, Conflict()), (422, DomainError()), (400, None)]:
        show(phone, render_to_string(f"core/error_{status}.html", {"error": error}, request=make_request()))
        assert_usable(phone)


def test_server_error_is_usable_everywhere(phone: Page) -> None:
    note = "Đồng chí Chẩu Văn Dũng: huy động 20 công mỗi xóm, làm hai ngày cuối tuần."
    show(phone, show_server_error(make_request(note=note)).content.decode())
    expect(phone.get_by_label("Nội dung chưa ghi")).to_have_value(note)
    assert_usable_everywhere(phone)


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Lý do", widget=forms.RadioSelect, choices=[("1", "Thiên tai, dịch bệnh"), ("2", "Lý do khác")]
    )
    detail = forms.CharField(label="Nói rõ thêm", widget=forms.Textarea(attrs={"rows": 3}))


def test_reason_page_is_usable_everywhere(phone: Page) -> None:
    context = {
        "asked": "Buổi sinh hoạt đặt vào 12/11/2026.",
        "rule": "Quy định: ngày 03, hoặc trong 7 ngày đầu tháng.",
        "source": "Chỉ thị 50-CT/TW, 23/07/2025",
        "form": ReasonForm({"detail": "Cả chi bộ trực cao điểm."}),
        "back_url": "/",
        "back_label": "Chọn ngày khác",
    }
    show(phone, render_to_string("core/reason_page.html", context, request=make_request()))
    expect(phone.get_by_role("alert").get_by_role("link")).to_have_count(1)
    expect(phone.get_by_label("Nói rõ thêm")).to_have_value("Cả chi bộ trực cao điểm.")
    assert_usable_everywhere(phone)


def show(page: Page, html: str) -> None:
    """Open `html` at an address of the live server, so that its style sheets load."""
    page.route("**/hong/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("/hong/")
    page.unroute("**/hong/")


def make_request(**data: str) -> HttpRequest:
    request = RequestFactory().post("/nhiem-vu/", data)
    request.user = AnonymousUser()
    return request


@pytest.mark.django_db(transaction=True)
def test_account_pages_are_usable_everywhere(phone: Page) -> None:
    user = make_user("Ma Công Lập")
    sign_in(phone, user.username)
    for name in ["mfa_index", "usersessions_list", "account_change_password", "account_logout"]:
        phone.goto(reverse(name))
        phone.locator(".nn-menu summary").click()
        assert_usable_everywhere(phone)


@pytest.mark.django_db(transaction=True)
def test_text_size_changes_without_losing_what_was_typed(phone: Page) -> None:
    phone.goto(reverse("account_login"))
    phone.get_by_label("Số điện thoại hoặc tên đăng nhập").fill("0912345678")
    with phone.expect_response("**/giao-dien/co-chu/"):
        phone.get_by_role("button", name="A++ cỡ rất lớn").click()
    expect(phone.locator("html")).to_have_attribute("data-nn-size", "3")
    expect(phone.get_by_label("Số điện thoại hoặc tên đăng nhập")).to_have_value("0912345678")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("data-nn-size", "3")


@pytest.mark.django_db(transaction=True)
def test_everything_works_without_javascript(browser: Browser, live_server: Any) -> None:
    user = make_user("Ma Công Lập")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(reverse("account_login"))
    expect(page.get_by_role("button", name="Hiện")).to_be_hidden()
    expect(page.get_by_role("button", name="Dùng vân tay hoặc khuôn mặt")).to_be_hidden()
    page.get_by_role("button", name="A+ cỡ lớn").click()
    expect(page.locator("html")).to_have_attribute("data-nn-size", "2")
    sign_in(page, user.username)
    page.goto(reverse("mfa_index"))
    page.locator(".nn-menu summary").click()
    page.get_by_role("button", name="Tối").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


@pytest.mark.django_db(transaction=True)
def test_password_can_be_shown(phone: Page) -> None:
    phone.goto(reverse("account_login"))
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["can-bo-xa", "quan-tri"])
def test_guides_are_usable_everywhere(phone: Page, name: str) -> None:
    sign_in(phone, make_user().username)
    expect_inside(phone, "Hoàng Thị Thử")
    phone.goto(reverse("guide", args=[name]))
    assert_usable_everywhere(phone)
