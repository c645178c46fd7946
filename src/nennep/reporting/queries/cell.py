"""One cell against its sisters: attendance and score over twelve months, its tasks, who it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.measures import Counts
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.duties.queries import DutyRow, list_open_duties
from nennep.meetings.queries.coverage import WarningRow, get_coverage_page
from nennep.meetings.queries.readable import find_first_month
from nennep.members.queries import MemberCount, PostHolder, count_members, posts_on
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb, list_books, read_cell_types, read_former_places
from nennep.reporting.queries.commune import list_reminded, may_remind, show_months
from nennep.reporting.queries.facts import CellRecord, MonthRecord, read_cells
from nennep.reporting.queries.figures import get_sums, list_not_used_yet
from nennep.reporting.queries.listed import OF_A_CELL
from nennep.reporting.queries.listed.kinds import Figure, Totals
from nennep.reporting.queries.matrix import MatrixRow, make_rows, mean_score
from nennep.reporting.queries.tree import list_cells_of_months
from nennep.reporting.rules.charts import Chart, make_chart
from nennep.reporting.rules.figures import find_reference_day
from nennep.reporting.rules.matrix import average
from nennep.reporting.rules.triage import CellFinding, find_exceptions

FIRST_DUTIES = 6
_Peer = tuple[
    MonthRecord | None, ...
]  # a sister's months; None of one in which it stood elsewhere or was of another type


@dataclass(frozen=True, slots=True)
class SisterRow:
    """The twelve-month means of this cell among the cells of the same kind below the same unit, month by month."""

    cells: int
    score: Decimal | None
    own_score: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """The cell's mean less the median of its sisters; None when either is missing."""
        return None if self.score is None or self.own_score is None else self.own_score - self.score


@dataclass(frozen=True, slots=True)
class CellPage:
    """Everything the page of a cell shows, as it was on the day `on`: today, or the last day of a span that is over (`is_past`).

    `parent` is the unit above, None when the actor may not open it. Of a span that is over no tasks under way are shown.
    `warnings` are about what it talked about in twelve months.
    """

    unit: Organization
    choice: SpanChoice
    on: date
    is_past: bool
    parent: tuple[UUID, str] | None
    month: Month
    figures: Counts
    not_used_yet: tuple[tuple[str, date], ...]
    findings: tuple[CellFinding, ...]
    warnings: tuple[WarningRow, ...]
    on_time: int
    months_met: int
    months_due: int
    row: MatrixRow
    months: tuple[Month, ...]
    sisters: SisterRow
    attendance: Chart
    scores: Chart
    duties: tuple[DutyRow, ...]
    posts: tuple[PostHolder, ...]
    members: MemberCount | None
    fixed_day: int
    may_remind: bool
    reminded: bool
    books: tuple[str, ...]

    @property
    def shown_figures(self) -> list[tuple[str, Figure]]:
        """Each figure of the month, after the end of the address of its list."""
        totals = Totals(self.month, self.figures, cells=1, themed=0, size=self.choice.span.size)
        return [(measure.address, measure.show(totals)) for measure in OF_A_CELL]

    @property
    def first_duties(self) -> tuple[DutyRow, ...]:
        """Those with a date, or the first ones: the others are folded away."""
        return self.duties[: max(FIRST_DUTIES, sum(row.due_on is not None for row in self.duties))]

    @property
    def other_duties(self) -> tuple[DutyRow, ...]:
        return self.duties[len(self.first_duties) :]


def get_cell_page(*, actor: Actor, unit: Organization, today: date, span: Span | None = None) -> CellPage:
    """The page of a cell in a span of time, the month in progress when none is chosen. Queries do not grow with its sisters."""
    span = span or Span(Month.of(today))
    on, months = span.reference_day(today), show_months(span, today)
    above = breadcrumb(unit)[:-1]
    parent = above[-1] if above else None
    may_open = parent is not None and actor.may(Permission.FIGURES_READ, parent.path)
    own, peers = _read_sisters(unit, months, on)
    month = own.months[-1].facts.month
    duties = () if on < today else list_open_duties(actor=actor, organization=unit, today=today)
    return CellPage(
        unit=unit,
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=on,
        is_past=on < today,
        parent=(parent.public_id, parent.name) if parent and may_open else None,
        month=month,
        not_used_yet=tuple(list_not_used_yet(under=unit, since=span.first.last_day, on=on, today=today)),
        figures=get_sums(organization=unit, months=span.months_until(today), today=today),
        findings=find_exceptions(own.facts),
        warnings=get_coverage_page(cell=unit, today=on).warnings,
        on_time=sum(item.facts.held_on is not None and not item.mark.off_day for item in own.months),
        months_met=sum(item.facts.held_on is not None for item in own.months),
        months_due=sum(item.is_due for item in own.months),
        row=make_rows([own], span.months_until(today))[0],
        months=tuple(item.facts.month for item in own.months),
        sisters=_compare(own, peers),
        attendance=_chart_attendance(own, peers),
        scores=_chart_scores(own, peers),
        duties=tuple(sorted(duties, key=_is_undated)),
        posts=tuple(posts_on(unit.pk, on)),
        members=count_members(path=unit.path, on=on).get(unit.pk),
        fixed_day=own.fixed_day,
        may_remind=on == today and may_remind(actor, unit),
        reminded=bool(list_reminded(cells=[unit], today=today)),
        books=list_books(actor=actor, organization=unit),
    )


def _is_undated(row: DutyRow) -> bool:
    return row.due_on is None


def _read_sisters(unit: Organization, months: Sequence[Month], today: date) -> tuple[CellRecord, list[_Peer]]:
    """The cell, and those that were its sisters in one of the months, whatever the actor may read: only their median is shown."""
    below = _list_below(unit, months, today)
    ids = {pk for cells in below.values() for pk in cells}
    cells = list(Organization.objects.filter(pk__in=ids | {unit.pk}))
    types = read_cell_types(cells=cells, days=[month.first_day for month in months])
    records = read_cells(cells=cells, today=today, months=months)
    own = next(record for record in records if record.unit.pk == unit.pk)
    peers = [
        tuple(
            item
            if record.unit.pk in below[month]
            and types[month.first_day][record.unit.pk] == types[month.first_day][unit.pk]
            else None
            for month, item in zip(months, record.months, strict=True)
        )
        for record in records
        if record is not own
    ]
    return own, [peer for peer in peers if any(peer)]


def _list_below(unit: Organization, months: Sequence[Month], today: date) -> dict[Month, frozenset[int]]:
    """The cells of each month below what stood above the unit then. As many queries for one cell as for all."""
    places = read_former_places(since=months[0].first_day)
    above: dict[str, list[Month]] = defaultdict(list)
    for month in months:
        paths = places.paths_above(unit, find_reference_day(month, today))
        above[paths[1] if len(paths) > 1 else unit.path].append(month)
    below: dict[Month, frozenset[int]] = dict.fromkeys(months, frozenset())
    for parent in Organization.objects.filter(path__in=above):
        found = list_cells_of_months(under=parent, months=above[parent.path], today=today)
        below |= {month: frozenset(cell.id for cell in cells) for month, cells in found.items()}
    return below


def _compare(own: CellRecord, peers: list[_Peer]) -> SisterRow:
    means = [average([item.score for item in peer if item and item.score is not None]) for peer in peers]
    known = [mean for mean in means if mean is not None]
    return SisterRow(len(peers), median(known) if known else None, mean_score(own.months))


def _chart_attendance(own: CellRecord, peers: list[_Peer]) -> Chart:
    return make_chart(
        months=[item.facts.month for item in own.months],
        own=[item.facts.percent for item in own.months],
        peers=[[item.facts.percent for item in month if item] for month in _by_month(own, peers)],
        goals=[item.facts.limits.attendance_target for item in own.months],
    )


def _chart_scores(own: CellRecord, peers: list[_Peer]) -> Chart:
    return make_chart(
        months=[item.facts.month for item in own.months],
        own=[_number(item.score) for item in own.months],
        peers=[[_number(item.score) for item in month if item] for month in _by_month(own, peers)],
        goals=[item.facts.limits.good_from for item in own.months],
    )


def _by_month(own: CellRecord, peers: list[_Peer]) -> list[list[MonthRecord | None]]:
    return [[peer[index] for peer in peers] for index in range(len(own.months))]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
