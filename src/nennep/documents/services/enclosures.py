"""Keeping and taking out files that go with a thing of a higher context: parts of its services, which have asked and hold its lock."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.documents.models import Enclosure
from nennep.documents.services.papers import CheckedFile


def enclose(*, actor: Actor, origin: Origin, part: str = "", checked: CheckedFile, now: datetime) -> Enclosure:
    """Keep what `check_upload` looked at; a file whose row fails is taken away again. The caller holds the thing's lock."""
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
    kept.file.save(f"{now:%Y/%m}/{kept.public_id}{checked.suffix}", ContentFile(checked.content), save=False)
    try:
        with transaction.atomic():
            kept.save()
    except Exception:
        kept.file.delete(save=False)
        raise
    return kept


def remove_enclosure(*, actor: Actor, enclosure: Enclosure, now: datetime) -> None:  # noqa: ARG001  the caller keeps the trail
    """Out of every list; row and file stay. The caller holds the thing's lock."""
    enclosure.removed_at = now
    enclosure.save(update_fields=["removed_at"])
