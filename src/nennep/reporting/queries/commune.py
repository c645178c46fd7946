"""The commune's screen: exceptions first, then figures, then the matrix of cells and months."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import AdviceShare, count_advice
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization
from nennep.records.queries.filing import LeftMeeting, list_left_meetings
from nennep.reporting.choices import Verb
from nennep.reporting.queries.facts import CellRecord, MonthRecord, list_cells, read_cells, shown_months
from nennep.reporting.queries.figures import get_figures, list_cells_of_months
from nennep.reporting.queries.measures import MEASURES
from nennep.reporting.queries.measures.kinds import Figure, Totals
from nennep.reporting.queries.measures.themes import judge_themes
from nennep.reporting.rules.figures import MonthCounts, percent_of
from nennep.reporting.rules.matrix import Letter, MonthMark, average
from nennep.reporting.rules.names import shorten_cell
from nennep.reporting.rules.triage import (
    CellFinding,
    Level,
    count_urgent,
    find_exceptions,
    join_findings,
)


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One cell that needs attention. `reminded`: its secretary was reminded today; `meeting_url` opens the recorded reason.

    `parent` is named where cells of several units stand on one screen.
    """

    public_id: UUID
    name: str
    parent: str
    finding: CellFinding
    reminded: bool
    meeting_url: str


@dataclass(frozen=True, slots=True)
class TriageLevel:
    label: str
    rows: tuple[TriageRow, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of the matrix. `label` is what a screen reader says, beginning with the letter; `url` opens the meeting."""

    mark: MonthMark
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`score` is the mean of the scored months, `percent` the attendance of the month in progress.

    `opens`: the reader may open the cell; one that has moved away may be out of reach.
    """

    public_id: UUID
    name: str
    squares: tuple[Square, ...]
    score: Decimal | None
    percent: float | None
    opens: bool = True


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class CommunePage:
    """Everything the page shows.

    `in_order` cells have no exception; `themed` have held the themes of the quarter, of the `owing_theme` that owe them or
    held them all the same. `met` counts by month the cells that stood there in that month, as its list does.
    `left`: what cells that were closed have not filed.
    """

    unit: Organization
    month: Month
    levels: tuple[TriageLevel, ...]
    exceptions: int
    in_order: int
    urgent: int
    figures: MonthCounts
    themed: int
    owing_theme: int
    months: tuple[Month, ...]
    groups: tuple[MatrixGroup, ...]
    met: tuple[int, ...]
    may_remind: bool
    advice: AdviceShare
    left: tuple[LeftMeeting, ...]

    @property
    def cells(self) -> int:
        return self.exceptions + self.in_order

    @property
    def shown_figures(self) -> list[tuple[str, Figure]]:
        """Each figure, after the end of the address of its list."""
        totals = Totals(self.month, self.figures, self.owing_theme, self.themed)
        return [(measure.address, measure.show(totals)) for measure in MEASURES]

    @property
    def met_by_month(self) -> list[tuple[Month, int]]:
        return list(zip(self.months, self.met, strict=True))

    @property
    def first_label(self) -> str:
        return f"{self.months[0].number}/{self.months[0].year}"

    @property
    def last_label(self) -> str:
        return f"{self.month.number}/{self.month.year}"

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
    """Where the screen begins: units above cells whose figures the actor reads as a whole, uppermost first, else single cells.

    Units that have ended only where nothing else is left.
    """
    grants = [grant for grant in actor.grants if grant.permission == Permission.FIGURES_READ]
    reached = list(Organization.objects.filter(path__in={grant.path for grant in grants}).order_by("path"))
    units = [unit for unit in reached if unit.closed_on is None] or reached
    whole = {grant.path for grant in grants if grant.subtree}
    above = [unit for unit in units if not unit.is_cell and unit.path in whole]
    return above or [unit for unit in units if unit.is_cell]


def get_commune_page(*, actor: Actor, unit: Organization, today: date, by_score: bool = False) -> CommunePage:
    """The screen of a unit on a day. The number of queries does not grow with its cells."""
    cells = list_cells(actor=actor, under=unit, today=today)
    records = read_cells(cells=cells, today=today)
    parents = _name_parents(cells)
    rows = _find_rows(records, list_reminded(cells=cells, today=today), parents)
    months = shown_months(today)
    placed = _read_places(unit, months, today)
    themes = judge_themes(placed[months[-1]], months[-1])
    here = [_blank_elsewhere(record, placed) for record in records]
    gone = _read_gone(cells, placed, today)
    groups = _group_cells(here, parents, by_score=by_score)
    return CommunePage(
        unit=unit,
        month=months[-1],
        levels=_group_levels(rows),
        exceptions=len(rows),
        in_order=len(cells) - len(rows),
        urgent=count_urgent(row.finding for row in rows if not row.reminded),
        figures=get_figures(organization=unit, month=months[-1], today=today),
        themed=sum(stand.is_complete for stand in themes.values()),
        owing_theme=len(themes),
        months=months,
        groups=(*groups, *_group_gone(gone, actor, by_score=by_score)),
        met=_count_met(placed),
        may_remind=may_remind(actor, unit),
        advice=count_advice(unit_path=unit.path, since=date(today.year, 1, 1), until=today),
        left=list_left_meetings(actor=actor, keeper=unit),
    )


Places = Mapping[Month, frozenset[int]]


def _read_places(unit: Organization, months: Sequence[Month], today: date) -> Places:
    """Which cells stood below the unit in each month."""
    found = list_cells_of_months(under=unit, months=months, today=today)
    return {month: frozenset(cell.id for cell in cells) for month, cells in found.items()}


def _count_met(placed: Places) -> tuple[int, ...]:
    """How many of the cells that stood there held the meeting of each month. One query."""
    cells = frozenset().union(*placed.values())
    held = Meeting.objects.held().filter(
        organization__in=cells, kind__in=MeetingKind.monthly(), month__gte=min(placed).first_day
    )
    met = set(held.order_by().values_list("organization_id", "month"))
    return tuple(sum((cell, month.first_day) in met for cell in placed[month]) for month in placed)


def _read_gone(cells: Sequence[Organization], placed: Places, today: date) -> list[CellRecord]:
    """Cells that stood below the unit in one of the months and do no longer, with what they did there."""
    gone = frozenset().union(*placed.values()) - {cell.pk for cell in cells}
    units = sorted(Organization.objects.filter(pk__in=gone), key=lambda cell: fold(cell.name))
    records = [_blank_elsewhere(record, placed) for record in read_cells(cells=units, today=today)] if units else []
    return [record for record in records if any(month.mark.letter for month in record.months)]


def _blank_elsewhere(record: CellRecord, placed: Places) -> CellRecord:
    """Months in which the cell stood below another unit are that unit's."""
    months = [
        month
        if record.unit.pk in placed[month.facts.month]
        else replace(month, mark=MonthMark(Letter.NONE), score=None)
        for month in record.months
    ]
    return replace(record, months=tuple(months))


def _group_gone(records: Sequence[CellRecord], actor: Actor, *, by_score: bool) -> list[MatrixGroup]:
    if not records:
        return []
    may = {record.unit.public_id: actor.may(Permission.FIGURES_READ, record.unit.path) for record in records}
    rows = [_close(row) if not may[row.public_id] else row for row in make_rows(records)]
    return [MatrixGroup(_("Đã chuyển đi, kết thúc"), tuple(_sort(rows, by_score=by_score)))]


def _close(row: MatrixRow) -> MatrixRow:
    return replace(row, opens=False, squares=tuple(replace(square, url="") for square in row.squares))


def may_remind(actor: Actor, unit: Organization) -> bool:
    """Those who read the figures of the unit above look after its cells: secretaries do not remind themselves."""
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


def _name_parents(cells: Sequence[Organization]) -> dict[str, str]:
    """Names of the units directly above, by path; nothing where all cells stand below one. One query."""
    paths = {parent_path(cell) for cell in cells}
    return dict(Organization.objects.filter(path__in=paths).values_list("path", "name")) if len(paths) > 1 else {}


def parent_path(cell: Organization) -> str:
    return str(cell.path[: -cell.steplen])


def _find_rows(records: Sequence[CellRecord], reminded: set[str], parents: Mapping[str, str]) -> list[TriageRow]:
    link = make_link()
    rows = []
    for record in records:
        if findings := find_exceptions(record.facts):
            unit = record.unit
            meeting = next((month.meeting for month in reversed(record.months) if month.meeting), None)
            rows.append(
                TriageRow(
                    public_id=unit.public_id,
                    name=shorten_cell(unit.name),
                    parent=parents.get(parent_path(unit), ""),
                    finding=join_findings(findings),
                    reminded=str(unit.public_id) in reminded,
                    meeting_url=link(meeting),
                )
            )
    return sorted(rows, key=lambda row: row.finding.rank)


def make_link() -> Callable[[UUID | None], str]:
    """Addresses of meetings, made from one that was looked up once: a screen has more than a thousand of them."""
    sample = UUID(int=0)
    pattern = reverse("meetings:show_meeting", kwargs={"meeting": sample})
    return lambda meeting: pattern.replace(str(sample), str(meeting)) if meeting else ""


def _group_levels(rows: Sequence[TriageRow]) -> tuple[TriageLevel, ...]:
    labels: Mapping[Level, str] = {
        Level.NOW: _("Cần ngay"),
        Level.WEEK: _("Trong tuần này"),
        Level.WATCH: _("Theo dõi"),
    }
    return tuple(
        TriageLevel(labels[level], tuple(group)) for level, group in groupby(rows, key=lambda row: row.finding.level)
    )


def _group_cells(
    records: Sequence[CellRecord], parents: Mapping[str, str], *, by_score: bool
) -> tuple[MatrixGroup, ...]:
    """By the unit directly above where cells stand below several; otherwise villages, then all others."""
    village, other = _("Thôn, tổ dân phố"), _("Cơ quan, đơn vị, doanh nghiệp, lực lượng vũ trang")
    grouped: dict[tuple[int, str], list[MatrixRow]] = {}
    rows = make_rows(records)
    for record, row in zip(records, rows, strict=True):
        is_village = record.unit.cell_type in {CellType.VILLAGE, ""}
        kind = (0, village) if is_village else (1, other)
        key = (0, parents.get(parent_path(record.unit), "")) if parents else kind
        grouped.setdefault(key, []).append(row)
    ordered = sorted(grouped.items(), key=lambda item: (item[0][0], fold(item[0][1])))
    return tuple(MatrixGroup(title, tuple(_sort(rows, by_score=by_score))) for (_order, title), rows in ordered)


def _sort(rows: list[MatrixRow], *, by_score: bool) -> list[MatrixRow]:
    """By name, or the lowest score first; cells without a score at the end."""
    return sorted(rows, key=lambda row: (row.score is None, row.score or 0)) if by_score else rows


def make_rows(records: Iterable[CellRecord]) -> list[MatrixRow]:
    """Each cell's twelve squares, its mean score and this month's attendance."""
    words, link = _say_letters(), make_link()
    return [
        MatrixRow(
            record.unit.public_id,
            shorten_cell(record.unit.name),
            tuple(Square(month.mark, _label(month, words), link(month.meeting)) for month in record.months),
            mean_score(record),
            _percent_of(record.months[-1]),
        )
        for record in records
    ]


def _percent_of(month: MonthRecord) -> float | None:
    """Nothing of a month in which the cell stood elsewhere."""
    return percent_of(month.facts.present, month.facts.counted) if month.mark.letter else None


def mean_score(record: CellRecord) -> Decimal | None:
    """The mean of the scored months among the twelve."""
    return average([month.score for month in record.months if month.score is not None])


def _say_letters() -> Mapping[Letter, str]:
    return {
        Letter.GOOD: _("tốt"),
        Letter.FAIR: _("khá"),
        Letter.AVERAGE: _("trung bình"),
        Letter.POOR: _("kém"),
        Letter.NOT_MET: _("không họp"),
        Letter.NOT_SCORED: _("chưa chấm điểm"),
        Letter.NOT_DUE: _("chưa đến kỳ"),
        Letter.NONE: _("chưa theo dõi"),
    }


def _label(record: MonthRecord, words: Mapping[Letter, str]) -> str:
    """`K, 10/2026: khá`, beginning with what the square shows."""
    mark, month = record.mark, record.facts.month
    off = _(", họp ngoài ngày quy định") if mark.off_day else ""
    sign = f"{mark.sign.rstrip('*')}, " if mark.letter else ""
    return f"{sign}{month.number:02d}/{month.year}: {words[mark.letter]}{off}"
