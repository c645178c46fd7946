"""Meetings for tests of every context."""

from datetime import date, datetime, time

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.choices import AttendanceState, MeetingKind, MeetingState, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting, RollCallEntry
from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.factories.core import VIETNAM, make_actor

PLANNED_FOR = datetime(2026, 11, 13, 19, 30, tzinfo=VIETNAM)
SECRETARY_RIGHTS = (
    Permission.ORGANIZATIONS_READ,
    Permission.MEETINGS_READ,
    Permission.MEETINGS_PREPARE,
    Permission.MEETINGS_HOLD,
    Permission.MEMBERS_READ,
    Permission.DUTIES_READ,
    Permission.DUTIES_WRITE,
)


def at(day: date, hour: int = 19, minute: int = 30) -> datetime:
    """That time of that day in Vietnam."""
    return datetime.combine(day, time(hour, minute), tzinfo=VIETNAM)


def make_secretary(cell: Organization, user_id: int | None = None) -> Actor:
    """Somebody who may prepare and hold the meetings of `cell`."""
    return make_actor(*SECRETARY_RIGHTS, path=cell.path, subtree=False, user_id=user_id)


def make_meeting(
    cell: Organization,
    *,
    planned_for: datetime = PLANNED_FOR,
    kind: MeetingKind = MeetingKind.REGULAR,
    state: MeetingState = MeetingState.PLANNED,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> Meeting:
    """A meeting that counts for the month it is called for, without a programme."""
    return Meeting.objects.create(
        organization=cell,
        kind=kind,
        state=state,
        month=planned_for.astimezone(VIETNAM).date().replace(day=1),
        planned_for=planned_for,
        opened_at=opened_at,
        closed_at=closed_at,
    )


def make_item(
    meeting: Meeting, title: str = "Nhiệm vụ tháng 11", *, position: int = 1, minutes: int = 10
) -> AgendaItem:
    return AgendaItem.objects.create(
        meeting=meeting,
        position=position,
        phase=Phase.PROCEEDINGS,
        topic=Topic.OTHER,
        title=title,
        minutes_planned=minutes,
    )


def make_entry(
    meeting: Meeting, member: Member, state: AttendanceState = AttendanceState.PRESENT, *, counted: bool = True
) -> RollCallEntry:
    """A row of the roll call of an official member."""
    return RollCallEntry.objects.create(
        meeting=meeting, member=member, standing="official", counted=counted, votes=counted, state=state
    )
