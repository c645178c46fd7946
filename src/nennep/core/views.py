"""Pages that belong to no context."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from nennep.core.appearance import COOKIE_AGE, SIZE_COOKIE, SIZES, THEME_COOKIE, THEMES


@require_POST
def set_size(request: HttpRequest) -> HttpResponse:
    """Keep the text size A, A+ or A++ in a cookie and go back."""
    return _keep_choice(request, SIZE_COOKIE, SIZES)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie; the empty value follows the device again."""
    return _keep_choice(request, THEME_COOKIE, THEMES | {""})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the interface in a cookie and go back."""
    return _keep_choice(request, settings.LANGUAGE_COOKIE_NAME, frozenset(dict(settings.LANGUAGES)))


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form stood open too long, or cookies are off."""
    return render(request, "core/error_csrf.html", {"reason": reason}, status=403)


def _keep_choice(request: HttpRequest, cookie: str, choices: frozenset[str]) -> HttpResponse:
    """Write `value` into the cookie when it is one of `choices`; an unknown one is an empty 400 (no form of ours sends it)."""
    value = request.POST.get("value")
    if value not in choices:
        return HttpResponseBadRequest()
    response = HttpResponseRedirect(_safe_next(request))
    response.set_cookie(cookie, value, max_age=COOKIE_AGE, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _safe_next(request: HttpRequest) -> str:
    """Where the person was, when that is an address of ours; else the home page."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"
