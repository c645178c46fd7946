"""What is counted of petitions, kept as sums of each unit above cells: written along with every change, folded, checked (ADR 0034)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q, Sum

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.locks import share_lock, take_lock
from nennep.core.text import split_words
from nennep.organizations.queries import lineages_of
from nennep.petitions.choices import FLOW, WORD_LIMIT, BoardGroup, BoardTally
from nennep.petitions.models import Petition, PetitionCount, PetitionPlace, PetitionSum, PetitionWord
from nennep.petitions.queries import CountedPetition, list_units_by_id, read_counted

CHUNK, WRITTEN = 500, 2000
LOCK = "sums of petitions"
_KEY = ("unit_id", "group", "tally", "day", "key", "value")
Stored = list[Any]  # tally, day, value, place, field, body, who answers: as JSON keeps a line


class _Key(NamedTuple):
    """What rows of `PetitionSum` are added up by."""

    unit_id: int
    group: str
    tally: str
    day: str
    key: str
    value: int


class _Changes(NamedTuple):
    """What is counted anew of petitions, what was counted of them before, and the places where they stand."""

    changed: list[PetitionCount]
    former: Mapping[int, PetitionCount]
    here: tuple[PetitionPlace, ...]


def count_petitions(keys: Collection[int]) -> int:
    """Count these anew, in the transaction that changed them: what is no longer so is taken off where it was put. How many differed.

    What is settled stays where it was counted; what waits goes where its cell stands now.
    """
    share_lock(LOCK)
    changes = _count_anew(keys)
    _append(_add_changes(changes))
    return len(changes.changed)


def _count_anew(keys: Collection[int]) -> _Changes:
    """What is counted of these and their words; not the sums."""
    former = PetitionCount.objects.select_related("raised_place", "place").in_bulk(list(keys))
    counted = list(read_counted(Petition.objects.filter(pk__in=list(keys))))
    places = _find_places({one.organization_id for one in counted})
    _write_words(counted)
    now = [_place(one, former.get(one.pk), places[one.organization_id]) for one in counted]
    changed = [one for one in now if not _is_same(one, former.get(one.pk))]
    PetitionCount.objects.bulk_create(
        changed,
        batch_size=WRITTEN,
        update_conflicts=True,
        unique_fields=["petition"],
        update_fields=["raised_place", "place", "lines"],
    )
    return _Changes(changed, former, tuple(places.values()))


def _place(counted: CountedPetition, former: PetitionCount | None, here: PetitionPlace) -> PetitionCount:
    raised = former.raised_place if former else here
    place = former.place if former and counted.is_settled else here
    lines: list[Stored] = [
        [
            line.tally.value,
            str(line.day if line.tally.is_by_day else line.day.replace(day=1)),
            line.value,
            (raised if line.tally.is_of_raising else place).pk,
            counted.field,
            counted.body,
            counted.answers,
        ]
        for line in counted.lines
    ]
    return PetitionCount(petition_id=counted.pk, raised_place=raised, place=place, lines=lines)


def _write_words(counted: Iterable[CountedPetition]) -> None:
    """Of what is not settled; work lists search nothing else. One query, and one for what is new."""
    settled = [one.pk for one in counted if one.is_settled]
    waiting = [one.pk for one in counted if not one.is_settled]
    PetitionWord.objects.filter(petition__in=settled).delete()
    known = set(PetitionWord.objects.filter(petition__in=waiting).order_by().values_list("petition_id", flat=True))
    fresh = Petition.objects.filter(pk__in=[pk for pk in waiting if pk not in known]).order_by()
    rows = [
        PetitionWord(petition_id=pk, word=word)
        for pk, key in fresh.values_list("pk", "key")
        for word in sorted({word[:WORD_LIMIT] for word in split_words(key)})
    ]
    PetitionWord.objects.bulk_create(rows, batch_size=WRITTEN)


def _is_same(one: PetitionCount, former: PetitionCount | None) -> bool:
    return former is not None and (one.lines, one.place_id) == (former.lines, former.place_id)


def _add_changes(changes: _Changes) -> Counter[_Key]:
    """By how much the sums are more or fewer."""
    changed, former, here = changes
    places = {place.pk: place for place in here}
    for one in (*changed, *former.values()):
        places |= {place.pk: place for place in (one.raised_place, one.place)}
    more = _add_up(changed, places)
    more.subtract(_add_up((former[one.petition_id] for one in changed if one.petition_id in former), places))
    return more


def _append(sums: Counter[_Key]) -> None:
    """A part at a time: never all rows of a large unit at once."""
    rows = (PetitionSum(**key._asdict(), number=number) for key, number in sums.items() if number)
    while part := list(islice(rows, WRITTEN)):
        PetitionSum.objects.bulk_create(part)


def _add_up(
    counts: Iterable[PetitionCount], places: Mapping[int, PetitionPlace], units: Collection[int] | None = None
) -> Counter[_Key]:
    """What these petitions are in the sums; of `units` alone, where given."""
    found: Counter[_Key] = Counter()
    for one in counts:
        for tally, day, value, place, field, body, answers in one.lines:
            for unit, below in _list_units(places[place]):
                if units is None or unit in units:
                    if tally == BoardTally.RAISED:
                        found[_Key(unit, FLOW, tally, day, f"{below}>{answers}", value)] += 1
                    found[_Key(unit, BoardGroup.FIELD, tally, day, field, value)] += 1
                    found[_Key(unit, BoardGroup.BODY, tally, day, body, value)] += 1
                    found[_Key(unit, BoardGroup.UNIT, tally, day, str(below), value)] += 1
    return found


def _list_units(place: PetitionPlace) -> list[tuple[int, int]]:
    """Units above cells, each with the one below it that it stands for; a unit that asks itself stands for itself."""
    ids = [int(one) for one in place.lineage.strip(".").split(".")]
    pairs = list(zip(ids, (*ids[1:], ids[-1]), strict=True))
    return pairs[:-1] if place.of_cell else pairs


def _find_places(organization_ids: Collection[int]) -> dict[int, PetitionPlace]:
    """Where these units stand today, by their ids. Three queries at most, and one for what is new."""
    units = {unit.pk: unit for unit in list_units_by_id(organization_ids)}
    wanted = {pk: f".{lineage}." for pk, lineage in lineages_of(units.values()).items()}
    found = _read_places(wanted.values())
    missing = {lineage: units[pk] for pk, lineage in wanted.items() if lineage not in found}
    if missing:
        rows = [PetitionPlace(lineage=lineage, of_cell=unit.is_cell) for lineage, unit in sorted(missing.items())]
        PetitionPlace.objects.bulk_create(rows, ignore_conflicts=True)  # somebody else may write the same
        found |= _read_places(missing)
    return {pk: found[lineage] for pk, lineage in wanted.items()}


def _read_places(lineages: Iterable[str]) -> dict[str, PetitionPlace]:
    return {place.lineage: place for place in PetitionPlace.objects.filter(lineage__in=list(lineages))}


def follow_places(*, actor: Actor, path: str) -> int:
    """Units below this path stand elsewhere now: what waits there is counted there, what is settled stays. How many changed."""
    actor.require_program()
    waiting = Petition.objects.filter(organization__path__startswith=path, settled_on=None)
    with transaction.atomic():
        return sum(count_petitions(keys) for keys in _list_keys(Q(pk__in=waiting.order_by().values("pk"))))


def _list_keys(which: Q) -> Iterator[list[int]]:
    last = 0
    found = Petition.objects.filter(which).order_by("pk").values_list("pk", flat=True)
    while keys := list(found.filter(pk__gt=last)[:CHUNK]):
        yield keys
        last = keys[-1]


def reconcile_sums(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  as every reconciliation is called
    """Fold the sums, then compare with the petitions one by one: what does not agree is counted anew. Doing it twice changes nothing."""
    actor.require_program()
    units = list(PetitionSum.objects.order_by().values_list("unit_id", flat=True).distinct())
    for unit in units:
        fold_sums(actor=actor, unit_id=unit)
    differing = 0
    for keys in _list_keys(Q()):
        with transaction.atomic():
            differing += count_petitions(keys)
    wrong = sum(_mend(unit) for unit in _list_counting())
    found = {"petitions.PetitionCount": differing, "petitions.PetitionSum": wrong}
    return [Finding(what, count, mended=True) for what, count in found.items() if count]


def rebuild_sums(*, actor: Actor) -> int:
    """Count every petition anew and write all sums anew; how many rows those are. What is settled stays where it was counted."""
    actor.require_program()
    with transaction.atomic():
        take_lock(LOCK)
        PetitionSum.objects.all().delete()
        for keys in _list_keys(Q()):
            _count_anew(keys)
        for unit in _list_counting():
            _append(_count_unit(unit))
    return PetitionSum.objects.count()


def fold_sums(*, actor: Actor, unit_id: int) -> int:
    """Of each key of the unit with several rows make one, none of what is nothing; how many rows went. Figures stay as they are.

    Only rows of such keys are kept in memory.
    """
    actor.require_program()
    if not _find_several(unit_id):
        return 0
    with transaction.atomic():
        share_lock(LOCK)
        several = _find_several(unit_id)
        rows = PetitionSum.objects.filter(unit_id=unit_id).order_by("pk").iterator(5000)
        folded = [(row.pk, _key_of(row), row.number) for row in rows if _key_of(row) in several]
        for first in range(0, len(folded), CHUNK):
            PetitionSum.objects.filter(pk__in=[pk for pk, _key, _number in folded[first : first + CHUNK]]).delete()
        found: Counter[_Key] = Counter()
        for _pk, key, number in folded:
            found[key] += number
        _append(found)
    return len(folded)


def _find_several(unit: int) -> set[_Key]:
    """Keys of the unit with several rows, or that come to nothing."""
    keys = PetitionSum.objects.filter(unit_id=unit).order_by().values_list(*_KEY)
    found = keys.annotate(rows=Count("pk"), sum=Sum("number")).filter(Q(rows__gt=1) | Q(sum=0))
    return {_Key(at, group, tally, str(day), key, value) for at, group, tally, day, key, value, _rows, _sum in found}


def _key_of(row: PetitionSum) -> _Key:
    return _Key(row.unit_id, row.group, row.tally, str(row.day), row.key, row.value)


def _list_counting() -> list[int]:
    """Units that have something to count, or sums: all that any place names."""
    places = PetitionPlace.objects.all()
    named = {unit for place in places for unit, _below in _list_units(place)}
    return sorted(named | set(PetitionSum.objects.order_by().values_list("unit_id", flat=True).distinct()))


def _mend(unit: int) -> bool:
    """Whether the sums of the unit were not what its petitions give; looked at again alone before anything is written."""
    if _read_sums(unit) == _count_unit(unit):
        return False
    with transaction.atomic():
        take_lock(LOCK)
        counted = _count_unit(unit)
        if _read_sums(unit) == counted:
            return False
        PetitionSum.objects.filter(unit_id=unit).delete()
        _append(counted)
    return True


def _read_sums(unit: int) -> Counter[_Key]:
    found = PetitionSum.objects.filter(unit_id=unit).order_by().values_list(*_KEY).annotate(sum=Sum("number"))
    return Counter(
        {
            _Key(unit, group, tally, str(day), key, value): number
            for _u, group, tally, day, key, value, number in found
            if number
        }
    )


def _count_unit(unit: int) -> Counter[_Key]:
    below = list(PetitionPlace.objects.filter(lineage__contains=f".{unit}."))
    places = {place.pk: place for place in below}
    either = Q(raised_place__in=below) | Q(place__in=below)
    rows = PetitionCount.objects.filter(either).order_by("pk").iterator(5000)
    every = places | {place.pk: place for place in PetitionPlace.objects.all()}
    return _add_up(rows, every, {unit})
