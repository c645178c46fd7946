"""Two officers who plan at once wait for each other in one order, whatever their plans reach: PostgreSQL breaks no deadlock."""

from datetime import date
from threading import Thread

import pytest
from django.db import connection, transaction

from nennep.core.access import Actor
from nennep.organizations.choices import ChangeKind, UnitKind
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.queries import lock_units
from nennep.organizations.services import UnitChange, plan_change
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.waiting import PATIENCE, wait_until_waited_for

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
NEW_YEAR = date(2027, 1, 1)


def plan(kind: ChangeKind, unit: Organization, **details: str) -> PlannedChange:
    change = UnitChange(kind, unit, NEW_YEAR, "Quyết định 90-QĐ/ĐU", details)
    return plan_change(actor=SYSTEM, change=change, now=NOW)


def test_a_plan_that_reaches_two_trees_locks_their_roots_before_anything_is_tried() -> None:
    first, second = (make_unit(f"Đảng bộ {code}", kind=UnitKind.BASE, code=code) for code in ("A", "B"))
    cell = make_unit("Chi bộ A", parent=first, code="A-1")
    heir = make_unit("Chi bộ B", parent=second, code="B-1")
    plan(ChangeKind.MERGE, cell, successor="B-1")

    def plan_in_second() -> None:
        try:
            plan(ChangeKind.RENAME, heir, name="Chi bộ B mới")
        finally:
            connection.close()

    other = Thread(target=plan_in_second)
    with transaction.atomic():
        lock_units(first)
        other.start()
        assert wait_until_waited_for(other)  # for the first root, without the second
        free = Organization.objects.get_queryset().select_for_update(nowait=True, no_key=True).filter(pk=second.pk)
        assert list(free) == [second]
    other.join(PATIENCE)
    assert [planned.said for planned in PlannedChange.objects.filter(kind=ChangeKind.RENAME)] == [
        "Đổi tên Chi bộ B (B-1) thành Chi bộ B mới từ ngày 01/01/2027."
    ]


def test_a_plan_waits_for_no_tree_that_it_has_nothing_to_do_with() -> None:
    first, second = (make_unit(f"Đảng bộ {code}", kind=UnitKind.BASE, code=code) for code in ("A", "B"))
    plan(ChangeKind.RENAME, make_unit("Chi bộ A", parent=first, code="A-1"), name="Chi bộ A mới")
    cell = make_unit("Chi bộ B", parent=second, code="B-1")

    def plan_in_second() -> None:
        try:
            plan(ChangeKind.RENAME, cell, name="Chi bộ B mới")
        finally:
            connection.close()

    other = Thread(target=plan_in_second)
    with transaction.atomic():
        lock_units(first)
        other.start()
        other.join(PATIENCE)
        assert not other.is_alive()
    assert PlannedChange.objects.count() == 2
