"""What a form said that could not be taken: given back on a page that sends it again, at once or after signing in.

Between being signed out and signing in again it lies encrypted in the browser's session, for two hours at most, and is
shown to nobody but the person whose browser it was (core/browsers.py).
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from nennep.core.crypto import seal, unseal
from nennep.core.text import compose

_KEY = "kept_words"
_BACK = "kept_back"  # the field of a page that sends again: from which page it was sent first
_LEAVE = (
    "kept_leave"  # of a page that was given to nobody knows whom: what lets it be sent once they signed in beside it
)
_KEPT_FOR = timedelta(hours=2)
_MOST = 400_000  # characters; the longest form of ours, minutes of twenty items, has fewer
_SECRET_WORDS = ("password", "csrf", "credential", "code", "token")
# Ids, words of the program such as `praise`, and nothing: sent by pages, not typed by people.
_OF_THE_PAGE = re.compile(r"[a-z_-]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a page of ours says of what was looked at (`Review.mark`): a checksum in hexadecimal, behind the number of rows.
_CHECKSUM = re.compile(r"(\d+:)?[0-9a-f]{64}")
# Fields that carry along what a text was when the writer began (`GuardedForm.guard`, the boxes of the room): nobody typed it.
_STOOD_BEFORE = re.compile(r"base_.+|.*before")
_LONG_TEXT = 40


@dataclass(frozen=True, slots=True)
class KeptText:
    """One value of a form; the `shown` ones may be read and bettered, the others go along hidden."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        return (
            len(self.value) > _LONG_TEXT or not self.value.isascii() or any(letter.isspace() for letter in self.value)
        )

    @property
    def is_typed(self) -> bool:
        """By a person, as far as one can see; digits are (a date, a number of votes)."""
        return self.shown or not _OF_THE_PAGE.fullmatch(self.value)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that was sent to `path` from the page `back`."""

    path: str
    back: str
    texts: tuple[KeptText, ...]

    @property
    def words(self) -> tuple[KeptText, ...]:
        """What is worth copying: texts, each once, without marks of the page and what stood in it before."""
        texts = [text for text in self.texts if text.shown and not _STOOD_BEFORE.fullmatch(text.name)]
        return tuple({one.value.strip(): one for one in texts if not _CHECKSUM.fullmatch(one.value)}.values())


def read_form(request: HttpRequest) -> KeptForm | None:
    """What this request sends, without passwords and codes; None when nobody typed any of it."""
    pairs = ((name, value) for name, values in request.POST.lists() for value in values)
    texts = tuple(
        KeptText(name, value) for name, value in pairs if not _is_secret(name) and name not in {_BACK, _LEAVE}
    )
    if not any(text.is_typed for text in texts) or sum(len(text.value) for text in texts) > _MOST:
        return None
    return KeptForm(request.get_full_path(), find_page_before(request), texts)


def carries_words(request: HttpRequest) -> bool:
    """Somebody typed words into what this request sends: a redirect would lose them."""
    kept = read_form(request) if request.method == "POST" else None
    return kept is not None and bool(kept.words)


def find_lost_words(request: HttpRequest, page: str) -> KeptForm | None:
    """What was typed and stands nowhere on this page (HTML), spaces and ends of lines apart; None when nothing is lost."""
    kept = read_form(request)
    shown = compose(unescape(page))
    lost = [one for one in kept.words if compose(one.value) not in shown] if kept else []
    return KeptForm(kept.path, kept.back, tuple(lost)) if kept and lost else None


def find_page_before(request: HttpRequest) -> str:
    """The page of ours that this request was sent from; the home page when it is not known.

    What is sent again from a page that gave words back was first sent from another one. The address of a button, whose answer was
    a page, is one that nobody can open: then it is the nearest page above it.
    """
    carried = request.POST.get(_BACK, "") if request.method == "POST" else ""
    came_from = carried or request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    address = urlsplit(came_from)
    if not is_page(address.path):
        return _find_page_above(address.path)
    return f"{address.path}?{address.query}" if address.query else address.path or "/"


def _find_page_above(path: str) -> str:
    parts = path.strip("/").split("/")
    above = (f"/{'/'.join(parts[:count])}/" for count in range(len(parts) - 1, 0, -1))
    return next((address for address in above if is_page(address)), "/")


def is_page(path: str) -> bool:
    """Something of ours can be opened there: a view that takes more than what is sent, as `require_POST` says of it."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            methods = view.__closure__[names.index("request_method_list")].cell_contents
            return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


def give_leave(request: HttpRequest) -> str:
    """For the page that gives words back beside a sign-in, which changes the token of its form: sent to this address, it is taken.

    Lies in the browser's session, which the sign-in keeps; the last one given counts.
    """
    secret = secrets.token_urlsafe(24)
    request.session[_LEAVE] = {"path": request.get_full_path(), "secret": secret}
    return secret


def takes_leave(request: HttpRequest) -> bool:
    """It was sent from that page, by this browser, to that address, by somebody who has signed in since. True once."""
    sent, kept = request.POST.get(_LEAVE, ""), request.session.get(_LEAVE)
    if not sent or not kept or not request.user.is_authenticated or not comes_from_us(request):
        return False
    if kept["path"] != request.get_full_path() or not secrets.compare_digest(kept["secret"].encode(), sent.encode()):
        return False
    del request.session[_LEAVE]
    return True


def comes_from_us(request: HttpRequest) -> bool:
    """The page that sent it is one of this server, says the browser; never true of a form on a page of somebody else's."""
    sources = [request.headers[name] for name in ("Origin", "Referer") if name in request.headers]
    ours = (f"{request.scheme}://{request.get_host()}", request.get_host())
    return bool(sources) and all(ours == _origin_of(source) for source in sources)


def keep_form(session: SessionBase, form: KeptForm, *, owner: str, now: datetime) -> None:
    """Until the person whose id is `owner` signs in again; one form, the last."""
    pairs = [(text.name, text.value) for text in form.texts]
    content = {"path": form.path, "back": form.back, "texts": pairs, "owner": owner}
    session[_KEY] = seal(content | {"until": (now + _KEPT_FOR).isoformat()})


def get_kept_form(session: SessionBase, *, owner: str, now: datetime) -> KeptForm | None:
    """The form of this person that waits to be sent again; None when there is none or its time is over."""
    content = unseal(session.get(_KEY, ""))
    if content.get("owner") != owner or datetime.fromisoformat(content["until"]) <= now:
        return None
    return KeptForm(content["path"], content["back"], tuple(KeptText(*pair) for pair in content["texts"]))


def drop_form(session: SessionBase, *, owner: str, path: str, now: datetime) -> None:
    """It was sent again to `path`, its time is over, or it is somebody else's."""
    form = get_kept_form(session, owner=owner, now=now)
    if form is None or form.path == path:
        session.pop(_KEY, None)


def drop_form_of_others(session: SessionBase, *, owner: str) -> None:
    """Somebody signed in: what another person typed on this browser is gone."""
    if unseal(session.get(_KEY, "")).get("owner") != owner:
        session.pop(_KEY, None)


def _origin_of(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}", parts.netloc


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)
