"""Pages that belong to no context."""

import secrets
import sys
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock, gallery
from nennep.core.appearance import COOKIE_AGE, SIZE_COOKIE, SIZES, THEME_COOKIE, THEMES
from nennep.core.error_pages import show_if_busy
from nennep.core.errors import NotFound
from nennep.core.kept_words import comes_from_us, find_page_before, get_kept_form, read_form


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


@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every component of the look through our templates, for developers: missing unless NENNEP_DEBUG=1."""
    if not settings.DEBUG:
        raise NotFound
    moment = clock.now()
    context = {
        "form": gallery.make_sample_form(),
        "wrong_form": gallery.make_wrong_form(),
        "page": Paginator(range(136), 25).page(1),
        "moment": moment,
        "deadline": moment + timedelta(days=1, hours=4),
    }
    return render(request, "core/gallery.html", context)


@login_required
@require_safe
def show_kept_form(request: HttpRequest) -> HttpResponse:
    """What was typed before the sign-in, to be sent again; goes home when nothing waits."""
    form = get_kept_form(request.session, owner=str(request.user.pk), now=clock.now())
    return render(request, "core/kept_form.html", {"kept": form}) if form else redirect("home")


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form stood open too long, somebody signed in beside it, or cookies are off.

    Gives back what was typed when the form is one of ours: what another site sends is not offered to be sent again.
    """
    kept = read_form(request) if request.method == "POST" and comes_from_us(request) else None
    context = {"reason": reason, "kept": kept, "back": find_page_before(request)}
    return render(request, "core/error_csrf.html", context, status=403)


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. Gives back what was typed (files must be chosen again), and a code that stands in the log beside the path.

    A database that another writer holds is said to be busy (`show_if_busy`). Reads neither the database nor the session: they
    may be what broke.
    """
    import structlog

    if busy := show_if_busy(request, sys.exc_info()[1]):
        return busy
    code = f"{secrets.choice('ABCDEGHKLMNPQRSTUVXY')}{secrets.randbelow(9) + 1}-{secrets.randbelow(9000) + 1000}"
    structlog.get_logger(__name__).error("server_error_shown", code=code, path=request.path)
    context = {
        "code": code,
        "kept": read_form(request) if request.method == "POST" else None,
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string("500.html", context), status=500)


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
