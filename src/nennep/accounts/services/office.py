"""Accounts of people in office: made with their first role, helped back in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.queries import unit_path_of_user
from nennep.accounts.services.codes import issue_code, remove_second_factor
from nennep.accounts.services.grants import grant_role
from nennep.accounts.services.users import create_user
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an account is for; an empty `username` lets the program propose one."""

    full_name: str
    phone: str = ""
    email: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Which role, where, from when until the day before `valid_to`."""

    role: Role
    organization: Organization
    subtree: bool
    valid_from: date
    valid_to: date | None = None


def open_office_account(*, actor: Actor, person: Person, terms: Terms, now: datetime) -> tuple[User, str]:
    """Make an account with its first role and its first one-time code; the code is returned this once.

    All or nothing. Raises NotAllowed and what `create_user`, `grant_role` and `issue_code` raise.
    """
    path = terms.organization.path
    actor.require(Permission.ACCOUNTS_GRANT, path)
    with transaction.atomic():
        user = create_user(
            actor=actor,
            unit_path=path,
            full_name=person.full_name,
            phone=person.phone,
            email=person.email,
            username=person.username,
            now=now,
        )
        grant_on_terms(actor=actor, user=user, terms=terms, now=now)
        code = issue_code(actor=actor, user=user, unit_path=path, now=now)
    return user, code


def grant_on_terms(*, actor: Actor, user: User, terms: Terms, now: datetime) -> None:
    """`grant_role` with its data as one value."""
    grant_role(
        actor=actor,
        user=user,
        role=terms.role,
        organization=terms.organization,
        subtree=terms.subtree,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        now=now,
    )


def issue_office_code(*, actor: Actor, user: User, lost_phone: bool = False, now: datetime) -> str:
    """A one-time code for somebody in office; with `lost_phone` the second factor is forgotten as well.

    Raises NotAllowed, CannotReset.
    """
    path = unit_path_of_user(user=user)
    with transaction.atomic():
        code = issue_code(actor=actor, user=user, unit_path=path, now=now)
        if lost_phone:
            remove_second_factor(actor=actor, user=user, unit_path=path, now=now)
    return code
