"""What happens below makes figures old. The program itself marks them: nobody has to be allowed to change a sum."""

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
