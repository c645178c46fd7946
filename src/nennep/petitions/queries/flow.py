"""Where petitions go: from the units directly below to whoever answers, a unit or an office outside; in numbers and their rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.organizations.models import Organization
from nennep.petitions.choices import FLOW, BoardFigure, BoardTally
from nennep.petitions.models import OutsideBody, Petition, PetitionPlace, PetitionSum
from nennep.petitions.queries.board import BoardList, days_of_year, reads_sums
from nennep.petitions.queries.petitions import get_unit, list_readable
from nennep.petitions.queries.tallies import ask_for, is_of_figure, is_placed, read_counted
from nennep.petitions.rules import FlowPicture, draw_flows

Found = TypeVar("Found", Organization, OutsideBody)
ITSELF = "tai-cho"  # the key of what stays with the unit that it comes from, or below it
ROWS = 99  # of the table; what is smaller is said in one line


@dataclass(frozen=True, slots=True)
class FlowRow:
    """So many petitions raised below `source` lie with, or were answered by, `target`; the keys choose them in addresses."""

    source_key: str
    source: str
    target_key: str
    target: str
    number: int


@dataclass(frozen=True, slots=True)
class FlowPage:
    """What was raised in a year, the largest first; `rest`: how many rows are smaller, with `rest_number` petitions."""

    unit: Organization
    year: int
    rows: tuple[FlowRow, ...]
    total: int
    rest: int
    rest_number: int
    picture: FlowPicture


def get_flow_page(*, actor: Actor, public_id: UUID, year: int) -> FlowPage:
    """Raises NotFound. Five queries at most, however many petitions there are."""
    unit = get_unit(actor=actor, public_id=public_id)
    numbers = _read_sums(unit, year) if reads_sums(actor, unit) else _count_each(actor, unit, year)
    rows = _name_rows({key: number for key, number in numbers.items() if number})
    return FlowPage(
        unit=unit,
        year=year,
        rows=tuple(rows[:ROWS]),
        total=sum(row.number for row in rows),
        rest=len(rows[ROWS:]),
        rest_number=sum(row.number for row in rows[ROWS:]),
        picture=draw_flows(((row.source, row.target, row.number) for row in rows), _("Nơi khác")),
    )


def get_flow_list(*, actor: Actor, public_id: UUID, year: int, source: str, target: str, today: date) -> BoardList:
    """The petitions behind one number, without `source` behind all of them. Raises NotFound. Four queries at most, and the rows'."""
    unit = get_unit(actor=actor, public_id=public_id)
    below = _find(Organization, source) if source else unit
    figure = BoardFigure.RAISED
    places = is_placed(figure, [unit.pk] if below == unit else [unit.pk, below.pk])
    condition = is_of_figure(figure, days_of_year(year), today) & places
    if source:
        condition &= _is_with(below, target)
    if source and below == unit:
        condition &= Q(counted__raised_place__lineage__endswith=f".{unit.pk}.")
    every = Petition.objects.all() if reads_sums(actor, unit) else list_readable(actor, unit)
    found = ask_for(every).filter(condition).order_by("raised_on", "pk")
    return BoardList(unit, figure, found, found.count())


def _is_with(source: Organization, target: str) -> Q:
    """Office outside, or unit that answers; `ITSELF` all units from the one that asked downwards."""
    itself = Q(holder__path__startswith=source.path)
    if target == ITSELF:
        return Q(body=None) & itself
    if target[:1] == "b":
        return Q(body=_find(OutsideBody, target[1:]))
    return Q(body=None, holder=_find(Organization, target[1:])) & ~itself


def _find(model: type[Found], public_id: str) -> Found:
    """Raises NotFound. One query."""
    try:
        found = model.objects.filter(public_id=UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def _read_sums(unit: Organization, year: int) -> Mapping[str, int]:
    """By keys of `PetitionSum`: `12>h7`, `12>b3`. One query, of an index alone."""
    found = PetitionSum.objects.filter(unit=unit, group=FLOW, tally=BoardTally.RAISED, day__range=days_of_year(year))
    return dict(found.order_by().values_list("key").annotate(sum=Sum("number")))


def _count_each(actor: Actor, unit: Organization, year: int) -> Mapping[str, int]:
    """Petition by petition: of a cell, and of what somebody reads in parts. Two queries."""
    lineages = dict(PetitionPlace.objects.filter(lineage__contains=f".{unit.pk}.").values_list("pk", "lineage"))
    first, last = days_of_year(year)
    found = list_readable(actor, unit).filter(counted__raised_place__in=lineages, raised_on__range=(first, last))
    numbers: Counter[str] = Counter()
    for one in read_counted(found):
        if one.lines and one.raised_place is not None:
            ids = lineages[one.raised_place].strip(".").split(".")
            numbers[f"{ids[min(ids.index(str(unit.pk)) + 1, len(ids) - 1)]}>{one.answers}"] += 1
    return numbers


def _name_rows(numbers: Mapping[str, int]) -> list[FlowRow]:
    """The largest first. Two queries."""
    pairs = {key: (int(key.split(">")[0]), key.split(">")[1]) for key in numbers}
    ids = {source for source, _target in pairs.values()} | {int(to[1:]) for _s, to in pairs.values() if to[0] == "h"}
    units = Organization.objects.in_bulk(ids)
    bodies = OutsideBody.objects.in_bulk({int(to[1:]) for _source, to in pairs.values() if to[0] == "b"})
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for key, number in numbers.items():
        source, target = units[pairs[key][0]], pairs[key][1]
        sums[str(source.public_id), source.name, *_name_target(source, target, units, bodies)] += number
    rows = [FlowRow(*names, number=number) for names, number in sums.items()]
    return sorted(rows, key=lambda row: (-row.number, row.source, row.target))


def _name_target(
    source: Organization, target: str, units: Mapping[int, Organization], bodies: Mapping[int, OutsideBody]
) -> tuple[str, str]:
    if target[0] == "b":
        body = bodies[int(target[1:])]
        return f"b{body.public_id}", body.name
    holder = units[int(target[1:])]
    if holder.path.startswith(source.path):
        return ITSELF, _("Trong đơn vị nêu")
    return f"h{holder.public_id}", holder.name
