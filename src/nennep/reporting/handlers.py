"""What happens below makes figures old. The program itself marks them: nobody has to be allowed to change a sum."""

from datetime import date

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.core.periods import Month
from nennep.duties.choices import DutyChanged
from nennep.meetings.choices import (
    MeetingEvent,
    MeetingHeld,
    MeetingScheduled,
    MinutesApproved,
    MinutesCorrected,
    RollCallChanged,
)
from nennep.members.choices import MembershipsChanged, MembersMerged
from nennep.organizations.choices import (
    CellsCreated,
    OrganizationClosed,
    OrganizationMerged,
    OrganizationMoved,
    OrganizationRenamed,
    OrganizationSplit,
)
from nennep.reporting import services


def mark_month_of_meeting(event: MeetingEvent) -> None:
    months = [Month.of(event.month)]
    services.mark_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


for kind in (MeetingScheduled, RollCallChanged, MeetingHeld, MinutesApproved, MinutesCorrected):
    subscribe(kind)(mark_month_of_meeting)


@subscribe(DutyChanged)
def mark_months_of_duty(event: DutyChanged) -> None:
    months = [Month.of(day) for day in event.months]
    services.mark_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


@subscribe(MembershipsChanged)
def mark_since_members_changed(event: MembershipsChanged) -> None:
    services.mark_since(actor=Actor.system(), day=event.since)


def mark_since_tree_changed(
    event: OrganizationClosed | OrganizationMerged | OrganizationMoved | OrganizationRenamed | OrganizationSplit,
) -> None:
    services.mark_since(actor=Actor.system(), day=event.on)


for change in (OrganizationClosed, OrganizationMerged, OrganizationMoved, OrganizationRenamed, OrganizationSplit):
    subscribe(change)(mark_since_tree_changed)


def mark_everything(_event: CellsCreated | MembersMerged) -> None:
    """New cells may be dated back to any day; of merged records nobody knows which months they touch."""
    services.mark_since(actor=Actor.system(), day=date.min)


for rare in (CellsCreated, MembersMerged):
    subscribe(rare)(mark_everything)
