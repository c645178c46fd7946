"""Petitions of a unit: what waits in a cell, what lies with a unit above, today and at the end of a span of time."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_units_as_of
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries.past import stand_on
from nennep.petitions.queries.petitions import get_unit
from nennep.petitions.queries.rows import PetitionRow, read_rows


@dataclass(frozen=True, slots=True)
class PetitionList:
    """Petitions of a unit by what was chosen (`tabs`: address part, count); how many of what waits here is late.

    Of a unit above cells `choice` is the span of time; all is as on the day `on`: today, or its last one when it is over (`is_past`).
    """

    unit: Organization
    rows: tuple[PetitionRow, ...]
    counts: tuple[tuple[str, int], ...]
    chosen: str
    late: int
    oldest: int
    may_write: bool
    choice: SpanChoice | None = None
    on: date | None = None
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class HeldPetitions:
    """What a unit must answer: how many wait, how many of them past their last day, and by how many days the oldest."""

    waiting: int
    late: int
    late_days: int


def count_held(*, actor: Actor, unit: Organization, today: date) -> HeldPetitions:
    """As many as `get_unit_list` has rows in its first list and under `qua-han`. One query."""
    lying = Petition.objects.visible_to(actor).lying_with(unit).order_by()
    past = Q(due_on__lt=today)
    found = lying.aggregate(waiting=Count("pk"), late=Count("pk", filter=past), oldest=Min("due_on", filter=past))
    oldest = found["oldest"]
    return HeldPetitions(found["waiting"], found["late"], (today - oldest).days if oldest else 0)


def get_cell_list(*, actor: Actor, public_id: UUID, chosen: str, today: date) -> PetitionList:
    """What a cell asked for: what waits, the oldest first; `xong` what is settled, the newest first. Raises NotFound. Two queries."""
    cell = get_unit(actor=actor, public_id=public_id)
    every = read_rows(Petition.objects.filter(organization=cell), today)
    waiting = tuple(row for row in every if row.is_waiting)
    settled = tuple(row for row in reversed(every) if not row.is_waiting)
    return _make_list(actor, cell, {"": waiting, "xong": settled}, chosen)


def get_unit_list(*, actor: Actor, public_id: UUID, chosen: str, today: date, span: Span | None = None) -> PetitionList:
    """What lies with a unit, late ones first; `qua-han` these alone; `tra-loi` what it answered and the cell has not confirmed.

    `duoi` is what waits below, `moi` what was raised in the span here and below, `da-tra-loi` what was answered in it. Raises
    NotFound. Of a span that is over everything stands as it did on its last day. Queries do not grow with petitions.
    """
    unit, span = get_unit(actor=actor, public_id=public_id), span or Span(Month.of(today))
    on = span.reference_day(today)
    every = sorted(_read_then(actor, unit, span, today), key=_by_due)
    waiting = [row for row in every if row.is_waiting]
    here = [row for row in waiting if row.holder_id == unit.public_id]
    answered = _list_answered(every, span, on)
    tabs = {
        "": tuple(row for row in here if row.state == PetitionState.OPEN),
        "qua-han": tuple(row for row in here if row.is_late),
        "tra-loi": tuple(row for row in here if row.awaits_word or row.state == PetitionState.CLARIFYING),
        "duoi": tuple(row for row in waiting if row.holder_id != unit.public_id),
        "moi": tuple(row for row in every if span.first.first_day <= row.raised_on <= on),
        "da-tra-loi": tuple(row for row in every if row.public_id in answered),
    }
    choice = make_choice(span, since=_find_first_month(unit, today), today=today)
    return replace(_make_list(actor, unit, tabs, chosen), choice=choice, on=on, is_past=on < today)


def _read_then(actor: Actor, unit: Organization, span: Span, today: date) -> list[PetitionRow]:
    """What waited here and below at the end of the span, and what was raised or answered in it, that the actor may read."""
    on, first = span.reference_day(today), span.first.first_day
    waiting = Q(settled_on=None) | Q(settled_on__gt=on)
    touched = Q(raised_on__gte=first) | Q(pk__in=_answers(span, on).values("petition"))
    petitions = Petition.objects.visible_to(actor).filter(waiting | touched, raised_on__lte=on)
    if on == today:
        return read_rows(petitions.filter(Q(organization__path__startswith=unit.path) | Q(holder=unit)), today)
    below = {one.public_id for one in list_units_as_of(under=unit, on=on)}
    return [
        stand.row
        for stand in stand_on(petitions, on)
        if stand.cell_id in below or stand.row.holder_id == unit.public_id
    ]


def _answers(span: Span, on: date) -> "QuerySet[PetitionStep]":
    days = (span.first.first_day, on)
    return PetitionStep.objects.filter(kind=StepKind.ANSWERED, at__date__range=days).order_by()


def _list_answered(rows: list[PetitionRow], span: Span, on: date) -> set[UUID]:
    ids = [row.public_id for row in rows]
    return set(_answers(span, on).filter(petition__public_id__in=ids).values_list("petition__public_id", flat=True))


def _find_first_month(unit: Organization, today: date) -> Month:
    """The first month of which a petition of the units below is kept, this one when there is none. One query."""
    petitions = Petition.objects.filter(Q(organization__path__startswith=unit.path) | Q(holder=unit)).order_by()
    first = petitions.aggregate(first=Min("raised_on"))["first"]
    return Month.of(first or today)


def _make_list(actor: Actor, unit: Organization, tabs: dict[str, tuple[PetitionRow, ...]], chosen: str) -> PetitionList:
    waiting = tabs[""]
    return PetitionList(
        unit=unit,
        rows=tabs.get(chosen, waiting),
        counts=tuple((name, len(rows)) for name, rows in tabs.items()),
        chosen=chosen if chosen in tabs else "",
        late=sum(row.is_late for row in waiting),
        oldest=max((row.age for row in waiting), default=0),
        may_write=actor.may(Permission.PETITIONS_WRITE, unit.path),
    )


def _by_due(row: PetitionRow) -> tuple[date, date, UUID]:
    return (row.due_on, row.raised_on, row.public_id)
