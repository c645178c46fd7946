"""How far a paper has come, and for which units somebody answers."""

from datetime import datetime

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.documents.choices import DeliveryStep


def own_paths(actor: Actor) -> frozenset[str]:
    """Tree paths of the units that the actor runs: what they open there, the unit has opened.

    Somebody who holds the same right through a unit above only looks in.
    """
    return frozenset(grant.path for grant in actor.grants if grant.permission == Permission.DOCUMENTS_WRITE)


def step_of(*, received_at: datetime | None, opened_at: datetime | None) -> DeliveryStep:
    """Opening counts as receiving."""
    if opened_at is not None:
        return DeliveryStep.OPENED
    return DeliveryStep.SENT if received_at is None else DeliveryStep.RECEIVED
