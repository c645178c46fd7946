from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.weight import FIRST_VISIT_LIMIT, LATER_PAGE_LIMIT, first_visit_bytes, page_bytes


@pytest.mark.django_db
def test_first_page_anybody_sees_is_light(client: Client) -> None:
    html = client.get(reverse("account_login")).content.decode()
    assert first_visit_bytes(html) < FIRST_VISIT_LIMIT
    assert page_bytes(html) < LATER_PAGE_LIMIT


def test_even_the_page_of_all_components_is_light(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    html = client.get("/thanh-phan/").content.decode()
    assert page_bytes(html) < LATER_PAGE_LIMIT
    assert first_visit_bytes(html) < FIRST_VISIT_LIMIT


def test_pages_travel_compressed(client: Client) -> None:
    assert client.get("/khong-co/", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
