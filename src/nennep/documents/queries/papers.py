"""Reading papers: doors, lists, who opened what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Prefetch, Q, Subquery

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.documents.choices import PaperType
from nennep.documents.models import Document as Document
from nennep.documents.models import DocumentQuerySet, DocumentVersion, Enclosure, Receipt
from nennep.documents.rules.content import count_kilobytes
from nennep.documents.rules.numbers import say_number as say_number
from nennep.organizations.models import Organization as Organization
from nennep.organizations.models import Term as Term


def iterate_files() -> Iterator[tuple[str, int]]:
    """Every uploaded file by its name in the private directory, with its size in bytes. For the program itself. Two queries."""
    for rows in (DocumentVersion.objects.order_by("pk"), Enclosure.objects.order_by("pk")):
        yield from rows.values_list("file", "size").iterator()


def list_kept_names() -> set[str]:
    """What `iterate_files` names."""
    return {name for name, _size in iterate_files()}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One paper as a list shows it. `size` in bytes and `file_name` of its newest version; `opened` counts its readers."""

    public_id: UUID
    title: str
    paper_type: PaperType
    number: str
    issued_by: str
    issued_on: date | None
    file_name: str
    size: int
    version: int
    added_at: datetime
    opened: int
    opened_by_me: bool

    @property
    def kilobytes(self) -> int:
        return count_kilobytes(self.size)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One paper with its versions (newest first) and its readers in the order they opened it.

    `receipts` is None for plain members: what a comrade reads is not theirs to know. `may_list`: the reader may open the
    list of the unit it belongs to; not so for a paper that was only sent to theirs.
    """

    document: Document
    versions: tuple[DocumentVersion, ...]
    receipts: tuple[Receipt, ...] | None
    may_write: bool
    may_list: bool


def get_cell(*, actor: Actor, public_id: UUID) -> Organization:
    """The unit whose papers the actor may read. Raises NotFound."""
    unit = Organization.objects.filter(actor.scope(Permission.DOCUMENTS_READ, "path"), public_id=public_id).first()
    if unit is None:
        raise NotFound
    return unit


def get_document(*, actor: Actor, public_id: UUID) -> Document:
    """A paper in scope that was not removed. Raises NotFound."""
    found = Document.objects.visible_to(actor).filter(public_id=public_id, removed_at=None)
    document = found.select_related("organization").first()
    if document is None:
        raise NotFound
    return document


def get_removed(*, actor: Actor, public_id: UUID) -> Document:
    """A paper that was taken out, for somebody who may put it back. Raises NotFound."""
    scope = actor.scope(Permission.DOCUMENTS_WRITE, "organization__path")
    found = Document.objects.filter(scope, public_id=public_id, removed_at__isnull=False)
    document = found.select_related("organization").first()
    if document is None:
        raise NotFound
    return document


def list_removed(*, actor: Actor, organization: Organization, since: datetime) -> tuple[Document, ...]:
    """Papers taken out since then that the actor may put back, the latest first. One query."""
    scope = actor.scope(Permission.DOCUMENTS_WRITE, "organization__path")
    found = Document.objects.filter(scope, organization=organization, removed_at__gte=since)
    return tuple(found.order_by("-removed_at", "-pk"))


def get_document_page(*, actor: Actor, public_id: UUID) -> DocumentPage:
    """One paper with everything about it. Raises NotFound."""
    document = get_document(actor=actor, public_id=public_id)
    may_see_readers = actor.may(Permission.MEMBERS_READ, document.organization.path)
    readers = document.receipts.select_related("user").order_by("opened_at", "pk") if may_see_readers else None
    return DocumentPage(
        document=document,
        versions=tuple(document.versions.select_related("uploaded_by").order_by("-number")),
        receipts=None if readers is None else tuple(readers),
        may_write=actor.may(Permission.DOCUMENTS_WRITE, document.organization.path),
        may_list=actor.may(Permission.DOCUMENTS_READ, document.organization.path),
    )


def get_version(*, actor: Actor, public_id: UUID, number: int | None = None) -> DocumentVersion:
    """One version of a paper in scope; the newest without `number`. Raises NotFound."""
    document = get_document(actor=actor, public_id=public_id)
    versions = document.versions.order_by("-number")
    version = (versions if number is None else versions.filter(number=number)).first()
    if version is None:
        raise NotFound
    return version


def list_documents(*, actor: Actor, organization: Organization) -> DocumentQuerySet:
    """Papers of one unit in scope, newest first, without the removed ones. Show them with `make_rows`."""
    return (
        Document.objects.visible_to(actor)
        .filter(organization=organization, removed_at=None)
        .order_by("-created_at", "-pk")
    )


def list_documents_of(*, actor: Actor, organization: Organization, origin: Origin) -> tuple[DocumentRow, ...]:
    """Papers attached to one thing of a unit (a meeting), in the order they were added. Two queries."""
    found = list_documents(actor=actor, organization=organization)
    return make_rows(
        found.filter(origin_kind=origin.kind, origin_id=origin.id).order_by("created_at", "pk"), actor=actor
    )


def read_paper_times(*, kind: str, units: Mapping[str, int]) -> dict[str, list[datetime]]:
    """When the papers of many things were added, by the id of the thing; `units` says whose each is. One query."""
    found: dict[str, list[datetime]] = {one: [] for one in units}
    papers = _papers_of(kind, units)
    for origin, unit, added_at in papers.values_list("origin_id", "organization_id", "created_at"):
        if units[origin] == unit:
            found[origin].append(added_at)
    return found


def list_paper_titles(*, kind: str, origin: str, unit: int) -> list[tuple[str, datetime]]:
    """The papers that `read_paper_times` tells of, of one thing: title, when it was added. One query."""
    papers = _papers_of(kind, [origin]).filter(organization_id=unit)
    return list(papers.values_list("title", "created_at"))


def _papers_of(kind: str, origins: Iterable[str]) -> DocumentQuerySet:
    papers = Document.objects.filter(origin_kind=kind, origin_id__in=list(origins), removed_at=None)
    return papers.order_by("created_at", "pk")


def make_rows(documents: DocumentQuerySet, *, actor: Actor) -> tuple[DocumentRow, ...]:
    """Papers as rows. Two queries, however many there are."""
    newest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("pk")[:1]
    versions = DocumentVersion.objects.filter(pk=Subquery(newest))
    mine = Count("receipts", filter=Q(receipts__user_id=actor.user_id)) if actor.user_id else Max("receipts__pk") * 0
    counted = documents.annotate(opened=Count("receipts"), mine=mine)
    return tuple(_make_row(document) for document in counted.prefetch_related(Prefetch("versions", versions, "newest")))


def _make_row(document: Document) -> DocumentRow:
    version: DocumentVersion = document.newest[0]  # type: ignore[attr-defined]  # prefetched above
    return DocumentRow(
        public_id=document.public_id,
        title=document.title,
        paper_type=PaperType(document.paper_type),
        number=document.number,
        issued_by=document.issued_by,
        issued_on=document.issued_on,
        file_name=version.file_name,
        size=version.size,
        version=version.number,
        added_at=document.created_at,
        opened=document.opened,  # type: ignore[attr-defined]
        opened_by_me=bool(document.mine),  # type: ignore[attr-defined]
    )
