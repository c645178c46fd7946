"""The book of minutes and the plan of themes of a year."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.frozen import hash_content
from nennep.meetings.choices import ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.records.models import MinutesVersion
from nennep.reporting.choices import Form
from nennep.reporting.queries.papers import years
from nennep.reporting.queries.papers.years import BookVersion, find_year_paper
from nennep.reporting.renderers.files import make_file
from tests.factories.accounts import grant_role, make_user
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month
from tests.reporting.test_pdf import read_pages

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def cell() -> Organization:
    return make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    return make_full_month(cell)


def find(cell: Organization, kind: years.YearPaperKind, year: int = 2026) -> Any:
    return find_year_paper(actor=Actor.system(), cell=cell, kind=kind, year=year, today=TODAY)


def correct(meeting: Meeting) -> None:
    first = meeting.minutes_versions.get()
    content = first.content | {"conclusion": "Làm mương trước 25/11."}
    MinutesVersion.objects.create(
        meeting=meeting,
        number=2,
        content=content,
        sha256=hash_content(content),
        reason="ghi sai ngày",
        approved_at=first.approved_at + timedelta(days=7),
        approved_by_name="Ma Công Lập",
    )


def test_book_holds_the_newest_minutes_and_tells_of_corrections(meeting: Meeting) -> None:
    correct(meeting)
    book = find(meeting.organization, years.BOOK)
    assert [page.minutes.minutes.conclusion for page in book.pages] == ["Làm mương trước 25/11."]
    assert book.pages[0].title == "Sinh hoạt thường kỳ tháng 11"
    assert book.pages[0].versions == (
        BookVersion(1, date(2026, 11, 3), "Ma Công Lập"),
        BookVersion(2, date(2026, 11, 10), "Ma Công Lập", "ghi sai ngày"),
    )
    assert book.missing == ("buổi ngày 05/10/2026",)


def test_contents_name_the_page_on_which_minutes_begin(meeting: Meeting) -> None:
    book = find(meeting.organization, years.BOOK)
    table = Document(BytesIO(make_file(book, Form.WORD))).tables[0]
    pages = read_pages(make_file(book, Form.PDF))
    begins = next(number for number, page in enumerate(pages, 1) if "BIÊN BẢN\nsinh hoạt" in page)
    fields = [text.text for text in table.rows[1]._tr.iter("{*}t")]
    assert fields[-1] == str(begins) == "3"
    assert "MỤC LỤC" in pages[1]
    assert pages[1].splitlines()[-2].endswith(" 3")


def test_year_without_minutes_says_so(cell: Organization) -> None:
    pages = read_pages(make_file(find(cell, years.BOOK, 2025), Form.PDF))
    assert "Trong năm chưa có biên bản nào được thông qua." in pages[1]


def test_plan_of_themes_shows_gaps_and_what_was_done(meeting: Meeting) -> None:
    cell, author = meeting.organization, make_member("Ma Đình Phúc", cell=meeting.organization)
    make_theme(cell, 3, "Chuyển đổi số ở thôn", author=author, draft_due_on=date(2026, 2, 20))
    make_theme(cell, 11, "Giữ rừng đầu nguồn", meeting=meeting)
    make_theme(cell, 6, "Đã thôi", state=ThemeState.DROPPED)
    plan = find(cell, years.THEMES)
    assert [(row.month, row.title, row.author, row.outcome) for row in plan.rows] == [
        ("Tháng 3", "Chuyển đổi số ở thôn", "Ma Đình Phúc", ""),
        ("Tháng 11", "Giữ rừng đầu nguồn", "", "đã sinh hoạt ngày 03/11/2026"),
    ]
    assert plan.gaps == ("Quý II", "Quý III")


def make_theme(cell: Organization, month: int, title: str, **values: Any) -> ThemePlan:
    return ThemePlan.objects.create(organization=cell, month=date(2026, month, 1), title=title, **values)


def test_no_paper_of_an_impossible_year(cell: Organization) -> None:
    with pytest.raises(NotFound):
        find(cell, years.BOOK, 20260)


def sign_in(client: Client, cell: Organization, role: Role) -> None:
    user = make_user()
    grant_role(user, role, cell)
    client.force_login(user)


@pytest.mark.parametrize("form", list(Form))
def test_secretary_takes_the_book(client: Client, meeting: Meeting, form: Form) -> None:
    sign_in(client, meeting.organization, Role.SECRETARY)
    name = {Form.WORD: "reporting:year_paper", Form.PDF: "reporting:year_paper_pdf"}[form]
    response = client.get(reverse(name, args=[meeting.organization.public_id, years.BOOK.address, 2026]))
    assert response.status_code == 200
    assert unquote(response["Content-Disposition"]).endswith(f"Sổ biên bản 2026, Chi bộ thôn Nặm Chá.{form}")
    details = {"paper": "so-bien-ban", "year": 2026, "form": form.value}
    assert AuditEvent.objects.get(verb="reporting.year_paper_taken").details == details


def test_unknown_paper_of_a_year_is_not_found(client: Client, cell: Organization) -> None:
    sign_in(client, cell, Role.SECRETARY)
    assert client.get(reverse("reporting:year_paper", args=[cell.public_id, "so-chi", 2026])).status_code == 404
