"""How allauth is told about our users."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from nennep.accounts.models import User
from nennep.core import crypto


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts come from the committee."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False


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


def display_name(user: User) -> str:
    return str(user)
