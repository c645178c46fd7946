"""Petitions of a unit: what waits in a cell, what lies with a unit above, today and at the end of a span of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, overload
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import make_aware

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_units_as_of
from nennep.petitions.choices import SPOKEN_TO, WAITING, PetitionState, StepKind
from nennep.petitions.models import Petition, PetitionQuerySet, PetitionStep
from nennep.petitions.queries.past import stand_on
from nennep.petitions.queries.petitions import get_unit, list_readable
from nennep.petitions.queries.rows import PetitionRow, read_slice


@dataclass(frozen=True, slots=True)
class PetitionList:
    """Petitions of a unit by what was chosen (`tabs`: address part, count); how many of what waits here is late.

    Of a unit above cells `choice` is the span of time; all is as on the day `on`: today, or its last one when it is over (`is_past`).
    """

    unit: Organization
    rows: Sequence[PetitionRow]
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
    """What a cell asked for: what waits, the oldest first; `xong` what is settled, the newest first. Raises NotFound.

    Two queries, and that of the rows that are read.
    """
    cell = get_unit(actor=actor, public_id=public_id)
    every = Petition.objects.filter(organization=cell)
    waiting = Q(state__in=WAITING)
    tabs = {
        "": _Tab(waiting, ("raised_on", "pk")),
        "xong": _Tab(~waiting, ("-raised_on", "-pk")),
    }
    return _read_tabs(actor, cell, every, tabs=tabs, ask=_Ask(chosen, waiting, today))


def get_unit_list(*, actor: Actor, public_id: UUID, chosen: str, today: date, span: Span | None = None) -> PetitionList:
    """What lies with a unit, late ones first; `qua-han` these alone; `tra-loi` what it answered and the cell has not confirmed.

    `duoi` is what waits below, `moi` what was raised in the span here and below, `da-tra-loi` what was answered in it. Raises
    NotFound. Of a span that is over everything stands as it did on its last day. Queries do not grow with petitions; of today
    the rows of one page alone are read.
    """
    unit, span = get_unit(actor=actor, public_id=public_id), span or Span(Month.of(today))
    on = span.reference_day(today)
    found = (_list_past if on < today else _list_today)(actor, unit, span=span, on=on, chosen=chosen)
    choice = make_choice(span, since=_find_first_month(unit, today), today=today)
    return replace(found, choice=choice, on=on, is_past=on < today)


@dataclass(frozen=True, slots=True)
class _Tab:
    """One condition for the number of a list and for its rows, and their order. `rows`: always true, names the index in that order."""

    condition: Q
    order: tuple[str, ...] = ("due_on", "raised_on", "pk")
    rows: Q = field(default_factory=Q)


@dataclass(frozen=True, slots=True)
class _Ask:
    """Which list was chosen, and whose oldest and late ones are counted on which day. `apart`: lists with a count of their own."""

    chosen: str
    first: Q
    today: date
    apart: tuple[str, ...] = ()


class _Rows(Sequence[PetitionRow]):
    """The rows of a list, read page by page."""

    def __init__(self, found: PetitionQuerySet, number: int, today: date) -> None:
        self._found, self._number, self._today = found, number, today

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, index: int) -> PetitionRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[PetitionRow]: ...

    def __getitem__(self, index: int | slice) -> PetitionRow | list[PetitionRow]:
        if isinstance(index, slice):
            first, last, _step = index.indices(self._number)
            return read_slice(self._found, first, last, self._today)
        if not -self._number <= index < self._number:
            raise IndexError(index)
        return self[slice(index % self._number, index % self._number + 1)][0]


def _list_today(actor: Actor, unit: Organization, *, span: Span, on: date, chosen: str) -> PetitionList:
    every, here = list_readable(actor, unit), Q(holder=unit)
    below = Q(organization__path__startswith=unit.path)
    opened = here & Q(state=PetitionState.OPEN)
    tabs = {
        "": _Tab(opened),
        "qua-han": _Tab(opened & Q(due_on__lt=on)),
        "tra-loi": _Tab(here & Q(state__in=(*SPOKEN_TO, PetitionState.CLARIFYING))),
        "duoi": _Tab(below & Q(state__in=WAITING) & ~here, rows=Q(settled_on=None)),
        "moi": _Tab((here | below) & Q(raised_on__range=(span.first.first_day, on))),
        "da-tra-loi": _Tab((here | below) & Q(pk__in=_answers(span, on).values("petition"))),
    }
    return _read_tabs(actor, unit, every, tabs=tabs, ask=_Ask(chosen, opened, on, apart=("duoi", "moi", "da-tra-loi")))


def _read_tabs(
    actor: Actor, unit: Organization, every: PetitionQuerySet, *, tabs: dict[str, _Tab], ask: _Ask
) -> PetitionList:
    """Numbers in one query, and one for each that is counted apart; the rows of the chosen list when they are looked at."""
    numbers = _count_tabs(every.order_by(), tabs, ask)
    chosen = ask.chosen if ask.chosen in tabs else ""
    tab = tabs[chosen]
    return PetitionList(
        unit=unit,
        rows=_Rows(every.filter(tab.condition, tab.rows).order_by(*tab.order), numbers[chosen], ask.today),
        counts=tuple((name, numbers[name]) for name in tabs),
        chosen=chosen,
        late=numbers["late"],
        oldest=(ask.today - numbers["oldest"]).days if numbers["oldest"] else 0,
        may_write=actor.may(Permission.PETITIONS_WRITE, unit.path) and unit.closed_on is None,
    )


def _count_tabs(every: PetitionQuerySet, tabs: dict[str, _Tab], ask: _Ask) -> dict[str, Any]:
    """By the tab, and `late` and `oldest`. What is counted apart has an index of its own; of the rest only its rows are looked at."""
    names = {name: f"tab_{number}" for number, name in enumerate(tabs) if name not in ask.apart}
    counts = {names[name]: Count("pk", filter=tabs[name].condition) for name in names}
    late = Q(state=PetitionState.OPEN, due_on__lt=ask.today)
    either = reduce(or_, (tabs[name].condition for name in names))
    found = every.filter(either).aggregate(
        **counts, late=Count("pk", filter=ask.first & late), oldest=Min("raised_on", filter=ask.first)
    )
    numbers = {name: found[names[name]] for name in names} | {key: found[key] for key in ("late", "oldest")}
    return numbers | {name: every.filter(tabs[name].condition).count() for name in ask.apart}


def _list_past(actor: Actor, unit: Organization, *, span: Span, on: date, chosen: str) -> PetitionList:
    every = sorted(_read_then(actor, unit, span, on), key=_by_due)
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
    return _make_list(actor, unit, tabs, chosen)


def _read_then(actor: Actor, unit: Organization, span: Span, on: date) -> list[PetitionRow]:
    """What waited here and below at the end of the span, and what was raised or answered in it, that the actor may read."""
    waiting = Q(settled_on=None) | Q(settled_on__gt=on)
    touched = Q(raised_on__gte=span.first.first_day) | Q(pk__in=_answers(span, on).values("petition"))
    petitions = Petition.objects.visible_to(actor).filter(waiting | touched, raised_on__lte=on)
    below = {one.public_id for one in list_units_as_of(under=unit, on=on)}
    return [
        stand.row
        for stand in stand_on(petitions, on)
        if stand.cell_id in below or stand.row.holder_id == unit.public_id
    ]


def _answers(span: Span, on: date) -> "QuerySet[PetitionStep]":
    """By the moments between which those days lie: an index finds them."""
    first, end = (make_aware(datetime.combine(day, time())) for day in (span.first.first_day, on + timedelta(days=1)))
    return PetitionStep.objects.filter(kind=StepKind.ANSWERED, at__gte=first, at__lt=end).order_by()


def _list_answered(rows: list[PetitionRow], span: Span, on: date) -> set[UUID]:
    ids = [row.public_id for row in rows]
    return set(_answers(span, on).filter(petition__public_id__in=ids).values_list("petition__public_id", flat=True))


def _find_first_month(unit: Organization, today: date) -> Month:
    """The first month of which a petition of the units below is kept, this one when there is none. Two queries.

    The first of each unit comes from an index: as many rows are looked at as there are units.
    """
    asked, held = (Petition.objects.order_by("raised_on").values("raised_on") for _time in range(2))
    units = Organization.objects.filter(path__startswith=unit.path).order_by()
    first = units.annotate(asked=Subquery(asked.filter(organization=OuterRef("pk"))[:1])).aggregate(day=Min("asked"))
    lying = held.filter(holder=unit).values_list("raised_on", flat=True).first()
    return Month.of(min((day for day in (first["day"], lying) if day), default=today))


def _make_list(actor: Actor, unit: Organization, tabs: dict[str, tuple[PetitionRow, ...]], chosen: str) -> PetitionList:
    waiting = tabs[""]
    return PetitionList(
        unit=unit,
        rows=tabs.get(chosen, waiting),
        counts=tuple((name, len(rows)) for name, rows in tabs.items()),
        chosen=chosen if chosen in tabs else "",
        late=sum(row.is_late for row in waiting),
        oldest=max((row.age for row in waiting), default=0),
        may_write=actor.may(Permission.PETITIONS_WRITE, unit.path) and unit.closed_on is None,
    )


def _by_due(row: PetitionRow) -> tuple[date, date, UUID]:
    return (row.due_on, row.raised_on, row.public_id)
