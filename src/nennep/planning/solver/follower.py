"""`follower` mode: level by level, years priced out of all that are possible, chosen exactly (docs/adr/0015).

For each level, with the levels before it capped at what was reached: a linear programme over a few years proposes
prices, the cheapest years at these prices join it, until none is cheap enough to matter (column generation). Any prices
prove a lower bound. A choice among the years so far is a plan. If plan and bound differ, every year that a better plan
could use is listed (its reduced cost is below the difference), and the choice among those is the optimum.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.plan import Levels, Progress, Visit, as_visit, measure_levels
from nennep.planning.solver.dates import DayFinder
from nennep.planning.solver.facts import Facts
from nennep.planning.solver.free import solve_free
from nennep.planning.solver.master import COST_LEVEL, ROUNDING, Chooser, Shares, Solution, Worth
from nennep.planning.solver.pricing import SCALE, Prices, Table, tabulate
from nennep.planning.solver.years import Year, Years, gather_years, read_years

TRUST_IN_BEST = 0.5  # how far prices stay with those of the best bound: they swing less so
LISTED = (2_000, 10_000, 60_000)  # years of one choice: first the most likely ones, then more
REPORT_EVERY = 10


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
    pool: dict[Year, None] = field(default_factory=dict)

    def levels(self) -> tuple[int, ...]:
        return tuple(base + adds for base, adds in zip(self.years.base, self.adds, strict=True))

    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    def settle(self, level: int) -> None:
        """Bring the level and its bound together, as far as time allows, without giving up the levels before."""
        if self._is_settled(level):
            return
        proof = self._price(level)
        self._choose(level, self.pool)
        while proof is not None and not self._is_settled(level) and self.seconds_left() > 0:
            if not self._list_and_choose(level, *proof):
                return

    def _is_settled(self, level: int) -> bool:
        return self.levels()[level] <= self.bounds[level]

    def _raise_bound(self, level: int, added: int) -> None:
        """A plan in hand is never below a true bound: what rounding adds is taken off."""
        self.bounds[level] = min(max(self.bounds[level], self.years.base[level] + added), self.levels()[level])

    def _price(self, level: int) -> tuple[Table, int] | None:
        """Generate years until prices prove as much as they can; the table that proves most, and its bound in 1/SCALE."""
        shares = Shares(self.years, level, self.adds)
        shares.add([*self.chosen, *self.pool])
        best: tuple[Table, int] | None = None
        trusted: npt.NDArray[np.float64] | None = None
        step = 0
        while self.seconds_left() > 0 and not self._is_settled(level) and (solution := shares.solve()) is not None:
            added = 0
            for trust in (TRUST_IN_BEST, 0.0):
                mixed = solution.prices if trusted is None else trust * trusted + (1 - trust) * solution.prices
                table = tabulate(self.years, to_prices(mixed, level))
                bound = table.bound(level, self.adds)
                if best is None or bound > best[1]:
                    best, trusted = (table, bound), mixed
                    self._raise_bound(level, -(-bound // SCALE))
                added = shares.add(self._find_cheap(table, solution, level))
                if added:
                    break
            step += 1
            if step % REPORT_EVERY == 0:
                self.report(level, self)
            if not added or self._proves_enough(best, solution):
                if not solution.exceeds:
                    break
                shares.steepen()
        return best

    def _proves_enough(self, best: tuple[Table, int] | None, solution: Solution) -> bool:
        """Levels are whole: a bound that rounds up to the same number as the value cannot grow."""
        return best is not None and -(-best[1] // SCALE) >= math.ceil(solution.value - ROUNDING)

    def _find_cheap(self, table: Table, solution: Solution, level: int) -> list[Year]:
        """The cheapest year of each official that would lower the value of the shares; all are kept for the choice."""
        cheap = []
        for year in table.list_cheapest():
            worth = self.years.measure(year)
            paid = worth[level] + sum(price * adds for price, adds in zip(solution.prices, worth[:level], strict=False))
            paid += sum(solution.prices[level + cell] for cell, _count in year.cells)
            if paid < solution.officials[year.official] - ROUNDING:
                cheap.append(year)
                self.finder.find(year)
                self.pool[year] = None
        return cheap

    def _choose(self, level: int, offered: Sequence[Year] | dict[Year, None]) -> int | None:
        """Take the best choice among the years offered; again while days show that a year promised too much.

        The bound that holds for all choices among them, as what it adds to the level; None when nothing was proven.
        """
        while self.seconds_left() > 0:
            choice = self.chooser.choose(offered, self.chosen, level=level, caps=self.adds, seconds=self.seconds_left())
            if choice is None:
                return None
            hoped = [self.chooser.worth(year) for year in choice.years]
            for year in choice.years:
                self.finder.find(year)
            worths = [self.chooser.worth(year) for year in choice.years]
            if hoped == worths:
                self._adopt(level, choice.years)
                return choice.bound
        return None

    def _adopt(self, level: int, chosen: tuple[Year, ...]) -> None:
        adds = sum_worths([self.chooser.worth(year) for year in chosen])
        if adds[: level + 1] < self.adds[: level + 1]:
            self.chosen, self.adds = chosen, adds
            self.report(level, self)

    def _list_and_choose(self, level: int, table: Table, bound: int) -> bool:
        """Choose among the years that a better plan could use: the most likely ones first, all of them in the end.

        True when the plan became better, so that fewer years are left to look at; False when nothing is left to try.
        """
        before = self.adds
        whole = SCALE * (before[level] - 1) - bound
        for most in LISTED:
            slack, listed = list_likely(table, whole, most)
            proven = self._choose(level, [*listed, *self.pool])
            if slack == whole and proven is not None:
                self._raise_bound(level, min(proven, before[level]))
                return False
            if self.adds < before or self.seconds_left() <= 0:
                break
        return self.adds < before


def list_likely(table: Table, slack: int, most: int) -> tuple[int, list[Year]]:
    """The years within the slack, or within a smaller one when they are too many; and that slack."""
    listed = table.list_within(slack, most)
    while listed is None and slack > SCALE // 4:
        slack //= 2
        listed = table.list_within(slack, most)
    return slack, listed or []


def to_prices(prices: npt.NDArray[np.float64], level: int) -> Prices:
    """In whole multiples of 1 / SCALE; the level itself costs one, those after it nothing."""
    whole = np.rint(prices * SCALE).astype(np.int64)
    levels = [*whole[:level].tolist(), SCALE, 0, 0, 0]
    return Prices((levels[0], levels[1], levels[2], levels[3]), whole[level:])


def sum_worths(worths: Sequence[Worth | None]) -> Worth:
    owed, left_out, dropped, cost = (sum(column) for column in zip(*(worth for worth in worths if worth), strict=True))
    return owed, left_out, dropped, cost


def solve_follower(
    facts: Facts, *, seconds: float, seed: int, report: Callable[[Progress], None]
) -> tuple[list[Visit], Levels]:
    """The visits beside the locked ones, and the proven bounds of the levels."""
    begun = time.monotonic()

    def tell(level: int, search: Search) -> None:
        report(Progress(level + 1, Levels(*search.levels()), Levels(*search.bounds), time.monotonic() - begun))

    search = begin_search(facts, seed, begun + seconds, tell)
    free = measure_levels(facts.problem, [*solve_free(facts), *(as_visit(past) for past in facts.problem.locked)])
    for level in range(COST_LEVEL + 1):
        if search.levels()[:level] == free[:level]:
            search.bounds[level] = max(search.bounds[level], free[level])
        search.settle(level)
    visits = [
        facts.to_visit(year.official, meeting) for year in search.chosen for meeting in search.finder.find(year) or ()
    ]
    return visits, Levels(*search.bounds)


def begin_search(facts: Facts, seed: int, deadline: float, report: Callable[[int, Search], None]) -> Search:
    """With the greedy plan in hand, and no more proven than that a year saves at most what it can save."""
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
