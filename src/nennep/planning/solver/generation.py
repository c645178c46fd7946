"""Column generation: prices from shares, the cheapest years at these prices, and so on until none is cheap enough."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nennep.planning.solver.master import ROUNDING, Shares, Solution
from nennep.planning.solver.pricing import SCALE, Prices, PriceTable, tabulate
from nennep.planning.solver.years import Year, Years

TRUST_IN_BEST = 0.5  # how far prices stay with those of the best bound: they swing less so


@dataclass(frozen=True, slots=True)
class Proof:
    """Prices, their bound in 1 / SCALE, and the cheapest year of each official. Tables are large, so none is kept."""

    prices: Prices
    bound: int
    cheapest: tuple[Year, ...]

    @property
    def whole_bound(self) -> int:
        """Levels are whole numbers, so a bound may be rounded up."""
        return -(-self.bound // SCALE)


@dataclass
class Generation:
    """Generates years for one level, the levels before it within `caps`. `step` is told of every proof and every year.

    `step(proof, years)` says whether to go on. With `firm`, caps that are exceeded become dearer until they hold.
    """

    years: Years
    level: int
    caps: Sequence[int]
    step: Callable[[Proof, Sequence[Year]], bool]
    firm: bool = True

    def run(self, start: Sequence[Year]) -> Proof | None:
        """The best proof; None when time or the library ended before the first."""
        shares = Shares(self.years, self.level, self.caps)
        shares.add(start)
        best: Proof | None = None
        trusted: npt.NDArray[np.float64] | None = None
        while (solution := shares.solve()) is not None:
            for prices in _mix(solution, trusted):
                proof = self._prove(to_prices(prices, self.level))
                if best is None or proof.bound > best.bound:
                    best, trusted = proof, prices
                cheap = self._find_cheap(proof, solution)
                if shares.add(cheap):
                    break
            if best is None or not self.step(best, cheap):
                break
            if not cheap or best.whole_bound >= math.ceil(solution.value - ROUNDING):
                if not (self.firm and solution.exceeds):
                    break
                shares.steepen()
        return best

    def _prove(self, prices: Prices) -> Proof:
        table = tabulate(self.years, prices)
        return Proof(prices, table.bound(self.level, self.caps), tuple(table.list_cheapest()))

    def _find_cheap(self, proof: Proof, solution: Solution) -> list[Year]:
        """The cheapest year of each official, where it lowers the value of the shares."""
        cheap = []
        for year in proof.cheapest:
            worth = self.years.measure(year)
            paid = worth[self.level] + sum(
                price * adds for price, adds in zip(solution.prices, worth[: self.level], strict=False)
            )
            paid += sum(solution.prices[self.level + cell] for cell, _count in year.cells)
            if paid < solution.officials[year.official] - ROUNDING:
                cheap.append(year)
        return cheap


def _mix(solution: Solution, trusted: npt.NDArray[np.float64] | None) -> list[npt.NDArray[np.float64]]:
    """First prices half way to those of the best proof; the solution's own only when these bring nothing."""
    if trusted is None:
        return [solution.prices]
    return [TRUST_IN_BEST * trusted + (1 - TRUST_IN_BEST) * solution.prices, solution.prices]


def to_prices(prices: npt.NDArray[np.float64], level: int) -> Prices:
    """In whole multiples of 1 / SCALE; the level itself costs one, those after it nothing."""
    whole = np.rint(prices * SCALE).astype(np.int64)
    levels = [*whole[:level].tolist(), SCALE, 0, 0, 0]
    return Prices((levels[0], levels[1], levels[2], levels[3]), whole[level:])


def list_likely(table: PriceTable, slack: int, most: int) -> tuple[int, list[Year]]:
    """The years within the slack, or within a smaller one when they are too many; and that slack."""
    listed = table.list_within(slack, most)
    while listed is None and slack > SCALE // 4:
        slack //= 2
        listed = table.list_within(slack, most)
    return slack, listed or []
