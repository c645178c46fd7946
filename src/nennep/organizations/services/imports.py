"""Units that an import proposes."""

from collections.abc import Sequence
from datetime import date, datetime

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import NAME_LIMIT, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_codes_below
from nennep.organizations.rules import guess_cell_type, next_codes
from nennep.organizations.services.creation import UnitDetails, create_children


def create_cells(
    *, actor: Actor, parent: Organization, names: Sequence[str], on: date, now: datetime
) -> list[Organization]:
    """New cells directly below `parent` with the next free codes and the type that each name suggests.

    Inside the caller's transaction, which holds the lock on `parent`. Raises NotAllowed, BadNesting, UnitClosed,
    ParentNotYetOpen.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, parent.path)
    codes = next_codes(parent.code, taken=list_codes_below(parent.code), count=len(names))
    details = [
        UnitDetails(code, name[:NAME_LIMIT], UnitKind.CELL, guess_cell_type(name))
        for code, name in zip(codes, names, strict=True)
    ]
    return create_children(actor=actor, parent=parent, children=details, on=on, now=now)
