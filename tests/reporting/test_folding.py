"""Figures are folded by difference: what changed waits, is counted anew, and its difference goes up; readers see it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.measures import Counts
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization, move_organization
from nennep.reporting import services
from nennep.reporting.models import CellMonth, ChangedMonth, KeptMonth, UnitMonth
from nennep.reporting.queries.figures import get_figures, read_figures
from nennep.reporting.services import folding
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))
SYSTEM = Actor.system()
A, B, C = "Chi bộ A", "Chi bộ B", "Chi bộ C"


@pytest.fixture
def province() -> Organization:
    return make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)


@pytest.fixture
def communes(province: Organization) -> list[Organization]:
    return [make_unit(f"Đảng bộ xã {name}", kind=UnitKind.BASE, parent=province) for name in ("Lăng Can", "Thượng Lâm")]


@pytest.fixture
def cells(communes: list[Organization]) -> list[Organization]:
    """Two cells in the first commune and one in the second, with the rows of September and October."""
    places = ((A, communes[0]), (B, communes[0]), (C, communes[1]))
    made = [make_unit(name, parent=parent) for name, parent in places]
    rebuild(SEPTEMBER, OCTOBER)
    return made


def rebuild(*months: Month) -> None:
    services.rebuild_figures(actor=SYSTEM, months=months, now=NOW)


def fold() -> int:
    return services.fold_figures(actor=SYSTEM, now=NOW)


def meet(cell: Organization, day: date = date(2026, 10, 5)) -> None:
    """A meeting, and what its event puts into the queue."""
    make_meeting(cell, day)
    services.outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[Month.of(day)])


def give(cell: Organization, day: date) -> None:
    """A task due on that day, and what its event puts into the queue."""
    make_duty(cell, make_member(f"Người làm {day}"), due_on=day)
    services.outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[Month.of(day)])


def ask(unit: Organization, month: Month = OCTOBER) -> Counts:
    return get_figures(organization=unit, month=month, today=TODAY)


def kept(unit: Organization, month: Month = OCTOBER) -> Counts:
    model = CellMonth if unit.is_cell else UnitMonth
    row = model._default_manager.filter(organization=unit, month=month.first_day).first()
    return row.figures if row else Counts()


def read_all() -> list[tuple[Any, ...]]:
    """Every row, without its key and the moment it was folded."""
    cells = CellMonth.objects.order_by("month", "organization").values_list(
        "organization", "month", "counts", "lineage"
    )
    units = UnitMonth.objects.order_by("month", "organization").values_list("organization", "month", "counts")
    return [*cells, *units]


def test_only_the_program_writes_figures(cells: list[Organization]) -> None:
    actor = make_actor(*Permission, user_id=7)
    ids, october = [cells[0].pk], [OCTOBER]
    with pytest.raises(NotAllowed):
        services.outdate_months(actor=actor, organization_ids=ids, months=october)
    with pytest.raises(NotAllowed):
        services.outdate_since(actor=actor, day=TODAY, organization_ids=ids, today=TODAY)
    with pytest.raises(NotAllowed):
        services.fold_figures(actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        services.rebuild_figures(actor=actor, months=october, now=NOW)
    with pytest.raises(NotAllowed):
        services.verify_figures(actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        services.reconcile_figures(actor=actor, now=NOW)
    assert ChangedMonth.objects.count() == 0


def test_a_change_is_seen_before_it_is_folded_and_goes_up_to_the_top(
    cells: list[Organization], communes: list[Organization], province: Organization
) -> None:
    meet(cells[0])
    units = [cells[0], *communes, province]
    figures = [ask(unit)["cells_met"] for unit in units]
    assert (figures, [kept(unit)["cells_met"] for unit in units]) == ([1, 1, 0, 1], [0] * 4)
    assert (fold(), ChangedMonth.objects.count()) == (1, 0)
    assert [kept(unit)["cells_met"] for unit in units] == figures == [ask(unit)["cells_met"] for unit in units]


def test_what_was_changed_is_folded_after_the_commit(cells: list[Organization], committing: Committing) -> None:
    with committing():
        meet(cells[0])
        assert kept(cells[0])["cells_met"] == 0
    assert (kept(cells[0])["cells_met"], ChangedMonth.objects.count()) == (1, 0)


def test_a_fold_leaves_the_rows_alone_that_say_it_already(cells: list[Organization]) -> None:
    before = NOW - timedelta(days=1)
    CellMonth.objects.update(folded_at=before)
    UnitMonth.objects.update(folded_at=before)
    meet(cells[0])
    services.outdate_months(actor=SYSTEM, organization_ids=[cells[2].pk], months=[OCTOBER])
    assert fold() == 2
    october = {"folded_at": NOW, "month": OCTOBER.first_day}
    written = [
        set(model._default_manager.filter(**october).values_list("organization__name", flat=True))
        for model in (CellMonth, UnitMonth)
    ]
    assert written == [{A}, {"Đảng bộ xã Lăng Can", "Đảng bộ tỉnh"}]


def test_folding_costs_the_same_in_a_larger_country(cells: list[Organization], communes: list[Organization]) -> None:
    rebuild(NOVEMBER)
    meet(cells[0])
    with CaptureQueriesContext(connection) as small:
        fold()
    for number in range(12):
        make_unit(f"Chi bộ thêm {number}", parent=communes[1])
    rebuild(SEPTEMBER, OCTOBER, NOVEMBER)
    meet(cells[1])
    with CaptureQueriesContext(connection) as large:
        fold()
    assert len(large) == len(small)


def test_a_moved_cell_takes_its_counts_along_from_that_month_on(
    cells: list[Organization], communes: list[Organization], province: Organization, committing: Committing
) -> None:
    meet(cells[0])
    fold()
    with committing():
        move_organization(
            actor=SYSTEM, organization=cells[0], parent=communes[1], on=date(2026, 11, 1), reason="Sắp xếp", now=NOW
        )
    units = [*communes, province]
    assert [ask(unit)["cells_there"] for unit in units] == [2, 1, 3]
    assert [ask(unit, NOVEMBER)["cells_there"] for unit in units] == [1, 2, 3]
    assert [kept(unit, NOVEMBER) for unit in units] == [ask(unit, NOVEMBER) for unit in units]


def test_a_moved_cell_that_waits_is_in_no_two_sums(
    cells: list[Organization], communes: list[Organization], province: Organization
) -> None:
    rebuild(NOVEMBER)
    with transaction.atomic():
        move_organization(
            actor=SYSTEM, organization=cells[0], parent=communes[1], on=date(2026, 11, 1), reason="Sắp xếp", now=NOW
        )
    assert ChangedMonth.objects.filter(moved=True).count() > 0
    assert [ask(unit, NOVEMBER)["cells_there"] for unit in (*communes, province)] == [1, 2, 3]
    assert [kept(unit, NOVEMBER)["cells_there"] for unit in (*communes, province)] == [2, 1, 3]


def test_a_unit_without_cells_has_no_row(cells: list[Organization], communes: list[Organization]) -> None:
    rebuild(NOVEMBER)
    with transaction.atomic():
        close_organization(actor=SYSTEM, organization=cells[2], on=date(2026, 11, 1), reason="Hết người", now=NOW)
    fold()
    found = CellMonth.objects.filter(month=NOVEMBER.first_day).values_list("organization__name", flat=True)
    assert (set(found), UnitMonth.objects.filter(organization=communes[1]).count()) == ({A, B}, 2)
    assert services.verify_figures(actor=SYSTEM, now=NOW) == []


@pytest.mark.parametrize("folded", [False, True])
def test_members_come_and_leave_with_their_day(
    cells: list[Organization], communes: list[Organization], *, folded: bool
) -> None:
    """Nobody does anything on that day: what is read knows it, and so does the next fold."""
    rebuild(NOVEMBER)
    tomorrow = TODAY + timedelta(days=1)
    make_member("Đến ngày mai", cell=cells[0], valid_from=tomorrow)
    if folded:
        services.fold_figures(actor=SYSTEM, now=NOW + timedelta(days=1))
        assert kept(communes[0], NOVEMBER)["members"] == 1
    assert get_figures(organization=communes[0], month=NOVEMBER, today=tomorrow)["members"] == 1
    assert (
        get_figures(organization=communes[0], month=NOVEMBER, today=TODAY)["members"] == 0
    )  # a clock that was set back


def test_a_month_ends_with_its_last_day(cells: list[Organization]) -> None:
    rebuild(NOVEMBER)
    make_member("Đến ngày cuối", cell=cells[0], valid_from=date(2026, 11, 30))
    later = date(2026, 12, 9)
    assert get_figures(organization=cells[0], month=NOVEMBER, today=later)["members"] == 1
    services.fold_figures(actor=SYSTEM, now=NOW + timedelta(days=30))
    assert (kept(cells[0], NOVEMBER)["members"], KeptMonth.objects.get(month=NOVEMBER.first_day).day) == (
        1,
        date(2026, 11, 30),
    )


def test_months_are_kept_from_the_first_that_anybody_met_for(cells: list[Organization]) -> None:
    make_meeting(cells[0], date(2026, 7, 3))
    fold()
    months = [date(2026, number, 1) for number in (7, 8, 9, 10, 11)]
    assert list(KeptMonth.objects.values_list("month", flat=True)) == months
    assert set(UnitMonth.objects.values_list("month", flat=True)) == set(months)
    assert kept(cells[0], Month(2026, 7))["cells_met"] == 1


def test_of_a_month_nobody_keeps_nothing_waits(cells: list[Organization]) -> None:
    meet(cells[0], date(2026, 12, 3))
    assert fold() == 0
    assert (ChangedMonth.objects.count(), ask(cells[0], Month(2026, 12))["cells_met"]) == (0, 1)


def test_a_month_that_is_just_being_counted_is_read_from_the_records(cells: list[Organization]) -> None:
    """A process that ended between beginning a month and counting it: the next fold does it."""
    december = Month(2026, 12)
    services.figures.begin_months([december])
    meet(cells[0], date(2026, 12, 3))
    assert ask(cells[0], december)["cells_met"] == 1
    fold()
    assert (kept(cells[0], december)["cells_met"], ChangedMonth.objects.count()) == (1, 0)


def test_of_two_who_fold_the_same_one_writes(cells: list[Organization], province: Organization) -> None:
    meet(cells[0])
    fold()
    meet(cells[1])
    first, second = folding._read_batch(TODAY), folding._read_batch(TODAY)
    assert first is not None
    assert second is not None
    assert (folding._fold(first, NOW), folding._fold(second, NOW)) == (1, 0)
    assert kept(province)["cells_met"] == 2


@contextmanager
def killed_after(statements: int) -> Iterator[list[int]]:
    """The process ends with this statement, from without: what was not committed is lost."""
    seen = [0]

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen[0] += 1
        if seen[0] == statements + 1:  # what follows takes the transaction back, as the database does
            raise KeyboardInterrupt
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield seen


def test_killed_at_any_statement_it_gives_the_same(
    cells: list[Organization], communes: list[Organization], province: Organization
) -> None:
    units = [*cells, *communes, province]
    statements, ended = 0, False
    while not ended:
        give(cells[statements % 3], date(2026, (10, 9)[statements % 2], 1 + statements % 28))
        wanted = read_figures(units=units, months=[SEPTEMBER, OCTOBER, NOVEMBER], today=TODAY)
        try:
            with killed_after(statements):
                fold()
            ended = True
        except KeyboardInterrupt:
            statements += 1
        assert read_figures(units=units, months=[SEPTEMBER, OCTOBER, NOVEMBER], today=TODAY) == wanted
    assert statements > 20
    folded = read_all()
    rebuild(SEPTEMBER, OCTOBER, NOVEMBER)
    assert read_all() == folded


def test_reading_takes_two_queries_whatever_stands_below(
    cells: list[Organization], communes: list[Organization], province: Organization, django_assert_num_queries: Any
) -> None:
    months = [SEPTEMBER, OCTOBER]
    for units in ([cells[0]], [*cells, *communes, province]):
        with django_assert_num_queries(2):
            assert len(read_figures(units=units, months=months, today=TODAY)) == len(units) * 2


# ── comparing with the records ────────────────────────────────────────────────


def verify() -> list[tuple[int, str, int, int, bool]]:
    found = services.verify_figures(actor=SYSTEM, now=NOW)
    return [(one.month.number, one.name, one.kept, one.counted, one.is_sum) for one in found]


def reconcile() -> list[tuple[str, int, bool]]:
    found = services.reconcile_figures(actor=SYSTEM, now=NOW)
    return [(one.what, one.count, one.mended) for one in found]


def be_wrong(model: type[CellMonth | UnitMonth], unit: Organization, month: Month = OCTOBER, **counts: int) -> None:
    row = model._default_manager.get(organization=unit, month=month.first_day)
    row.counts = (row.figures + Counts.of(**counts)).as_json()
    row.save()


def test_figures_that_agree_with_the_records_stay(cells: list[Organization]) -> None:
    before = read_all()
    assert (verify(), reconcile(), read_all()) == ([], [], before)


def test_a_wrong_cell_is_named_and_folded_again(cells: list[Organization]) -> None:
    right = read_all()
    be_wrong(CellMonth, cells[0], tasks_due=7)
    assert verify() == [
        (10, "tasks_due", 7, 0, False),
        (10, "tasks_due", 0, 7, True),
        (10, "tasks_due", 0, 7, True),
    ]
    assert reconcile() == [("reporting 2026-10", 3, True)]
    fold()
    assert (verify(), [row for row in read_all() if row[1] != NOVEMBER.first_day]) == ([], right)


def test_a_wrong_sum_is_added_up_anew(cells: list[Organization], province: Organization) -> None:
    right = read_all()
    be_wrong(UnitMonth, province, SEPTEMBER, present=5)
    assert verify() == [(9, "present", 5, 0, True)]
    assert (reconcile(), read_all()) == ([("reporting 2026-09", 1, True)], right)


def test_a_cell_that_stands_elsewhere_than_its_row_says_is_found(
    cells: list[Organization], communes: list[Organization], province: Organization
) -> None:
    right = read_all()
    CellMonth.objects.filter(organization=cells[0], month=OCTOBER.first_day).update(
        lineage=[province.pk, communes[1].pk]
    )
    assert (10, "cells_there", 0, 1, False) in verify()
    reconcile()
    fold()
    assert (verify(), [row for row in read_all() if row[1] != NOVEMBER.first_day]) == ([], right)


def test_a_row_too_many_and_one_missing_are_found(cells: list[Organization], communes: list[Organization]) -> None:
    right = read_all()
    CellMonth.objects.filter(organization=cells[1], month=OCTOBER.first_day).delete()
    later = make_unit("Chi bộ lập sau", parent=communes[0], opened_on=date(2026, 11, 2))
    CellMonth.objects.create(
        organization=later, month=OCTOBER.first_day, counts={"cells_there": 1}, lineage=[], folded_at=NOW
    )
    assert {line[:2] for line in verify()} >= {(10, "cells_there")}
    reconcile()
    fold()
    assert (verify(), [row for row in read_all() if row[1] != NOVEMBER.first_day]) == ([], right)


def test_what_waits_is_no_difference(cells: list[Organization]) -> None:
    meet(cells[0])
    assert verify() == []


def test_what_the_day_alone_changed_is_no_difference(cells: list[Organization]) -> None:
    """The nightly check runs before the fold that follows the day."""
    rebuild(NOVEMBER)
    make_member("Đến ngày mai", cell=cells[0], valid_from=TODAY + timedelta(days=1))
    tomorrow = NOW + timedelta(days=1)
    assert services.reconcile_figures(actor=SYSTEM, now=tomorrow) == []
    services.fold_figures(actor=SYSTEM, now=tomorrow)
    assert (kept(cells[0], NOVEMBER)["members"], services.verify_figures(actor=SYSTEM, now=tomorrow)) == (1, [])


def test_the_last_year_is_compared_each_night(cells: list[Organization], communes: list[Organization]) -> None:
    older, oldest = Month(2025, 10), Month(2025, 11)
    rebuild(older, oldest)
    for month in (older, oldest):
        be_wrong(UnitMonth, communes[0], month, present=5)
    assert reconcile() == [("reporting 2025-11", 1, True)]
    assert [line[:2] for line in verify()] == [(10, "present")]
