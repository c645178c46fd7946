from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from nennep.core import views
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.middleware import DomainErrorMiddleware

A_YEAR = 365 * 86_400  # seconds


@pytest.mark.parametrize(
    ("path", "value", "cookie"),
    [
        ("/giao-dien/co-chu/", "3", "nn-size"),
        ("/giao-dien/nen/", "dark", "nn-theme"),
        ("/giao-dien/nen/", "", "nn-theme"),
        ("/giao-dien/ngon-ngu/", "en", settings.LANGUAGE_COOKIE_NAME),
    ],
)
def test_choice_is_kept_in_a_cookie(client: Client, path: str, value: str, cookie: str) -> None:
    response = client.post(path, {"value": value, "next": "/sinh-hoat/?thang=2026-11"})
    assert response.status_code == 302
    assert response["Location"] == "/sinh-hoat/?thang=2026-11"
    kept = response.cookies[cookie]
    assert (kept.value, kept["max-age"], kept["httponly"], kept["samesite"]) == (value, A_YEAR, True, "Lax")


@pytest.mark.parametrize("path", ["/giao-dien/co-chu/", "/giao-dien/nen/", "/giao-dien/ngon-ngu/"])
def test_unknown_choice_writes_nothing(client: Client, path: str) -> None:
    response = client.post(path, {"value": "../x", "next": "/"})
    assert response.status_code == 400
    assert not response.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_only_own_addresses_are_gone_back_to(client: Client, target: str) -> None:
    assert client.post("/giao-dien/co-chu/", {"value": "2", "next": target})["Location"] == "/"


@pytest.mark.parametrize("path", ["/giao-dien/co-chu/", "/giao-dien/nen/", "/giao-dien/ngon-ngu/"])
def test_choice_needs_a_post(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def make_request(**data: str) -> HttpRequest:
    request = RequestFactory().post("/nhiem-vu/giao/", data) if data else RequestFactory().get("/nhiem-vu/")
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFound(), 404, "Không có trang này"),
        (NotAllowed(), 403, "Đồng chí chưa được giao việc này"),
        (Conflict(), 409, "Nội dung vừa được sửa ở máy khác"),
        (DomainError(), 422, "Chưa làm được"),
    ],
)
def test_domain_error_becomes_a_page(error: DomainError, status: int, words: str) -> None:
    response = DomainErrorMiddleware(lambda _: pytest.fail("not called")).process_exception(make_request(), error)
    assert response is not None
    assert response.status_code == status
    assert words in response.content.decode()


def test_domain_error_becomes_a_notice_for_htmx() -> None:
    request = make_request()
    request.htmx = True  # type: ignore[attr-defined]
    response = DomainErrorMiddleware(lambda _: pytest.fail("not called")).process_exception(request, Conflict())
    assert response is not None
    assert (response.status_code, response["HX-Retarget"]) == (409, "#loi-bao")
    assert response["HX-Reswap"] == "innerHTML show:window:top"
    assert "<html" not in response.content.decode()
    assert str(Conflict.message) in response.content.decode()


def test_unknown_address_has_a_page_that_says_so(client: Client) -> None:
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_old_form_has_a_page_that_says_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/giao-dien/co-chu/", {"value": "2"})
    assert response.status_code == 403
    assert "Trang đã mở quá lâu" in response.content.decode()


def test_server_error_gives_back_what_was_typed() -> None:
    note = "Đồng chí Chẩu Văn Dũng: huy động 20 công mỗi xóm, làm hai ngày cuối tuần."
    response = views.show_server_error(
        make_request(note=note, kind="1", password="Bi-mat-cua-toi-rat-dai-rat-dai-rat-dai-1")
    )
    page = response.content.decode()
    assert response.status_code == 500
    assert note in page
    assert 'name="kind" value="1"' in page
    assert "Bi-mat" not in page
    assert "Máy chủ chưa ghi được" in page


def test_server_error_without_typed_text_is_short() -> None:
    page = views.show_server_error(make_request()).content.decode()
    assert "Máy chủ chưa làm được" in page
    assert "<textarea" not in page


def test_appearance_follows_the_cookies(client: Client) -> None:
    client.cookies.load({"nn-size": "3", "nn-theme": "dark"})
    page = client.get("/khong-co/").content.decode()
    assert 'data-nn-size="3" data-bs-theme="dark"' in page


def test_foreign_cookies_are_ignored(client: Client) -> None:
    client.cookies.load({"nn-size": '9"><script>', "nn-theme": "pink"})
    page = client.get("/khong-co/").content.decode()
    assert 'data-nn-size="1">' in page


def test_language_of_the_browser_is_not_asked(client: Client) -> None:
    """The interface is Vietnamese until a person chooses otherwise."""
    headers: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9"}
    assert '<html lang="vi"' in client.get("/khong-co/", **headers).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en"' in client.get("/khong-co/", **headers).content.decode()
