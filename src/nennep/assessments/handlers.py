"""What meetings ask of score sheets: items for the next programme, whether a score is settled. What a sheet follows."""

from nennep.assessments import services
from nennep.assessments.queries import AssessmentsSource, suggest_by_score
from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.meetings.queries import sources, suggestions
from nennep.meetings.queries.meeting import find_meeting
from nennep.records.choices import FilingTakenBack, MeetingFiled, MinutesApproved

sources.register_source(AssessmentsSource())
suggestions.register_source(suggest_by_score)


def follow_ending(event: MinutesApproved | MeetingFiled | FilingTakenBack) -> None:
    if meeting := find_meeting(event.meeting_id):
        services.follow_ending(actor=Actor.system(), meeting=meeting, now=event.at)


subscribe(MinutesApproved)(follow_ending)
subscribe(MeetingFiled)(follow_ending)
subscribe(FilingTakenBack)(follow_ending)
