"""The screen of a unit above communes: what needs it, its figures, and the units directly below as rows; never all cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from uuid import UUID

from nennep.classification.queries.late import LateLine, list_late_rounds
from nennep.core.access import Actor
from nennep.core.measures import Counts, add_months
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.meetings.queries.readable import find_first_month
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb
from nennep.reporting.queries.attention import AttentionLine, count_needing, group_attention
from nennep.reporting.queries.figures import read_figures
from nennep.reporting.queries.tree import ChildOfMonths, list_children_of_months
from nennep.reporting.rules.charts import draw_spark
from nennep.reporting.rules.figures import is_finished
from nennep.reporting.rules.shares import BANDS, SHARES, Share, find_band

MONTHS = 12
SISTERS_AT_LEAST = 3  # of fewer the middle one tells a figure of a certain unit
_Figures = Mapping[tuple[int, Month], Counts]


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A unit directly below, maybe a cell, in the span that was chosen.

    `shares` by the keys of `SHARES`; `sparks`: the points of a line over the months, by the same keys; `needing`: cells that
    need attention now or this week.
    """

    public_id: UUID
    name: str
    is_cell: bool
    is_there: bool
    opens: bool
    counts: Counts
    shares: Mapping[str, float | None]
    sparks: Mapping[str, tuple[str, ...]]
    needing: int

    @property
    def pairs(self) -> list[tuple[Share, float | None, tuple[str, ...]]]:
        return [(share, self.shares[share.key], self.sparks[share.key]) for share in SHARES]


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of the unit: its share, of how much, the same span a year before, the middle of its sisters."""

    share: Share
    value: float | None
    part: int
    whole: int
    before: float | None
    sisters: float | None


@dataclass(frozen=True, slots=True)
class ShareSpread:
    """How many of the units below lie in each band of a share; `unknown`: those of which nothing was counted."""

    share: Share
    bands: tuple[tuple[str, int], ...]
    whole: int
    unknown: int


@dataclass(frozen=True, slots=True)
class UpperPage:
    """Everything the page shows. `attention` and `late_ratings`, rounds whose day passed, of today alone.

    `months`: those of the lines, without the one in progress, which has met for little yet.
    """

    unit: Organization
    choice: SpanChoice
    on: date
    is_past: bool
    months: tuple[Month, ...]
    counts: Counts
    headlines: tuple[Headline, ...]
    distributions: tuple[ShareSpread, ...]
    rows: tuple[ChildRow, ...]
    attention: tuple[AttentionLine, ...]
    needing: int
    sisters: int
    late_ratings: tuple[LateLine, ...]

    @property
    def children(self) -> int:
        """Units that are there, without the cells directly below."""
        return sum(row.is_there and not row.is_cell for row in self.rows)

    @property
    def last_label(self) -> str:
        return f"{self.months[-1].number}/{self.months[-1].year}"


def is_above_communes(unit: Organization) -> bool:
    """Whether its screen has units below as rows; a commune's has its cells."""
    return unit.kind in {UnitKind.CENTRAL, UnitKind.PROVINCE, UnitKind.UPPER_DIRECT}


def get_upper_page(
    *, actor: Actor, unit: Organization, today: date, span: Span | None = None, order: str = ""
) -> UpperPage:
    """The screen of a unit above communes, of a span.

    `order`: a key of `SHARES`, the lowest first, or `can`: who needs attention, the most first.

    The number of queries does not grow with what stands below, nor does what is read with the number of cells.
    """
    span = span or Span(Month.of(today))
    asked, shown = span.months_until(today), _list_shown(span, today)
    drawn = tuple(month for month in shown if is_finished(month, today))
    children = list_children_of_months(under=unit, months=shown, today=today)
    figures = read_figures(units=[unit, *(child.unit for child in children)], months=shown, today=today)
    is_past = span.reference_day(today) < today
    needing = {} if is_past else count_needing(actor=actor, unit=unit)
    rows = _Rows(actor, figures, needing, asked, drawn).make(children)
    headlines, sisters = _make_headlines(unit, figures, span, today)
    return UpperPage(
        unit=unit,
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=span.reference_day(today),
        is_past=is_past,
        months=drawn,
        counts=add_months(figures[unit.pk, month] for month in asked),
        headlines=headlines,
        distributions=tuple(_distribute(share, rows) for share in SHARES),
        rows=_sort(rows, order),
        attention=() if is_past else group_attention(actor=actor, unit=unit, today=today),
        needing=sum(needing.values()),
        sisters=sisters,
        late_ratings=() if is_past else list_late_rounds(actor=actor, unit=unit, today=today),
    )


def _list_shown(span: Span, today: date) -> tuple[Month, ...]:
    """Twelve months, the span at their end."""
    last = span.months_until(today)[-1]
    return tuple(last.plus(1 - MONTHS).through(last))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Makes rows from what was read; `asked` months were chosen, `drawn` are those of the lines."""

    actor: Actor
    figures: _Figures
    needing: Mapping[str, int]
    asked: Sequence[Month]
    drawn: Sequence[Month]

    def make(self, children: Sequence[ChildOfMonths]) -> list[ChildRow]:
        """Units with cells below, then the cells directly below; those too that stood there earlier in the span."""
        asked = set(self.asked)
        shown = [child for child in children if child.is_there or child.months & asked]
        return [self.make_row(child) for child in sorted(shown, key=lambda child: child.unit.is_cell)]

    def make_row(self, child: ChildOfMonths) -> ChildRow:
        """Months in which it stood elsewhere are that other unit's."""
        by_month = {
            month: self.figures[child.unit.pk, month] if month in child.months else Counts()
            for month in {*self.asked, *self.drawn}
        }
        counts = add_months(by_month[month] for month in self.asked)
        return ChildRow(
            public_id=child.unit.public_id,
            name=child.name,
            is_cell=child.unit.is_cell,
            is_there=child.is_there,
            opens=self.actor.may(Permission.FIGURES_READ, child.unit.path),
            counts=counts,
            shares={share.key: share.of(counts) for share in SHARES},
            sparks={share.key: draw_spark([share.of(by_month[month]) for month in self.drawn]) for share in SHARES},
            needing=self.needing.get(child.unit.path, 0),
        )


def _make_headlines(unit: Organization, figures: _Figures, span: Span, today: date) -> tuple[tuple[Headline, ...], int]:
    """The shares of the span beside the same months a year before and the middle of its sisters; how many these are."""
    asked = span.months_until(today)
    earlier = [month.plus(-MONTHS) for month in asked]
    before = read_figures(units=[unit], months=earlier, today=today)
    sisters = _list_sisters(unit)
    known = read_figures(units=sisters, months=asked, today=today) if sisters else {}
    own = add_months(figures[unit.pk, month] for month in asked)
    then = add_months(before[unit.pk, month] for month in earlier)
    others = [add_months(known[one.pk, month] for month in asked) for one in sisters]
    return tuple(_make_headline(share, own, then, others) for share in SHARES), len(sisters)


def _make_headline(share: Share, own: Counts, then: Counts, others: Sequence[Counts]) -> Headline:
    values = [value for counts in others if (value := share.of(counts)) is not None]
    middle = median(values) if len(values) >= SISTERS_AT_LEAST else None
    return Headline(share, share.of(own), own[share.part], own[share.whole], share.of(then), middle)


def _list_sisters(unit: Organization) -> list[Organization]:
    """Units of the same kind below the same unit, without itself; none where they are too few to hide one another."""
    above = breadcrumb(unit)[:-1]
    if not above:
        return []
    siblings = Organization.objects.filter(
        path__startswith=above[-1].path, depth=unit.depth, kind=unit.kind, closed_on=None
    )
    found = list(siblings.exclude(pk=unit.pk))
    return found if len(found) >= SISTERS_AT_LEAST else []


def _distribute(share: Share, rows: Sequence[ChildRow]) -> ShareSpread:
    values = [row.shares[share.key] for row in rows if row.is_there and not row.is_cell]
    known = [find_band(value) for value in values if value is not None]
    return ShareSpread(
        share,
        tuple((band.label, known.count(band)) for band in BANDS),
        len(known),
        len(values) - len(known),
    )


def _sort(rows: Sequence[ChildRow], order: str) -> tuple[ChildRow, ...]:
    if order == "can":
        return tuple(sorted(rows, key=lambda row: -row.needing))
    if order in {share.key for share in SHARES}:
        return tuple(sorted(rows, key=lambda row: (row.shares[order] is None, row.shares[order] or 0)))
    return tuple(rows)
