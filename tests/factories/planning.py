"""Visit problems in the making: small ones by hand, random ones for properties, and the optimum by trying everything."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from nennep.planning.rules.checker import find_faults, recount_levels
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import VisitProblem, read_problem

SAMPLES = Path(__file__).parents[1] / "data" / "visit-problems"
DAYS = ("2027-01-05", "2027-01-06", "2027-02-05")  # two in a month, one in another
QUARTER_DAYS = ("2027-01-05", "2027-02-05", "2027-04-05", "2027-10-05")
PLACES = ([21.0, 104.0], [21.1, 104.3], [21.5, 104.1], None)


def read_sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return data


def official_data(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"id": f"o{number}", "min_visits": 1, "max_per_month": 2, "home": [21.0, 104.0]} | changes


def cell_data(number: int = 1, **changes: Any) -> dict[str, Any]:
    meetings = ["2027-01-05", "2027-02-05", "2027-03-05"]
    return {
        "id": f"c{number}",
        "position": [21.1, 104.2],
        "min_visits": 1,
        "priority": 3,
        "meetings": meetings,
    } | changes


def problem_data(**changes: Any) -> dict[str, Any]:
    return {
        "year": 2027,
        "mode": "free",
        "officials": [official_data()],
        "cells": [cell_data()],
        "previous": [],
        "joint_visits": False,
        "max_cells_per_official": 4,
    } | changes


def make_problem(**changes: Any) -> VisitProblem:
    return read_problem(problem_data(**changes))


def visit(official: str, cell: str, on: str) -> PlacedVisit:
    return PlacedVisit(date.fromisoformat(on), official, cell)


@st.composite
def tiny_problems(draw: st.DrawFn, /, mode: str, days: Sequence[str] = DAYS, **changes: Any) -> VisitProblem:
    """At most nine possible visits beside the earlier ones, with every kind of limit now and then."""
    cells = [
        cell_data(
            number,
            min_visits=draw(st.integers(0, 2)),
            priority=draw(st.sampled_from([0, 1, 1, 2, 5])),
            position=draw(st.sampled_from(PLACES)),
            meetings=sorted(draw(st.sets(st.sampled_from(days), max_size=2))),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    names = [cell["id"] for cell in cells]
    officials = [
        official_data(
            number,
            min_visits=draw(st.integers(0, 3)),
            max_per_month=draw(st.integers(0, 2)),
            home=draw(st.sampled_from(PLACES)),
            unavailable=[[day, day] for day in draw(st.sets(st.sampled_from(days), max_size=1))],
            excluded_cells=sorted(draw(st.sets(st.sampled_from(names), max_size=1))) if draw(st.booleans()) else [],
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    return make_problem(
        mode=mode,
        cells=cells,
        officials=officials,
        previous=_draw_previous(draw, [official["id"] for official in officials], names, days),
        joint_visits=draw(st.booleans()),
        max_cells_per_official=draw(st.integers(0, 2)),
        **changes,
    )


def _draw_previous(
    draw: st.DrawFn, officials: Sequence[str], cells: Sequence[str], days: Sequence[str]
) -> list[dict[str, Any]]:
    """Anything goes: earlier visits may be on days without a meeting, two a day, or break every limit."""
    keys = st.tuples(st.sampled_from(officials), st.sampled_from(cells), st.sampled_from(days))
    return [
        {"official": official, "cell": cell, "date": day, "locked": draw(st.booleans())}
        for official, cell, day in sorted(draw(st.sets(keys, max_size=3)))
    ]


def best_levels(problem: VisitProblem) -> tuple[int, int, int, int]:
    """The optimum, by trying every set of possible visits and asking the independent checker about each."""
    return min(recount_levels(problem, plan) for plan in list_valid(problem))


def list_valid(problem: VisitProblem) -> list[list[PlacedVisit]]:
    """Every plan that breaks no rule."""
    locked = [PlacedVisit(past.date, past.official, past.cell) for past in problem.locked]
    others = [one for one in _possible(problem) if one not in locked and not find_faults(problem, [*locked, one])]
    plans = ([*locked, *chosen] for chosen in _subsets(others))
    return [plan for plan in plans if not find_faults(problem, plan)]


def _possible(problem: VisitProblem) -> list[PlacedVisit]:
    return [
        PlacedVisit(day, official.id, cell.id)
        for official in problem.officials
        for cell in problem.cells
        for day in cell.meetings
    ]


def _subsets(visits: Sequence[PlacedVisit]) -> Iterable[tuple[PlacedVisit, ...]]:
    for size in range(len(visits) + 1):
        yield from combinations(visits, size)
