"""Keeping and taking out files that go with a thing of a higher context: parts of its services, which have asked and hold its lock."""

from datetime import datetime

from django.db.models import Max

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.documents.models import Enclosure
from nennep.documents.services.papers import CheckedFile, write_file


def enclose(*, actor: Actor, origin: Origin, part: str = "", checked: CheckedFile, now: datetime) -> Enclosure:
    """Keep what `check_upload` looked at. The caller holds the thing's lock."""
    earlier = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id)
    kept = Enclosure(
        origin_kind=origin.kind,
        origin_id=origin.id,
        part=part,
        number=(earlier.aggregate(last=Max("number"))["last"] or 0) + 1,
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
