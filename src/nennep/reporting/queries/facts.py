"""The facts of many cells on one day, for triage and matrix: gathered in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils.timezone import localdate

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreSheet
from nennep.assessments.queries import read_standing
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.duties.models import Duty
from nennep.duties.queries import list_staff
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.meetings.queries.keeping import find_window_end, keeps_window, owes_meeting
from nennep.meetings.queries.routine import make_day_rules, read_habits
from nennep.meetings.rules.schedule import DayRule
from nennep.meetings.rules.themes import owes_quarter
from nennep.organizations.models import Organization
from nennep.policies.queries import RuleBook, rules_for_days
from nennep.records.models import MinutesVersion
from nennep.reporting.rules.matrix import Letter, MonthMark, mark_month
from nennep.reporting.rules.triage import CellFacts, MeetingLimits, MonthFacts
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """What is known of a cell's month: the facts, the square of the matrix, the score, and which meeting opens them."""

    facts: MonthFacts
    mark: MonthMark
    score: Decimal | None
    meeting: UUID | None

    @property
    def is_due(self) -> bool:
        """A meeting was held, or owed and its last day is over: what being on time is counted of."""
        return self.facts.held_on is not None or self.mark.letter == Letter.NOT_MET


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One cell with its twelve months (oldest first) and the facts of the day.

    `fixed_day` is that of the month in progress.
    """

    unit: Organization
    months: tuple[MonthRecord, ...]
    facts: CellFacts
    fixed_day: int


@dataclass(frozen=True, slots=True)
class _Held:
    """What hangs on meetings, by their ids. `scored`: the cell agreed its own score; `scores`: what counts as the score."""

    minutes: frozenset[int]
    scored: frozenset[int]
    scores: Mapping[int, tuple[Decimal | None, str]]
    roll_calls: Mapping[int, tuple[int, int]]
    reasons: Mapping[int, Sequence[tuple[str, str]]]


@dataclass(slots=True)
class _CellMeetings:
    """The meetings of one cell: the monthly one by month, how many had a theme in the quarter, which were left open since when."""

    monthly: dict[Month, Meeting] = field(default_factory=dict)
    themes: int = 0
    left_open: list[tuple[date, UUID]] = field(default_factory=list)


def list_cells(*, actor: Actor, under: Organization, today: date) -> list[Organization]:
    """Cells that exist today at and below a unit, as far as the actor may see figures, by name. One query."""
    cells = Organization.objects.open_on(today).cells().filter(path__startswith=under.path)
    return sorted(cells.filter(actor.scope(Permission.FIGURES_READ, "path")), key=lambda cell: fold(cell.name))


def shown_months(today: date) -> tuple[Month, ...]:
    """The last twelve, the month in progress at the end."""
    last = Month.of(today)
    return tuple(last.plus(-MONTHS_SHOWN + 1).through(last))


def read_cells(
    *, cells: Sequence[Organization], today: date, months: Sequence[Month] | None = None
) -> list[CellRecord]:
    """Everything triage and matrix say about these cells. As many queries for one cell as for all: the rules of the days are one.

    A meeting is judged by the rules of its day, a month by those of its first day, a quarter by those of its last.
    `today` may be a day that is over: then what came later (meetings, minutes, scores, papers, results of tasks) is not known
    yet. `months`: others than the last twelve, the oldest first.
    """
    ids = [cell.pk for cell in cells]
    months = months or shown_months(today)
    meetings = _read_meetings(ids, months, today)
    held = _read_held(ids, months, today)
    books = _read_books(cells, months, meetings)
    habits = read_habits(cells=cells)
    days = make_day_rules(cells, {month: books[month.first_day] for month in months}, habits)
    overdue, staff = _read_overdue(ids, today), list_staff(cells=ids, on=today)
    records = []
    for cell in cells:
        mine = meetings[cell.pk]
        own_books = {day: by_cell[cell.pk] for day, by_cell in books.items()}
        rules = _Rules(cell, own_books, {month: by_cell[cell.pk] for month, by_cell in days.items()})
        shown = tuple(_make_month(month, mine.monthly.get(month), rules, held, today=today) for month in months)
        owes_theme = owes_quarter(months[-1], since=cell.counted_from, until=cell.closed_on)
        themes_owed = own_books[months[-1].quarter_end].thematic_per_quarter if owes_theme else 0
        count, oldest = overdue.get(cell.pk, (0, None))
        facts = CellFacts(
            today=today,
            months=tuple(record.facts for record in shown),
            themes_owed=themes_owed,
            themes_held=mine.themes,
            overdue_count=count,
            oldest_due_on=oldest,
            members=len(staff[cell.pk].members),
            without_duty=len(staff[cell.pk].idle),
            left_open=tuple(sorted(mine.left_open)),
        )
        fixed_day = rules.days[months[-1]].fixed_day
        records.append(CellRecord(cell, shown, facts, fixed_day))
    return records


def _read_meetings(cells: Collection[int], months: Sequence[Month], today: date) -> dict[int, _CellMeetings]:
    """Of several rows for a month the held one counts, then the planned one; a cancelled one only when alone."""
    found = Meeting.objects.filter(organization__in=cells, month__gte=months[0].first_day)
    result: dict[int, _CellMeetings] = defaultdict(_CellMeetings)
    for meeting in found.order_by("-pk"):
        _forget_later(meeting, today)
        month, mine = Month.of(meeting.month), result[meeting.organization_id]
        is_held = meeting.state == MeetingState.HELD
        if is_held and MeetingKind(meeting.kind).is_themed and (month.year, month.quarter) == _quarter(today):
            mine.themes += 1
        if meeting.state == MeetingState.OPEN and meeting.opened_at and localdate(meeting.opened_at) < today:
            mine.left_open.append((localdate(meeting.opened_at), meeting.public_id))
        known = mine.monthly.get(month)
        if MeetingKind(meeting.kind).is_monthly and (known is None or known.state == MeetingState.CANCELLED):
            mine.monthly[month] = meeting
    return result


def _forget_later(meeting: Meeting, today: date) -> None:
    """What happened to it after that day is taken off the row in memory; nothing is saved."""
    if meeting.opened_at and localdate(meeting.opened_at) > today:
        meeting.state, meeting.opened_at, meeting.closed_at = MeetingState.PLANNED, None, None
    if meeting.announced_at and localdate(meeting.announced_at) > today:
        meeting.announced_at = None
    if meeting.filed_at and localdate(meeting.filed_at) > today:
        meeting.filed_at = None


def _read_books(
    cells: Sequence[Organization], months: Sequence[Month], meetings: Mapping[int, _CellMeetings]
) -> Mapping[date, Mapping[int, RuleBook]]:
    """The rules of every day that something is judged by, by unit id. One query."""
    monthly = [meeting for mine in meetings.values() for meeting in mine.monthly.values()]
    days = {day for meeting in monthly for day in (meeting.day, meeting.held_on)}
    days |= {month.first_day for month in months} | {months[-1].quarter_end}
    return rules_for_days(organizations=cells, days=days)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, Month.of(day).quarter


def _read_held(cells: Collection[int], months: Sequence[Month], today: date) -> _Held:
    of_cells = Q(meeting__organization__in=cells, meeting__month__gte=months[0].first_day)
    approved = MinutesVersion.objects.filter(of_cells, number=1, approved_at__date__lte=today)
    minutes = approved.values_list("meeting_id", flat=True)
    sheets = ScoreSheet.objects.filter(of_cells, state=SheetState.AGREED, agreed_at__date__lte=today)
    scores = read_standing(of_cells, on=today)
    rolls = (
        RollCallEntry.objects.filter(of_cells, counted=True, meeting__state=MeetingState.HELD)
        .order_by("meeting_id")
        .values_list("meeting_id")
        .annotate(counted=Count("pk"), present=Count("pk", filter=Q(state__in=AttendanceState.there())))
    )
    reasons: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for meeting, key, reason in RuleDeparture.objects.filter(of_cells).values_list("meeting_id", "rule_key", "reason"):
        reasons[meeting].append((key, reason))
    return _Held(
        minutes=frozenset(minutes),
        scored=frozenset(sheets.values_list("meeting_id", flat=True)),
        scores={meeting: (score.total, score.grade) for meeting, score in scores.items()},
        roll_calls={meeting: (counted, present) for meeting, counted, present in rolls},
        reasons=reasons,
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one cell by day, and the days on which its meetings are on time: by the rules of the month's first day."""

    cell: Organization
    books: Mapping[date, RuleBook]
    days: Mapping[Month, DayRule]

    def last_day(self, month: Month) -> date:
        return find_window_end(month, self.days[month])

    def owes(self, month: Month) -> bool:
        return owes_meeting(month, since=self.cell.counted_from, until=self.cell.closed_on, rule=self.days[month])

    def keeps(self, day: date, month: Month) -> bool:
        """What is not owed is not late."""
        return not self.owes(month) or keeps_window(day, month=month, rule=self.days[month])

    def limits(self, month: Month, meeting: Meeting | None) -> MeetingLimits:
        held_on, called_for = (meeting.held_on, meeting.day) if meeting else (month.first_day, month.first_day)
        return MeetingLimits(
            attendance_target=self.books[held_on].attendance_target,
            papers_days_before=self.books[called_for].papers_days_before,
            filing_days_after=self.books[held_on].filing_days_after,
            good_from=self.books[held_on].score_levels.good,
        )


def _make_month(month: Month, meeting: Meeting | None, rules: _Rules, held: _Held, *, today: date) -> MonthRecord:
    is_owed = rules.owes(month)
    last_day = rules.last_day(month) if is_owed else date.max
    if meeting is None:
        mark = mark_month(held=False, grade="", on_time=True, owed=is_owed, last_day=last_day, today=today)
        return MonthRecord(MonthFacts(month, last_day, rules.limits(month, None)), mark, None, None)
    total, grade = held.scores.get(meeting.pk, (None, ""))
    is_held = meeting.state == MeetingState.HELD
    mark = mark_month(
        held=is_held,
        grade=grade,
        on_time=rules.keeps(meeting.held_on, month),
        owed=is_owed,
        last_day=last_day,
        today=today,
    )
    facts = _make_facts(month, meeting, rules, held, last_day=rules.last_day(month) if is_held else last_day)
    return MonthRecord(facts, mark, total if is_held else None, meeting.public_id)


def _make_facts(month: Month, meeting: Meeting, rules: _Rules, held: _Held, *, last_day: date) -> MonthFacts:
    counted, present = held.roll_calls.get(meeting.pk, (0, 0))
    is_held = meeting.state == MeetingState.HELD
    return MonthFacts(
        month=month,
        last_day=last_day,
        limits=rules.limits(month, meeting),
        planned_on=meeting.day,
        held_on=meeting.held_on if is_held else None,
        opened=MeetingState(meeting.state).has_begun,
        announced_on=localdate(meeting.announced_at) if meeting.announced_at else None,
        has_minutes=meeting.pk in held.minutes,
        has_score=meeting.pk in held.scored or meeting.pk in held.scores,
        filed=meeting.filed_at is not None,
        counted=counted,
        present=present,
        score=held.scores[meeting.pk][0] if meeting.pk in held.scores else None,
        is_poor=held.scores.get(meeting.pk, (None, ""))[1] == Grade.POOR,
        reasons=tuple(held.reasons.get(meeting.pk, ())),
        cancelled_reason=meeting.cancelled_reason if meeting.state == MeetingState.CANCELLED else "",
    )


def _read_overdue(cells: Collection[int], today: date) -> dict[int, tuple[int, date | None]]:
    """How many tasks were past their date on that day, and the oldest date, by cell."""
    running = Q(settled_on=None) | Q(settled_on__gt=today)
    late = Duty.objects.filter(running, organization__in=cells, given_on__lte=today, due_on__lt=today)
    rows = late.order_by("organization_id").values_list("organization_id")
    return {cell: (count, oldest) for cell, count, oldest in rows.annotate(count=Count("pk"), oldest=Min("due_on"))}
