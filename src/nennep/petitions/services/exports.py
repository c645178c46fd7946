"""Whoever takes a list of petitions away leaves a trace."""

from datetime import datetime

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions.choices import Verb


def note_export(*, actor: Actor, organization: Organization, what: str, now: datetime) -> None:
    """Somebody took the list `what` of this unit away as a spreadsheet. Raises NotAllowed."""
    actor.require(Permission.PETITIONS_READ, organization.path)
    target = audit.Target(
        "organizations.organization", str(organization.public_id), organization.name, organization.path
    )
    audit.record(Verb.EXPORTED, actor=actor, target=target, now=now, details={"what": what})
