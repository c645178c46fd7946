"""Whose browser this is, still known when the session is over: an id in a signed cookie, from sign-in until sign-out.

It lets nobody in; it only keeps words that one person typed from the next who signs in.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, get_cookie_signer
from django.http import HttpRequest, HttpResponse

from nennep.core.appearance import COOKIE_AGE
from nennep.core.kept_words import drop_form_of_others

COOKIE = "nn-owner"
_PURPOSE = "nennep.core.browsers"
_CHANGE = "_new_browser_owner"  # attribute of a request at which somebody signed in or out


def get_owner(request: HttpRequest) -> str:
    """The id of the user who signed in last on this browser and did not sign out; empty when it is not known."""
    try:
        return get_cookie_signer(salt=_PURPOSE).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""


def note_sign_in(request: HttpRequest, user: AbstractBaseUser, **_facts: Any) -> None:
    """Receives Django's `user_logged_in`."""
    setattr(request, _CHANGE, str(user.pk))
    drop_form_of_others(request.session, owner=str(user.pk))


def note_sign_out(request: HttpRequest | None, **_facts: Any) -> None:
    """Receives Django's `user_logged_out`."""
    if request is not None:
        setattr(request, _CHANGE, "")


def write_owner(request: HttpRequest, response: HttpResponse) -> None:
    """Put into the cookie who signed in at this request, or remove it at a sign-out; most requests are neither."""
    owner = getattr(request, _CHANGE, None)
    if owner is None:
        return
    if not owner:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        get_cookie_signer(salt=_PURPOSE).sign(owner),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
