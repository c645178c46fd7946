"""How a reader wants the pages, and codes to be photographed from paper."""

import re

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from nennep.core import clock
from nennep.core.context_processors import appearance
from nennep.core.middleware import ChosenLanguageMiddleware
from nennep.core.qr import draw_qr


def ask(**cookies: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    return request


@pytest.mark.parametrize(
    ("cookies", "size", "theme"),
    [
        ({}, "1", ""),
        ({"nn-size": "3", "nn-theme": "dark"}, "3", "dark"),
        ({"nn-size": "2", "nn-theme": "light"}, "2", "light"),
        ({"nn-size": "4", "nn-theme": "pink"}, "1", ""),
    ],
    ids=["nothing chosen", "large and dark", "light", "not ours"],
)
def test_pages_look_as_the_cookies_say(cookies: dict[str, str], size: str, theme: str) -> None:
    assert appearance(ask(**cookies)) == {"text_size": size, "theme": theme, "today": clock.today()}


@pytest.mark.parametrize(("cookie", "language"), [("en", "en"), ("vi", "vi"), ("fr", "vi"), (None, "vi")])
def test_the_language_is_that_of_the_cookie_or_vietnamese(cookie: str | None, language: str) -> None:
    spoken = []

    def answer(_request: HttpRequest) -> HttpResponse:
        spoken.append(translation.get_language())
        return HttpResponse()

    with translation.override("en"):
        request = ask(**({settings.LANGUAGE_COOKIE_NAME: cookie} if cookie else {}))
        response = ChosenLanguageMiddleware(answer)(request)
    assert (spoken, response["Content-Language"]) == ([language], language)


@pytest.mark.parametrize(("letters", "modules"), [(1, 21), (14, 21), (15, 25)])
def test_a_code_is_drawn_with_its_quiet_zone_and_mends_fifteen_per_cent(letters: int, modules: int) -> None:
    """ISO/IEC 18004: 14 bytes fit into version 1 at level M (17 at level L); four modules around are quiet."""
    drawn = draw_qr("a" * letters)
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn)
    assert box is not None
    assert box.groups() == (str(modules + 8), str(modules + 8))
    opening = drawn[: drawn.index(">")]
    assert ('class="nn-qr-print"' in opening, " width=" in opening, "#fff" in drawn) == (True, False, True)
