"""A closed meeting is corrected with a reason, and the figures of its month follow to the top."""

from datetime import date, datetime

import pytest

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.services.corrections import correct_minutes
from nennep.records.services.minutes import approve_minutes
from nennep.reporting.models import UnitMonth
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.services import rebuild_figures
from nennep.room.choices import AttendanceState
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY, VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import evening, make_meeting, mark_present

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
OCTOBER = Month(2026, 10)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


def test_attendance_day_and_mistaken_tasks_reach_the_communes_figures(
    commune: Organization, committing: Committing
) -> None:
    cell, actor = make_unit(parent=commune), Actor.system()
    members = [make_member(name, cell=cell) for name in ("Ma Công Lập", "Lý Thị Mỷ", "Quan Thị Biên")]
    meeting = make_meeting(cell, date(2026, 10, 14))
    mark_present(meeting, members, [AttendanceState.PRESENT] * 3)
    duty = make_duty(
        cell,
        members[0],
        given_on=date(2026, 10, 14),
        origin_kind="meetings.meeting",
        origin_id=str(meeting.public_id),
    )
    with committing():
        approve_minutes(actor=actor, meeting=meeting, now=NOW)
    rebuild_figures(actor=actor, months=[OCTOBER], now=NOW)
    before = get_figures(organization=commune, month=OCTOBER, today=TODAY)
    assert (
        before["counted"],
        before["present"],
        before["unexcused"],
        before["cells_on_time"],
        before["tasks_due"],
    ) == (3, 3, 0, 0, 1)
    entry = meeting.roll_call.get(member=members[2])
    changes = MinutesChanges(
        entries={entry.public_id: EntryChange(AttendanceState.UNEXCUSED)},
        opened_at=datetime(2026, 10, 5, 19, 30, tzinfo=VIETNAM),
        closed_at=evening(date(2026, 10, 5)).replace(hour=21),
        mistaken_duties=frozenset({duty.public_id}),
    )
    with committing():
        correct_minutes(actor=actor, meeting=meeting, changes=changes, reason="Ghi nhầm ngày", now=NOW)
    after = get_figures(organization=commune, month=OCTOBER, today=TODAY)
    assert (after["counted"], after["present"], after["unexcused"], after["cells_on_time"], after["tasks_due"]) == (
        3,
        2,
        1,
        1,
        0,
    )
    assert UnitMonth.objects.get(organization=commune, month=OCTOBER.first_day).figures == after
