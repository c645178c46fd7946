"""The board's view: figures by area, unit or office outside; each figure and its rows come from one condition."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.rounding import round_half_up
from nennep.organizations.models import Organization
from nennep.petitions.choices import BoardFigure, BoardGroup, BoardTally, PetitionField
from nennep.petitions.models import OutsideBody, Petition, PetitionPlace, PetitionQuerySet, PetitionSum
from nennep.petitions.queries.petitions import get_unit, list_readable
from nennep.petitions.queries.rows import PetitionRow, hide_words, read_slice
from nennep.petitions.queries.tallies import (
    FIGURES,
    NO_BODY,
    CountedPetition,
    Days,
    Line,
    ask_for,
    counts,
    is_grouped,
    is_of_figure,
    is_placed,
    last_day_of,
    read_counted,
)
from nennep.petitions.rules import find_median

_Key = TypeVar("_Key")
_FIGURES_OF = {tally: [figure for figure in BoardFigure if tally in FIGURES[figure]] for tally in BoardTally}
AT_ONCE = 50
_BY_MONTH = [tally for tally in BoardTally if not tally.is_by_day]


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
    """Raises NotFound. Six queries at most, however many petitions there are."""
    unit = get_unit(actor=actor, public_id=public_id)
    return read_board(actor=actor, unit=unit, days=days_of_year(year), group=group, today=today)


def read_board(*, actor: Actor, unit: Organization, days: Days, group: BoardGroup, today: date) -> BoardPage:
    """The board of a unit that has passed its own door, of whole months. Five queries at most.

    Whoever reads all below a unit above cells reads its sums; of a cell, and of what somebody reads in parts, the petitions are counted.
    """
    from_sums = reads_sums(actor, unit)
    lines = _read_sums(unit, group, days, today) if from_sums else _read_lines(actor, unit, group)
    found = _add_lines(lines, days, today)
    labels = _name_groups(group, list(found))
    rows = [_make_row(*labels.get(key, (key, "—")), facts, today) for key, facts in found.items()]
    shown = [row for row in rows if any(row.figures.values())]
    return BoardPage(
        unit=unit,
        year=days[0].year,
        group=group,
        rows=tuple(sorted(shown, key=lambda row: (-row.figures[BoardFigure.RAISED], row.label))),
        total=_make_row("", "", _merge_facts(found.values()), today),
    )


@dataclass(frozen=True, slots=True)
class BoardList:
    """The petitions behind one figure (`found`, not read yet), and their number."""

    unit: Organization
    figure: BoardFigure
    found: PetitionQuerySet
    number: int


def get_board_list(
    *, actor: Actor, public_id: UUID, figure: BoardFigure, year: int, group: BoardGroup, key: str, today: date
) -> BoardList:
    """The very rows that the figure counted; `key` empty is the sum. Raises NotFound. Five queries at most, and those of the rows."""
    unit, days = get_unit(actor=actor, public_id=public_id), days_of_year(year)
    condition, chosen = is_of_figure(figure, days, today) & is_placed(figure, [unit.pk]), ""
    if key:
        chosen = _read_key(group, key)
        condition &= is_grouped(unit, group, chosen, figure)
    every = Petition.objects.all() if reads_sums(actor, unit) else list_readable(actor, unit)
    found = ask_for(every).filter(condition).order_by("raised_on", "pk")
    if not reads_sums(actor, unit):
        return BoardList(unit, figure, found, found.count())
    facts = _add_lines(_read_sums(unit, group, days, today), days, today)
    shown = [facts[chosen]] if key else facts.values()
    return BoardList(unit, figure, found, sum(one.figures[figure] for one in shown))


def read_board_rows(*, actor: Actor, board: BoardList, first: int, last: int, today: date) -> list[PetitionRow]:
    """These rows alone. Of a cell that stands elsewhere now others read the words: its row is there without them. Three queries."""
    rows = read_slice(board.found, first, last, today)
    ids = [row.public_id for row in rows]
    readable = Petition.objects.visible_to(actor).filter(public_id__in=ids).order_by()
    known = set(readable.values_list("public_id", flat=True))
    return [row if row.public_id in known else _without_words(row) for row in rows]


def _without_words(row: PetitionRow) -> PetitionRow:
    text = _("Kiến nghị của chi bộ nay thuộc nơi khác")
    return hide_words(row, text=text)


def _read_key(group: BoardGroup, key: str) -> str:
    """The key of the sums for one of addresses. Raises NotFound. One query at most."""
    if group == BoardGroup.FIELD or key == NO_BODY:
        return key
    model = OutsideBody if group == BoardGroup.BODY else Organization
    try:
        found = model.objects.filter(public_id=UUID(key)).values_list("pk", flat=True).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return str(found)


def days_of_year(year: int) -> Days:
    """The first and the last."""
    return (date(year, 1, 1), date(year, 12, 31))


def reads_sums(actor: Actor, unit: Organization) -> bool:
    """Whoever reads all below a unit above cells."""
    return actor.may_below(Permission.PETITIONS_READ, unit.path) and not unit.is_cell


Keyed = tuple[str, Line, int]  # the key of a group, a tally of a day, how many


def _read_sums(unit: Organization, group: BoardGroup, days: Days, today: date) -> Iterator[Keyed]:
    """Of whole months. Three queries, of an index alone: only of what is compared with today are the days read one by one."""
    sums, at = PetitionSum.objects.filter(unit=unit, group=group).order_by(), days[0]
    in_days = Q(tally__in=_BY_MONTH, day__range=days)
    for tally in (BoardTally.RUNNING, BoardTally.IN_TIME):
        in_days |= Q(tally=tally, day__range=(at, min(days[1], last_day_of(tally, today))))
    found = sums.filter(in_days | Q(tally=BoardTally.WAITING)).values_list("key", "tally", "value")
    numbers = list(found.annotate(sum=Sum("number")))
    oldest = _read_oldest(
        sums, {key for key, tally, _value, number in numbers if tally == BoardTally.WAITING and number}
    )
    for key, tally, value, number in numbers:
        yield key, Line(BoardTally(tally), oldest.get(key, at) if tally == BoardTally.WAITING else at, value), number
    waiting = sums.filter(tally=BoardTally.UNANSWERED, day__range=days).annotate(on=Cast("day", CharField()))
    for key, on, number in waiting.values_list("key", "on").annotate(sum=Sum("number")):
        yield key, Line(BoardTally.UNANSWERED, date.fromisoformat(on), 0), number


def _read_oldest(sums: "QuerySet[PetitionSum]", keys: set[str]) -> dict[str, date]:
    """The first day on which something of each key waits: in the order of the index, as far as is needed."""
    found: dict[str, date] = {}
    days = sums.filter(tally=BoardTally.WAITING).values_list("day", "key").annotate(sum=Sum("number")).filter(sum__gt=0)
    size, first = AT_ONCE + 10 * len(keys), 0
    while keys - set(found) and (rows := list(days.order_by("day", "key")[first : first + size])):
        for day, key, _number in rows:
            found.setdefault(key, day)
        first += size
    return found


def _read_lines(actor: Actor, unit: Organization, group: BoardGroup) -> Iterator[Keyed]:
    """Petition by petition: of a cell, and of what somebody reads in parts. Two queries."""
    lineages = dict(PetitionPlace.objects.filter(lineage__contains=f".{unit.pk}.").values_list("pk", "lineage"))
    either = Q(counted__raised_place__in=lineages) | Q(counted__place__in=lineages)
    for one in read_counted(list_readable(actor, unit).filter(either)):
        for line in one.lines:
            lineage = lineages.get((one.raised_place if line.tally.is_of_raising else one.place) or 0)
            if lineage is not None:
                yield _key_of(one, lineage, unit, group), line, 1


def _key_of(counted: CountedPetition, lineage: str, unit: Organization, group: BoardGroup) -> str:
    if group == BoardGroup.UNIT:
        ids = lineage.strip(".").split(".")
        return ids[min(ids.index(str(unit.pk)) + 1, len(ids) - 1)]
    return counted.field if group == BoardGroup.FIELD else counted.body


@dataclass(slots=True)
class _Facts:
    figures: dict[BoardFigure, int]
    oldest: date | None
    ended: dict[int, int]
    waiting: dict[date, int]

    def __init__(self) -> None:
        self.figures, self.oldest = dict.fromkeys(BoardFigure, 0), None
        self.ended, self.waiting = {}, {}

    def add(self, line: Line, number: int) -> None:
        if line.tally == BoardTally.ENDED:
            self.ended[line.value] = self.ended.get(line.value, 0) + number
        elif line.tally == BoardTally.UNANSWERED:
            self.waiting[line.day] = self.waiting.get(line.day, 0) + number
        else:
            for figure in _FIGURES_OF[line.tally]:
                self.figures[figure] += number
        if line.tally == BoardTally.WAITING and number:
            self.oldest = min(self.oldest or line.day, line.day)


def _add_lines(lines: Iterable[Keyed], days: Days, today: date) -> dict[str, _Facts]:
    facts: dict[str, _Facts] = defaultdict(_Facts)
    for key, line, number in lines:
        if counts(line, days, today):
            facts[key].add(line, number)
    return facts


def _merge_facts(groups: Collection[_Facts]) -> _Facts:
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


def _make_row(key: str, label: str, facts: _Facts, today: date) -> BoardRow:
    waiting: Counter[int] = Counter()
    for day, number in facts.waiting.items():
        waiting[max((today - day).days, 0)] += number
    oldest = (today - facts.oldest).days if facts.oldest else None
    return BoardRow(key, label, facts.figures, find_median(facts.ended, waiting), oldest)


def _name_groups(group: BoardGroup, keys: list[str]) -> dict[str, tuple[str, str]]:
    """How a group is called in addresses and in words. One query at most."""
    if group == BoardGroup.FIELD:
        return {key: (key, str(PetitionField(key).label)) for key in keys}
    model = OutsideBody if group == BoardGroup.BODY else Organization
    rows = model.objects.filter(pk__in=[int(key) for key in keys if key != NO_BODY])
    named = {str(pk): (str(public_id), name) for pk, public_id, name in rows.values_list("pk", "public_id", "name")}
    return named | ({NO_BODY: (NO_BODY, _("Không gửi nơi ngoài"))} if group == BoardGroup.BODY else {})
