"""The request as our views see it."""

import logging
import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month, Span
from nennep.core.spans import SPAN

_LONGEST_NUMBER = 16
_KEY_IN_ADDRESS = re.compile(r"(?<=/lich/)[^/\s]+")

# PostgreSQL shows the row that it refuses, with everything that stands in it, to the end of the error.
_ROW_OF_DATABASE = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
_WORDS_OF_REFUSAL = re.compile(r"^(nennep(?:\.\w+)+): .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


class KeyFilter(logging.Filter):
    """The address of a private calendar is its key: what a log says of a refused address leaves it out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_KEY_IN_ADDRESS.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


class DiscreetFormatter(logging.Formatter):
    """What a log says of an error: the kind of a refusal, not whom it names; what a database refused, not the row it shows."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        return tell_discreetly(super().formatException(ei))


def tell_discreetly(traceback: str) -> str:
    """A traceback without the words of a refusal and without the row that the database refused."""
    return _WORDS_OF_REFUSAL.sub(r"\1", _ROW_OF_DATABASE.sub("DETAIL: …", traceback))


class ActorRequest(HttpRequest):
    """A request with the acting person (accounts/middleware.py) and htmx's details (django_htmx)."""

    actor: Actor
    htmx: HtmxDetails


def send_kept(file: FieldFile, name: str) -> FileResponse:
    """A file that somebody put up, under that name: to be kept by whoever asked, never shown inside a page, stored by no one between."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def tell_arrival(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the cookie by which the page that asked knows that its file has come (`data-nn-slow` in nennep.js)."""
    number = request.GET.get("phieu", "")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
        response.set_cookie("nn_phieu", number, max_age=60, secure=request.is_secure(), samesite="Lax")
    return response


def is_this_machine(address: str) -> bool:
    """True for `http://localhost:8000/` and the like: nobody elsewhere can open what begins with it."""
    name = urlsplit(address).hostname or ""
    return name in {"localhost", "::1"} or name.startswith("127.")


def next_address(request: HttpRequest, default: str) -> str:
    """Where to go afterwards: the page that the parameter `tiep` names when it is one of ours, else `default`."""
    wanted = request.POST.get("tiep") or request.GET.get("tiep") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else default


def read_span(request: HttpRequest, today: date, *, default: Span | None = None) -> Span:
    """Which span of time the address asks for: `default`, else the month in progress, when it says nothing.

    Raises NotFound for what is no span, and for one that is to come.
    """
    current = Month.of(today)
    if not request.GET.get(SPAN):
        return default or Span(current)
    try:
        span = Span.parse(request.GET[SPAN])
    except ValueError:
        raise NotFound from None
    if span.first > current:
        raise NotFound
    return span
