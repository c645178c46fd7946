"""What is counted of petitions: one condition for each tally, asked of the row, for figures, their sums and the rows behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce

from nennep.organizations.models import Organization
from nennep.petitions.choices import (
    OPINIONS,
    RUNNING,
    UNANSWERED,
    WAITING,
    BoardFigure,
    BoardGroup,
    BoardTally,
    PetitionState,
    Word,
)
from nennep.petitions.models import PetitionPlace, PetitionQuerySet

Days = tuple[date, date]
NO_BODY = "trong"  # the key of what lies with no office outside
_ANSWERED = Q(answered_on__isnull=False) & ~Q(state__in=RUNNING)
_UNANSWERED = Q(state__in=UNANSWERED) & (Q(answered_on__isnull=True) | Q(state__in=RUNNING))
_SOLVED = Q(state=PetitionState.SOLVED)
_CONDITIONS: Mapping[BoardTally, Q] = {
    BoardTally.RAISED: Q(pk__isnull=False),
    BoardTally.ON_SPOT: Q(on_spot=True),
    BoardTally.ENDED: Q(answer_days__isnull=False),
    BoardTally.UNANSWERED: Q(answer_days__isnull=True, state__in=UNANSWERED),
    BoardTally.IN_TIME: _ANSWERED & Q(late_days=0),
    BoardTally.LATE: _ANSWERED & Q(late_days__gt=0),
    BoardTally.MISSED: _UNANSWERED & Q(late_days__gt=0),
    BoardTally.RUNNING: _UNANSWERED & Q(late_days=0),
    BoardTally.SOLVED: _SOLVED,
    BoardTally.SATISFIED: _SOLVED & Q(word=Word.SATISFIED),
    BoardTally.WAITING: Q(state__in=WAITING),
}
_DAYS = {
    **dict.fromkeys((BoardTally.IN_TIME, BoardTally.LATE, BoardTally.MISSED, BoardTally.RUNNING), "owed_on"),
    **dict.fromkeys((BoardTally.SOLVED, BoardTally.SATISFIED), "settled_on"),
}  # of the others the day on which it was asked
_COLUMNS = (
    *(
        "pk",
        "organization_id",
        "field",
        "body_id",
        "holder_id",
        "state",
        "raised_on",
        "owed_on",
        "settled_on",
        "answer_days",
    ),
    *("counted__raised_place", "counted__place"),
)
_YESTERDAY = timedelta(days=-1)
_COME = {
    BoardTally.RUNNING: _YESTERDAY,
    BoardTally.IN_TIME: timedelta(),
}  # of these only what has come to its last day (h.5.5)
_OVERDUE = (BoardTally.MISSED, BoardTally.RUNNING)  # of what still runs only once its last day has passed
FIGURES: Mapping[BoardFigure, tuple[BoardTally, ...]] = {
    BoardFigure.RAISED: (BoardTally.RAISED,),
    BoardFigure.ON_SPOT: (BoardTally.ON_SPOT,),
    BoardFigure.DUE: (BoardTally.IN_TIME, BoardTally.LATE, *_OVERDUE),
    BoardFigure.IN_TIME: (BoardTally.IN_TIME,),
    BoardFigure.LATE: (BoardTally.LATE,),
    BoardFigure.OVERDUE: _OVERDUE,
    BoardFigure.SOLVED: (BoardTally.SOLVED,),
    BoardFigure.SATISFIED: (BoardTally.SATISFIED,),
    BoardFigure.WAITING: (BoardTally.WAITING,),
}


class Line(NamedTuple):
    """One petition is one in this tally of that day; `value` are days to its first answer."""

    tally: BoardTally
    day: date
    value: int


@dataclass(frozen=True, slots=True)
class CountedPetition:
    """One petition as it is counted now; `field` and `body` by which it is grouped, `is_settled`: it stays where it is counted.

    `answers`: the office outside (`b3`), else the unit (`h7`) that answers. `raised_place`, `place`: where it is counted so far; None
    for what was not counted yet.
    """

    pk: int
    organization_id: int
    field: str
    body: str
    answers: str
    is_settled: bool
    raised_place: int | None
    place: int | None
    lines: tuple[Line, ...]


def ask_for(petitions: PetitionQuerySet) -> PetitionQuerySet:
    """Opinions ask for nothing. `owed_on`: the day that was missed first, else the last day."""
    return petitions.exclude(state__in=OPINIONS).annotate(owed_on=Coalesce("missed_on", "due_on")).order_by()


def read_counted(petitions: PetitionQuerySet) -> Iterator[CountedPetition]:
    """Each with its lines; what has none is read too, with none. One query."""
    flags = {f"is_{tally}": _flag(tally) for tally in BoardTally}
    found = petitions.annotate(owed_on=Coalesce("missed_on", "due_on"), **flags).order_by()
    for row in found.values(*_COLUMNS, *flags).iterator(5000):
        yield CountedPetition(
            pk=row["pk"],
            organization_id=row["organization_id"],
            field=row["field"],
            body=str(row["body_id"] or NO_BODY),
            answers=f"b{row['body_id']}" if row["body_id"] else f"h{row['holder_id']}",
            is_settled=row["settled_on"] is not None,
            raised_place=row["counted__raised_place"],
            place=row["counted__place"],
            lines=tuple(_read_lines(row)) if row["state"] not in OPINIONS else (),
        )


def _flag(tally: BoardTally) -> Case:
    return Case(When(_CONDITIONS[tally], then=Value(1)), default=Value(0))


def _read_lines(row: Mapping[str, object]) -> Iterator[Line]:
    for tally in BoardTally:
        day = row[_DAYS.get(tally, "raised_on")]
        if row[f"is_{tally}"] and isinstance(day, date):
            value = row["answer_days"] if tally == BoardTally.ENDED else 0
            yield Line(tally, day, int(str(value)))


def counts(line: Line, days: Days, today: date) -> bool:
    """Whether a tally of that day belongs to the board of these days; what waits belongs to each."""
    if line.tally == BoardTally.WAITING:
        return True
    return days[0] <= line.day <= min(days[1], last_day_of(line.tally, today))


def last_day_of(tally: BoardTally, today: date) -> date:
    """What is answered in time counts from its last day on, what is not answered from the day after; the others whenever it was."""
    return today + _COME[tally] if tally in _COME else date.max


def is_of_figure(figure: BoardFigure, days: Days, today: date) -> Q:
    """The rows that a figure of these days counts; asked of what `ask_for` gives."""
    return reduce(or_, (_CONDITIONS[tally] & _in_days(tally, days, today) for tally in FIGURES[figure]))


def _in_days(tally: BoardTally, days: Days, today: date) -> Q:
    if tally == BoardTally.WAITING:
        return Q()
    column = _DAYS.get(tally, "raised_on")
    return Q(**{f"{column}__range": (days[0], min(days[1], last_day_of(tally, today)))})


def is_placed(figure: BoardFigure, units: Iterable[int]) -> Q:
    """What is counted below these units, each standing directly below the one before."""
    place = "raised_place" if FIGURES[figure][0].is_of_raising else "place"
    text = f".{'.'.join(map(str, units))}."
    return Q(**{f"counted__{place}__in": PetitionPlace.objects.filter(lineage__contains=text).order_by().values("pk")})


def is_grouped(unit: Organization, group: BoardGroup, key: str, figure: BoardFigure) -> Q:
    """What belongs to one row of the board of this unit; `key` as in `PetitionSum`."""
    if group == BoardGroup.FIELD:
        return Q(field=key)
    if group == BoardGroup.BODY:
        return Q(body=None) if key == NO_BODY else Q(body_id=int(key))
    if key != str(unit.pk):
        return is_placed(figure, (unit.pk, int(key)))
    place = "raised_place" if FIGURES[figure][0].is_of_raising else "place"
    return Q(**{f"counted__{place}__lineage__endswith": f".{unit.pk}."})
