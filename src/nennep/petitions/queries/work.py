"""What a unit has to do with petitions: lists with one condition each for their number and their rows, filtered and searched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import day_of
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import (
    FIRST_LISTS,
    RUNNING,
    SENDING,
    UNSETTLED,
    WAITING,
    PetitionField,
    PetitionState,
    WorkList,
)
from nennep.petitions.models import OutsideBody, Petition, PetitionQuerySet, PetitionStep, SavedView
from nennep.petitions.queries.petitions import get_unit, list_readable
from nennep.petitions.queries.rows import PetitionRow, read_slice
from nennep.petitions.queries.words import search

WEEK = timedelta(days=7)
IN_ORDER = Q(settled_on=None)  # of what waits always true; said, so that the index that keeps their order is used
EXPORTED = 5000  # rows of one spreadsheet


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What was chosen beside the list: a subject area, an office outside, a cell, beginnings of words with or without marks."""

    field: str = ""
    body: UUID | None = None
    cell: UUID | None = None
    words: str = ""

    def condition(self) -> Q:
        """Beside the words."""
        parts = [Q(field=self.field)] if self.field in PetitionField.values else []
        parts += [Q(body__public_id=self.body)] if self.body else []
        parts += [Q(organization__public_id=self.cell)] if self.cell else []
        return reduce(and_, parts, Q())


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view that the reader keeps: `query` is what stands behind `?` in its address; `is_shown`: it is what the page shows."""

    public_id: UUID
    name: str
    query: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The lists of a unit with their numbers, and the petitions of the chosen one (`found`, not read yet)."""

    unit: Organization
    chosen: WorkList
    counts: tuple[tuple[WorkList, int], ...]
    found: PetitionQuerySet
    bodies: Sequence[OutsideBody]
    may_write: bool
    views: tuple[ViewLine, ...] = ()

    @property
    def count(self) -> int:
        return dict(self.counts)[self.chosen]

    @property
    def first(self) -> tuple[tuple[WorkList, int], ...]:
        """The lists that are looked at most, and the chosen one."""
        return tuple(line for line in self.counts if line[0] in FIRST_LISTS or line[0] == self.chosen)

    @property
    def others(self) -> tuple[tuple[WorkList, int], ...]:
        return tuple(line for line in self.counts if line not in self.first)


def get_work_page(
    *, actor: Actor, public_id: UUID, chosen: WorkList, chosen_filter: WorkFilter, today: date
) -> WorkPage:
    """Raises NotFound. Five queries, and those of the rows that are read.

    What is settled is in none of the lists. Whatever lies with the unit is counted apart from what waits below: each by an index; of
    what is searched all at once, after it was looked up.
    """
    unit = get_unit(actor=actor, public_id=public_id)
    conditions, found = _list_conditions(actor, unit, today), search(chosen_filter.words)
    every = list_readable(actor, unit).filter(chosen_filter.condition(), state__in=UNSETTLED)
    counted, count = (every.filter(found.every), _count_found) if found else (every, _count_apart)
    numbers = count(counted, conditions, unit)
    shown = every.filter(_is_placed(chosen, unit) & conditions[chosen], found.in_order if found else Q(), IN_ORDER)
    return WorkPage(
        unit=unit,
        chosen=chosen,
        counts=tuple((one, numbers[_name(one)]) for one in WorkList),
        found=shown.order_by("due_on", "raised_on", "pk"),
        bodies=list(OutsideBody.objects.filter(unit=unit).order_by("name", "pk")),
        may_write=actor.may(Permission.PETITIONS_SETTLE, unit.path),
        views=_list_views(actor, unit, say_query(chosen, chosen_filter)),
    )


def _is_placed(listed: WorkList, unit: Organization) -> Q:
    """All lists but one are of what lies with the unit."""
    return Q(organization__path__startswith=unit.path) if listed == WorkList.BELOW else Q(holder=unit)


def _count_found(found: PetitionQuerySet, conditions: Mapping[WorkList, Q], unit: Organization) -> dict[str, int]:
    counts = {_name(one): Count("pk", filter=_is_placed(one, unit) & conditions[one]) for one in WorkList}
    return found.order_by().aggregate(**counts)


def _count_apart(every: PetitionQuerySet, conditions: Mapping[WorkList, Q], unit: Organization) -> dict[str, int]:
    lists = {one: every.filter(_is_placed(one, unit)).order_by() for one in (WorkList.TO_ANSWER, WorkList.BELOW)}
    lying = [one for one in WorkList if one != WorkList.BELOW]
    numbers = lists[WorkList.TO_ANSWER].aggregate(**{_name(one): Count("pk", filter=conditions[one]) for one in lying})
    return numbers | {_name(WorkList.BELOW): lists[WorkList.BELOW].filter(conditions[WorkList.BELOW]).count()}


def say_query(listed: WorkList, wanted: WorkFilter) -> str:
    """The list and what of it as an address says them, without what is not chosen."""
    parts = {
        "loc": listed.value,
        "linh_vuc": wanted.field,
        "noi": wanted.body,
        "chi_bo": wanted.cell,
        "tim": wanted.words,
    }
    return urlencode({name: str(value) for name, value in parts.items() if value})


def _list_views(actor: Actor, unit: Organization, shown: str) -> tuple[ViewLine, ...]:
    """What the reader keeps of this unit, by name. One query."""
    kept = _own_views(actor).filter(unit=unit).select_related("body", "cell").order_by("name", "pk")
    lines = [(view, say_query(WorkList(view.listed), _read_filter(view))) for view in kept]
    return tuple(ViewLine(view.public_id, view.name, query, query == shown) for view, query in lines)


def _own_views(actor: Actor) -> "QuerySet[SavedView]":
    """The program itself keeps none."""
    return SavedView.objects.filter(user_id=actor.user_id) if actor.user_id else SavedView.objects.none()


def _read_filter(view: SavedView) -> WorkFilter:
    body = view.body.public_id if view.body else None
    return WorkFilter(view.field, body, view.cell.public_id if view.cell else None, view.words)


def get_view(*, actor: Actor, public_id: UUID) -> SavedView:
    """One that the actor keeps. Raises NotFound for anybody else's."""
    found = _own_views(actor).select_related("unit").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _name(one: WorkList) -> str:
    return one.name.lower()


def _handled_by(actor: Actor) -> Q:
    """Those of which this person wrote a step: passed on, asked, extended, answered."""
    if actor.user_id is None:
        return Q(pk__in=Petition.objects.none())
    return Q(pk__in=PetitionStep.objects.filter(by_id=actor.user_id).order_by().values("petition"))


def _list_conditions(actor: Actor, unit: Organization, today: date) -> Mapping[WorkList, Q]:
    """One condition for the number of a list and for its rows, of what lies with the unit; of `BELOW` all that does not."""
    opened, promised = Q(state=PetitionState.OPEN), Q(state=PetitionState.PROMISED)
    return {
        WorkList.TO_ANSWER: opened,
        WorkList.MINE: Q(state__in=WAITING) & _handled_by(actor),
        WorkList.THIS_WEEK: opened & Q(due_on__range=(today, today + WEEK)),
        WorkList.OVERDUE: opened & Q(due_on__lt=today),
        WorkList.PROMISED: promised,
        WorkList.PROMISE_BROKEN: promised & Q(promised_for__lt=today),
        WorkList.OUTSIDE: Q(state__in=RUNNING, body__isnull=False),
        WorkList.CLARIFYING: Q(state=PetitionState.CLARIFYING),
        WorkList.BOUNCED: opened & Q(bounces__gt=0),
        WorkList.RISEN: opened & Q(risen=True),
        WorkList.WORD: Q(state=PetitionState.ANSWERED),
        WorkList.OPINIONS: Q(state=PetitionState.OPINION),
        WorkList.BELOW: Q(state__in=WAITING) & ~Q(holder=unit),
    }


def list_chosen(*, actor: Actor, unit: Organization, public_ids: Iterable[UUID]) -> list[Petition]:
    """What was chosen of what lies with the unit, the most urgent first. One query."""
    lying = Petition.objects.visible_to(actor).lying_with(unit).filter(public_id__in=list(public_ids))
    return list(lying.select_related("organization", "holder").order_by("due_on", "pk"))


def find_cell(*, actor: Actor, unit: Organization, public_id: UUID) -> Organization | None:
    """A unit below (or the unit itself) whose petitions the actor may read; None when there is none. One query."""
    below = Organization.objects.filter(actor.scope(Permission.PETITIONS_READ, "path"), path__startswith=unit.path)
    return below.filter(public_id=public_id).first()


def list_places(unit: Organization, *, today: date) -> list[Organization | OutsideBody]:
    """Where a unit may send what lies with it: units above, the nearest first, and its offices outside. Two queries."""
    above = [path for path in paths_above(unit) if path != unit.path]
    units = Organization.objects.filter(path__in=above, closed_on=None).order_by("-path")
    bodies = OutsideBody.objects.filter(unit=unit).order_by("name", "pk")
    return [*units, *(body for body in bodies if body.covers(today))]


def list_passed_days(public_ids: Iterable[UUID]) -> dict[UUID, date]:
    """When each of these was sent to whoever answers now; not those that were never sent. One query."""
    steps = PetitionStep.objects.filter(petition__public_id__in=list(public_ids), kind__in=SENDING)
    days = steps.order_by().values_list("petition__public_id").annotate(at=Max("at"))
    return {public_id: day_of(at) for public_id, at in days}


def read_page_rows(found: PetitionQuerySet, *, first: int, last: int, today: date) -> list[PetitionRow]:
    """These rows alone, in the order of the list. Two queries."""
    return read_slice(found, first, last, today)
