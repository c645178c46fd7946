"""The rows of the ledger that a plan's visits name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.accounts.models import User
from nennep.core.errors import NotFound
from nennep.organizations.models import Organization
from nennep.planning.rules.comparing import PlannedVisit
from nennep.visits.choices import OPEN_STATES, VisitState
from nennep.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Book:
    """Officials, cells and visits still to come by what a plan calls them.

    `told` are visits whose official said beforehand that they cannot be made, by cell and day: they need a substitute.
    """

    officials: Mapping[str, User]
    cells: Mapping[str, Organization]
    visits: Mapping[PlannedVisit, Visit]
    told: Mapping[tuple[str, date], Visit]


def find_book(planned: Iterable[PlannedVisit], *, today: date) -> Book:
    """Three queries, whatever the number of visits."""
    wanted = list(planned)
    days = {visit.on for visit in wanted}
    officials = User.objects.get_queryset().filter(public_id__in={visit.official for visit in wanted})
    cells = Organization.objects.get_queryset().filter(public_id__in={visit.cell for visit in wanted})
    rows = Visit.objects.filter(planned_on__in=days, cell__public_id__in={visit.cell for visit in wanted})
    visits = list(rows.select_related("official", "cell", "meeting").order_by("pk"))
    return Book(
        officials={str(user.public_id): user for user in officials},
        cells={str(cell.public_id): cell for cell in cells},
        visits={_read(visit): visit for visit in visits if visit.state in OPEN_STATES},
        told={
            (str(visit.cell.public_id), visit.planned_on): visit
            for visit in visits
            if visit.state == VisitState.MISSED and visit.planned_on >= today
        },
    )


def find_latest(planned: Iterable[PlannedVisit]) -> dict[PlannedVisit, Visit]:
    """Whatever became of the visits, the latest row of each; a row that was moved to another day is not found. One query."""
    wanted = set(planned)
    rows = Visit.objects.filter(
        planned_on__in={one.on for one in wanted}, cell__public_id__in={one.cell for one in wanted}
    )
    found = {_read(visit): visit for visit in rows.select_related("official", "cell").order_by("updated_at", "pk")}
    return {one: visit for one, visit in found.items() if one in wanted}


def _read(visit: Visit) -> PlannedVisit:
    return PlannedVisit(visit.planned_on, str(visit.official.public_id), str(visit.cell.public_id))


def get_official(*, public_id: UUID) -> User:
    """For services that know from the facts of a plan that there is such an official. Raises NotFound."""
    official = User.objects.get_queryset().filter(public_id=public_id).first()
    if official is None:
        raise NotFound
    return official


def get_cell(*, public_id: UUID) -> Organization:
    """For services that know from the facts of a plan that there is such a cell. Raises NotFound."""
    cell = Organization.objects.get_queryset().filter(public_id=public_id).first()
    if cell is None:
        raise NotFound
    return cell
