"""Reading accounts: above all, building the Actor."""

from datetime import date

from django.db.models import Q

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.rules import HeldRole, expand_grants
from nennep.core.access import Actor


def build_actor(*, user: User, today: date) -> Actor:
    """The actor of a signed-in user, with the grants in force today. One query."""
    held = (
        RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), user=user, valid_from__lte=today)
        .order_by("pk")
        .values_list("role", "organization__path", "subtree")
    )
    return Actor(
        user_id=user.pk,
        name=str(user),
        grants=expand_grants(HeldRole(Role(role), path, subtree) for role, path, subtree in held),
    )


def get_actor(*, user_id: int, today: date) -> Actor:
    """The actor of a user known by id (jobs). Raises User.DoesNotExist when the account is gone or locked."""
    return build_actor(user=User.objects.get(pk=user_id, is_active=True), today=today)
