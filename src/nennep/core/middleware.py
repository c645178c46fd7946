"""Where domain errors become pages, forms of people who were signed out are kept, bodies have a limit, and the language is chosen."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from nennep.core import clock
from nennep.core.browsers import get_owner, write_owner
from nennep.core.error_pages import BodyOfStrangerTooLarge, BodyTooLarge, show_error, show_if_busy
from nennep.core.errors import DomainError
from nennep.core.kept_words import (
    carries_words,
    comes_from_us,
    drop_form,
    find_page_before,
    give_leave,
    keep_form,
    read_form,
    takes_leave,
)


class BodyLimitMiddleware:
    """What is too large is refused before any of it is read: it would fill memory and disk. Strangers have no file to send.

    Stands behind the one that says who is signed in, and before whatever reads forms. A body without a length is empty to us.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size > settings.NENNEP_BODY_LIMIT:
            return show_error(request, BodyTooLarge(limit=settings.NENNEP_UPLOAD_LIMIT // 1024 // 1024))
        if size > settings.NENNEP_STRANGER_BODY_LIMIT and not request.user.is_authenticated:
            return show_error(request, BodyOfStrangerTooLarge())
        return self.get_response(request)


class DomainErrorMiddleware:
    """A DomainError that no view caught becomes a page that says what happened and what to do.

    htmx asked for a fragment only: it gets the sentence as a notice on top of the page it has (core/messages.html).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return show_error(request, error) if isinstance(error, DomainError) else None


class BusyDatabaseMiddleware:
    """Another writer held the database for longer than the wait of a connection: 503, and what was typed is given back.

    Nothing was written: SQLite takes its lock at the start of a transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        request.was_answered = response.status_code < HTTPStatus.BAD_REQUEST  # type: ignore[attr-defined]  # for show_if_busy
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return show_if_busy(request, error)


class SentAgainMiddleware:
    """What was given back to nobody knows whom is taken at the first press after the sign-in, though that changed the form's token.

    Stands before the check of tokens. Another token takes its place: of the session, of this address, once, from a page of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> None:
        if request.method == "POST" and takes_leave(request):
            request.csrf_processing_done = True  # type: ignore[attr-defined]  # what Django's check asks before it begins


class SignedOutFormMiddleware:
    """Whoever was signed out before sending a form signs in and finds it again; a button leads back to the page it stands on.

    Django alone would send them to the form's address, which as a page is nothing, and drop what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != HTTPStatus.FOUND:
            return response
        login = resolve_url(settings.LOGIN_URL)
        if not request.user.is_authenticated and _was_turned_away(request, response["Location"], login):
            return _ask_to_sign_in(request, login)
        drop_form(request.session, owner=str(request.user.pk), path=request.get_full_path(), now=clock.now())
        return response


class BrowserOwnerMiddleware:
    """Remembers whose browser it is, from sign-in until sign-out (core/browsers.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        write_owner(request, response)
        return response


def _was_turned_away(request: HttpRequest, location: str, login: str) -> bool:
    """The sign-in page it leads to comes back to this address; a form that was carried out may go to that page too."""
    address = urlsplit(location)
    return address.path == login and request.get_full_path() in parse_qs(address.query).get(REDIRECT_FIELD_NAME, ())


def _ask_to_sign_in(request: HttpRequest, login: str) -> HttpResponse:
    """The sign-in page, and what comes after it; htmx opens it whole, with a status at which scripts keep their drafts.

    Words of nobody knows whom are not kept: whoever signs in next would read them. They go back to the page of ours that sent
    them, where they wait for a sign-in beside it.
    """
    owner = get_owner(request)
    if not owner and not getattr(request, "htmx", False) and comes_from_us(request) and carries_words(request):
        return _give_back(request, login)
    form = read_form(request) if owner else None
    if form:
        keep_form(request.session, form, owner=owner, now=clock.now())
        messages.info(request, _("Phiên đăng nhập đã hết nên chưa ghi được. Đăng nhập lại, những gì vừa gõ vẫn còn."))
    else:
        messages.info(request, _("Phiên đăng nhập đã hết nên việc vừa bấm chưa làm được. Đăng nhập rồi bấm lại."))
    following = reverse("core:show_kept_form") if form else find_page_before(request)
    address = f"{login}?{urlencode({REDIRECT_FIELD_NAME: following})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address, status=HTTPStatus.UNAUTHORIZED)
    return redirect(address)


def _give_back(request: HttpRequest, login: str) -> HttpResponse:
    kept = read_form(request)
    context = {"kept": kept, "back": find_page_before(request), "login": login, "kept_leave": give_leave(request)}
    return render(request, "core/kept_here.html", context, status=HTTPStatus.UNAUTHORIZED)


class ButtonAddressMiddleware:
    """Whoever opens the address of a button as a page reads what it is, instead of the browser's own error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "core/error_405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page


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
