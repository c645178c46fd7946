"""What an act would change, in numbers and names, read before it is done (docs/adr/0025).

The act is done, what it changed is read, and all of it is undone: the preview counts what the act itself would count, and
what the act refuses is refused here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from nennep.core.access import Actor
from nennep.core.references import Ended, Reference, Stays, list_references
from nennep.core.text import fold

NAMED = 5  # names of a kind that a preview says; the other rows are only counted
LOOKED_AT = 200  # rows of a kind whose names are read

_Rows = dict[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Effect:
    """How many rows of a kind the act changes, and the names of some that the reader may see. `of` names the reference.

    `said`: for how many rows the names stand where rows that are called alike are named once; 0: each for its own.
    """

    label: str
    count: int
    names: tuple[str, ...] = ()
    of: str = ""
    said: int = 0

    @property
    def unnamed(self) -> int:
        """How many stand behind those that are named; 0 where none is."""
        return self.count - (self.said or len(self.names)) if self.names else 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What somebody reads before an act.

    `asked` says the act once more with the names of everything in it, `undo` until when and how it is taken back. What cannot be
    taken back has no `undo` and a `name` to be typed.
    """

    asked: str
    effects: tuple[Effect, ...] = ()
    undo: str = ""
    name: str = ""

    def is_named_by(self, typed: str) -> bool:
        """Whether the name was repeated; capitals and marks do not matter. True when none is asked for."""
        return not self.name or fold(typed) == fold(self.name)


def list_named(label: str, names: Iterable[str]) -> tuple[Effect, ...]:
    """One effect that names the first of what changes; none when nothing does."""
    found = list(names)
    return (Effect(label, len(found), tuple(found[:NAMED])),) if found else ()


def rehearse(act: Callable[[], object]) -> None:
    """Do it and undo it. Raises what the act refuses."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def foresee(act: Callable[[], object], *, actor: Actor, target: str, ended: Ended) -> tuple[Effect, ...]:
    """The rows that point at what ends or changes, of the model `target`, and that the act would change. Raises what it refuses."""
    references = [one for one in list_references(target) if one.shown and not _stays(one, ended)]
    changed: dict[str, list[int]] = {}
    with transaction.atomic():
        before = {one.name: _rows_of(one, **{one.column.attname: one.key(ended.former_id)}) for one in references}
        act()
        for one in references:
            after = _rows_of(one, pk__in=list(before[one.name]))
            changed[one.name] = [pk for pk, row in before[one.name].items() if after.get(pk) != row]
        transaction.set_rollback(True)
    return tuple(_say(one, changed[one.name], actor) for one in references if changed[one.name])


def _stays(reference: Reference, ended: Ended) -> bool:
    return isinstance(reference.decisions[ended.change], Stays)


def _rows_of(reference: Reference, **which: Any) -> _Rows:
    rows = reference.column.model._base_manager.filter(**which).order_by("pk")
    return {row["id"]: row for row in rows.values()}


def _say(reference: Reference, ids: list[int], actor: Actor) -> Effect:
    shown = reference.shown
    if shown is None:
        raise TypeError(f"{reference.name} is not shown")
    names: list[str] = []
    manager: Any = reference.column.model._default_manager
    if shown.say is not None and hasattr(manager, "visible_to"):
        rows = manager.visible_to(actor).filter(pk__in=ids)
        names = [shown.say(row) for row in (rows.select_related(*shown.related) if shown.related else rows)[:LOOKED_AT]]
    groups, said = group_names(names)
    return Effect(str(shown.label), len(ids), groups, reference.name, said)


def group_names(names: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """The first names, what is called alike once with its number (`Xếp loại năm 2026 (5)`), and for how many rows they stand."""
    counts = Counter(names)
    first = list(counts.items())[:NAMED]
    return tuple(f"{name} ({many})" if many > 1 else name for name, many in first), sum(many for _name, many in first)
