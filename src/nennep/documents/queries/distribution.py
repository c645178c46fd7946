"""Papers on their way down the tree: to whom they can go, who has them, what came to a unit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.documents.choices import SINGLE_LIMIT, DeliveryStep, DocumentTarget, PaperType
from nennep.documents.models import Distribution as Distribution
from nennep.documents.models import DistributionQuerySet, Document
from nennep.documents.rules.distribution import own_paths, step_of
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization, OrganizationQuerySet


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A paper that came to a unit from above. `received_on`: confirmed there, else the day it was sent.

    `public_id` is the paper's own: what an agenda item made from it keeps as its origin (`choices.DOCUMENT_ORIGIN`).
    """

    public_id: UUID
    title: str
    number: str
    paper_type: PaperType
    received_on: date
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One paper from above as the receiving unit's list shows it. `distribution` names the row that is confirmed."""

    distribution: UUID
    document: UUID
    title: str
    paper_type: PaperType
    number: str
    issued_by: str
    from_name: str
    sent_at: datetime
    step: DeliveryStep


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """One receiver of a paper. `days` since it was sent; `passed_on`: to how many units the receiver sent it further."""

    distribution: UUID
    unit_id: UUID
    unit_name: str
    step: DeliveryStep
    sent_at: datetime
    received_at: datetime | None
    received_by_name: str
    opened_at: datetime | None
    reminded_at: datetime | None
    passed_on: int
    days: int


@dataclass(frozen=True, slots=True)
class DistributionPage:
    """Who has a paper that a unit sent down. `rows` are asked for separately, page by page."""

    document: Document
    unit: Organization
    sent: int
    received: int
    opened: int
    may_write: bool

    @property
    def not_received(self) -> int:
        return self.sent - self.received

    @property
    def not_opened(self) -> int:
        return self.sent - self.opened


@dataclass(frozen=True, slots=True)
class Whom:
    """The units that are meant: all of a kind, cells of some types, or those named one by one."""

    target: DocumentTarget
    cell_types: frozenset[CellType] = field(default_factory=frozenset)
    unit_ids: frozenset[UUID] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands below a unit: how many units each choice means, cells by type, units that can be ticked one by one."""

    counts: dict[DocumentTarget, int]
    types: dict[CellType, int]
    units: tuple[Organization, ...]


def list_received(*, organization_id: int, since: date) -> tuple[ReceivedRow, ...]:
    """Papers from above that came to the unit since that day, oldest first. One query. Callers passed the unit's door."""
    rows = Distribution.objects.filter(
        to_unit_id=organization_id, sent_at__date__gte=since, document__removed_at=None
    ).select_related("document")
    return tuple(
        ReceivedRow(
            public_id=row.document.public_id,
            title=row.document.title,
            number=row.document.number,
            paper_type=PaperType(row.document.paper_type),
            received_on=localdate(row.received_at or row.sent_at),
            opened_at=row.opened_at,
        )
        for row in rows.order_by("sent_at", "pk")
    )


def list_incoming(*, actor: Actor, organization: Organization) -> DistributionQuerySet:
    """What was sent to the unit, not yet confirmed first, then the newest. Show it with `make_incoming_rows`."""
    found = Distribution.objects.visible_to(actor).filter(to_unit=organization)
    return found.select_related("document", "from_unit").order_by(_is_empty("received_at").desc(), "-sent_at", "-pk")


def find_incoming(*, actor: Actor, document: Document) -> tuple[IncomingRow, ...]:
    """How the paper came to the units that the actor runs: what the button "received" is for. One query."""
    found = Distribution.objects.filter(document=document, to_unit__path__in=own_paths(actor))
    return make_incoming_rows(found.select_related("document", "from_unit"))


def make_incoming_rows(distributions: Iterable[Distribution]) -> tuple[IncomingRow, ...]:
    """These as the unit that got them reads them, in the given order. One query."""
    return tuple(
        IncomingRow(
            distribution=row.public_id,
            document=row.document.public_id,
            title=row.document.title,
            paper_type=PaperType(row.document.paper_type),
            number=row.document.number,
            issued_by=row.document.issued_by,
            from_name=row.from_unit.name,
            sent_at=row.sent_at,
            step=step_of(received_at=row.received_at, opened_at=row.opened_at),
        )
        for row in distributions
    )


def list_waiting(*, organization_id: int) -> tuple[IncomingRow, ...]:
    """Papers from above that nobody in the unit has confirmed or opened, newest first. One query.

    Callers have passed the unit's door.
    """
    found = Distribution.objects.filter(to_unit_id=organization_id, received_at=None, document__removed_at=None)
    return make_incoming_rows(found.select_related("document", "from_unit").order_by("-sent_at", "-pk")[:20])


def count_waiting(*, organization_id: int) -> int:
    """Papers from above that nobody in the unit has confirmed or opened. One query."""
    return Distribution.objects.filter(to_unit_id=organization_id, received_at=None, document__removed_at=None).count()


def get_distribution(*, actor: Actor, public_id: UUID) -> Distribution:
    """A paper sent to a unit whose papers the actor reads. Raises NotFound."""
    found = Distribution.objects.visible_to(actor).filter(public_id=public_id)
    distribution = found.select_related("document", "to_unit", "from_unit").first()
    if distribution is None:
        raise NotFound
    return distribution


def holds_document(*, document: Document, unit: Organization) -> bool:
    """The paper is the unit's own, or was sent to it. At most one query."""
    if document.organization_id == unit.pk:
        return True
    return Distribution.objects.filter(document=document, to_unit=unit).exists()


def list_senders(*, actor: Actor, document: Document, on: date) -> tuple[Organization, ...]:
    """Units above cells that hold the paper and from which the actor may send it down. One query."""
    own = Q(pk=document.organization_id)
    sent = Q(pk__in=Distribution.objects.filter(document=document).values("to_unit_id"))
    writable = Organization.objects.get_queryset().filter(actor.scope(Permission.DOCUMENTS_WRITE, "path"), own | sent)
    above_cells = writable.open_on(on).exclude(kind__in=UnitKind.lowest())
    return tuple(unit for unit in above_cells if unit.path in own_paths(actor) or unit.pk == document.organization_id)


def offer_targets(*, unit: Organization, on: date) -> Offer:
    """Where a paper can be sent from `unit`. One query.

    Units are offered singly up to SINGLE_LIMIT: all below, else only those directly below.
    """
    below = list(_below(unit, on))
    children = [one for one in below if one.depth == unit.depth + 1]
    cells = [one for one in below if one.kind == UnitKind.CELL]
    types = {kind: sum(cell.cell_type == kind for cell in cells) for kind in CellType}
    counts = {
        DocumentTarget.CHILDREN: len(children),
        DocumentTarget.CELLS: len(cells),
        DocumentTarget.TYPES: len(cells),
    }
    if children == cells:  # the same by another name
        counts[DocumentTarget.CHILDREN] = 0
    single = below if len(below) <= SINGLE_LIMIT else children[:SINGLE_LIMIT]
    return Offer(
        counts=counts | {DocumentTarget.SINGLE: len(single)},
        types={kind: many for kind, many in types.items() if many},
        units=tuple(single),
    )


def find_targets(*, unit: Organization, whom: Whom, on: date) -> OrganizationQuerySet:
    """The open units below `unit` that are meant, in tree order; groups inside cells never."""
    below = _below(unit, on)
    if whom.target == DocumentTarget.CHILDREN:
        return below.filter(depth=unit.depth + 1)
    if whom.target == DocumentTarget.CELLS:
        return below.cells()
    if whom.target == DocumentTarget.TYPES:
        return below.cells().filter(cell_type__in=whom.cell_types)
    return below.filter(public_id__in=whom.unit_ids)


def _below(unit: Organization, on: date) -> OrganizationQuerySet:
    found = Organization.objects.get_queryset().open_on(on).filter(path__startswith=unit.path).exclude(pk=unit.pk)
    return found.exclude(kind=UnitKind.GROUP).order_by("path")


def get_distribution_page(*, actor: Actor, document: Document, unit: Organization) -> DistributionPage:
    """The counts of what `unit` sent; the actor has passed the doors of both. One query."""
    counts = Distribution.objects.filter(document=document, from_unit=unit).aggregate(
        sent=Count("pk"), received=Count("received_at"), opened=Count("opened_at")
    )
    return DistributionPage(
        document=document,
        unit=unit,
        may_write=actor.may(Permission.DOCUMENTS_WRITE, unit.path),
        **counts,
    )


def list_receivers(*, document: Document, unit: Organization, step: DeliveryStep | None) -> DistributionQuerySet:
    """Receivers of what `unit` sent, those who have not confirmed first, then those who have not opened, longest waiting on top."""
    found = Distribution.objects.filter(document=document, from_unit=unit).select_related("to_unit")
    conditions = {
        DeliveryStep.SENT: Q(received_at=None),
        DeliveryStep.RECEIVED: Q(received_at__isnull=False, opened_at=None),
        DeliveryStep.OPENED: Q(opened_at__isnull=False),
    }
    if step is not None:
        found = found.filter(conditions[step])
    return found.order_by(
        _is_empty("received_at").desc(), _is_empty("opened_at").desc(), "sent_at", "to_unit__path", "pk"
    )


def _is_empty(name: str) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**{name: None}), output_field=BooleanField())


def make_distribution_rows(distributions: Iterable[Distribution], *, today: date) -> tuple[DistributionRow, ...]:
    """One query besides that of `distributions`."""
    found = list(distributions)
    documents = {row.document_id for row in found}
    units = [row.to_unit_id for row in found]
    further = Distribution.objects.filter(document_id__in=documents, from_unit_id__in=units)
    passed = dict(further.order_by("from_unit_id").values_list("from_unit_id").annotate(many=Count("pk")))
    return tuple(
        DistributionRow(
            distribution=row.public_id,
            unit_id=row.to_unit.public_id,
            unit_name=row.to_unit.name,
            step=step_of(received_at=row.received_at, opened_at=row.opened_at),
            sent_at=row.sent_at,
            received_at=row.received_at,
            received_by_name=row.received_by_name,
            opened_at=row.opened_at,
            reminded_at=row.reminded_at,
            passed_on=passed.get(row.to_unit_id, 0),
            days=(today - localdate(row.sent_at)).days,
        )
        for row in found
    )
