from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.operations.models import BackupRun
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client: Client) -> Client:
    user = make_user()
    grant_role(user, Role.ADMINISTRATOR, make_unit(), subtree=True)
    client.force_login(user)
    return client


def test_the_page_shows_points_and_backups(keeper: Client, fixed_clock: Any) -> None:
    BackupRun.objects.create(
        started_at=NOW, ended_at=NOW, file_name="nennep-20261128-030000.backup", size=2**20, parts=7
    )
    BackupRun.objects.create(started_at=NOW, ended_at=NOW, error="No space left on device")
    page = keeper.get(reverse("operations:show")).content.decode()
    for words in ("Thư mục dữ liệu", "nennep-20261128-030000.backup", "7 phần", "No space left on device"):
        assert words in page


def test_others_find_no_such_page(client: Client) -> None:
    user = make_user()
    grant_role(user, Role.PROVINCE_BOARD, make_unit(), subtree=True)
    client.force_login(user)
    assert client.get(reverse("operations:show")).status_code == 404
    assert client.get("/api/v1/health/deep").status_code == 404


def test_the_api_says_what_the_page_says(keeper: Client, fixed_clock: Any) -> None:
    answer = keeper.get("/api/v1/health/deep")
    told = answer.json()
    assert {row["point"]: row["light"] for row in told["checks"]}["sms"] == "ok"
    assert (answer.status_code == 503) == (told["status"] == "fail")
