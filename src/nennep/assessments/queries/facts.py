"""What the records of meetings hold that their sheets ask for, each from whoever owns it; many meetings at once.

A fact is the same whoever asks: nothing here looks at an actor. Callers have passed the meetings' door.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate, TruncYear
from django.utils.timezone import get_default_timezone

from nennep.assessments.models import ScoreSheet
from nennep.assessments.rules import MeetingFacts
from nennep.core.periods import Month, day_of
from nennep.core.wording import say_date
from nennep.documents.queries import read_paper_times
from nennep.duties.choices import DutyState
from nennep.duties.queries import MeetingTable, TableAsked, TableDuty, read_tables
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import advice_columns
from nennep.meetings.queries.agenda import ORIGIN_KIND, origin_of
from nennep.meetings.queries.premeeting import PreparersAsked, list_led_alone
from nennep.meetings.queries.routine import day_columns, make_day_rule
from nennep.meetings.queries.schedule import before_columns, read_meeting_before
from nennep.meetings.rules.agenda import minutes_required
from nennep.meetings.rules.deadlines import find_filing_day, find_papers_day
from nennep.meetings.rules.schedule import DatePosition, place_date
from nennep.members.queries import rolls_column
from nennep.petitions.queries import due_answer_columns
from nennep.policies.choices import ScoreEvidence
from nennep.policies.queries import RuleBook, ScoreSheetTemplate, find_sheet_of_code, rules_for_days
from nennep.records.models import MinutesVersion, Resolution
from nennep.room.queries.absences import StreaksAsked, read_streaks
from nennep.room.queries.course import CourseRecord, ProgrammeItem, list_handled_at_many, list_programmes, trace_record
from nennep.room.queries.outcome import sum_criticism
from nennep.room.queries.tallies import tally_columns
from nennep.room.rules.course import Course
from nennep.room.rules.room import minutes_between
from nennep.visits.queries.facts import confirmed_column

AT_ONCE = 500  # meetings that are read together: so much stands in memory, so many ids in a statement


def has_theme(meeting: Meeting) -> bool:
    """Whether the meeting has thematic content to be scored: by its kind, or the theme that was written down."""
    return MeetingKind(meeting.kind).is_themed or bool(meeting.theme.strip())


def template_of(
    meeting: Meeting, rules: RuleBook, scored: ScoreSheet | None = None, codes: Collection[str] | None = None
) -> ScoreSheetTemplate:
    """The sheet for a meeting of its kind on its day, without what only a month with a theme is scored for.

    A sheet that was begun (`scored`) keeps the one it was begun by, and its lines, whatever the meeting is called since. One
    query for a sheet whose points may move, none where the `codes` of its lines are at hand.
    """
    if scored is None:
        sheet = rules.score_sheet.for_kind(meeting.kind)
        return sheet if has_theme(meeting) else sheet.without_theme()
    sheet = _find_begun(scored, rules, meeting)
    moving = [item.code for item in sheet.items if item.moves_to]
    lines = scored.items.filter(code__in=moving) if moving and codes is None else None
    if not moving or (lines.exists() if lines is not None else set(moving) & set(codes or ())):
        return sheet
    return sheet.without_theme()


def _find_begun(scored: ScoreSheet, rules: RuleBook, meeting: Meeting) -> ScoreSheetTemplate:
    """By its code: in the rules of the day, else among all that was ever delivered or loaded."""
    known = (sheet for sheet in rules.score_sheet.all if sheet.code == scored.template_code)
    found = next(known, None) or find_sheet_of_code(scored.template_code)
    return found or rules.score_sheet.for_kind(meeting.kind)


@dataclass(frozen=True, slots=True)
class Gathered:
    """One meeting with the rules of its day, the sheet it is scored by, and what its records say for it."""

    meeting: Meeting
    rules: RuleBook
    template: ScoreSheetTemplate
    facts: MeetingFacts
    due: tuple[TableDuty, ...]  # the tasks that `last_duties` counts
    course: Course


ChooseSheet: TypeAlias = Callable[[Meeting, RuleBook], ScoreSheetTemplate]


def gather_facts(*, meeting: Meeting, today: date, sheet: ScoreSheet | None = None) -> MeetingFacts:
    """What the records of a held meeting say for its score, as far as it can be judged today. Six to nine queries.

    What the sheet of the meeting (a begun one: `sheet`) does not name is not looked up where it costs a query of its own.
    """
    return gather_one(meeting, today, lambda row, rules: template_of(row, rules, sheet)).facts


def gather_one(meeting: Meeting, today: date, choose: ChooseSheet) -> Gathered:
    return next(gather([meeting.pk], today=today, choose=choose))


def gather_row(row: Meeting, today: date, choose: ChooseSheet) -> Gathered:
    """`gather_one` of a meeting that was read with its columns (`with_columns`): one query less."""
    return _gather([row], today, choose)[0]


def gather(meetings: Iterable[int], *, today: date, choose: ChooseSheet | None = None) -> Iterator[Gathered]:
    """The facts of many held meetings, by their ids and in their order. Six to nine queries for every 500 of one day.

    Where the sheet asks who leads the cell, one for each day on which they were prepared.

    `choose` names the sheet of each; without it the one of its day.
    """
    ids = list(meetings)
    for start in range(0, len(ids), AT_ONCE):
        yield from _gather(_read_meetings(ids[start : start + AT_ONCE]), today, choose or template_of)


def _gather(rows: Sequence[Meeting], today: date, choose: ChooseSheet) -> list[Gathered]:
    ids = [row.pk for row in rows]
    days = {row.pk: row.held_on for row in rows}
    books = _read_rules(rows, days)
    known = [_Known(row, day := days[row.pk], books[day][row.organization_id]) for row in rows]
    templates = {one.pk: choose(one.row, one.rules) for one in known}
    programmes, tables = list_programmes(ids), _read_tables(known)
    papers = _read_papers(known)
    answering = [one.row for one in known if any(item.topic == Topic.PETITIONS for item in programmes[one.pk])]
    handled = list_handled_at_many(answering)
    asked = {pk: sheet.evidence for pk, sheet in templates.items()}
    led, streaks = _read_leaders(known, asked, books), _read_streaks(known, asked)
    gathered = []
    for one in known:
        items, table = programmes[one.pk], tables[one.pk]
        due = list_due(table, one.held_on)
        course = _trace(one, items, table, handled.get(one.pk, ()))
        facts = MeetingFacts(
            **_read_row(one, today),
            **_read_programme(one, items, course),
            **_count_duties(due),
            **_count_papers(one, papers[str(one.row.public_id)]),
            **_read_asked(one, asked[one.pk], table),
            window_kept=_keeps_window(one, books),
            minutes_required=minutes_required(MeetingKind(one.row.kind), one.rules, members=one.row.on_rolls),
            streaks=streaks.get(one.pk),
            **led.get(one.pk, {}),
        )
        gathered.append(Gathered(one.row, one.rules, templates[one.pk], facts, due, course))
    return gathered


@dataclass(frozen=True, slots=True)
class _Known:
    """A meeting with its columns, its day, and the rules of that day."""

    row: Any  # a Meeting with the columns of `_read_meetings`
    held_on: date
    rules: RuleBook

    @property
    def pk(self) -> int:
        found: int = self.row.pk
        return found


def _read_meetings(ids: Sequence[int]) -> list[Meeting]:
    """In the order of their ids. One query."""
    found = {row.pk: row for row in with_columns(Meeting.objects.filter(pk__in=ids))}
    return [found[pk] for pk in ids]


def with_columns(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With their cells and everything of them that the database counts."""
    zone = get_default_timezone()
    versions = MinutesVersion.objects.filter(meeting=OuterRef("pk")).order_by("number")
    dated = meetings.annotate(
        held_day=TruncDate(Coalesce("opened_at", "planned_for"), tzinfo=zone),
        year_begun=TruncYear(TruncDate(Coalesce("opened_at", "planned_for"), tzinfo=zone)),
    )
    return dated.select_related("organization").annotate(
        first_approved=Subquery(versions.values("approved_at")[:1]),
        has_resolution=Exists(Resolution.objects.filter(meeting=OuterRef("pk"))),
        is_confirmed=confirmed_column(),
        premeeting_id=F("premeeting__pk"),
        premeeting_at=F("premeeting__held_at"),
        premeeting_closed=F("premeeting__concluded_at"),
        on_rolls=rolls_column(),
        **tally_columns(),
        **before_columns(),
        **day_columns(),
        **advice_columns(),
        **due_answer_columns(),
    )


_Books: TypeAlias = Mapping[date, Mapping[int, RuleBook]]


def _read_rules(rows: Sequence[Meeting], held: Mapping[int, date]) -> _Books:
    """Of the day of each, of the first day of its month, of the day on which it was prepared. One query, two with local rules."""
    days = {day for row in rows for day in (held[row.pk], row.month, _prepared_on(row))}
    return rules_for_days(organizations={row.organization_id: row.organization for row in rows}.values(), days=days)


def _prepared_on(row: Meeting) -> date:
    return day_of(row.premeeting_at) if row.premeeting_at else row.day  # type: ignore[attr-defined]  # annotated


def _read_tables(known: Sequence[_Known]) -> dict[int, MeetingTable]:
    return read_tables({one.pk: _ask_table(one) for one in known}, origin_kind=ORIGIN_KIND)


def _ask_table(one: _Known) -> TableAsked:
    """Only the month's own meeting goes through the tasks of the month before."""
    before = read_meeting_before(one.row) if MeetingKind(one.row.kind).is_monthly else None
    return TableAsked(one.row.organization_id, one.held_on, before, origin_of(one.row).id)


def _read_papers(known: Sequence[_Known]) -> dict[str, list[datetime]]:
    units = {origin_of(one.row).id: one.row.organization_id for one in known}
    return read_paper_times(kind=ORIGIN_KIND, units=units)


def _trace(one: _Known, items: Sequence[ProgrammeItem], table: MeetingTable, handled: Collection[str]) -> Course:
    row = one.row
    return trace_record(
        CourseRecord(
            meeting=row,
            items=items,
            has_votes=row.has_votes,
            has_remarks=bool(row.praises or row.reminders),
            has_given=bool(table.given),
            first_report=row.first_report,
            handled=handled,
        )
    )


def _read_row(one: _Known, today: date) -> dict[str, Any]:
    """What stands in the meeting's own row and its columns."""
    row, rules, approved = one.row, one.rules, one.row.first_approved
    return {
        "held_on": say_date(one.held_on),
        "minutes_long": minutes_between(row.opened_at, row.closed_at),
        "counted": row.roll_counted,
        "present": row.roll_present,
        "unexcused": row.roll_unexcused,
        "attendance_target": rules.attendance_target,
        "prepared": row.prepared_at is not None,
        "prepared_after": _is_after_opening(row.prepared_at, row),
        "announced": row.announced_at is not None,
        "attending": row.roll_attending,
        "speakers": row.speakers,
        "praises": row.praises,
        "reminders": row.reminders,
        "concluded": bool(row.conclusion.strip()),
        "minutes_approved": approved is not None,
        "filed": row.filed_at is not None,
        "filed_on_time": _is_filed_on_time(one, today),
        "speakers_target": rules.speakers_share,
        "announced_in_time": row.announced_at is not None and day_of(row.announced_at) <= _papers_day(one),
        "announced_after": _is_after_opening(row.announced_at, row),
        "streak_max": rules.excused_streak_max,
        "has_theme": has_theme(row),
        "approved_that_day": approved is not None and day_of(approved) == one.held_on,
    }


def _read_programme(one: _Known, items: Sequence[ProgrammeItem], course: Course) -> dict[str, Any]:
    """What its programme says, item by item."""
    return {
        "items": course.counted,
        "items_taken": len(course.reached),
        "criticism_minutes": sum_criticism(items, until=one.row.closed_at),
        "followed": course.followed,
        "theme_taken": _is_theme_taken(items, course),
        "steps_in_order": _is_in_order(items),
    }


_Asked: TypeAlias = Mapping[int, Collection[ScoreEvidence]]  # by meeting, what its sheet names


def _read_streaks(known: Sequence[_Known], asked: _Asked) -> dict[int, int]:
    """Only of the meetings whose sheet names it: it costs queries of its own."""
    return read_streaks(
        {
            one.pk: StreaksAsked(one.row.organization_id, one.held_on, one.rules.excused_streak_max)
            for one in known
            if ScoreEvidence.EXCUSED_STREAK in asked[one.pk]
        }
    )


def _read_leaders(known: Sequence[_Known], asked: _Asked, books: _Books) -> dict[int, dict[str, Any]]:
    """Whether the committee met, and whether there is one; only where the sheet names it, as `_read_streaks`."""
    rows = [one.row for one in known if ScoreEvidence.COMMITTEE_MET in asked[one.pk]]
    alone = list_led_alone({row.pk: _ask_preparers(row, books) for row in rows})
    return {row.pk: {"committee_met": _has_committee_met(row), "is_led_alone": row.pk in alone} for row in rows}


def _ask_preparers(row: Meeting, books: _Books) -> PreparersAsked:
    day = _prepared_on(row)
    least = books[day][row.organization_id].committee_from
    return PreparersAsked(row.organization_id, day, row.premeeting_id, least)  # type: ignore[attr-defined]  # annotated


def _read_asked(one: _Known, asked: Collection[ScoreEvidence], table: MeetingTable) -> dict[str, Any]:
    """The facts that stay unknown where the sheet does not name them."""
    row, facts = one.row, {}
    if ScoreEvidence.FOLLOWER_TOLD in asked:
        facts["follower_told"] = row.is_confirmed or None
    if ScoreEvidence.RESOLUTION_PASSED in asked:
        facts["resolution_passed"] = row.has_passed or row.has_resolution
    if ScoreEvidence.PETITIONS_ANSWERED in asked:
        facts |= {"petitions_due": row.petitions_due, "petitions_answered": row.petitions_answered}
    if ScoreEvidence.ADVICE_TAKEN_UP in asked:
        facts |= {"advice_due": row.advice_due, "advice_taken_up": row.advice_taken}
    if ScoreEvidence.DUTIES_GIVEN in asked:
        facts["duties_given"] = table.given
    return facts


def _has_committee_met(row: Any) -> bool:
    """Closed before the meeting ended: minutes that are written up later do not show that it prepared anything."""
    end = row.closed_at or row.planned_for
    return row.premeeting_closed is not None and row.premeeting_at <= end


def _count_duties(due: Sequence[TableDuty]) -> dict[str, Any]:
    return {"last_duties": len(due), "last_duties_done": sum(row.state == DutyState.DONE for row in due)}


def list_due(table: MeetingTable, held_on: date) -> tuple[TableDuty, ...]:
    """Those of last month's tasks that count: what goes on without a date, or is due after the meeting, is not left undone.

    By the date that a task came into the meeting with: one that was put off there or since was due all the same.
    """
    rows = [row for row in table.rows if row.state != DutyState.DROPPED]
    return tuple(row for row in rows if not row.is_open or (row.due_then or date.max) <= held_on)


def _count_papers(one: _Known, papers: Sequence[datetime]) -> dict[str, Any]:
    last_day = _papers_day(one)
    early = sum(day_of(at) <= last_day for at in papers)
    return {"papers": len(papers), "papers_early": early, "papers_on_time": early == len(papers) if papers else None}


def _papers_day(one: _Known) -> date:
    """The last day on which papers and the call are in time."""
    return find_papers_day(one.row.day, days_before=one.rules.papers_days_before)


def _is_after_opening(moment: datetime | None, row: Meeting) -> bool:
    """Whether what belongs before the meeting was done only when it had begun, by the moment that stands in its minutes."""
    return bool(moment and row.opened_at and moment >= row.opened_at)


def _is_in_order(items: Sequence[ProgrammeItem]) -> bool | None:
    """None where the clock of fewer than two items ran: the order of one is no order."""
    begun = [item.started_at for item in items if item.started_at]
    return begun == sorted(begun) if len(begun) > 1 else None


def _is_theme_taken(items: Sequence[ProgrammeItem], course: Course) -> bool | None:
    """None where the programme has no item on it, or nobody went through it."""
    themes = {item.pk for item in items if item.topic == Topic.THEME}
    return bool(themes & course.reached) if themes and course.followed else None


def _keeps_window(one: _Known, books: _Books) -> bool | None:
    """By the rules of the month's first day, as everywhere: a rule that begins later has not moved this month's days."""
    row = one.row
    if not MeetingKind(row.kind).is_monthly:
        return None
    cell_type = row.organization.cell_type if row.former_type is None else row.former_type
    rule = make_day_rule(books[row.month][row.organization_id], own_day=row.own_day, cell_type=cell_type)
    return place_date(one.held_on, month=Month.of(row.month), rule=rule) != DatePosition.OUTSIDE


def _is_filed_on_time(one: _Known, today: date) -> bool | None:
    """None while nothing is filed and there is time left."""
    deadline = find_filing_day(one.held_on, days_after=one.rules.filing_days_after)
    if one.row.filed_at is None:
        return False if today > deadline else None
    return day_of(one.row.filed_at) <= deadline
