"""The plan of themes of a cell and year: what is planned for each quarter, what was held, where it has gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import YEARS, Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import YEAR, SpanChoice, make_choice
from nennep.meetings.choices import MeetingKind, MeetingState, ThemeState
from nennep.meetings.models import Meeting
from nennep.meetings.models import ThemePlan as ThemePlan
from nennep.meetings.queries.readable import find_first_month, list_readable_cells
from nennep.meetings.rules.themes import (
    QuarterCount,
    ThemeStage,
    count_quarters,
    find_stage,
    is_same_theme,
    owes_quarter,
)
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import RuleBook, Source, rules_for_days


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

    @property
    def is_open(self) -> bool:
        """Of the plan, and no meeting has taken it up."""
        return self.public_id is not None and self.meeting_id is None and self.stage != ThemeStage.DROPPED


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
    def years(self) -> tuple[int, ...]:
        """Its neighbours and itself, as far as there are pages of them."""
        return tuple(year for year in (self.year - 1, self.year, self.year + 1) if year in YEARS)

    @property
    def gaps(self) -> tuple[ThemeQuarter, ...]:
        return tuple(quarter for quarter in self.quarters if quarter.count.lacks)


def get_theme_plan(cell: Organization, year: int, *, today: date) -> ThemeYear:
    """The plan of a cell that the caller has found through its door. Four queries."""
    on = min(max(today, date(year, 1, 1)), date(year, 12, 31))
    books = rules_for_days(organizations=[cell], days=[on, *quarter_ends(year).values()])
    rules = books[on][cell.pk]
    upper = breadcrumb(cell)[:-1]
    rows = list_themes([cell.pk], year, today=today).get(cell.pk, [])
    return ThemeYear(
        cell=cell.name,
        upper=upper[-1].name if upper else "",
        year=year,
        quarters=group_by_quarter(rows, owed=themes_owed(cell, year, books)),
        owed=rules.thematic_per_quarter,
        source=rules.source(PolicyKey.THEMATIC_PER_QUARTER),
    )


def list_themes(organization_ids: Iterable[int], year: int, *, today: date) -> dict[int, list[ThemeRow]]:
    """Themes of many cells by unit id, each list by month: those of the plan, and meetings with a theme outside it.

    One that was held stands in the month in which it was held, whatever was planned.
    Two queries, however many cells. Callers have passed the cells' doors.
    """
    ids = list(organization_ids)
    found: dict[int, list[ThemeRow]] = {}
    held = Q(meeting__state=MeetingState.HELD)
    of_year = Q(held, meeting__month__year=year) | Q(~held | Q(meeting=None), month__year=year)
    plans = ThemePlan.objects.filter(of_year, organization_id__in=ids).select_related("author", "meeting")
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
    meetings = Meeting.objects.filter(
        organization_id__in=organization_ids, month__year=year, kind__in=MeetingKind.themed()
    )
    return meetings.exclude(state=MeetingState.CANCELLED).order_by("month", "pk")


def quarter_ends(year: int) -> dict[int, date]:
    """The last day of each quarter, by whose rules the quarter is judged."""
    return {quarter: Month(year, quarter * 3).quarter_end for quarter in range(1, 5)}


def themes_owed(cell: Organization, year: int, books: Mapping[date, Mapping[int, RuleBook]]) -> dict[int, int]:
    """How many themes the cell owes in each quarter; `books` hold the rules of the quarters' ends."""
    return {
        quarter: books[day][cell.pk].thematic_per_quarter
        if owes_quarter(Month.of(day), since=cell.counted_from, until=cell.closed_on)
        else 0
        for quarter, day in quarter_ends(year).items()
    }


def group_by_quarter(rows: Iterable[ThemeRow], *, owed: Mapping[int, int]) -> tuple[ThemeQuarter, ...]:
    """The quarters with their themes."""
    listed = list(rows)
    counts = count_quarters(((row.month.quarter, row.stage) for row in listed), owed=owed)
    return tuple(
        ThemeQuarter(count, tuple(row for row in listed if row.month.quarter == count.quarter)) for count in counts
    )


def _planned_row(plan: ThemePlan, today: date) -> ThemeRow:
    meeting = plan.meeting if plan.meeting and plan.meeting.state != MeetingState.CANCELLED else None
    is_held = meeting is not None and _was_held(meeting, today)
    return ThemeRow(
        public_id=plan.public_id,
        month=Month.of(meeting.month if meeting and is_held else plan.month),
        title=plan.title,
        purpose=plan.purpose,
        author=plan.author.full_name if plan.author else "",
        author_id=plan.author.public_id if plan.author else None,
        draft_due_on=plan.draft_due_on,
        stage=find_stage(
            dropped=plan.state == ThemeState.DROPPED,
            held=is_held,
            on_a_meeting=meeting is not None,
            month=plan.month,
            today=today,
        ),
        meeting_id=meeting.public_id if meeting else None,
        meeting_on=meeting.held_on if meeting else None,
    )


def _was_held(meeting: Meeting, on: date) -> bool:
    """What was held later than the day that is looked at is not known yet."""
    return meeting.state == MeetingState.HELD and meeting.held_on <= on


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
            held=_was_held(meeting, today),
            on_a_meeting=True,
            month=meeting.month,
            today=today,
        ),
        meeting_id=meeting.public_id,
        meeting_on=meeting.held_on,
    )


def get_theme(*, actor: Actor, public_id: UUID) -> ThemePlan:
    """A theme of a plan in scope, with its cell, author and meeting. Raises NotFound. One query."""
    scope = actor.scope(Permission.MEETINGS_READ, "organization__path")
    found = _with_people().filter(scope, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def lock_theme(theme: ThemePlan) -> ThemePlan:
    """The row reloaded, locked until the end of the transaction. Raises NotFound when it is gone."""
    locked = _with_people().select_for_update(of=("self",)).filter(pk=theme.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _with_people() -> QuerySet[ThemePlan]:
    unread = ("author__ethnic_group", "author__religion", "author__identity_number")
    return ThemePlan.objects.select_related("organization", "author", "meeting").defer(*unread)


def find_monthly_meeting(theme: ThemePlan) -> Meeting | None:
    """The regular meeting of the theme's month that is still to come and has no theme yet. One query."""
    monthly = Meeting.objects.filter(
        organization_id=theme.organization_id, month=theme.month, kind=MeetingKind.REGULAR, state=MeetingState.PLANNED
    )
    return monthly.select_related("organization").first()


def find_plan_of(meeting: Meeting) -> ThemePlan | None:
    """The theme of the plan that the meeting's own theme names, the nearest month of its year first; None: none. One query."""
    plans = ThemePlan.objects.filter(
        Q(meeting=None) | Q(meeting=meeting) | Q(meeting__state=MeetingState.CANCELLED),
        organization_id=meeting.organization_id,
        month__year=meeting.month.year,
        state=ThemeState.PLANNED,
    )
    same = [plan for plan in plans.order_by("month", "pk") if is_same_theme(plan.title, meeting.theme)]
    return min(same, key=lambda plan: abs((plan.month - meeting.month).days), default=None)


def list_open_themes(meeting: Meeting, *, today: date) -> list[ThemeRow]:
    """Themes of the plan, of the meeting's year, that no meeting has taken up, by month. Two queries."""
    rows = list_themes([meeting.organization_id], meeting.month.year, today=today).get(meeting.organization_id, [])
    return [row for row in rows if row.stage in {ThemeStage.PLANNED, ThemeStage.LATE} and row.meeting_id is None]


@dataclass(frozen=True, slots=True)
class CellThemes:
    """One cell of the commune's list: `gaps` are the quarters (I to IV) without enough themes."""

    cell: Organization
    gaps: tuple[str, ...]
    planned: int
    held: int
    late: int


@dataclass(frozen=True, slots=True)
class CommuneThemes:
    """Cells whose plan has gaps or themes that are late, worst first; the others are only counted.

    What was held and what was late is as on the day `on`: today, or the last one of a span of time that is over (`is_past`).
    """

    unit: Organization
    year: int
    rows: tuple[CellThemes, ...]
    cells: int
    source: Source | None
    choice: SpanChoice
    on: date
    is_past: bool

    @property
    def years(self) -> tuple[int, int, int]:
        """The year with its neighbours."""
        return (self.year - 1, self.year, self.year + 1)


def list_commune_themes(
    *, actor: Actor, unit: Organization, year: int, today: date, span: Span | None = None
) -> CommuneThemes:
    """What the direct upper committee wants to know of the plans below it, at the end of a span of that year.

    Five queries, however many cells; of the past one more for each level of the tree.
    """
    span = span or Span(Month(year, 1), YEAR)
    seen = span.reference_day(today)  # of a year to come: today
    on = min(max(seen, date(year, 1, 1)), date(year, 12, 31))
    cells = list_readable_cells(actor=actor, unit=unit, on=seen, today=today)
    books = rules_for_days(organizations=[unit, *cells], days=[on, *quarter_ends(year).values()])
    themes = list_themes([cell.pk for cell in cells], year, today=seen)
    rows = [
        _sum_up(cell, _known_on(themes.get(cell.pk, []), seen, today), themes_owed(cell, year, books)) for cell in cells
    ]
    return CommuneThemes(
        unit=unit,
        year=year,
        rows=tuple(sorted((row for row in rows if row.gaps or row.late), key=_need)),
        cells=len(cells),
        source=books[on][unit.pk].source(PolicyKey.THEMATIC_PER_QUARTER),
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=seen,
        is_past=seen < today,
    )


def _known_on(rows: list[ThemeRow], on: date, today: date) -> list[ThemeRow]:
    """Without meetings outside the plan that came later than a day that is over: nobody knew of them."""
    if on == today:
        return rows
    return [row for row in rows if row.public_id is not None or row.is_held]


def _sum_up(cell: Organization, rows: list[ThemeRow], owed: Mapping[int, int]) -> CellThemes:
    quarters = group_by_quarter(rows, owed=owed)
    return CellThemes(
        cell=cell,
        gaps=tuple(quarter.count.roman for quarter in quarters if quarter.count.lacks),
        planned=sum(quarter.count.planned for quarter in quarters),
        held=sum(quarter.count.held for quarter in quarters),
        late=sum(row.stage == ThemeStage.LATE for row in rows),
    )


def _need(row: CellThemes) -> tuple[int, int, str]:
    return (-len(row.gaps), -row.late, row.cell.path)
