"""When a cell meets: its routine, the day rule in force, the year's calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.periods import Month, holiday_name
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.queries.themes import quarter_ends, themes_owed
from nennep.meetings.rules.schedule import (
    DatePosition,
    DayRule,
    find_meeting_day,
    place_date,
    takes_weekends_off,
    usual_hour,
)
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_roots
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import RuleBook, Source, rules_for, rules_for_days


@dataclass(frozen=True, slots=True)
class Routine:
    """When and where the cell usually meets. `fixed_day` None: the day of the policy."""

    fixed_day: int | None
    starts_at: time
    place: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One meeting of the year's plan. `off_rule` is the reason why it is not on its fixed day; `holiday` what moved it."""

    public_id: UUID
    meeting: Meeting
    position: DatePosition
    holiday: str
    departures: tuple[str, ...]

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
    """The page Kế hoạch năm: meetings in order, the routine they follow, themes per quarter, and whose rule it is."""

    year: int
    rows: tuple[CalendarRow, ...]
    routine: Routine
    rule: DayRule
    quarters: tuple[QuarterThemes, ...]
    day_source: Source | None
    theme_source: Source | None
    may_change: bool

    @property
    def previous_year(self) -> int:
        return self.year - 1

    @property
    def next_year(self) -> int:
        return self.year + 1

    @property
    def lacks_schedule(self) -> bool:
        """Nothing at all is planned in this year."""
        return not self.rows


def routine_of(organization: Organization) -> Routine:
    """The cell's own routine, or what is usual for its type. One query."""
    own = MeetingRoutine.objects.filter(organization=organization).first()
    if own is None:
        return Routine(fixed_day=None, starts_at=usual_hour(organization.cell_type), place="")
    return Routine(own.fixed_day, own.starts_at, own.place)


def day_rule_of(organization: Organization, *, on: date) -> DayRule:
    """The fixed day and window that apply to the cell on that day. Two queries."""
    return make_day_rule(organization, routine_of(organization), rules_for(organization=organization, on=on))


def make_day_rule(organization: Organization, routine: Routine, rules: RuleBook) -> DayRule:
    return DayRule(
        fixed_day=routine.fixed_day or rules.fixed_day,
        window_last=rules.window_last_day,
        weekends_off=takes_weekends_off(organization.cell_type),
    )


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
    """The year's meetings of the cell with where each stands against the rule of its month. Four queries."""
    on, months = min(max(today, date(year, 1, 1)), date(year, 12, 31)), list(Month(year, 1).through(Month(year, 12)))
    days = [on, *(month.first_day for month in months), *quarter_ends(year).values()]
    books = rules_for_days(organizations=[organization], days=days)
    rules, routine = books[on][organization.pk], routine_of(organization)
    own = {month: make_day_rule(organization, routine, books[month.first_day][organization.pk]) for month in months}
    meetings = (
        Meeting.objects.visible_to(actor)
        .filter(organization=organization, month__year=year)
        .order_by("planned_for", "pk")
        .prefetch_related("departures")
    )
    rows = tuple(_calendar_row(meeting, own[Month.of(meeting.month)]) for meeting in meetings)
    return YearPlan(
        year=year,
        rows=rows,
        routine=routine,
        rule=make_day_rule(organization, routine, rules),
        quarters=_count_themes(rows, themes_owed(organization, year, books)),
        day_source=rules.source(PolicyKey.FIXED_DAY),
        theme_source=rules.source(PolicyKey.THEMATIC_PER_QUARTER),
        may_change=actor.may(Permission.MEETINGS_PREPARE, organization.path),
    )


def _calendar_row(meeting: Meeting, rule: DayRule) -> CalendarRow:
    month, day = Month.of(meeting.month), meeting.day
    fixed = month.first_day.replace(day=rule.fixed_day)
    is_monthly = MeetingKind(meeting.kind).is_monthly
    return CalendarRow(
        public_id=meeting.public_id,
        meeting=meeting,
        position=place_date(day, month=month, rule=rule) if is_monthly else DatePosition.ON_DAY,
        holiday=holiday_name(fixed) if is_monthly and day == find_meeting_day(month, rule) != fixed else "",
        departures=tuple(departure.reason for departure in meeting.departures.all()),
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
    """What the form for another day says of the rule: the day it would be, the last day of the window, whose rule."""

    planned_day: date
    window_last: date
    source: Source | None


def get_move_page(*, meeting: Meeting) -> MovePage | None:
    """The rule for a regular meeting; None for extra ones, which may be on any day. Two queries."""
    if not MeetingKind(meeting.kind).is_monthly:
        return None
    rules = rules_for(organization=meeting.organization, on=meeting.month)
    rule = make_day_rule(meeting.organization, routine_of(meeting.organization), rules)
    month = Month.of(meeting.month)
    planned = find_meeting_day(month, rule)
    return MovePage(
        planned_day=planned,
        window_last=max(planned, month.first_day.replace(day=rule.last_day)),
        source=rules.source(PolicyKey.FIXED_DAY),
    )


def find_day_before(meeting: Meeting) -> date:
    """The day of the monthly meeting before this one; without one, the first day of the month before."""
    before = Meeting.objects.held().filter(
        organization_id=meeting.organization_id, kind__in=MeetingKind.monthly(), planned_for__lt=meeting.planned_for
    )
    last = before.order_by("-planned_for").first()
    return last.held_on if last else Month.of(meeting.month).plus(-1).first_day
