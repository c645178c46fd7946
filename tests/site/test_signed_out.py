"""Whoever was signed out before sending something loses nothing: after signing in the words are there, and no page is missing."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db

SIGNED_IN = sorted(name for name, row in ROWS.items() if ADDRESSES[name].is_ours and row["anonymous"] == "sign-in")
TYPED = {"text": "Dòng một\nDòng “hai” & <ba>", "day": "25122026", "choice": "praise"}
BUTTONS = {name for name in SIGNED_IN if ROWS[name].get("method") == "POST"}
PAGE = "/sinh-hoat/?thang=2026-11"


def test_what_is_sent_to_an_address_waits_behind_the_sign_in() -> None:
    user = make_user()
    for path, client, answer in _send_to_all(TYPED):
        client.force_login(user)
        page = html.fromstring(client.get(_after_sign_in(answer)).content.decode())
        (form,) = (form for form in page.forms if form.get("action") == path)
        sent = {key: value.removeprefix("\n") for key, value in form.form_values() if key != "csrfmiddlewaretoken"}
        assert (path, sent) == (path, TYPED)


def test_a_button_leads_back_to_the_page_it_stands_on() -> None:
    for path, _client, answer in _send_to_all({"kind": "praise"}):
        assert (path, _after_sign_in(answer)) == (path, PAGE)


def _send_to_all(data: dict[str, str]) -> Iterator[tuple[str, Client, HttpResponseBase]]:
    """Sent from `PAGE` by somebody who is signed out, to each address that takes what is sent: it, the browser, the answer."""
    for name in SIGNED_IN:
        client, path = Client(), reverse(name, kwargs=_sample_parts(name))
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
