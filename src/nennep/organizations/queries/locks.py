"""Units reloaded and locked until the end of the transaction, always in the same order."""

from collections.abc import Iterable
from datetime import date

from nennep.core.errors import NotFound
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries.units import find_heir
from nennep.organizations.rules import STEP, UnitClosed, require_existing


def lock_organization(organization: Organization) -> Organization:
    """The row reloaded and locked until the end of the transaction. Raises NotFound when it is gone."""
    locked = Organization.objects.get_queryset().select_for_update(no_key=True).filter(pk=organization.pk).first()
    if locked is None:
        raise NotFound
    return locked


def lock_existing(organization: Organization, *, on: date | None = None) -> Organization:
    """`lock_organization`, so that the unit does not end until the transaction does. Raises UnitClosed when it has ended.

    With `on`: when it has ended by that day.
    """
    locked = lock_organization(organization)
    if on is not None:
        require_existing(locked.closed_on, on=on)
    elif locked.closed_on is not None:
        raise UnitClosed(on=f"{locked.closed_on:%d/%m/%Y}")
    return locked


def lock_cells(cells: Iterable[Organization]) -> None:
    """Each of them locked, by everybody in the same order, before anything of theirs is."""
    ids = sorted({cell.pk for cell in cells})
    list(Organization.objects.get_queryset().select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def lock_heir(organization: Organization) -> Organization:
    """What takes the affairs of the unit now (`find_heir`), locked: it does not end meanwhile. Raises UnitClosed for none."""
    unit = lock_organization(organization)
    while unit.closed_on is not None:
        heir = find_heir(unit)
        if heir is None:
            raise UnitClosed(on=f"{unit.closed_on:%d/%m/%Y}")
        unit = lock_organization(heir)
    return unit


def lock_units(*units: Organization) -> list[Organization]:
    """The rows reloaded and locked, with the roots above them first, so that changes of one tree wait for each other."""
    roots = {unit.path[:STEP] for unit in units}
    list(Organization.objects.get_queryset().select_for_update(no_key=True).filter(path__in=roots).order_by("path"))
    ids = [unit.pk for unit in units]
    rows = {
        row.pk: row for row in Organization.objects.get_queryset().select_for_update(no_key=True).filter(pk__in=ids)
    }
    if len(rows) != len(set(ids)):
        raise NotFound
    return [rows[pk] for pk in ids]
