"""What the lists of tasks show, and at what cost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.duties import queries
from nennep.duties.choices import DutyCategory, DutyState, OpeningState
from nennep.duties.models import Duty, DutyReport
from nennep.duties.rules import DutyCounts
from nennep.members.choices import MembershipKind, Standing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import at

pytestmark = pytest.mark.django_db
SINCE, MEETING = date(2026, 10, 3), date(2026, 11, 3)


def reader(path: str) -> Actor:
    return make_actor(Permission.DUTIES_READ, path=path)


def test_month_table_fills_itself() -> None:
    cell = make_cell()
    phuc, mo = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Lý Thị Mơ")
    make_duty(
        cell, phuc, "Làm mương", given_on=date(2026, 9, 3), due_on=date(2026, 10, 25), percent=60, result="180/300 m"
    )
    make_duty(
        cell, mo, "Dọn nhà văn hóa", state=DutyState.DONE, settled_on=date(2026, 10, 20), percent=100, due_on=None
    )
    make_duty(cell, mo, "Việc của tháng tới", given_on=MEETING, due_on=date(2026, 11, 30))
    make_duty(cell, mo, "Đã xong từ lâu", given_on=date(2026, 8, 3), state=DutyState.DONE, settled_on=date(2026, 9, 1))
    table = queries.list_month_table(actor=reader(cell.path), organization=cell, since=SINCE, today=MEETING)
    assert [(row.title, row.opening, row.result, row.month_count, row.days_late) for row in table] == [
        ("Làm mương", OpeningState.UNDER_WAY, "Đang làm, 60%. 180/300 m", 2, 9),
        ("Dọn nhà văn hóa", OpeningState.UNDATED, "Hoàn thành", 1, 0),
    ]
    assert [row.chip_state for row in table] == ["late", "done"]


def test_standing_work_is_in_the_table_only_when_somebody_spoke_of_it() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    for title in ("Nhóm hộ số 1", "Nhóm hộ số 2"):
        make_duty(cell, member, title, category=DutyCategory.HOUSEHOLDS, given_on=date(2026, 1, 5), due_on=None)
    spoken = Duty.objects.get(title="Nhóm hộ số 2")
    DutyReport.objects.create(duty=spoken, at=at(date(2026, 10, 20)), by_name="Ma Đình Phúc", state=DutyState.ONGOING)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, since=SINCE, today=MEETING)
    assert [row.title for row in rows] == ["Nhóm hộ số 2"]


def test_what_was_settled_from_the_last_meeting_on_is_in_the_table() -> None:
    """The meeting before is the boundary: its own day belongs to the table, the day before does not."""
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    older: dict[str, Any] = {"given_on": date(2026, 8, 3), "state": DutyState.DONE}
    make_duty(cell, member, "Xong hôm họp trước", settled_on=SINCE, **older)
    make_duty(cell, member, "Xong trước đó", settled_on=date(2026, 10, 2), **older)
    make_duty(cell, member, "Giao hôm họp trước", given_on=SINCE, state=DutyState.DONE, settled_on=SINCE)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, since=SINCE, today=MEETING)
    assert sorted(row.title for row in rows) == ["Giao hôm họp trước", "Xong hôm họp trước"]


@pytest.mark.parametrize("count", [1, 3])
def test_month_table_costs_two_queries(count: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    cell = make_cell()
    for number in range(count):
        make_duty(cell, join_cell(cell, f"Hoàng Văn {number}"))
    with django_assert_num_queries(2):
        rows = queries.list_month_table(actor=reader(cell.path), organization=cell, since=SINCE, today=MEETING)
    assert len(rows) == count


def test_open_duties_put_the_most_overdue_first() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    make_duty(cell, member, "Không mốc", due_on=None)
    make_duty(cell, member, "Sắp đến", due_on=date(2026, 11, 20))
    make_duty(cell, member, "Quá hạn", due_on=date(2026, 10, 25))
    make_duty(cell, member, "Xong", state=DutyState.DONE, settled_on=MEETING)
    rows = queries.list_open_duties(actor=reader(cell.path), organization=cell, today=MEETING)
    assert [row.title for row in rows] == ["Quá hạn", "Sắp đến", "Không mốc"]


def test_members_without_duty_are_the_active_ones_who_neither_do_nor_help() -> None:
    cell = make_cell()
    doer, helper = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")
    make_duty(cell, doer, helpers=[helper])
    join_cell(cell, "Bàn Thị Ghến")
    join_cell(cell, "Nông Thị Yến", standing=Standing.EXEMPT)
    join_cell(cell, "Lù Seo Páo", standing=Standing.PROBATIONARY)
    join_cell(cell, "Tạm Văn Trú", kind=MembershipKind.TEMPORARY)
    idle = queries.list_members_without_duty(organization=cell, on=MEETING)
    assert [member.full_name for member in idle] == ["Bàn Thị Ghến", "Lù Seo Páo", "Tạm Văn Trú"]


@pytest.mark.parametrize("count", [1, 3])
def test_staff_of_many_cells_costs_one_query(count: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    """A task of another cell, one that is settled and one that is given tomorrow keep nobody busy today."""
    elsewhere = make_cell("Chi bộ thôn Khác")
    cells = [make_cell(f"Chi bộ thôn {number}") for number in range(count)]
    expected = {}
    for cell in cells:
        doer, helper, idle = (join_cell(cell, name) for name in ("Ma Đình Phúc", "Hoàng Văn Oanh", "Bàn Thị Ghến"))
        make_duty(cell, doer, helpers=[helper])
        make_duty(elsewhere, idle)
        make_duty(cell, idle, state=DutyState.DONE, settled_on=MEETING)
        make_duty(cell, idle, given_on=MEETING + timedelta(days=1))
        expected[cell.pk] = queries.Staff(frozenset({doer.pk, helper.pk, idle.pk}), frozenset({idle.pk}))
    with django_assert_num_queries(1):
        assert queries.list_staff(cells=[cell.pk for cell in cells], on=MEETING) == expected


def test_a_task_given_today_keeps_its_member_busy_today() -> None:
    cell = make_cell()
    make_duty(cell, join_cell(cell, "Ma Đình Phúc"), given_on=MEETING)
    assert queries.list_staff(cells=[cell.pk], on=MEETING)[cell.pk].idle == frozenset()


def test_a_cell_without_members_has_no_staff() -> None:
    cell = make_cell()
    assert queries.list_staff(cells=[cell.pk], on=MEETING) == {cell.pk: queries.Staff(frozenset(), frozenset())}


def test_counts_are_by_due_date_without_dropped_ones() -> None:
    cell, other = make_cell(), make_cell("Chi bộ thôn Khác")
    member = join_cell(cell, "Ma Đình Phúc")
    make_duty(cell, member)
    make_duty(cell, member, state=DutyState.DONE, settled_on=date(2026, 10, 31))
    make_duty(cell, member, state=DutyState.DROPPED, settled_on=date(2026, 10, 31))
    make_duty(cell, member, state=DutyState.DROPPED, settled_on=MEETING, mistaken=True)
    make_duty(cell, member, due_on=date(2026, 11, 1))
    make_duty(cell, member, due_on=None, category=DutyCategory.REGULAR)
    counts = queries.count_duties(organization_ids=[cell.pk, other.pk], month=Month(2026, 10))
    assert counts == {cell.pk: DutyCounts(due=2, done=1)}


def test_doors_hide_what_is_out_of_scope() -> None:
    cell, other = make_cell(), make_cell("Chi bộ thôn Khác")
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    with pytest.raises(NotFound):
        queries.get_duty(actor=reader(other.path), public_id=duty.public_id)
    with pytest.raises(NotFound):
        queries.get_cell(actor=reader(other.path), public_id=cell.public_id)
    assert queries.get_duty(actor=reader(cell.path), public_id=duty.public_id) == duty


def test_own_duties_need_no_grant(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="mo", full_name="Lý Thị Mơ")
    cell = make_cell()
    mine = make_duty(cell, join_cell(cell, "Lý Thị Mơ", user_id=user.pk))
    make_duty(cell, join_cell(cell, "Người khác"))
    actor = Actor(user_id=user.pk, name="Lý Thị Mơ")
    assert [row.public_id for row in queries.list_own_duties(actor=actor, today=MEETING)] == [mine.public_id]
    page = queries.get_duty_page(actor=actor, public_id=mine.public_id, today=MEETING)
    assert (page.is_own, page.may_report, page.may_write) == (True, True, False)
    assert queries.list_own_duties(actor=Actor.visitor(), today=MEETING) == ()
