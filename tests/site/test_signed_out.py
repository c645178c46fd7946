"""Whoever was signed out before sending something loses nothing: after signing in the words are there, and no page is missing."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse, reverse_lazy
from lxml import html

from nennep.accounts.models import User
from nennep.core.browsers import COOKIE
from nennep.core.kept_words import is_page
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.factories.accounts import PASSWORD, lose_session_of, make_user, sign_in

pytestmark = pytest.mark.django_db

SIGNED_IN = sorted(name for name, row in ROWS.items() if ADDRESSES[name].is_ours and row["anonymous"] == "sign-in")
TYPED = {"text": "Dòng một\nDòng “hai” & <ba>", "day": "25122026", "choice": "praise"}
BUTTONS = {name for name in SIGNED_IN if ROWS[name].get("method") == "POST"}
PAGE = "/xep-loai/?thang=2026-11"
OPEN_TO_ALL = sorted(name for name, row in ROWS.items() if row["anonymous"] == 200 and row.get("method") != "POST")
WORDS = "Đồng chí X phản ánh riêng"
RENAMING = reverse_lazy("organizations:rename_unit", args=["01a22709-aa7c-7199-a919-41e6a61addfb"])


@pytest.fixture
def member() -> User:
    return make_user("Ma Công Lập")


def test_what_is_sent_to_an_address_waits_behind_the_sign_in() -> None:
    user = make_user()
    for path, client, answer in _send_to_all(TYPED, user):
        client.force_login(user)
        page = html.fromstring(client.get(_after_sign_in(answer)).content.decode())
        (form,) = (form for form in page.forms if form.get("action") == path)
        carried = {"csrfmiddlewaretoken", "kept_back"}
        sent = {key: value.removeprefix("\n") for key, value in form.form_values() if key not in carried}
        assert (path, sent) == (path, TYPED)


def test_a_button_leads_back_to_the_page_it_stands_on() -> None:
    for path, _client, answer in _send_to_all({"kind": "praise"}, make_user()):
        assert (path, _after_sign_in(answer)) == (path, PAGE)


@pytest.mark.parametrize("path", [*(f"page:{name}" for name in OPEN_TO_ALL), "/khong-co-trang-nay/"])
def test_what_a_signed_out_visitor_is_shown_is_carried_out(path: str) -> None:
    """Each button of each form on the page, pressed on the page as a sign-in that leads on shows it."""
    address = reverse(path.removeprefix("page:")) if path.startswith("page:") else path
    here = f"{address}?next={reverse('core:show_kept_form')}"
    for action, data in _list_posts(here):
        client = Client(headers={"referer": f"http://testserver{here}"})
        answer = client.post(action, data)
        assert (action, data, answer.status_code < 500) == (action, data, True)
        assert "kept_words" not in client.session
        if "next" in data and "value" in data:
            assert (answer["Location"], client.get(here).context is not None) == (data["next"], True)
            assert data["value"] in {cookie.value for cookie in client.cookies.values()}
        followed = client.get(answer["Location"]) if answer.status_code == HTTPStatus.FOUND else answer
        assert "Phiên đăng nhập đã hết" not in followed.content.decode()


def test_the_sign_in_page_offers_language_and_size() -> None:
    """The pages above would pass without a form."""
    sent = {data.get("value") for _action, data in _list_posts(reverse("account_login"))}
    assert sent >= {"en", "1", "2"}


def _list_posts(page: str) -> list[tuple[str, dict[str, str]]]:
    """For each button of each form on the page: where it is sent, and what; fields that are empty are filled in."""
    answer = Client().get(page)
    if "html" not in answer["Content-Type"]:
        return []
    document = html.fromstring(answer.content.decode())
    found = []
    for form in (form for form in document.forms if form.method == "POST"):
        filled = {field.name: field.get("value") or "Điền" for field in form.iter("input") if field.name}
        for button in form.iter("button"):
            pressed = {button.get("name"): button.get("value", "")} if button.get("name") else {}
            found.append((button.get("formaction") or form.action or page, filled | pressed))
    return found


def test_nobody_else_who_signs_in_reads_what_was_typed(client: Client, member: User) -> None:
    asked = _send_words(client, member)
    other = make_user("Hà Thị Thu")
    page = client.post(asked["Location"], {"login": other.username, "password": PASSWORD}, follow=True)
    assert page.wsgi_request.user == other
    for shown in (page, client.get(reverse("core:show_kept_form"), follow=True)):
        assert WORDS not in shown.content.decode()
    sign_in(client, member)
    assert client.get(reverse("core:show_kept_form"))["Location"] == reverse("home")


def test_the_same_person_reads_it_after_the_sign_in(client: Client, member: User) -> None:
    asked = _send_words(client, member)
    page = client.post(asked["Location"], {"login": member.username, "password": PASSWORD}, follow=True)
    assert WORDS in page.content.decode()


@pytest.mark.parametrize("known", ["signed-out", "forged", "never"])
def test_words_of_nobody_knows_whom_are_not_kept(client: Client, member: User, known: str) -> None:
    if known == "signed-out":
        sign_in(client, member)
        client.post(reverse("account_logout"))
    if known == "forged":
        client.cookies[COOKIE] = f"{member.pk}:x"
    answer = client.post(RENAMING, {"name": WORDS}, headers={"Referer": f"http://testserver{PAGE}"})
    page = answer.content.decode()
    assert (answer.status_code, WORDS in page, "kept_words" in client.session) == (401, True, False)
    elsewhere = client.post(RENAMING, {"name": WORDS}, headers={"Referer": "http://evil.example/"})
    assert (elsewhere.status_code, "kept_words" in client.session) == (302, False)


def test_words_outlive_session_and_token_lost_at_once(member: User) -> None:
    """Without scripts, cookies cleared: sent again signed out, beside a sign-in, and again, it is what was typed on the first page."""
    client = Client(enforce_csrf_checks=True)
    lost = client.post(RENAMING, {"name": WORDS}, headers=_sent_from(PAGE))
    assert lost.status_code == 403
    again = _send_again(client, lost)
    assert (again.status_code, _words_of(again), "kept_words" in client.session) == (401, WORDS, False)
    assert _kept_form(again).fields["kept_back"] == PAGE
    _sign_in_beside(client, member)
    assert _send_again(client, again).status_code == 404  # taken at the first press: the unit is not there
    once_more = _send_again(client, again)
    assert (once_more.status_code, _words_of(once_more)) == (403, WORDS)
    assert _send_again(client, once_more).status_code == 404


@pytest.mark.parametrize("wrong", ["elsewhere", "other", "forged", "signed-out", "browser"])
def test_what_lets_words_be_sent_once_is_of_this_page_and_this_browser(member: User, wrong: str) -> None:
    """Nothing that another site, or another browser, could send is taken without the form's token."""
    client = Client(enforce_csrf_checks=True)
    again = _send_again(client, client.post(RENAMING, {"name": WORDS}, headers=_sent_from(PAGE)))
    form = dict(_kept_form(again).form_values())
    sender = Client(enforce_csrf_checks=True) if wrong == "browser" else client
    if wrong != "signed-out":
        _sign_in_beside(sender, member)
    address = reverse("organizations:close_unit", args=["01a22709-aa7c-7199-a919-41e6a61addfb"])
    path = address if wrong == "other" else str(RENAMING)
    headers = {"Origin": "http://evil.example"} if wrong == "elsewhere" else _sent_from(path)
    form |= {"kept_leave": "x"} if wrong == "forged" else {}
    assert sender.post(path, form, headers=headers).status_code == (401 if wrong == "signed-out" else 403)


def test_the_page_before_is_never_the_address_of_a_button(member: User) -> None:
    """Of every address that takes what is sent alone: a page that answered there is left for one that can be opened."""
    opened = Client()
    opened.force_login(member)
    for name in BUTTONS:
        client, path = Client(), reverse(name, kwargs=_sample_parts(name))
        lose_session_of(client, member)
        answer = client.post(path, {"kind": "praise"}, headers=_sent_from(path))
        following = _after_sign_in(answer)
        assert (path, opened.get(following).status_code) != (path, HTTPStatus.METHOD_NOT_ALLOWED)
        assert (path, is_page(path), is_page(urlsplit(following).path)) == (path, False, True)


def _sign_in_beside(client: Client, member: User) -> None:
    """In a new tab of the same browser, whose token changes by it."""
    login = reverse("account_login")
    form = next(form for form in html.fromstring(client.get(login).content.decode()).forms if "login" in form.fields)
    typed = dict(form.form_values()) | {"login": member.username, "password": PASSWORD}
    assert client.post(login, typed, headers=_sent_from(login)).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("data", [{}, {"kept_back": PAGE}], ids=["button", "sent-again"])
def test_the_sign_in_never_leads_to_the_address_of_a_button(member: User, data: dict[str, str]) -> None:
    """Sent again from the page that an answer to a button was, its own address is what sent it."""
    client = Client()
    lose_session_of(client, member)
    came_from = PAGE if not data else RENAMING
    answer = client.post(RENAMING, data, headers=_sent_from(str(came_from)))
    assert _after_sign_in(answer) == PAGE


def _sent_from(page: str) -> dict[str, str]:
    return {"Referer": f"http://testserver{page}", "Origin": "http://testserver"}


def _send_again(client: Client, page: HttpResponseBase) -> HttpResponseBase:
    """The button “Gửi lại” of this page, whose address is that of the form."""
    form = _kept_form(page)
    return client.post(form.action, dict(form.form_values()), headers=_sent_from(form.action))


def _kept_form(page: HttpResponseBase) -> Any:
    document = html.fromstring(page.content.decode())  # type: ignore[attr-defined]  # not streamed
    return next(form for form in document.forms if "kept_back" in form.fields)


def _words_of(page: HttpResponseBase) -> str:
    return str(_kept_form(page).fields["name"]).strip()


def test_the_cookie_is_no_scripts_and_as_secure_as_the_session(client: Client, member: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    sign_in(client, member)
    cookie = client.cookies[COOKIE]
    assert [bool(cookie["httponly"]), cookie["samesite"], bool(cookie["secure"])] == [True, "Lax", True]
    client.post(reverse("account_logout"))
    assert client.cookies[COOKIE].value == ""


def _send_words(client: Client, user: User) -> HttpResponseBase:
    """By this person, whose session is over."""
    lose_session_of(client, user)
    return client.post(RENAMING, {"name": WORDS}, headers={"Referer": f"http://testserver{PAGE}"})


def _send_to_all(data: dict[str, str], user: User) -> Iterator[tuple[str, Client, HttpResponseBase]]:
    """Sent from `PAGE` by `user`, who is signed out, to each address that takes what is sent: it, the browser, the answer."""
    browser = Client()
    lose_session_of(browser, user)
    for name in SIGNED_IN:
        client, path = Client(), reverse(name, kwargs=_sample_parts(name))
        client.cookies[COOKIE] = browser.cookies[COOKIE].value
        answer = client.post(path, data, headers={"Referer": f"http://testserver{PAGE}"})
        if name in BUTTONS or answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            yield path, client, answer


def _sample_parts(name: str) -> dict[str, Any]:
    """Of things that are not there: what was sent waits all the same."""
    words = {
        part: thing.removeprefix("=") for part, thing in ROWS[name].get("parts", {}).items() if thing.startswith("=")
    }
    return ADDRESSES[name].sample_parts() | words


def _after_sign_in(answer: HttpResponseBase) -> str:
    """Where the sign-in that this answer asks for leads on to."""
    assert answer.status_code == HTTPStatus.FOUND
    address = urlsplit(answer["Location"])
    assert address.path == reverse("account_login")
    return parse_qs(address.query)["next"][0]
