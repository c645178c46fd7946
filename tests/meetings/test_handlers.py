"""Meetings follow what happens to cells."""

from datetime import date

import pytest

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations import services as organizations
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.services import UnitDetails
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


def test_a_new_cell_has_its_meetings_at_once(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    details = UnitDetails("CB-01", "Chi bộ thôn Nà Lầu", UnitKind.CELL, CellType.VILLAGE)
    with committing():
        cell = organizations.create_organization(
            actor=Actor.system(), parent=commune, details=details, on=TODAY, now=NOW
        )
    days = [meeting.day for meeting in Meeting.objects.filter(organization=cell)]
    assert days == [TODAY, date(2026, 12, 3)]


def test_imported_cells_have_theirs(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    with committing():
        organizations.create_cells(
            actor=Actor.system(), parent=commune, names=["Chi bộ Một", "Chi bộ Hai"], on=date(2026, 1, 1), now=NOW
        )
    assert Meeting.objects.count() == 4


def test_a_cell_that_ends_meets_no_more(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ cũ", parent=commune, cell_type=CellType.VILLAGE)
    held = Meeting.objects.create(organization=cell, month=date(2026, 10, 1), planned_for=NOW.replace(month=10))
    coming = Meeting.objects.create(organization=cell, month=date(2026, 12, 1), planned_for=NOW.replace(month=12))
    with committing():
        organizations.close_organization(
            actor=Actor.system(), organization=cell, on=TODAY, reason="Giải thể theo quyết định", now=NOW
        )
    states = dict(Meeting.objects.values_list("pk", "state"))
    assert states == {held.pk: MeetingState.PLANNED, coming.pk: MeetingState.CANCELLED}
