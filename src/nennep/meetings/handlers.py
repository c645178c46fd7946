"""What meetings do when cells come and go, when records of members are merged, and when what a room shows changes elsewhere."""

from nennep.core.access import Actor
from nennep.core.calendar import register_calendar
from nennep.core.events import subscribe
from nennep.duties.choices import DutyChanged
from nennep.meetings.queries.calendar import list_calendar_entries
from nennep.meetings.services import merging, revision, schedule
from nennep.members.choices import MembersMerged
from nennep.organizations.choices import CellsCreated, OrganizationClosed, OrganizationMerged
from nennep.petitions.choices import PetitionChanged

register_calendar(list_calendar_entries)


@subscribe(CellsCreated)
def plan_new_cells(event: CellsCreated) -> None:
    schedule.plan_cells(actor=Actor.system(), organization_ids=event.organization_ids, now=event.at)


@subscribe(OrganizationMerged)
def call_off_after_merge(event: OrganizationMerged) -> None:
    schedule.call_off_coming(actor=Actor.system(), organization_id=event.predecessor_id, on=event.on, now=event.at)


@subscribe(OrganizationClosed)
def call_off_after_closing(event: OrganizationClosed) -> None:
    schedule.call_off_coming(actor=Actor.system(), organization_id=event.organization_id, on=event.on, now=event.at)


@subscribe(MembersMerged)
def move_to_kept_record(event: MembersMerged) -> None:
    merging.follow_member_merge(actor=Actor.system(), kept_id=event.kept_id, dropped_id=event.dropped_id)


@subscribe(DutyChanged)
def show_changed_duty(event: DutyChanged) -> None:
    revision.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)


@subscribe(PetitionChanged)
def show_changed_petition(event: PetitionChanged) -> None:
    revision.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)
