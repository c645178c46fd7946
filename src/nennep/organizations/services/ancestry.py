"""Who stood above whom, written along with every change of the tree: parts of its services, which have asked and hold its locks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.organizations.models import Ancestry, Organization, OrganizationPeriod
from nennep.organizations.rules import Above, Period, list_above

CHUNK = 500  # units of one query; SQLite takes a limited number of values


def write_ancestry(units: Iterable[int], *, below: bool = True) -> int:
    """Write anew who stood above these units and all that ever stood below them, from their periods; how many rows differed.

    `below=False`: nothing stands below them yet but units of the same call. Idempotent.
    """
    asked = set(units)
    return sum(_write(part) for part in _chunks(asked | _find_below(asked) if below else asked))


def reconcile_ancestry(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  as every reconciliation is called
    """Compare the ancestry of every unit with its periods; what differs is written anew."""
    actor.require_program()
    differing, last = 0, 0
    every = Organization.objects.get_queryset().order_by("pk").values_list("pk", flat=True)
    while units := list(every.filter(pk__gt=last)[:CHUNK]):
        with transaction.atomic():
            differing += _write(units)
        last = units[-1]
    return [Finding("organizations.Ancestry", differing, mended=True)] if differing else []


def _write(units: Collection[int]) -> int:
    histories = _read_histories(units)
    wanted = {(unit, above) for unit in units for above in list_above(unit, histories)}
    known = {
        (unit, Above(ancestor, distance, since, until)): pk
        for pk, unit, ancestor, distance, since, until in Ancestry.objects.filter(unit__in=units)
        .order_by()
        .values_list("pk", "unit_id", "ancestor_id", "distance", "valid_from", "valid_to")
    }
    gone = [pk for row, pk in known.items() if row not in wanted]
    for part in _chunks(gone):
        Ancestry.objects.filter(pk__in=part).delete()
    new = sorted(wanted - set(known))
    Ancestry.objects.bulk_create((_make(unit, above) for unit, above in new), batch_size=CHUNK)
    return len(gone) + len(new)


def _make(unit: int, above: Above) -> Ancestry:
    return Ancestry(
        unit_id=unit,
        ancestor_id=above.ancestor,
        distance=above.distance,
        valid_from=above.valid_from,
        valid_to=above.valid_to,
    )


def _find_below(units: Collection[int]) -> set[int]:
    """All that stood below one of them on some day. A query for each level and chunk."""
    found: set[int] = set()
    level = set(units)
    while level := set(_list_children(level)) - found:
        found |= level
    return found


def _list_children(units: Collection[int]) -> Iterator[int]:
    for part in _chunks(units):
        yield from (
            OrganizationPeriod.objects.filter(parent__in=part).order_by().values_list("organization_id", flat=True)
        )


def _read_histories(units: Collection[int]) -> Mapping[int, list[Period]]:
    """The periods, oldest first, of the units and of all that stood above one of them. A query for each level and chunk."""
    histories: dict[int, list[Period]] = defaultdict(list)
    level = set(units)
    while level:
        above: set[int] = set()
        for part in _chunks(level):
            for row in OrganizationPeriod.objects.filter(organization__in=part).order_by("organization", "valid_from"):
                period = Period(row.valid_from, row.valid_to, row.name, row.kind, row.parent_id)
                histories[row.organization_id].append(period)
                above |= {period.parent} if period.parent else set()
        level = above - set(histories)
    return histories


def _chunks(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    return (ordered[first : first + CHUNK] for first in range(0, len(ordered), CHUNK))
