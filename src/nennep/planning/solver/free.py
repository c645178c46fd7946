"""`free` mode as one flow of least cost: proven optimal on every level at once (docs/adr/0015).

A visit is one unit that runs: year → official → official's month → official's day → meeting → cell → year. Every limit
is the capacity of an arc, and every level is a cost on one arc of the way that only rises with the number of units:
visits owed at the official, cells left out at the cell, changes and kilometres between day and meeting. Flows through
whole capacities are whole, so nothing is lost by solving it as a flow.

The levels become one cost by weights. A flow is best when no simple cycle of its residual network lowers the cost. Such
a cycle passes the year's node at most once, so it changes the visits owed by at most one, and the cells left out by one
priority less another; kilometres and changes are bounded by the number of visits. Each weight is larger than all that
the levels below can change in one cycle, hence no cycle lowers a level while the sum rises, and the flow that is best by
the sum is best level by level. Since only the order of priorities matters in a cycle, they are replaced by their ranks.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from nennep.planning.choices import KILOMETRES_PER_EXCESS_VISIT
from nennep.planning.rules.plan import Levels, PlacedVisit, as_visit, measure_levels
from nennep.planning.solver.facts import DAYS, MONTHS, Facts, Whole

COARSER = 4
QUARTERS = 4
YEAR = 0  # the node where all ways begin and end


class SolverWeights(NamedTuple):
    """What a visit owed, a rank of priority left out and a dropped visit cost, in steps of `step` kilometres.

    A step costs `grain`: where quarters are to be even, a visit to a cell beyond its share of a quarter costs one.
    """

    owed: int
    left_out: int
    dropped: int
    step: int
    grain: int = 1


class FreePlan(NamedTuple):
    """The best visits beside the locked ones, and the levels that are proven for the whole plan."""

    visits: list[PlacedVisit]
    bounds: Levels


class CostsTooLarge(ArithmeticError):
    """The sum of weighted levels does not fit the library's numbers."""


class FlowNotSolved(RuntimeError):
    """The flow always has a solution (no visits at all): what else the library says is a fault of ours."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The first node of each layer; the year's node is 0."""

    officials: int
    months: int
    days: int
    meetings: int
    quarters: int
    cells: int
    count: int

    @classmethod
    def of(cls, facts: Facts) -> "Nodes":
        officials, cells = facts.covers.shape
        sizes = (1, officials, officials * MONTHS, officials * DAYS, len(facts.meeting_cell), cells * QUARTERS, cells)
        return cls(*np.cumsum(sizes).tolist())


@dataclass(slots=True)
class Network:
    """Arcs in the making, in bulk: a province has two million of them."""

    arcs: list[tuple[Whole, ...]] = field(default_factory=list)

    def add(self, tails: Whole | int, heads: Whole | int, capacities: Whole | int, costs: Whole | int) -> None:
        """Arcs side by side; a single number stands for all of them."""
        columns = np.broadcast_arrays(
            *(np.asarray(values, dtype=np.int64) for values in (tails, heads, capacities, costs))
        )
        self.arcs.append(tuple(columns))

    def solve(self) -> Whole:
        """Units on every arc of the cheapest circulation, in the order in which the arcs were added."""
        flow = min_cost_flow.SimpleMinCostFlow()
        columns = [np.concatenate(parts) for parts in zip(*self.arcs, strict=True)]
        self.arcs.clear()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(*columns)
        del columns  # a province is solved within a gigabyte
        status = flow.solve()
        if status == flow.BAD_COST_RANGE:
            raise CostsTooLarge
        if status != flow.OPTIMAL:
            raise FlowNotSolved(status)
        units: Whole = flow.flows(arcs)
        return units


def solve_free(facts: Facts) -> FreePlan:
    """Proven on all four levels.

    Only where half the Earth lies between officials and cells, tens of thousands of visits changed and thousands of
    priorities differ does the sum of levels not fit into 64 bits: kilometres are rounded down to coarser steps then, the
    first three levels stay proven, and the bound of the last is a little below it.
    """
    step = 1
    while True:
        try:
            return _solve_by_steps(facts, weigh_levels(facts, step))
        except CostsTooLarge:
            step *= COARSER


def _solve_by_steps(facts: Facts, weights: SolverWeights) -> FreePlan:
    nodes, network = Nodes.of(facts), Network()
    officials, meetings = find_ways(facts)
    _lay_ways(network, nodes, facts, weights, officials=officials, meetings=meetings)
    _lay_officials(network, nodes, facts, weights)
    _lay_cells(network, nodes, facts, weights)
    made = np.nonzero(network.solve()[: len(officials)])[0]
    visits = [facts.to_visit(int(officials[way]), int(meetings[way])) for way in made]
    excess = np.maximum(0, np.bincount(officials[made], minlength=len(facts.short)) - facts.short).sum()
    steps = (facts.kilometres[officials[made], facts.meeting_cell[meetings[made]]] // weights.step).sum()
    steps += excess * (KILOMETRES_PER_EXCESS_VISIT // weights.step)
    locked = [as_visit(past) for past in facts.problem.locked]
    cost = measure_levels(facts.problem, locked).cost + int(steps) * weights.step
    return FreePlan(visits, measure_levels(facts.problem, [*locked, *visits])._replace(cost=cost))


def find_ways(facts: Facts) -> tuple[Whole, Whole]:
    """Every visit that may be made, as positions of officials and of meetings."""
    each = [facts.find_meetings(official) for official in range(len(facts.covers))]
    officials = np.repeat(np.arange(len(each), dtype=np.int64), [len(meetings) for meetings in each])
    return officials, np.concatenate([np.zeros(0, dtype=np.int64), *each])


def weigh_levels(facts: Facts, step: int) -> SolverWeights:
    """The smallest weights by which the sum of levels is as good as their order (see above)."""
    joint = len(facts.covers) if facts.problem.joint_visits else 1
    most_visits = min(int(facts.month_left.sum()), joint * len(facts.meeting_cell)) + 1
    farthest = int(facts.kilometres.max(initial=0)) // step
    grain = most_visits + 1 if facts.problem.spread_quarters else 1
    dropped = (most_visits * farthest + KILOMETRES_PER_EXCESS_VISIT // step + 1) * grain
    left_out = dropped * (min(most_visits, len(facts.wanted)) + 1)
    owed = left_out * (int(_rank(facts.priority).max(initial=0)) + 1)
    return SolverWeights(owed, left_out, dropped, step, grain)


def _rank(priority: Whole) -> Whole:
    """0 stays 0; the others are 1, 2, 3 … in their order."""
    ranks = np.unique(np.append(priority, 0), return_inverse=True)[1][:-1]
    return np.asarray(ranks, dtype=np.int64)


def _lay_ways(
    network: Network, nodes: Nodes, facts: Facts, weights: SolverWeights, *, officials: Whole, meetings: Whole
) -> None:
    """Day → meeting, one arc for each visit that may be made."""
    costs = facts.kilometres[officials, facts.meeting_cell[meetings]] // weights.step * weights.grain
    count = len(facts.meeting_cell)
    wanted = facts.wanted[:, 0] * count + facts.wanted[:, 1]
    costs -= weights.dropped * np.isin(officials * count + meetings, wanted)
    days = nodes.days + officials * DAYS + facts.meeting_day[meetings]
    network.add(days, nodes.meetings + meetings, 1, costs)


def _lay_officials(network: Network, nodes: Nodes, facts: Facts, weights: SolverWeights) -> None:
    """Year → official (owed ones first, then those beyond the minimum) → month → day."""
    officials = np.arange(len(facts.covers))
    network.add(YEAR, nodes.officials + officials, np.minimum(facts.short, DAYS), -weights.owed)
    network.add(YEAR, nodes.officials + officials, DAYS, KILOMETRES_PER_EXCESS_VISIT // weights.step * weights.grain)
    months = np.arange(facts.month_left.size)
    network.add(nodes.officials + months // MONTHS, nodes.months + months, facts.month_left.ravel(), 0)
    days = np.nonzero(facts.day_left.ravel())[0]
    month_nodes = nodes.months + days // DAYS * MONTHS + facts.month_of_day[days % DAYS]
    network.add(month_nodes, nodes.days + days, 1, 0)


def _lay_cells(network: Network, nodes: Nodes, facts: Facts, weights: SolverWeights) -> None:
    """Meeting → the cell's quarter → cell → year (visits that are wanted first, then more)."""
    joint = len(facts.covers) if facts.problem.joint_visits else 1
    quarters = nodes.quarters + facts.meeting_cell * QUARTERS + facts.meeting_month // 3
    network.add(nodes.meetings + np.arange(len(facts.meeting_cell)), quarters, joint, 0)
    cells = np.arange(len(facts.need))
    most = joint * len(facts.meeting_cell)
    parts = np.arange(len(facts.need) * QUARTERS)
    share = np.minimum(most, np.maximum(1, -(-facts.need[parts // QUARTERS] // QUARTERS)))
    beyond = 1 if weights.grain > 1 else 0
    network.add(nodes.quarters + parts, nodes.cells + parts // QUARTERS, share, 0)
    network.add(nodes.quarters + parts, nodes.cells + parts // QUARTERS, most, beyond)
    network.add(nodes.cells + cells, YEAR, np.minimum(facts.need, most), -weights.left_out * _rank(facts.priority))
    network.add(nodes.cells + cells, YEAR, most, 0)
