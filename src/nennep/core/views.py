"""Pages that belong to no context."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form stood open too long, or cookies are off."""
    return render(request, "core/error_csrf.html", {"reason": reason}, status=403)
