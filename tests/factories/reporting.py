"""A month of a cell for tests of reports: meetings that were held, their roll calls, tasks."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from nennep.core.periods import Month
from nennep.meetings.choices import AttendanceState, MeetingKind, MeetingState
from nennep.meetings.models import Meeting, RollCallEntry
from nennep.members.choices import Standing
from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.factories.core import VIETNAM


def evening(day: date) -> datetime:
    return datetime.combine(day, time(19, 30), VIETNAM)


def make_meeting(
    cell: Organization,
    day: date,
    *,
    kind: MeetingKind = MeetingKind.REGULAR,
    state: MeetingState = MeetingState.HELD,
    month: Month | None = None,
) -> Meeting:
    """A meeting at 19:30 of that day; a held one was open for two hours."""
    held = state == MeetingState.HELD
    return Meeting.objects.create(
        organization=cell,
        kind=kind,
        state=state,
        month=(month or Month.of(day)).first_day,
        planned_for=evening(day),
        opened_at=evening(day) if held else None,
        closed_at=evening(day) + timedelta(hours=2) if held else None,
    )


def mark_present(
    meeting: Meeting, members: Iterable[Member], states: Iterable[AttendanceState], *, counted: bool = True
) -> None:
    """One entry of the roll call for each member, in the state of the same position."""
    for member, state in zip(members, states, strict=True):
        RollCallEntry.objects.create(
            meeting=meeting,
            member=member,
            standing=Standing.OFFICIAL if counted else Standing.EXEMPT,
            counted=counted,
            votes=counted,
            state=state,
        )
