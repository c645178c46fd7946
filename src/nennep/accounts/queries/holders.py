"""Who holds roles on a unit, as the page says that ends it."""

from datetime import date

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.core.access import Actor
from nennep.organizations.choices import HolderFate
from nennep.organizations.models import Organization
from nennep.organizations.services import RoleHolder

SHOWN = 100


def list_holders(actor: Actor, organization: Organization, on: date) -> tuple[RoleHolder, ...]:
    """Roles in force on the unit on that day, but those of its members, which follow with them. One query.

    Roles in a cell end with it, others go on at the successor. The caller may end the unit.
    """
    rows = RoleGrant.objects.on(on).filter(organization=organization, user__is_active=True).exclude(role=Role.MEMBER)
    return tuple(
        RoleHolder(
            key=str(row.public_id),
            words=f"{row.user}: {Role(row.role).label}",
            usual=HolderFate.DROP if Role(row.role).is_of_cell or row.user_id == actor.user_id else HolderFate.MOVE,
            may_move=row.user_id != actor.user_id and row.role != Role.STAND_IN,
        )
        for row in rows.select_related("user").order_by("user__name_key", "pk")[:SHOWN]
    )
