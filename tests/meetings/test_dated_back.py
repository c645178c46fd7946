"""No date of a change of units passes a meeting: what a month counted, it counts for ever (findings: a wrong year in a merger)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations import services
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import MetInFinishedMonth, MetSinceEnd, UnitDetails
from tests.factories.core import NOW, VIETNAM
from tests.factories.meetings import make_meeting
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
MET = date(2026, 11, 5)


@pytest.fixture
def cell() -> Organization:
    """Of a commune that has a sister cell; it met on 3 October and on 5 November, today is the 9th."""
    commune = make_unit("Xã", kind=UnitKind.BASE, parent=make_unit("Tỉnh", kind=UnitKind.PROVINCE))
    found = make_unit("Chi bộ Nà Mỏ", parent=commune)
    make_unit("Chi bộ Nà Khà", parent=commune)
    for day in (date(2026, 10, 3), MET):
        at = datetime.combine(day, time(19), VIETNAM)
        make_meeting(found, planned_for=at, state=MeetingState.HELD, opened_at=at, closed_at=at + timedelta(hours=2))
    return found


def act(kind: str, cell: Organization, on: date) -> None:
    commune = Organization.objects.get_parent(cell)
    sister = Organization.objects.get(name="Chi bộ Nà Khà")
    facts: dict[str, Any] = {"actor": Actor.system(), "on": on, "reason": "Quyết định 5", "now": NOW}
    if kind == "merge":
        services.merge_organization(organization=cell, successor=sister, **facts)
    elif kind == "close":
        services.close_organization(organization=cell, **facts)
    elif kind == "move":
        province = Organization.objects.get_parent(commune)
        services.move_organization(
            organization=cell, parent=make_unit("Xã bên", kind=UnitKind.BASE, parent=province), **facts
        )
    else:
        parts = [UnitDetails("P1", "Chi bộ mới", UnitKind.CELL)]
        services.split_organization(organization=cell, parts=parts, **facts)


FIRST = date(2026, 11, 1)
CASES: list[tuple[str, date, type[DomainError] | None]] = [
    ("merge", date(2025, 1, 1), MetInFinishedMonth),
    ("merge", date(2026, 10, 31), MetInFinishedMonth),
    ("merge", date(2026, 11, 4), MetSinceEnd),
    ("merge", MET, None),
    ("close", date(2026, 10, 4), MetInFinishedMonth),
    ("close", date(2026, 11, 4), MetSinceEnd),
    ("close", MET, None),
    ("move", date(2026, 10, 31), MetInFinishedMonth),
    ("move", FIRST, None),
    ("split", date(2026, 10, 31), MetInFinishedMonth),
    ("split", FIRST, None),
]


@pytest.mark.parametrize(("kind", "on", "refused"), CASES, ids=[f"{kind} {on}" for kind, on, _why in CASES])
def test_the_day_is_asked_of_every_change(
    cell: Organization, kind: str, on: date, refused: type[DomainError] | None
) -> None:
    if refused is None:
        act(kind, cell, on)
        return
    with pytest.raises(refused) as error:
        act(kind, cell, on)
    said = "ngày từ 01/11/2026" if refused is MetInFinishedMonth else "ngày từ 05/11/2026"
    assert (error.value.field, said in str(error.value)) == ("on", True)


def test_months_in_which_nobody_met_are_free(cell: Organization) -> None:
    Meeting.objects.all().delete()
    act("merge", cell, date(2026, 1, 1))


def test_a_commune_is_moved_from_the_month_in_progress_on(cell: Organization) -> None:
    """What a cell below it met for counts as its own meeting does."""
    commune = Organization.objects.get_parent(cell)
    other = make_unit("Tỉnh khác", kind=UnitKind.PROVINCE)
    facts: dict[str, Any] = {"actor": Actor.system(), "reason": "Quyết định 5", "now": NOW}
    with pytest.raises(MetInFinishedMonth):
        services.move_organization(organization=commune, parent=other, on=date(2026, 10, 1), **facts)
    services.move_organization(organization=commune, parent=other, on=FIRST, **facts)
