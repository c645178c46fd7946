"""From what the ledger knows to the problem that is solved (docs/adr/0015), and back from its cells to the real ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nennep.planning.choices import Mode, WishKind
from nennep.planning.rules.priority import PriorityReason, Signs, find_reasons, measure_priority
from nennep.planning.rules.settings import QUARTERS, PlanSettings

_SEPARATOR = "|"  # stands in no public id


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """Who may be sent. `owed` visits a year by the regulation (None: no number), `cells` public ids or None for all.

    `own_cells`: the official belongs to them, so they never count. `away`: both days included.
    """

    id: str
    name: str
    office: str
    office_name: str
    owed: int | None
    cells: frozenset[str] | None
    own_cells: frozenset[str] = frozenset()
    away: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class CellInput:
    """One cell: the days of the year on which it meets or will, what the records say of it, where it lies."""

    id: str
    name: str
    meetings: tuple[date, ...]
    signs: Signs
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class KnownVisit:
    """A visit that is in the books: `locked` has happened or the cell counts on it."""

    official: str
    cell: str
    on: date
    locked: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants: cell and day as the kind needs them."""

    kind: WishKind
    official: str
    cell: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Everything a plan of one year is made from, as of one day."""

    year: int
    officials: tuple[OfficialFacts, ...]
    cells: tuple[CellInput, ...]
    visits: tuple[KnownVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class CellWant:
    """How many visits a cell shall see, how much that matters, and why."""

    visits: int
    priority: int
    reasons: tuple[PriorityReason, ...]


def want_of(cell: CellInput, settings: PlanSettings) -> CellWant:
    """What the settings want for a cell; a number set by hand goes before the computed one."""
    reasons = find_reasons(cell.signs, settings.weights)
    return CellWant(
        visits=settings.cell_visits.get(cell.id, settings.visits_per_cell),
        priority=settings.priorities.get(cell.id, measure_priority(reasons)),
        reasons=reasons,
    )


def owed_of(official: OfficialFacts, settings: PlanSettings) -> int:
    """Visits the plan shall give an official: set by hand, else asked for the office, else owed by the regulation."""
    by_hand = settings.official_visits.get(official.id)
    if by_hand is not None:
        return by_hand
    return settings.office_visits.get(official.office, official.owed or 0)


def build_problem(facts: PlanFacts, settings: PlanSettings, wishes: Sequence[Wish] = ()) -> dict[str, Any]:
    """The problem as JSON data. With `by_quarter` each cell stands four times, once a quarter, wanting its share there."""
    parts = {cell.id: _parts_of(cell, settings) for cell in facts.cells}
    return {
        "year": facts.year,
        "mode": str(Mode.FREE if settings.by_quarter else settings.mode),
        "officials": [_official(one, settings, wishes, parts) for one in facts.officials],
        "cells": [part for cell in facts.cells for part in parts[cell.id]],
        "previous": _previous(facts, wishes, by_quarter=settings.by_quarter),
        "joint_visits": False,
        "max_cells_per_official": settings.most_cells,
    }


def real_cell(id: str) -> str:  # noqa: A002  the problem calls it so
    """The public id of the cell that an id of the problem stands for."""
    return id.partition(_SEPARATOR)[0]


def quarter_of(on: date) -> int:
    return (on.month - 1) // 3 + 1


def _part_id(cell: str, on: date, *, by_quarter: bool) -> str:
    return f"{cell}{_SEPARATOR}{quarter_of(on)}" if by_quarter else cell


def _parts_of(cell: CellInput, settings: PlanSettings) -> list[dict[str, Any]]:
    want = want_of(cell, settings)
    if not settings.by_quarter:
        return [_cell(cell, want, id=cell.id, visits=want.visits, meetings=cell.meetings)]
    return [_part(cell, want, quarter, share) for quarter, share in enumerate(_share(want.visits), start=1)]


def _part(cell: CellInput, want: CellWant, quarter: int, visits: int) -> dict[str, Any]:
    meetings = [day for day in cell.meetings if quarter_of(day) == quarter]
    return _cell(cell, want, id=f"{cell.id}{_SEPARATOR}{quarter}", visits=visits, meetings=meetings)


def _share(visits: int) -> list[int]:
    """A year's visits over the quarters as evenly as they go: 6 are 2, 1, 2, 1 and 2 are 1, 0, 1, 0."""
    return [
        -(-visits * number // QUARTERS) - -(-visits * (number - 1) // QUARTERS) for number in range(1, QUARTERS + 1)
    ]


def _cell(cell: CellInput, want: CellWant, *, id: str, visits: int, meetings: Sequence[date]) -> dict[str, Any]:  # noqa: A002
    data = {
        "id": id,
        "min_visits": visits,
        "priority": want.priority,
        "meetings": [day.isoformat() for day in sorted(set(meetings))],
    }
    return data | ({"position": list(cell.position)} if cell.position else {})


def _official(
    official: OfficialFacts,
    settings: PlanSettings,
    wishes: Iterable[Wish],
    parts: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    mine = [wish for wish in wishes if wish.official == official.id]
    kept_away = official.own_cells | {wish.cell for wish in mine if wish.kind == WishKind.FORBID_CELL}
    days = [(wish.on, wish.on) for wish in mine if wish.kind == WishKind.FORBID_DAY and wish.on]
    data: dict[str, Any] = {
        "id": official.id,
        "office": official.office,
        "min_visits": owed_of(official, settings),
        "max_per_month": settings.max_per_month,
        "unavailable": [[first.isoformat(), last.isoformat()] for first, last in (*official.away, *days)],
        "excluded_cells": _expand(kept_away, parts),
    }
    return data | ({} if official.cells is None else {"area": _expand(official.cells, parts)})


def _expand(cells: Iterable[str], parts: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    return [part["id"] for cell in sorted(cells) for part in parts.get(cell, [])]


def _previous(facts: PlanFacts, wishes: Iterable[Wish], *, by_quarter: bool) -> list[dict[str, Any]]:
    """Visits in the books and pinned ones, each once; a pinned one is locked."""
    known = {official.id for official in facts.officials}
    cells = {cell.id for cell in facts.cells}
    locked: dict[tuple[str, str, date], bool] = defaultdict(bool)
    for visit in facts.visits:
        if visit.official in known and visit.cell in cells:
            locked[visit.official, visit.cell, visit.on] |= visit.locked
    for wish in wishes:
        if wish.kind == WishKind.PIN and wish.on and wish.official in known and wish.cell in cells:
            locked[wish.official, wish.cell, wish.on] = True
    return [
        {
            "official": official,
            "cell": _part_id(cell, on, by_quarter=by_quarter),
            "date": on.isoformat(),
            "locked": is_locked,
        }
        for (official, cell, on), is_locked in sorted(locked.items())
    ]
