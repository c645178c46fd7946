"""Units for tests of every context."""

from datetime import date
from itertools import count

from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod

OPENED = date(2020, 1, 1)
_codes = count(1)


def make_unit(
    name: str = "Chi bộ thôn Nặm Chá",
    *,
    kind: UnitKind = UnitKind.CELL,
    parent: Organization | None = None,
    opened_on: date = OPENED,
) -> Organization:
    """A unit with its first period, below `parent` or as a root."""
    values = {"code": f"U{next(_codes)}", "name": name, "kind": kind, "opened_on": opened_on}
    unit: Organization = (
        Organization.objects.add_child(Organization.objects.get(pk=parent.pk), values)
        if parent
        else Organization.objects.add_root(values)
    )
    OrganizationPeriod.objects.create(organization=unit, name=name, kind=kind, parent=parent, valid_from=opened_on)
    return unit
