"""Where domain errors become pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound

_STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409}


class DomainErrorMiddleware:
    """A DomainError that no view caught becomes a page that says what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        status = _status_of(error)
        return render(request, f"core/error_{status}.html", {"error": error}, status=status)


def _status_of(error: DomainError) -> int:
    """404, 403 or 409 by the kind of error; 422 for every other refusal."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)
