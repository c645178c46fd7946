"""Where domain errors become pages, and the language is chosen."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django_htmx.http import retarget

from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound

_STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409}


class DomainErrorMiddleware:
    """A DomainError that no view caught becomes a page that says what happened and what to do.

    htmx asked for a fragment only: it gets the sentence as a notice on top of the page it has (core/messages.html).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        status = _status_of(error)
        if getattr(request, "htmx", False):
            notice = render(request, "core/error_notice.html", {"error": error}, status=status)
            notice["HX-Reswap"] = "innerHTML show:window:top"
            return retarget(notice, "#loi-bao")
        return render(request, f"core/error_{status}.html", {"error": error}, status=status)


def _status_of(error: DomainError) -> int:
    """404, 403 or 409 by the kind of error; 422 for every other refusal."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)


class ChosenLanguageMiddleware:
    """The language of the cookie, else Vietnamese. The browser's wish is not asked: cheap phones often come in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
