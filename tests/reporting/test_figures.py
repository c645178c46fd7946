"""The figures of a month: each count against a small month written by hand; rows against the records."""

import json
from datetime import date
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.measures import Counts, add_counts, list_measures
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.members.choices import MembershipKind, Standing
from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.services.ancestry import write_ancestry
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.queries.counting import count_cells
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.queries.tree import list_cells_of_month
from nennep.reporting.rules.figures import falls_below, find_reference_day, percent_of
from nennep.reporting.services import fold_figures, outdate_months, outdate_since, rebuild_figures
from nennep.room.choices import AttendanceState
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_membership
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting, mark_present, usual

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
SYSTEM = Actor.system()
P, L, E, U = (
    AttendanceState.PRESENT,
    AttendanceState.LATE,
    AttendanceState.EXCUSED,
    AttendanceState.UNEXCUSED,
)


def make_commune(cells: int = 2) -> tuple[Organization, list[Organization]]:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    return commune, [make_unit(f"Chi bộ thôn số {number}", parent=commune) for number in range(cells)]


def make_members(cell: Organization, count: int) -> list[Member]:
    return [make_member(f"Đảng viên {number}", cell=cell) for number in range(count)]


def read_rows() -> list[tuple[Any, ...]]:
    """All rows of both tables, without their own keys."""
    cells = CellMonth.objects.values_list("organization_id", "month", "counts", "lineage")
    return [*cells, *UnitMonth.objects.values_list("organization_id", "month", "counts")]


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (23, 25, 92.0),
        (1, 3, 33.3),
        (2, 3, 66.7),
        (1, 16, 6.3),
        (1, 2000, 0.1),
        (1, 2001, 0.0),
        (0, 5, 0.0),
        (0, 0, None),
    ],
)
def test_percent_has_one_decimal_rounded_half_up(part: int, whole: int, percent: float | None) -> None:
    assert percent_of(part, whole) == percent


@pytest.mark.parametrize(
    ("month", "day"),
    [(OCTOBER, date(2026, 10, 31)), (NOVEMBER, TODAY), (Month(2026, 12), date(2026, 12, 31))],
)
def test_members_are_counted_on_the_last_day_or_today(month: Month, day: date) -> None:
    assert find_reference_day(month, TODAY) == day


def test_counts_add_up_name_by_name() -> None:
    one, two = Counts.of(cells=1, cells_met=1, members=25), Counts.of(cells=1, members=14, tasks_due=2)
    assert add_counts([one, two]) == one + two == Counts.of(cells=2, cells_met=1, members=39, tasks_due=2)
    assert (one + two - two, one - one) == (one, Counts())
    assert (one - one).as_json() == {}


@pytest.mark.django_db
def test_figures_of_one_month_by_hand() -> None:
    commune, (first, second) = make_commune()
    people = make_members(first, 5)
    make_membership(make_member("Khách", cell=second), first, kind=MembershipKind.TEMPORARY)
    meeting = make_meeting(first, date(2026, 10, 5), kind=MeetingKind.COMBINED)
    mark_present(meeting, people, [P, L, AttendanceState.ONLINE, E, U])
    mark_present(meeting, make_members(first, 1), [P], counted=False)
    make_meeting(first, date(2026, 10, 20), kind=MeetingKind.THEMATIC)
    make_meeting(second, date(2026, 10, 3), state=MeetingState.PLANNED)
    done: dict[str, Any] = {"state": DutyState.DONE, "settled_on": date(2026, 10, 30)}
    make_duty(first, people[0], **done)
    make_duty(first, people[0], due_on=date(2026, 10, 1))
    make_duty(first, people[0], state=DutyState.DROPPED, settled_on=date(2026, 10, 30))
    make_duty(first, people[0], due_on=date(2026, 11, 1))
    assert usual(get_figures(organization=commune, month=OCTOBER, today=TODAY)) == {
        "cells": 2,
        "cells_met": 1,
        "cells_on_time": 1,
        "members": 7,
        "counted": 5,
        "present": 3,
        "excused": 1,
        "unexcused": 1,
        "thematic_meetings": 2,
        "tasks_due": 2,
        "tasks_done": 1,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "on_time"), [(date(2026, 10, 1), 1), (date(2026, 10, 3), 1), (date(2026, 10, 7), 1), (date(2026, 10, 8), 0)]
)
def test_on_time_is_within_the_window_of_the_policy(day: date, on_time: int) -> None:
    _, (cell,) = make_commune(1)
    make_meeting(cell, day)
    figures = get_figures(organization=cell, month=OCTOBER, today=TODAY)
    assert (figures["cells_met"], figures["cells_on_time"]) == (1, on_time)


@pytest.mark.django_db
def test_extraordinary_meeting_is_not_the_months_meeting() -> None:
    _, (cell,) = make_commune(1)
    mark_present(make_meeting(cell, date(2026, 10, 5), kind=MeetingKind.EXTRAORDINARY), make_members(cell, 1), [P])
    figures = get_figures(organization=cell, month=OCTOBER, today=TODAY)
    assert (figures["cells_met"], figures["counted"], figures["thematic_meetings"]) == (0, 0, 0)


@pytest.mark.django_db
def test_every_standing_is_a_member_of_the_rolls() -> None:
    _, (cell,) = make_commune(1)
    for standing in Standing:
        make_member(f"Người {standing}", cell=cell, standing=standing)
    assert get_figures(organization=cell, month=NOVEMBER, today=TODAY)["members"] == len(Standing)


@pytest.mark.django_db
def test_the_tree_is_read_as_it_stood_then() -> None:
    """A cell that moved on 15/10 belongs to its new commune in October, to the old one in September."""
    old, (cell,) = make_commune(1)
    new = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
    cell.periods.update(valid_to=date(2026, 10, 15))
    OrganizationPeriod.objects.create(
        organization=cell, name=cell.name, kind=cell.kind, parent=new, valid_from=date(2026, 10, 15)
    )
    write_ancestry([cell.pk])
    cells = [
        get_figures(organization=unit, month=Month(2026, number), today=TODAY)["cells"]
        for unit in (old, new)
        for number in (9, 10)
    ]
    assert cells == [1, 0, 0, 1]


@pytest.mark.django_db
def test_cell_closed_within_the_month_still_counts_for_it() -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    make_unit("Chi bộ sắp sáp nhập", parent=commune, closed_on=date(2026, 10, 15))
    assert [
        get_figures(organization=commune, month=Month(2026, number), today=TODAY)["cells"] for number in (9, 10, 11)
    ] == [1, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("cells", [1, 3])
def test_counting_takes_the_same_queries_for_any_number_of_cells(cells: int, django_assert_num_queries: Any) -> None:
    _, units = make_commune(cells)
    for unit in units:
        mark_present(make_meeting(unit, date(2026, 10, 5)), make_members(unit, 2), [P, E])
        make_duty(unit, make_members(unit, 1)[0])
    with django_assert_num_queries(25):
        counted = count_cells(cells=[unit.pk for unit in units], month=OCTOBER, today=TODAY)
    assert [counts["present"] for counts in counted.values()] == [1] * cells


@pytest.mark.django_db
@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
def test_kept_rows_are_read_and_put_right_by_what_waits(month: Month) -> None:
    commune, (cell,) = make_commune(1)
    rebuild_figures(actor=SYSTEM, months=[month], now=NOW)
    make_meeting(cell, month.first_day.replace(day=5))
    assert get_figures(organization=commune, month=month, today=TODAY)["cells_met"] == 0
    outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[month])
    assert get_figures(organization=commune, month=month, today=TODAY)["cells_met"] == 1
    assert fold_figures(actor=SYSTEM, now=NOW) == 1
    assert UnitMonth.objects.get(organization=commune, month=month.first_day).figures["cells_met"] == 1


@pytest.mark.django_db
def test_only_the_program_itself_folds() -> None:
    with pytest.raises(NotAllowed):
        fold_figures(actor=make_actor(), now=NOW)


@pytest.mark.django_db
def test_command_prints_one_json_object(fixed_clock: Any) -> None:
    commune, (cell,) = make_commune(1)
    mark_present(make_meeting(cell, date(2026, 10, 5)), make_members(cell, 3), [P, P, E])
    out = StringIO()
    call_command("figures", unit=commune.code.lower(), month="2026-10", json=True, stdout=out)
    printed = json.loads(out.getvalue())
    assert list(printed) == [*list_measures(), "attendance_percent"]
    assert {name: count for name, count in printed.items() if count} == {
        "cells_there": 1,
        "cells": 1,
        "cells_met": 1,
        "cells_on_time": 1,
        "members": 3,
        "counted": 3,
        "present": 2,
        "excused": 1,
        "meeting_minutes": 120,
        "attendance_percent": 66.7,
    }


@pytest.mark.django_db
def test_command_without_meetings_has_no_percent(fixed_clock: Any) -> None:
    commune, _ = make_commune(1)
    out = StringIO()
    call_command("figures", unit=commune.code, month="2026-10", json=True, stdout=out)
    assert json.loads(out.getvalue())["attendance_percent"] is None
    table = StringIO()
    call_command("figures", unit=commune.code, month="2026-10", stdout=table)
    assert table.getvalue().splitlines()[-1].split() == ["attendance_percent", "-"]


@pytest.mark.django_db
@pytest.mark.parametrize("month", ["2026-13", "11/2026", "", "2026-1", "٢٠٢٦-١١", "0000-01"])
def test_command_refuses_what_is_no_month(month: str) -> None:
    commune, _ = make_commune(1)
    with pytest.raises(CommandError, match="không phải một tháng"):
        call_command("figures", unit=commune.code, month=month)


@pytest.mark.django_db
def test_command_refuses_an_unknown_unit() -> None:
    with pytest.raises(CommandError, match="Không có đơn vị nào mang mã “KHONG-CO”"):
        call_command("figures", unit="KHONG-CO", month="2026-10")


@pytest.mark.django_db
def test_rebuild_command_counts_months_up_to_now(fixed_clock: Any) -> None:
    make_commune(1)
    out = StringIO()
    call_command("rollups", "rebuild", first="2026-08", stdout=out)
    assert out.getvalue() == "Đã tính lại 4 tháng, từ 2026-08 đến 2026-11.\n"
    with pytest.raises(CommandError, match="chưa tới"):
        call_command("rollups", "rebuild", first="2026-12")


MONTHS = [Month(2026, 8), Month(2026, 9), OCTOBER, NOVEMBER]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["meeting", "duty", "member", "close", "move", "fold"]),
        st.integers(0, 2),
        st.sampled_from(MONTHS),
        st.integers(1, 10),
    ),
    max_size=12,
)


class TestFolding(TestCase):
    """Whatever happens in whatever order: marking and folding give the rows that a rebuild from scratch gives."""

    @settings(max_examples=30, deadline=None)
    @given(changes=CHANGES)
    def test_folding_is_rebuilding(self, changes: list[tuple[str, int, Month, int]]) -> None:
        commune, cells = make_commune(3)
        other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
        rebuild_figures(actor=SYSTEM, months=MONTHS, now=NOW)
        for kind, index, month, day in changes:
            change_something(kind, cells[index], month.first_day.replace(day=day), other=other)
            below = list_cells_of_month(under=commune, month=month, today=TODAY)
            counted = count_cells(cells=[cell.id for cell in below], month=month, today=TODAY)
            assert get_figures(organization=commune, month=month, today=TODAY) == add_counts(counted.values())
        fold_figures(actor=SYSTEM, now=NOW)
        folded = read_rows()
        rebuild_figures(actor=SYSTEM, months=MONTHS, now=NOW)
        assert read_rows() == folded
        for month in MONTHS:
            below = list_cells_of_month(under=commune, month=month, today=TODAY)
            counted = count_cells(cells=[cell.id for cell in below], month=month, today=TODAY)
            assert get_figures(organization=commune, month=month, today=TODAY) == add_counts(counted.values())


def change_something(kind: str, cell: Organization, on: date, *, other: Organization) -> None:
    """One change of the records, and what its event marks."""
    month = Month.of(on)
    member = make_member(f"Người {on}", cell=cell, valid_from=on)
    outdate_since(actor=SYSTEM, day=on, organization_ids=[cell.pk], today=TODAY)
    if kind == "meeting":
        if not cell.meetings.filter(month=month.first_day).exists():
            mark_present(make_meeting(cell, on), [member], [P])
        outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[month])
    elif kind == "duty":
        make_duty(cell, member, due_on=on)
        outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[month])
    elif kind in {"close", "move"} and cell.periods.filter(valid_to=None, valid_from__lt=on).exists():
        cell.periods.filter(valid_to=None).update(valid_to=on)
        if kind == "close":
            Organization.objects.filter(pk=cell.pk).update(closed_on=on)
        else:
            OrganizationPeriod.objects.create(
                organization=cell, name=cell.name, kind=cell.kind, parent=other, valid_from=on
            )
        write_ancestry([cell.pk])
        outdate_since(actor=SYSTEM, day=on, organization_ids=[cell.pk], today=TODAY, moved=True)
    elif kind == "fold":
        fold_figures(actor=SYSTEM, now=NOW)


@given(st.sampled_from([1, 10, 199, 2000]), st.sampled_from([75, 90]), st.integers(-2, 2))
def test_a_share_is_compared_by_its_counts(counted: int, target: int, beside: int) -> None:
    """1,799 of 2,000 is shown as 90,0% and below 90."""
    present = max(0, min(counted, counted * target // 100 + beside))
    below = Fraction(100 * present, counted) < target
    assert falls_below(Counts.of(counted=counted, present=present), target) is below
