"""Lists of visits: an official's own, those of a cell, who is free on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.periods import add_working_days
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above
from nennep.policies.queries import RuleBook, rules_for_days
from nennep.visits.choices import LIVE_STATES, OPEN_STATES, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.models.visits import VisitQuerySet
from nennep.visits.queries.facts import own_cells_of
from nennep.visits.rules.ledger import is_own_cell


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit as lists show it. `report_due_on` only of an attended one; `submitted_on` its report's day."""

    public_id: UUID
    official: str
    official_id: UUID
    cell: str
    cell_id: UUID
    planned_on: date
    state: VisitState
    attended_on: date | None
    missed_reason: str
    joint: bool
    meeting_id: UUID | None
    place: str
    report_due_on: date | None
    report_started: bool
    submitted_on: date | None

    @property
    def day(self) -> date:
        """The day it took place, or is planned for."""
        return self.attended_on or self.planned_on

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def chip(self) -> str:
        """The state as the style sheet names it. An absence whose reason is known needs no mending."""
        excused = self.state == VisitState.MISSED and self.missed_reason
        return "" if excused else self.state.chip

    @property
    def why(self) -> str:
        """Why nobody came as planned; empty while somebody is to come or has come."""
        return "" if self.state in LIVE_STATES else self.missed_reason


def list_own_visits(*, actor: Actor, today: date, year: int | None = None) -> list[VisitLine]:
    """The actor's own visits of a year (this one when not told), newest first, cancelled ones left out. Two queries."""
    own = Visit.objects.own_of(actor).filter(planned_on__year=year or today.year)
    return read_lines(own.exclude(state=VisitState.CANCELLED).order_by("-planned_on", "-pk"))


def list_visits_of_cell(*, actor: Actor, cell: Organization, since: date, until: date) -> list[VisitLine]:
    """Visits to the cell between two days (both included), earliest first, cancelled ones left out. Two queries.

    Why somebody did not come is told to the official and to those who plan the visits there, nobody else.
    """
    found = Visit.objects.visible_to(actor).filter(cell=cell, planned_on__gte=since, planned_on__lte=until)
    rows = read_with_lines(found.exclude(state=VisitState.CANCELLED).order_by("planned_on", "pk"))
    return [line if may_read_reason(actor, visit) else replace(line, missed_reason="") for visit, line in rows]


def may_read_reason(actor: Actor, visit: Visit) -> bool:
    """A reason may say something private: for the official and for those who plan the visits of that cell."""
    own = actor.user_id is not None and actor.user_id == visit.official_id
    return own or actor.may(Permission.VISITS_PLAN, visit.cell.path)


def list_visits_of_meetings(*, actor: Actor, meeting_ids: Iterable[int]) -> dict[int, list[VisitLine]]:
    """Who comes to each of the meetings, by the meeting's id; for the secretary's month and agenda. Two queries."""
    visits = list(
        _joined(Visit.objects.visible_to(actor).live().filter(meeting_id__in=list(meeting_ids)).order_by("pk"))
    )
    result: dict[int, list[VisitLine]] = {}
    for visit, line in zip(visits, _lines(visits), strict=True):
        if visit.meeting_id is not None:
            result.setdefault(visit.meeting_id, []).append(line)
    return result


def _joined(visits: VisitQuerySet) -> VisitQuerySet:
    return visits.select_related("official", "cell", "meeting", "report")


def read_lines(visits: VisitQuerySet) -> list[VisitLine]:
    """The visits as lists show them, in their order. Two queries."""
    return _lines(list(_joined(visits)))


def read_with_lines(visits: VisitQuerySet) -> list[tuple[Visit, VisitLine]]:
    """Each visit beside what lists show of it. Two queries."""
    found = list(_joined(visits))
    return list(zip(found, _lines(found), strict=True))


def _lines(visits: list[Visit]) -> list[VisitLine]:
    due = find_report_dues(visits)
    return [_line(visit, due.get(visit.pk)) for visit in visits]


def find_report_dues(visits: Iterable[Visit]) -> dict[int, date]:
    """The last day for the report of each attended visit, by its id; the policy of its cell on its day. One query."""
    attended = [(visit, visit.attended_on) for visit in visits if visit.attended_on is not None]
    cells = {visit.cell_id: visit.cell for visit, _day in attended}
    books = rules_for_days(organizations=cells.values(), days=[day for _visit, day in attended])
    return {visit.pk: _count_report_due(day, books[day][visit.cell_id]) for visit, day in attended}


def _count_report_due(attended_on: date, rules: RuleBook) -> date:
    return add_working_days(attended_on, rules.visit_report_working_days, rules.days_off)


def _line(visit: Visit, due: date | None) -> VisitLine:
    report = getattr(visit, "report", None)
    submitted = report.submitted_at if report else None
    return VisitLine(
        public_id=visit.public_id,
        official=str(visit.official),
        official_id=visit.official.public_id,
        cell=visit.cell.name,
        cell_id=visit.cell.public_id,
        planned_on=visit.planned_on,
        state=VisitState(visit.state),
        attended_on=visit.attended_on,
        missed_reason=visit.missed_reason,
        joint=visit.joint,
        meeting_id=visit.meeting.public_id if visit.meeting else None,
        place=visit.meeting.place if visit.meeting else "",
        report_due_on=due,
        report_started=report is not None,
        submitted_on=localdate(submitted) if submitted else None,
    )


@dataclass(frozen=True, slots=True)
class FreeOfficial:
    """Somebody who could attend a cell on a day; `assigned` already follows the cell or its area."""

    user: User
    office: str
    assigned: bool


def list_free_officials_on(*, day: date, cell: Organization) -> list[FreeOfficial]:
    """Who holds an office of a committee above the cell that day, has no visit then, and does not belong to the cell.

    Those who follow the cell or an area above it first, then by given name. Four queries. The caller has passed the door
    of the cell and may plan its visits.
    """
    above = paths_above(cell)
    offices = OfficeHolding.objects.on(day).filter(organization__path__in=above, official__is_active=True)
    holders = {held.official_id: held for held in offices.select_related("official").order_by("-organization__path")}
    busy = set(Visit.objects.live().filter(planned_on=day).order_by().values_list("official_id", flat=True))
    own = own_cells_of(holders)
    assigned = Assignment.objects.on(day).filter(organization__path__in=above).order_by()
    following = set(assigned.values_list("official_id", flat=True))
    free = [
        FreeOfficial(held.official, held.get_office_display(), pk in following)
        for pk, held in holders.items()
        if pk not in busy and not is_own_cell(own.get(pk, ()), cell.pk, day)
    ]
    return sorted(free, key=lambda item: (not item.assigned, name_sort_key(str(item.user)), item.user.pk))
