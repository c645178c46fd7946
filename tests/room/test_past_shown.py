"""Where meetings of before the program are shown, apart from its own; no verdict ever meets them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.records.queries.filing import get_minutes_book
from nennep.reporting.queries.figures import get_figures
from nennep.room.models import PastImport
from nennep.room.queries.absences import get_absences_page
from nennep.room.queries.past import get_attendance_book
from tests.factories.core import TODAY
from tests.factories.past import GRID, review, upload, write

pytestmark = pytest.mark.django_db


def test_nobody_is_told_and_no_meeting_of_the_program_is_made(
    officer: Actor, cell: Organization, people: list[Member]
) -> None:
    months = [Month(2026, 1), Month(2026, 2), Month(2026, 10)]
    before = [get_figures(organization=cell, month=month, today=TODAY) for month in months]
    write(officer, upload(officer, cell, GRID))
    assert (Meeting.objects.count(), Notification.objects.count(), len(people)) == (0, 0, 2)
    assert [get_figures(organization=cell, month=month, today=TODAY) for month in months] == before


def test_the_book_and_the_years_show_them_apart(officer: Actor, cell: Organization, people: list[Member]) -> None:
    write(officer, upload(officer, cell, GRID))
    book = get_minutes_book(actor=officer, organization=cell, year=2026, today=TODAY)
    assert [(row.when, row.present, row.counted, row.named) for row in book.past] == [
        ("03/01/2026", 3, 3, 2),
        ("03/02/2026", 1, 3, 2),
        ("20/02/2026", 1, 2, 2),
    ]
    page = get_attendance_book(actor=officer, public_id=cell.public_id, year=2026)
    assert [(row.year, row.meetings, row.past, row.present, row.counted) for row in page.years] == [(2026, 3, 3, 5, 8)]
    assert [(row.name, row.there, row.excused, row.unexcused, row.past) for row in page.people] == [
        ("Ma Thị Lan", 1, 1, 1, 3),
        ("Giàng A Páo", 2, 1, 0, 3),
    ]
    assert len(people) == 2


def test_absences_of_the_year_count_the_book(secretary: Actor, cell: Organization, people: list[Member]) -> None:
    grid = "Họ và tên;03/01/2026;03/02/2026;03/03/2026\nMa Thị Lan;K;K;K\nGiàng A Páo;x;x;x\n"
    write(secretary, upload(secretary, cell, grid))
    page = get_absences_page(actor=secretary, cell=cell, on=TODAY)
    assert ([row.name for row in page.review], page.has_past, len(people)) == (["Ma Thị Lan"], True, 2)


# ── pages ─────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("fixed_clock")
def test_the_wizard_from_the_file_to_the_book_and_back(
    officer_user: User, cell: Organization, people: list[Member]
) -> None:
    client = Client()
    client.force_login(officer_user)
    data = {"unit": str(cell.public_id), "file": SimpleUploadedFile("so.csv", GRID.encode())}
    answer = client.post(reverse("room:choose_past"), data)
    file = PastImport.objects.get()
    address = reverse("room:show_past_import", args=[file.public_id])
    assert (answer.status_code, answer["Location"]) == (302, address)
    shown = client.get(address).content.decode()
    assert "Ghi 3 buổi vào sổ" in shown
    assert "Không có trong danh sách chi bộ, chỉ tính vào số: Người Đã Đi." in shown
    client.post(reverse("room:write_past", args=[file.public_id]), {"reviewed": review(file).mark})
    assert "Bỏ cả lần nhập này" in client.get(address).content.decode()
    assert "nhập từ sổ" in client.get(reverse("records:show_book", args=[cell.public_id])).content.decode()
    client.post(reverse("room:take_back_past", args=[file.public_id]))
    assert (PastImport.objects.count(), len(people)) == (0, 2)
