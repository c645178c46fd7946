"""Rows that say something else than the records are found by counting again, and only they are counted anew."""

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting import services
from nennep.reporting.models import CellMonth, UnitMonth
from tests.factories.core import NOW, make_actor
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))
LAST_NOVEMBER = Month(2025, 11)  # twelve months before: the oldest that is counted again
SYSTEM = Actor.system()
A, B, UNIT, OTHER = "Chi bộ A", "Chi bộ B", "Đảng bộ xã Lăng Can", "Đảng bộ xã Thượng Lâm"


@pytest.fixture
def units() -> dict[str, Organization]:
    """Two communes, two cells in the first and one in the second, with the rows of September and October."""
    commune, other = (make_unit(name, kind=UnitKind.BASE) for name in (UNIT, OTHER))
    cells = [make_unit(name, parent=parent) for name, parent in ((A, commune), (B, commune), ("Chi bộ C", other))]
    services.rebuild_figures(actor=SYSTEM, months=[SEPTEMBER, OCTOBER], now=NOW)
    return {unit.name: unit for unit in (commune, other, *cells)}


def be_wrong(model: type[CellMonth | UnitMonth], unit: Organization, month: Month = OCTOBER) -> None:
    assert model._default_manager.filter(organization=unit, month=month.first_day).update(tasks_due=7) == 1


def reconcile() -> list[tuple[str, int, bool]]:
    found = services.reconcile_figures(actor=SYSTEM, now=NOW)
    return [(one.what, one.count, one.mended) for one in found]


def list_outdated() -> set[tuple[str, int]]:
    """(unit, number of the month) of the rows that wait to be folded again."""
    rows: set[tuple[str, int]] = set()
    for model in (CellMonth, UnitMonth):
        rows |= set(model.objects.filter(dirty=True).values_list("organization__name", "month__month"))
    return rows


def test_figures_that_agree_with_the_records_stay(units: dict[str, Organization]) -> None:
    assert (reconcile(), list_outdated()) == ([], set())


def test_a_wrong_cell_is_outdated_with_every_sum_of_its_month(units: dict[str, Organization]) -> None:
    be_wrong(CellMonth, units[A])
    assert reconcile() == [("reporting 2026-10", 3, True)]
    assert list_outdated() == {(A, 10), (UNIT, 10), (OTHER, 10)}
    services.fold_figures(actor=SYSTEM, now=NOW)
    assert (CellMonth.objects.filter(tasks_due=7).count(), reconcile()) == (0, [])


def test_a_wrong_sum_is_outdated_alone(units: dict[str, Organization]) -> None:
    be_wrong(UnitMonth, units[UNIT])
    assert reconcile() == [("reporting 2026-10", 1, True)]
    assert list_outdated() == {(UNIT, 10)}


def test_a_sum_of_a_unit_without_cells_is_wrong(units: dict[str, Organization]) -> None:
    empty = make_unit("Đảng bộ không có chi bộ", kind=UnitKind.BASE)
    UnitMonth.objects.create(organization=empty, month=SEPTEMBER.first_day)
    assert reconcile() == [("reporting 2026-09", 1, True)]
    assert list_outdated() == {("Đảng bộ không có chi bộ", 9)}


def test_each_month_is_named_by_itself_the_latest_first(units: dict[str, Organization]) -> None:
    be_wrong(CellMonth, units[A], SEPTEMBER)
    be_wrong(UnitMonth, units[OTHER], OCTOBER)
    assert reconcile() == [("reporting 2026-10", 1, True), ("reporting 2026-09", 3, True)]
    assert list_outdated() == {(OTHER, 10), (A, 9), (UNIT, 9), (OTHER, 9)}


def test_what_waits_to_be_folded_is_not_judged(units: dict[str, Organization]) -> None:
    be_wrong(CellMonth, units[A])
    be_wrong(UnitMonth, units[UNIT])
    CellMonth.objects.filter(organization=units[A], month=OCTOBER.first_day).update(dirty=True)
    assert reconcile() == []
    assert list_outdated() == {(A, 10)}


def test_twelve_finished_months_are_counted_again(units: dict[str, Organization]) -> None:
    older = LAST_NOVEMBER.plus(-1)
    for month in (NOVEMBER, LAST_NOVEMBER, older):
        CellMonth.objects.create(organization=units[A], month=month.first_day, dirty=False)
        be_wrong(CellMonth, units[A], month)
    assert reconcile() == [("reporting 2025-11", 1, True)]


def test_only_the_program_reconciles_figures(units: dict[str, Organization]) -> None:
    be_wrong(CellMonth, units[A])
    with pytest.raises(NotAllowed):
        services.reconcile_figures(actor=make_actor(*Permission, user_id=7), now=NOW)
    assert list_outdated() == set()
