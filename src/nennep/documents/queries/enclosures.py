"""Files that go with a thing of a higher context; the caller has passed that thing's door."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max

from nennep.core.origins import Origin
from nennep.documents.models import Enclosure


def list_enclosures(origin: Origin, *, with_removed: bool = False) -> list[Enclosure]:
    """In the order they came, those taken out only when asked for. One query."""
    found = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id)
    if not with_removed:
        found = found.filter(removed_at=None)
    return list(found.order_by("number"))


def count_enclosures(kind: str, ids: Iterable[str], *, until: datetime | None = None) -> dict[str, int]:
    """How many go with each thing of that kind, without those taken out; things with none are left out. One query.

    `until`: those alone that were put there by that moment.
    """
    found = Enclosure.objects.filter(origin_kind=kind, origin_id__in=list(ids), removed_at=None).order_by()
    if until is not None:
        found = found.filter(added_at__lte=until)
    return dict(found.values_list("origin_id").annotate(many=Count("pk")))


def find_newest_of(kind: str) -> dict[str, datetime]:
    """When the newest file was put to each thing of that kind, by its id; those taken out are not counted. One query."""
    found = Enclosure.objects.filter(origin_kind=kind, removed_at=None).order_by()
    return dict(found.values_list("origin_id").annotate(newest=Max("added_at")))


def find_enclosure(origin: Origin, *, number: int, removed: bool = False) -> Enclosure | None:
    """That one, unless it was taken out; with `removed`, if it was. One query."""
    found = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id, removed_at__isnull=not removed)
    return found.filter(number=number).first()


def group_by_part(enclosures: Iterable[Enclosure]) -> dict[str, list[Enclosure]]:
    parts: dict[str, list[Enclosure]] = {}
    for one in enclosures:
        parts.setdefault(one.part, []).append(one)
    return parts
