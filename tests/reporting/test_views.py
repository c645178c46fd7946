"""The commune's screen, a cell's page, rows, reminders, the spreadsheet: who sees what, and at what cost."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments.choices import Grade
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.notifications.models import Notification
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import FormerCellType, Organization
from nennep.organizations.services import move_organization
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.reporting.queries.cell import get_cell_page
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.listed.attendance import ATTENDANCE
from nennep.reporting.queries.listed.duties import DUTIES
from nennep.reporting.queries.listed.kinds import ListedFigure
from nennep.reporting.queries.rows import RowsPage, find_measure, get_rows_page
from nennep.reporting.services import remind_secretary
from nennep.reporting.services.reminders import (
    AlreadyReminded,
    NobodyToRemind,
    NothingToRemind,
)
from nennep.room.choices import AttendanceState
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.assessments import score_meeting
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.reporting import make_full_month, make_meeting, mark_present
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def desk(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def add_cell(commune: Organization, name: str = "Chi bộ thôn Khau Quang", *, secretary: bool = True) -> Organization:
    cell = make_unit(name, parent=commune, cell_type=CellType.VILLAGE)
    if secretary:
        make_post(make_member("Ma Công Lập", cell=cell, user=make_user("Ma Công Lập")), cell)
    return cell


def use_from_this_month(cell: Organization) -> None:
    Organization.objects.filter(pk=cell.pk).update(used_from=TODAY.replace(day=1))


def unit_url(unit: Organization) -> str:
    return reverse("reporting:unit", args=[unit.public_id])


def test_screen_shows_the_exception_the_figures_and_the_matrix(desk: Client, commune: Organization) -> None:
    cell = add_cell(commune)
    use_from_this_month(cell)
    make_full_month(add_cell(commune, "Chi bộ thôn Nặm Chá", secretary=False))
    page = squeeze(desk.get(unit_url(commune)).content.decode())
    assert "<b>2 chi bộ</b>có việc cần xem." in page
    assert "Chưa họp tháng 11, chưa ghi lý do" in page
    assert "Hạn 07/11, quá 2 ngày." in page
    assert 'aria-label="X, 11/2026: không họp"' in page
    assert 'aria-label="T, 11/2026: tốt"' in page
    assert "<b>1<small>/2</small></b><span>chi bộ đã họp</span>" in page
    assert reverse("reporting:remind", args=[cell.public_id]) in page


@pytest.mark.parametrize(("day", "named"), [(date(2026, 11, 8), True), (date(2026, 11, 9), False)])
@pytest.mark.parametrize("kind", [MeetingKind.REGULAR, MeetingKind.EXTRAORDINARY])
def test_a_meeting_that_nobody_closed_is_named_from_the_next_day_on(
    desk: Client, commune: Organization, kind: MeetingKind, day: date, *, named: bool
) -> None:
    cell = add_cell(commune)
    meeting = make_meeting(cell, day, kind=kind, state=MeetingState.OPEN)
    meeting.opened_at = meeting.planned_for
    meeting.save()
    page = desk.get(unit_url(commune)).content.decode()
    link = (
        f'<a href="{reverse("meetings:show_meeting", args=[meeting.public_id])}"><b>Buổi 08/11 đã mở, chưa kết thúc</b>'
    )
    assert (link in page, "đã mở, chưa kết thúc" in page) == (named, named)


def test_screen_of_an_empty_commune_says_what_to_do(desk: Client, commune: Organization) -> None:
    assert "Hãy nhập danh sách đơn vị trước." in desk.get(unit_url(commune)).content.decode()


def test_what_the_commune_itself_has_not_answered_stands_on_its_screen_and_opens_those_rows(
    desk: Client, commune: Organization
) -> None:
    cell = add_cell(commune)
    for days, text in ((-9, "Sửa cầu Nà Khà"), (-1, "Kéo điện"), (0, "Đến hạn hôm nay")):
        make_petition(cell, text, holder=commune, due_on=TODAY + timedelta(days=days))
    answered = {"state": PetitionState.ANSWERED, "answered_on": TODAY, "answer": "Đã sửa."}
    make_petition(cell, "Đã trả lời", holder=commune, due_on=TODAY - timedelta(days=3), **answered)
    make_petition(cell, "Ở chi bộ", due_on=TODAY - timedelta(days=3))
    page = squeeze(desk.get(unit_url(commune)).content.decode())
    late = reverse("petitions:show_unit", args=[commune.public_id]) + "?loc=qua-han"
    assert "Kiến nghị chờ trả lời (3, 2 quá hạn)" in " ".join(page.split())
    assert f'href="{late}"' in page
    assert "Quá hạn 9 ngày" in page
    rows = desk.get(late).context["rows"]
    assert [row.text for row in rows] == ["Sửa cầu Nà Khà", "Kéo điện"]


def test_a_screen_without_late_petitions_and_that_of_a_month_that_is_over_say_nothing_of_them(
    desk: Client, commune: Organization
) -> None:
    make_petition(add_cell(commune), holder=commune, due_on=TODAY)
    assert "?loc=qua-han" not in desk.get(unit_url(commune)).content.decode()
    Petition.objects.update(due_on=TODAY - timedelta(days=1))
    assert "?loc=qua-han" not in desk.get(unit_url(commune) + "?ky=2026-10").content.decode()


def test_whoever_may_not_read_the_petitions_of_a_unit_is_told_no_number(commune: Organization) -> None:
    make_petition(add_cell(commune), holder=commune, due_on=TODAY - timedelta(days=1))
    reader = make_actor(Permission.ORGANIZATIONS_READ, Permission.FIGURES_READ, path=commune.path)
    assert get_commune_page(actor=reader, unit=commune, today=TODAY).petitions is None


def fill_cells(commune: Organization, count: int) -> list[Organization]:
    cells = [add_cell(commune, f"Chi bộ thôn số {number}", secretary=False) for number in range(count)]
    for cell in cells:
        make_full_month(cell)
    return cells


@pytest.mark.parametrize("cells", [1, 3])
def test_screen_costs_the_same_queries_for_any_number_of_cells(
    commune: Organization, cells: int, django_assert_num_queries: Any
) -> None:
    fill_cells(commune, cells)
    with django_assert_num_queries(53):
        get_commune_page(actor=Actor.system(), unit=commune, today=TODAY)


@pytest.mark.parametrize("cells", [1, 3])
def test_cell_page_costs_the_same_for_any_number_of_sisters(
    commune: Organization, cells: int, django_assert_num_queries: Any
) -> None:
    cell, *_ = fill_cells(commune, cells)
    with django_assert_num_queries(56):
        get_cell_page(actor=Actor.system(), unit=cell, today=TODAY)


ROW_QUERIES = {"da-hop": 9, "dung-ngay": 9, "du-hop": 8, "vang-khong-ly-do": 6, "nhiem-vu": 9, "chuyen-de": 8}


@pytest.mark.parametrize("address", [measure.address for measure in LISTED])
@pytest.mark.parametrize("cells", [1, 3])
def test_rows_cost_the_same_for_any_number_of_cells(
    commune: Organization, address: str, cells: int, django_assert_num_queries: Any
) -> None:
    fill_cells(commune, cells)
    with django_assert_num_queries(ROW_QUERIES[address]):
        page = read_list(commune, find_measure(address))
    assert len({row.cell for row in page.rows}) == (0 if address == "vang-khong-ly-do" else cells)


def read_list(commune: Organization, measure: ListedFigure) -> RowsPage:
    return get_rows_page(actor=Actor.system(), unit=commune, span=Span(Month(2026, 11)), measure=measure, today=TODAY)


def test_attendance_puts_the_lowest_share_first(commune: Organization) -> None:
    here, away = AttendanceState.PRESENT, AttendanceState.EXCUSED
    names = {"Chi bộ thôn A": [here, here], "Chi bộ thôn B": [here, away], "Chi bộ thôn C": [away, away]}
    for name, states in names.items():
        cell = add_cell(commune, name, secretary=False)
        people = [make_member(f"Nông Văn {number}", cell=cell) for number in range(2)]
        mark_present(make_meeting(cell, date(2026, 11, 3)), people, states)
    page = read_list(commune, ATTENDANCE)
    assert [(row.name, row.values[-1], row.late) for row in page.rows] == [
        ("C", "0,0%", True),
        ("B", "50,0%", True),
        ("A", "100,0%", False),
    ]


def test_cell_page_names_its_place_among_sisters(desk: Client, commune: Organization) -> None:
    cell = add_cell(commune, secretary=False)
    Organization.objects.filter(pk=cell.pk).update(used_from=date(2026, 10, 1))
    make_full_month(cell)
    make_full_month(add_cell(commune, "Chi bộ thôn Nặm Chá", secretary=False))
    page = desk.get(unit_url(cell)).content.decode()
    assert "Họp đúng ngày <b>2 trên 2 tháng</b>, điểm <b>90,0</b>." in page
    assert "Không thấp hơn mức giữa của các chi bộ cùng loại (90,0)." in page
    assert "Làm mương" in page


def test_sisters_are_those_of_each_month(commune: Organization) -> None:
    """One came from elsewhere in November, one was of another type until then: September is compared with neither."""
    cell = add_cell(commune, "Chi bộ thôn A", secretary=False)
    other = make_unit("Đảng bộ xã Khác", kind=UnitKind.BASE)
    moved, changed = (
        add_cell(other, "Chi bộ thôn B", secretary=False),
        add_cell(commune, "Chi bộ thôn C", secretary=False),
    )
    for unit in (cell, moved, changed):
        make_full_month(unit)
        september = make_meeting(unit, date(2026, 9, 3))
        score_meeting(september, total=50, grade=Grade.POOR)
    actor, day, then = Actor.system(), date(2026, 10, 15), NOW.replace(month=10, day=15)
    move_organization(actor=actor, organization=moved, parent=commune, on=day, reason="Sắp xếp", now=then)
    FormerCellType.objects.create(organization=changed, until=date(2026, 11, 1), cell_type=CellType.OFFICE)
    sisters = get_cell_page(actor=actor, unit=cell, today=TODAY).sisters
    assert (sisters.cells, sisters.score) == (2, Decimal(90))


def test_cell_page_says_the_figures_of_the_month_as_the_communes_page_does(desk: Client, commune: Organization) -> None:
    cell = add_cell(commune, secretary=False)
    make_full_month(cell)
    page = squeeze(desk.get(unit_url(cell)).content.decode())
    assert "<b>66,7%</b><span>đảng viên dự (2/3), tháng 11/2026</span>" in page
    assert "<b>0<small>/1</small></b><span>nhiệm vụ đến hạn xong đúng hạn, tháng 11/2026</span>" in page
    assert [address for address in ROW_QUERIES if f"/2026-11/{address}/" in page] == ["du-hop", "nhiem-vu"]


def test_matrix_may_be_sorted_by_score(desk: Client, commune: Organization) -> None:
    add_cell(commune, "Chi bộ thôn A", secretary=False)
    make_full_month(add_cell(commune, "Chi bộ thôn B", secretary=False))
    actor = Actor.system()
    names = [
        [
            row.name
            for group in get_commune_page(actor=actor, unit=commune, today=TODAY, by_score=by_score).groups
            for row in group.rows
        ]
        for by_score in (False, True)
    ]
    assert names == [["A", "B"], ["B", "A"]]
    assert desk.get(unit_url(commune) + "?xep=diem").status_code == 200


def test_matrix_is_grouped_by_the_unit_above_where_there_are_several(commune: Organization) -> None:
    for name in ("Đảng bộ bộ phận Ủy ban", "Đảng bộ bộ phận Công an"):
        add_cell(make_unit(name, kind=UnitKind.SUB, parent=commune), f"Chi bộ {name}")
    page = get_commune_page(actor=Actor.system(), unit=commune, today=TODAY)
    assert [group.title for group in page.groups] == ["Đảng bộ bộ phận Công an", "Đảng bộ bộ phận Ủy ban"]


def test_figures_open_their_rows(desk: Client, commune: Organization) -> None:
    make_full_month(add_cell(commune, secretary=False))
    add_cell(commune, "Chi bộ thôn Chưa họp")
    page = desk.get(reverse("reporting:rows", args=[commune.public_id, "2026-11", "da-hop"])).content.decode()
    assert page.index("chưa họp") < page.index("03/11/2026")


@pytest.mark.parametrize(("month", "what"), [("2026-13", "da-hop"), ("2026-11", "khong-co"), ("0000-01", "da-hop")])
def test_unknown_month_or_list_is_not_found(desk: Client, commune: Organization, month: str, what: str) -> None:
    assert desk.get(f"/bao-cao/don-vi/{commune.public_id}/{month}/{what}/").status_code == 404


def test_list_of_members_goes_into_the_trail(desk: Client, commune: Organization) -> None:
    for what in ("da-hop", "nhiem-vu"):
        desk.get(reverse("reporting:rows", args=[commune.public_id, "2026-11", what]))
    event = AuditEvent.objects.get(verb="reporting.list_read")
    assert (event.details, event.target_label) == ({"what": "nhiem-vu"}, commune.name)


def test_table_is_a_spreadsheet_of_letters(desk: Client, commune: Organization) -> None:
    make_full_month(add_cell(commune, "Chi bộ thôn =1+1", secretary=False))
    response = desk.get(reverse("reporting:table", args=[commune.public_id]))
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Nhóm", "Chi bộ", "12/2025")
    assert rows[1][:2] == ("Thôn, tổ dân phố", "'=1+1")
    assert rows[1][-4:] == ("C", "T", 90, 66.7)
    assert AuditEvent.objects.filter(verb="reporting.table_taken").count() == 1


def test_officer_reminds_a_secretary_once_a_day(desk: Client, commune: Organization) -> None:
    cell = add_cell(commune)
    use_from_this_month(cell)
    url = reverse("reporting:remind", args=[cell.public_id])
    response = desk.post(url, {"ve": str(commune.public_id)}, follow=True)
    assert response.redirect_chain == [(unit_url(commune), 302)]
    assert "Đã nhắc đồng chí Ma Công Lập" in response.content.decode()
    assert "Đã nhắc hôm nay" in response.content.decode()
    notice = Notification.objects.get()
    assert (notice.title, notice.user.full_name) == ("Chưa họp tháng 11, chưa ghi lý do", "Ma Công Lập")
    assert "Hôm nay đã nhắc bí thư" in desk.post(url, follow=True).content.decode()
    assert Notification.objects.count() == 1


def test_officer_reminds_all_who_are_overdue(desk: Client, commune: Organization) -> None:
    add_cell(commune, "Chi bộ thôn A")
    add_cell(commune, "Chi bộ thôn B")
    add_cell(commune, "Chi bộ thôn C", secretary=False)
    page = desk.post(reverse("reporting:remind_all", args=[commune.public_id]), follow=True).content.decode()
    assert "Đã nhắc 2 bí thư." in page
    assert "Chi bộ thôn C chưa có bí thư dùng chương trình" in page
    assert Notification.objects.count() == 2


def test_reminders_are_refused_in_words(commune: Organization, officer: User) -> None:
    actor = actor_of(officer)
    cell = add_cell(commune)
    remind_secretary(actor=actor, organization=cell, now=NOW)
    with pytest.raises(AlreadyReminded):
        remind_secretary(actor=actor, organization=cell, now=NOW)
    with pytest.raises(NobodyToRemind):
        remind_secretary(actor=actor, organization=add_cell(commune, secretary=False), now=NOW)
    closed = make_unit("Chi bộ mới lập", parent=commune, opened_on=date(2026, 11, 8))
    make_meeting(closed, date(2026, 11, 9))
    with pytest.raises((NothingToRemind, NobodyToRemind)):
        remind_secretary(actor=actor, organization=closed, now=NOW)


def test_secretary_reads_the_own_cell_and_reminds_nobody(client: Client, commune: Organization) -> None:
    cell = add_cell(commune)
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    page = client.get(unit_url(cell))
    assert page.status_code == 200
    assert "Nhắc bí thư" not in page.content.decode()
    assert client.post(reverse("reporting:remind", args=[cell.public_id])).status_code == 403
    assert Notification.objects.count() == 0
    with pytest.raises(NotAllowed):
        remind_secretary(actor=actor_of(user), organization=cell, now=NOW)
    assert client.get(unit_url(commune)).status_code == 404


def test_missing_unit_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("reporting:unit", args=[uuid4()])).status_code == 404


def test_reading_never_writes_reminders(desk: Client, commune: Organization) -> None:
    assert desk.get(reverse("reporting:remind", args=[add_cell(commune).public_id])).status_code == 405


def test_start_goes_to_the_one_unit(desk: Client, commune: Organization, officer: User) -> None:
    assert desk.get(reverse("reporting:start")).headers["Location"] == unit_url(commune)
    grant_role(officer, Role.COMMUNE_OFFICER, make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE), subtree=True)
    assert "Đảng bộ xã Thượng Lâm" in desk.get(reverse("reporting:start")).content.decode()


def test_start_of_somebody_who_follows_cells_lists_them(client: Client, commune: Organization) -> None:
    official = make_user("Lương Quốc Hưng")
    cells = [make_unit(name, parent=commune) for name in ("Chi bộ thôn Nà Khà", "Chi bộ thôn Nặm Chá")]
    for cell in cells:
        grant_role(official, Role.OFFICIAL, cell, subtree=True)
    client.force_login(official)
    page = client.get(reverse("reporting:start")).content.decode()
    assert [cell.name for cell in cells if cell.name not in page] == []


def test_start_of_nobody_says_what_to_wait_for(client: Client) -> None:
    client.force_login(make_user())
    assert "chưa được giao theo dõi đơn vị nào" in client.get(reverse("reporting:start")).content.decode()


def test_levels_are_explained(desk: Client) -> None:
    assert "Vì sao một chi bộ hiện ở đây" in desk.get(reverse("reporting:levels")).content.decode()


def test_overdue_tasks_come_first_among_those_due(commune: Organization) -> None:
    cell = add_cell(commune, secretary=False)
    member = make_member("Lý Thị Mỷ", cell=cell)
    for title, day in (("Việc còn hạn", 20), ("Việc quá hạn", 5)):
        make_duty(cell, member, title, due_on=date(2026, 11, day))
    page = read_list(commune, DUTIES)
    assert [(row.values[0], row.late) for row in page.rows] == [("Việc quá hạn", True), ("Việc còn hạn", False)]
