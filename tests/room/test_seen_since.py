"""Nobody leaves a cell before a meeting of it that they attended: what a month counted stays."""

from datetime import date, timedelta

import pytest

from nennep.core.access import Actor
from nennep.members.choices import Ending
from nennep.members.models import Member
from nennep.members.services import foresee_merge, leave, merge_members, transfer
from nennep.members.services.memberships import SeenSince
from nennep.members.services.merging import TwoPeople
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.factories.accounts import make_user
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


def test_two_who_were_at_one_meeting_are_two_people(cell: Organization, member: Member) -> None:
    other, away = join_cell(cell, "Ma Thị Lan"), join_cell(cell, "Lò Thị Hoa")
    there, missed = AttendanceState.PRESENT, AttendanceState.EXCUSED
    meet(cell, {member: there, other: there, away: missed})
    with pytest.raises(TwoPeople) as refused:
        merge_members(actor=SYSTEM, keep=member, drop=other, now=NOW)
    assert (refused.value.field, "ngày 03/11/2026" in str(refused.value)) == ("duplicate", True)
    assert merge_members(actor=SYSTEM, keep=member, drop=away, now=NOW) == member


def test_a_preview_names_what_two_records_say_otherwise_and_the_account(cell: Organization, member: Member) -> None:
    other = join_cell(cell, "Bàn Thị Chẩn", user_id=make_user("Chẩn").pk)
    Member.objects.filter(pk=member.pk).update(born_on=date(1973, 5, 1), card_number="99000255")
    Member.objects.filter(pk=other.pk).update(born_on=date(1956, 1, 2), card_number="99000256", sex="")
    keep, drop = (Member.objects.get(pk=one.pk) for one in (member, other))
    first, second, *_rest = foresee_merge(actor=SYSTEM, keep=keep, drop=drop, now=NOW).effects
    assert (first.count, first.names) == (
        2,
        ("Ngày sinh: 01/05/1973 / 02/01/1956", "Số thẻ đảng viên: 99000255 / 99000256"),
    )
    assert second.names == (drop.user and drop.user.username,)
