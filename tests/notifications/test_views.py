from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.notifications.choices import Destination
from nennep.notifications.models import Notification
from nennep.notifications.services import notify
from tests.factories.accounts import make_user
from tests.factories.core import NOW, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    user = make_user()
    client.force_login(user)
    return user


def tell(user: User, title: str = "Mời dự sinh hoạt", url: str = "") -> Notification:
    return notify(
        actor=Actor.system(), user_ids=[user.pk], kind="k", title=said(title), page=Destination(url), now=NOW
    )[0]


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_costs_the_same_for_any_size(
    client: Client, user: User, size: int, django_assert_num_queries: Any
) -> None:
    for _number in range(size):
        tell(user)
    with django_assert_num_queries(6):  # session, user, count, page, unread, actor
        assert client.get(reverse("notifications:list")).status_code == 200


def test_opening_marks_read_and_goes_there(client: Client, user: User) -> None:
    notice = tell(user, url="/dang-vien/toi/")
    response = client.post(reverse("notifications:open", args=[notice.public_id]))
    assert response["Location"] == "/dang-vien/toi/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert client.get(reverse("notifications:open", args=[notice.public_id])).status_code == 405


@pytest.mark.parametrize("url", ["", "https://ngoai.example/", "//ngoai.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_outside(client: Client, user: User, url: str) -> None:
    notice = tell(user, url=url)
    response = client.post(reverse("notifications:open", args=[notice.public_id]))
    assert response["Location"] == reverse("notifications:list")


def test_all_are_read_at_once(client: Client, user: User) -> None:
    tell(user)
    assert "1 thông báo chưa đọc" in client.get(reverse("notifications:list")).content.decode()
    client.post(reverse("notifications:mark_all_read"))
    assert "Đã đọc hết" in client.get(reverse("notifications:list")).content.decode()
