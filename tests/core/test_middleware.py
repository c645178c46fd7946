"""What is too large is refused before it is read, whoever sends it."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from nennep.core.middleware import BodyLimitMiddleware
from tests.factories.accounts import make_user
from tests.markup import squeeze

pytestmark = pytest.mark.django_db
STRANGER = 1024 * 1024
SIGNED_IN = 21 * STRANGER


def send(client: Client, size: int, path: str = "/tai-khoan/dang-nhap/") -> Any:
    """A form that says it is that large; none of it is there to be read."""
    return client.post(path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(size))


@pytest.mark.parametrize("path", ["/tai-khoan/dang-nhap/", "/tai-khoan/ma/", "/khong-co-trang-nay/", "/api/v1/health"])
def test_a_stranger_cannot_make_the_server_read_a_file(client: Client, path: str) -> None:
    answer = send(client, STRANGER + 1, path)
    assert answer.status_code == 413
    assert "Hãy đăng nhập rồi gửi lại." in squeeze(answer.content.decode())
    assert send(client, SIGNED_IN + 1, path).status_code == 413


class Unread(BytesIO):
    """What comes over the network, and whether anybody looked at it."""

    was_read = False

    def read(self, size: int | None = -1) -> bytes:
        self.was_read = True
        return super().read(size)


@pytest.mark.parametrize("signed_in", [False, True])
def test_nothing_is_read_of_what_is_refused(client: Client, *, signed_in: bool) -> None:
    """Not for the page that says so either, which gives back what was typed elsewhere."""
    if signed_in:
        client.force_login(make_user("Ma Thị Lan"))
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nLam muong\r\n--x--\r\n'
    sent = Unread(part)
    environment: Any = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(SIGNED_IN + 1),
        "wsgi.input": sent,
    }
    answer = client.post("/tai-khoan/dang-nhap/", **environment)
    assert (answer.status_code, sent.was_read, "Lam muong" in answer.content.decode()) == (413, False, False)


def test_somebody_signed_in_may_send_one_file_and_a_form(client: Client) -> None:
    client.force_login(make_user("Ma Thị Lan"))
    answer = send(client, SIGNED_IN + 1)
    assert (answer.status_code, "lớn hơn 20 MB" in squeeze(answer.content.decode())) == (413, True)
    assert send(client, SIGNED_IN).status_code != 413


@pytest.mark.parametrize(
    ("size", "status"), [("", 200), ("0", 200), (str(STRANGER), 200)], ids=["none", "empty", "most"]
)
def test_what_a_stranger_may_send_is_read(client: Client, size: str, status: int) -> None:
    assert client.generic("GET", "/tai-khoan/dang-nhap/", CONTENT_LENGTH=size).status_code == status


def test_the_limit_stands_before_whatever_reads_forms(settings: Any) -> None:
    names = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    at = names.index(BodyLimitMiddleware.__name__)
    assert names.index("AuthenticationMiddleware") < at < names.index("MessageMiddleware")
