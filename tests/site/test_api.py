from http import HTTPStatus

import pytest
from django.test import Client

from nennep.accounts.models import User

pytestmark = pytest.mark.django_db


def test_health_is_answered_to_anybody(client: Client) -> None:
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.json()) == (HTTPStatus.OK, {"status": "ok"})


def test_version_wants_a_signed_in_person(client: Client) -> None:
    answer = client.get("/api/v1/version")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "status": 401,
        "title": "Unauthorized",
        "code": "not_signed_in",
    }


def test_version_names_version_and_language(client: Client) -> None:
    client.force_login(User.objects.create(username="0912000111", full_name="Lò Thị Hoa"))
    assert client.get("/api/v1/version").json() == {"version": "0.1.0", "language": "vi"}


def test_contract_is_readable_without_signing_in(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Nền Nếp"
