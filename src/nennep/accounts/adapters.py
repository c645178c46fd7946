"""How allauth is told about our users, and Django about their passwords."""

import json
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from nennep.accounts.models import User
from nennep.accounts.rules import is_like, normalize_password
from nennep.core import crypto

DEVICE_COOKIE = "nn_device"
DEVICE_AGE = 365 * 24 * 3600  # seconds
REMEMBERED = 5  # people who share a device


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts come from the committee."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: Any = None) -> str:
        """Judged in the form that is hashed: letters sent in parts do not make it longer."""
        cleaned: str = super().clean_password(normalize_password(password), user)
        return cleaned

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """The device remembers who came in on it, the last `REMEMBERED` people."""
        response: HttpResponse = super().post_login(request, user, **facts)
        names = [user.username, *(name for name in _known_names(request) if name != user.username)][:REMEMBERED]
        response.set_signed_cookie(
            DEVICE_COOKIE,
            json.dumps([secrets.token_hex(8), *names]),
            salt=DEVICE_COOKIE,
            max_age=DEVICE_AGE,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by account, and apart from that on a device where its owner has come in.

        So a stranger who tries five keeps the owner out of no device but new ones, and has no more tries than before.
        """
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        if credentials.get("username", "") not in _known_names(request):
            return key
        return f"{key}:{request.COOKIES[DEVICE_COOKIE]}"


def _known_names(request: HttpRequest) -> list[str]:
    """User names of those who came in on this device; none when the cookie is missing, too old or not ours."""
    cookie = request.get_signed_cookie(DEVICE_COOKIE, "", salt=DEVICE_COOKIE, max_age=DEVICE_AGE)
    return json.loads(cookie)[1:] if cookie else []


class MFAAdapter(DefaultMFAAdapter):
    """Seeds of phone codes and recovery codes are encrypted at rest, with the keys of all sensitive columns."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the device names when it asks for the finger: the program, not a host name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}


class OwnDataValidator:
    """Refuses a password that is much like one's user name, full name, address or number, with or without diacritics."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        for name in ("username", "full_name", "email", "phone") if isinstance(user, User) else ():
            if is_like(password, getattr(user, name)):
                field: Any = User._meta.get_field(name)  # noqa: SLF001  Django's own way
                message = _("Mật khẩu quá giống %(field)s. Hãy đặt khác đi.") % {"field": field.verbose_name}
                raise ValidationError(message, code="password_too_similar")

    def get_help_text(self) -> str:
        """What a page says that lists the rules."""
        return _("Mật khẩu không được giống tên, số điện thoại hay địa chỉ của mình.")


def display_name(user: User) -> str:
    return str(user)
