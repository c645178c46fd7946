"""The planner's choices: how many visits a cell shall see, how many an official can make, what counts how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nennep.planning.choices import Mode

MOST_A_MONTH = 31
MOST_VISITS = 366
HIGHEST_PRIORITY = 99


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of priority that each sign of need adds to a cell's 1; 0 leaves the sign out."""

    poor_score: int = 2
    falling_score: int = 2
    long_without_visit: int = 2
    weak: int = 3
    remote: int = 2
    open_petitions: int = 1


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """`visits_per_cell` wanted a year, `max_per_month` of one official; `by_quarter`: the quarters come out as even as can be.

    `most_cells` that one official follows (mode follower). `priorities` and `cell_visits` by public id of the cell,
    `official_visits` by public id of the official: what a person set by hand. `office_visits` by office: the question
    of a what-if.
    """

    mode: Mode = Mode.FREE
    visits_per_cell: int = 2
    by_quarter: bool = False
    max_per_month: int = 2
    most_cells: int = 5
    weights: Weights = field(default_factory=Weights)
    priorities: Mapping[str, int] = field(default_factory=dict)
    cell_visits: Mapping[str, int] = field(default_factory=dict)
    official_visits: Mapping[str, int] = field(default_factory=dict)
    office_visits: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "mode": str(self.mode),
            "visits_per_cell": self.visits_per_cell,
            "by_quarter": self.by_quarter,
            "max_per_month": self.max_per_month,
            "most_cells": self.most_cells,
            "weights": {name: getattr(self.weights, name) for name in Weights.__slots__},
            "priorities": dict(self.priorities),
            "cell_visits": dict(self.cell_visits),
            "official_visits": dict(self.official_visits),
            "office_visits": dict(self.office_visits),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PlanSettings":
        """What `to_json` wrote; what an older version left out has its usual value."""
        known = {name: value for name, value in data.items() if name in cls.__slots__}
        if "mode" in known:
            known["mode"] = Mode(known["mode"])
        known["weights"] = Weights(**data.get("weights", {}))
        return replace(cls(), **known)
