"""Nobody leaves a cell before a meeting of it that they attended: what a month counted stays."""

from datetime import date, timedelta

import pytest

from nennep.core.access import Actor
from nennep.members.choices import Ending
from nennep.members.models import Member
from nennep.members.services import leave, transfer
from nennep.members.services.memberships import SeenSince
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
MET = TODAY - timedelta(days=6)
SYSTEM = Actor.system()


@pytest.fixture
def cell() -> Organization:
    return make_unit()


@pytest.fixture
def member(cell: Organization) -> Member:
    return join_cell(cell, "Bàn Thị Chẩn")


def meet(cell: Organization, states: dict[Member, AttendanceState]) -> None:
    """How each was marked at the meeting of 3 November."""
    at = NOW - timedelta(days=6)
    meeting = make_meeting(cell, planned_for=at, opened_at=at)
    RollCallEntry.objects.bulk_create(
        RollCallEntry(meeting=meeting, member=member, standing="official", state=state, counted=True, votes=True)
        for member, state in states.items()
    )


@pytest.mark.parametrize("on", [date(2026, 2, 1), MET - timedelta(days=1)])
def test_a_day_before_a_meeting_that_was_attended_is_refused(cell: Organization, member: Member, on: date) -> None:
    meet(cell, {member: AttendanceState.PRESENT})
    other = make_unit("Chi bộ khác")
    with pytest.raises(SeenSince) as refused:
        transfer(actor=SYSTEM, member=member, to=other, on=on, now=NOW)
    with pytest.raises(SeenSince):
        leave(actor=SYSTEM, member=member, ending=Ending.MOVED_OUT, on=on, now=NOW)
    assert (refused.value.field, "Hãy chọn ngày từ 03/11/2026" in str(refused.value)) == ("on", True)
    assert list(member.memberships.values_list("organization", "valid_to")) == [(cell.pk, None)]


def test_that_day_itself_and_a_meeting_that_was_missed_refuse_nothing(cell: Organization, member: Member) -> None:
    other, away = make_unit("Chi bộ khác"), join_cell(cell, "Ma Thị Lan")
    meet(cell, {away: AttendanceState.EXCUSED, member: AttendanceState.PRESENT})
    assert leave(actor=SYSTEM, member=away, ending=Ending.DECEASED, on=MET - timedelta(days=1), now=NOW).valid_to
    assert transfer(actor=SYSTEM, member=member, to=other, on=MET, now=NOW).organization == other
