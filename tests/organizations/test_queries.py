from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from nennep.core.access import Actor, Grant
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.organizations import queries
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from tests.factories.core import TODAY, make_actor
from tests.factories.organizations import make_term, make_unit

pytestmark = pytest.mark.django_db


def reader_of(*units: Organization) -> Actor:
    grants = frozenset(Grant(Permission.ORGANIZATIONS_READ, unit.path) for unit in units)
    return Actor(user_id=None, name="Người đọc", grants=grants)


def test_the_door_opens_by_public_id_and_by_code() -> None:
    cell = make_unit(code="LB.05.01")
    actor = reader_of(cell)
    assert queries.get_organization(actor=actor, public_id=cell.public_id) == cell
    assert queries.get_organization_by_code(actor=actor, code=" lb.05.01 ") == cell


def test_missing_and_out_of_scope_look_the_same() -> None:
    mine, other = make_unit(), make_unit(code="KHAC")
    actor = reader_of(mine)
    for public_id in (other.public_id, uuid4()):
        with pytest.raises(NotFound):
            queries.get_organization(actor=actor, public_id=public_id)
    with pytest.raises(NotFound):
        queries.get_organization_by_code(actor=actor, code="KHAC")


def test_children_and_cells_are_those_of_the_day_in_scope(django_assert_num_queries: Any) -> None:
    commune = make_unit(kind=UnitKind.BASE)
    first, second = make_unit(parent=commune), make_unit(parent=commune, opened_on=date(2026, 11, 10))
    closed = make_unit(parent=commune, kind=UnitKind.CELL, closed_on=date(2026, 11, 9))
    sub = make_unit(parent=commune, kind=UnitKind.SUB)
    deep = make_unit(parent=sub)
    actor = reader_of(commune)
    with django_assert_num_queries(2):
        assert list(queries.list_children(actor=actor, organization=commune, on=TODAY)) == [first, sub]
        assert list(queries.list_cells(actor=actor, under=commune, on=TODAY)) == [first, deep]
    assert list(queries.list_cells(actor=actor, under=commune, on=date(2026, 11, 8))) == [first, closed, deep]
    assert list(queries.list_cells(actor=actor, under=commune, on=date(2026, 11, 10))) == [first, second, deep]
    assert list(queries.list_cells(actor=reader_of(sub), under=commune, on=TODAY)) == [deep]
    assert list(queries.list_cells(actor=actor, under=first, on=TODAY)) == [first]


def test_browsing_begins_at_the_uppermost_units_in_scope() -> None:
    root = make_unit(kind=UnitKind.PROVINCE)
    one, two = make_unit(parent=root, kind=UnitKind.BASE), make_unit(parent=root, kind=UnitKind.BASE)
    cell = make_unit(parent=one)
    assert list(queries.list_roots(actor=reader_of(two, one, cell))) == [one, two]
    assert list(queries.list_roots(actor=Actor.system())) == [root]
    assert list(queries.list_roots(actor=make_actor())) == []


def test_the_tree_of_a_day_comes_from_the_periods(django_assert_num_queries: Any) -> None:
    province = make_unit(kind=UnitKind.PROVINCE, code="T")
    before, after = (
        make_unit(parent=province, kind=UnitKind.BASE, code="A"),
        make_unit(parent=province, kind=UnitKind.BASE, code="B"),
    )
    cell = make_unit(parent=before, name="Chi bộ thôn Cũ", code="C")
    OrganizationPeriod.objects.filter(organization=cell).update(valid_to=date(2026, 7, 1))
    OrganizationPeriod.objects.create(
        organization=cell, name="Chi bộ thôn Mới", kind=UnitKind.CELL, parent=after, valid_from=date(2026, 7, 1)
    )
    with django_assert_num_queries(4):
        then = queries.list_cells_as_of(under=province, on=date(2026, 6, 30))
    assert [(unit.name, unit.parent_id, unit.lineage) for unit in then] == [
        ("Chi bộ thôn Cũ", before.pk, f"{province.pk}.{before.pk}.{cell.pk}")
    ]
    now = queries.list_cells_as_of(under=province, on=date(2026, 7, 1))
    assert [(unit.name, unit.parent_id) for unit in now] == [("Chi bộ thôn Mới", after.pk)]
    assert queries.list_cells_as_of(under=before, on=date(2026, 7, 1)) == ()
    assert queries.list_cells_as_of(under=province, on=date(2019, 12, 31)) == ()
    named = queries.unit_as_of(organization=cell, on=date(2026, 6, 30))
    assert named is not None
    assert (named.name, named.lineage) == ("Chi bộ thôn Cũ", str(cell.pk))
    assert queries.unit_as_of(organization=cell, on=date(2019, 1, 1)) is None


def test_lineage_and_breadcrumb_run_from_the_root(django_assert_num_queries: Any) -> None:
    root = make_unit(kind=UnitKind.PROVINCE, name="Đảng bộ tỉnh")
    commune = make_unit(parent=root, kind=UnitKind.BASE, name="Đảng bộ xã")
    cell, sister = make_unit(parent=commune, name="Chi bộ thôn"), make_unit(parent=commune)
    with django_assert_num_queries(1):
        assert queries.lineage_of(cell) == f"{root.pk}.{commune.pk}.{cell.pk}"
    with django_assert_num_queries(1):
        lineages = queries.lineages_of([cell, sister])
    assert lineages[sister.pk] == f"{root.pk}.{commune.pk}.{sister.pk}"
    with django_assert_num_queries(1):
        assert [crumb.name for crumb in queries.breadcrumb(cell)] == ["Đảng bộ tỉnh", "Đảng bộ xã", "Chi bộ thôn"]


def test_the_term_is_the_one_of_the_day() -> None:
    cell = make_unit()
    old = make_term(cell, name="2020 - 2025", valid_from=date(2020, 6, 1))
    new = make_term(cell, name="2025 - 2030", valid_from=date(2025, 6, 1))
    assert queries.term_on(organization=cell, on=date(2025, 5, 31)) == old
    assert queries.term_on(organization=cell, on=date(2025, 6, 1)) == new
    assert queries.term_on(organization=cell, on=date(2020, 5, 31)) is None
    new.valid_to = date(2026, 1, 1)
    new.save(update_fields=["valid_to"])
    assert queries.term_on(organization=cell, on=date(2026, 1, 1)) == old  # open-ended terms never lapse


def test_a_locked_row_is_read_anew() -> None:
    cell = make_unit()
    Organization.objects.filter(pk=cell.pk).update(name="Tên mới")
    assert queries.lock_organization(cell).name == "Tên mới"
    Organization.objects.filter(pk=cell.pk).delete()
    with pytest.raises(NotFound):
        queries.lock_organization(cell)


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_and_the_unit_cost_the_same_whatever_their_size(count: int, django_assert_num_queries: Any) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    for number in range(count):
        make_unit(f"Chi bộ {number}", parent=commune)
        former = make_unit(f"Chi bộ cũ {number}", parent=commune, closed_on=date(2025, 7, 1))
        Organization.objects.filter(pk=former.pk).update(kept_by=commune)
    actor = reader_of(commune)
    with django_assert_num_queries(4):
        tree = queries.read_tree_page(actor=actor, opened=commune, on=TODAY)
    assert [row.level for row in tree.rows] == [0] + [1] * count
    with django_assert_num_queries(9):
        page = queries.read_unit_page(actor=actor, organization=commune, on=TODAY)
    assert [unit.name for unit in page.kept] == [f"Chi bộ cũ {number}" for number in range(count)]
    assert (len(page.children), page.children_count, page.may_change) == (count, count, False)
    with django_assert_num_queries(3):
        found = queries.find_units(actor=actor, words="chi bo", on=TODAY)
    assert [unit.parent_name for unit in found] == ["Đảng bộ xã"] * count
