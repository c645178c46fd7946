"""Comments that a cell was given, and how many it took up."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from nennep.core.access import Actor
from nennep.core.columns import count_rows
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Advice, Meeting
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_cells_as_of


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One comment, who gave it and when, and the cell's answer; `typed`: what stands beside it and is not saved."""

    public_id: UUID
    text: str
    example: str
    topic: str
    given_on: date
    given_by: str
    state: AdviceState
    answer: str
    typed: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == AdviceState.OPEN


@dataclass(frozen=True, slots=True)
class AdviceShare:
    """How many comments were given, answered, and taken up (wholly or partly)."""

    given: int
    answered: int
    taken_up: int

    @property
    def percent(self) -> float | None:
        """Taken up in percent of those given, 0 to 100; None when none was given."""
        return 100 * self.taken_up / self.given if self.given else None


def list_meeting_advice(meeting: Meeting) -> list[AdviceRow]:
    """What this meeting must answer: open comments given before it, and those it has answered. Oldest first. One query.

    The caller has passed the meeting's door.
    """
    asked = Q(state=AdviceState.OPEN, given_on__lte=meeting.held_on) | Q(answered_at_meeting=meeting)
    return [_read(advice) for advice in Advice.objects.filter(asked, organization_id=meeting.organization_id)]


def advice_columns() -> dict[str, Combinable]:
    """How many comments a meeting must answer (`list_meeting_advice`) and has taken up, for a query of meetings with `held_day`."""
    asked = Advice.objects.filter(
        Q(state=AdviceState.OPEN, given_on__lte=OuterRef("held_day")) | Q(answered_at_meeting=OuterRef("pk")),
        organization=OuterRef("organization_id"),
    )
    taken = asked.filter(state=AdviceState.TAKEN_UP)
    return {"advice_due": count_rows(asked, "organization"), "advice_taken": count_rows(taken, "organization")}


def list_cell_advice(*, organization_id: int) -> list[AdviceRow]:
    """Everything a cell was told, newest first. The caller has passed the cell's door. One query."""
    return [
        _read(advice) for advice in Advice.objects.filter(organization_id=organization_id).order_by("-given_on", "-pk")
    ]


def list_advice_of_origin(origin: Origin) -> list[AdviceRow]:
    """The comments of one visit or review, oldest first. The caller has passed its door. One query."""
    return [_read(advice) for advice in Advice.objects.filter(origin_kind=origin.kind, origin_id=origin.id)]


def given_below(unit: Organization, *, on: date, today: date) -> Q:
    """Whose comments a unit counts: those of the cells below it, on a day that is over of those that stood there then."""
    if on == today:
        return Q(organization__path__startswith=unit.path)
    return Q(organization__in=[cell.id for cell in list_cells_as_of(under=unit, on=on)])


def count_advice(*, below: Q, since: date, until: date) -> AdviceShare:
    """Comments given to cells between two days (both included), as they stood on the last of them. One query.

    `below` says whose, from `organization` on.
    """
    given = _given_between(below, since, until).aggregate(
        given=Count("pk"),
        answered=Count("pk", filter=~Q(state_then=AdviceState.OPEN)),
        taken_up=Count("pk", filter=Q(state_then__in=[AdviceState.TAKEN_UP, AdviceState.PARTLY])),
    )
    return AdviceShare(**given)


def list_advice_below(*, actor: Actor, below: Q, since: date, until: date) -> list[tuple[UUID, str, AdviceRow]]:
    """What `count_advice` counts and the actor may read, newest first: cell, its name, comment. One query."""
    given = _given_between(below, since, until).filter(actor.scope(Permission.MEETINGS_READ, "organization__path"))
    rows = given.select_related("organization").order_by("-given_on", "-pk")
    return [(row.organization.public_id, row.organization.name, _read_then(row)) for row in rows]


def _given_between(below: Q, since: date, until: date) -> QuerySet[Advice]:
    """Each with `state_then`: what a meeting after the last day answered was open on it."""
    later = When(answered_at_meeting__opened_at__date__gt=until, then=Value(AdviceState.OPEN))
    given = Advice.objects.filter(below, given_on__gte=since, given_on__lte=until).order_by()
    then = {"state_then": Case(later, default=F("state"))}  # declared on the model
    return given.annotate(**then)


def _read_then(advice: Advice) -> AdviceRow:
    row, then = _read(advice), AdviceState(advice.state_then)
    return row if then == row.state else replace(row, state=then, answer="")


def _read(advice: Advice) -> AdviceRow:
    return AdviceRow(
        public_id=advice.public_id,
        text=advice.text,
        example=advice.example,
        topic=advice.topic,
        given_on=advice.given_on,
        given_by=advice.given_by_name,
        state=AdviceState(advice.state),
        answer=advice.answer,
    )
