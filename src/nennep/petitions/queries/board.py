"""The board's view: figures by area, unit or office outside; each figure and its rows come from one condition."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Coalesce, Substr

from nennep.core.access import Actor
from nennep.core.rounding import round_half_up
from nennep.organizations.models import Organization
from nennep.petitions.choices import (
    OPINIONS,
    RUNNING,
    UNANSWERED,
    WAITING,
    BoardFigure,
    BoardGroup,
    PetitionField,
    PetitionState,
    Word,
)
from nennep.petitions.models import OutsideBody, PetitionQuerySet
from nennep.petitions.queries.petitions import get_unit, list_readable
from nennep.petitions.rules import find_median

Days = tuple[date, date]
_Key = TypeVar("_Key")
_GROUP: tuple[str, ...] = ("group",)  # annotated beforehand


@dataclass(frozen=True, slots=True)
class BoardRow:
    """The figures of one group. `key` chooses it in addresses; `median` days to an answer, with those that wait; `oldest` in days."""

    key: str
    label: str
    figures: Mapping[BoardFigure, int]
    median: int | None
    oldest: int | None

    @property
    def in_time(self) -> Decimal | None:
        """Percent of what was due and answered or overdue; what is not yet due is left out (h.5.5)."""
        due = self.figures[BoardFigure.DUE]
        return round_half_up(Decimal(100 * self.figures[BoardFigure.IN_TIME]) / due, 1) if due else None

    @property
    def cells(self) -> tuple[tuple[BoardFigure, int], ...]:
        return tuple((figure, self.figures[figure]) for figure in BoardFigure)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All groups of a unit and year, the one with the most first, and their sum."""

    unit: Organization
    year: int
    group: BoardGroup
    rows: tuple[BoardRow, ...]
    total: BoardRow


def get_board_page(*, actor: Actor, public_id: UUID, year: int, group: BoardGroup, today: date) -> BoardPage:
    """Raises NotFound. Five queries at most, however many petitions there are."""
    unit = get_unit(actor=actor, public_id=public_id)
    return read_board(actor=actor, unit=unit, days=_days_of(year), group=group, today=today)


def read_board(*, actor: Actor, unit: Organization, days: Days, group: BoardGroup, today: date) -> BoardPage:
    """The board of a unit that has passed its own door, of the days from the first up to and with the last. Four queries at most."""
    every = _list_every(actor, unit)
    found = _count(every.annotate(group=_group_of(unit, group)), days, today)
    labels = _name_groups(unit, group, list(found))
    rows = [_make_row(key, labels.get(key, "—"), facts, today) for key, facts in found.items()]
    shown = [row for row in rows if any(row.figures.values())]
    return BoardPage(
        unit=unit,
        year=days[0].year,
        group=group,
        rows=tuple(sorted(shown, key=lambda row: (-row.figures[BoardFigure.RAISED], row.label))),
        total=_make_row("", "", _add_up(found.values()), today),
    )


@dataclass(frozen=True, slots=True)
class BoardList:
    """The petitions behind one figure (`found`, not read yet)."""

    unit: Organization
    figure: BoardFigure
    found: PetitionQuerySet


def get_board_list(
    *, actor: Actor, public_id: UUID, figure: BoardFigure, year: int, group: BoardGroup, key: str, today: date
) -> BoardList:
    """The very rows that the figure counted; `key` empty is the sum. Raises NotFound. One query, and those of the rows."""
    unit = get_unit(actor=actor, public_id=public_id)
    found = _list_every(actor, unit).filter(_list_conditions(_days_of(year), today)[figure])
    if key:
        found = found.annotate(group=_group_of(unit, group)).filter(group=key)
    return BoardList(unit, figure, found.order_by("raised_on", "pk"))


def _list_every(actor: Actor, unit: Organization) -> PetitionQuerySet:
    """What was asked here and below; opinions ask for nothing. `owed_on`: the day that was missed first, else the last day."""
    below = Q(organization__path__startswith=unit.path)
    found = list_readable(actor, unit).filter(below).exclude(state__in=OPINIONS)
    return found.annotate(owed_on=Coalesce("missed_on", "due_on")).order_by()


def _days_of(year: int) -> Days:
    return (date(year, 1, 1), date(year, 12, 31))


def _list_conditions(days: Days, today: date) -> Mapping[BoardFigure, Q]:
    """One condition for a figure and for its rows."""
    due = Q(owed_on__range=days)
    answered = due & Q(answered_on__isnull=False) & ~Q(state__in=RUNNING)
    unanswered = Q(state__in=UNANSWERED) & (Q(answered_on__isnull=True) | Q(state__in=RUNNING))
    overdue = due & unanswered & (Q(due_on__lt=today) | Q(late_days__gt=0))
    solved = Q(settled_on__range=days, state=PetitionState.SOLVED)
    in_time, late = answered & Q(late_days=0), answered & Q(late_days__gt=0)
    return {
        BoardFigure.RAISED: Q(raised_on__range=days),
        BoardFigure.ON_SPOT: Q(raised_on__range=days, on_spot=True),
        BoardFigure.DUE: in_time | late | overdue,
        BoardFigure.IN_TIME: in_time,
        BoardFigure.LATE: late,
        BoardFigure.OVERDUE: overdue,
        BoardFigure.SOLVED: solved,
        BoardFigure.SATISFIED: solved & Q(word=Word.SATISFIED),
        BoardFigure.WAITING: Q(state__in=WAITING),
    }


def _group_of(unit: Organization, group: BoardGroup) -> Any:
    if group == BoardGroup.FIELD:
        return F("field")
    if group == BoardGroup.BODY:
        return F("body__public_id")
    return Substr("organization__path", 1, len(unit.path) + Organization.steplen)


@dataclass(slots=True)
class _Facts:
    figures: dict[BoardFigure, int]
    oldest: date | None
    ended: dict[int, int]
    waiting: dict[date, int]

    def __init__(self) -> None:
        self.figures, self.oldest = dict.fromkeys(BoardFigure, 0), None
        self.ended, self.waiting = {}, {}


def _count(every: PetitionQuerySet, days: Days, today: date) -> dict[str, _Facts]:
    """Three queries: figures, days of those answered, days of those that wait."""
    conditions = _list_conditions(days, today)
    facts: dict[str, _Facts] = defaultdict(_Facts)
    numbers = {figure.name.lower(): Count("pk", filter=conditions[figure]) for figure in BoardFigure}
    oldest = Min("raised_on", filter=conditions[BoardFigure.WAITING])
    for line in every.values(*_GROUP).annotate(**numbers, oldest=oldest):
        one = facts[_key(line["group"])]
        one.figures, one.oldest = {figure: line[figure.name.lower()] for figure in BoardFigure}, line["oldest"]
    raised = every.filter(conditions[BoardFigure.RAISED])
    answered = raised.filter(answer_days__isnull=False).values(*_GROUP, "answer_days").annotate(number=Count("pk"))
    for line in answered:
        facts[_key(line["group"])].ended[line["answer_days"]] = line["number"]
    waiting = raised.filter(answer_days__isnull=True, state__in=UNANSWERED)
    for line in waiting.values(*_GROUP, "raised_on").annotate(number=Count("pk")):
        facts[_key(line["group"])].waiting[line["raised_on"]] = line["number"]
    return facts


def _add_up(groups: Collection[_Facts]) -> _Facts:
    """Each petition is in one group: their sum is what all of them give, and no row is read twice."""
    total = _Facts()
    for figure in BoardFigure:
        total.figures[figure] = sum(one.figures[figure] for one in groups)
    total.oldest = min((one.oldest for one in groups if one.oldest), default=None)
    total.ended = _merge(one.ended for one in groups)
    total.waiting = _merge(one.waiting for one in groups)
    return total


def _merge(histograms: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    numbers: Counter[_Key] = Counter()
    for one in histograms:
        numbers += Counter(one)
    return dict(numbers)


def _key(value: object) -> str:
    return "" if value is None else str(value)


def _make_row(key: str, label: str, facts: _Facts, today: date) -> BoardRow:
    waiting = {max((today - day).days, 0): number for day, number in facts.waiting.items()}
    oldest = (today - facts.oldest).days if facts.oldest else None
    return BoardRow(key, label, facts.figures, find_median(facts.ended, waiting), oldest)


def _name_groups(unit: Organization, group: BoardGroup, keys: list[str]) -> dict[str, str]:
    """One query at most."""
    if group == BoardGroup.FIELD:
        return {key: str(PetitionField(key).label) for key in keys}
    if group == BoardGroup.BODY:
        ids = [key for key in keys if key]
        found = OutsideBody.objects.filter(public_id__in=ids)
        return {str(body.public_id): body.name for body in found} | {"": str(unit.name)}
    return dict(Organization.objects.filter(path__in=keys).values_list("path", "name"))
