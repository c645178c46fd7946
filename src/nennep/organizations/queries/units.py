"""Reading units: today's tree by path, the tree of any day by periods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.references import Change, Ended
from nennep.organizations.choices import SuccessionKind, UnitKind
from nennep.organizations.models import FormerCellType, OrganizationPeriod, OrganizationQuerySet, Succession, Term
from nennep.organizations.models import Organization as Organization
from nennep.organizations.rules import (
    STEP,
    Period,
    UnitHasEnded,
    ancestor_paths,
    outermost_paths,
)

_CODES_AT_ONCE = 500  # of one query: SQLite takes a limited number of values


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step from the root down to a unit, as it is called today."""

    id: int
    public_id: UUID
    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class UnitAsOf:
    """A unit as it was on some day. `lineage`: ids from the unit asked about down to this one, joined by dots."""

    id: int
    public_id: UUID
    code: str
    name: str
    kind: str
    parent_id: int | None
    lineage: str


def get_organization(*, actor: Actor, public_id: UUID) -> Organization:
    """The unit, open or closed. Raises NotFound when missing or out of the actor's scope."""
    return _get(actor, Q(public_id=public_id))


def get_organization_by_code(*, actor: Actor, code: str) -> Organization:
    """The unit with this code, capitals or not. Raises NotFound when missing or out of scope."""
    return _get(actor, Q(code__iexact=code.strip()))


def _get(actor: Actor, condition: Q) -> Organization:
    found = Organization.objects.visible_to(actor).filter(condition).first()
    if found is None:
        raise NotFound
    return found


def refuse_ended(organization: Organization) -> None:
    """Asked by every page that begins something in a unit, before it offers its form. Raises UnitHasEnded."""
    if organization.closed_on is not None:
        raise UnitHasEnded(unit=organization.name, on=f"{organization.closed_on:%d/%m/%Y}")


def list_roots(*, actor: Actor) -> OrganizationQuerySet:
    """The uppermost units the actor may see, in tree order: where browsing begins."""
    paths = outermost_paths(grant.path for grant in actor.grants if grant.permission == Permission.ORGANIZATIONS_READ)
    visible = Organization.objects.visible_to(actor)
    return visible.filter(depth=1) if "" in paths else visible.filter(path__in=paths)


def list_children(*, actor: Actor, organization: Organization, on: date) -> OrganizationQuerySet:
    """Units directly below that exist on that day (today's tree), in tree order."""
    below = Organization.objects.visible_to(actor).open_on(on)
    return below.filter(path__startswith=organization.path, depth=organization.depth + 1)


def list_cells(*, actor: Actor, under: Organization, on: date) -> OrganizationQuerySet:
    """Cells in today's subtree of `under` (itself when it is one) that exist on that day, in tree order."""
    return Organization.objects.visible_to(actor).open_on(on).cells().filter(path__startswith=under.path)


def list_cells_since(day: date) -> list[Organization]:
    """Every cell that existed on that day or later, wherever it stood. One query."""
    cells = Organization.objects.get_queryset().cells()
    return list(cells.filter(Q(closed_on=None) | Q(closed_on__gt=day)))


def list_cells_as_of(*, under: Organization, on: date) -> tuple[UnitAsOf, ...]:
    """Cells that stood below `under` on that day, from the periods; `under` itself when it was a cell then."""
    return tuple(unit for unit in list_units_as_of(under=under, on=on) if unit.kind == UnitKind.CELL)


def list_cells_then(*, actor: Actor, under: Organization, on: date) -> list[Organization]:
    """`list_cells` on a day that is over: where cells stood and what they were called then. One query for each level of the tree.

    Left out are cells that the program did not keep yet. The names are not to be saved.
    """
    there = {unit.id: unit.name for unit in list_cells_as_of(under=under, on=on)}
    kept = Q(used_from=None) | Q(used_from__lte=on)
    cells = list(Organization.objects.visible_to(actor).filter(kept, pk__in=list(there)))
    for cell in cells:
        cell.name = there[cell.pk]
    return cells


def list_units_as_of(*, under: Organization, on: date) -> tuple[UnitAsOf, ...]:
    """`under` and all that stood below it on that day, parents before children, sisters by code.

    One query per level. Empty when `under` did not exist then.
    """
    units: list[UnitAsOf] = []
    level = _units_of(_periods_on(on).filter(organization=under), {})
    while level:
        units += level
        lineages = {unit.id: unit.lineage for unit in level}
        level = _units_of(_periods_on(on).filter(parent_id__in=list(lineages)), lineages)
    return tuple(units)


def unit_as_of(*, organization: Organization, on: date) -> UnitAsOf | None:
    """What the unit was called and where it stood on that day; None when it did not exist. One query."""
    return next(iter(_units_of(_periods_on(on).filter(organization=organization), {})), None)


def list_joined(*, organization: Organization, after: date, until: date) -> tuple[str, ...]:
    """Names of the units that went on as this one after a day, until another; by day. One query."""
    found = Succession.objects.filter(successor=organization, happened_on__gt=after, happened_on__lte=until)
    return tuple(found.order_by("happened_on", "pk").values_list("predecessor__name", flat=True))


def list_above_as_of(*, unit: UnitAsOf, on: date) -> tuple[UnitAsOf, ...]:
    """What stood above the unit on that day, the nearest first. One query for each level."""
    above: list[UnitAsOf] = []
    lower: UnitAsOf | None = unit
    while lower is not None and lower.parent_id is not None:
        lower = unit_as_of(organization=Organization(pk=lower.parent_id), on=on)
        above += [lower] if lower else []
    return tuple(above)


def _periods_on(on: date) -> QuerySet[OrganizationPeriod]:
    in_force = OrganizationPeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return in_force.order_by("organization__code")


def _units_of(periods: QuerySet[OrganizationPeriod], lineages: Mapping[int, str]) -> list[UnitAsOf]:
    rows = periods.values_list(
        "organization_id", "organization__public_id", "organization__code", "name", "kind", "parent_id"
    )
    return [
        UnitAsOf(pk, public_id, code, name, kind, parent_id, _join(lineages.get(parent_id), pk))
        for pk, public_id, code, name, kind, parent_id in rows
    ]


def _join(lineage: str | None, pk: int) -> str:
    return f"{lineage}.{pk}" if lineage else str(pk)


def lineage_of(organization: Organization) -> str:
    """Ids of today's ancestors and the unit itself, root first, joined by dots. One query."""
    return lineages_of([organization])[organization.pk]


def lineages_of(organizations: Iterable[Organization]) -> dict[int, str]:
    """`lineage_of` for many units, by id. One query."""
    units = list(organizations)
    wanted = {path for unit in units for path in ancestor_paths(unit.path)}
    ids = dict(Organization.objects.filter(path__in=wanted).values_list("path", "pk"))
    return {unit.pk: ".".join(str(ids[path]) for path in ancestor_paths(unit.path)) for unit in units}


def breadcrumb(organization: Organization) -> tuple[Crumb, ...]:
    """Today's ancestors and the unit itself, root first. One query; says nothing about who may open them."""
    rows = Organization.objects.filter(path__in=ancestor_paths(organization.path)).order_by("path")
    return tuple(Crumb(*row) for row in rows.values_list("pk", "public_id", "name", "kind", "path"))


def term_on(*, organization: Organization, on: date) -> Term | None:
    """The term of the unit's committee on that day: the latest begun that has not ended. One query."""
    begun = Term.objects.filter(organization=organization, valid_from__lte=on)
    return begun.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("-valid_from").first()


def find_heir(organization: Organization) -> Organization | None:
    """Where the affairs of a unit are now: itself while it is open, else what it was merged into, as far as that goes.

    None when the last one was closed without a successor. One query for each merger.
    """
    unit: Organization | None = organization
    while unit is not None and unit.closed_on is not None:
        merged = Succession.objects.filter(predecessor=unit, kind=SuccessionKind.MERGE).select_related("successor")
        last = merged.order_by("-happened_on", "-pk").first()
        unit = last.successor if last else None
    return unit


def find_keeper_above(organization: Organization) -> Organization | None:
    """Who keeps the archive of a unit that is closed without a successor: the nearest committee above that takes over.

    Where that has ended itself, whoever keeps its archive; None when nothing stands above. One query.
    """
    above = Organization.objects.filter(path__in=ancestor_paths(organization.path)).exclude(pk=organization.pk)
    nearest = (unit for unit in above.select_related("kept_by").order_by("-path") if UnitKind(unit.kind).takes_over)
    keeper = next(nearest, None)
    return keeper.kept_by if keeper and keeper.closed_on else keeper


def list_kept(organization: Organization) -> OrganizationQuerySet:
    """Units that ended and whose archive this one keeps, the latest first."""
    return Organization.objects.get_queryset().filter(kept_by=organization).order_by("-closed_on", "path")


def list_ended(*, now: datetime) -> list[Ended]:
    """Every unit that was merged or closed, the earliest first, as what happened to it. Two queries."""
    mergers = Succession.objects.filter(kind=SuccessionKind.MERGE).order_by("happened_on", "pk")
    merged = [
        Ended(Change.MERGED, one.predecessor_id, one.successor_id, on=one.happened_on, now=now) for one in mergers
    ]
    closed = Organization.objects.exclude(closed_on=None).exclude(pk__in=[one.former_id for one in merged])
    ends = [
        Ended(Change.CLOSED, pk, None, on=day, now=now)
        for pk, day in closed.order_by("closed_on", "pk").values_list("pk", "closed_on")
        if day is not None
    ]
    return sorted([*merged, *ends], key=lambda one: one.on)


def read_history(unit: Organization) -> list[Period]:
    """The unit's periods, oldest first."""
    rows = OrganizationPeriod.objects.filter(organization=unit).order_by("valid_from")
    return [Period(*row) for row in rows.values_list("valid_from", "valid_to", "name", "kind", "parent_id")]


def read_histories_above(unit: Organization, *, since: date) -> dict[int, list[Period]]:
    """Histories of the unit and of all that stood above it on some day from `since` on. One query per level."""
    histories: dict[int, list[Period]] = {}
    level = {unit.pk}
    while level:
        rows = OrganizationPeriod.objects.filter(organization_id__in=level).order_by("valid_from")
        fields = ("organization_id", "valid_from", "valid_to", "name", "kind", "parent_id")
        for pk, *facts in rows.values_list(*fields):
            histories.setdefault(pk, []).append(Period(*facts))
        parents = {
            item.parent
            for pk in level
            for item in histories.get(pk, ())
            if item.valid_to is None or item.valid_to > since
        }
        level = {parent for parent in parents if parent is not None} - histories.keys()
    return histories


def paths_above(organization: Organization) -> list[str]:
    """Tree paths of today's ancestors and the unit itself, root first. No query."""
    return ancestor_paths(organization.path)


def list_above(organization: Organization) -> list[Organization]:
    """Today's units above it, root first. One query."""
    above = [path for path in paths_above(organization) if path != organization.path]
    return list(Organization.objects.get_queryset().filter(path__in=above).order_by("path"))


@dataclass(frozen=True, slots=True)
class FormerPlaces:
    """Where units stood: what ended of their history, by today's path, oldest first; all else stood where it stands."""

    ended: Mapping[str, list[tuple[date, str]]]

    def paths_above(self, organization: Organization, on: date) -> list[str]:
        """Today's paths of those that stood above the unit on that day, and its own, the lowest first.

        Before its first day a unit stands where it was founded.
        """
        paths, path = [], organization.path
        while path:
            paths.append(path)
            former = (above for until, above in self.ended.get(path, ()) if on < until)
            path = next(former, path[:-STEP])
        return paths

    def list_changes(self, since: date) -> list[date]:
        """The days after `since` on which some unit began to stand elsewhere, or ended, in order."""
        return sorted({until for rows in self.ended.values() for until, _above in rows if since < until})

    def next_change(self, on: date) -> date | None:
        """The first day after `on` on which some unit stands elsewhere; None: as it is today."""
        return min((until for rows in self.ended.values() for until, _above in rows if on < until), default=None)


def read_former_places(*, since: date) -> FormerPlaces:
    """For asking about any day from `since` on. One query."""
    ended: dict[str, list[tuple[date, str]]] = {}
    periods = OrganizationPeriod.objects.filter(valid_to__gt=since).order_by("valid_to")
    for path, until, above in periods.values_list("organization__path", "valid_to", "parent__path"):
        ended.setdefault(path, []).append((until or date.max, above or ""))
    return FormerPlaces(ended)


def read_cell_types(*, cells: Iterable[Organization], days: Iterable[date]) -> dict[date, dict[int, str]]:
    """The type by which each cell is judged on each day, by day and unit id. One query."""
    units = list(cells)
    former: dict[int, list[tuple[date, str]]] = {}
    rows = FormerCellType.objects.filter(organization__in=units).order_by("until")
    for unit, until, cell_type in rows.values_list("organization_id", "until", "cell_type"):
        former.setdefault(unit, []).append((until, cell_type))
    return {
        day: {
            unit.pk: next((name for until, name in former.get(unit.pk, ()) if day < until), unit.cell_type)
            for unit in units
        }
        for day in days
    }


def former_type_column(day: str) -> Subquery:
    """The type by which a cell was judged on the day in this column, for a query of its rows; None where it is today's."""
    former = FormerCellType.objects.filter(organization=OuterRef("organization_id"), until__gt=OuterRef(day))
    return Subquery(former.order_by("until").values("cell_type")[:1])


def find_by_code(*, code: str) -> Organization | None:
    """The unit with this code, capitals or not, whoever asks: codes are given once in the whole installation."""
    return Organization.objects.filter(code__iexact=code).first()


def find_by_codes(codes: Iterable[str]) -> dict[str, Organization]:
    """The units with these codes under their code in small letters, whoever asks. One query for every 500 codes."""
    wanted = sorted({code.lower() for code in codes if code})
    found: dict[str, Organization] = {}
    for start in range(0, len(wanted), _CODES_AT_ONCE):
        rows = Organization.objects.annotate(lowered=Lower("code"))
        rows = rows.filter(lowered__in=wanted[start : start + _CODES_AT_ONCE])
        found |= {row.code.lower(): row for row in rows}
    return found


def list_codes_below(code: str) -> list[str]:
    """Codes that begin with this one, of units open or closed, whoever asks: new ones must differ."""
    return list(Organization.objects.get_queryset().filter(code__istartswith=code).values_list("code", flat=True))


def list_open_children(parent: Organization | None) -> list[Organization]:
    """Open units directly below `parent`, or the roots, in the order of the tree, whoever asks. One query."""
    path, depth = (parent.path, parent.depth + 1) if parent else ("", 1)
    return list(Organization.objects.get_queryset().filter(path__startswith=path, depth=depth, closed_on=None))


def list_open_below(top: Organization) -> list[Organization]:
    """The unit and all open units below it, in the order of the tree, whoever asks. One query."""
    return list(Organization.objects.get_queryset().filter(path__startswith=top.path, closed_on=None))
