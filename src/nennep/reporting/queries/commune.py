"""The commune's screen: exceptions first, then figures, then the matrix of cells and months."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization
from nennep.reporting.choices import Verb
from nennep.reporting.queries.facts import CellRecord, MonthRecord, list_cells, read_cells, shown_months
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.rules.figures import MonthCounts, percent_of
from nennep.reporting.rules.matrix import Letter, Mark, average
from nennep.reporting.rules.names import shorten_cell
from nennep.reporting.rules.triage import (
    Action,
    Finding,
    Level,
    count_urgent,
    find_exceptions,
    join_findings,
    say_quarter,
)


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One cell that needs somebody. `reminded`: its secretary was reminded today; `meeting` opens the recorded reason."""

    public_id: UUID
    name: str
    finding: Finding
    reminded: bool
    meeting: UUID | None

    @property
    def may_be_reminded(self) -> bool:
        return self.finding.action in {Action.REMIND, Action.SUGGEST} and not self.reminded


@dataclass(frozen=True, slots=True)
class TriageLevel:
    label: str
    rows: tuple[TriageRow, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of the matrix. `label` is what a screen reader says, beginning with the letter."""

    mark: Mark
    label: str
    meeting: UUID | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`score` is the mean of the scored months, `percent` the attendance of the month in progress."""

    public_id: UUID
    name: str
    squares: tuple[Square, ...]
    score: Decimal | None
    percent: float | None


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class CommunePage:
    """Everything the page shows. `in_order` cells have no exception; `themed` have held the quarter's themes."""

    unit: Organization
    month: Month
    levels: tuple[TriageLevel, ...]
    exceptions: int
    in_order: int
    urgent: int
    figures: MonthCounts
    themed: int
    months: tuple[Month, ...]
    groups: tuple[MatrixGroup, ...]
    met: tuple[int, ...]
    may_remind: bool

    @property
    def cells(self) -> int:
        return self.exceptions + self.in_order

    @property
    def quarter(self) -> str:
        """`quý IV`, inside a sentence."""
        name = say_quarter(self.month)
        return name[:1].lower() + name[1:]

    @property
    def met_by_month(self) -> list[tuple[Month, int]]:
        return list(zip(self.months, self.met, strict=True))

    @property
    def years(self) -> list[tuple[int, int]]:
        """Year and how many columns it spans."""
        return [(year, len(list(group))) for year, group in groupby(month.year for month in self.months)]


def get_unit(*, actor: Actor, public_id: UUID) -> Organization:
    """A unit whose figures the actor may read. Raises NotFound."""
    unit = get_organization(actor=actor, public_id=public_id)
    if not actor.may(Permission.FIGURES_READ, unit.path):
        raise NotFound
    return unit


def list_own_units(*, actor: Actor) -> list[Organization]:
    """The units above cells whose figures the actor may read as a whole, uppermost first: where the screen begins."""
    paths = {grant.path for grant in actor.grants if grant.permission == Permission.FIGURES_READ and grant.subtree}
    return [unit for unit in Organization.objects.filter(path__in=paths).order_by("path") if not unit.is_cell]


def get_commune_page(*, actor: Actor, unit: Organization, today: date, by_score: bool = False) -> CommunePage:
    """The screen of a unit on a day. The number of queries does not grow with its cells."""
    cells = list_cells(actor=actor, under=unit, today=today)
    records = read_cells(cells=cells, today=today)
    reminded = list_reminded(cells=cells, today=today)
    rows = _find_rows(records, reminded)
    months = shown_months(today)
    return CommunePage(
        unit=unit,
        month=months[-1],
        levels=_group_levels(rows),
        exceptions=len(rows),
        in_order=len(cells) - len(rows),
        urgent=count_urgent(row.finding for row in rows if not row.reminded),
        figures=get_figures(organization=unit, month=months[-1], today=today),
        themed=sum(record.themed for record in records),
        months=months,
        groups=_group_cells(records, by_score=by_score),
        met=tuple(
            sum(record.months[index].facts.held_on is not None for record in records) for index in range(len(months))
        ),
        may_remind=may_remind(actor, unit),
    )


def may_remind(actor: Actor, unit: Organization) -> bool:
    """Who reads the figures of the unit above the cells looks after them: a secretary does not remind himself."""
    above = unit.path[: -unit.steplen] if unit.is_cell else unit.path
    return bool(above) and actor.may(Permission.FIGURES_READ, above)


def list_reminded(*, cells: Iterable[Organization], today: date) -> set[str]:
    """Public ids of the cells whose secretary was reminded today. One query."""
    ids = [str(cell.public_id) for cell in cells]
    events = AuditEvent.objects.filter(verb=Verb.REMINDED, target_kind="organizations.organization", target_id__in=ids)
    return set(events.filter(at__date=today).values_list("target_id", flat=True))


def find_urgent_cells(*, actor: Actor, unit: Organization, today: date) -> list[Organization]:
    """The cells that a reminder to all goes to: overdue, mendable by their secretary, not reminded today."""
    cells = list_cells(actor=actor, under=unit, today=today)
    reminded = list_reminded(cells=cells, today=today)
    findings = {record.unit.pk: find_exceptions(record.facts) for record in read_cells(cells=cells, today=today)}
    return [
        cell
        for cell in cells
        if findings[cell.pk] and count_urgent(findings[cell.pk][:1]) and str(cell.public_id) not in reminded
    ]


def _find_rows(records: Sequence[CellRecord], reminded: set[str]) -> list[TriageRow]:
    rows = []
    for record in records:
        if findings := find_exceptions(record.facts):
            unit = record.unit
            meeting = next((month.meeting for month in reversed(record.months) if month.meeting), None)
            rows.append(
                TriageRow(
                    unit.public_id,
                    shorten_cell(unit.name),
                    join_findings(findings),
                    str(unit.public_id) in reminded,
                    meeting,
                )
            )
    return sorted(rows, key=lambda row: row.finding.rank)


def _group_levels(rows: Sequence[TriageRow]) -> tuple[TriageLevel, ...]:
    labels: Mapping[Level, str] = {
        Level.NOW: _("Cần ngay"),
        Level.WEEK: _("Trong tuần này"),
        Level.WATCH: _("Theo dõi"),
    }
    return tuple(
        TriageLevel(labels[level], tuple(group)) for level, group in groupby(rows, key=lambda row: row.finding.level)
    )


def _group_cells(records: Sequence[CellRecord], *, by_score: bool) -> tuple[MatrixGroup, ...]:
    """By the unit directly above where cells stand below several; otherwise villages, then all others."""
    parents = {record.unit.path[: -record.unit.steplen] for record in records}
    names = dict(Organization.objects.filter(path__in=parents).values_list("path", "name")) if len(parents) > 1 else {}
    grouped: dict[tuple[int, str], list[MatrixRow]] = {}
    for record in records:
        parent = record.unit.path[: -record.unit.steplen]
        village = record.unit.cell_type in {CellType.VILLAGE, ""}
        kind = (0, _("Thôn, tổ dân phố")) if village else (1, _("Cơ quan, đơn vị, doanh nghiệp, lực lượng vũ trang"))
        key = (0, names.get(parent, "")) if names else kind
        grouped.setdefault(key, []).append(make_row(record))
    ordered = sorted(grouped.items(), key=lambda item: (item[0][0], fold(item[0][1])))
    return tuple(MatrixGroup(title, tuple(_sort(rows, by_score=by_score))) for (_order, title), rows in ordered)


def _sort(rows: list[MatrixRow], *, by_score: bool) -> list[MatrixRow]:
    """By name, or the lowest score first; cells without a score at the end."""
    return sorted(rows, key=lambda row: (row.score is None, row.score or 0)) if by_score else rows


def make_row(record: CellRecord) -> MatrixRow:
    """One cell's twelve squares, its mean score and this month's attendance."""
    now = record.months[-1].facts
    return MatrixRow(
        record.unit.public_id,
        shorten_cell(record.unit.name),
        tuple(_make_square(month) for month in record.months),
        average([month.score for month in record.months if month.score is not None]),
        percent_of(now.present, now.counted),
    )


def _make_square(record: MonthRecord) -> Square:
    words = {
        Letter.GOOD: _("tốt"),
        Letter.FAIR: _("khá"),
        Letter.AVERAGE: _("trung bình"),
        Letter.POOR: _("kém"),
        Letter.NOT_MET: _("không họp"),
        Letter.NOT_SCORED: _("chưa chấm điểm"),
        Letter.NOT_DUE: _("chưa đến kỳ"),
        Letter.NONE: _("chưa theo dõi"),
    }
    mark, month = record.mark, record.facts.month
    off = _(", họp ngoài ngày quy định") if mark.off_day else ""
    sign = f"{mark.letter.value if mark.letter != Letter.POOR else mark.sign}, " if mark.letter else ""
    return Square(mark, f"{sign}{month.number:02d}/{month.year}: {words[mark.letter]}{off}", record.meeting)
