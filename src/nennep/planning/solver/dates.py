"""Days for an official's year: each visit a meeting of its cell, one a day, no month too full, earlier visits kept."""

from dataclasses import dataclass, field

import numpy as np
from ortools.graph.python import min_cost_flow

from nennep.planning.solver.facts import MONTHS, Facts, Whole
from nennep.planning.solver.years import Year

SOURCE, SINK, FIRST_MONTH = 0, 1, 2


@dataclass(slots=True)
class DayFinder:
    """Finds days once for each year that is asked about."""

    facts: Facts
    _known: dict[Year, tuple[int, ...] | None] = field(default_factory=dict)
    _possible: dict[int, Whole] = field(default_factory=dict)

    def find(self, year: Year) -> tuple[int, ...] | None:
        """Positions of the meetings, with as many earlier visits among them as can be; None when there are no days."""
        if year not in self._known:
            self._known[year] = self._match(year) if year.cells else ()
        return self._known[year]

    def has_tried(self, year: Year) -> bool:
        return year in self._known

    def count_kept(self, year: Year) -> int:
        """Earlier visits that the days found make again; 0 where none are found."""
        wanted = self._wanted(year.official)
        return sum(meeting in wanted for meeting in self.find(year) or ())

    def _wanted(self, official: int) -> set[int]:
        wanted = self.facts.wanted
        return set(wanted[wanted[:, 0] == official, 1].tolist())

    def _meetings(self, official: int) -> Whole:
        if official not in self._possible:
            self._possible[official] = self.facts.find_meetings(official)
        return self._possible[official]

    def _match(self, year: Year) -> tuple[int, ...] | None:
        """A small flow: source → cell → day of a meeting → month → sink; an earlier visit is worth one."""
        facts, wanted = self.facts, self._wanted(year.official)
        node_of = {cell: FIRST_MONTH + MONTHS + position for position, (cell, _count) in enumerate(year.cells)}
        meetings = self._meetings(year.official)
        meetings = meetings[np.isin(facts.meeting_cell[meetings], list(node_of))]
        days = facts.meeting_day[meetings]
        day_nodes = FIRST_MONTH + MONTHS + len(node_of) + np.searchsorted(different := np.unique(days), days)
        flow = min_cost_flow.SimpleMinCostFlow()
        for meeting, day_node in zip(meetings.tolist(), day_nodes.tolist(), strict=True):
            cost = -1 if meeting in wanted else 0
            flow.add_arc_with_capacity_and_unit_cost(node_of[int(facts.meeting_cell[meeting])], day_node, 1, cost)
        for position, day in enumerate(different.tolist()):
            month = FIRST_MONTH + int(facts.month_of_day[day])
            day_node = FIRST_MONTH + MONTHS + len(node_of) + position
            flow.add_arc_with_capacity_and_unit_cost(day_node, month, 1, 0)
        for month, left in enumerate(facts.month_left[year.official].tolist()):
            flow.add_arc_with_capacity_and_unit_cost(FIRST_MONTH + month, SINK, left, 0)
        for cell, count in year.cells:
            flow.set_node_supply(node_of[cell], count)
        flow.set_node_supply(SINK, -sum(count for _cell, count in year.cells))
        if flow.solve() != flow.OPTIMAL:
            return None
        return tuple(meeting for arc, meeting in enumerate(meetings.tolist()) if flow.flow(arc))
