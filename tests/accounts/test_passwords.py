"""Passwords in Vietnamese, from keyboards that send letters composed or in parts."""

import unicodedata
from typing import Any, Literal

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.models import User
from nennep.accounts.rules import is_like
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


@pytest.mark.parametrize(
    ("password", "known"),
    [
        ("Nguyễn Thị Hương", "Nguyễn Thị Hương"),
        ("huong thi nguyen", "Nguyễn Thị Hương"),  # backwards
        ("NguyenHuong1975", "Nguyễn Thị Hương"),
        ("Huong@@2026", "Nguyễn Thị Hương"),
        ("nguyen.thi.huon", "Nguyễn Thị Hương"),
        ("0912345678ab", "0912345678"),
        ("pao.langcan@vn", "pao.lang.can@example.vn"),
    ],
)
def test_what_others_know_of_somebody_is_no_password(password: str, known: str) -> None:
    assert is_like(password, known)


@pytest.mark.parametrize(
    ("password", "known"),
    [
        ("Thuyền không gió", "Nguyễn Thị Hương"),  # twelve of its fourteen letters are in the name, in no order
        ("Hoa ban nở rộ", "Hà An Hoa"),
        ("thac ban gioc", "Giàng A Páo"),
        ("huongrungxanh", "Nguyễn Thị Hương"),
        ("mua-xuan-2027", "xuan"),
        ("ấm chè Shan", ""),
        ("***", "Hà An Hoa"),
    ],
)
def test_a_phrase_of_the_same_letters_is_one(password: str, known: str) -> None:
    assert not is_like(password, known)


@given(st.text(alphabet="abc1", min_size=0, max_size=4), st.sampled_from(["Nguyễn Thị Hương", "Hoàng Văn Páo"]))
def test_a_name_with_up_to_four_signs_is_never_one(more: str, name: str) -> None:
    assert is_like(name + more, name)
    assert is_like(more + name, name)
