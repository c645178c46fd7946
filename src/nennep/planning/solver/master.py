"""Which years together: every official has one, every cell at most one follower. As shares, for prices; and as a choice."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from nennep.planning.solver.years import Year, Years

Worth = tuple[int, int, int, int]  # what a year adds to each level
COST_LEVEL = 3
PENALTY, STEEPER = 4.0, 8.0
MOST_NODES = 5_000  # of one choice: a limit that is the same on every machine
MOST_EXACT = 10**9  # the library's own numbers are exact so far
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Solution:
    """What the shares cost, and the prices that say so.

    `prices` are of the levels before, then of the cells, none below 0; `officials` what each is worth at these prices.
    `exceeds`: a cap is exceeded for the penalty, so `value` is below what any plan reaches.
    """

    value: float
    prices: npt.NDArray[np.float64]
    officials: npt.NDArray[np.float64]
    exceeds: bool


class Shares:
    """The linear programme over the years so far: the least of one level, the levels before it within their caps.

    What exceeds a cap is paid by a penalty instead of being refused: so prices stay moderate, and any prices prove a
    bound.
    """

    def __init__(self, years: Years, level: int, caps: Sequence[int]) -> None:
        self._years, self._level, self._caps = years, level, caps[:level]
        farthest = int(years.facts.kilometres.max(initial=0)) + 20 if level == COST_LEVEL else 1
        self._penalty = PENALTY * farthest
        self._known: dict[Year, None] = {}
        self._build()

    def _build(self) -> None:
        self._solver = solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = solver.infinity()
        self._objective = solver.Objective()
        self._objective.SetMinimization()
        self._officials = [solver.Constraint(1, 1) for _slots in self._years.slots]
        self._levels = [solver.Constraint(-infinity, cap) for cap in self._caps]
        self._cells = [solver.Constraint(-infinity, 1) for _owner in self._years.owner]
        self._excess = [solver.NumVar(0, infinity, "") for _cap in self._caps]
        for row, excess in zip(self._levels, self._excess, strict=True):
            row.SetCoefficient(excess, -1)
            self._objective.SetCoefficient(excess, self._penalty)
        for year in self._known:
            self._add_column(year)

    def add(self, years: Iterable[Year]) -> int:
        """Returns how many of them are new."""
        new = [year for year in years if year not in self._known]
        for year in new:
            self._known[year] = None
            self._add_column(year)
        return len(new)

    def _add_column(self, year: Year) -> None:
        worth = self._years.measure(year)
        share = self._solver.NumVar(0, self._solver.infinity(), "")
        self._objective.SetCoefficient(share, worth[self._level])
        self._officials[year.official].SetCoefficient(share, 1)
        for row, adds in zip(self._levels, worth, strict=False):
            row.SetCoefficient(share, adds)
        for cell, _count in year.cells:
            self._cells[cell].SetCoefficient(share, 1)

    def solve(self) -> Solution | None:
        """None when the library loses its way numerically even from a fresh start."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            self._build()
            if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
                return None
        return Solution(
            value=self._objective.Value(),
            prices=np.maximum(0, [-row.dual_value() for row in (*self._levels, *self._cells)]),
            officials=np.array([row.dual_value() for row in self._officials]),
            exceeds=any(excess.solution_value() > ROUNDING for excess in self._excess),
        )

    def steepen(self) -> None:
        """Make exceeding a cap dearer."""
        self._penalty *= STEEPER
        for excess in self._excess:
            self._objective.SetCoefficient(excess, self._penalty)


@dataclass(frozen=True, slots=True)
class Choice:
    """One year for each official, and the least that the level can be over all the years offered (proven)."""

    years: tuple[Year, ...]
    bound: int


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses among years exactly, by branch and cut. `worth` of a year is asked anew for each choice."""

    years: Years
    seed: int
    worth: Callable[[Year], Worth | None]

    def choose(
        self, offered: Iterable[Year], known: Sequence[Year], *, level: int, caps: Sequence[int], seconds: float
    ) -> Choice | None:
        """The best choice of the level with those before it within `caps`; `known` is one to begin with.

        None when time ends before any is found.
        """
        solver = pywraplp.Solver.CreateSolver("SCIP")
        worths = {year: worth for year in dict.fromkeys([*known, *offered]) if (worth := self.worth(year)) is not None}
        taken = {year: solver.BoolVar("") for year in worths}
        self._add_rows(solver, taken, worths, caps[:level])
        weight, most = self._weigh(worths, level)
        for year, variable in taken.items():
            worth = worths[year]
            solver.Objective().SetCoefficient(variable, worth[level] * weight + (worth[COST_LEVEL] if most else 0))
        solver.Objective().SetMinimization()
        solver.SetHint(list(taken.values()), [float(year in set(known)) for year in taken])
        solver.SetSolverSpecificParametersAsString(
            f"limits/nodes = {MOST_NODES}\nlimits/absgap = {most}\n"
            f"randomization/randomseedshift = {self.seed % 1_000_000}\n"
        )
        solver.SetTimeLimit(max(1, int(seconds * 1000)))
        if solver.Solve() not in {pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE}:
            return None
        chosen = tuple(year for year, variable in taken.items() if variable.solution_value() > 0.5)
        return Choice(chosen, math.ceil((solver.Objective().BestBound() - most) / weight - ROUNDING))

    def _weigh(self, worths: Mapping[Year, Worth], level: int) -> tuple[int, int]:
        """The weight of a unit of the level against the kilometres, and how many of these all years can have at most.

        A search for the level alone is lost among very many equally good choices; kilometres tell them apart. With a
        weight of more than twice the most of them, a search that stops at a difference of the most has found the level:
        its bound, less the most, still rounds up to it. The last level is weighed by itself, and so are priorities so
        large that the sum would lose digits.
        """
        dearest = defaultdict[int, int](int)
        for year, worth in worths.items():
            dearest[year.official] = max(dearest[year.official], worth[COST_LEVEL])
        most = sum(dearest.values())
        largest = max(abs(worth[level]) for worth in worths.values())
        if level == COST_LEVEL or (2 * most + 1) * largest > MOST_EXACT:
            return 1, 0
        return 2 * most + 1, most

    def _add_rows(
        self,
        solver: pywraplp.Solver,
        taken: Mapping[Year, pywraplp.Variable],
        worths: Mapping[Year, Worth],
        caps: Sequence[int],
    ) -> None:
        infinity = solver.infinity()
        officials = [solver.Constraint(1, 1) for _slots in self.years.slots]
        cells = defaultdict[int, pywraplp.Constraint](lambda: solver.Constraint(-infinity, 1))
        levels = [solver.Constraint(-infinity, cap) for cap in caps]
        for year, variable in taken.items():
            officials[year.official].SetCoefficient(variable, 1)
            for cell, _count in year.cells:
                cells[cell].SetCoefficient(variable, 1)
            for row, adds in zip(levels, worths[year], strict=False):
                row.SetCoefficient(variable, adds)
