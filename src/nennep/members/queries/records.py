"""One person's record: doors."""

from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.members.models import Member


def get_member(*, actor: Actor, public_id: UUID) -> Member:
    """A member the actor may see: of the actor's units now or formerly, or the actor. Raises NotFound."""
    member = Member.objects.visible_to(actor).filter(public_id=public_id).first()
    if member is None:
        raise NotFound
    return member


def find_own_member(*, actor: Actor) -> Member | None:
    """The record of the acting person; None for officers who are no member here."""
    return None if actor.user_id is None else Member.objects.filter(user_id=actor.user_id).first()


def get_own_member(*, actor: Actor) -> Member:
    """The record of the acting person. Raises NotFound when the account belongs to no member."""
    member = find_own_member(actor=actor)
    if member is None:
        raise NotFound
    return member
