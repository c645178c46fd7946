"""The commune's screen: exceptions first, then figures, then the matrix of cells and months."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.audit.models import AuditEvent
from nennep.classification.queries.late import LateLine, list_late_rounds
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.measures import Counts
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.core.text import fold
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import AdviceShare, count_advice, given_below
from nennep.meetings.queries.readable import find_first_month
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization
from nennep.organizations.rules import shorten_cell
from nennep.petitions.queries import HeldPetitions, count_held
from nennep.records.queries.filing import LeftMeeting, list_left_meetings
from nennep.reporting.choices import Verb
from nennep.reporting.queries.facts import CellRecord, list_cells, read_cells, shown_months
from nennep.reporting.queries.figures import get_sums, list_not_used_yet
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.listed.kinds import Figure, Totals
from nennep.reporting.queries.listed.themes import judge_themes
from nennep.reporting.queries.matrix import MatrixGroup, MatrixRow, make_link, make_rows
from nennep.reporting.queries.tree import CellOfMonth, list_cells_of_months
from nennep.reporting.rules.matrix import Letter, MonthMark
from nennep.reporting.rules.triage import (
    CellFinding,
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
class TriageLine:
    """One row of the list of exceptions, with the level it stands under and how many do."""

    label: str
    count: int
    row: TriageRow


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One row of the matrix, with the group it stands under and how many do."""

    title: str
    count: int
    row: MatrixRow


@dataclass(frozen=True, slots=True)
class CommunePage:
    """Everything the page shows, as it was on the day `on`: today, or the last day of a span that is over (`is_past`).

    `in_order` cells have no exception; `themed` have held the themes of the quarter, of the `owing_theme` that owe them or
    held them all the same. `met` counts by month the cells that stood there in that month, as its list does.
    `left`: what cells that were closed have not filed. `petitions`: what the unit itself must answer today; None of a span that is
    over, and for whoever may not open their list. `late_ratings`: rounds of ratings whose day passed with something owed, today.
    """

    unit: Organization
    choice: SpanChoice
    on: date
    is_past: bool
    month: Month
    levels: tuple[TriageLevel, ...]
    exceptions: int
    in_order: int
    urgent: int
    figures: Counts
    not_used_yet: tuple[tuple[str, date], ...]
    themed: int
    owing_theme: int
    months: tuple[Month, ...]
    groups: tuple[MatrixGroup, ...]
    met: tuple[int, ...]
    may_remind: bool
    advice: AdviceShare
    left: tuple[LeftMeeting, ...]
    petitions: HeldPetitions | None
    late_ratings: tuple[LateLine, ...]

    @property
    def cells(self) -> int:
        return self.exceptions + self.in_order

    @property
    def shown_figures(self) -> list[tuple[str, Figure]]:
        """Each figure, after the end of the address of its list."""
        totals = Totals(self.month, self.figures, self.owing_theme, self.themed, self.choice.span.size)
        return [(measure.address, measure.show(totals)) for measure in LISTED]

    @property
    def triage_lines(self) -> list[TriageLine]:
        return [TriageLine(level.label, len(level.rows), row) for level in self.levels for row in level.rows]

    @property
    def matrix_lines(self) -> list[MatrixLine]:
        return [MatrixLine(group.title, len(group.rows), row) for group in self.groups for row in group.rows]

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


def get_commune_page(
    *, actor: Actor, unit: Organization, today: date, span: Span | None = None, by_score: bool = False
) -> CommunePage:
    """The screen of a unit in a span of time, the month in progress when none is chosen, as it was at its end or is today.

    The number of queries does not grow with its cells.
    """
    span = span or Span(Month.of(today))
    on, months = span.reference_day(today), show_months(span, today)
    found = list_cells_of_months(under=unit, months=months, today=today)
    placed = {month: frozenset(cell.id for cell in there) for month, there in found.items()}
    cells = _list_then(actor, found[months[-1]], on) if on < today else list_cells(actor=actor, under=unit, today=today)
    records = read_cells(cells=cells, today=on, months=months)
    parents = _name_parents(cells)
    rows = _find_rows(records, list_reminded(cells=cells, today=on), parents)
    asked = span.months_until(today)
    stands = [stand for month in _quarters(asked) for stand in judge_themes(placed[month], month).values()]
    here = [_blank_elsewhere(record, placed) for record in records]
    gone = _read_gone(cells, placed, on)
    groups = _group_cells(here, parents, asked, by_score=by_score)
    return CommunePage(
        unit=unit,
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=on,
        is_past=on < today,
        month=months[-1],
        levels=_group_levels(rows),
        exceptions=len(rows),
        in_order=len(cells) - len(rows),
        urgent=count_urgent(row.finding for row in rows if not row.reminded),
        not_used_yet=tuple(list_not_used_yet(under=unit, since=span.first.last_day, on=on, today=today)),
        figures=get_sums(organization=unit, months=asked, today=today),
        themed=sum(stand.is_complete for stand in stands),
        owing_theme=len(stands),
        months=months,
        groups=(*groups, *_group_gone(gone, actor, asked, by_score=by_score)),
        met=_count_met(placed),
        may_remind=on == today and may_remind(actor, unit),
        advice=count_advice(
            below=given_below(unit, on=on, today=today),
            since=span.first.first_day if on < today else date(on.year, 1, 1),
            until=on,
        ),
        left=list_left_meetings(actor=actor, keeper=unit) if on == today else (),
        petitions=_count_petitions(actor, unit, today) if on == today else None,
        late_ratings=list_late_rounds(actor=actor, unit=unit, today=today) if on == today else (),
    )


def _count_petitions(actor: Actor, unit: Organization, today: date) -> HeldPetitions | None:
    may = actor.may(Permission.PETITIONS_READ, unit.path)
    return count_held(actor=actor, unit=unit, today=today) if may else None


def show_months(span: Span, today: date) -> tuple[Month, ...]:
    """The months of a year that is looked at; of anything shorter the twelve that end with it."""
    months = span.months_until(today)
    return months if len(months) > 3 else shown_months(months[-1].last_day)


def _quarters(months: Sequence[Month]) -> list[Month]:
    """The last of these months in each quarter."""
    return list({(month.year, month.quarter): month for month in months}.values())


def _list_then(actor: Actor, there: Sequence[CellOfMonth], on: date) -> list[Organization]:
    """The cells that stood there on that day and that the actor may read, under the names of then. One query."""
    names = {cell.id: cell.name for cell in there}
    cells = Organization.objects.open_on(on).filter(actor.scope(Permission.FIGURES_READ, "path"), pk__in=list(names))
    found = list(cells)
    for cell in found:
        cell.name = names[cell.pk]
    return sorted(found, key=lambda cell: fold(cell.name))


Places = Mapping[Month, frozenset[int]]


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
    read = read_cells(cells=units, today=today, months=list(placed)) if units else []
    records = [_blank_elsewhere(record, placed) for record in read]
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


def _group_gone(
    records: Sequence[CellRecord], actor: Actor, asked: Sequence[Month], *, by_score: bool
) -> list[MatrixGroup]:
    if not records:
        return []
    may = {record.unit.public_id: actor.may(Permission.FIGURES_READ, record.unit.path) for record in records}
    rows = [_close(row) if not may[row.public_id] else row for row in make_rows(records, asked)]
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
                    meeting_url=link(findings[0].meeting or meeting),
                )
            )
    return sorted(rows, key=lambda row: row.finding.rank)


def _group_levels(rows: Sequence[TriageRow]) -> tuple[TriageLevel, ...]:
    return tuple(
        TriageLevel(level.label, tuple(group)) for level, group in groupby(rows, key=lambda row: row.finding.level)
    )


def _group_cells(
    records: Sequence[CellRecord], parents: Mapping[str, str], asked: Sequence[Month], *, by_score: bool
) -> tuple[MatrixGroup, ...]:
    """By the unit directly above where cells stand below several; otherwise villages, then all others."""
    village, other = _("Thôn, tổ dân phố"), _("Cơ quan, đơn vị, doanh nghiệp, lực lượng vũ trang")
    grouped: dict[tuple[int, str], list[MatrixRow]] = {}
    rows = make_rows(records, asked)
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
