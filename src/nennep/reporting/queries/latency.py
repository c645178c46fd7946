"""Papers on their way into meetings: how long each link takes, per paper and per cell (G16)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.timezone import get_current_timezone, localdate

from nennep.core.access import Actor
from nennep.core.ids import made_at
from nennep.core.permissions import Permission
from nennep.documents.choices import DOCUMENT_ORIGIN
from nennep.documents.models import Distribution, Document
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.choices import LATENCY_DAYS, Link
from nennep.reporting.rules.latency import (
    Chain,
    LatencyStep,
    Middle,
    find_middles,
    find_slowest,
    find_slowest_middle,
    measure,
)

WORST_CELLS = 3


@dataclass(frozen=True, slots=True)
class CellWay:
    """One paper on its way into one cell. `total` days from its beginning to its discussion, or to today."""

    cell_id: UUID
    cell_name: str
    document_id: UUID
    title: str
    number: str
    issued_on: date | None
    steps: tuple[LatencyStep, ...]
    slowest: LatencyStep | None

    @property
    def discussed(self) -> bool:
        return self.steps[-1].on is not None

    @property
    def total(self) -> int:
        return sum(step.days or 0 for step in self.steps)

    @property
    def waiting(self) -> LatencyStep | None:
        """The link that still waits today."""
        return next((step for step in self.steps if step.waiting), None)

    @property
    def urgency(self) -> tuple[bool, int, int, int, str, str]:
        """Not discussed first, then longest on the way, stuck earliest, waiting longest."""
        waiting = self.waiting
        stuck_at = list(Link).index(waiting.link) if waiting else len(Link)
        waited = (waiting.days or 0) if waiting else 0
        return (self.discussed, -self.total, stuck_at, -waited, self.cell_name, self.title)


@dataclass(frozen=True, slots=True)
class PaperWay:
    """One paper over the cells it was sent to: the median of each link, where most time is lost, the slowest cells."""

    document_id: UUID
    title: str
    number: str
    issued_on: date | None
    middles: tuple[Middle, ...]
    slowest: Link | None
    worst: tuple[CellWay, ...]
    cells: int
    opened: int
    discussed: int


@dataclass(frozen=True, slots=True)
class _Sent:
    document_id: int
    cell_id: int
    from_unit_id: int
    sent_at: datetime
    received_at: datetime | None
    opened_at: datetime | None


def list_sent_papers(*, actor: Actor, unit: Organization, today: date) -> list[int]:
    """Ids of papers that were sent to the actor's cells at or below the unit within LATENCY_DAYS, the newest first. One query."""
    rows = _sent_to_cells(actor, unit, today).order_by().values("document_id").annotate(newest=Max("sent_at"))
    return [row["document_id"] for row in rows.order_by("-newest", "-document_id")]


def _sent_to_cells(actor: Actor, unit: Organization, today: date) -> QuerySet[Distribution]:
    begins = datetime.combine(today - timedelta(days=LATENCY_DAYS), time.min, tzinfo=get_current_timezone())
    return Distribution.objects.filter(
        actor.scope(Permission.FIGURES_READ, "to_unit__path"),
        to_unit__path__startswith=unit.path,
        to_unit__kind=UnitKind.CELL,
        sent_at__gte=begins,
        document__removed_at=None,
    )


def read_papers(
    *, actor: Actor, unit: Organization, document_ids: Collection[int], today: date
) -> tuple[PaperWay, ...]:
    """These papers over the cells below the unit, in the order given. Five queries, however many cells.

    The caller has passed the unit's door; a paper that a cell below got may be named to whoever reads its figures.
    """
    ways: dict[int, list[CellWay]] = defaultdict(list)
    for document_id, way in _read_ways(actor, unit, document_ids, today):
        ways[document_id].append(way)
    return tuple(_sum_up(ways[document_id]) for document_id in document_ids if ways[document_id])


def _sum_up(ways: list[CellWay]) -> PaperWay:
    middles = find_middles(way.steps for way in ways)
    late = sorted((way for way in ways if not way.discussed), key=attrgetter("urgency"))
    first = ways[0]
    return PaperWay(
        document_id=first.document_id,
        title=first.title,
        number=first.number,
        issued_on=first.issued_on,
        middles=middles,
        slowest=find_slowest_middle(middles),
        worst=tuple(late[:WORST_CELLS]),
        cells=len(ways),
        opened=sum(way.steps[2].on is not None for way in ways),
        discussed=sum(way.discussed for way in ways),
    )


def read_cell_ways(
    *, actor: Actor, unit: Organization, document_ids: Collection[int], today: date
) -> tuple[CellWay, ...]:
    """These papers in each cell at or below the unit: not discussed first, by `CellWay.urgency`. Five queries."""
    ways = [way for _document, way in _read_ways(actor, unit, document_ids, today)]
    return tuple(sorted(ways, key=attrgetter("urgency")))


def _read_ways(
    actor: Actor, unit: Organization, document_ids: Collection[int], today: date
) -> list[tuple[int, CellWay]]:
    sent = [
        _Sent(*row)
        for row in _sent_to_cells(actor, unit, today)
        .filter(document_id__in=document_ids)
        .order_by("document_id", "to_unit__path")
        .values_list("document_id", "to_unit_id", "from_unit_id", "sent_at", "received_at", "opened_at")
    ]
    documents = Document.objects.in_bulk(list(document_ids))
    cells = Organization.objects.in_bulk({one.cell_id for one in sent})
    above = _read_arrivals(document_ids)
    spoken = _read_agendas(unit, [document.public_id for document in documents.values()])
    ways = []
    for one in sent:
        document, cell = documents[one.document_id], cells[one.cell_id]
        agenda, discussed = spoken.get((str(document.public_id), cell.pk), (None, None))
        chain = Chain(
            issued=document.issued_on or document.received_on or _day(document.created_at),
            committee=_arrival(document, one, above),
            received=_day(one.received_at),
            opened=_day(one.opened_at),
            agenda=agenda,
            discussed=discussed,
        )
        ways.append((one.document_id, _make_way(document, cell, chain, today)))
    return ways


def _make_way(document: Document, cell: Organization, chain: Chain, today: date) -> CellWay:
    steps = measure(chain, today=today)
    return CellWay(
        cell_id=cell.public_id,
        cell_name=cell.name,
        document_id=document.public_id,
        title=document.title,
        number=document.number,
        issued_on=document.issued_on,
        steps=steps,
        slowest=find_slowest(steps),
    )


def _read_arrivals(document_ids: Collection[int]) -> dict[tuple[int, int], date]:
    """When units above cells got the papers from those above them, by paper and unit."""
    rows = Distribution.objects.filter(document_id__in=document_ids).exclude(to_unit__kind=UnitKind.CELL)
    found = rows.exclude(received_at=None).order_by("pk").values_list("document_id", "to_unit_id", "received_at")
    return {(document, unit): localdate(at) for document, unit, at in found}


def _arrival(document: Document, sent: _Sent, above: Mapping[tuple[int, int], date]) -> date | None:
    """When the sending unit had the paper: as written down, as it confirmed, at the latest when it sent it on."""
    if document.organization_id == sent.from_unit_id and document.received_on:
        return document.received_on
    return above.get((document.pk, sent.from_unit_id)) or _day(sent.sent_at)


def _read_agendas(
    unit: Organization, public_ids: Collection[UUID]
) -> dict[tuple[str, int], tuple[date | None, date | None]]:
    """By paper and cell: the first day it was on a programme, and on which it was discussed."""
    items = AgendaItem.objects.filter(
        origin_kind=DOCUMENT_ORIGIN,
        origin_id__in=[str(public_id) for public_id in public_ids],
        meeting__organization__path__startswith=unit.path,
    ).exclude(meeting__state=MeetingState.CANCELLED)
    spoken: dict[tuple[str, int], tuple[date | None, date | None]] = {}
    for item in items.select_related("meeting").order_by("pk"):
        meeting, key = item.meeting, (item.origin_id, item.meeting.organization_id)
        known = [made_at(item.public_id), meeting.prepared_at, meeting.announced_at, meeting.opened_at]
        agenda = localdate(min(moment for moment in known if moment is not None))
        held = meeting.held_on if meeting.state == MeetingState.HELD else None
        before = spoken.get(key, (None, None))
        spoken[key] = (_earlier(before[0], agenda), _earlier(before[1], held))
    return spoken


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment else None
