"""What the records of a meeting hold that its sheet asks for, each from whoever owns it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.timezone import localdate

from nennep.assessments.models import ScoreSheet
from nennep.assessments.rules import MeetingFacts
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.documents.queries import list_documents_of
from nennep.duties.choices import DutyState
from nennep.duties.queries import DutyRow, list_dates_before
from nennep.meetings.choices import AdviceState, MeetingKind, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.premeeting import find_premeeting, list_preparers
from nennep.meetings.queries.routine import day_rule_of
from nennep.meetings.rules.agenda import minutes_required
from nennep.meetings.rules.deadlines import find_papers_day
from nennep.meetings.rules.schedule import DatePosition, place_date
from nennep.petitions.queries import count_due_answers
from nennep.policies.choices import ScoreEvidence
from nennep.policies.queries import RuleBook, ScoreSheetTemplate, find_sheet_of_code
from nennep.records.models import Resolution
from nennep.records.queries.filing import filing_deadline
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Speech
from nennep.room.queries.absences import count_streaks
from nennep.room.queries.course import read_course
from nennep.room.queries.outcome import list_given_duties, list_last_duties, list_remarks, rules_of, sum_criticism
from nennep.room.rules.course import Course
from nennep.room.rules.room import minutes_between
from nennep.visits.queries.facts import is_visit_confirmed


def has_theme(meeting: Meeting) -> bool:
    """Whether the meeting has thematic content to be scored: by its kind, or the theme that was written down."""
    return MeetingKind(meeting.kind).is_themed or bool(meeting.theme.strip())


def template_of(meeting: Meeting, rules: RuleBook, scored: ScoreSheet | None = None) -> ScoreSheetTemplate:
    """The sheet for a meeting of its kind on its day, without what only a month with a theme is scored for.

    A sheet that was begun (`scored`) keeps the one it was begun by, and its lines, whatever the meeting is called since. One
    query for a sheet whose points may move, else none.
    """
    if scored is None:
        sheet = rules.score_sheet.for_kind(meeting.kind)
        return sheet if has_theme(meeting) else sheet.without_theme()
    sheet = _find_begun(scored, rules, meeting)
    moving = [item.code for item in sheet.items if item.moves_to]
    if not moving or scored.items.filter(code__in=moving).exists():
        return sheet
    return sheet.without_theme()


def _find_begun(scored: ScoreSheet, rules: RuleBook, meeting: Meeting) -> ScoreSheetTemplate:
    """By its code: in the rules of the day, else among what came with the program."""
    known = (sheet for sheet in rules.score_sheet.all if sheet.code == scored.template_code)
    found = next(known, None) or find_sheet_of_code(scored.template_code)
    return found or rules.score_sheet.for_kind(meeting.kind)


def gather_facts(*, actor: Actor, meeting: Meeting, today: date) -> MeetingFacts:
    """What the records of a held meeting say for its score, as far as it can be judged today. About twenty queries.

    What the sheet of the meeting does not name is not looked up where it costs a query of its own.
    """
    rules = rules_of(meeting)
    roll = list(meeting.roll_call.order_by("pk").values_list("state", "counted"))
    counted = [state for state, is_counted in roll if is_counted]
    remarks = [row.kind for row in list_remarks(meeting)]
    last_duties = _list_due_duties(actor, meeting)
    items = list(meeting.agenda.order_by("position", "pk"))
    course = read_course(meeting, items)
    papers = _list_paper_times(actor, meeting)
    approved = list(meeting.minutes_versions.order_by("number").values_list("approved_at", flat=True)[:1])
    facts = MeetingFacts(
        held_on=say_date(meeting.held_on),
        window_kept=_keeps_window(meeting),
        minutes_long=minutes_between(meeting.opened_at, meeting.closed_at),
        minutes_required=minutes_required(MeetingKind(meeting.kind), rules),
        counted=len(counted),
        present=sum(AttendanceState(state).is_there for state in counted),
        unexcused=counted.count(AttendanceState.UNEXCUSED),
        attendance_target=rules.attendance_target,
        prepared=meeting.prepared_at is not None,
        announced=meeting.announced_at is not None,
        papers=len(papers),
        papers_on_time=_are_on_time(papers, meeting, rules) if papers else None,
        items=course.counted,
        items_taken=len(course.reached),
        attending=sum(AttendanceState(state).is_there for state, _counted in roll),
        speakers=Speech.objects.filter(item__meeting=meeting).values("member").distinct().count(),
        praises=remarks.count(RemarkKind.PRAISE),
        reminders=remarks.count(RemarkKind.REMINDER),
        criticism_minutes=sum_criticism(items, until=meeting.closed_at),
        last_duties=len(last_duties),
        last_duties_done=sum(row.state == DutyState.DONE for row in last_duties),
        concluded=bool(meeting.conclusion.strip()),
        minutes_approved=bool(approved),
        filed=meeting.filed_at is not None,
        filed_on_time=_is_filed_on_time(meeting, today),
        followed=course.followed,
        speakers_target=rules.speakers_share,
        papers_early=_count_early(papers, meeting, rules),
        announced_in_time=_is_announced_in_time(meeting, rules),
        streak_max=rules.excused_streak_max,
        has_theme=has_theme(meeting),
        theme_taken=_is_theme_taken(items, course),
        approved_that_day=bool(approved) and localdate(approved[0]) == meeting.held_on,
    )
    return _look_up(facts, meeting, {one for line in template_of(meeting, rules).items for one in line.evidence})


def _look_up(facts: MeetingFacts, meeting: Meeting, asked: Collection[ScoreEvidence]) -> MeetingFacts:
    """What costs a query of its own, only where the sheet names it."""
    if ScoreEvidence.EXCUSED_STREAK in asked:
        streaks = count_streaks(cell=meeting.organization, on=meeting.held_on, most=facts.streak_max)
        facts = replace(facts, streaks=streaks)
    if ScoreEvidence.COMMITTEE_MET in asked:
        facts = _look_up_committee(facts, meeting)
    if ScoreEvidence.FOLLOWER_TOLD in asked:
        facts = replace(facts, follower_told=is_visit_confirmed(meeting_id=meeting.pk) or None)
    if ScoreEvidence.RESOLUTION_PASSED in asked:
        facts = replace(facts, resolution_passed=_is_resolution_passed(meeting))
    if ScoreEvidence.DUTIES_GIVEN in asked:
        facts = replace(facts, duties_given=len(list_given_duties(meeting)))
    if ScoreEvidence.PETITIONS_ANSWERED in asked:
        due, answered = count_due_answers(unit=meeting.organization, on=meeting.held_on)
        facts = replace(facts, petitions_due=due, petitions_answered=answered)
    return _look_up_advice(facts, meeting) if ScoreEvidence.ADVICE_TAKEN_UP in asked else facts


def _look_up_committee(facts: MeetingFacts, meeting: Meeting) -> MeetingFacts:
    """Closed before the meeting ended: minutes that are written up later do not show that it prepared anything."""
    premeeting = find_premeeting(meeting)
    alone = len(list_preparers(meeting, premeeting).people) <= 1
    end = meeting.closed_at or meeting.planned_for
    met = premeeting is not None and premeeting.concluded_at is not None and premeeting.held_at <= end
    return replace(facts, committee_met=met, is_led_alone=alone)


def _look_up_advice(facts: MeetingFacts, meeting: Meeting) -> MeetingFacts:
    rows = list_meeting_advice(meeting)
    return replace(facts, advice_due=len(rows), advice_taken_up=sum(row.state == AdviceState.TAKEN_UP for row in rows))


def _is_resolution_passed(meeting: Meeting) -> bool:
    return meeting.votes.filter(passed=True).exists() or Resolution.objects.filter(meeting=meeting).exists()


def _is_theme_taken(items: Sequence[AgendaItem], course: Course) -> bool | None:
    """None where the programme has no item on it, or nobody went through it."""
    themes = {item.pk for item in items if item.topic == Topic.THEME}
    return bool(themes & course.reached) if themes and course.followed else None


def _is_announced_in_time(meeting: Meeting, rules: RuleBook) -> bool:
    last_day = find_papers_day(meeting.day, days_before=rules.papers_days_before)
    return meeting.announced_at is not None and localdate(meeting.announced_at) <= last_day


def _count_early(papers: Sequence[datetime], meeting: Meeting, rules: RuleBook) -> int:
    last_day = find_papers_day(meeting.day, days_before=rules.papers_days_before)
    return sum(localdate(at) <= last_day for at in papers)


def _list_due_duties(actor: Actor, meeting: Meeting) -> list[DutyRow]:
    """Those of last month's tasks that count: what goes on without a date, or is due after the meeting, is not left undone.

    By the date that a task came into the meeting with: one that was put off there or since was due all the same.
    """
    rows = [row for row in list_last_duties(actor=actor, meeting=meeting) if row.state != DutyState.DROPPED]
    before = list_dates_before(organization=meeting.organization, on=meeting.held_on)
    due = {row.public_id: before.get(row.public_id, row.due_on) or date.max for row in rows}
    return [row for row in rows if not row.is_open or due[row.public_id] <= meeting.held_on]


def _keeps_window(meeting: Meeting) -> bool | None:
    """By the rules of the month's first day, as everywhere: a rule that begins later has not moved this month's days."""
    if not MeetingKind(meeting.kind).is_monthly:
        return None
    month = Month.of(meeting.month)
    rule = day_rule_of(meeting.organization, month=month)
    return place_date(meeting.held_on, month=month, rule=rule) != DatePosition.OUTSIDE


def _list_paper_times(actor: Actor, meeting: Meeting) -> list[datetime]:
    papers = list_documents_of(actor=actor, organization=meeting.organization, origin=origin_of(meeting))
    return [paper.added_at for paper in papers]


def _are_on_time(papers: list[datetime], meeting: Meeting, rules: RuleBook) -> bool:
    return localdate(max(papers)) <= find_papers_day(meeting.day, days_before=rules.papers_days_before)


def _is_filed_on_time(meeting: Meeting, today: date) -> bool | None:
    """None while nothing is filed and there is time left."""
    deadline = filing_deadline(meeting)
    if meeting.filed_at is None:
        return False if today > deadline else None
    return localdate(meeting.filed_at) <= deadline
