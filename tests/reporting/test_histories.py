"""Figures keep the tree as it was: cells move, merge and close after their months were folded."""

from datetime import date

import pytest

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Membership, Post
from nennep.organizations import services as organizations
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.services import rebuild_figures
from nennep.room.choices import AttendanceState
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import by_hand, make_meeting, mark_present, usual

THEN = NOW.replace(month=10, day=1)  # when the unit moved

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
NOTHING = by_hand()
P, E = AttendanceState.PRESENT, AttendanceState.EXCUSED


def make_place() -> tuple[Organization, Organization, Organization, Organization]:
    """A province with two communes; the first has two cells, one with two months of meetings, two members, one task."""
    province = make_unit("Tỉnh", kind=UnitKind.PROVINCE)
    one, two = (make_unit(f"Xã {number}", kind=UnitKind.BASE, parent=province) for number in (1, 2))
    cell, sister = (make_unit(f"Chi bộ {number}", parent=one) for number in (1, 2))
    people = [make_member(f"Đảng viên {number}", cell=cell) for number in range(2)]
    for day in (date(2026, 9, 3), date(2026, 10, 3)):
        mark_present(make_meeting(cell, day), people, [P, E])
    make_meeting(cell, date(2026, 12, 3), state=MeetingState.PLANNED)
    make_duty(cell, people[0], due_on=date(2026, 9, 30))
    make_duty(cell, people[0], due_on=date(2026, 11, 30))
    make_duty(cell, people[1], due_on=None)
    make_duty(cell, people[1], due_on=date(2026, 9, 20), state=DutyState.DONE, settled_on=date(2026, 9, 15))
    make_post(people[0], cell)
    rebuild_figures(actor=SYSTEM, months=[SEPTEMBER, OCTOBER], now=NOW)
    return one, two, cell, sister


def count(unit: Organization, month: Month) -> dict[str, int]:
    unit.refresh_from_db()
    return usual(get_figures(organization=unit, month=month, today=TODAY))


def of_cell(cells: int, tasks: int, done: int) -> dict[str, int]:
    return by_hand(cells, 1, 1, 2, 2, 1, 1, 0, 0, tasks, done)


def test_past_months_stay_with_the_former_upper_unit(committing: Committing) -> None:
    one, two, cell, _ = make_place()
    assert (count(one, SEPTEMBER), count(two, SEPTEMBER)) == (of_cell(2, 2, 1), NOTHING)
    with committing():
        organizations.move_organization(
            actor=SYSTEM, organization=cell, parent=two, on=date(2026, 10, 1), reason="Sắp xếp", now=THEN
        )
    assert (count(one, SEPTEMBER), count(two, SEPTEMBER)) == (of_cell(2, 2, 1), NOTHING)
    assert (count(one, OCTOBER)["cells"], count(one, OCTOBER).get("present", 0)) == (1, 0)
    assert count(two, OCTOBER) == of_cell(1, 0, 0)
    assert (count(one, NOVEMBER)["cells"], count(two, NOVEMBER)["tasks_due"]) == (1, 1)
    rebuild_figures(actor=SYSTEM, months=[SEPTEMBER, OCTOBER], now=NOW)
    assert (count(one, SEPTEMBER), count(two, OCTOBER)) == (of_cell(2, 2, 1), of_cell(1, 0, 0))


def test_a_merged_cell_hands_on_its_people_and_what_is_still_to_do(committing: Committing) -> None:
    one, _, cell, sister = make_place()
    before = count(cell, SEPTEMBER)
    with committing():
        organizations.merge_organization(
            actor=SYSTEM, organization=cell, successor=sister, on=date(2026, 11, 1), reason="Sắp xếp", now=NOW
        )
    assert (count(cell, SEPTEMBER), count(one, SEPTEMBER)) == (before, of_cell(2, 2, 1))
    assert count(one, NOVEMBER) == by_hand(1, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0)
    assert count(sister, NOVEMBER)["tasks_due"] == 1
    assert Membership.objects.on(TODAY).filter(organization=sister).count() == 2
    assert Membership.objects.on(TODAY).filter(organization=cell).count() == 0
    assert Post.objects.get(organization=cell).valid_to == date(2026, 11, 1)
    assert Duty.objects.filter(organization=sister).count() == 3
    assert set(
        Meeting.objects.filter(organization=cell, month__gte=date(2026, 11, 1)).values_list("state", flat=True)
    ) == {MeetingState.CANCELLED}


def test_a_closed_cell_keeps_its_months(committing: Committing) -> None:
    one, _, cell, sister = make_place()
    with committing():
        organizations.close_organization(
            actor=SYSTEM, organization=sister, on=date(2026, 10, 1), reason="Hết người", now=NOW
        )
    assert (count(one, SEPTEMBER), count(one, OCTOBER)["cells"]) == (of_cell(2, 2, 1), 1)
    assert count(sister, OCTOBER) == NOTHING
    with pytest.raises(organizations.HasMembers):
        organizations.close_organization(
            actor=SYSTEM, organization=cell, on=date(2026, 11, 1), reason="Hết người", now=NOW
        )
