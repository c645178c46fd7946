"""Comments that a cell was given, and how many it took up."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Advice, Meeting


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One comment, who gave it and when, and the cell's answer."""

    public_id: UUID
    text: str
    example: str
    topic: str
    given_on: date
    given_by: str
    state: AdviceState
    answer: str

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


def list_cell_advice(*, organization_id: int) -> list[AdviceRow]:
    """Everything a cell was told, newest first. The caller has passed the cell's door. One query."""
    return [
        _read(advice) for advice in Advice.objects.filter(organization_id=organization_id).order_by("-given_on", "-pk")
    ]


def list_advice_of_origin(origin: Origin) -> list[AdviceRow]:
    """The comments of one visit or review, oldest first. The caller has passed its door. One query."""
    return [_read(advice) for advice in Advice.objects.filter(origin_kind=origin.kind, origin_id=origin.id)]


def count_advice(*, unit_path: str, since: date, until: date) -> AdviceShare:
    """Comments given to the cells below a unit between two days (both included). One query."""
    given = Advice.objects.filter(
        organization__path__startswith=unit_path, given_on__gte=since, given_on__lte=until
    ).aggregate(
        given=Count("pk"),
        answered=Count("pk", filter=~Q(state=AdviceState.OPEN)),
        taken_up=Count("pk", filter=Q(state__in=[AdviceState.TAKEN_UP, AdviceState.PARTLY])),
    )
    return AdviceShare(**given)


def list_advice_below(*, actor: Actor, unit_path: str, since: date, until: date) -> list[tuple[UUID, str, AdviceRow]]:
    """What the cells below a unit were told between two days (both included), newest first: cell, its name, comment. One query."""
    given = Advice.objects.filter(actor.scope(Permission.MEETINGS_READ, "organization__path"))
    rows = given.filter(organization__path__startswith=unit_path, given_on__gte=since, given_on__lte=until)
    found = rows.select_related("organization").order_by("-given_on", "-pk")
    return [(row.organization.public_id, row.organization.name, _read(row)) for row in found]


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
