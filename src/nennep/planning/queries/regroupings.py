"""Planned mergers, splits and closings that fall into the year of a plan of visits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.organizations.queries import list_regroupings
from nennep.planning.models import VisitPlan
from nennep.planning.queries.plans import read_visits

SHOWN = 40


@dataclass(frozen=True, slots=True)
class RegroupingRow:
    """One change of a cell, and how many visits the plan makes there from its day on."""

    on: date
    said: str
    unit_id: UUID
    visits: int


def list_regroupings_of(plan: VisitPlan) -> tuple[RegroupingRow, ...]:
    """By day, the first forty. The caller has passed the plan's door. One query."""
    days = {"first": date(plan.year, 1, 1), "last": date(plan.year, 12, 31)}
    visits = read_visits(plan)
    return tuple(
        RegroupingRow(
            on=one.on,
            said=one.said,
            unit_id=one.organization.public_id,
            visits=sum(visit.cell == str(one.organization.public_id) and visit.on >= one.on for visit in visits),
        )
        for one in list_regroupings(under=plan.organization, **days)[:SHOWN]
    )
