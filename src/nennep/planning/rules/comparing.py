"""What a plan changes against the visits in the books, and how far it reaches."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nennep.planning.rules.building import KnownVisit, quarter_of


@dataclass(frozen=True, slots=True, order=True)
class PlannedVisit:
    """One visit of a plan; ids are public ids of the official and the real cell."""

    on: date
    official: str
    cell: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One change: a visit goes (`before`), comes (`after`), or somebody else (or another day) takes its place (both)."""

    before: PlannedVisit | None
    after: PlannedVisit | None

    @property
    def visit(self) -> PlannedVisit:
        """What the change is about: the visit that goes, else the one that comes."""
        visit = self.before or self.after
        if visit is None:
            raise ValueError("an exchange of nothing")
        return visit


def compare(known: Iterable[KnownVisit], planned: Iterable[PlannedVisit]) -> tuple[Exchange, ...]:
    """The changes of a plan, by day. A visit that goes and one of the same cell that comes are one exchange.

    Of several the one on the same day is taken, else the nearest day.
    """
    before = {PlannedVisit(visit.on, visit.official, visit.cell) for visit in known}
    after = set(planned)
    coming = defaultdict(list)
    for visit in sorted(after - before):
        coming[visit.cell].append(visit)
    changes = []
    for visit in sorted(before - after):
        taken = min(coming[visit.cell], key=lambda other: abs((other.on - visit.on).days), default=None)
        if taken is not None:
            coming[visit.cell].remove(taken)
        changes.append(Exchange(visit, taken))
    changes += [Exchange(None, visit) for visits in coming.values() for visit in visits]
    return tuple(sorted(changes, key=_day_of))


def find_changes(known: Iterable[KnownVisit], planned: Iterable[PlannedVisit], *, today: date) -> tuple[Exchange, ...]:
    """What a plan changes in the books as they are today; locked visits and those of days that are over are left alone."""
    books = list(known)
    kept = {PlannedVisit(visit.on, visit.official, visit.cell) for visit in books if visit.locked}
    coming = [visit for visit in books if not visit.locked and visit.on >= today]
    return compare(coming, [visit for visit in planned if visit.on >= today and visit not in kept])


def _day_of(change: Exchange) -> tuple[date, str]:
    return change.visit.on, change.visit.cell


@dataclass(frozen=True, slots=True)
class PlanReach:
    """How far a plan reaches: cells in all, those with a visit in the year, and those with one in every quarter."""

    cells: int
    visited: int
    every_quarter: int
    by_quarter: tuple[int, int, int, int]


def measure_reach(cells: Iterable[str], visits: Iterable[PlannedVisit]) -> PlanReach:
    known = set(cells)
    quarters: dict[str, set[int]] = defaultdict(set)
    for visit in visits:
        if visit.cell in known:
            quarters[visit.cell].add(quarter_of(visit.on))
    counts = Counter(quarter for seen in quarters.values() for quarter in seen)
    return PlanReach(
        cells=len(known),
        visited=len(quarters),
        every_quarter=sum(len(seen) == 4 for seen in quarters.values()),
        by_quarter=(counts[1], counts[2], counts[3], counts[4]),
    )
