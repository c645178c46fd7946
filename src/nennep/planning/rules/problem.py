"""A visit problem: who owes how many visits, which cells want them and when they meet, what was planned before.

`read_problem` reads one from JSON data. What is malformed is refused by its path; what is only impossible is planned.

Malformed is what has no meaning: a wrong type, an id nobody has, the same id or meeting twice, a day of another year, a
range that ends before it begins, a number that is negative, not whole, not finite or absurdly large. Impossible is what
has a meaning that cannot be met: 400 visits in a year, no meetings, an area without cells, an official away all year, an
earlier visit on a day the cell does not meet. `office`, `home`, `unavailable`, `excluded_cells`, `area`, `position`,
`previous`, `locked`, `joint_visits` and `spread_quarters` may be absent or null; `max_cells_per_official` is needed in follower mode only.
Other names are left alone (a problem may carry notes), unless they look like a misspelling of one of ours.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _

from nennep.core.errors import DomainError
from nennep.planning.choices import LARGEST_NUMBER, LONGEST_ID, Mode

Position = tuple[float, float]  # degrees north, degrees east


@dataclass(frozen=True, slots=True)
class Official:
    """`min_visits` are owed in the year. `area` None: every cell. `unavailable` ranges include both ends."""

    id: str
    min_visits: int
    max_per_month: int
    office: str = ""
    home: Position | None = None
    unavailable: tuple[tuple[date, date], ...] = ()
    excluded_cells: frozenset[str] = frozenset()
    area: frozenset[str] | None = None

    def covers(self, cell_id: str) -> bool:
        """Whether the cell may be given to this official at all."""
        return cell_id not in self.excluded_cells and (self.area is None or cell_id in self.area)

    def is_free(self, on: date) -> bool:
        return not any(first <= on <= last for first, last in self.unavailable)


@dataclass(frozen=True, slots=True)
class Cell:
    """`meetings` are different days of the year, in order. A higher `priority` is left out later."""

    id: str
    min_visits: int
    priority: int
    meetings: tuple[date, ...]
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit of the plan before this one. A locked one has happened or is confirmed."""

    official: str
    cell: str
    date: date
    locked: bool = False


@dataclass(frozen=True)
class VisitProblem:
    """Sound by itself: ids are known and different, days are of the year. It may still be impossible to satisfy."""

    year: int
    mode: Mode
    officials: tuple[Official, ...]
    cells: tuple[Cell, ...]
    previous: tuple[PastVisit, ...] = ()
    joint_visits: bool = False
    spread_quarters: bool = False  # the visits of the plan as evenly over the quarters as the levels leave open
    max_cells_per_official: int = 0  # says something in follower mode only

    @cached_property
    def official_of(self) -> dict[str, Official]:
        return {official.id: official for official in self.officials}

    @cached_property
    def cell_of(self) -> dict[str, Cell]:
        return {cell.id: cell for cell in self.cells}

    @cached_property
    def locked(self) -> tuple[PastVisit, ...]:
        return tuple(visit for visit in self.previous if visit.locked)


DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ROOT = {"year", "mode", "officials", "cells", "previous", "joint_visits", "spread_quarters", "max_cells_per_official"}
OFFICIAL = {"id", "office", "min_visits", "max_per_month", "home", "unavailable", "excluded_cells", "area"}
CELL = {"id", "position", "min_visits", "priority", "meetings"}
PREVIOUS = {"official", "cell", "date", "locked"}

Read = TypeVar("Read")


class MalformedProblem(DomainError):
    """`path` names the value as in `officials[3].home`; `reason` one Vietnamese sentence."""

    code = "malformed_problem"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path=path, reason=reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


def read_problem(data: object) -> VisitProblem:
    """The problem that the JSON value says. Raises MalformedProblem at the first value that has no meaning."""
    root = _read_object(data, "", ROOT)
    year = _read_whole(root, "", "year", least=1, most=9999)
    mode = _read_mode(root)
    cells = _read_list(root, "", "cells", lambda value, path: _read_cell(value, path, year))
    _require_different([cell.id for cell in cells], "cells[{}].id")
    cell_ids = {cell.id for cell in cells}
    officials = _read_list(root, "", "officials", lambda value, path: _read_official(value, path, cell_ids))
    _require_different([official.id for official in officials], "officials[{}].id")
    known = _Known(year, {official.id for official in officials}, cell_ids)
    previous = _read_list(root, "", "previous", lambda value, path: _read_previous(value, path, known), absent=())
    _require_different([(visit.official, visit.cell, visit.date) for visit in previous], "previous[{}]")
    return VisitProblem(
        year=year,
        mode=mode,
        officials=tuple(officials),
        cells=tuple(cells),
        previous=tuple(previous),
        joint_visits=_read_flag(root, "", "joint_visits"),
        spread_quarters=_read_flag(root, "", "spread_quarters"),
        max_cells_per_official=_read_most_cells(root, mode),
    )


class _Known(NamedTuple):
    """What an earlier visit may name."""

    year: int
    officials: set[str]
    cells: set[str]


def _read_mode(root: Mapping[str, object]) -> Mode:
    value = _require(root, "", "mode")
    if not isinstance(value, str) or value not in Mode.values:
        raise MalformedProblem("mode", _("chỉ nhận “free” hoặc “follower”."))
    return Mode(value)


def _read_most_cells(root: Mapping[str, object], mode: Mode) -> int:
    if mode == Mode.FREE and root.get("max_cells_per_official") is None:
        return 0
    return _read_whole(root, "", "max_cells_per_official")


def _read_official(value: object, path: str, cells: set[str]) -> Official:
    item = _read_object(value, path, OFFICIAL)
    area = item.get("area")
    return Official(
        id=_read_id(item, path, "id"),
        office=_read_office(item, path),
        min_visits=_read_whole(item, path, "min_visits"),
        max_per_month=_read_whole(item, path, "max_per_month"),
        home=_read_position(item, path, "home"),
        unavailable=tuple(_read_list(item, path, "unavailable", _read_range, absent=())),
        excluded_cells=frozenset(_read_cell_ids(item, path, "excluded_cells", cells)),
        area=None if area is None else frozenset(_read_cell_ids(item, path, "area", cells)),
    )


def _read_cell(value: object, path: str, year: int) -> Cell:
    item = _read_object(value, path, CELL)
    meetings = _read_list(item, path, "meetings", lambda day, where: _read_day_of_year(day, where, year))
    _require_different(meetings, f"{path}.meetings[{{}}]")
    return Cell(
        id=_read_id(item, path, "id"),
        min_visits=_read_whole(item, path, "min_visits"),
        priority=_read_whole(item, path, "priority"),
        meetings=tuple(sorted(meetings)),
        position=_read_position(item, path, "position"),
    )


def _read_previous(value: object, path: str, known: _Known) -> PastVisit:
    item = _read_object(value, path, PREVIOUS)
    return PastVisit(
        official=_read_known(_read_id(item, path, "official"), _join(path, "official"), known.officials),
        cell=_read_known(_read_id(item, path, "cell"), _join(path, "cell"), known.cells),
        date=_read_day_of_year(_require(item, path, "date"), _join(path, "date"), known.year),
        locked=_read_flag(item, path, "locked"),
    )


def _read_cell_ids(item: Mapping[str, object], path: str, name: str, cells: set[str]) -> list[str]:
    """Naming a cell twice in a set says no more than naming it once."""

    def read(value: object, where: str) -> str:
        return _read_known(_to_id(value, where), where, cells)

    return _read_list(item, path, name, read, absent=())


def _read_known(identifier: str, path: str, known: set[str]) -> str:
    if identifier not in known:
        raise MalformedProblem(path, _("không có mã “%(id)s” trong bài toán.") % {"id": identifier})
    return identifier


def _read_object(value: object, path: str, names: set[str]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise MalformedProblem(path, _("phải là một đối tượng JSON {…}."))
    for name in value.keys() - names:
        if near := get_close_matches(str(name), names - value.keys(), n=1, cutoff=0.85):
            raise MalformedProblem(_join(path, str(name)), _("tên này lạ, có phải là “%(name)s”?") % {"name": near[0]})
    return value


def _read_list(
    item: Mapping[str, object],
    path: str,
    name: str,
    read: Callable[[object, str], Read],
    *,
    absent: tuple[Read, ...] | None = None,
) -> list[Read]:
    """Every element read; `absent` stands for a list that is not there, where it need not be."""
    where = _join(path, name)
    if absent is not None and item.get(name) is None:
        return list(absent)
    values = _require(item, path, name)
    if not isinstance(values, list):
        raise MalformedProblem(where, _("phải là một danh sách […]."))
    return [read(value, f"{where}[{position}]") for position, value in enumerate(values)]


def _read_id(item: Mapping[str, object], path: str, name: str) -> str:
    return _to_id(_require(item, path, name), _join(path, name))


def _to_id(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MalformedProblem(path, _("phải là một mã bằng chữ, không để trống."))
    if len(value) > LONGEST_ID:
        raise MalformedProblem(path, _("mã dài quá %(most)d chữ.") % {"most": LONGEST_ID})
    if not value.isprintable():
        raise MalformedProblem(path, _("mã có ký tự không in được."))
    return value


def _read_office(item: Mapping[str, object], path: str) -> str:
    value = item.get("office")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedProblem(_join(path, "office"), _("phải là chữ."))
    return value


def _read_flag(item: Mapping[str, object], path: str, name: str) -> bool:
    value = item.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise MalformedProblem(_join(path, name), _("chỉ nhận true hoặc false."))
    return value


def _read_whole(item: Mapping[str, object], path: str, name: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
    """A whole number within limits; 3.0 is 3, as other programs write it."""
    where = _join(path, name)
    value = _require(item, path, name)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedProblem(where, _("phải là một số nguyên."))
    if not least <= value <= most:
        raise MalformedProblem(where, _("phải từ %(least)d đến %(most)d.") % {"least": least, "most": most})
    return value


def _read_position(item: Mapping[str, object], path: str, name: str) -> Position | None:
    value = item.get(name)
    where = _join(path, name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise MalformedProblem(where, _("phải là [vĩ độ, kinh độ]."))
    return _read_degrees(value[0], where, 90), _read_degrees(value[1], where, 180)


def _read_degrees(value: object, path: str, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedProblem(path, _("vĩ độ và kinh độ phải là số."))
    if not -most <= value <= most:  # not-a-number is within no limits either
        raise MalformedProblem(path, _("vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180."))
    return float(value)


def _read_range(value: object, path: str) -> tuple[date, date]:
    """Days off may begin before the year and end after it."""
    if not isinstance(value, list) or len(value) != 2:
        raise MalformedProblem(path, _("phải là [ngày đầu, ngày cuối]."))
    first, last = _read_day(value[0], f"{path}[0]"), _read_day(value[1], f"{path}[1]")
    if last < first:
        raise MalformedProblem(path, _("ngày cuối đứng trước ngày đầu."))
    return first, last


def _read_day(value: object, path: str) -> date:
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise MalformedProblem(path, _("phải là một ngày có thật, viết như 2027-01-05."))


def _read_day_of_year(value: object, path: str, year: int) -> date:
    day = _read_day(value, path)
    if day.year != year:
        raise MalformedProblem(path, _("ngày không thuộc năm %(year)d.") % {"year": year})
    return day


def _require(item: Mapping[str, object], path: str, name: str) -> object:
    if name not in item:
        raise MalformedProblem(_join(path, name), _("còn thiếu."))
    return item[name]


def _require_different(values: list[Read], path: str) -> None:
    """`path` has a place for the position of the one that comes again."""
    seen: dict[Read, int] = {}
    for position, value in enumerate(values):
        if value in seen:
            raise MalformedProblem(
                path.format(position), _("trùng với mục ở vị trí %(first)d.") % {"first": seen[value]}
            )
        seen[value] = position


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
