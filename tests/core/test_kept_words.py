"""What was typed when a form could not be taken: by a sign-out, an old token, the address of a button."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.core import kept_words
from nennep.core.kept_words import KeptForm, KeptText
from tests.factories.accounts import lose_session_of, make_user
from tests.factories.core import NOW

OURS = {"Referer": "http://testserver/kien-nghi/", "Origin": "http://testserver"}
WORDS = "Đề nghị sửa cầu treo Nặm Chá"
KEPT = KeptForm("/kien-nghi/1/ghi/", "/kien-nghi/", (KeptText("text", WORDS), KeptText("kind", "road")))


@pytest.mark.parametrize(
    ("value", "typed"),
    [("praise", False), ("", False), ("01a22709-aa7c-7199-a919-41e6a61addfb", False), ("25122026", True), ("Mỷ", True)],
)
def test_what_a_person_typed_is_told_from_what_the_page_sends(value: str, typed: bool) -> None:
    assert KeptText("x", value).is_typed is typed


@pytest.mark.parametrize(("value", "kept"), [("x" * 300, True), ("0123456789abcdef" * 4, False), ("f" * 65, True)])
def test_a_checksum_of_the_page_is_no_word_to_copy(value: str, kept: bool) -> None:
    assert bool(KeptForm("/", "/", (KeptText("text", value),)).words) is kept


@pytest.mark.parametrize(("name", "kept"), [("title", True), ("base_title", False), ("conclusion_before", False)])
def test_what_stood_in_the_page_before_is_no_word_to_copy(name: str, kept: bool) -> None:
    assert bool(KeptForm("/", "/", (KeptText(name, WORDS),)).words) is kept


def test_kept_for_two_hours_and_unreadable_in_the_session(client: Client, db: None) -> None:
    session: Any = client.session
    kept_words.keep_form(session, KEPT, owner="7", now=NOW)
    assert "cầu" not in str(session["kept_words"])
    just_before, over = NOW + timedelta(hours=2, seconds=-1), NOW + timedelta(hours=2)
    assert kept_words.get_kept_form(session, owner="7", now=just_before) == KEPT
    assert kept_words.get_kept_form(session, owner="7", now=over) is None
    assert kept_words.get_kept_form(session, owner="77", now=NOW) is None


@pytest.mark.parametrize(("path", "left"), [(KEPT.path, None), ("/khac/", KEPT)], ids=["sent-again", "another-form"])
def test_gone_when_it_was_sent_again(client: Client, db: None, path: str, left: KeptForm | None) -> None:
    session: Any = client.session
    kept_words.keep_form(session, KEPT, owner="7", now=NOW)
    kept_words.drop_form(session, owner="7", path=path, now=NOW)
    assert kept_words.get_kept_form(session, owner="7", now=NOW) == left


def test_passwords_are_never_kept(client: Client, db: None) -> None:
    lose_session_of(client, make_user())
    client.post(reverse("core:show_kept_form"), {"password": "Bí mật 2026", "old_code": "12345678"})
    assert "kept_words" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "given_back"),
    [
        (OURS, True),
        ({"Referer": "http://evil.example/", "Origin": "http://evil.example"}, False),
        (OURS | {"Origin": "null"}, False),
        ({}, False),
    ],
    ids=["ours", "another-site", "hidden-origin", "nothing-said"],
)
def test_an_old_token_gives_the_words_back_to_our_own_pages_alone(headers: dict[str, str], given_back: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    page = client.post(
        reverse("core:show_kept_form"), {"text": WORDS, "csrfmiddlewaretoken": "x" * 64}, headers=headers
    )
    assert page.status_code == 403
    assert (WORDS in page.content.decode()) is given_back


@pytest.mark.django_db
def test_htmx_opens_the_sign_in_whole_with_a_status_that_keeps_drafts(client: Client) -> None:
    lose_session_of(client, make_user())
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sinh-hoat/1/phong/"}
    answer = client.post(reverse("core:show_kept_form"), {"note": WORDS}, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/tai-khoan/dang-nhap/?next=%2Fgui-lai%2F")


@pytest.mark.django_db
def test_nothing_waits_goes_home(client: Client, fixed_clock: datetime) -> None:
    client.force_login(make_user())
    assert client.get(reverse("core:show_kept_form"))["Location"] == reverse("home")


@pytest.mark.django_db
def test_the_address_of_a_button_is_a_page_that_says_so(client: Client) -> None:
    page = client.get(reverse("core:set_size"))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "Địa chỉ này không phải một trang" in page.content.decode()
