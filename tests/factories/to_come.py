"""What hangs on a cell for days to come, and books of days before it: one row of each kind."""

from datetime import date, timedelta

from nennep.members.models import Member, PlannedPost, PlannedTransfer, StandIn
from nennep.organizations.models import Organization
from nennep.room.models import PastImport, PastMark, PastMeeting
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member


def stand_in(unit: Organization, member: Member | None = None) -> StandIn:
    until = TODAY + timedelta(days=30)
    return StandIn.objects.create(
        member=member or make_member(), organization=unit, valid_from=date(2026, 11, 1), valid_to=until
    )


def plan_post(unit: Organization, member: Member | None = None) -> PlannedPost:
    facts = {"kind": "secretary", "on": date(2027, 1, 1), "planned_at": NOW}
    return PlannedPost.objects.create(member=member or make_member(), organization=unit, **facts)


def plan_transfer(unit: Organization, member: Member | None = None) -> PlannedTransfer:
    return PlannedTransfer.objects.create(
        member=member or make_member(), organization=unit, code="CB-MOI", planned_at=NOW
    )


def take_over_book(unit: Organization) -> PastImport:
    return PastImport.objects.create(organization=unit, uploaded_at=NOW, name="so.csv", digest="0" * 64)


def take_over_meeting(unit: Organization) -> PastMeeting:
    source = take_over_book(make_cell("Chi bộ thôn Sổ Cũ"))
    return PastMeeting.objects.create(organization=unit, source=source, month=date(2019, 1, 1), kind="regular")


def mark_in_book(unit: Organization, member: Member) -> PastMark:
    return PastMark.objects.create(meeting=take_over_meeting(unit), member=member, state="present")
