"""Passwords in Vietnamese, from keyboards that send letters composed or in parts."""

import unicodedata
from typing import Any, Literal

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
SENTENCE = "Bản Mường Thậtđẹp 2026"
Form = Literal["NFC", "NFD", "NFKC"]


def as_typed(form: Form) -> str:
    return unicodedata.normalize(form, SENTENCE)


@pytest.mark.parametrize("signed", ["NFC", "NFD"])
@pytest.mark.parametrize("chosen", ["NFC", "NFD"])
def test_a_password_opens_from_every_keyboard(client: Client, chosen: Form, signed: Form) -> None:
    user = make_user()
    user.set_password(as_typed(chosen))
    user.save()
    answer = client.post(reverse("account_login"), {"login": user.username, "password": as_typed(signed)})
    assert answer.status_code == 302
    assert not user.check_password(SENTENCE[:-1])


def test_a_password_of_a_former_version_still_opens_as_it_was_typed() -> None:
    user = make_user()
    user.password = make_password(as_typed("NFD"))
    assert user.check_password(as_typed("NFD"))


def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    count: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        count.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    user, spent = make_user(), []
    for ask in (user.check_password, lambda typed: User().set_password(typed)):
        for form in ("NFC", "NFD"):
            count.clear()
            ask(unicodedata.normalize(form, SENTENCE))
            spent.append(len(count))
    assert spent == [1, 2, 1, 2]
