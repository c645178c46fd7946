"""The list of visits as it was published: who goes where when, by the names of that day, and what it changed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nennep.planning.rules.building import KnownVisit
from nennep.planning.rules.comparing import Exchange, PlannedVisit, compare


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """One visit; `official` and `cell` are public ids, the names and the office are those of the day."""

    on: date
    official: str
    official_name: str
    office: str
    cell: str
    cell_name: str

    @property
    def planned(self) -> PlannedVisit:
        return PlannedVisit(self.on, self.official, self.cell)


@dataclass(frozen=True, slots=True)
class IssuedList:
    """Version `number` of a unit's list for a year. `changes`: what it says differently from the version before it, in words."""

    unit: str
    year: int
    number: int
    issued_on: date
    visits: tuple[ListedVisit, ...] = ()
    changes: tuple[str, ...] = ()


def say_exchanges(before: Iterable[ListedVisit], after: Iterable[ListedVisit]) -> tuple[str, ...]:
    """What a later list changes, by day: such as `05/01/2027, Chi bộ thôn Nặm Chá: đồng chí A dự thay đồng chí B`."""
    former, latter = list(before), list(after)
    names = {one.planned: one for one in [*former, *latter]}
    known = [KnownVisit(one.official, one.cell, one.on, locked=False) for one in former]
    changes = compare(known, [one.planned for one in latter])
    return tuple(_say(change, names) for change in changes)


def _say(change: Exchange, names: Mapping[PlannedVisit, ListedVisit]) -> str:
    visit = names[change.visit]
    where = f"{visit.on:%d/%m/%Y}, {visit.cell_name}"
    if change.before is None:
        return f"{where}: thêm đồng chí {visit.official_name}"
    if change.after is None:
        return f"{where}: bỏ đồng chí {visit.official_name}"
    after = names[change.after]
    who = f"đồng chí {after.official_name}"
    said = f"{who} dự thay đồng chí {visit.official_name}" if after.official != visit.official else who
    return f"{where}: {said}" if after.on == visit.on else f"{where}: {said}, dời sang {after.on:%d/%m/%Y}"
