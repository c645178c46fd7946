"""Files that go with a thing of a higher context; the caller has passed that thing's door."""

from collections.abc import Iterable

from nennep.core.origins import Origin
from nennep.documents.models import Enclosure


def list_enclosures(origin: Origin) -> list[Enclosure]:
    """In the order they came, without those taken out. One query."""
    found = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id, removed_at=None)
    return list(found.order_by("number"))


def find_enclosure(origin: Origin, *, number: int) -> Enclosure | None:
    """That one, unless it was taken out. One query."""
    found = Enclosure.objects.filter(origin_kind=origin.kind, origin_id=origin.id, removed_at=None)
    return found.filter(number=number).first()


def group_by_part(enclosures: Iterable[Enclosure]) -> dict[str, list[Enclosure]]:
    parts: dict[str, list[Enclosure]] = {}
    for one in enclosures:
        parts.setdefault(one.part, []).append(one)
    return parts
