"""What happens below reaches the figures: an event marks the rows, the job folds them."""

from datetime import date

import pytest

from nennep.core.access import Actor
from nennep.core.events import Event, publish
from nennep.core.periods import Month
from nennep.duties.choices import DutyChanged
from nennep.meetings.choices import RoutineChanged
from nennep.members.choices import MemberCorrected, MembershipKind, MembershipsChanged, MembersMerged, Standing
from nennep.members.models import Membership
from nennep.members.services import join_cell
from nennep.organizations.choices import CellsCreated, OrganizationMoved, UnitKind, UsageChanged
from nennep.organizations.models import Organization
from nennep.policies.choices import RulesChanged
from nennep.records.choices import MinutesCorrected
from nennep.reporting.models import ChangedMonth, UnitMonth
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.services import rebuild_figures
from nennep.room.choices import MeetingHeld, RollCallChanged
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
OCTOBER = Month(2026, 10)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    cell = make_unit(parent=commune)
    make_member("Hà Văn Cũ", cell=cell)
    rebuild_figures(actor=Actor.system(), months=[Month(2026, 9), OCTOBER], now=NOW)
    return cell


def find_members(cell: int) -> frozenset[int]:
    return frozenset(Membership.objects.filter(organization=cell).values_list("member_id", flat=True))


@pytest.mark.parametrize(
    "event",
    [
        lambda cell: MeetingHeld(cell, 1, OCTOBER.first_day),
        lambda cell: RollCallChanged(cell, 1, OCTOBER.first_day),
        lambda cell: MinutesCorrected(cell, 1, OCTOBER.first_day, reason="Ghi nhầm", at=NOW),
        lambda cell: DutyChanged(cell, 1, (OCTOBER.first_day,)),
        lambda cell: MembershipsChanged(find_members(cell), date(2026, 10, 5)),
        lambda cell: MemberCorrected(min(find_members(cell)), frozenset({"sex", "phone"})),
        lambda cell: RoutineChanged(cell, date(2026, 10, 1)),
        lambda cell: RulesChanged(cell, date(2026, 10, 1), frozenset()),
        UsageChanged,
        lambda cell: CellsCreated((cell,), NOW),
        lambda cell: OrganizationMoved(cell, date(2026, 10, 5), "0001", "0002"),
        lambda cell: MembersMerged(min(find_members(cell)), 0),
    ],
)
def test_event_folds_the_month_again(
    commune: Organization, cell: Organization, event: object, committing: Committing
) -> None:
    make_meeting(cell, date(2026, 10, 5))
    assert get_figures(organization=commune, month=OCTOBER, today=TODAY)["cells_met"] == 0
    made = event(cell.pk)  # type: ignore[operator]
    assert isinstance(made, Event)
    with committing():
        publish(made)
    row = UnitMonth.objects.get(organization=commune, month=OCTOBER.first_day)
    assert (row.figures["cells_met"], ChangedMonth.objects.count()) == (1, 0)


def test_member_entered_for_a_day_long_ago_changes_the_months_since(
    commune: Organization, cell: Organization, committing: Committing
) -> None:
    with committing():
        join_cell(
            actor=Actor.system(),
            member=make_member("Hà Văn Mới"),
            organization=cell,
            kind=MembershipKind.OFFICIAL,
            standing=Standing.OFFICIAL,
            on=date(2026, 10, 10),
            now=NOW,
        )
    rows = UnitMonth.objects.filter(organization=commune, month__lte=OCTOBER.first_day).order_by("month")
    assert [row.figures["members"] for row in rows] == [1, 2]
