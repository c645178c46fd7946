"""Users for tests of every context."""

from datetime import date
from itertools import count

from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.queries import build_actor
from nennep.core.access import Actor
from nennep.organizations.models import Organization
from tests.factories.core import TODAY

PASSWORD = "Mat-khau-thu-2026"
_numbers = count(1)


def make_user(full_name: str = "Hoàng Thị Thử", *, email: str = "", active: bool = True) -> User:
    """Somebody who can sign in with PASSWORD."""
    user = User(username=f"thu{next(_numbers)}", full_name=full_name, email=email, is_active=active)
    user.set_password(PASSWORD)
    user.save()
    return user


def grant_role(
    user: User, role: Role, organization: Organization, *, subtree: bool = False, valid_from: date = date(2025, 1, 1)
) -> RoleGrant:
    return RoleGrant.objects.create(
        user=user, role=role, organization=organization, subtree=subtree, valid_from=valid_from
    )


def actor_of(user: User, today: date = TODAY) -> Actor:
    """The actor as the middleware would build it."""
    return build_actor(user=user, today=today)


def sign_in(client: Client, user: User) -> None:
    """Through the page, as a browser does: with all cookies that a sign-in leaves."""
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def lose_session_of(client: Client, user: User) -> None:
    """They signed in on this browser, and the session is over."""
    sign_in(client, user)
    client.session.delete()
