"""What units ask meetings, what meetings do when cells are made, and when what a room shows changes elsewhere."""

from nennep.core.access import Actor
from nennep.core.calendar import register_calendar
from nennep.core.events import subscribe
from nennep.duties.choices import DutyChanged
from nennep.meetings.queries.calendar import list_calendar_entries
from nennep.meetings.queries.meeting import is_meeting
from nennep.meetings.services import meeting, schedule
from nennep.organizations.choices import CellsCreated, OrganizationMerged
from nennep.organizations.services import register_busy
from nennep.petitions.choices import PetitionChanged

register_calendar(list_calendar_entries)
register_busy(is_meeting)


@subscribe(CellsCreated)
def plan_new_cells(event: CellsCreated) -> None:
    schedule.plan_later(actor=Actor.system(), organization_ids=event.organization_ids)


@subscribe(OrganizationMerged)
def show_what_came(event: OrganizationMerged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.successor_id)


@subscribe(DutyChanged)
def show_changed_duty(event: DutyChanged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)


@subscribe(PetitionChanged)
def show_changed_petition(event: PetitionChanged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)
