"""What a refusal that no view caught looks like, and a database that another writer holds."""

from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from django_htmx.http import retarget

from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.kept_words import find_page_before, read_form
from nennep.core.refusals import explain_refusal


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


class MaybeWritten(DatabaseBusy):
    code = "database_busy_after"
    message = gettext_lazy(
        "Máy chủ đang bận ghi việc khác; việc vừa gửi có thể đã ghi rồi. Mở lại trang xem trước khi gửi lần nữa."
    )


_UNDONE = frozenset({"40P01", "40001", "55P03"})  # deadlock, serialization failure, a lock not to be had
RETRY_AFTER = "5"  # seconds, for whoever asks by itself
_STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    BodyTooLarge: 413,
    DatabaseBusy: 503,
}


def show_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page that says it, with what was typed, to be copied; for htmx the sentence on top of the page as it stands."""
    error = explain_refusal(error, getattr(request, "actor", None))
    status = _status_of(error)
    if getattr(request, "htmx", False):
        notice = render(request, "core/error_notice.html", {"error": error}, status=status)
        notice["HX-Reswap"] = "innerHTML show:window:top"
        return retarget(notice, "#loi-bao")
    is_read = request.method == "POST" and not isinstance(error, BodyTooLarge)  # that one is refused unread
    kept = read_form(request) if is_read else None
    return render(request, f"core/error_{status}.html", {"error": error, "kept": kept}, status=status)


def _status_of(error: DomainError) -> int:
    """404, 403, 409, 413 or 503 by the kind of error; 422 for every other refusal."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)


def show_if_busy(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 where another writer held the database; None for any other error.

    Also for what stands around the view (session, sign-in), whose errors no `process_exception` sees. When the view had
    answered before, what was sent may be written.
    """
    if error is None or not _is_lock(error):
        return None
    busy = MaybeWritten() if getattr(request, "was_answered", False) else DatabaseBusy()
    response = show_error(request, busy) if getattr(request, "htmx", False) else _give_back(request, busy)
    response["Retry-After"] = RETRY_AFTER
    return response


def _give_back(request: HttpRequest, busy: DatabaseBusy) -> HttpResponse:
    """What was typed, to be sent again, and the way back to the page; without reading the database."""
    kept = read_form(request) if request.method == "POST" else None
    context = {"busy": busy, "kept": kept, "back": find_page_before(request), "csrf_token": get_token(request)}
    return HttpResponse(render_to_string("500.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _is_lock(error: BaseException) -> bool:
    """SQLite gives up waiting; PostgreSQL waits, but undoes one of two transactions that wait for each other."""
    name = getattr(error.__cause__, "sqlite_errorname", "")
    state = getattr(error.__cause__, "sqlstate", "")
    return isinstance(error, OperationalError) and (name.startswith("SQLITE_BUSY") or state in _UNDONE)
