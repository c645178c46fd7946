"""Where imported units come to stand, and from which day on."""

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
from nennep.organizations.choices import NAME_LIMIT, CellsCreated, CellType, UnitKind, Verb
from nennep.organizations.importers.units import UnitList, UnitRow
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.services.imports import UnitPlan, create_cells
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import OPENED, make_unit

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()


def take(under: Organization | None, *rows: UnitRow) -> UnitPlan:
    return services.apply_unit_import(actor=SYSTEM, units=UnitList(len(rows), rows, ()), under=under, now=NOW)


def row(number: int, name: str, **facts: Any) -> UnitRow:
    return replace(UnitRow("DS", number, name, UnitKind.CELL), **facts)


def test_new_cells_take_the_next_free_codes_and_the_type_of_their_names() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE, code="LC")
    taken = create_cells(actor=SYSTEM, parent=commune, names=["Chi bộ thôn 1"], on=TODAY, now=NOW)
    new = create_cells(
        actor=SYSTEM, parent=commune, names=["Chi bộ Trường THCS", "Chi bộ " + "x" * 300], on=TODAY, now=NOW
    )
    assert len({unit.code for unit in (*taken, *new)}) == 3
    assert all(unit.code.startswith("LC") for unit in new)
    assert [(unit.cell_type, len(unit.name)) for unit in new] == [(CellType.OFFICE, 18), (CellType.VILLAGE, NAME_LIMIT)]


def test_cells_are_made_only_where_one_may_change_units() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    reader = make_actor(Permission.ORGANIZATIONS_READ)
    with pytest.raises(NotAllowed):
        create_cells(actor=reader, parent=commune, names=["Chi bộ thôn 1"], on=TODAY, now=NOW)
    with pytest.raises(NotAllowed):
        services.apply_unit_import(actor=reader, units=UnitList(0, (), ()), under=commune, now=NOW)


@pytest.mark.parametrize(
    ("founded", "begins"),
    [
        (None, OPENED),
        (OPENED - timedelta(days=1), OPENED),
        (OPENED, OPENED),
        (OPENED + timedelta(days=1), OPENED + timedelta(days=1)),
        (TODAY, TODAY),
        (TODAY + timedelta(days=1), TODAY),
    ],
)
def test_a_unit_begins_when_it_was_founded_but_not_before_its_upper_unit_nor_after_today(
    founded: date | None, begins: date
) -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    take(commune, row(2, "Chi bộ thôn 1", opened_on=founded))
    assert Organization.objects.get(name="Chi bộ thôn 1").opened_on == begins


def test_cells_take_official_codes_and_other_units_a_number() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE, code="38.168.053")
    take(commune, row(2, "Chi bộ thôn 1"), row(3, "Đảng bộ bộ phận A", kind=UnitKind.SUB))
    take(None, row(2, "Đảng bộ xã", kind=UnitKind.BASE))
    codes = dict(Organization.objects.values_list("name", "code"))
    assert (codes["Chi bộ thôn 1"], codes["Đảng bộ bộ phận A"]) == ("38.168.053.000.001", "38.168.053-01")
    assert codes["Đảng bộ xã"] == "BASE-01"


def test_a_root_begins_today_when_nothing_else_is_said() -> None:
    take(None, row(2, "Đảng bộ xã", kind=UnitKind.BASE))
    assert Organization.objects.get().opened_on == TODAY


def test_a_code_of_another_branch_is_taken_there_and_free_in_an_import_of_everything() -> None:
    one, two = (make_unit(f"Xã {number}", kind=UnitKind.BASE, code=f"X{number}") for number in (1, 2))
    make_unit("Chi bộ A", parent=two, code="A")
    plan = take(one, row(2, "Chi bộ A", code="A"))
    assert ([item.code for item in plan.problems], plan.units) == (["code_taken"], ())
    assert take(None, row(2, "Chi bộ A", code="A", parent="X2")).unchanged == ("Chi bộ A",)
    assert take(two, row(2, "Chi bộ A", code="A")).unchanged == ("Chi bộ A",)


def test_an_upper_unit_is_found_by_its_code_inside_the_branch_only() -> None:
    one, two = (make_unit(f"Xã {number}", kind=UnitKind.BASE, code=f"X{number}") for number in (1, 2))
    sub = make_unit("Bộ phận", kind=UnitKind.SUB, parent=one, code="BP")
    plan = take(one, row(2, "Chi bộ A", parent="BP"), row(3, "Chi bộ B", parent="X2"))
    made = Organization.objects.get(name="Chi bộ A")
    assert made.path.startswith(sub.path)
    assert [(item.row, item.code) for item in plan.problems] == [(3, "parent_missing")]
    take(None, row(2, "Chi bộ B", parent="X2"))
    assert Organization.objects.get(name="Chi bộ B").path.startswith(two.path)


@pytest.mark.parametrize("cells", [2, 40])
def test_an_import_asks_the_same_however_many_units_it_makes(
    cells: int, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(events._handlers, CellsCreated, [])
    commune = make_unit("Xã", kind=UnitKind.BASE, code="LC")
    rows = [row(2, "Đảng bộ bộ phận A", kind=UnitKind.SUB)]
    rows += [row(number, f"Chi bộ {number}", above=2 if number % 2 else 0) for number in range(3, 3 + cells)]
    with django_assert_num_queries(22):
        take(commune, *rows)
    assert Organization.objects.filter(kind=UnitKind.CELL).count() == cells


def test_new_units_stand_in_the_order_of_the_list_and_are_counted_above() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE, code="LC")
    make_unit("Chi bộ cũ", parent=commune, code="LC-01")
    sub = row(2, "Đảng bộ bộ phận A", kind=UnitKind.SUB)
    take(commune, sub, row(3, "Chi bộ 1", above=2), row(4, "Chi bộ 2"), row(5, "Chi bộ 3", parent="đảng bộ bộ phận a"))
    found = Organization.objects.filter(path__startswith=commune.path).order_by("path")
    assert [(unit.name, unit.path[len(commune.path) :], unit.code, unit.numchild) for unit in found] == [
        ("Xã", "", "LC", 3),
        ("Chi bộ cũ", "0001", "LC-01", 0),
        ("Đảng bộ bộ phận A", "0002", "LC-02", 2),
        ("Chi bộ 1", "00020001", "LC-02-01", 0),
        ("Chi bộ 3", "00020002", "LC-02-02", 0),
        ("Chi bộ 2", "0003", "LC-03", 0),
    ]
    periods = OrganizationPeriod.objects.filter(organization__code__startswith="LC-02-")
    assert [(one.parent and one.parent.name, one.valid_from) for one in periods] == [("Đảng bộ bộ phận A", OPENED)] * 2
    counts = AuditEvent.objects.filter(verb=Verb.IMPORTED).order_by("target_label")
    assert [(event.target_label, event.details) for event in counts] == [
        ("Xã", {"count": 2}),
        ("Đảng bộ bộ phận A", {"count": 2}),
    ]


def test_a_new_unit_is_found_by_the_code_it_was_given_and_its_code_is_not_given_again() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE, code="LC")
    plan = take(
        commune,
        row(2, "Bộ phận", kind=UnitKind.SUB, code="lc-01"),
        row(3, "Chi bộ 1"),
        row(4, "Chi bộ 2", parent="LC-01"),
    )
    assert plan.problems == ()
    assert Organization.objects.get(name="Chi bộ 1").code == "LC-02"
    assert Organization.objects.get(name="Chi bộ 2").path.startswith(Organization.objects.get(code="lc-01").path)
