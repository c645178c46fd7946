"""`follower` mode: level by level, years priced out of all that are possible, chosen exactly (docs/adr/0015).

For each level, with the levels before it capped at what was reached: a linear programme over a few years proposes
prices, the cheapest years at these prices join it, until none is cheap enough to matter (column generation). Any prices
prove a lower bound. A choice among the years so far is a plan. If plan and bound differ, every year that a better plan
could use is listed (its reduced cost is below the difference), and the choice among those is the optimum.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.plan import Levels, PlacedVisit, SolverProgress
from nennep.planning.solver.dates import DayFinder
from nennep.planning.solver.facts import Facts
from nennep.planning.solver.free import solve_free
from nennep.planning.solver.generation import Generation, Proof, list_likely
from nennep.planning.solver.master import COST_LEVEL, Chooser, Worth
from nennep.planning.solver.pricing import SCALE, tabulate
from nennep.planning.solver.spread import spread_days
from nennep.planning.solver.years import Year, Years, gather_years, read_years

LISTED = (2_000, 10_000, 60_000)  # years of one choice: first the most likely ones, then more
SHARE_OF_PRICING = 0.6  # of the time of a level
KEPT_FOR_LATER = (0.5, 0.5, 0.5, 0.0)  # the share of the time that a level leaves
LISTED_TO_THIN = (2_000, 200_000)  # of which few differ, on the levels of whole visits
FAR = 100  # kilometres that a year may be dearer than the cheapest, to be worth a look


@dataclass
class Search:
    """A plan (one year for each official), what it adds to each level, and what is proven of each level so far."""

    facts: Facts
    years: Years
    finder: DayFinder
    chooser: Chooser
    chosen: tuple[Year, ...]
    adds: Worth
    bounds: list[int]
    deadline: float
    report: Callable[[int, "Search"], None]
    level_deadline: float = 0.0
    pool: dict[Year, None] = field(default_factory=dict)

    def levels(self) -> tuple[int, ...]:
        return tuple(base + adds for base, adds in zip(self.years.base, self.adds, strict=True))

    def seconds_left(self) -> float:
        return self.level_deadline - time.monotonic()

    def settle(self, level: int) -> None:
        """Bring the level and its bound together, as far as time allows, without giving up the levels before.

        Half of the time that is left stays for the levels after it.
        """
        self.level_deadline = self.deadline - (self.deadline - time.monotonic()) * KEPT_FOR_LATER[level]
        if self._is_settled(level):
            return
        proof = self._price(level)
        if level < COST_LEVEL:
            self._aim(level)
        else:
            self._choose(level, self.pool)
        while proof is not None and not self._is_done(level):
            if not self._list_and_choose(level, proof):
                return

    def _is_done(self, level: int) -> bool:
        return self._is_settled(level) or self.seconds_left() <= 0

    def _is_settled(self, level: int) -> bool:
        return self.levels()[level] <= self.bounds[level]

    def _raise_bound(self, level: int, added: int) -> None:
        """A plan in hand is never below a true bound: what rounding adds is taken off."""
        self.bounds[level] = min(max(self.bounds[level], self.years.base[level] + added), self.levels()[level])

    def _price(self, level: int) -> Proof | None:
        """Generate years until prices prove as much of the level as they can, and leave time to choose among them."""
        until = time.monotonic() + self.seconds_left() * SHARE_OF_PRICING

        def take(proof: Proof, cheap: Sequence[Year]) -> bool:
            self._keep(cheap)
            self._raise_bound(level, proof.whole_bound)
            self.report(level, self)
            return not self._is_done(level) and time.monotonic() < until

        return Generation(self.years, level, self.adds, take).run([*self.chosen, *self.pool])

    def _aim(self, level: int) -> None:
        """Where very many years are equally good for the level, generate those that are good for the kilometres too.

        The levels before the last are aimed at what is proven of them, for a price; the choice is by the level alone.
        """
        if self._is_done(level):
            return
        aims = [bound - base for bound, base in zip(self.bounds, self.years.base, strict=True)]

        def take(_proof: Proof, cheap: Sequence[Year]) -> bool:
            self._keep(cheap)
            return self.seconds_left() > 0

        proof = Generation(self.years, COST_LEVEL, aims, take, firm=False).run([*self.chosen, *self.pool])
        self._choose(level, self.pool)
        for most in LISTED[:-1]:
            if proof is not None and not self._is_done(level):
                _slack, listed = list_likely(tabulate(self.years, proof.prices), FAR * SCALE, most)
                self._choose(level, [*listed, *self.pool])

    def _keep(self, years: Sequence[Year]) -> None:
        for year in years:
            self.finder.find(year)
            self.pool[year] = None

    def _choose(self, level: int, offered: Collection[Year]) -> int | None:
        """Take the best choice among the years offered; again while days show that a year promised too much.

        The bound that holds for all choices among them, as what it adds to the level; None when nothing was proven.
        """
        while self.seconds_left() > 0:
            choice = self.chooser.choose(offered, self.chosen, level=level, caps=self.adds, seconds=self.seconds_left())
            if choice is None:
                return None
            hoped = [self.chooser.worth(year) for year in choice.years]
            if hoped == self._look_for_days(choice.years):
                self._adopt(level, choice.years)
                return choice.bound
            self._look_for_days(offered)
        return None

    def _look_for_days(self, years: Collection[Year]) -> list[Worth | None]:
        """What the years are worth, days and all."""
        for year in years:
            self.finder.find(year)
        return [self.chooser.worth(year) for year in years]

    def _adopt(self, level: int, chosen: tuple[Year, ...]) -> None:
        adds = sum_worths([self.chooser.worth(year) for year in chosen])
        if adds[: level + 1] < self.adds[: level + 1]:
            self.chosen, self.adds = chosen, adds
            self.report(level, self)

    def _thin_out(self, level: int, listed: Sequence[Year]) -> list[Year]:
        """Of years with the same cells that are equally good up to the level, only the cheapest that finds its days."""
        kept: dict[tuple[object, ...], Year] = {}
        for year in sorted(listed, key=lambda year: self.years.measure(year)[COST_LEVEL]):
            cells = tuple(cell for cell, _count in year.cells)
            hoped = self.years.measure(year)[: level + 1]
            if (year.official, cells, hoped) not in kept and self.finder.find(year) is not None:
                worth = self.chooser.worth(year)
                kept.setdefault((year.official, cells, worth and worth[: level + 1]), year)
        return list(kept.values())

    def _list_and_choose(self, level: int, proof: Proof) -> bool:
        """Choose among the years that a better plan could use: the most likely ones first, all of them in the end.

        True when the plan became better, so that fewer years are left to look at; False when nothing is left to try.
        """
        before = self.adds
        whole = SCALE * (before[level] - 1) - proof.bound
        table = tabulate(self.years, proof.prices)
        for most in LISTED if level == COST_LEVEL else LISTED_TO_THIN:
            slack, listed = list_likely(table, whole, most)
            offered = listed if level == COST_LEVEL else self._thin_out(level, listed)
            proven = self._choose(level, [*offered, *self.pool])
            if slack == whole and proven is not None:
                self._raise_bound(level, min(proven, before[level]))
                return False
            if self.adds < before or self.seconds_left() <= 0:
                break
        return self.adds < before


def sum_worths(worths: Sequence[Worth | None]) -> Worth:
    owed, left_out, dropped, cost = (sum(worth[level] for worth in worths if worth) for level in range(4))
    return owed, left_out, dropped, cost


def solve_follower(
    facts: Facts, *, seconds: float, seed: int, report: Callable[[SolverProgress], None]
) -> tuple[list[PlacedVisit], Levels]:
    """The visits beside the locked ones, and the proven bounds of the levels."""
    begun = time.monotonic()

    def tell(level: int, search: Search) -> None:
        report(SolverProgress(level + 1, Levels(*search.levels()), Levels(*search.bounds), time.monotonic() - begun))

    search = begin_search(facts, seed, begun + seconds, tell)
    free = solve_free(facts).bounds  # nobody who has to follow can do better
    for level in range(COST_LEVEL + 1):
        if search.levels()[:level] == free[:level]:
            search.bounds[level] = max(search.bounds[level], free[level])
        search.settle(level)
    found = [search.finder.find(year) or () for year in search.chosen]
    visits = spread_days(facts, search.chosen, found, seconds=seconds)
    return visits, Levels(*search.bounds)


def begin_search(facts: Facts, seed: int, deadline: float, report: Callable[[int, Search], None]) -> Search:
    """The search as it starts: with the greedy plan, and with the trivial bound (a year saves at most what it can save)."""
    years, finder = gather_years(facts), DayFinder(facts)

    def find_worth(year: Year) -> Worth | None:
        """What the year is worth with days; as long as nobody looked for them, what it may be worth. None: no days."""
        owed, left_out, dropped, cost = years.measure(year)
        if not finder.has_tried(year):
            return owed, left_out, dropped, cost
        return None if finder.find(year) is None else (owed, left_out, -finder.count_kept(year), cost)

    chosen = tuple(read_years(facts, plan_greedily(facts.problem)))
    for year in chosen:
        finder.find(year)
    return Search(
        facts=facts,
        years=years,
        finder=finder,
        chooser=Chooser(years, seed, find_worth),
        chosen=chosen,
        adds=sum_worths([find_worth(year) for year in chosen]),
        bounds=[0, 0, 0, years.base[COST_LEVEL]],
        deadline=deadline,
        report=report,
    )
