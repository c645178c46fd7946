"""Everybody's home: the secretary's month on one page, the others by their own address."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments.queries import gather_facts
from nennep.documents.models import Document
from nennep.duties.choices import DutyCategory
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting, NoticeReply
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.meeting import list_called
from nennep.members.models import Member
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.records.rules.cycle import Step, StepState
from nennep.reporting.choices import AttentionKind
from nennep.reporting.queries.facts import read_cells
from nennep.reporting.rules.triage import find_exceptions
from nennep.site.context_processors import menu
from nennep.site.queries import get_secretary_home
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_document
from tests.factories.meetings import at, make_item, make_meeting, make_secretary
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.weight import first_visit_bytes, page_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization, fixed_clock: datetime) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)


@pytest.fixture
def secretary(cell: Organization) -> User:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    make_member("Ma Công Lập", cell=cell, user=user)
    return user


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    found = make_meeting(cell)
    make_item(found, minutes=100)
    return found


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter


def give(cell: Organization, member: Member, due_on: date | None, title: str = "Làm mương") -> Duty:
    return Duty.objects.create(
        organization=cell,
        title=title,
        assignee=member,
        given_on=date(2026, 10, 3),
        due_on=due_on,
        category=DutyCategory.AD_HOC,
    )


def home_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_home_takes_the_same_queries(
    cell: Organization, secretary: User, meeting: Meeting, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        member = make_member(f"Đảng viên {number}", cell=cell)
        give(cell, member, date(2026, 11, 1))
        make_member(f"Chưa có việc {number}", cell=cell)
    client = Client()
    client.force_login(secretary)
    with django_assert_num_queries(32):  # four of them foresee how the call will go, until it went
        assert client.get("/").status_code == 200


def test_every_meeting_that_is_open_or_due_is_reached_from_home(
    cell: Organization, secretary: User, meeting: Meeting
) -> None:
    opened = make_meeting(cell, planned_for=at(date(2026, 11, 8)), kind=MeetingKind.EXTRAORDINARY)
    Meeting.objects.filter(pk=opened.pk).update(state=MeetingState.OPEN, opened_at=NOW)
    late = make_meeting(cell, planned_for=at(date(2026, 10, 3)))
    held = make_meeting(
        cell,
        planned_for=at(date(2026, 10, 20)),
        kind=MeetingKind.EXTRAORDINARY,
        state=MeetingState.HELD,
        opened_at=at(date(2026, 10, 20)),
        closed_at=at(date(2026, 10, 20), 21),
    )
    far = make_meeting(cell, planned_for=at(TODAY + timedelta(days=8)), kind=MeetingKind.EXTRAORDINARY)
    home = get_secretary_home(actor=make_secretary(cell), cell=cell.public_id, now=NOW)
    assert home.current is not None
    assert home.current.meeting == late
    assert [row.public_id for row in home.waiting] == [held.public_id, opened.public_id, meeting.public_id]
    assert [row.chip for row in home.waiting] == ["done", "due", "later"]
    client = Client()
    client.force_login(secretary)
    page = client.get("/").content.decode()
    for name, shown in (
        ("room:show_room", opened),
        ("records:follow_meeting", held),
        ("meetings:show_agenda", meeting),
    ):
        assert f'href="{reverse(name, args=[shown.public_id])}"' in page
    assert str(far.public_id) not in page


def test_the_first_visit_is_light(cell: Organization, secretary: User, meeting: Meeting) -> None:
    for number in range(25):
        give(cell, make_member(f"Đảng viên số {number}", cell=cell), date(2026, 11, 1))
    page = home_of(secretary)
    assert first_visit_bytes(page) <= 150_000
    assert page_bytes(page) <= 25_000


def test_each_step_has_its_one_red_action(cell: Organization, secretary: User, meeting: Meeting) -> None:
    """Prepare, announce, meet, conclude: what the headline and the button say."""
    assert "Thống nhất chương trình ngày 13/11" in home_of(secretary)
    Meeting.objects.update(prepared_at=NOW)
    assert "Gửi giấy mời cho 1 đảng viên" in home_of(secretary)
    Meeting.objects.update(announced_at=NOW)
    assert "Mở phòng sinh hoạt" in home_of(secretary)
    Meeting.objects.update(state=MeetingState.OPEN, opened_at=NOW)
    assert "Vào phòng sinh hoạt" in home_of(secretary)
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    page = home_of(secretary)
    assert ("Thông qua biên bản, ra nghị quyết" in page, page.count("btn-primary")) == (True, 1)


def test_a_day_that_passed_is_said_to_have_passed(cell: Organization, secretary: User, meeting: Meeting) -> None:
    Meeting.objects.update(planned_for=at(date(2026, 11, 3)), prepared_at=NOW, announced_at=NOW)
    page = home_of(secretary)
    assert ("Buổi 03/11/2026 chưa ghi là đã họp" in page, "Quá hạn 6 ngày" in page) == (True, True)
    assert ("Chưa họp, đã qua ngày" in page, "Buổi sinh hoạt tới" in page) == (True, False)


def test_the_home_counts_whom_the_meeting_called(cell: Organization, secretary: User, meeting: Meeting) -> None:
    """Not whoever belongs to the cell today: after a merger that is twice as many as the roll call has."""
    Meeting.objects.update(planned_for=at(date(2026, 11, 3)))
    actor = actor_of(secretary)
    before = get_secretary_home(actor=actor, cell=cell.public_id, now=NOW)
    for name in ("Bàn Thị Ghến", "Hà Văn Nắng"):
        joined = make_member(name, cell=cell)
        joined.memberships.update(valid_from=date(2026, 11, 4))
    after = get_secretary_home(actor=actor, cell=cell.public_id, now=NOW)
    assert (after.called, after.tally) == (before.called, before.tally)
    assert after.called == len(list_called(Meeting.objects.get(pk=meeting.pk))) > 0
    assert after.member_count == before.member_count + 2


def test_the_earliest_meeting_that_is_not_filed_is_the_month(
    cell: Organization, secretary: User, meeting: Meeting
) -> None:
    make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED)
    assert "Thống nhất chương trình ngày 03/12" in home_of(secretary)


def test_without_a_meeting_the_year_is_planned(cell: Organization, secretary: User) -> None:
    assert "Lập lịch năm nay" in home_of(secretary)


def test_answers_tasks_and_idle_members(cell: Organization, secretary: User, meeting: Meeting) -> None:
    busy, idle = make_member("Ma Đình Phúc", cell=cell), make_member("Bàn Thị Ghến", cell=cell)
    duty = give(cell, busy, TODAY - timedelta(days=7))
    give(cell, busy, TODAY + timedelta(days=60), "Việc còn xa hạn")
    NoticeReply.objects.create(meeting=meeting, member=busy, answer="coming", at=NOW)
    page = home_of(secretary)
    assert "Tháng 10 còn 1 việc chưa xong" in page
    assert "Quá hạn 7 ngày" in page
    assert reverse("duties:report_duty", args=[duty.public_id]) in page
    assert "2 đồng chí chưa có nhiệm vụ" in page
    assert f"?nguoi={idle.public_id}" in page
    assert "<b>1</b> sẽ dự" in page
    assert "<b>2</b> chưa trả lời" in page


def test_the_clocks_name_their_source(cell: Organization, secretary: User, meeting: Meeting) -> None:
    page = home_of(secretary)
    assert "Đến tay đảng viên chậm nhất hết ngày 12/11/2026." in page
    assert "Hướng dẫn 42-HD/BTCTW" in page


@pytest.mark.parametrize(
    ("role", "target"),
    [
        (Role.COMMUNE_OFFICER, "reporting:start"),
        (Role.PROVINCE_BOARD, "reporting:start"),
        (Role.OFFICIAL, "reporting:official_home"),
        (Role.MEMBER, "meetings:member_home"),
        (Role.ADMINISTRATOR, "organizations:browse_units"),
    ],
)
def test_other_roles_go_to_their_own_home(
    cell: Organization, commune: Organization, role: Role, target: str, sign_in: Callable[[User], Client]
) -> None:
    user = make_user()
    grant_role(user, role, commune, subtree=True)
    make_member("Vàng Thị Mỷ", cell=cell, user=user)
    client = sign_in(user)
    assert client.get("/").headers["Location"] == reverse(target)
    assert client.get("/", follow=True).status_code == 200


def test_without_a_role_the_page_says_whom_to_ask(fixed_clock: datetime) -> None:
    assert "chưa được giao vai nào" in home_of(make_user())


def test_somebody_with_two_roles_switches(
    cell: Organization, commune: Organization, secretary: User, meeting: Meeting, sign_in: Callable[[User], Client]
) -> None:
    official = grant_role(secretary, Role.OFFICIAL, commune, subtree=True)
    client = sign_in(secretary)
    assert "Tháng này còn việc gì?" in client.get("/").content.decode()
    assert "Cấp ủy viên được phân công dự sinh hoạt" in client.get(reverse("hats")).content.decode()
    client.post(reverse("wear_hat", args=[official.public_id]))
    assert client.get("/").headers["Location"] == reverse("reporting:official_home")
    foreign = grant_role(make_user(), Role.OFFICIAL, commune)
    assert client.post(reverse("wear_hat", args=[foreign.public_id])).status_code == 404


def test_the_menu_leads_to_pages_of_ones_own_cell(
    cell: Organization, secretary: User, meeting: Meeting, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(secretary)
    assert reverse("own", args=["ke-hoach"]) in client.get("/").content.decode()
    plan = client.get(reverse("own", args=["ke-hoach"]))
    assert plan.headers["Location"] == reverse("meetings:show_plan", args=[cell.public_id])
    assert client.get(reverse("own", args=["khong-co"])).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_every_address_of_the_menu_opens(
    cell: Organization, commune: Organization, meeting: Meeting, role: Role, sign_in: Callable[[User], Client]
) -> None:
    user = make_user()
    local = role.is_of_cell
    grant_role(user, role, cell if local else commune, subtree=not local)
    if local:
        make_member("Vàng Thị Mỷ", cell=cell, user=user)
    client = sign_in(user)
    request = client.get("/", follow=True).wsgi_request
    items = menu(request)["menu"]
    assert len(items) > 2
    assert {item.label: client.get(item.url, follow=True).status_code for item in items} == {
        item.label: 200 for item in items
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_followed_cells_take_the_same_queries(
    cell: Organization, commune: Organization, meeting: Meeting, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(1, rows):
        make_meeting(make_unit(f"Chi bộ {number}", parent=commune))
    user = make_user()
    grant_role(user, Role.OFFICIAL, commune, subtree=True)
    client = Client()
    client.force_login(user)
    with django_assert_num_queries(5):
        page = client.get(reverse("followed")).content.decode()
    assert "19:30 thứ Sáu, 13/11/2026" in page


@pytest.mark.parametrize(
    ("sent", "in_time"),
    [
        (at(date(2026, 11, 2), 22, 0), True),
        (at(date(2026, 11, 2), 23, 59), True),
        (at(date(2026, 11, 3), 0, 0), False),
    ],
    ids=["evening before", "last minute", "day itself"],
)
def test_papers_are_in_time_or_late_alike_on_the_home_page_the_communes_screen_and_the_score_sheet(
    cell: Organization, secretary: User, sent: datetime, in_time: bool
) -> None:
    """A meeting at 19:30: one day before (HD 42-HD/BTCTW) is the day before, at any hour."""
    meeting = make_meeting(cell, planned_for=at(date(2026, 11, 3)))
    actor = make_secretary(cell)
    paper = make_document(cell, actor)
    origin = origin_of(meeting)
    Document.objects.filter(pk=paper.pk).update(created_at=sent, origin_kind=origin.kind, origin_id=origin.id)
    (_prepare, step, *_later) = get_secretary_home(actor=actor, cell=cell.public_id, now=sent).steps
    assert (step.line.step, step.state == StepState.LATE) == (Step.ANNOUNCE, not in_time)
    Meeting.objects.filter(pk=meeting.pk).update(announced_at=sent)
    (record,) = read_cells(cells=[cell], today=date(2026, 11, 3))
    assert (AttentionKind.PAPERS_LATE in {found.kind for found in find_exceptions(record.facts)}) is not in_time
    meeting.refresh_from_db()
    assert gather_facts(meeting=meeting, today=meeting.held_on).papers_on_time is in_time
