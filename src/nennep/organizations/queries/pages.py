"""What the pages of units show, each in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from uuid import UUID

from django.core.paginator import Page, Paginator

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.choices import SuccessionKind, UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod, OrganizationQuerySet, Succession, Term
from nennep.organizations.queries.planned import PlannedRow, list_planned
from nennep.organizations.queries.units import Crumb, breadcrumb, list_children, list_kept, list_roots, term_on
from nennep.organizations.rules import ancestor_paths

ROWS_OF_A_PAGE = 60
CHILDREN_SHOWN = 40
SEARCH_LIMIT = 40


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line of the tree. `target` is what its sign shows next: itself, or the unit above when it stands open."""

    public_id: UUID
    code: str
    name: str
    kind: str
    level: int
    is_open: bool
    has_children: bool
    target: UUID | None


@dataclass(frozen=True, slots=True)
class TreePage:
    """The uppermost units of the reader, the open branch, and one page of what is directly below the open unit."""

    rows: tuple[TreeRow, ...]
    children: Page[Organization] | None


@dataclass(frozen=True, slots=True)
class Found:
    """One unit that a search found, with the name of the unit above it."""

    public_id: UUID
    code: str
    name: str
    kind: str
    parent_name: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A stretch of a unit's life. `parent_id` None: stood alone, or the parent is out of the reader's scope."""

    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    parent_name: str
    parent_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """Another unit from which this one came or into which it went; `unit_id` None when out of scope."""

    name: str
    unit_id: UUID | None
    kind: str
    happened_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class UnitEnd:
    """That a unit has ended: on which day, and as what it went on (`heirs`): what it was merged into, or its parts (`is_split`)."""

    on: date
    heirs: tuple[SuccessionRow, ...]
    is_split: bool


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """A unit that ended and whose archive another one keeps, with those of its books that the reader may open."""

    public_id: UUID
    name: str
    closed_on: date | None
    books: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The administrative page of one unit. `above` without the unit itself, only what the reader may open."""

    unit: Organization
    kind: str
    cell_type: str
    above: tuple[Crumb, ...]
    term: Term | None
    children: tuple[TreeRow, ...]
    children_count: int
    periods: tuple[PeriodRow, ...]
    origins: tuple[SuccessionRow, ...]
    successors: tuple[SuccessionRow, ...]
    end: UnitEnd | None
    may_change: bool
    may_read_trail: bool
    may_read_policies: bool
    may_read_figures: bool
    may_reset: bool
    books: tuple[str, ...]
    kept: tuple[KeptUnit, ...]
    planned: tuple[PlannedRow, ...]


# Books of a cell that have pages of their own, by the permission that opens them.
CELL_BOOKS = {
    "members": Permission.MEMBERS_READ,
    "meetings": Permission.MEETINGS_READ,
    "duties": Permission.DUTIES_READ,
    "documents": Permission.DOCUMENTS_READ,
}


def list_books(*, actor: Actor, organization: Organization) -> tuple[str, ...]:
    """Which of CELL_BOOKS the actor may open there; none for a unit that is not a cell."""
    if not organization.is_cell:
        return ()
    return tuple(book for book, permission in CELL_BOOKS.items() if actor.may(permission, organization.path))


def read_tree_page(*, actor: Actor, opened: Organization | None, on: date, page: str | int = 1) -> TreePage:
    """The tree with the branch down to `opened` open; a reader with one uppermost unit sees that one open.

    At most five queries, whatever the size of the tree.
    """
    roots = list(list_roots(actor=actor).open_on(on)[:ROWS_OF_A_PAGE])
    if opened is None and len(roots) == 1:
        opened = roots[0]
    if opened is None:
        return TreePage(tuple(_row(root, level=0) for root in roots), None)
    chain = [unit for unit in _chain(opened) if actor.may(Permission.ORGANIZATIONS_READ, unit.path)]
    children = Paginator(list_children(actor=actor, organization=opened, on=on), ROWS_OF_A_PAGE).get_page(page)
    rows: list[TreeRow] = []
    for root in roots:
        rows += _branch(chain, children) if root.pk == chain[0].pk else [_row(root, level=0)]
    return TreePage(tuple(rows), children)


def _chain(unit: Organization) -> OrganizationQuerySet:
    return Organization.objects.get_queryset().filter(path__in=ancestor_paths(unit.path))


def _branch(chain: Sequence[Organization], children: Iterable[Organization]) -> list[TreeRow]:
    above: list[Organization | None] = [None, *chain[:-1]]
    opened = [
        _row(unit, level=level, is_open=True, closes_to=above[level].public_id if above[level] else None)  # type: ignore[union-attr]
        for level, unit in enumerate(chain)
    ]
    return opened + [_row(child, level=len(chain)) for child in children]


def _row(unit: Organization, *, level: int, is_open: bool = False, closes_to: UUID | None = None) -> TreeRow:
    return TreeRow(
        public_id=unit.public_id,
        code=unit.code,
        name=unit.name,
        kind=unit.get_kind_display(),
        level=level,
        is_open=is_open,
        has_children=unit.numchild > 0,
        target=closes_to if is_open else unit.public_id,
    )


def find_units(*, actor: Actor, words: str, on: date, ended: bool = False) -> tuple[Found, ...]:
    """Units in scope whose name or code holds all words, diacritics and capitals aside; the first 40 in tree order.

    Open ones; with `ended` those that have ended as well, after them.
    """
    wanted = fold(words).split()
    if not wanted:
        return ()
    seen = Organization.objects.visible_to(actor)
    rows = (seen.filter(opened_on__lte=on) if ended else seen.open_on(on)).values_list(
        "pk", "code", "name", "closed_on"
    )
    hits = [
        (day is not None, pk) for pk, code, name, day in rows.iterator() if _holds_all(fold(f"{code} {name}"), wanted)
    ]
    first = [pk for _has_ended, pk in sorted(hits, key=itemgetter(0))[:SEARCH_LIMIT]]
    units = sorted(
        Organization.objects.get_queryset().filter(pk__in=first), key=lambda unit: unit.closed_on is not None
    )
    parents = {unit.path[: -Organization.steplen] for unit in units}
    names = dict(Organization.objects.filter(path__in=parents).values_list("path", "name"))
    return tuple(
        Found(
            unit.public_id,
            unit.code,
            unit.name,
            unit.get_kind_display(),
            names.get(unit.path[: -unit.steplen], ""),
            unit.closed_on,
        )
        for unit in units
    )


def _holds_all(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def list_sisters(*, actor: Actor, organization: Organization, on: date) -> OrganizationQuerySet:
    """Other open units of the same kind beside this one, as far as the actor sees them."""
    beside = Organization.objects.visible_to(actor).open_on(on).filter(kind=organization.kind, depth=organization.depth)
    parent_path = organization.path[: -Organization.steplen]
    return beside.filter(path__startswith=parent_path).exclude(pk=organization.pk)


def list_parents(*, actor: Actor, organization: Organization, on: date) -> OrganizationQuerySet:
    """Open units under which the actor may put this one: of a level above, not where it stands now and not below it."""
    places = (
        Organization.objects.get_queryset().open_on(on).filter(actor.scope(Permission.ORGANIZATIONS_CHANGE, "path"))
    )
    is_group = organization.kind == UnitKind.GROUP
    kinds = places.cells() if is_group else places.exclude(kind__in=UnitKind.lowest())
    above = organization.path[: -Organization.steplen]
    return kinds.exclude(path__startswith=organization.path).exclude(path=above)


def read_unit_page(*, actor: Actor, organization: Organization, on: date) -> UnitPage:
    """Everything the administrative page of a unit shows. Nine queries."""
    path = organization.path
    below = list_children(actor=actor, organization=organization, on=on)
    above = breadcrumb(organization)[:-1]
    return UnitPage(
        unit=organization,
        kind=str(UnitKind(organization.kind).label),
        cell_type=organization.get_cell_type_display() if organization.cell_type else "",
        above=tuple(crumb for crumb in above if actor.may(Permission.ORGANIZATIONS_READ, crumb.path)),
        term=term_on(organization=organization, on=on),
        children=tuple(_row(child, level=0) for child in below[:CHILDREN_SHOWN]),
        children_count=below.count(),
        periods=_periods(actor, organization),
        origins=_successions(actor, organization.origins.select_related("predecessor"), "predecessor"),
        successors=_successions(actor, organization.successions.select_related("successor"), "successor"),
        end=find_end(actor=actor, organization=organization),
        may_change=actor.may(Permission.ORGANIZATIONS_CHANGE, path) and organization.closed_on is None,
        may_read_trail=actor.may(Permission.AUDIT_READ, path),
        may_read_policies=actor.may(Permission.POLICIES_READ, path),
        may_read_figures=actor.may(Permission.FIGURES_READ, path),
        may_reset=actor.may(Permission.ACCOUNTS_RESET, path) and organization.closed_on is None,
        books=list_books(actor=actor, organization=organization),
        kept=_kept(actor, organization),
        planned=list_planned(actor=actor, organization=organization),
    )


def find_end(*, actor: Actor, organization: Organization) -> UnitEnd | None:
    """How a unit ended, for its pages; None while it is open. One query for a unit that has ended."""
    if organization.closed_on is None:
        return None
    rows = organization.successions.filter(happened_on=organization.closed_on).select_related("successor")
    went_on = list(rows.order_by("pk"))
    merged = [row for row in went_on if row.kind == SuccessionKind.MERGE]
    heirs = _successions(actor, merged or went_on, "successor")
    return UnitEnd(organization.closed_on, heirs, is_split=bool(went_on) and not merged)


def _kept(actor: Actor, organization: Organization) -> tuple[KeptUnit, ...]:
    return tuple(
        KeptUnit(unit.public_id, unit.name, unit.closed_on, list_books(actor=actor, organization=unit))
        for unit in list_kept(organization)
        if actor.may(Permission.ORGANIZATIONS_READ, unit.path)
    )


def _periods(actor: Actor, organization: Organization) -> tuple[PeriodRow, ...]:
    rows = OrganizationPeriod.objects.filter(organization=organization).select_related("parent")
    return tuple(
        PeriodRow(
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            name=row.name,
            kind=row.get_kind_display(),
            parent_name=row.parent.name if row.parent else "",
            parent_id=_visible_id(actor, row.parent),
            reason=row.reason,
        )
        for row in rows.order_by("-valid_from")
    )


def _successions(actor: Actor, rows: Iterable[Succession], end: str) -> tuple[SuccessionRow, ...]:
    return tuple(
        SuccessionRow(
            name=getattr(row, end).name,
            unit_id=_visible_id(actor, getattr(row, end)),
            kind=str(SuccessionKind(row.kind).label),
            happened_on=row.happened_on,
            reason=row.reason,
        )
        for row in rows
    )


def _visible_id(actor: Actor, unit: Organization | None) -> UUID | None:
    return unit.public_id if unit and actor.may(Permission.ORGANIZATIONS_READ, unit.path) else None
