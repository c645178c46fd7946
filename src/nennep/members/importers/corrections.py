"""What a user mends in the wizard, as it is kept between pages (JSON) and as the reading of the file takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from nennep.members.importers.columns import Column
from nennep.members.importers.problems import keeps_row_out
from nennep.members.importers.records import Decisions, ImportPlan
from nennep.members.importers.shapes import Corrections, Roster, RowKey


@dataclass(frozen=True, slots=True)
class Mends:
    """Everything decided by hand so far. `confirmed`: rows whose doubtful reading is right."""

    corrections: Corrections = field(default_factory=Corrections)
    decisions: Decisions = field(default_factory=Decisions)
    confirmed: frozenset[RowKey] = frozenset()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError for anything but what `as_json` gave."""
        if not data:
            return cls()
        distinct = _rows(data["distinct"])
        corrections = Corrections(
            columns={(sheet, column): Column(meaning) for sheet, column, meaning in data["columns"]},
            values={(sheet, row, column): text for sheet, row, column, text in data["values"]},
            cells={(sheet, row): name for sheet, row, name in data["row_cells"]},
            skipped=_rows(data["skipped"]),
            distinct=distinct,
        )
        same = {(sheet, row): member for sheet, row, member in data["same"]}
        return cls(corrections, Decisions(same, distinct, dict(data["cells"])), _rows(data["confirmed"]))

    def as_json(self) -> dict[str, Any]:
        found = self.corrections
        return {
            "columns": [[sheet, column, str(meaning)] for (sheet, column), meaning in found.columns.items()],
            "values": [[*place, text] for place, text in found.values.items()],
            "row_cells": [[*key, name] for key, name in found.cells.items()],
            "skipped": sorted(map(list, found.skipped)),
            "distinct": sorted(map(list, found.distinct)),
            "same": [[*key, member] for key, member in self.decisions.same.items()],
            "cells": dict(self.decisions.cells),
            "confirmed": sorted(map(list, self.confirmed)),
        }

    def with_columns(self, columns: Mapping[tuple[str, int], Column]) -> Self:
        return replace(self, corrections=replace(self.corrections, columns={**self.corrections.columns, **columns}))

    def with_values(self, values: Mapping[tuple[str, int, int], str]) -> Self:
        """New texts of cells; a row mended so is read anew, and its former confirmation forgotten."""
        rows = {(sheet, row) for sheet, row, _column in values}
        corrections = replace(self.corrections, values={**self.corrections.values, **values})
        return replace(self, corrections=corrections, confirmed=self.confirmed - rows)

    def with_row_cell(self, key: RowKey, name: str) -> Self:
        return replace(self, corrections=replace(self.corrections, cells={**self.corrections.cells, key: name}))

    def with_cell(self, name: str, cell_id: int) -> Self:
        return replace(self, decisions=replace(self.decisions, cells={**self.decisions.cells, name: cell_id}))

    def without(self, key: RowKey) -> Self:
        return replace(self, corrections=replace(self.corrections, skipped=self.corrections.skipped | {key}))

    def as_same(self, key: RowKey, member: str) -> Self:
        return replace(self, decisions=replace(self.decisions, same={**self.decisions.same, key: member}))

    def as_distinct(self, key: RowKey) -> Self:
        distinct = self.corrections.distinct | {key}
        return replace(
            self,
            corrections=replace(self.corrections, distinct=distinct),
            decisions=replace(self.decisions, distinct=distinct),
        )

    def with_confirmed(self, keys: Iterable[RowKey]) -> Self:
        return replace(self, confirmed=self.confirmed | frozenset(keys))


def doubtful_rows(plan: ImportPlan, confirmed: frozenset[RowKey] = frozenset()) -> frozenset[RowKey]:
    """Rows that would go in but for a doubt nobody has confirmed."""
    doubts = {(item.sheet, item.row) for item in plan.problems if item.row and not keeps_row_out(item)}
    going_in = {(entry.person.sheet, entry.person.row) for entry in plan.entries}
    return frozenset(doubts & going_in) - confirmed


def hold_doubtful(plan: ImportPlan, confirmed: frozenset[RowKey]) -> ImportPlan:
    """The plan without the rows that wait for somebody to confirm how they were understood."""
    return hold(plan, doubtful_rows(plan, confirmed))


def hold(plan: ImportPlan, rows: frozenset[RowKey]) -> ImportPlan:
    """The plan without some rows."""
    kept = tuple(entry for entry in plan.entries if (entry.person.sheet, entry.person.row) not in rows)
    used = dict.fromkeys(entry.person.cell for entry in kept if entry.cell_id is None)
    return replace(plan, entries=kept, new_cells=tuple(used))


def _rows(pairs: Iterable[Any]) -> frozenset[RowKey]:
    return frozenset((sheet, row) for sheet, row in pairs)


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing the user did on a row of the review page; which of the fields count depends on `action`.

    value: `text` replaces the cell in `column`. swap: the two dates change places. cell: the row (or every row that
    names `name`) belongs to the cell `cell_id`, called `text`. skip, same (with `member`), distinct, confirm: about the row.
    confirm_all: every doubtful row.
    """

    action: str
    sheet: str = ""
    row: int = 0
    column: int = -1
    text: str = ""
    name: str = ""
    member: str = ""
    cell_id: int = 0

    @property
    def key(self) -> RowKey:
        return self.sheet, self.row


def make_mend(mends: Mends, mend: Mend, *, roster: Roster, doubtful: frozenset[RowKey]) -> Mends:
    """The mends after one more; a mend that does not fit the file changes nothing."""
    if mend.action == "value" and mend.column >= 0:
        return mends.with_values({(mend.sheet, mend.row, mend.column): mend.text})
    if mend.action == "swap":
        return mends.with_values(_swapped(mend, roster))
    if mend.action == "cell":
        return mends.with_cell(mend.name, mend.cell_id) if mend.name else mends.with_row_cell(mend.key, mend.text)
    simple = {
        "skip": lambda: mends.without(mend.key),
        "same": lambda: mends.as_same(mend.key, mend.member),
        "distinct": lambda: mends.as_distinct(mend.key),
        "confirm": lambda: mends.with_confirmed([mend.key]),
        "confirm_all": lambda: mends.with_confirmed(doubtful),
    }
    return simple[mend.action]() if mend.action in simple else mends


def _swapped(mend: Mend, roster: Roster) -> dict[tuple[str, int, int], str]:
    """The day of admission and the official day of a row, exchanged."""
    found = next(
        (
            item
            for item in roster.problems
            if (item.sheet, item.row, item.code) == (*mend.key, "official_before_admitted")
        ),
        None,
    )
    table = next((item for item in roster.tables if item.sheet == mend.sheet), None)
    if found is None or table is None:
        return {}
    texts = {Column.ADMITTED: found.value, Column.OFFICIAL: dict(found.details)["admitted"]}
    return {(mend.sheet, mend.row, item.index): texts[item.meaning] for item in table.columns if item.meaning in texts}
