"""Units that an import proposes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import NAME_LIMIT, UnitKind, Verb
from nennep.organizations.importers.units import UnitList, UnitProblem, UnitRow, unit_key
from nennep.organizations.models import Organization
from nennep.organizations.queries import (
    find_by_codes,
    list_codes_below,
    list_open_below,
    list_open_children,
    lock_units,
)
from nennep.organizations.rules import (
    STEP,
    BadNesting,
    UnitClosed,
    clean_name,
    guess_cell_type,
    next_codes,
    stream_codes,
)
from nennep.organizations.services.changes import rename_organization
from nennep.organizations.services.creation import UnitBatch, UnitDetails, create_children
from nennep.organizations.services.history import record_change


def create_cells(
    *, actor: Actor, parent: Organization, names: Sequence[str], on: date, now: datetime
) -> list[Organization]:
    """New cells directly below `parent` with the next free codes and the type that each name suggests, used from that day on.

    Nobody says when they were founded: the program knows of them from `on`.
    Inside the caller's transaction, which holds the lock on `parent`. Raises NotAllowed, BadNesting, UnitClosed,
    ParentNotYetOpen.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, parent.path)
    codes = next_codes(parent.code, taken=list_codes_below(parent.code), count=len(names))
    details = [
        UnitDetails(code, name[:NAME_LIMIT], UnitKind.CELL, guess_cell_type(name), used_from=on)
        for code, name in zip(codes, names, strict=True)
    ]
    return create_children(actor=actor, parent=parent, children=details, on=on, now=now)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What an import of units does: rows taken, names of what is made, renamed, or as it is."""

    rows: int
    units: tuple[UnitRow, ...]
    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[UnitProblem, ...]


def apply_unit_import(
    *,
    actor: Actor,
    units: UnitList,
    under: Organization | None,
    now: datetime,
    used_from: date | None = None,
    write: bool = True,
) -> UnitPlan:
    """Make the units of a list that are missing below `under`, rename those whose code has another name.

    A unit is found by its code, else by its name below the same upper unit. A new one begins on its day of founding when
    the list tells it, else with its upper unit; a cell counts in figures `used_from` that day on, today when nobody says.
    With `write` off everything is done and undone again: a dry run. All or nothing. Raises NotAllowed and what creating
    and renaming raise.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, under.path if under else "")
    with transaction.atomic():
        if under:
            lock_units(under)
        work = _UnitImport(actor, now, used_from or localdate(now), _KnownUnits(under, units.units))
        for unit in units.units:
            work.take(unit)
        work.write()
        if not write:
            transaction.set_rollback(True)
    return work.plan(units)


class _UnitImport:
    """Goes through the rows in order, so that an upper unit is there before those below it; new ones are written at the end.

    Whatever is looked up is read once for all rows: codes at the beginning, the units below one upper unit when the first
    row comes to stand there.
    """

    def __init__(self, actor: Actor, now: datetime, used_from: date, known: "_KnownUnits") -> None:
        self._actor, self._now, self._used_from, self._tree = actor, now, used_from, known
        self._under = known.under
        self._batch = UnitBatch()
        self._by_row: dict[tuple[str, int], Organization] = {}
        self._rows: dict[str, int] = {}
        self._by_name: dict[str, Organization] = {}
        self._problems: list[UnitProblem] = []
        self._done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
        self._taken: list[UnitRow] = []

    def take(self, row: UnitRow) -> None:
        """One row: found, renamed, made, or a problem."""
        found = self._tree.with_code(row.code)
        if found and self._under and not found.path.startswith(self._under.path):
            return self._report(row, row.code, "code_taken")
        parent = self._parent_of(row)
        if parent is None and (row.parent or row.above):
            return self._report(row, row.parent, "parent_missing")
        found = found or self._tree.child(parent, row.name)
        if found and found.path in self._rows:
            return self._report(row, row.name, "unit_twice", str(self._rows[found.path]))
        try:
            unit = self._renamed(found, row) if found else self._made(row, parent)
        except BadNesting:
            return self._report(row, row.name, "nesting_bad")
        except UnitClosed:
            return self._report(row, row.name, "unit_closed")
        self._remember(row, unit)
        return None

    def _remember(self, row: UnitRow, unit: Organization) -> None:
        self._by_row[row.sheet, row.row] = unit
        self._rows[unit.path] = row.row
        self._by_name.setdefault(unit_key(unit.name), unit)
        self._taken.append(row)

    def write(self) -> None:
        """Write the new units, one line of the trail for each upper unit, one event for all cells."""
        made = self._batch.insert(self._now)
        by_upper = groupby(sorted(made, key=_upper_path), key=_upper_path)
        counts = {path: len(list(units)) for path, units in by_upper}
        for upper in Organization.objects.get_queryset().filter(path__in=counts):
            record_change(Verb.IMPORTED, unit=upper, actor=self._actor, now=self._now, count=counts[upper.path])
        for root in (unit for unit in made if unit.depth == 1):
            record_change(Verb.CREATED, unit=root, actor=self._actor, now=self._now, on=root.opened_on)

    def plan(self, units: UnitList) -> UnitPlan:
        problems = (*units.problems, *self._problems)
        done = {name: tuple(names) for name, names in self._done.items()}
        return UnitPlan(units.rows, tuple(self._taken), done["created"], done["updated"], done["unchanged"], problems)

    def _parent_of(self, row: UnitRow) -> Organization | None:
        if row.above:
            return self._by_row.get((row.sheet, row.above))
        if not row.parent:
            return self._under
        return self._by_name.get(unit_key(row.parent)) or self._tree.upper(row.parent)

    def _renamed(self, found: Organization, row: UnitRow) -> Organization:
        if unit_key(found.name) == unit_key(row.name):
            self._done["unchanged"].append(found.name)
            return found
        self._done["updated"].append(row.name)
        return rename_organization(
            actor=self._actor,
            organization=found,
            name=row.name,
            on=self._now.date(),
            reason=_("Nhập danh sách đơn vị"),
            now=self._now,
        )

    def _made(self, row: UnitRow, parent: Organization | None) -> Organization:
        since = parent.opened_on if parent else self._now.date()
        on = min(max(row.opened_on or since, since), self._now.date())
        cell_type = guess_cell_type(row.name) if row.kind == UnitKind.CELL else ""
        code = row.code or self._tree.next_code(row.kind, parent)
        details = UnitDetails(code, clean_name(row.name), row.kind, cell_type, used_from=self._used_from)
        unit = self._batch.place(parent, details, on)
        self._tree.add(unit, parent)
        self._done["created"].append(unit.name)
        return unit

    def _report(self, row: UnitRow, value: str, code: str, other: str = "") -> None:
        self._problems.append(UnitProblem(row.sheet, row.row, value, code, other))


def _upper_path(unit: Organization) -> str:
    path: str = unit.path
    return path[:-STEP]


class _KnownUnits:
    """The units an import may find: by code, by name below one upper unit, by name anywhere below `under`; new ones too."""

    def __init__(self, under: Organization | None, rows: Sequence[UnitRow]) -> None:
        self.under = under
        self._codes = find_by_codes(code for row in rows for code in (row.code, row.parent))
        self._children: dict[str, dict[str, Organization]] = {}
        self._taken: dict[str, set[str]] = {}
        self._free: dict[tuple[str, bool], Iterator[str]] = {}

    def with_code(self, code: str) -> Organization | None:
        return self._codes.get(code.lower())

    def child(self, parent: Organization | None, name: str) -> Organization | None:
        """The open unit directly below `parent` (a root for None) that is called so; of several the first."""
        return self._below(parent).get(unit_key(name))

    def upper(self, text: str) -> Organization | None:
        """The unit with this code inside the branch; else the one open unit called so: below `under`, or among the roots."""
        found = self.with_code(text)
        if found and (not self.under or found.path.startswith(self.under.path)):
            return found
        return self._named.get(unit_key(text)) if self.under else self.child(None, text)

    @cached_property
    def _named(self) -> dict[str, Organization | None]:
        """By name; None where several are called so."""
        units = list_open_below(self.under) if self.under else []
        counts = Counter(unit_key(unit.name) for unit in units)
        return {key: unit if counts[key] == 1 else None for unit in units for key in (unit_key(unit.name),)}

    def _below(self, parent: Organization | None) -> dict[str, Organization]:
        path = parent.path if parent else ""
        if path not in self._children:
            if parent and parent.pk:
                lock_units(parent)
            known = list_open_children(parent) if not parent or parent.pk else []
            self._children[path] = {unit_key(unit.name): unit for unit in reversed(known)}
        return self._children[path]

    def add(self, unit: Organization, parent: Organization | None) -> None:
        """A unit that was given its place: found from now on."""
        self._codes[unit.code.lower()] = unit
        self._below(parent).setdefault(unit_key(unit.name), unit)

    def next_code(self, kind: str, parent: Organization | None) -> str:
        """The next free code below the upper unit; a root takes its kind and a number."""
        above = parent.code if parent else str(kind).upper()
        stream = self._free.setdefault((above, kind == UnitKind.CELL), stream_codes(above, kind))
        if above not in self._taken:
            self._taken[above] = {code.lower() for code in list_codes_below(above)}
        return next(code for code in stream if code.lower() not in self._taken[above] and not self.with_code(code))
