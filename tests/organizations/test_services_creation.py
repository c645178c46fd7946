"""Many units at once, and a list of units gone through row by row."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.organizations import services
from nennep.organizations.choices import CellsCreated, CellType, UnitKind, Verb
from nennep.organizations.importers.units import UnitList, UnitRow
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.rules import BadNesting, DateInFuture
from nennep.organizations.services import UnitDetails
from nennep.organizations.services.imports import UnitPlan
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
JULY = date(2026, 7, 1)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã", kind=UnitKind.BASE, code="LC")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[CellsCreated]:
    found: list[CellsCreated] = []
    monkeypatch.setitem(events._handlers, CellsCreated, [found.append])
    return found


def take(under: Organization | None, *rows: UnitRow, write: bool = True) -> UnitPlan:
    units = UnitList(len(rows), rows, ())
    return services.apply_unit_import(actor=SYSTEM, units=units, under=under, now=NOW, write=write)


def row(number: int, name: str, **facts: Any) -> UnitRow:
    return replace(UnitRow("DS", number, name, UnitKind.CELL), **facts)


def problems(plan: UnitPlan) -> list[tuple[int, str, str, str]]:
    return [(item.row, item.code, item.value, item.other) for item in plan.problems]


def test_many_units_have_each_its_place_period_and_type(commune: Organization, heard: list[CellsCreated]) -> None:
    make_unit("Chi bộ cũ", parent=commune, code="LC-00")
    children = [
        UnitDetails("LC-01", "Chi bộ thôn 1", UnitKind.CELL, CellType.VILLAGE),
        UnitDetails("LC-02", "Đảng bộ bộ phận", UnitKind.SUB),
        UnitDetails("LC-03", "Chi bộ Trường", UnitKind.CELL, CellType.OFFICE),
    ]
    made = services.create_children(actor=SYSTEM, parent=commune, children=children, on=JULY, now=NOW)
    rows = Organization.objects.filter(code__in=[item.code for item in children]).order_by("path")
    assert list(rows) == made
    assert [(unit.code, unit.name, unit.kind, unit.cell_type, unit.opened_on, unit.depth) for unit in rows] == [
        ("LC-01", "Chi bộ thôn 1", UnitKind.CELL, "village", JULY, 2),
        ("LC-02", "Đảng bộ bộ phận", UnitKind.SUB, "", JULY, 2),
        ("LC-03", "Chi bộ Trường", UnitKind.CELL, "office", JULY, 2),
    ]
    assert [unit.path[len(commune.path) :] for unit in rows] == ["0002", "0003", "0004"]
    periods = OrganizationPeriod.objects.filter(organization__in=made).order_by("organization__path")
    assert [(one.name, one.kind, one.parent, one.valid_from, one.valid_to) for one in periods] == [
        (unit.name, unit.kind, commune, JULY, None) for unit in rows
    ]
    event = AuditEvent.objects.get()
    assert (event.verb, event.target_label, event.details) == (
        Verb.IMPORTED,
        "Đảng bộ xã",
        {"count": 3, "on": "2026-07-01"},
    )
    assert heard == [CellsCreated((made[0].pk, made[2].pk), NOW)]


def test_many_units_are_refused_like_one(commune: Organization, heard: list[CellsCreated]) -> None:
    cells = [UnitDetails("LC-01", "Chi bộ thôn 1", UnitKind.CELL)]
    make: dict[str, Any] = {"parent": commune, "children": cells, "on": JULY, "now": NOW}
    with pytest.raises(NotAllowed):
        services.create_children(actor=make_actor(Permission.ORGANIZATIONS_READ), **make)
    with pytest.raises(DateInFuture):
        services.create_children(actor=SYSTEM, **(make | {"on": TODAY + timedelta(days=1)}))
    group = [UnitDetails("LC-02", "Tổ đảng 1", UnitKind.GROUP)]
    with pytest.raises(BadNesting):
        services.create_children(actor=SYSTEM, **(make | {"children": [*cells, *group]}))
    make_unit("Đã có", parent=commune, code="LC-01")
    assert services.create_children(actor=SYSTEM, **make) == []
    assert (heard, AuditEvent.objects.count(), Organization.objects.count()) == ([], 0, 2)


def test_a_dry_run_says_the_same_and_writes_nothing(commune: Organization) -> None:
    rows = [row(2, "Chi bộ thôn 1"), row(3, "Chi bộ thôn 2")]
    tried = take(commune, *rows, write=False)
    assert (Organization.objects.count(), AuditEvent.objects.count()) == (1, 0)
    assert take(commune, *rows) == tried
    assert (tried.rows, tried.units, tried.created) == (2, tuple(rows), ("Chi bộ thôn 1", "Chi bộ thôn 2"))
    again = take(commune, *rows)
    assert (again.created, again.updated, again.unchanged) == ((), (), ("Chi bộ thôn 1", "Chi bộ thôn 2"))


def test_a_unit_named_twice_is_told_with_the_row_of_the_first(commune: Organization) -> None:
    plan = take(commune, row(2, "Chi bộ thôn 1"), row(3, "Chi bộ thôn 2"), row(4, "CHI BỘ THÔN 2"))
    assert problems(plan) == [(4, "unit_twice", "CHI BỘ THÔN 2", "3")]
    assert plan.created == ("Chi bộ thôn 1", "Chi bộ thôn 2")


def test_upper_units_come_from_the_rows_before(commune: Organization) -> None:
    sub = {"kind": UnitKind.SUB}
    plan = take(
        commune,
        row(2, "Đảng bộ bộ phận A", **sub),
        row(3, "Đảng bộ bộ phận B", **sub),
        row(4, "Chi bộ 1", above=3),
        row(5, "Chi bộ 2", parent="đảng bộ bộ phận a"),
        row(6, "Chi bộ 3", above=9),
        row(7, "Chi bộ 4", parent="Không có"),
        row(8, "Chi bộ 5", sheet="Khác", above=3),
    )
    units = {unit.name: unit for unit in Organization.objects.all()}
    assert units["Chi bộ 1"].path.startswith(units["Đảng bộ bộ phận B"].path)
    assert units["Chi bộ 2"].path.startswith(units["Đảng bộ bộ phận A"].path)
    assert problems(plan) == [
        (6, "parent_missing", "", ""),
        (7, "parent_missing", "Không có", ""),
        (8, "parent_missing", "", ""),
    ]


def test_a_name_is_looked_for_below_the_same_upper_unit_only(commune: Organization) -> None:
    other = make_unit("Đảng bộ xã khác", kind=UnitKind.BASE, code="KH")
    there = make_unit("Chi bộ thôn 1", parent=other, code="KH-01")
    plan = take(commune, row(2, "Chi bộ thôn 1"))
    assert plan.created == ("Chi bộ thôn 1",)
    assert Organization.objects.filter(name="Chi bộ thôn 1").exclude(pk=there.pk).get().path.startswith(commune.path)


def test_a_unit_found_by_its_code_gets_the_name_of_the_list(commune: Organization) -> None:
    cell = make_unit("Chi bộ cũ", parent=commune, code="LC-07")
    plan = take(commune, row(2, "Chi bộ mới", code="LC-07"), row(3, "Chi bộ thôn 8", code="LC-08"))
    assert (plan.updated, plan.created, plan.unchanged) == (("Chi bộ mới",), ("Chi bộ thôn 8",), ())
    cell.refresh_from_db()
    assert cell.name == "Chi bộ mới"
    event = AuditEvent.objects.get(verb=Verb.RENAMED)
    assert event.details == {"former": "Chi bộ cũ", "on": "2026-11-09", "reason": "Nhập danh sách đơn vị"}
    assert Organization.objects.get(code="LC-08").cell_type == CellType.VILLAGE


def test_where_a_unit_of_a_list_cannot_stand_is_told(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn 1", parent=commune, code="LC-01")
    closed = make_unit("Đảng bộ bộ phận", kind=UnitKind.SUB, parent=commune, code="BP", closed_on=JULY)
    plan = take(commune, row(2, "Chi bộ con", parent=cell.code), row(3, "Chi bộ muộn", parent=closed.code))
    assert problems(plan) == [(2, "nesting_bad", "Chi bộ con", ""), (3, "unit_closed", "Chi bộ muộn", "")]
    assert plan.units == ()
