"""The report of a unit for a month, a quarter, a year: what its screen shows, nobody by name, for whoever reads the screen."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments.choices import Grade
from nennep.audit.models import AuditEvent
from nennep.core.errors import NotFound
from nennep.core.periods import Span
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.reporting.choices import Form
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.papers.spans import FigureLine, FindingLine, find_unit_report
from nennep.reporting.renderers.files import make_file
from nennep.room.choices import AttendanceState
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.assessments import score_meeting
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting, mark_present
from tests.reporting.test_pdf import read_pages

pytestmark = pytest.mark.django_db
Q3 = Span.parse("2026-q3")


@pytest.fixture
def commune() -> Organization:
    """Two cells: one met in July, August and September, the other one in August."""
    province = make_unit("Đảng bộ tỉnh Tuyên Quang", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, parent=province)
    for name, months in (("Nặm Chá", (7, 8, 9)), ("Làng Chùa", (8,))):
        cell = make_unit(f"Chi bộ thôn {name}", parent=commune, cell_type=CellType.VILLAGE)
        members = [make_member(f"Ma Văn {name} {number}", cell=cell) for number in range(2)]
        for month in months:
            meeting = make_meeting(cell, date(2026, month, 3))
            mark_present(meeting, members, [AttendanceState.PRESENT, AttendanceState.UNEXCUSED])
    return commune


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


def test_the_paper_says_what_the_screen_shows(commune: Organization, officer: User) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Làng Chùa")
    details = PetitionDetails("Sửa cầu Nà Khà", holder=commune)
    note_petition(actor=actor_of(officer), organization=cell, details=details, raised_on=date(2026, 9, 1), now=NOW)
    actor = actor_of(officer)
    paper = find_unit_report(actor=actor, unit=commune, span=Q3, today=TODAY)
    screen = get_commune_page(actor=actor, unit=commune, today=TODAY, span=Q3)
    head = paper.letterhead
    assert (head.upper, head.issuer, head.place, head.symbol) == (
        "Tỉnh ủy Tuyên Quang",
        "Đảng ủy xã Lăng Can",
        "Lăng Can",
        "Số .....-BC/ĐU",
    )
    assert paper.subject == "kết quả sinh hoạt chi bộ quý III/2026"
    assert paper.opening == "Số liệu tính đến hết ngày 30/09/2026, cộng từ sổ sách của 2 chi bộ."
    shown = [
        f"{figure.number}/{figure.whole}" if figure.is_share else str(figure.number)
        for _a, figure in screen.shown_figures
    ]
    assert [line.number for line in paper.figures][: len(shown)] == shown
    assert paper.figures[0] == FigureLine("Buổi thường kỳ đã họp", "4/6")
    assert paper.figures[-4:] == (
        FigureLine("Kiến nghị nêu trong kỳ", "1"),
        FigureLine("Kiến nghị trả lời trong kỳ", "0"),
        FigureLine("Kiến nghị chờ đơn vị trả lời", "1, quá hạn 0"),
        FigureLine("Kiến nghị chờ ở nơi khác", "0"),
    )
    exceptions = [row for level in screen.levels for row in level.rows if not row.finding.has_reason]
    assert paper.findings == tuple(FindingLine(row.name, row.finding.title) for row in exceptions)
    assert [line.cell for line in paper.findings] == ["Làng Chùa", "Nặm Chá"]
    assert [(line.cell, line.met, line.percent) for line in paper.cells] == [
        ("Làng Chùa", "1/3", "50,0%"),
        ("Nặm Chá", "3/3", "50,0%"),
    ]
    assert paper.signature.name == "Vũ Thị Minh Nguyệt"


def test_no_member_and_no_written_reason_stands_on_it(commune: Organization, officer: User) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Làng Chùa")
    meeting = make_meeting(cell, date(2026, 9, 20), kind=MeetingKind.REGULAR)
    RuleDeparture.objects.create(
        meeting=meeting, rule_key="attendance.target_pct", reason="đồng chí Ma Văn ốm", at=NOW, by_name="Ma Công Lập"
    )
    paper = find_unit_report(actor=actor_of(officer), unit=commune, span=Q3, today=TODAY)
    words = "\n".join(read_pages(make_file(paper, Form.PDF)))
    assert "Ma Văn" not in words
    assert "Vũ Thị Minh Nguyệt" in words
    assert "kết quả sinh hoạt chi bộ quý III/2026" in words


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("span", ["2026-09", "2026-q3", "2026"])
def test_the_officer_takes_it_and_the_trail_says_so(
    client: Client, commune: Organization, officer: User, fixed_clock: None, form: Form, span: str
) -> None:
    client.force_login(officer)
    name = {Form.WORD: "reporting:unit_report", Form.PDF: "reporting:unit_report_pdf"}[form]
    answer = client.get(reverse(name, args=[commune.public_id, span]))
    assert answer.status_code == 200
    expected = f"Báo cáo sinh hoạt chi bộ {span}, Đảng bộ xã Lăng Can.{form}"
    assert unquote(answer["Content-Disposition"]).endswith(expected)
    event = AuditEvent.objects.get(verb="reporting.table_taken")
    assert event.details == {"paper": f"bao-cao-{span}", "form": form.value}


def test_nobody_else_takes_it_and_there_is_none_of_a_cell_or_of_what_is_to_come(
    client: Client, commune: Organization, officer: User, fixed_clock: None
) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Làng Chùa")
    secretary = make_user("Ma Công Lập")
    grant_role(secretary, Role.SECRETARY, cell)
    for user, unit, span in ((secretary, commune, "2026"), (officer, cell, "2026"), (officer, commune, "2026-12")):
        client.force_login(user)
        assert client.get(reverse("reporting:unit_report", args=[unit.public_id, span])).status_code == 404
    with pytest.raises(NotFound):
        find_unit_report(actor=actor_of(officer), unit=cell, span=Q3, today=TODAY)
    assert not AuditEvent.objects.filter(verb="reporting.table_taken").exists()


def test_the_mean_score_is_of_the_months_that_the_paper_is_about(commune: Organization, officer: User) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Nặm Chá")
    meetings = list(Meeting.objects.filter(organization=cell).order_by("month"))
    score_meeting(make_meeting(cell, date(2026, 5, 3)), total=60, grade=Grade.FAIR)
    for meeting, total in zip(meetings, (80, 91), strict=False):
        score_meeting(meeting, total=total, grade=Grade.GOOD, at=meeting.closed_at or NOW)
    paper = find_unit_report(actor=actor_of(officer), unit=commune, span=Q3, today=TODAY)
    assert {line.cell: line.score for line in paper.cells} == {"Nặm Chá": "85,5", "Làng Chùa": "–"}
