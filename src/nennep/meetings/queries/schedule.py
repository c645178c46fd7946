"""When a cell meets: the year's calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.periods import YEARS, Month, holiday_name
from nennep.core.permissions import Permission
from nennep.duties.rules import MeetingBefore
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import may_settle
from nennep.meetings.queries.routine import Routine, RoutineRow, make_day_rules, read_habits
from nennep.meetings.queries.themes import quarter_ends, themes_owed
from nennep.meetings.rules.schedule import (
    DatePosition,
    DayRule,
    find_last_day,
    find_meeting_day,
    find_window_last,
    place_date,
)
from nennep.meetings.rules.state import is_before
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_roots
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for_days


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One meeting of the year's plan. `off_rule` is the reason why it is not on its fixed day; `holiday` what moved it.

    `may_settle`: the actor may put it on another day; where it was called off, take that back.
    """

    public_id: UUID
    meeting: Meeting
    position: DatePosition
    holiday: str
    departures: tuple[str, ...]
    may_settle: bool

    @property
    def state(self) -> MeetingState:
        return MeetingState(self.meeting.state)


@dataclass(frozen=True, slots=True)
class QuarterThemes:
    """How many thematic meetings a quarter has (planned or held) of how many it owes."""

    quarter: int
    count: int
    owed: int


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The page Kế hoạch năm: meetings in order, the routine they follow, themes per quarter, and whose rule it is.

    `coming` are the routines that begin later.
    """

    year: int
    rows: tuple[CalendarRow, ...]
    routine: Routine
    rule: DayRule
    coming: tuple[RoutineRow, ...]
    quarters: tuple[QuarterThemes, ...]
    day_source: Source | None
    theme_source: Source | None
    may_change: bool

    @property
    def years(self) -> tuple[int, ...]:
        """Its neighbours and itself, as far as there are pages of them."""
        return tuple(year for year in (self.year - 1, self.year, self.year + 1) if year in YEARS)

    @property
    def lacks_schedule(self) -> bool:
        """Nothing at all is planned in this year."""
        return not self.rows


def list_cells_to_plan(*, actor: Actor, year: int, on: date) -> list[Organization]:
    """Cells that exist on that day and whose year is not planned to its end. Two queries."""
    planned = (
        Meeting.objects.filter(month=date(year, 12, 1), kind__in=MeetingKind.monthly())
        .order_by()
        .values("organization")
    )
    paths = [root.path for root in list_roots(actor=actor)]
    cells = Organization.objects.open_on(on).cells().exclude(pk__in=planned)
    return [cell for cell in cells if any(cell.path.startswith(path) for path in paths)]


def list_open_cells(*, organization_ids: Sequence[int], on: date) -> list[Organization]:
    """Those of the units that are cells and exist on that day, in tree order. One query."""
    return list(Organization.objects.open_on(on).cells().filter(pk__in=organization_ids))


def get_year_plan(*, actor: Actor, organization: Organization, year: int, today: date) -> YearPlan:
    """The year's meetings of the cell with where each stands against the rule of its month. Five queries."""
    on, months = min(max(today, date(year, 1, 1)), date(year, 12, 31)), list(Month(year, 1).through(Month(year, 12)))
    days = [on, *(month.first_day for month in months), *quarter_ends(year).values()]
    books = rules_for_days(organizations=[organization], days=days)
    rules, habits = books[on][organization.pk], read_habits(cells=[organization])
    own = make_day_rules([organization], {month: books[month.first_day] for month in months}, habits)
    meetings = (
        Meeting.objects.visible_to(actor)
        .filter(organization=organization, month__year=year)
        .order_by("planned_for", "pk")
        .prefetch_related("departures")
    )
    ended = organization.closed_on
    settles = may_settle(actor=actor, cell=organization)
    rows = tuple(
        _calendar_row(
            meeting,
            own[Month.of(meeting.month)][organization.pk],
            may_settle=settles and is_before(meeting.day, ended),
        )
        for meeting in meetings
    )
    mine = habits[organization.pk]
    return YearPlan(
        year=year,
        rows=rows,
        routine=mine.of(Month.of(on)),
        rule=own[Month.of(on)][organization.pk],
        coming=mine.list_from(Month.of(on).plus(1)),
        quarters=_count_themes(rows, themes_owed(organization, year, books)),
        day_source=rules.source(PolicyKey.FIXED_DAY),
        theme_source=rules.source(PolicyKey.THEMATIC_PER_QUARTER),
        may_change=actor.may(Permission.MEETINGS_PREPARE, organization.path),
    )


def _calendar_row(meeting: Meeting, rule: DayRule, *, may_settle: bool) -> CalendarRow:
    month, day = Month.of(meeting.month), meeting.day
    fixed = month.first_day.replace(day=rule.fixed_day)
    is_monthly = MeetingKind(meeting.kind).is_monthly
    return CalendarRow(
        public_id=meeting.public_id,
        meeting=meeting,
        position=place_date(day, month=month, rule=rule) if is_monthly else DatePosition.ON_DAY,
        holiday=holiday_name(fixed) if is_monthly and day == find_meeting_day(month, rule) != fixed else "",
        departures=tuple(departure.reason for departure in meeting.departures.all()),
        may_settle=may_settle,
    )


def _count_themes(rows: tuple[CalendarRow, ...], owed: Mapping[int, int]) -> tuple[QuarterThemes, ...]:
    themed = [
        Month.of(row.meeting.month).quarter
        for row in rows
        if MeetingKind(row.meeting.kind).is_themed and row.meeting.state != MeetingState.CANCELLED
    ]
    return tuple(QuarterThemes(quarter, themed.count(quarter), number) for quarter, number in owed.items())


@dataclass(frozen=True, slots=True)
class MovePage:
    """What the form for another day says of the rule: the day it would be, the last day of the window, whose rule.

    `is_past_window`: the day lies later than the window, and the days between are in neither.
    """

    planned_day: date
    window_last: date
    is_past_window: bool
    source: Source | None


def get_move_page(*, meeting: Meeting) -> MovePage | None:
    """The rule for a regular meeting; None for extra ones, which may be on any day. Three queries."""
    if not MeetingKind(meeting.kind).is_monthly:
        return None
    cell, month = meeting.organization, Month.of(meeting.month)
    books = rules_for_days(organizations=[cell], days=[month.first_day])[month.first_day]
    rule = make_day_rules([cell], {month: books}, read_habits(cells=[cell]))[month][cell.pk]
    planned = find_meeting_day(month, rule)
    return MovePage(
        planned_day=planned,
        window_last=find_window_last(month, rule) if rule.is_past_window else find_last_day(month, rule),
        is_past_window=rule.is_past_window,
        source=books[cell.pk].source(PolicyKey.FIXED_DAY),
    )


def before_columns() -> dict[str, Combinable]:
    """What `read_meeting_before` reads, for a query of meetings: no query of its own."""
    last = (
        Meeting.objects.held()
        .filter(
            organization=OuterRef("organization_id"),
            kind__in=MeetingKind.monthly(),
            planned_for__lt=OuterRef("planned_for"),
        )
        .order_by("-planned_for")
    )
    return {
        "before_began": Subquery(last.annotate(began=Coalesce("opened_at", "planned_for")).values("began")[:1]),
        "before_closed": Subquery(last.values("closed_at")[:1]),
    }


def read_meeting_before(meeting: Meeting) -> MeetingBefore:
    """`find_meeting_before` of a meeting that was read with `before_columns`. No query."""
    began, closed = meeting.before_began, meeting.before_closed  # type: ignore[attr-defined]  # annotated
    if began is None:
        return MeetingBefore(Month.of(meeting.month).plus(-1).first_day)
    return MeetingBefore(localdate(began), closed)


def find_meeting_before(meeting: Meeting) -> MeetingBefore:
    """The monthly meeting before this one; without one, the first day of the month before. One query."""
    before = Meeting.objects.held().filter(
        organization_id=meeting.organization_id, kind__in=MeetingKind.monthly(), planned_for__lt=meeting.planned_for
    )
    last = before.order_by("-planned_for").first()
    if last is None:
        return MeetingBefore(Month.of(meeting.month).plus(-1).first_day)
    return MeetingBefore(last.held_on, last.closed_at)
