"""Visit problems of the sizes that matter, made from a seed: a commune's year, a province's year, and what goes wrong.

Cells meet around the 3rd, as they do, some a day or two later now and then; officials are away for a week in one month
of five. Everything is invented. Problems are JSON data, as `nennep plan-visits` reads them.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

Data = dict[str, Any]
YEAR = 2027
NORTH, EAST = 21.0, 104.0


def make_commune(seed: int, mode: str = "free") -> Data:
    """25 officials with 6 visits each, 90 cells."""
    chance = random.Random(seed)
    officials = _make_officials(chance, 25, visits=6, limits=(1, 2, 2, 3), cells=90)
    return _join(officials, _make_cells(chance, 90, (1, 2, 2, 3)), mode)


def make_province(seed: int) -> Data:
    """60 officials with 12 visits each, 3,000 cells, 36,000 meetings: about two million possible visits."""
    chance = random.Random(seed)
    officials = _make_officials(chance, 60, visits=12, limits=(2, 3, 4), cells=3_000, width=2.0)
    return _join(officials, _make_cells(chance, 3_000, (0, 1, 1, 2), width=2.0), "free")


def lose_month(problem: Data, visits: Sequence[Data], month: int) -> Data:
    """The problem of mending a plan: the official with most visits in that month is away all through it.

    Visits before the month have happened, so they are locked; the others should change as little as can be.
    """
    first = date(YEAR, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    busy = [visit["official"] for visit in visits if first.isoformat() <= visit["date"] <= last.isoformat()]
    lost = max(sorted(set(busy)), key=busy.count)
    away = [first.isoformat(), last.isoformat()]
    officials = [
        official | {"unavailable": [*official["unavailable"], away]} if official["id"] == lost else official
        for official in problem["officials"]
    ]
    previous = [visit | {"locked": visit["date"] < first.isoformat()} for visit in visits]
    return problem | {"officials": officials, "previous": previous}


def _join(officials: list[Data], cells: list[Data], mode: str) -> Data:
    return {
        "year": YEAR,
        "mode": mode,
        "officials": officials,
        "cells": cells,
        "previous": [],
        "joint_visits": False,
        "max_cells_per_official": 4,
    }


def _make_officials(
    chance: random.Random, count: int, *, visits: int, limits: Sequence[int], cells: int, width: float = 1.0
) -> list[Data]:
    return [
        {
            "id": f"o{number}",
            "office": "committee",
            "min_visits": visits,
            "max_per_month": chance.choice(limits),
            "home": _make_place(chance, width),
            "unavailable": [_make_week(chance, month) for month in range(1, 13) if chance.random() < 0.2],
            "excluded_cells": [f"c{chance.randrange(cells)}"] if chance.random() < 0.3 else [],
        }
        for number in range(count)
    ]


def _make_cells(chance: random.Random, count: int, wanted: Sequence[int], width: float = 1.0) -> list[Data]:
    return [
        {
            "id": f"c{number}",
            "position": _make_place(chance, width),
            "min_visits": chance.choice(wanted),
            "priority": chance.choice((1, 1, 1, 2, 3, 5)),
            "meetings": _make_meetings(chance),
        }
        for number in range(count)
    ]


def _make_meetings(chance: random.Random) -> list[str]:
    day = chance.randint(1, 9)
    days = [day + (chance.randint(1, 3) if chance.random() < 0.15 else 0) for _month in range(12)]
    return [date(YEAR, month, day).isoformat() for month, day in enumerate(days, 1)]


def _make_place(chance: random.Random, width: float) -> list[float]:
    return [round(NORTH + chance.random() * width, 4), round(EAST + chance.random() * width, 4)]


def _make_week(chance: random.Random, month: int) -> list[str]:
    first = date(YEAR, month, chance.randint(1, 6))
    return [first.isoformat(), (first + timedelta(days=chance.randint(1, 9))).isoformat()]
