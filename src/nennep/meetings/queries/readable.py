"""Which cells below a unit somebody may read meetings of on a day, and since when any were held there."""

from datetime import date

from django.db.models import Min

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_cells, list_cells_then


def list_readable_cells(*, actor: Actor, unit: Organization, on: date, today: date) -> list[Organization]:
    """Cells below the unit, on a day that is over where they stood and as they were called then.

    One query, of the past one more for each level of the tree.
    """
    read = list_cells_then if on < today else list_cells
    cells = read(actor=actor, under=unit, on=on)
    return [cell for cell in cells if actor.may(Permission.MEETINGS_READ, cell.path)]


def find_first_month_met() -> Month | None:
    """The first month of which any meeting is kept. One query."""
    first = Meeting.objects.aggregate(first=Min("month"))["first"]
    return Month.of(first) if first else None


def find_first_month(unit: Organization, *, today: date) -> Month:
    """The first month of which a meeting is kept below the unit, this one when there is none. One query."""
    meetings = Meeting.objects.filter(organization__path__startswith=unit.path)
    first = meetings.aggregate(first=Min("month"))["first"]
    return min(Month.of(first), Month.of(today)) if first else Month.of(today)
