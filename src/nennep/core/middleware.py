"""Where domain errors become pages, forms of people who were signed out are kept, bodies have a limit, and the language is chosen."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect, retarget

from nennep.core import clock
from nennep.core.browsers import get_owner, write_owner
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.kept_words import drop_form, find_page_before, keep_form, read_form


class BodyTooLarge(DomainError):
    code = "body_too_large"
    message = gettext_lazy("Nội dung gửi lên lớn hơn %(limit)s MB nên máy chủ không nhận. Hãy chọn tệp nhỏ hơn.")


class BodyOfStrangerTooLarge(BodyTooLarge):
    code = "body_of_stranger_too_large"
    message = gettext_lazy(
        "Chưa đăng nhập, hoặc phiên làm việc đã hết, nên máy chủ không nhận tệp. Hãy đăng nhập rồi gửi lại."
    )


class DatabaseBusy(DomainError):
    code = "database_busy"
    message = gettext_lazy("Máy chủ đang bận ghi việc khác nên chưa ghi được. Thử lại sau vài giây.")


RETRY_AFTER = "5"  # seconds, for whoever asks by itself
_STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    BodyTooLarge: 413,
    DatabaseBusy: 503,
}


class BodyLimitMiddleware:
    """What is too large is refused before any of it is read: it would fill memory and disk. Strangers have no file to send.

    Stands behind the one that says who is signed in, and before whatever reads forms. A body without a length is empty to us.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size > settings.NENNEP_BODY_LIMIT:
            return _show(request, BodyTooLarge(limit=settings.NENNEP_UPLOAD_LIMIT // 1024 // 1024))
        if size > settings.NENNEP_STRANGER_BODY_LIMIT and not request.user.is_authenticated:
            return _show(request, BodyOfStrangerTooLarge())
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
        return _show(request, error) if isinstance(error, DomainError) else None


class BusyDatabaseMiddleware:
    """Another writer held the database for longer than the wait of a connection: 503, and what was typed is given back.

    Nothing was written: SQLite takes its lock at the start of a transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not _is_lock(error):
            return None
        busy = DatabaseBusy()
        response = _show(request, busy) if getattr(request, "htmx", False) else _give_back(request, busy)
        response["Retry-After"] = RETRY_AFTER
        return response


def _give_back(request: HttpRequest, busy: DatabaseBusy) -> HttpResponse:
    """What was typed, to be sent again, and the way back to the page; without reading the database."""
    kept = read_form(request) if request.method == "POST" else None
    context = {"busy": busy, "kept": kept, "back": find_page_before(request), "csrf_token": get_token(request)}
    return HttpResponse(render_to_string("500.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _is_lock(error: Exception) -> bool:
    """SQLite alone gives up waiting; PostgreSQL waits until the other transaction is over."""
    name = getattr(error.__cause__, "sqlite_errorname", "")
    return isinstance(error, OperationalError) and name.startswith("SQLITE_BUSY")


def _show(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = _status_of(error)
    if getattr(request, "htmx", False):
        notice = render(request, "core/error_notice.html", {"error": error}, status=status)
        notice["HX-Reswap"] = "innerHTML show:window:top"
        return retarget(notice, "#loi-bao")
    return render(request, f"core/error_{status}.html", {"error": error}, status=status)


def _status_of(error: DomainError) -> int:
    """404, 403, 409, 413 or 503 by the kind of error; 422 for every other refusal."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)


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

    Words of nobody knows whom are not kept: whoever signs in next would read them.
    """
    owner = get_owner(request)
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
