"""A book of meetings before the program: read, looked at, written cell by cell, taken back; no verdict ever meets it."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.periods import Month
from nennep.core.sheets.reader import read_bytes
from nennep.meetings.choices import MeetingKind
from nennep.members.models import Member
from nennep.members.services import merge_members
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from nennep.room.choices import AttendanceState
from nennep.room.importers.past_shapes import PastMends
from nennep.room.importers.past_sheets import PastTooLong, understand_past
from nennep.room.models import PastImport, PastMark, PastMeeting
from nennep.room.queries.past_imports import read_past_mends
from nennep.room.rules.past import KeptSince, PastFacts, find_fault
from nennep.room.services.past import (
    PastFileWritten,
    PastNothingToWrite,
    PastPlanChanged,
    PastTouched,
    forget_past_imports,
    mend_past,
    take_back_past,
    upload_past,
    write_past,
)
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.members import make_member
from tests.factories.past import (
    GRID,
    USED_FROM,
    codes,
    numbers,
    review,
    upload,
    write,
)

pytestmark = pytest.mark.django_db


# ── what a book says ──────────────────────────────────────────────────────────


def test_a_grid_gives_meetings_with_marks_by_name(officer: Actor, cell: Organization, people: list[Member]) -> None:
    write(officer, upload(officer, cell, GRID))
    assert [numbers(row) for row in PastMeeting.objects.all()] == [
        (date(2026, 1, 3), MeetingKind.REGULAR, 3, 0, 0, 0),
        (date(2026, 2, 3), MeetingKind.REGULAR, 1, 2, 1, 1),
        (date(2026, 2, 20), MeetingKind.THEMATIC, 1, 1, 1, 0),
    ]
    marks = PastMark.objects.filter(member=people[1]).order_by("meeting__held_on").values_list("state", flat=True)
    assert list(marks) == ["present", "unexcused", "excused"]


def test_a_name_that_no_member_has_counts_unnamed(officer: Actor, cell: Organization, people: list[Member]) -> None:
    (book,) = review(upload(officer, cell, GRID)).cells
    assert (book.strangers, book.people, len(people)) == (("Người Đã Đi",), 2, 2)


def test_a_list_is_written_cell_by_cell_all_or_nothing(
    officer: Actor, commune: Organization, cell: Organization, other: Organization
) -> None:
    file = upload(officer, commune)
    assert codes(review(file)) == {cell.name: [], other.name: ["past_two_monthly", "past_two_monthly"]}
    done = write(officer, file)
    assert [numbers(row) for row in PastMeeting.objects.all()] == [
        (date(2026, 1, 3), MeetingKind.REGULAR, 20, 3, 2, 1),
        (date(2026, 2, 15), MeetingKind.THEMATIC, 21, None, None, None),
    ]
    assert done.outcome == {"meetings": 2, "cells": 1, "held_back": [other.name]}


def test_a_month_without_a_day_stays_one() -> None:
    book = understand_past(
        read_bytes("Họ và tên;T1;Tháng 2\nGiàng A Páo;x;v\nMa Thị Lan;v;x\n".encode()),
        today=TODAY,
        mends=PastMends(marks={"v": "excused"}, year=2025),
    )
    assert [(one.facts.month, one.facts.on, one.facts.excused) for one in book.meetings] == [
        (Month(2025, 1), None, 1),
        (Month(2025, 2), None, 1),
    ]


def test_a_mark_with_two_meanings_is_asked_and_one_alone_is_a_tick(officer: Actor, cell: Organization) -> None:
    both = upload(officer, cell, "Họ và tên;03/01/2026\nGiàng A Páo;x\nMa Thị Lan;v\n")
    assert codes(review(both)) == {cell.name: ["past_mark_unknown"]}
    mends = read_past_mends(both)
    mend_past(actor=officer, file=both, mends=PastMends(mends.columns, {"v": "unexcused"}))
    assert codes(review(both)) == {cell.name: []}
    alone = upload(officer, cell, "Họ và tên;03/01/2026\nGiàng A Páo;v\n")
    assert review(alone).cells[0].new[0].facts.present == 1


def test_no_year_is_made_up(officer: Actor, cell: Organization) -> None:
    file = upload(officer, cell, "Họ và tên;03/01\nGiàng A Páo;x\n")
    assert (codes(review(file)), review(file).understood.needs_year) == ({cell.name: ["past_year_unknown"]}, True)
    named = upload(officer, cell, "Họ và tên;03/01\nGiàng A Páo;x\n", name="diem-danh-2025.csv")
    assert review(named).cells[0].new[0].facts.on == date(2025, 1, 3)


def test_columns_that_nobody_understands_are_named_and_can_be_said(officer: Actor, cell: Organization) -> None:
    file = upload(officer, cell, "Ngày họp;Quân số đến;Loại buổi\n03/01/2026;20;thường kỳ\n")
    (table,) = review(file).understood.tables
    assert [column.label for column in table.unused] == ["Quân số đến"]
    mend_past(actor=officer, file=file, mends=PastMends({table.unused[0].key: "present"}))
    assert review(file).cells[0].new[0].facts.present == 20


def test_hidden_rows_are_read_and_counted(officer: Actor, cell: Organization) -> None:
    book = openpyxl.Workbook()
    for row in (["Ngày họp", "Có mặt"], [date(2026, 1, 3), 20], [date(2026, 2, 3), 21]):
        book.worksheets[0].append(row)
    book.worksheets[0].row_dimensions[3].hidden = True
    content = io.BytesIO()
    book.save(content)
    file = upload_past(actor=officer, organization=cell, name="so.xlsx", content=content.getvalue(), now=NOW)
    assert (review(file).understood.hidden_rows, review(file).to_write) == (1, 2)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("03/12/2026;thường kỳ;20", "past_not_over", id="still to come"),
        pytest.param("09/11/2026;bất thường;20", "past_not_over", id="today"),
        pytest.param("31/12/2019;thường kỳ;20", "past_before_cell", id="before the cell"),
        pytest.param("03/07/2026;thường kỳ;20", "past_kept_here", id="the program's own month"),
        pytest.param("31/02/2026;thường kỳ;20", "past_day_unread", id="no such day"),
        pytest.param("2025-02-31;thường kỳ;20", "past_day_unread", id="no such day, year first"),
        pytest.param("2025-13-01;thường kỳ;20", "past_day_unread", id="no such month, year first"),
        pytest.param("0000-01-01;thường kỳ;20", "past_day_unread", id="no such year"),
        pytest.param("03/02/2026;hội nghị;20", "past_kind_unknown", id="unknown kind"),
        pytest.param("03/02/2026;thường kỳ;hai mươi", "past_number_unread", id="no number"),
        pytest.param("03/02/2026;thường kỳ;21/20", "past_numbers_disagree", id="more came than there are"),
        pytest.param("03/02/2026;thường kỳ;90000", "past_number_too_large", id="too many"),
    ],
)
def test_what_cannot_be_is_named(officer: Actor, cell: Organization, line: str, code: str) -> None:
    file = upload(officer, cell, f"Ngày họp;Loại buổi;Có mặt\n{line}\n03/03/2026;thường kỳ;20\n")
    assert codes(review(file)) == {cell.name: [code]}
    with pytest.raises(PastNothingToWrite):
        write(officer, file)


def test_a_sheet_that_is_long_to_understand_is_refused_when_it_comes(officer: Actor, cell: Organization) -> None:
    """It would be understood anew at each look: six thousand rows take seconds, a hundred thousand a minute and a half."""
    line = "03/02/2026;thường kỳ;20\n"
    with pytest.raises(PastTooLong, match="6001"):
        upload(officer, cell, "Ngày họp;Loại buổi;Có mặt\n" + line * 6_000)
    assert not PastImport.objects.exists()


def test_a_cell_made_from_a_list_has_no_founding_that_bounds_its_book() -> None:
    old = PastFacts(Month(2019, 3), date(2019, 3, 3), MeetingKind.REGULAR)
    assert find_fault(old, KeptSince(None, USED_FROM), TODAY) == ""


def test_a_person_in_two_rows_and_two_of_one_name_keep_the_cell_back(
    officer: Actor, cell: Organization, people: list[Member]
) -> None:
    twice = upload(officer, cell, "Họ và tên;03/01/2026\nGiàng A Páo;x\nGiàng A Páo;x\n")
    assert codes(review(twice)) == {cell.name: ["past_person_twice"]}
    namesake = make_member(people[0].full_name, cell=cell)
    namesake.born_year = 1990
    namesake.save()
    one = upload(officer, cell, "Họ và tên;03/01/2026\nGiàng A Páo;x\n")
    assert codes(review(one)) == {cell.name: ["past_two_of_a_name"]}
    told = upload(officer, cell, "Họ và tên;Năm sinh;03/01/2026\nGiàng A Páo;1990;x\n")
    assert [marks for (marks,) in [(new.marks,) for new in review(told).cells[0].new]] == [
        ((namesake.pk, AttendanceState.PRESENT),)
    ]


def test_a_month_of_the_program_is_not_written_over(officer: Actor, cell: Organization) -> None:
    make_meeting(cell, planned_for=NOW.replace(month=6, day=3))
    file = upload(officer, cell, "Ngày họp;Có mặt\n03/06/2026;20\n")
    assert codes(review(file)) == {cell.name: ["past_kept_here"]}


# ── twice, two at once, taken back ────────────────────────────────────────────


def test_a_file_is_written_once_until_it_is_taken_back(
    officer: Actor, cell: Organization, people: list[Member]
) -> None:
    file = upload(officer, cell, GRID)
    waiting = upload(officer, cell, GRID)
    mark = review(waiting).mark
    done = write(officer, file)
    assert (done.content, done.mends, len(people)) == ("", "", 2)
    with pytest.raises(PastFileWritten):
        upload(officer, cell, GRID)
    with pytest.raises(PastFileWritten):
        write_past(actor=officer, file=waiting, reviewed=mark, now=NOW)
    with pytest.raises(NotFound):
        write_past(actor=officer, file=file, reviewed=mark, now=NOW)
    take_back_past(actor=officer, file=done, now=NOW)
    assert (PastMeeting.objects.count(), PastMark.objects.count()) == (0, 0)
    write(officer, waiting)
    assert PastMeeting.objects.count() == 3


def test_meetings_that_the_book_has_already_are_left_out(officer: Actor, cell: Organization) -> None:
    write(officer, upload(officer, cell, "Ngày họp;Có mặt\n03/01/2026;20\n"))
    more = review(upload(officer, cell, "Ngày họp;Có mặt\n03/01/2026;20\n03/02/2026;21\n"))
    assert (more.cells[0].standing, more.to_write) == (1, 1)
    other = review(upload(officer, cell, "Ngày họp;Có mặt\n04/01/2026;19\n"))
    assert codes(other) == {cell.name: ["past_two_monthly"]}


def test_what_was_not_shown_is_not_written(officer: Actor, cell: Organization, people: list[Member]) -> None:
    file = upload(officer, cell, GRID)
    mark = review(file).mark
    make_member("Người Đã Đi", cell=cell)
    with pytest.raises(PastPlanChanged):
        write_past(actor=officer, file=file, reviewed=mark, now=NOW)
    assert (PastMeeting.objects.count(), len(people)) == (0, 2)


def test_after_a_merger_the_book_stays_and_is_not_taken_back(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    file = upload(officer, cell, "Ngày họp;Có mặt\n03/01/2026;20\n")
    late = upload(officer, cell, "Ngày họp;Có mặt\n03/02/2026;20\n")
    write(officer, file)
    merge_organization(actor=officer, organization=cell, successor=other, on=TODAY, reason="NQ 01", now=NOW)
    with pytest.raises(PastTouched):
        take_back_past(actor=officer, file=file, now=NOW)
    assert PastMeeting.objects.get().organization_id == cell.pk
    late.organization.refresh_from_db()
    assert codes(review(late)) == {cell.name: ["past_cell_ended"]}


def test_marks_follow_when_two_records_become_one(officer: Actor, cell: Organization, people: list[Member]) -> None:
    write(officer, upload(officer, cell, "Họ và tên;03/01/2026\nGiàng A Páo;x\n"))
    merge_members(actor=officer, keep=people[1], drop=people[0], now=NOW)
    assert PastMark.objects.get().member_id == people[1].pk


# ── who may ───────────────────────────────────────────────────────────────────


def test_a_secretary_takes_over_the_book_of_the_own_cell_alone(
    secretary: Actor, commune: Organization, cell: Organization, other: Organization
) -> None:
    write(secretary, upload(secretary, cell, "Ngày họp;Có mặt\n03/01/2026;20\n"))
    for unit in (commune, other):
        with pytest.raises(NotAllowed):
            upload(secretary, unit)


def test_a_member_and_another_officer_may_not(officer: Actor, cell: Organization, people: list[Member]) -> None:
    file = upload(officer, cell, GRID)
    user = make_user("Ma Văn Ngoài")
    grant_role(user, Role.MEMBER, cell)
    with pytest.raises(NotAllowed):
        upload(actor_of(user), cell, GRID)
    with pytest.raises(NotFound):
        write_past(actor=actor_of(user), file=file, reviewed=review(file).mark, now=NOW)
    done = write(officer, file)
    with pytest.raises(NotAllowed):
        take_back_past(actor=actor_of(user), file=done, now=NOW)
    assert (PastMeeting.objects.count(), len(people)) == (3, 2)


def test_uploads_are_forgotten_after_a_week_and_written_ones_are_not(officer: Actor, cell: Organization) -> None:
    write(officer, upload(officer, cell, "Ngày họp;Có mặt\n03/01/2026;20\n"))
    upload(officer, cell, "Ngày họp;Có mặt\n03/02/2026;20\n")
    assert forget_past_imports(actor=Actor.system(), now=NOW + timedelta(days=7)) == 1
    assert PastImport.objects.get().written_at == NOW
