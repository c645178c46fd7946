"""What visits do when the room marks an official, when meetings are called, moved or called off."""

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.calendar import register_calendar
from nennep.core.events import subscribe
from nennep.core.origins import Origin
from nennep.meetings.choices import MeetingScheduled, MeetingsMoved
from nennep.meetings.queries.meeting import find_meeting
from nennep.room.choices import OfficialMarked
from nennep.visits.queries.calendar import list_calendar_entries
from nennep.visits.queries.doors import find_visit
from nennep.visits.queries.facts import list_visited
from nennep.visits.services.attendance import follow_meeting, take_roll_call

register_calendar(list_calendar_entries)


@subscribe(OfficialMarked)
def take_mark(event: OfficialMarked) -> None:
    visit = find_visit(origin=Origin(event.origin_kind, event.origin_id))
    meeting = find_meeting(event.meeting_id)
    if visit and meeting:
        take_roll_call(actor=Actor.system(), visit=visit, meeting=meeting, present=event.present, now=clock.now())


@subscribe(MeetingScheduled)
def follow_schedule(event: MeetingScheduled) -> None:
    meeting = find_meeting(event.meeting_id)
    if meeting:
        follow_meeting(actor=Actor.system(), meeting=meeting, now=clock.now())


@subscribe(MeetingsMoved)
def follow_meetings(event: MeetingsMoved) -> None:
    for meeting in list_visited(event.meeting_ids):
        follow_meeting(actor=Actor.system(), meeting=meeting, now=clock.now())
