"""What every change of a unit shares: the dated history and the trail. Inside a change's own transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.organizations.choices import Verb
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.rules import Period
from nennep.organizations.services.ancestry import write_ancestry

TARGET_KIND = "organizations.organization"


def write_history(unit: Organization, before: Sequence[Period], after: Iterable[Period], reason: str) -> None:
    """Store what differs between two histories: the last period changed, perhaps one more begun; and who stood above whom."""
    for number, period in enumerate(after):
        if number < len(before) and before[number] == period:
            continue
        facts: dict[str, Any] = {
            "valid_to": period.valid_to,
            "kind": period.kind,
            "parent_id": period.parent,
        }
        if number >= len(before) or before[number].name != period.name or before[number].parent != period.parent:
            facts |= {"name": period.name, "reason": reason}
        OrganizationPeriod.objects.update_or_create(organization=unit, valid_from=period.valid_from, defaults=facts)
    write_ancestry([unit.pk])


def record_change(
    verb: Verb, *, unit: Organization, actor: Actor, now: datetime, on: date | None = None, **details: Any
) -> None:
    """Append to the trail of the unit."""
    target = audit.Target(TARGET_KIND, str(unit.public_id), unit.name, unit.path)
    said = details | ({"on": on.isoformat()} if on else {})
    audit.record(verb, actor=actor, target=target, now=now, details=said)
