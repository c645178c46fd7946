"""The board counted by hand, petition by petition: what the sums are compared with."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.organizations.queries import lineages_of
from nennep.petitions.choices import BoardFigure, BoardGroup, PetitionState, Word
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_board_list, get_board_page
from nennep.petitions.queries.board import BoardPage

OPEN = {PetitionState.OPEN, PetitionState.CLARIFYING}
UNANSWERED = OPEN | {PetitionState.JOINED}
SPOKEN = {PetitionState.PROMISED, PetitionState.ANSWERED}


@dataclass
class Whereabouts:
    """Where each petition was raised, and where its cell stands, or stood when it was settled: looked at after every step."""

    raised: dict[int, list[str]] = field(default_factory=dict)
    stands: dict[int, list[str]] = field(default_factory=dict)

    def look(self) -> None:
        rows = list(Petition.objects.select_related("organization"))
        lineages = lineages_of({row.organization for row in rows})
        for row in rows:
            here = lineages[row.organization_id].split(".")
            self.raised.setdefault(row.pk, here)
            if row.settled_on is None or row.pk not in self.stands:
                self.stands[row.pk] = here


def figures_of(row: Petition, year: int, today: date) -> set[BoardFigure]:
    """By the words of the guide, not by the conditions of the program."""
    found: set[BoardFigure] = set()
    if row.raised_on.year == year:
        found |= {BoardFigure.RAISED} | ({BoardFigure.ON_SPOT} if row.on_spot else set())
    owed = row.missed_on or row.due_on
    is_answered = row.answered_on is not None and row.state not in OPEN
    if owed.year == year and is_answered and (row.late_days or owed <= today):
        found |= {BoardFigure.DUE, BoardFigure.LATE if row.late_days else BoardFigure.IN_TIME}
    overdue = row.state in UNANSWERED and not is_answered and (row.due_on < today or row.late_days > 0)
    if owed.year == year and overdue:
        found |= {BoardFigure.DUE, BoardFigure.OVERDUE}
    if row.state == PetitionState.SOLVED and row.settled_on is not None and row.settled_on.year == year:
        found |= {BoardFigure.SOLVED} | ({BoardFigure.SATISFIED} if row.word == Word.SATISFIED else set())
    return found | ({BoardFigure.WAITING} if row.state in OPEN | SPOKEN else set())


OF_RAISING = {BoardFigure.RAISED, BoardFigure.ON_SPOT}


def count_by_hand(
    rows: Iterable[Petition], unit: Organization, where: Whereabouts, *, group: BoardGroup, year: int, today: date
) -> tuple[Counter[tuple[str, BoardFigure]], dict[str, int]]:
    """How many of each group and figure, and how many days the oldest of each group waits."""
    numbers: Counter[tuple[str, BoardFigure]] = Counter()
    oldest: dict[str, int] = {}
    for row in rows:
        for figure in figures_of(row, year, today):
            lineage = (where.raised if figure in OF_RAISING else where.stands)[row.pk]
            if str(unit.pk) not in lineage:
                continue
            key = _key_of(row, lineage, unit, group)
            numbers[key, figure] += 1
            if figure == BoardFigure.WAITING:
                oldest[key] = max(oldest.get(key, 0), (today - row.raised_on).days)
    return numbers, oldest


def _key_of(row: Petition, lineage: list[str], unit: Organization, group: BoardGroup) -> str:
    if group == BoardGroup.FIELD:
        return row.field
    if group == BoardGroup.BODY:
        return str(row.body.public_id) if row.body else "trong"
    return lineage[min(lineage.index(str(unit.pk)) + 1, len(lineage) - 1)]


def read_numbers(page: BoardPage, ids: Mapping[str, str]) -> tuple[Counter[tuple[str, BoardFigure]], dict[str, int]]:
    keys = {row.key: ids.get(row.key, row.key) for row in page.rows}
    numbers = Counter({(keys[row.key], figure): number for row in page.rows for figure, number in row.cells if number})
    return numbers, {keys[row.key]: row.oldest for row in page.rows if row.oldest is not None}


def find_median_by_hand(
    every: Iterable[Petition], unit: Organization, where: Whereabouts, *, year: int, today: date
) -> int | None:
    """Day by day, petition by petition: the first day by which half are answered."""
    rows = [row for row in every if row.raised_on.year == year and str(unit.pk) in where.raised[row.pk]]
    ended = [row.answer_days for row in rows if row.answer_days is not None]
    waits = [
        max((today - row.raised_on).days, 0) for row in rows if row.answer_days is None and row.state in UNANSWERED
    ]
    unanswered, whole = 1, 1  # as fractions without rounding
    for day in sorted({*ended, *waits}):
        at_risk = sum(one >= day for one in (*ended, *waits))
        unanswered, whole = unanswered * (at_risk - ended.count(day)), whole * at_risk
        if 2 * unanswered <= whole:
            return day
    return None


def check_boards(actor: Actor, units: list[Organization], where: Whereabouts, *, today: date) -> None:
    """Every board of these units says what is counted by hand."""
    rows = list(Petition.objects.exclude(state__in=[PetitionState.OPINION, PetitionState.READ]).select_related("body"))
    ids = {str(public_id): str(pk) for pk, public_id in Organization.objects.values_list("pk", "public_id")}
    for unit in units:
        for year in sorted({today.year, (today - timedelta(days=200)).year}):
            for group in BoardGroup:
                facts: dict[str, Any] = {"group": group, "year": year, "today": today}
                page = get_board_page(actor=actor, public_id=unit.public_id, **facts)
                assert read_numbers(page, ids) == count_by_hand(rows, unit, where, **facts), (unit.name, year, group)
                assert page.total.median == find_median_by_hand(rows, unit, where, year=year, today=today)


def check_rows(actor: Actor, unit: Organization, *, today: date) -> None:
    """Every figure opens as many rows as it says."""
    for group in BoardGroup:
        facts: dict[str, Any] = {"group": group, "year": today.year, "today": today}
        page = get_board_page(actor=actor, public_id=unit.public_id, **facts)
        for row in (*page.rows, page.total):
            for figure, number in row.cells:
                found = get_board_list(actor=actor, public_id=unit.public_id, figure=figure, key=row.key, **facts)
                assert (found.found.count(), found.number) == (number, number)
