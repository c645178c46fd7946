"""What needs attention below a unit: kept rows, grouped by what is wrong, and cell by cell in words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Min, Value
from django.db.models.functions import Substr

from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.organizations.rules import shorten_cell
from nennep.reporting.choices import AttentionKind
from nennep.reporting.models import Attention, AttentionQuerySet
from nennep.reporting.queries.facts import read_cells
from nennep.reporting.rules.triage import CellFinding, Level, find_exceptions

NAMED = 3  # units with the most of them, by name
LINES = 20  # of a page
DAYS_OFFERED = (7, 15, 30)  # for how long at least


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """Cells with the same thing wrong: how many, in how many units directly below, which have the most, since when the oldest."""

    kind: AttentionKind
    level: Level
    cells: int
    units: int
    most: tuple[tuple[str, int], ...]
    oldest: date
    days: int

    @property
    def most_in_words(self) -> str:
        return "; ".join(f"{name} ({cells})" for name, cells in self.most if name)

    @property
    def level_label(self) -> str:
        return self.level.label

    @property
    def chip_state(self) -> str:
        return {Level.NOW: "late", Level.WEEK: "due"}.get(self.level, "later")


@dataclass(frozen=True, slots=True)
class AttentionFilter:
    """Of which kind and level, below which unit, for at least how many days; None: all."""

    kind: AttentionKind | None = None
    level: Level | None = None
    below: Organization | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One cell with one thing wrong. `finding` is None where the records say something else by now."""

    cell: UUID
    name: str
    parent: str
    kind: AttentionKind
    level: Level
    days: int
    finding: CellFinding | None


def find_attention(*, cells: Collection[int], today: date) -> dict[int, tuple[CellFinding, ...]]:
    """What is wrong with each of these cells today, by id; nothing where a cell is not there any more. Queries do not grow with cells."""
    units = list(Organization.objects.open_on(today).cells().filter(pk__in=cells))
    found = {record.unit.pk: find_exceptions(record.facts) for record in read_cells(cells=units, today=today)}
    return {cell: found.get(cell, ()) for cell in cells} if units else dict.fromkeys(cells, ())


def list_watched(today: date) -> list[int]:
    """Ids of all cells that are there, and of those of which something is kept."""
    known = Attention.objects.order_by().values_list("organization_id", flat=True)
    return sorted({*known, *Organization.objects.open_on(today).cells().values_list("pk", flat=True)})


def group_attention(*, actor: Actor, unit: Organization, today: date) -> tuple[AttentionLine, ...]:
    """One line for each kind and level, the most urgent first, at most `LINES`. Two queries, whatever stands below."""
    length = len(unit.path) + Organization.steplen
    rows = (
        Attention.objects.visible_to(actor)
        .below(unit)
        .annotate(child=Substr("organization__path", 1, Value(length)))
        .order_by()
        .values_list("level", "kind", "child")
        .annotate(cells=Count("pk"), oldest=Min("since"))
    )
    grouped: dict[tuple[int, str], list[tuple[str, int, date]]] = defaultdict(list)
    for level, kind, child, cells, oldest in rows:
        grouped[level, kind].append((child, cells, oldest))
    names = dict(
        Organization.objects.filter(path__startswith=unit.path, depth=unit.depth + 1).values_list("path", "name")
    )
    lines = [_make_line(key, parts, names, today) for key, parts in grouped.items()]
    return tuple(sorted(lines, key=_rank)[:LINES])


def _make_line(
    key: tuple[int, str], parts: Sequence[tuple[str, int, date]], names: Mapping[str, str], today: date
) -> AttentionLine:
    most = sorted(parts, key=lambda part: (-part[1], part[0]))[:NAMED]
    oldest = min(part[2] for part in parts)
    return AttentionLine(
        kind=AttentionKind(key[1]),
        level=Level(key[0]),
        cells=sum(part[1] for part in parts),
        units=len(parts),
        most=tuple((names.get(child, ""), cells) for child, cells, _oldest in most),
        oldest=oldest,
        days=(today - oldest).days,
    )


def _rank(line: AttentionLine) -> tuple[int, int]:
    return line.level, list(AttentionKind).index(line.kind)


def count_needing(*, actor: Actor, unit: Organization) -> dict[str, int]:
    """How many cells below each unit directly below need attention now or this week, by the path of that unit. One query."""
    length = len(unit.path) + Organization.steplen
    urgent = Attention.objects.visible_to(actor).below(unit).filter(level__lte=Level.WEEK)
    rows = urgent.annotate(child=Substr("organization__path", 1, Value(length))).order_by().values_list("child")
    return dict(rows.annotate(cells=Count("organization", distinct=True)))


@dataclass(frozen=True, slots=True)
class AttentionPage:
    """The rows below a unit that a filter asks for; `units`: directly below, to choose from, each with how many cells need attention."""

    unit: Organization
    found: AttentionQuerySet
    wanted: AttentionFilter
    units: tuple[tuple[UUID, str], ...]

    @property
    def days_offered(self) -> tuple[int, ...]:
        return DAYS_OFFERED

    @property
    def levels(self) -> list[tuple[int, str]]:
        return [(level.value, level.label) for level in Level]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(kind.value, str(kind.label)) for kind in AttentionKind]


def get_attention_page(*, actor: Actor, unit: Organization, asked: Mapping[str, str], today: date) -> AttentionPage:
    """`asked` is what the address says: `loai`, `muc`, `noi` (a unit directly below), `lau` (days). What it says wrongly is no filter."""
    below = Organization.objects.filter(path__startswith=unit.path, depth=unit.depth + 1, closed_on=None)
    units = [one for one in below.order_by("path") if not one.is_cell]
    wanted = AttentionFilter(
        kind=AttentionKind(asked["loai"]) if asked.get("loai") in AttentionKind.values else None,
        level=Level(int(asked["muc"])) if asked.get("muc") in {str(int(level)) for level in Level} else None,
        below=next((one for one in units if str(one.public_id) == asked.get("noi")), None),
        days=next((days for days in DAYS_OFFERED if str(days) == asked.get("lau")), None),
    )
    return AttentionPage(
        unit=unit,
        found=list_attention(actor=actor, unit=unit, wanted=wanted, today=today),
        wanted=wanted,
        units=tuple((one.public_id, one.name) for one in units),
    )


def list_attention(*, actor: Actor, unit: Organization, wanted: AttentionFilter, today: date) -> AttentionQuerySet:
    """The rows below the unit that the filter asks for, the most urgent first, of these the oldest."""
    rows = Attention.objects.visible_to(actor).below(wanted.below or unit)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.days is not None:
        rows = rows.filter(since__lte=today - timedelta(days=wanted.days))
    return rows.select_related("organization").order_by("level", "since", "organization__path", "kind")


def word_attention(rows: Sequence[Attention], today: date) -> list[AttentionRow]:
    """These few rows in words, read from the records of their cells."""
    found = find_attention(cells={row.organization_id for row in rows}, today=today)
    paths = {row.organization.path[: -Organization.steplen] for row in rows}
    parents = dict(Organization.objects.filter(path__in=paths).values_list("path", "name"))
    return [
        AttentionRow(
            cell=row.organization.public_id,
            name=shorten_cell(row.organization.name),
            parent=parents.get(row.organization.path[: -Organization.steplen], ""),
            kind=AttentionKind(row.kind),
            level=Level(row.level),
            days=(today - row.since).days,
            finding=next((one for one in found[row.organization_id] if one.kind == row.kind), None),
        )
        for row in rows
    ]
