"""Units that an import proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.choices import NAME_LIMIT, UnitKind
from nennep.organizations.importers.units import UnitList, UnitProblem, UnitRow, unit_key
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_by_code, find_unit_by_name, list_codes_below, lock_units
from nennep.organizations.rules import BadNesting, UnitClosed, guess_cell_type, next_codes, next_numbered_codes
from nennep.organizations.services.changes import rename_organization
from nennep.organizations.services.creation import UnitDetails, create_children, create_organization


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
        work = _UnitImport(actor, under, now, used_from or localdate(now))
        for unit in units.units:
            work.take(unit)
        if not write:
            transaction.set_rollback(True)
    return work.plan(units)


class _UnitImport:
    """Goes through the rows in order, so that an upper unit is there before those below it."""

    def __init__(self, actor: Actor, under: Organization | None, now: datetime, used_from: date) -> None:
        self._actor, self._under, self._now, self._used_from = actor, under, now, used_from
        self._by_row: dict[tuple[str, int], Organization] = {}
        self._problems: list[UnitProblem] = []
        self._done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
        self._taken: list[UnitRow] = []

    def take(self, row: UnitRow) -> None:
        """One row: found, renamed, made, or a problem."""
        found = find_by_code(code=row.code) if row.code else None
        if found and self._under and not found.path.startswith(self._under.path):
            return self._report(row, row.code, "code_taken")
        parent = self._parent_of(row)
        if parent is None and (row.parent or row.above):
            return self._report(row, row.parent, "parent_missing")
        found = found or find_unit_by_name(parent=parent, key=unit_key(row.name))
        if found and found.pk in {unit.pk for unit in self._by_row.values()}:
            return self._report(row, row.name, "unit_twice", str(self._row_of(found)))
        try:
            unit = self._renamed(found, row) if found else self._made(row, parent)
        except BadNesting:
            return self._report(row, row.name, "nesting_bad")
        except UnitClosed:
            return self._report(row, row.name, "unit_closed")
        self._by_row[row.sheet, row.row] = unit
        self._taken.append(row)
        return None

    def plan(self, units: UnitList) -> UnitPlan:
        problems = (*units.problems, *self._problems)
        done = {name: tuple(names) for name, names in self._done.items()}
        return UnitPlan(units.rows, tuple(self._taken), done["created"], done["updated"], done["unchanged"], problems)

    def _parent_of(self, row: UnitRow) -> Organization | None:
        if row.above:
            return self._by_row.get((row.sheet, row.above))
        if not row.parent:
            return self._under
        known = [unit for unit in self._by_row.values() if unit_key(unit.name) == unit_key(row.parent)]
        if known:
            return known[0]
        by_code = find_by_code(code=row.parent)
        inside = by_code and (not self._under or by_code.path.startswith(self._under.path))
        return by_code if inside else find_unit_by_name(below=self._under, key=unit_key(row.parent))

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
        code = row.code or self._next_code(row, parent)
        details = UnitDetails(code, row.name, row.kind, cell_type, used_from=self._used_from)
        unit = create_organization(actor=self._actor, parent=parent, details=details, on=on, now=self._now)
        self._done["created"].append(unit.name)
        return unit

    @staticmethod
    def _next_code(row: UnitRow, parent: Organization | None) -> str:
        """The next free code below the upper unit; a root takes its kind and a number."""
        above = parent.code if parent else str(row.kind).upper()
        taken = list_codes_below(above)
        find = next_codes if row.kind == UnitKind.CELL else next_numbered_codes
        return find(above, taken=taken, count=1)[0]

    def _row_of(self, unit: Organization) -> int:
        return next(row for (_sheet, row), known in self._by_row.items() if known.pk == unit.pk)

    def _report(self, row: UnitRow, value: str, code: str, other: str = "") -> None:
        self._problems.append(UnitProblem(row.sheet, row.row, value, code, other))
