"""Keeping and taking out files that go with a thing of a higher context: parts of its services, which have asked and hold its lock."""

from datetime import datetime

from django.db.models import Max

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.documents.models import Enclosure
from nennep.documents.queries import list_enclosures
from nennep.documents.services.papers import CheckedFile, write_file


def enclose(*, actor: Actor, origin: Origin, part: str = "", checked: CheckedFile, now: datetime) -> Enclosure:
    """Keep what `check_upload` looked at. The caller holds the thing's lock."""
    kept = Enclosure(
        origin_kind=origin.kind,
        origin_id=origin.id,
        part=part,
        number=_count_given(origin) + 1,
        file_name=checked.name,
        suffix=checked.suffix,
        size=len(checked.content),
        sha256=checked.sha256,
        added_at=now,
        added_by_id=actor.user_id,
    )
    write_file(kept, checked, now)
    return kept


def remove_enclosure(*, actor: Actor, enclosure: Enclosure, now: datetime) -> None:  # noqa: ARG001  the caller keeps the trail
    """Out of every list; row and file stay. The caller holds the thing's lock."""
    enclosure.removed_at = now
    enclosure.save(update_fields=["removed_at"])


def restore_enclosure(*, actor: Actor, enclosure: Enclosure, now: datetime) -> None:  # noqa: ARG001  the caller keeps the trail
    """Undoes remove_enclosure. The caller holds the thing's lock."""
    enclosure.removed_at = None
    enclosure.save(update_fields=["removed_at"])


def move_enclosures(*, actor: Actor, origin: Origin, to: Origin, part: str, now: datetime) -> list[Enclosure]:  # noqa: ARG001  the caller keeps the trail
    """What waited with one thing goes on with another, in the same order, under its next numbers, as put there by the actor.

    Those taken out stay where they were. The caller holds the locks of both.
    """
    given, moved = _count_given(to), list_enclosures(origin)
    for number, one in enumerate(moved, start=given + 1):
        one.origin_kind, one.origin_id, one.part, one.number = to.kind, to.id, part, number
        one.added_by_id = actor.user_id
        one.save(update_fields=["origin_kind", "origin_id", "part", "number", "added_by"])
    return moved


def forget_removed(*, actor: Actor, kind: str, before: datetime) -> int:
    """Files of things of that kind that were taken out before then are no more; how many. Only for the program itself.

    Their rows go; `sweep_strays` puts the files aside for a month. For what was never part of a record: a draft.
    """
    actor.require_program()
    return Enclosure.objects.filter(origin_kind=kind, removed_at__lt=before).delete()[0]


def _count_given(origin: Origin) -> int:
    """The highest number that was given: also to one that was taken out."""
    earlier = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id)
    return earlier.aggregate(last=Max("number"))["last"] or 0
