"""A petition's whole way: asked in a village room, up to the province and back to the village, which says «partly»."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.meetings.services.schedule import ensure_schedule
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitDetails
from nennep.petitions.choices import PetitionState, StepKind, Word
from nennep.petitions.models import Petition
from nennep.petitions.services import keep_clocks
from nennep.site.management.commands.init import install
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import VIETNAM
from tests.factories.members import make_post
from tests.factories.organizations import make_term, make_unit
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, DESKTOP, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SECRETARY, COMMUNE, PROVINCE = "Ma Công Lập", "Vũ Thị Minh Nguyệt", "Hà Văn Thụ"
TEXT = "Đề nghị sửa cầu treo Nà Khà, mố cầu đã nứt."
EVENING = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
END = datetime(2026, 11, 3, 21, 10, tzinfo=VIETNAM)
NEXT_EVENING = datetime(2027, 1, 3, 19, 30, tzinfo=VIETNAM)
MORNING = timedelta(hours=13)


@pytest.fixture
def province(moment: MoveClock) -> Organization:
    details = UnitDetails("38", "Đảng bộ tỉnh Tuyên Quang", UnitKind.PROVINCE)
    return install(details, date(2025, 7, 1), "quan-tri", BEGINNING).unit


@pytest.fixture
def commune(province: Organization) -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, parent=province)


@pytest.fixture
def cell(commune: Organization, phone: Page) -> Organization:
    """Three members; the secretary is signed in on the phone."""
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)
    make_term(cell)
    user = make_user(SECRETARY)
    make_post(join_cell(cell, SECRETARY, user_id=user.pk), cell, PostKind.SECRETARY)
    for name in ("Ma Thị Vân", "Triệu Văn Hin"):
        join_cell(cell, name)
    grant_role(user, Role.SECRETARY, cell)
    for year in (2026, 2027):
        ensure_schedule(actor=Actor.system(), organization=cell, year=year, now=BEGINNING)
    sign_in(phone, user.username)
    return cell


def enter(open_page: OpenPage, name: str, unit: Organization) -> Page:
    """The desk of somebody who answers for that unit."""
    page, user = open_page(DESKTOP), make_user(name)
    grant_role(user, Role.COMMUNE_OFFICER, unit, subtree=True)
    sign_in(page, user.username)
    return page


def ask_in_the_room(phone: Page, meeting: Meeting) -> None:
    phone.goto(reverse("room:open_meeting", args=[meeting.public_id]))
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    phone.goto(reverse("room:show_room", args=[meeting.public_id]) + "#nhiem-vu")
    phone.locator("#id_petition").fill(TEXT)
    phone.locator("#id_petitioner").fill("Nhân dân trong thôn")
    phone.get_by_role("button", name="Ghi kiến nghị").click()
    expect(phone.locator("#kien-nghi")).to_contain_text("cầu treo Nà Khà")


def pass_on(page: Page, petition: Petition, to: Organization) -> None:
    page.goto(reverse("petitions:show_petition", args=[petition.public_id]))
    page.get_by_role("link", name="Chuyển nơi có thẩm quyền").click()
    page.get_by_role("button", name=to.name).click()
    expect(page.locator("main")).to_contain_text(f"Đã chuyển đến {to.name}.")


def answer_with_a_promise(desk: Page, province: Organization, petition: Petition) -> None:
    """What rose is found on the province's own list, answered with a day, and done."""
    desk.goto(reverse("petitions:show_work", args=[province.public_id]) + "?loc=tu-len")
    assert_usable(desk)
    desk.get_by_role("link", name="cầu treo Nà Khà").first.click()
    desk.get_by_role("link", name="Ghi trả lời").click()
    desk.get_by_label("Trả lời", exact=True).fill("Tỉnh sửa mố cầu và mặt cầu.")
    desk.get_by_label("Hẹn giải quyết xong chậm nhất ngày").fill("31/12/2026")
    desk.get_by_role("button", name="Ghi", exact=False).last.click()
    expect(desk.locator("main")).to_contain_text("Hẹn giải quyết")
    assert_usable(desk)


def say_done(desk: Page, petition: Petition) -> None:
    desk.goto(reverse("petitions:show_petition", args=[petition.public_id]))
    desk.get_by_role("link", name="Báo đã làm xong").click()
    desk.get_by_label("Nội dung").fill("Đã sửa xong mố cầu.")
    desk.get_by_role("button", name="Ghi", exact=False).last.click()
    expect(desk.locator("main")).to_contain_text("Đã báo làm xong")


def say_partly(phone: Page, meeting: Meeting) -> None:
    """Back in the village: on the programme, and one tap away in the room."""
    phone.goto(reverse("meetings:show_agenda", args=[meeting.public_id]))
    expect(phone.locator("main")).to_contain_text("cầu treo Nà Khà")
    phone.goto(reverse("room:open_meeting", args=[meeting.public_id]))
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    phone.goto(reverse("room:show_room", args=[meeting.public_id]) + "#nhiem-vu")
    expect(phone.locator("#kien-nghi")).to_contain_text("Đảng bộ tỉnh Tuyên Quang: Tỉnh sửa mố cầu")
    phone.locator("#kien-nghi").get_by_role("button", name="Chưa xong").click()
    assert_usable(phone)
    phone.get_by_label("Được một phần").check()
    phone.get_by_label("Vì sao chưa xong").fill("Mặt cầu vẫn thủng.")
    phone.get_by_role("button", name="Ghi", exact=False).last.click()
    expect(phone.locator("#kien-nghi")).to_contain_text("cầu treo Nà Khà")
    expect(phone.locator("#kien-nghi").get_by_role("button", name="Chưa xong")).to_have_count(0)


def test_from_the_village_to_the_province_and_back(
    open_page: OpenPage,
    phone: Page,
    cell: Organization,
    commune: Organization,
    province: Organization,
    moment: MoveClock,
) -> None:
    below, above = enter(open_page, COMMUNE, commune), enter(open_page, PROVINCE, province)
    moment(EVENING)
    ask_in_the_room(phone, Meeting.objects.get(organization=cell, month=date(2026, 11, 1)))
    petition = Petition.objects.get()
    moment(END)
    pass_on(phone, petition, commune)
    moment(END + MORNING)
    pass_on(below, petition, cell)
    petition.refresh_from_db()
    assert (petition.bounces, petition.holder_id) == (1, cell.pk)
    first_due = petition.due_on
    pass_on(phone, petition, commune)
    petition.refresh_from_db()
    assert petition.due_on >= first_due
    morning_after = datetime.combine(petition.due_on + timedelta(days=1), EVENING.time(), VIETNAM)
    moment(morning_after)
    keep_clocks(actor=Actor.system(), now=morning_after)
    petition.refresh_from_db()
    assert (petition.risen, petition.holder_id) == (True, province.pk)
    answer_with_a_promise(above, province, petition)
    petition.refresh_from_db()
    assert (petition.state, petition.promised_for) == (PetitionState.PROMISED, date(2026, 12, 31))
    moment(morning_after + timedelta(days=7))
    say_done(above, petition)
    moment(NEXT_EVENING)
    say_partly(phone, Meeting.objects.get(organization=cell, month=date(2027, 1, 1)))
    petition.refresh_from_db()
    assert (petition.state, petition.word, petition.holder_id) == (PetitionState.OPEN, Word.PARTLY, province.pk)
    way = [step.kind for step in petition.steps.order_by("at", "pk")]
    assert way == [
        *(StepKind.NOTED, StepKind.PASSED_ON, StepKind.BOUNCED, StepKind.PASSED_ON),
        *(StepKind.RISEN, StepKind.ANSWERED, StepKind.DONE, StepKind.PARTLY),
    ]
