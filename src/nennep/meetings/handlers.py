"""What units ask meetings, what meetings do when cells are made, and when what a room shows changes elsewhere."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.calendar import register_calendar
from nennep.core.events import subscribe
from nennep.duties.choices import DutyChanged
from nennep.meetings.queries.calendar import list_calendar_entries
from nennep.meetings.queries.meeting import find_first_met, find_last_met, list_unrecorded, name_open_meeting
from nennep.meetings.queries.routine import read_coming_days, read_fixed_days
from nennep.meetings.services import agenda, meeting, routine, schedule, suggestions
from nennep.members.choices import StandInBegun
from nennep.organizations.choices import CellsCreated, OrganizationMerged
from nennep.organizations.services import register_busy, register_last_met, register_left, register_met
from nennep.petitions.choices import PetitionChanged
from nennep.policies.choices import PolicyKey, RulesChanged
from nennep.policies.services import Follower, register_follower

register_calendar(list_calendar_entries)
register_busy(name_open_meeting)
register_left(list_unrecorded)
register_met(find_first_met)
register_last_met(find_last_met)
register_follower(Follower(_("Buổi sinh hoạt chuyển sang ngày khác"), read_coming_days))
register_follower(
    Follower(_("Buổi giữ ngày đã định (đã gửi giấy mời, hoặc đã dời có lý do)"), read_fixed_days, stays=True)
)


@subscribe(CellsCreated)
def plan_new_cells(event: CellsCreated) -> None:
    schedule.plan_later(actor=Actor.system(), organization_ids=event.organization_ids)


@subscribe(StandInBegun)
def let_stand_in_preside(event: StandInBegun) -> None:
    agenda.leave_chair_open(
        actor=Actor.system(),
        organization_id=event.organization_id,
        member_id=event.secretary_id,
        since=event.since,
        until=event.until,
    )


@subscribe(RulesChanged)
def follow_fixed_day(event: RulesChanged) -> None:
    if PolicyKey.FIXED_DAY in event.keys:
        system = Actor.system()
        routine.follow_rules(actor=system, organization_id=event.organization_id, since=event.since, now=clock.now())


@subscribe(OrganizationMerged)
def show_what_came(event: OrganizationMerged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.successor_id)


@subscribe(DutyChanged)
def show_changed_duty(event: DutyChanged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)


@subscribe(PetitionChanged)
def show_changed_petition(event: PetitionChanged) -> None:
    meeting.refresh_rooms(actor=Actor.system(), organization_id=event.organization_id)
    with translation.override("vi"):  # the programme is a Vietnamese paper
        suggestions.take_up_answer(actor=Actor.system(), petition_id=event.petition_id, now=clock.now())
