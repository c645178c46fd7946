"""Meetings for tests of every context."""

from datetime import date, datetime, time, timedelta

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.factories.cells import join_cell
from tests.factories.core import NOW, VIETNAM, make_actor

PLANNED_FOR = datetime(2026, 11, 13, 19, 30, tzinfo=VIETNAM)
OPENED_AT = NOW - timedelta(minutes=100)
SECRETARY_RIGHTS = (
    Permission.ORGANIZATIONS_READ,
    Permission.MEETINGS_READ,
    Permission.MEETINGS_PREPARE,
    Permission.MEETINGS_HOLD,
    Permission.MEMBERS_READ,
    Permission.DUTIES_READ,
    Permission.DUTIES_WRITE,
    Permission.DOCUMENTS_READ,
    Permission.DOCUMENTS_WRITE,
    Permission.MINUTES_APPROVE,
    Permission.MINUTES_CORRECT,
    Permission.SCORES_READ,
    Permission.SCORES_WRITE,
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


def make_open_meeting(cell: Organization, present: int = 3) -> Meeting:
    """Opened an hour and 40 minutes before `NOW`, with so many official members in the room and one item noted."""
    meeting = make_meeting(cell, planned_for=OPENED_AT, state=MeetingState.OPEN, opened_at=OPENED_AT)
    for number in range(present):
        make_entry(meeting, join_cell(cell, f"Ma Văn {number}"))
    item = make_item(meeting)
    item.note, item.started_at = "Đồng chí Ma Văn 0 đề nghị làm mương.", OPENED_AT
    item.save()
    return meeting


def make_held_meeting(cell: Organization, present: int = 3) -> Meeting:
    """`make_open_meeting`, closed at `NOW` with a conclusion."""
    meeting = make_open_meeting(cell, present)
    meeting.state, meeting.closed_at, meeting.conclusion = MeetingState.HELD, NOW, "Làm xong mương trước 20/11."
    meeting.save()
    return meeting
