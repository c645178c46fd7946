"""The cheapest years of every official at given prices, by dynamic programming in whole numbers.

Prices say what a unit of each level costs and what following each cell costs. With any prices, the cheapest years added
up, less what the prices grant, are a lower bound of the level: no plan can be better (Lagrange). All is in whole
multiples of 1 / SCALE, so the bound is exact, whatever the linear programme that proposed the prices rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nennep.planning.choices import KILOMETRES_PER_EXCESS_VISIT
from nennep.planning.solver.facts import Whole
from nennep.planning.solver.years import ANYBODY, Year, Years

SCALE = 1 << 16
OUT_OF_REACH = 1 << 60
REACHED = 1 << 59  # sums with what is out of reach may be a little less than that, never this little


class Prices(NamedTuple):
    """In 1 / SCALE: what a unit of each level costs (never below 0), and what following each cell costs."""

    levels: tuple[int, int, int, int]
    cells: Whole


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The least cost of years by how many new cells and visits they have.

    `stages[n][official, new cells, visits]` is that of years among the first n cells; `ends` is the last of them with the
    official's own limits and minimum counted in; `values[cell][visits - 1]` what each official pays for so many visits.
    """

    years: Years
    prices: Prices
    stages: list[Whole]
    values: list[list[Whole]]
    ends: Whole

    def cheapest(self) -> Whole:
        """By official, the cost of the cheapest year."""
        least: Whole = self.ends.reshape(len(self.ends), -1).min(axis=1)
        return least

    def list_cheapest(self) -> list[Year]:
        return [self._trace(official) for official in range(len(self.ends))]

    def bound(self, level: int, caps: Sequence[int]) -> int:
        """A lower bound of what the level adds to the base, in 1 / SCALE, if the levels before add at most `caps`."""
        granted = sum(price * cap for price, cap in zip(self.prices.levels[:level], caps[:level], strict=True))
        return int(self.cheapest().sum()) - int(self.prices.cells.sum()) - granted

    def _trace(self, official: int) -> Year:
        """Backwards through the stages, always to where the cost came from."""
        ends = self.ends[official]
        taken, visits = (int(place) for place in np.unravel_index(int(ends.argmin()), ends.shape))
        cells: list[tuple[int, int]] = []
        for cell in range(len(self.values) - 1, -1, -1):
            here, before = self.stages[cell + 1][official], self.stages[cell][official]
            if here[taken, visits] == before[taken, visits]:
                continue
            slot = int(self.years.owner[cell] == ANYBODY)
            for count in range(1, min(visits, len(self.values[cell])) + 1):
                value = int(self.values[cell][count - 1][official])
                if taken >= slot and before[taken - slot, visits - count] + value == here[taken, visits]:
                    cells.append((cell, count))
                    taken, visits = taken - slot, visits - count
                    break
        return Year(official, tuple(reversed(cells)))

    def list_within(self, slack: int, most: int) -> list[Year] | None:
        """Every year that costs at most `slack` more than its official's cheapest; None when there are more than `most`."""
        found: list[Year] = []
        limits = self.cheapest() + slack
        for official in range(len(self.ends)):
            years = self._list_of_official(official, int(limits[official]), most - len(found))
            if years is None:
                return None
            found += years
        return found

    def _list_of_official(self, official: int, limit: int, most: int) -> list[Year] | None:
        """All ways back through the stages at once; a way is dropped when even its cheapest beginning is too dear."""
        taken, visits = np.nonzero(self.ends[official] <= limit)
        spent = self.ends[official, taken, visits] - self.stages[-1][official, taken, visits]
        ways = np.zeros((len(taken), 0), dtype=np.int16)
        for cell in range(len(self.values) - 1, -1, -1):
            before = self.stages[cell][official]
            slot = int(self.years.owner[cell] == ANYBODY)
            parts = [(taken, visits, spent, np.zeros(len(taken), dtype=np.int16), np.arange(len(taken)))]
            for count, value in enumerate(self.values[cell], 1):
                fits = np.nonzero((taken >= slot) & (visits >= count) & (value[official] < OUT_OF_REACH))[0]
                parts.append(
                    (
                        taken[fits] - slot,
                        visits[fits] - count,
                        spent[fits] + value[official],
                        np.full(len(fits), count, dtype=np.int16),
                        fits,
                    )
                )
            taken, visits, spent, counts, origin = (np.concatenate(columns) for columns in zip(*parts, strict=True))
            kept = np.nonzero(spent + before[taken, visits] <= limit)[0]
            if len(kept) > most:
                return None
            taken, visits, spent = taken[kept], visits[kept], spent[kept]
            ways = np.column_stack((counts[kept], ways[origin[kept]]))
        return [Year(official, _to_cells(way)) for way in ways]


def _to_cells(way: npt.NDArray[np.int16]) -> tuple[tuple[int, int], ...]:
    chosen = np.nonzero(way)[0]
    return tuple((int(cell), int(way[cell])) for cell in chosen)


def tabulate(years: Years, prices: Prices) -> PriceTable:
    """Costs of all years at the prices. Cell after cell is offered to every official with every useful number of visits."""
    officials = len(years.slots)
    widest, longest = int(years.slots.max(initial=0)), int(years.total.max(initial=0))
    stage = np.full((officials, widest + 1, longest + 1), OUT_OF_REACH, dtype=np.int64)
    stage[:, 0, 0] = 0
    stages, values = [stage], []
    for cell in range(len(years.owner)):
        values.append(_value_visits(years, prices, cell, longest))
        slot = int(years.owner[cell] == ANYBODY)
        grown = stage.copy()
        for count, value in enumerate(values[-1], 1):
            source = stage[:, : widest + 1 - slot, : longest + 1 - count] + value[:, None, None]
            target = grown[:, slot:, count:]
            np.minimum(target, source, out=target)
        np.minimum(grown, OUT_OF_REACH, out=grown)
        stage = grown
        stages.append(stage)
    return PriceTable(years, prices, stages, values, _close(years, prices, stage))


def _value_visits(years: Years, prices: Prices, cell: int, longest: int) -> list[Whole]:
    """For 1, 2, … visits to the cell, what each official pays; out of reach for those who cannot make so many."""
    facts, most = years.facts, years.most[:, cell]
    _owed, left_out, dropped, cost = prices.levels
    values = []
    for count in range(1, min(longest, int(most.max(initial=0))) + 1):
        value = cost * facts.kilometres[:, cell] * count - dropped * np.minimum(count, years.kept[:, cell])
        value += int(prices.cells[cell]) - left_out * int(facts.priority[cell]) * min(count, int(facts.need[cell]))
        values.append(np.where(most >= count, value, OUT_OF_REACH))
    return values


def _close(years: Years, prices: Prices, stage: Whole) -> Whole:
    """The last stage with visits owed and in excess counted in, and each official's own limits."""
    owed, _left_out, _dropped, cost = prices.levels
    short = years.facts.short[:, None]
    taken, visits = np.arange(stage.shape[1]), np.arange(stage.shape[2])
    extra = cost * KILOMETRES_PER_EXCESS_VISIT * np.maximum(0, visits - short) - owed * np.minimum(visits, short)
    ends = np.where(stage < REACHED, stage + extra[:, None, :], OUT_OF_REACH)
    within = (taken[None, :, None] <= years.slots[:, None, None]) & (
        visits[None, None, :] <= years.total[:, None, None]
    )
    return np.where(within, ends, OUT_OF_REACH)
