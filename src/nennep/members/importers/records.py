"""What a plan speaks of: people and cells on record, decisions by hand, what goes in. Frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nennep.members.choices import PostKind
from nennep.members.importers.shapes import PersonRow, RowKey, RowProblem, UnusedColumn


@dataclass(frozen=True, slots=True)
class KnownCell:
    """A cell on record in the unit that is imported into."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member on record. `cell_id` and `standing` are of the running membership; `inside` is False outside the unit.

    `held` is what the record says of the columns, by field, without the encrypted ones.
    """

    id: int
    public_id: str
    identity_hash: str
    born_year: int | None
    held: Mapping[str, Any]
    cell_id: int | None = None
    cell: str = ""
    standing: str = ""
    inside: bool = True

    @property
    def full_name(self) -> str:
        return str(self.held["full_name"])

    @property
    def born_on(self) -> date | None:
        born: date | None = self.held["born_on"]
        return born

    @property
    def card_number(self) -> str:
        return str(self.held["card_number"])


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided by hand. `same`: this row is that member; `distinct`: it is another person than it seems.

    `cells`: name in the file → id of the cell meant.
    """

    same: Mapping[RowKey, str] = field(default_factory=dict)
    distinct: frozenset[RowKey] = frozenset()
    cells: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything on record that the plan is compared with. `posts`: (cell id, member id) → kinds of running posts."""

    cells: Sequence[KnownCell]
    members: Sequence[KnownMember]
    posts: Mapping[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    unit_cell: KnownCell | None = None
    unit_name: str = ""

    def secretary_of(self, cell_id: int) -> int | None:
        return next(
            (member for (cell, member), kinds in self.posts.items() if cell == cell_id and PostKind.SECRETARY in kinds),
            None,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a member on record that the file changes; values as stored (ISO dates, choice values)."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person that goes in. `cell_id` is None for a cell to be made; `member` is None for a new person."""

    person: PersonRow
    cell_id: int | None
    member: KnownMember | None = None
    differences: tuple[Difference, ...] = ()
    post: str = ""

    @property
    def action(self) -> str:
        """created, updated or unchanged."""
        if self.member is None:
            return "created"
        return "updated" if self.differences else "unchanged"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does: `entries` in file order, all `problems`, cells to be made, rows left out.

    `unused` and `remarks` are the roster's.
    """

    rows: int
    entries: tuple[Entry, ...]
    problems: tuple[RowProblem, ...]
    cells: tuple[str, ...]
    new_cells: tuple[str, ...]
    unused: tuple[UnusedColumn, ...] = ()
    remarks: tuple[RowProblem, ...] = ()

    def count(self, action: str) -> int:
        return sum(1 for entry in self.entries if entry.action == action)

    @property
    def rejected(self) -> int:
        return self.rows - len(self.entries)

    @property
    def writes(self) -> bool:
        """Something differs from what is on record."""
        return any(entry.action != "unchanged" for entry in self.entries)
