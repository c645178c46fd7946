"""From what the ledger knows to the problem that is solved (docs/adr/0015), and back from its cells to the real ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from nennep.planning.choices import WishKind
from nennep.planning.rules.priority import PriorityReason, Signs, find_reasons, measure_priority
from nennep.planning.rules.settings import PlanSettings

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
    """The problem as JSON data."""
    known = {cell.id for cell in facts.cells}
    return {
        "year": facts.year,
        "mode": str(settings.mode),
        "officials": [_official(one, settings, wishes, known) for one in facts.officials],
        "cells": [_cell(cell, want_of(cell, settings)) for cell in facts.cells],
        "previous": _previous(facts, wishes),
        "joint_visits": False,
        "spread_quarters": settings.by_quarter,
        "max_cells_per_official": settings.most_cells,
    }


def real_cell(id: str) -> str:  # noqa: A002  the problem calls it so
    """The public id of the cell that an id of the problem stands for; plans of older versions name a cell and a quarter."""
    return id.partition(_SEPARATOR)[0]


def quarter_of(on: date) -> int:
    return (on.month - 1) // 3 + 1


def _cell(cell: CellInput, want: CellWant) -> dict[str, Any]:
    data = {
        "id": cell.id,
        "min_visits": want.visits,
        "priority": want.priority,
        "meetings": [day.isoformat() for day in sorted(set(cell.meetings))],
    }
    return data | ({"position": list(cell.position)} if cell.position else {})


def _official(
    official: OfficialFacts, settings: PlanSettings, wishes: Iterable[Wish], known: AbstractSet[str]
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
        "excluded_cells": sorted(kept_away & known),
    }
    return data | ({} if official.cells is None else {"area": sorted(official.cells & known)})


def _previous(facts: PlanFacts, wishes: Iterable[Wish]) -> list[dict[str, Any]]:
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
            "cell": cell,
            "date": on.isoformat(),
            "locked": is_locked,
        }
        for (official, cell, on), is_locked in sorted(locked.items())
    ]
