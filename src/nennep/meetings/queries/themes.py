"""The plan of themes of a cell and year: what is planned for each quarter, what was held, where it has gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingState, ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.meetings.rules.agenda import THEME_KINDS
from nennep.meetings.rules.themes import QuarterCount, ThemeStage, count_quarters, find_stage
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme. `public_id` None: a meeting took it up outside the plan. `meeting_on`: the day it is called for or was held.

    `author` drafts it; `draft_due_on` is the day by which.
    """

    public_id: UUID | None
    month: Month
    title: str
    purpose: str
    author: str
    author_id: UUID | None
    draft_due_on: date | None
    stage: ThemeStage
    meeting_id: UUID | None
    meeting_on: date | None

    @property
    def is_held(self) -> bool:
        return self.stage == ThemeStage.HELD


@dataclass(frozen=True, slots=True)
class ThemeQuarter:
    """One quarter: its themes by month, and how many it has of how many it owes."""

    count: QuarterCount
    rows: tuple[ThemeRow, ...]

    @property
    def quarter(self) -> int:
        return self.count.quarter


@dataclass(frozen=True, slots=True)
class ThemeYear:
    """The plan of themes of one cell and year, as pages and papers show it; `source` is whose rule the number is."""

    cell: str
    upper: str
    year: int
    quarters: tuple[ThemeQuarter, ...]
    owed: int
    source: Source | None

    @property
    def rows(self) -> tuple[ThemeRow, ...]:
        return tuple(row for quarter in self.quarters for row in quarter.rows)

    @property
    def gaps(self) -> tuple[ThemeQuarter, ...]:
        return tuple(quarter for quarter in self.quarters if quarter.count.lacks)


def get_theme_plan(cell: Organization, year: int, *, today: date) -> ThemeYear:
    """The plan of a cell that the caller has found through its door. Four queries."""
    rules = rules_for(organization=cell, on=min(max(today, date(year, 1, 1)), date(year, 12, 31)))
    upper = breadcrumb(cell)[:-1]
    rows = list_themes([cell.pk], year, today=today).get(cell.pk, [])
    return ThemeYear(
        cell=cell.name,
        upper=upper[-1].name if upper else "",
        year=year,
        quarters=group_by_quarter(rows, owed=rules.thematic_per_quarter),
        owed=rules.thematic_per_quarter,
        source=rules.source(PolicyKey.THEMATIC_PER_QUARTER),
    )


def list_themes(organization_ids: Iterable[int], year: int, *, today: date) -> dict[int, list[ThemeRow]]:
    """Themes of many cells by unit id, each list by month: those of the plan, and meetings with a theme outside it.

    Two queries, however many cells. Callers have passed the cells' doors.
    """
    ids = list(organization_ids)
    found: dict[int, list[ThemeRow]] = {}
    plans = ThemePlan.objects.filter(organization_id__in=ids, month__year=year).select_related("author", "meeting")
    plans = plans.defer("author__ethnic_group", "author__religion", "author__identity_number")
    taken: set[int] = set()
    for plan in plans.order_by("month", "pk"):
        if plan.meeting_id:
            taken.add(plan.meeting_id)
        found.setdefault(plan.organization_id, []).append(_planned_row(plan, today))
    for meeting in _list_themed_meetings(ids, year):
        if meeting.pk not in taken:
            found.setdefault(meeting.organization_id, []).append(_unplanned_row(meeting, today))
    return {unit: sorted(rows, key=lambda row: row.month) for unit, rows in found.items()}


def _list_themed_meetings(organization_ids: list[int], year: int) -> Iterable[Meeting]:
    meetings = Meeting.objects.filter(organization_id__in=organization_ids, month__year=year, kind__in=THEME_KINDS)
    return meetings.exclude(state=MeetingState.CANCELLED).order_by("month", "pk")


def group_by_quarter(rows: Iterable[ThemeRow], *, owed: int) -> tuple[ThemeQuarter, ...]:
    """The four quarters with their themes."""
    listed = list(rows)
    counts = count_quarters(((row.month.quarter, row.stage) for row in listed), owed=owed)
    return tuple(
        ThemeQuarter(count, tuple(row for row in listed if row.month.quarter == count.quarter)) for count in counts
    )


def _planned_row(plan: ThemePlan, today: date) -> ThemeRow:
    meeting = plan.meeting if plan.meeting and plan.meeting.state != MeetingState.CANCELLED else None
    return ThemeRow(
        public_id=plan.public_id,
        month=Month.of(plan.month),
        title=plan.title,
        purpose=plan.purpose,
        author=plan.author.full_name if plan.author else "",
        author_id=plan.author.public_id if plan.author else None,
        draft_due_on=plan.draft_due_on,
        stage=find_stage(
            dropped=plan.state == ThemeState.DROPPED,
            held=bool(meeting and meeting.state == MeetingState.HELD),
            on_a_meeting=meeting is not None,
            month=plan.month,
            today=today,
        ),
        meeting_id=meeting.public_id if meeting else None,
        meeting_on=meeting.held_on if meeting else None,
    )


def _unplanned_row(meeting: Meeting, today: date) -> ThemeRow:
    return ThemeRow(
        public_id=None,
        month=Month.of(meeting.month),
        title=meeting.theme,
        purpose="",
        author="",
        author_id=None,
        draft_due_on=None,
        stage=find_stage(
            dropped=False,
            held=meeting.state == MeetingState.HELD,
            on_a_meeting=True,
            month=meeting.month,
            today=today,
        ),
        meeting_id=meeting.public_id,
        meeting_on=meeting.held_on,
    )
