"""What an installation says about the proxies in front of it."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from nennep.site.settings import _count_proxies


@pytest.mark.parametrize(
    ("https", "proxies", "count"), [("0", None, 0), ("1", None, 1), ("1", "0", 0), ("1", "2", 2), ("0", "1", 1)]
)
def test_https_means_one_proxy_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, https: str, proxies: str | None, count: int
) -> None:
    monkeypatch.setenv("NENNEP_HTTPS", https)
    if proxies is not None:
        monkeypatch.setenv("NENNEP_PROXIES", proxies)
    assert _count_proxies() == count


@pytest.mark.parametrize("wrong", ["", "-1", "9", "x"])
def test_a_wrong_number_of_proxies_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("NENNEP_PROXIES", wrong)
    with pytest.raises(ValueError, match="NENNEP_PROXIES"):
        _count_proxies()


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_behind_a_proxy_each_client_has_a_limit_of_its_own(client: Client, settings: Any) -> None:
    """Without this one guesser spends the tries of the whole commune; what a client puts in front counts for nothing."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"username": "khong-co", "code": "ABCD-2345", "password": "mua-xuan-nam-cha-2027"}

    def redeem(chain: str) -> int:
        return client.post(reverse("accounts:enter_code"), form, headers={"x-forwarded-for": chain}).status_code

    assert {redeem(f"198.51.100.{number}, 203.0.113.7") for number in range(20)} == {422}
    assert redeem("198.51.100.99, 203.0.113.7") == 429
    assert redeem("203.0.113.8") == 422


def test_a_form_of_thousands_of_rows_is_read() -> None:
    """Django reads a thousand fields unless told otherwise, and a commune after a merger has more rows than that."""
    request = RequestFactory().post("/", {"tin": [str(number) for number in range(9_000)]})
    assert len(request.POST.getlist("tin")) == 9_000
