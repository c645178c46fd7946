"""What an official may write in the cell that they visited."""

from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.visits.models import Visit


def acting_for(actor: Actor, visit: Visit) -> Actor:
    """The official inside the visited cell: may note petitions and advise there, whatever their roles. The visit is their own."""
    rights = (Permission.PETITIONS_WRITE, Permission.PETITIONS_SETTLE, Permission.ADVICE_WRITE)
    grants = frozenset(Grant(right, visit.cell.path, subtree=False) for right in rights)
    return Actor(user_id=actor.user_id, name=actor.name, grants=grants)
