"""A plan of visits, what it is worth level by level, and how it is written down."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from nennep.planning.choices import KILOMETRES_PER_EXCESS_VISIT, PlanStatus
from nennep.planning.rules.problem import Cell, Official, PastVisit, Position, VisitProblem

EARTH_RADIUS = 6371.0088  # kilometres, the mean radius


class PlacedVisit(NamedTuple):
    """One official at one meeting of one cell; sorts by day."""

    date: date
    official: str
    cell: str


class Levels(NamedTuple):
    """What a plan costs; a lower level never gives up a higher one. All are counted over the year.

    `owed`: visits that officials still owe. `left_out`: visits that cells lack, times their priority. `dropped`:
    unlocked visits of the plan before that are gone. `cost`: kilometres, and 20 for each visit beyond a minimum.
    """

    owed: int
    left_out: int
    dropped: int
    cost: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """An official or a cell (the other is empty) that lacks visits, and in words what stands in the way."""

    missing: int
    why: str
    official: str = ""
    cell: str = ""

    def to_json(self) -> dict[str, Any]:
        who = {"official": self.official} if self.official else {"cell": self.cell}
        return who | {"missing": self.missing, "why": self.why}


@dataclass(frozen=True, slots=True)
class SolverProgress:
    """Where a search stands: the level (1 to 4) it works on, the best plan so far, what is proven so far."""

    level: int
    levels: Levels
    bounds: Levels
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`bounds` are proven lower bounds of each level, given the levels before it; `seconds` is how long it took.

    `uneven` is the fifth level where the problem asks for even quarters: visits of the fullest less those of the emptiest,
    `uneven_bound` what is proven of it; both None where it does not.
    """

    visits: tuple[PlacedVisit, ...]
    levels: Levels
    bounds: Levels
    status: PlanStatus
    seconds: float
    unmet: tuple[Unmet, ...]
    uneven: int | None = None
    uneven_bound: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The plan as the command writes it; the same plan gives the same value, but for `seconds`."""
        spread = {} if self.uneven is None else {"uneven": self.uneven, "uneven_bound": self.uneven_bound}
        return spread | {
            "visits": [visit_to_json(visit) for visit in self.visits],
            "levels": list(self.levels),
            "bounds": list(self.bounds),
            "status": str(self.status),
            "seconds": round(self.seconds, 3),
            "unmet": [unmet.to_json() for unmet in self.unmet],
        }


def visit_to_json(visit: PlacedVisit) -> dict[str, str]:
    return {"official": visit.official, "cell": visit.cell, "date": visit.date.isoformat()}


def visit_from_json(data: Mapping[str, str]) -> PlacedVisit:
    return PlacedVisit(date.fromisoformat(data["date"]), data["official"], data["cell"])


def as_visit(past: PastVisit) -> PlacedVisit:
    return PlacedVisit(past.date, past.official, past.cell)


def measure_levels(problem: VisitProblem, visits: Iterable[PlacedVisit]) -> Levels:
    """What the visits cost, whether or not they keep the rules."""
    made = set(visits)
    by_official = Counter(visit.official for visit in made)
    by_cell = Counter(visit.cell for visit in made)
    excess = sum(max(0, by_official[official.id] - official.min_visits) for official in problem.officials)
    kilometres = sum(
        measure_kilometres(problem.official_of[visit.official], problem.cell_of[visit.cell]) for visit in made
    )
    return Levels(
        owed=sum(max(0, official.min_visits - by_official[official.id]) for official in problem.officials),
        left_out=sum(cell.priority * max(0, cell.min_visits - by_cell[cell.id]) for cell in problem.cells),
        dropped=sum(not past.locked and as_visit(past) not in made for past in problem.previous),
        cost=kilometres + KILOMETRES_PER_EXCESS_VISIT * excess,
    )


def measure_kilometres(official: Official, cell: Cell) -> int:
    """Whole kilometres from the official's home to the cell; 0 where either has no position."""
    if official.home is None or cell.position is None:
        return 0
    return math.floor(_great_circle(official.home, cell.position) + 0.5)


def _great_circle(one: Position, other: Position) -> float:
    """By the haversine formula, which keeps its digits where both are near each other."""
    north, east = math.radians(one[0]), math.radians(one[1])
    other_north, other_east = math.radians(other[0]), math.radians(other[1])
    across = math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    chord = math.sin((other_north - north) / 2) ** 2 + across
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(chord)))
