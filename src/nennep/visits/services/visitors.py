"""What an official may write in the cell that they visited."""

from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.visits.models import Visit


def acting_for(actor: Actor, visit: Visit, *heirs: Organization) -> Actor:
    """The official inside the visited cell: may note petitions and advise there, whatever their roles. The visit is their own.

    `heirs`: the cell that what was heard belongs to now, where the one that was visited has been merged since.
    """
    rights = (Permission.PETITIONS_WRITE, Permission.PETITIONS_SETTLE, Permission.ADVICE_WRITE)
    paths = {unit.path for unit in (visit.cell, *heirs)}
    grants = frozenset(Grant(right, path, subtree=False) for right in rights for path in paths)
    return Actor(user_id=actor.user_id, name=actor.name, grants=grants)
