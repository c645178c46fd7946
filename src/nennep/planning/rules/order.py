"""In which order the changes of a plan are written, so that nobody is asked to be in two places in between."""

from collections.abc import Iterable
from dataclasses import dataclass

from nennep.planning.rules.comparing import Exchange, PlannedVisit


@dataclass(frozen=True, slots=True)
class Substitution:
    """Somebody else goes to the same meeting."""

    before: PlannedVisit
    after: PlannedVisit


@dataclass(frozen=True, slots=True)
class Orders:
    """First `cancelled` visits go, then the substitutions in their order, then `added` visits come."""

    cancelled: tuple[PlannedVisit, ...]
    substitutions: tuple[Substitution, ...]
    added: tuple[PlannedVisit, ...]


def order_changes(changes: Iterable[Exchange]) -> Orders:
    """A change of day is a visit that goes and one that comes. A substitute must be free of that day before.

    Where officials stand in for each other in a circle, one of the visits goes and comes again.
    """
    cancelled, added, waiting = [], [], []
    for change in changes:
        before, after = change.before, change.after
        if before and after and before.on == after.on and before.official != after.official:
            waiting.append(Substitution(before, after))
            continue
        if before:
            cancelled.append(before)
        if after:
            added.append(after)
    ordered: list[Substitution] = []
    while waiting:
        busy = {(one.before.official, one.before.on) for one in waiting}
        free = [one for one in waiting if (one.after.official, one.after.on) not in busy]
        if not free:
            first = waiting.pop(0)
            cancelled.append(first.before)
            added.append(first.after)
            continue
        ordered += free
        waiting = [one for one in waiting if one not in free]
    return Orders(tuple(cancelled), tuple(ordered), tuple(added))
