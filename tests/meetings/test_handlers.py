"""Meetings follow what happens to cells."""

from datetime import date

import pytest

from nennep.core import events
from nennep.core.access import Actor
from nennep.meetings.choices import CELLS_OF_A_JOB, MeetingScheduled, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.services import schedule
from nennep.organizations import services as organizations
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.services import UnitDetails
from nennep.site.daily import run_day
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_a_new_cell_has_its_meetings_at_once(committing: Committing) -> None:
    """From the first month whose days are still to come: nobody meets tonight because the cell was founded today."""
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    details = UnitDetails("CB-01", "Chi bộ thôn Nà Lầu", UnitKind.CELL, CellType.VILLAGE)
    with committing():
        cell = organizations.create_organization(actor=SYSTEM, parent=commune, details=details, on=TODAY, now=NOW)
    days = [meeting.day for meeting in Meeting.objects.filter(organization=cell)]
    assert days == [date(2026, 12, 3)]


def test_imported_cells_have_theirs(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    with committing():
        organizations.create_cells(
            actor=SYSTEM, parent=commune, names=["Chi bộ Một", "Chi bộ Hai"], on=date(2026, 1, 1), now=NOW
        )
    assert Meeting.objects.count() == 4


def test_no_meeting_is_planned_inside_the_import(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    names = [f"Chi bộ {number}" for number in range(CELLS_OF_A_JOB + 1)]
    with committing():
        organizations.create_cells(actor=SYSTEM, parent=commune, names=names, on=date(2026, 1, 1), now=NOW)
        assert Meeting.objects.count() == 0
    assert Meeting.objects.count() == 2 * len(names)


class KilledError(BaseException):
    """What ends a process ends no transaction in an orderly way."""


def test_planning_goes_on_after_a_kill_without_doubling(monkeypatch: pytest.MonkeyPatch) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    cells = [make_unit(f"Chi bộ {n}", parent=commune, cell_type=CellType.VILLAGE) for n in range(3)]
    ids = [cell.pk for cell in cells]

    def kill(event: MeetingScheduled) -> None:
        if event.organization_id == ids[1]:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setitem(events._handlers, MeetingScheduled, [kill])
        with pytest.raises(KilledError):
            schedule.plan_cells(actor=SYSTEM, organization_ids=ids, now=NOW)
    assert [Meeting.objects.filter(organization=cell).count() for cell in cells] == [2, 0, 0]
    planned = Meeting.objects.values_list("pk", flat=True).order_by("pk")
    first = list(planned)
    assert [run_day(now=NOW).meetings, schedule.plan_cells(actor=SYSTEM, organization_ids=ids, now=NOW)] == [4, 0]
    assert [Meeting.objects.filter(organization=cell).count() for cell in cells] == [2, 2, 2]
    assert list(planned)[:2] == first
    items = [meeting.agenda.count() for meeting in Meeting.objects.order_by("pk")]
    assert (len(set(items)), items[0] > 0) == (1, True)


def test_a_cell_that_ends_meets_no_more(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ cũ", parent=commune, cell_type=CellType.VILLAGE)
    held = Meeting.objects.create(organization=cell, month=date(2026, 10, 1), planned_for=NOW.replace(month=10))
    coming = Meeting.objects.create(organization=cell, month=date(2026, 12, 1), planned_for=NOW.replace(month=12))
    with committing():
        organizations.close_organization(
            actor=SYSTEM, organization=cell, on=TODAY, reason="Giải thể theo quyết định", now=NOW
        )
    states = dict(Meeting.objects.values_list("pk", "state"))
    assert states == {held.pk: MeetingState.PLANNED, coming.pk: MeetingState.CANCELLED}
