"""Units for tests of every context."""

from datetime import date
from itertools import count

from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod, Term
from nennep.organizations.services.ancestry import write_ancestry

OPENED = date(2020, 1, 1)
_codes = count(1)


def make_unit(
    name: str = "Chi bộ thôn Nặm Chá",
    *,
    kind: UnitKind = UnitKind.CELL,
    parent: Organization | None = None,
    code: str = "",
    opened_on: date = OPENED,
    closed_on: date | None = None,
    cell_type: CellType | str = "",
) -> Organization:
    """A unit with its one period, below `parent` or as a root."""
    unit = Organization(
        code=code or f"U{next(_codes)}",
        name=name,
        kind=kind,
        cell_type=cell_type,
        opened_on=opened_on,
        closed_on=closed_on,
    )
    if parent:
        Organization.objects.add_child(Organization.objects.get(pk=parent.pk), instance=unit)
    else:
        Organization.objects.add_root(instance=unit)
    OrganizationPeriod.objects.create(
        organization=unit, name=name, kind=kind, parent=parent, valid_from=opened_on, valid_to=closed_on
    )
    write_ancestry([unit.pk], below=False)
    return unit


def make_term(organization: Organization, *, name: str = "2025 - 2030", valid_from: date = date(2025, 1, 1)) -> Term:
    return Term.objects.create(organization=organization, name=name, valid_from=valid_from)
