"""What becomes of a row when what it points at is merged, split, closed or moved: one decision for each reference.

A context declares its references in its `references.py`; the context that owns what ended calls `follow`, inside its
transaction. A reference without a decision fails tests/architecture/test_references.py. Carrying a decision out twice
changes nothing more: the daily reconciliation does it again for whatever an interruption may have left.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import Exists, OuterRef, Q, UniqueConstraint
from django.utils.functional import Promise

from nennep.core.errors import DomainError
from nennep.core.events import load_handlers
from nennep.core.findings import Finding

_log = logging.getLogger(__name__)


class Change(StrEnum):
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Ended:
    """The row `former_id` ended on that day, or changed (a split and a move end nothing); merged, it goes on as `successor_id`."""

    change: Change
    former_id: int
    successor_id: int | None
    on: date
    now: datetime

    @property
    def heir_id(self) -> int:
        """Where a merged row goes on. Raises ValueError for what has no successor."""
        if self.successor_id is None:
            raise ValueError(f"{self.change} has no successor")
        return self.successor_id


def every(_ended: Ended) -> Q:
    return Q()


@dataclass(frozen=True, slots=True)
class Stays:
    """The rows are left as they are; `because` is the end of that sentence."""

    because: str

    def carry_out(self, _reference: "Reference", _ended: Ended) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Follows:
    """The rows of `which` go to the successor.

    A row that would break a unique constraint there stays as it was written down; with `drop_doubles` it goes, because
    the successor's own says the same.
    """

    which: Callable[[Ended], Q] = every
    drop_doubles: bool = False

    def carry_out(self, reference: "Reference", ended: Ended) -> int:
        column, former, heir = reference.column, reference.key(ended.former_id), reference.key(ended.heir_id)
        rows = column.model._base_manager.filter(self.which(ended), **{column.attname: former})
        taken = _taken(column, heir)
        moved = rows.exclude(taken).update(**{column.attname: heir})
        if self.drop_doubles:
            rows.delete()
        return moved


@dataclass(frozen=True, slots=True)
class Ends:
    """What holds from a day on (`DatedModel`) holds no longer from that day; at least for `days` from its own first day."""

    days: int = 0

    def carry_out(self, reference: "Reference", ended: Ended) -> int:
        column, holding = reference.column, Q(valid_to=None) | Q(valid_to__gt=ended.on)
        rows = column.model._base_manager.filter(holding, **{column.attname: ended.former_id})
        changed = 0
        for pk, since in list(rows.order_by("pk").values_list("pk", "valid_from")):
            last = max(ended.on, since + timedelta(days=self.days))
            changed += rows.filter(pk=pk).exclude(valid_to=last).update(valid_to=last)
        return changed


@dataclass(frozen=True, slots=True)
class ByService:
    """A service of the context does it, for one or several references, once; it returns how many rows it changed."""

    run: Callable[[Ended], int]

    def carry_out(self, _reference: "Reference", ended: Ended) -> int:
        return self.run(ended)


Decision = Stays | Follows | Ends | ByService

# What holds for nearly every row that names something dated; said once.
GOES_ON = Stays("what is split goes on itself; what goes to a part of it people decide, one by one")
SAME_PLACE = Stays("the row names it wherever it stands")
HISTORY = Stays("it says what was then")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a preview calls the rows (core/previews.py): `label` stands before their number, `say` names one; None names none.

    `related`: what `say` reads along.
    """

    label: str | Promise
    say: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """One column that points at something that can end, by its name (`petitions.Petition.holder`), and what is decided.

    `names`: the label of what a text column names by its public id. A context that lies below what it names has no
    foreign key to it.
    """

    name: str
    decisions: Mapping[Change, Decision] = field(default_factory=dict)
    names: str = ""
    shown: Shown | None = None

    @property
    def column(self) -> "models.Field[Any, Any]":
        """The foreign key; of a many-to-many field the one of its own table."""
        label, name = self.name.rsplit(".", 1)
        found: Any = apps.get_model(label)._meta.get_field(name)
        if found.many_to_many:
            through = found.remote_field.through
            return through._meta.get_field(found.m2m_reverse_field_name())  # type: ignore[no-any-return]
        return found  # type: ignore[no-any-return]

    @property
    def target(self) -> str:
        """The label of the model that it points at."""
        if self.names:
            return self.names
        related: Any = self.column.related_model
        return str(related._meta.label)

    def keys(self, ids: Collection[int]) -> dict[int | str, int]:
        """What stands in the column for each of these rows. A query only where they are named by public ids."""
        if not self.names:
            return {pk: pk for pk in ids}
        rows = apps.get_model(self.names)._base_manager.filter(pk__in=ids)
        return {str(public_id): pk for public_id, pk in rows.values_list("public_id", "pk")}

    def key(self, pk: int) -> int | str:
        """What stands in the column for this row."""
        return next(iter(self.keys([pk])))


_references: dict[str, Reference] = {}


def declare(name: str, *, names: str = "", shown: Shown | None = None, **decisions: Decision) -> None:
    """Say what becomes of the reference `name`; by the name of the change: `merged=Follows()`. `names`, `shown`: see `Reference`."""
    kinds = {Change(change): decision for change, decision in decisions.items()}
    _references[name] = Reference(name, kinds, names, shown)


def list_references(target: str | None = None) -> list[Reference]:
    """All that are declared, of the lowest context first; those that point at the model `target` (its label)."""
    load_handlers()
    return [one for one in _references.values() if target in {None, one.target}]


def follow(target: str, ended: Ended) -> dict[str, int]:
    """Carry out every decision on what points at this row; how many rows changed, by the name of the reference.

    Inside the transaction that ends it, after the row itself is written. What several references leave to one
    service is counted for the first of them.
    """
    counts: dict[str, int] = {}
    done: set[Callable[[Ended], int]] = set()
    for reference in list_references(target):
        decision = reference.decisions[ended.change]
        if isinstance(decision, ByService):
            if decision.run in done:
                continue
            done.add(decision.run)
        counts[reference.name] = decision.carry_out(reference, ended)
    return counts


def follow_again(target: str, ended: Ended) -> list[Finding]:
    """Carry out what an interruption (of a version that followed after the commit) has left; what was still to do.

    A transaction of its own; one that fails is undone, logged and named, and does not keep others from being mended.
    """
    try:
        with transaction.atomic():
            counts = follow(target, ended)
    except (DomainError, DatabaseError):
        _log.exception("%s %s could not be followed", target, ended.former_id)
        return [Finding(f"{target} {ended.former_id}", 1, mended=False)]
    return [Finding(name, count, mended=True) for name, count in counts.items() if count]


def find_pointed_at(target: str, ids: Collection[int]) -> set[int]:
    """Those of the merged rows `ids` at which something still points that is to follow. One query for each reference, two for text."""
    found: set[int] = set()
    for reference in list_references(target):
        if not isinstance(reference.decisions[Change.MERGED], Stays):
            column, keys = reference.column, reference.keys(ids)
            rows = column.model._base_manager.filter(**{f"{column.attname}__in": list(keys)})
            found.update(keys[key] for key in rows.order_by().values_list(column.attname, flat=True).distinct())
    return found


def _taken(column: "models.Field[Any, Any]", heir: int | str) -> Q:
    """Rows that the successor has already, by any unique constraint of the table that `column` is part of."""
    found = Q(pk__in=[])
    for names, condition in _unique_keys(column):
        own = {name: OuterRef(name) for name in names if name != column.name}
        there = column.model._base_manager.filter(condition, **own, **{column.attname: heir})
        found |= Q(condition, Exists(there))
    return found


def _unique_keys(column: "models.Field[Any, Any]") -> list[tuple[tuple[str, ...], Q]]:
    options = column.model._meta
    keys: list[tuple[tuple[str, ...], Q]] = [((column.name,), Q())] if column.unique else []
    keys += [(tuple(names), Q()) for names in options.unique_together if column.name in names]
    keys += [
        (tuple(one.fields), one.condition or Q())
        for one in options.constraints
        if isinstance(one, UniqueConstraint) and column.name in one.fields
    ]
    return keys
