"""What meetings do when cells come and go, and when records of members are merged."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.meetings.services import merging, schedule
from nennep.members.choices import MembersMerged
from nennep.organizations.choices import CellsCreated, OrganizationClosed, OrganizationMerged


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
