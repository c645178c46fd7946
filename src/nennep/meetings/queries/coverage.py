"""The map of contents: minutes per topic and month of a cell, what it was made of, and the cells it warns of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.spans import SpanChoice, make_choice
from nennep.meetings.choices import MeetingState, Topic
from nennep.meetings.models import AgendaItem
from nennep.meetings.queries.readable import find_first_month, list_readable_cells
from nennep.meetings.queries.sources import list_remarked
from nennep.meetings.rules.coverage import (
    LONG_TALK,
    MONTHS_SHOWN,
    PROCEDURE,
    CoverageFault,
    CoverageList,
    CoverageWarning,
    ItemFacts,
    MonthTime,
    add_minutes,
    find_coverage_warnings,
    read_coverage_list,
    spend_minutes,
)
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for, rules_for_many


@dataclass(frozen=True, slots=True)
class SpentItem:
    """One item of a held meeting with the minutes it took."""

    organization_id: int
    meeting_id: UUID
    held_on: date
    month: Month
    topic: str
    title: str
    planned: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TopicCell:
    """One topic in one month. `grade` is the colour (T long, K short, N none), `sign` what stands in the cell."""

    month: Month
    minutes: int
    is_held: bool

    @property
    def grade(self) -> str:
        if not self.minutes:
            return "N"
        return "T" if self.minutes >= LONG_TALK else "K"

    @property
    def sign(self) -> str:
        """The minutes; a dot for a month without a meeting."""
        return str(self.minutes) if self.is_held else "·"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic over the months; `share` of all content minutes in percent. `last`: the month it was last talked about."""

    topic: str
    label: str
    is_expected: bool
    cells: tuple[TopicCell, ...]
    share: float

    @property
    def total(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    @property
    def last(self) -> Month | None:
        return next((cell.month for cell in reversed(self.cells) if cell.minutes), None)


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning in words, and the topic whose row it is about (empty: the whole map)."""

    fault: CoverageFault
    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """The map of one cell: months oldest first, rows by the list for its type, warnings, whose list it is."""

    cell: Organization
    months: tuple[Month, ...]
    rows: tuple[TopicRow, ...]
    warnings: tuple[WarningRow, ...]
    total: int
    source: Source | None
    meetings: int

    @property
    def long_talk(self) -> int:
        """Minutes from which a topic was talked about at length."""
        return LONG_TALK

    @property
    def years(self) -> list[tuple[int, int]]:
        """Each year of the months with how many of them it has."""
        return list(Counter(month.year for month in self.months).items())

    @property
    def by_minutes(self) -> list[TopicRow]:
        """The rows again, what took longest first."""
        return sorted(self.rows, key=lambda row: -row.total)


@dataclass(frozen=True, slots=True)
class CellCoverage:
    """One cell of the commune's list."""

    cell: Organization
    warnings: tuple[WarningRow, ...]


@dataclass(frozen=True, slots=True)
class CommuneCoverage:
    """Cells with warnings first by how many and how grave; `cells` is how many there are in all.

    The twelve months end with the day `on`: today, or the last one of a span of time that is over (`is_past`).
    """

    unit: Organization
    rows: tuple[CellCoverage, ...]
    cells: int
    source: Source | None
    choice: SpanChoice
    on: date
    is_past: bool


@dataclass(frozen=True, slots=True)
class TopicItems:
    """What one cell of the map was made of."""

    cell: Organization
    topic: str
    label: str
    month: Month
    items: tuple[SpentItem, ...]

    @property
    def total(self) -> int:
        return sum(item.minutes for item in self.items)


def list_months(today: date) -> tuple[Month, ...]:
    """The twelve months up to this one, oldest first."""
    last = Month.of(today)
    return tuple(last.plus(1 - MONTHS_SHOWN).through(last))


def get_coverage_page(*, cell: Organization, today: date) -> CoveragePage:
    """The map of a cell that the caller has found through its door. Three queries."""
    rules, months = rules_for(organization=cell, on=today), list_months(today)
    items = list_spent_items([cell.pk], since=months[0].first_day, until=months[-1].last_day)
    times = add_up_months(items, months)
    wanted = read_coverage_list(rules.agenda_template, cell.cell_type)
    content = sum(time.of(set(time.minutes) - PROCEDURE) for time in times)
    return CoveragePage(
        cell=cell,
        months=months,
        rows=_make_rows(times, wanted, content),
        warnings=_warn(cell, times, wanted, remarked=list_remarked([cell.pk], since=months[0].first_day)),
        total=content,
        source=rules.source(PolicyKey.AGENDA_TEMPLATE),
        meetings=len({item.meeting_id for item in items}),
    )


def get_topic_items(*, cell: Organization, topic: Topic, month: Month, today: date) -> TopicItems:
    """The items behind one cell of the map. Two queries. The caller has passed the cell's door."""
    wanted = read_coverage_list(rules_for(organization=cell, on=today).agenda_template, cell.cell_type)
    items = list_spent_items([cell.pk], since=month.first_day, until=month.last_day)
    return TopicItems(
        cell=cell,
        topic=topic.value,
        label=_label(topic.value, wanted),
        month=month,
        items=tuple(item for item in items if item.topic == topic and item.minutes),
    )


def list_commune_coverage(
    *, actor: Actor, unit: Organization, today: date, span: Span | None = None
) -> CommuneCoverage:
    """Cells below a unit whose map warns of something, the gravest first, at the end of a span of time.

    Six queries, however many cells; of the past one more for each level of the tree.
    """
    span = span or Span(Month.of(today))
    on = span.reference_day(today)
    months, cells = list_months(on), list_readable_cells(actor=actor, unit=unit, on=on, today=today)
    ids = [cell.pk for cell in cells]
    books = rules_for_many(organizations=[unit, *cells], on=on)
    lists = {cell.pk: read_coverage_list(books[cell.pk].agenda_template, cell.cell_type) for cell in cells}
    remarked = list_remarked(ids, since=months[0].first_day)
    by_cell: dict[int, list[SpentItem]] = defaultdict(list)
    for item in list_spent_items(ids, since=months[0].first_day, until=months[-1].last_day):
        by_cell[item.organization_id].append(item)
    rows = [
        CellCoverage(cell, _warn(cell, add_up_months(by_cell[cell.pk], months), lists[cell.pk], remarked=remarked))
        for cell in cells
    ]
    return CommuneCoverage(
        unit=unit,
        rows=tuple(sorted((row for row in rows if row.warnings), key=_gravity)),
        cells=len(cells),
        source=books[unit.pk].source(PolicyKey.AGENDA_TEMPLATE),
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=on,
        is_past=on < today,
    )


def _gravity(row: CellCoverage) -> tuple[int, int, str]:
    order = list(CoverageFault)
    return (min(order.index(warning.fault) for warning in row.warnings), -len(row.warnings), row.cell.path)


def list_spent_items(organization_ids: Iterable[int], *, since: date, until: date) -> list[SpentItem]:
    """Items of the meetings held for the months between two days, by meeting and place. One query."""
    items = AgendaItem.objects.filter(
        meeting__organization_id__in=list(organization_ids),
        meeting__state=MeetingState.HELD,
        meeting__month__gte=since,
        meeting__month__lte=until,
    )
    has_words = ExpressionWrapper(~Q(note="") | ~Q(conclusion=""), BooleanField())
    ordered = items.annotate(has_words=has_words).order_by("meeting__month", "meeting_id", "position", "pk")
    by_meeting: dict[UUID, list[_Row]] = defaultdict(list)
    for values in ordered.values_list(*_COLUMNS):
        row = _Row(*values)
        by_meeting[row.meeting].append(row)
    return [item for rows in by_meeting.values() for item in _spend(rows)]


_COLUMNS = (
    "meeting__organization_id",
    "meeting__public_id",
    "meeting__month",
    "meeting__planned_for",
    "meeting__opened_at",
    "meeting__closed_at",
    "topic",
    "title",
    "minutes_planned",
    "started_at",
    "ended_at",
    "has_words",
)


class _Row(NamedTuple):
    """One item as the database gives it: plain values, because a commune has ten thousand of them."""

    unit: int
    meeting: UUID
    month: date
    planned_for: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    topic: str
    title: str
    planned: int
    started_at: datetime | None
    ended_at: datetime | None
    has_words: bool


def _spend(rows: Sequence[_Row]) -> list[SpentItem]:
    """The items of one meeting with their minutes."""
    facts = [ItemFacts(row.topic, row.planned, row.started_at, row.ended_at, row.has_words) for row in rows]
    minutes = spend_minutes(facts, closed_at=rows[0].closed_at)
    held_on = localdate(rows[0].opened_at or rows[0].planned_for)
    return [
        SpentItem(
            organization_id=row.unit,
            meeting_id=row.meeting,
            held_on=held_on,
            month=Month.of(row.month),
            topic=row.topic,
            title=row.title,
            planned=row.planned,
            minutes=taken,
        )
        for row, taken in zip(rows, minutes, strict=True)
    ]


def add_up_months(items: Iterable[SpentItem], months: Sequence[Month]) -> list[MonthTime]:
    """Minutes by topic for each of the months."""
    by_month: dict[Month, list[SpentItem]] = defaultdict(list)
    for item in items:
        by_month[item.month].append(item)
    return [
        MonthTime(month, month in by_month, add_minutes((item.topic, item.minutes) for item in by_month.get(month, [])))
        for month in months
    ]


def _make_rows(times: Sequence[MonthTime], wanted: CoverageList, content: int) -> tuple[TopicRow, ...]:
    met = {topic for time in times for topic in time.minutes}
    others = [topic.value for topic in Topic if topic in met and topic not in PROCEDURE]
    topics = list(dict.fromkeys([*wanted.expected, *others]))
    return tuple(_make_row(topic, times, wanted, content) for topic in topics)


def _make_row(topic: str, times: Sequence[MonthTime], wanted: CoverageList, content: int) -> TopicRow:
    cells = tuple(TopicCell(time.month, time.minutes.get(topic, 0), time.is_held) for time in times)
    minutes = sum(cell.minutes for cell in cells)
    return TopicRow(
        topic=topic,
        label=_label(topic, wanted),
        is_expected=topic in wanted.expected,
        cells=cells,
        share=100 * minutes / content if content else 0.0,
    )


def _label(topic: str, wanted: CoverageList) -> str:
    """The words of the list for the type of cell; else those of the topic itself."""
    return dict(wanted.own).get(topic) or str(Topic(topic).label)


def _warn(
    cell: Organization, times: Sequence[MonthTime], wanted: CoverageList, *, remarked: set[int]
) -> tuple[WarningRow, ...]:
    warnings = find_coverage_warnings(
        times,
        wanted,
        is_office=cell.cell_type == CellType.OFFICE,
        touched={Topic.PRAISE} if cell.pk in remarked else (),
    )
    return tuple(WarningRow(one.fault, say_warning(one, wanted), one.topic) for one in warnings)


def say_warning(warning: CoverageWarning, wanted: CoverageList) -> str:
    """The warning in words, as the page says it."""
    if warning.fault == CoverageFault.ONLY_WORK:
        return ngettext(
            "%(months)s tháng liền chỉ bàn chuyên môn", "%(months)s tháng liền chỉ bàn chuyên môn", warning.months
        ) % {"months": warning.months}
    if warning.fault == CoverageFault.NO_CRITICISM:
        return ngettext(
            "%(months)s buổi liền không có tự phê bình và phê bình",
            "%(months)s buổi liền không có tự phê bình và phê bình",
            warning.months,
        ) % {"months": warning.months}
    return ngettext(
        "“%(topic)s” chưa bàn trong %(months)s tháng", "“%(topic)s” chưa bàn trong %(months)s tháng", warning.months
    ) % {
        "topic": _label(warning.topic, wanted),
        "months": warning.months,
    }
