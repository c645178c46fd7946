"""The account pages that allauth serves and we draw."""

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from tests.factories.accounts import PASSWORD, make_user


@pytest.fixture
def user() -> User:
    return make_user("Ma Công Lập")


@pytest.fixture
def insider(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_sign_in_page(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "Số điện thoại hoặc tên đăng nhập" in page
    assert "Dùng vân tay hoặc khuôn mặt" in page
    assert "placeholder" not in page


@pytest.mark.django_db
def test_sign_in(client: Client, user: User) -> None:
    response = client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.django_db
def test_wrong_password_keeps_the_name(client: Client, user: User) -> None:
    page = client.post(reverse("account_login"), {"login": user.username, "password": "sai"}).content.decode()
    assert f'value="{user.username}"' in page
    assert "Còn 1 chỗ phải sửa" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("account_change_password", "Mật khẩu đang dùng"),
        ("mfa_index", "Cách đăng nhập"),
        ("mfa_list_webauthn", "Thêm máy này"),
        ("usersessions_list", "Máy nào đang vào tài khoản này?"),
        ("account_logout", "Đăng xuất"),
        ("account_reauthenticate", "Xác nhận là đồng chí"),
    ],
)
def test_pages_of_a_signed_in_person(insider: Client, name: str, words: str) -> None:
    response = insider.get(reverse(name))
    assert response.status_code == 200
    assert words in response.content.decode()


@pytest.mark.django_db
def test_locked_account_sends_to_the_secretary(client: Client) -> None:
    assert "bí thư" in client.get(reverse("account_inactive")).content.decode()


@pytest.mark.django_db
def test_menu_signs_out_by_a_form(insider: Client) -> None:
    page = insider.get("mfa_index").content.decode()
    assert "Ma Công Lập" in page
    assert "data-nn-signout" in page
