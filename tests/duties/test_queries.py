"""What the lists of tasks show, and at what cost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.duties import queries
from nennep.duties.choices import DutyCategory, DutyState, OpeningState
from nennep.duties.models import Duty, DutyReport
from nennep.duties.rules import DutyCounts, MeetingBefore
from nennep.members.choices import MembershipKind, Standing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import at

pytestmark = pytest.mark.django_db
SINCE, MEETING = date(2026, 10, 3), date(2026, 11, 3)
BEFORE = MeetingBefore(SINCE, at(SINCE, hour=17))


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
    make_duty(cell, mo, "Lát sân", state=DutyState.DONE, settled_on=MEETING, percent=100, due_on=date(2026, 10, 12))
    make_duty(cell, mo, "Việc của tháng tới", given_on=MEETING, due_on=date(2026, 11, 30))
    make_duty(cell, mo, "Đã xong từ lâu", given_on=date(2026, 8, 3), state=DutyState.DONE, settled_on=date(2026, 9, 1))
    table = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
    assert [(row.title, row.opening, row.result, row.month_count, row.days_late) for row in table] == [
        ("Lát sân", OpeningState.DATED, "Hoàn thành muộn", 1, 22),
        ("Làm mương", OpeningState.UNDER_WAY, "Đang làm, 60%. 180/300 m", 2, 9),
        ("Dọn nhà văn hóa", OpeningState.UNDATED, "Hoàn thành", 1, 0),
    ]
    assert [row.chip_state for row in table] == ["done", "late", "done"]


def test_standing_work_is_in_the_table_only_when_somebody_spoke_of_it() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    for title in ("Nhóm hộ số 1", "Nhóm hộ số 2"):
        make_duty(cell, member, title, category=DutyCategory.HOUSEHOLDS, given_on=date(2026, 1, 5), due_on=None)
    spoken = Duty.objects.get(title="Nhóm hộ số 2")
    DutyReport.objects.create(duty=spoken, at=at(date(2026, 10, 20)), by_name="Ma Đình Phúc", state=DutyState.ONGOING)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
    assert [row.title for row in rows] == ["Nhóm hộ số 2"]


def settle(duty: Duty, moment: datetime, state: DutyState = DutyState.DONE) -> None:
    DutyReport.objects.create(duty=duty, at=moment, by_name="Ma Đình Phúc", state=state, percent=100)


def test_what_was_settled_by_the_end_of_the_last_meeting_is_not_in_the_table() -> None:
    """It stands in that meeting's own table; what was given there stands in this one, also when it was done the same day."""
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    older: dict[str, Any] = {"given_on": date(2026, 8, 3), "state": DutyState.DONE, "settled_on": SINCE}
    for title, moment in (
        ("Xong lúc bế mạc", at(SINCE, hour=17)),
        ("Xong sau bế mạc", at(SINCE, hour=17) + timedelta(minutes=1)),
    ):
        settle(make_duty(cell, member, title, **older), moment)
    make_duty(cell, member, "Xong hôm ấy, không rõ giờ", **older)
    make_duty(cell, member, "Xong hôm sau", **older | {"settled_on": SINCE + timedelta(days=1)})
    make_duty(cell, member, "Xong hôm trước", **older | {"settled_on": SINCE - timedelta(days=1)})
    make_duty(cell, member, "Giao hôm họp trước", given_on=SINCE, state=DutyState.DONE, settled_on=SINCE)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
    assert sorted(row.title for row in rows) == ["Giao hôm họp trước", "Xong hôm sau", "Xong sau bế mạc"]


def test_what_was_settled_before_a_meeting_closed_past_midnight_is_its_own() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    next_day = SINCE + timedelta(days=1)
    before = MeetingBefore(SINCE, at(next_day, hour=1))
    older: dict[str, Any] = {"given_on": date(2026, 8, 3), "state": DutyState.DONE, "settled_on": next_day}
    for title, moment in (
        ("Xong lúc bế mạc", at(next_day, hour=1)),
        ("Xong sau bế mạc", at(next_day, hour=1) + timedelta(minutes=1)),
    ):
        settle(make_duty(cell, member, title, **older), moment)
    make_duty(cell, member, "Xong hôm sau, không rõ giờ", **older)
    make_duty(cell, member, "Xong hôm ấy, không rõ giờ", **older | {"settled_on": SINCE})
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=before, today=MEETING)
    assert sorted(row.title for row in rows) == ["Xong hôm sau, không rõ giờ", "Xong sau bế mạc"]


def test_without_a_meeting_before_the_table_begins_with_the_day() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    older: dict[str, Any] = {"given_on": date(2026, 8, 3), "state": DutyState.DONE}
    settle(make_duty(cell, member, "Xong ngày ấy", settled_on=SINCE, **older), at(SINCE))
    make_duty(cell, member, "Xong ngày trước", settled_on=SINCE - timedelta(days=1), **older)
    before = MeetingBefore(SINCE)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=before, today=MEETING)
    assert [row.title for row in rows] == ["Xong ngày ấy"]


def test_standing_work_spoken_of_at_the_last_meeting_is_silent_since() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    standing: dict[str, Any] = {"category": DutyCategory.HOUSEHOLDS, "given_on": date(2026, 1, 5), "due_on": None}
    for title, moment in (("Nói tại buổi họp", at(SINCE, hour=17)), ("Nói tối hôm ấy", at(SINCE, hour=20))):
        settle(make_duty(cell, member, title, **standing), moment, DutyState.ONGOING)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
    assert [row.title for row in rows] == ["Nói tối hôm ấy"]


def test_nothing_is_claimed_of_a_task_that_nobody_reported_on() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    for title, due_on in (
        ("Hạn hôm họp", MEETING),
        ("Hạn hôm trước", MEETING - timedelta(days=1)),
        ("Không mốc", None),
    ):
        make_duty(cell, member, title, given_on=SINCE, due_on=due_on)
    told = make_duty(cell, member, "Đã báo", given_on=SINCE, due_on=date(2026, 10, 25))
    settle(told, at(SINCE, hour=20), DutyState.ONGOING)
    rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
    assert {row.title: row.result for row in rows} == {
        "Đã báo": "Đang làm",
        "Hạn hôm trước": "Chưa báo cáo, quá hạn 1 ngày",
        "Hạn hôm họp": "Chưa báo cáo",
        "Không mốc": "Chưa báo cáo",
    }


@pytest.mark.parametrize("count", [1, 3])
def test_month_table_costs_two_queries(count: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    cell = make_cell()
    for number in range(count):
        make_duty(cell, join_cell(cell, f"Hoàng Văn {number}"))
    with django_assert_num_queries(2):
        rows = queries.list_month_table(actor=reader(cell.path), organization=cell, before=BEFORE, today=MEETING)
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
