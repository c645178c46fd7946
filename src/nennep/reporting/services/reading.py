"""What is remembered of lists that name members, and of tables that leave the program."""

from datetime import datetime

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.reporting.choices import Verb


def note_list_read(*, actor: Actor, organization: Organization, what: str, now: datetime) -> None:
    """Somebody opened a list of members behind a figure of this unit."""
    _note(Verb.LIST_READ, actor, organization, what, now)


def note_brief_read(*, actor: Actor, cell: Organization, visitor: bool, now: datetime) -> None:
    """Somebody opened or took a brief that names members. `visitor`: their own visit opened it, not a role."""
    if not visitor:
        actor.require(Permission.FIGURES_READ, cell.path)
    target = Target("organizations.organization", str(cell.public_id), cell.name, cell.path)
    record(Verb.LIST_READ, actor=actor, target=target, now=now, details={"what": "tom-tat"})


def note_table_taken(*, actor: Actor, organization: Organization, now: datetime) -> None:
    """Somebody took the table of cells and months of this unit away."""
    _note(Verb.TABLE_TAKEN, actor, organization, "", now)


def _note(verb: Verb, actor: Actor, organization: Organization, what: str, now: datetime) -> None:  # noqa: PLR0917
    actor.require(Permission.FIGURES_READ, organization.path)
    target = Target("organizations.organization", str(organization.public_id), organization.name, organization.path)
    record(verb, actor=actor, target=target, now=now, details={"what": what} if what else {})
