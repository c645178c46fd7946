"""How allauth is told about our users."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from nennep.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts come from the committee."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False


def display_name(user: User) -> str:
    return str(user)
