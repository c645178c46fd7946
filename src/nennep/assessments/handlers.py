"""What meetings and records ask of score sheets: items for the next programme, what is scored. What a score follows."""

from nennep.assessments import services
from nennep.assessments.choices import SheetChanged
from nennep.assessments.queries import (
    AssessmentsSource,
    find_visit_report,
    has_scored_by,
    list_agreed,
    suggest_by_score,
)
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.meetings.queries import sources, suggestions
from nennep.meetings.queries.meeting import find_meeting
from nennep.policies.choices import PolicyKey, RulesChanged
from nennep.policies.services import register_sheet_user
from nennep.records.choices import FilingTakenBack, MeetingFiled, MinutesApproved
from nennep.records.queries.cycle import register_scored
from nennep.visits.choices import VisitReported

sources.register_source(AssessmentsSource())
suggestions.register_source(suggest_by_score)
register_scored(list_agreed)
register_sheet_user(has_scored_by)


def follow_ending(event: MinutesApproved | MeetingFiled | FilingTakenBack) -> None:
    if meeting := find_meeting(event.meeting_id):
        services.follow_ending(actor=Actor.system(), meeting=meeting, now=event.at)


subscribe(MinutesApproved)(follow_ending)
subscribe(MeetingFiled)(follow_ending)
subscribe(FilingTakenBack)(follow_ending)


@subscribe(SheetChanged)
def settle_score(event: SheetChanged) -> None:
    if meeting := find_meeting(event.meeting_id):
        services.settle_score(actor=Actor.system(), meeting=meeting, now=event.at)


@subscribe(VisitReported)
def take_report(event: VisitReported) -> None:
    if report := find_visit_report(event.report_id):
        services.take_report(actor=Actor.system(), report=report, now=event.at)


@subscribe(RulesChanged)
def follow_rules(event: RulesChanged) -> None:
    """Whose score counts, or by which sheet: of meetings that were scored from that day on."""
    if {PolicyKey.SCORE_OFFICIAL_SIDE, PolicyKey.SCORE_SHEET} & event.keys:
        unit, since = event.organization_id, event.since
        services.settle_since(actor=Actor.system(), organization_id=unit, since=since, now=clock.now())
