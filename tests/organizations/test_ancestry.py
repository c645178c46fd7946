"""Who stood above whom on any day: written along with every change of the tree, and always what the periods say."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.organizations import services
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Ancestry, Organization
from nennep.organizations.queries import list_units_as_of
from nennep.organizations.rules import Above, Period, list_above
from nennep.organizations.services import UnitDetails
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import OPENED, make_unit

SYSTEM = Actor.system()
WHY = "Quyết định"
ACTS = ["move", "merge", "merge above", "split", "close", "new"]


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def period(since: int, until: int | None, parent: int | None, name: str = "x") -> Period:
    return Period(day(since), None if until is None else day(until), name, UnitKind.CELL, parent)


@pytest.mark.parametrize(
    ("histories", "above"),
    [
        ({3: [period(5, None, None)]}, [Above(3, 0, day(5), None)]),
        (
            {3: [period(5, 9, 1), period(9, None, 2)], 1: [period(0, None, None)], 2: [period(0, None, None)]},
            [Above(1, 1, day(5), day(9)), Above(2, 1, day(9), None), Above(3, 0, day(5), None)],
        ),
        (
            {3: [period(5, None, 2)], 2: [period(0, 7, 1), period(7, 9, None)], 1: [period(0, None, None)]},
            [Above(1, 2, day(5), day(7)), Above(2, 1, day(5), day(9)), Above(3, 0, day(5), None)],
        ),
        (
            {3: [period(5, 7, 1, "a"), period(7, None, 1, "b")], 1: [period(0, None, None)]},
            [Above(1, 1, day(5), None), Above(3, 0, day(5), None)],
        ),
        ({3: [period(5, None, 1)], 1: [period(0, 5, None)]}, [Above(3, 0, day(5), None)]),
    ],
    ids=["a root", "moved", "what is above it moved and ended", "only renamed", "ended on the day it came"],
)
def test_spans_are_cut_by_every_period_above(histories: dict[int, Sequence[Period]], above: list[Above]) -> None:
    assert list_above(3, histories) == above


def rows_on(when: date) -> set[tuple[int, int]]:
    return {(row.ancestor_id, row.unit_id) for row in Ancestry.objects.all() if row.covers(when)}


def walked_on(when: date) -> set[tuple[int, int]]:
    """By the tree of that day, level by level."""
    return {
        (unit.pk, one.id)
        for unit in Organization.objects.get_queryset()
        for one in list_units_as_of(under=unit, on=when)
    }


@pytest.mark.django_db
class TestAfterAnyChanges(TestCase):
    """Whatever is created, moved, merged, split and closed, in whatever order: every day agrees with the walk."""

    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), max_size=6))
    def test_every_day_agrees_with_the_tree_of_that_day(self, acts: list[tuple[str, int]]) -> None:
        root = make_unit("Tỉnh", kind=UnitKind.PROVINCE)
        communes = [make_unit(f"Xã {n}", kind=UnitKind.BASE, parent=root) for n in range(3)]
        cells = [make_unit(f"Chi bộ {n}", parent=communes[n % 3]) for n in range(4)]
        for number, (act, chosen) in enumerate(acts):
            change(act, cells[chosen % 4], cells, communes, day(30 * number + 1))
        assert services.reconcile_ancestry(actor=SYSTEM, now=NOW) == []
        for when in (OPENED, *(day(30 * number + 1) for number in range(len(acts))), TODAY):
            assert rows_on(when) == walked_on(when), when


def change(act: str, cell: Organization, others: list[Organization], communes: list[Organization], on: date) -> None:
    """One change of the tree; what is not allowed changes nothing."""
    unit, other, to = (
        Organization.objects.get(pk=one.pk) for one in (cell, others[on.month % 4], communes[on.month % 3])
    )
    facts: dict[str, Any] = {"actor": SYSTEM, "on": on, "now": NOW, "reason": WHY}
    try:
        if act == "move":
            services.move_organization(organization=unit, parent=to, **facts)
        elif act == "merge":
            services.merge_organization(organization=unit, successor=other, **facts)
        elif act == "merge above":
            services.merge_organization(organization=Organization.objects.get_parent(unit), successor=to, **facts)
        elif act == "split":
            parts = [UnitDetails(f"P{on}", f"Phần {on}", UnitKind.CELL)]
            services.split_organization(organization=unit, parts=parts, **facts)
        elif act == "close":
            services.close_organization(organization=unit, **facts)
        else:
            details = UnitDetails(f"N{on}", f"Mới {on}", UnitKind.CELL)
            services.create_organization(actor=SYSTEM, parent=to, details=details, on=on, now=NOW)
    except Exception as error:
        if type(error).__module__.startswith("nennep"):
            return
        raise


@pytest.mark.django_db
def test_a_commune_takes_all_below_it_along() -> None:
    first, second = (make_unit(name, kind=UnitKind.PROVINCE) for name in ("Tỉnh A", "Tỉnh B"))
    commune = make_unit("Xã", kind=UnitKind.BASE, parent=first)
    cell = make_unit(parent=commune)
    services.move_organization(actor=SYSTEM, organization=commune, parent=second, on=day(9), reason=WHY, now=NOW)
    found = Ancestry.objects.filter(unit=cell, distance=2).order_by("valid_from")
    rows = list(found.values_list("ancestor_id", "valid_from", "valid_to"))
    assert rows == [(first.pk, OPENED, day(9)), (second.pk, day(9), None)]


@pytest.mark.django_db
def test_what_an_older_program_left_wrong_is_written_anew_and_told() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    make_unit(parent=commune)
    Ancestry.objects.filter(distance=1).delete()
    Ancestry.objects.filter(unit=commune).update(valid_to=day(3))
    now = [services.reconcile_ancestry(actor=SYSTEM, now=NOW) for _time in range(2)]
    assert now == [[Finding("organizations.Ancestry", 3, mended=True)], []]
    assert rows_on(TODAY) == walked_on(TODAY)
