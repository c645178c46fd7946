"""A year of visits: the board publishes a plan, an official falls out, a substitute goes, reports, and is counted."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.meetings.services.schedule import ensure_schedule
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.planning.models import VisitPlan
from nennep.policies.services import apply_delivered_pack
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import VIETNAM
from tests.factories.members import make_post
from tests.factories.organizations import make_unit
from tests.factories.visits import hold_office
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, PHONE, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 12, 3, 19, 30, tzinfo=VIETNAM)
UNDER_THE_BAR = ["target-size"]


@dataclass(frozen=True)
class Place:
    """One cell with its secretary, two officials of the commune; everybody may go there."""

    cell: Organization
    secretary: User
    officials: tuple[User, User]


@pytest.fixture
def place(commune: Organization) -> Place:
    """The cell meets on the 3rd; the commune follows Kon Tum's regulation of six visits a year since November."""
    cell = make_unit("Chi bộ bản Huổi Sét", parent=commune, cell_type=CellType.VILLAGE)
    secretary = make_user("Hà Thị Sen")
    leader = join_cell(cell, "Hà Thị Sen", user_id=secretary.pk)
    make_post(leader, cell, PostKind.SECRETARY)
    for name in ("Lò Văn Pánh", "Quàng Thị Ín"):
        join_cell(cell, name)
    grant_role(secretary, Role.SECRETARY, cell)
    officials = (make_user("Cầm Văn Thịnh"), make_user("Tòng Thị Ánh"))
    for user in officials:
        hold_office(user, commune, valid_from=date(2026, 11, 1))
        grant_role(user, Role.OFFICIAL, cell)
    system = Actor.system()
    apply_delivered_pack(
        actor=system, organization=commune, code="kon-tum-776-2023", valid_from=BEGINNING.date(), now=BEGINNING
    )
    ensure_schedule(actor=system, organization=cell, year=2026, now=BEGINNING)
    return Place(cell, secretary, officials)


def publish_a_plan(officer: Page) -> None:
    """From the menu to a published plan of this year: one visit for the cell."""
    officer.locator(".nn-menu summary").click()
    officer.get_by_role("link", name="Xếp lịch dự sinh hoạt").click()
    assert_usable(officer)
    officer.locator("label", has_text="2026").click()
    officer.get_by_role("button", name="Soạn lịch").click()
    assert_usable(officer)
    officer.locator("[name=visits_per_cell]").fill("2")
    officer.get_by_role("button", name="Dùng cách này").click()
    assert_usable(officer)
    officer.get_by_role("link", name="Theo cán bộ").click()
    assert_usable(officer)
    for box in officer.locator("main input[type=number]").all():
        box.fill("1")
    officer.get_by_role("button", name="Ghi số lượt đã sửa").click()
    solve_and_publish(officer)


def solve_and_publish(officer: Page) -> None:
    officer.get_by_role("button", name="Xếp lịch").click()
    expect(officer.locator(".nn-lede")).to_contain_text("lượt dự")
    accept(officer)


def accept(officer: Page) -> None:
    """Look at what was worked out, then publish it."""
    assert_usable(officer)
    officer.get_by_role("link", name="Xem lại rồi ban hành").click()
    assert_usable(officer)
    officer.get_by_role("button", name="Ban hành").click()
    expect(officer.locator("main")).to_contain_text("Đã ban hành")


def falls_out(officer: Page, name: str) -> str:
    """Note that the official cannot go in December; the change that is proposed, as the page says it."""
    officer.get_by_role("link", name="Ghi ngày bận").first.click()
    officer.get_by_label("Cán bộ").select_option(label=f"{name}, Đảng ủy viên xã, phường")
    officer.get_by_label("Từ ngày").fill("01/12/2026")
    officer.get_by_label("Đến hết ngày").fill("31/12/2026")
    officer.get_by_label("Lý do").fill("Đi học tập trung")
    officer.get_by_role("button", name="Ghi và tìm người thay").click()
    expect(officer.locator("#changes")).to_be_visible()
    return " ".join(officer.locator("section", has=officer.locator("#changes")).inner_text().split())


def attend(phone: Page, place: Place, official: str) -> None:
    """The cell's evening: the secretary opens the room, calls the roll and taps who came from above."""
    sign_in(phone, place.secretary.username)
    visit = Visit.objects.get(official__full_name=official, state=VisitState.PLANNED, planned_on=EVENING.date())
    assert visit.meeting is not None
    phone.goto(reverse("room:open_meeting", args=[visit.meeting.public_id]))
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    phone.get_by_role("button", name="Ghi tất cả còn lại có mặt").click()
    guest = phone.locator("#khach .nn-tap", has_text=official)
    guest.click()
    expect(guest.locator(".nn-mark")).to_have_text("Có mặt")


def report(page: Page, official: User) -> None:
    """Three minutes on a phone: how it was run, one petition passed on, sent."""
    sign_in(page, official.username)
    visit = Visit.objects.get(official=official, state=VisitState.ATTENDED)
    page.goto(reverse("reporting:visit_report", args=[visit.public_id]))
    assert_usable(page, but=UNDER_THE_BAR)
    page.locator("label", has_text="Tốt").first.click()
    page.locator("[name$=text]").first.fill("Đề nghị sửa 200 m đường vào bản trước mùa mưa.")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("main")).to_contain_text("Đề nghị sửa 200 m đường vào bản trước mùa mưa.")


def test_a_year_of_visits(officer: Page, phone: Page, place: Place, moment: MoveClock, open_page: OpenPage) -> None:
    publish_a_plan(officer)
    plan = VisitPlan.objects.get()
    assert plan.published_at == BEGINNING
    december = Visit.objects.get(planned_on=EVENING.date())
    former = december.official
    other = next(user for user in place.officials if user != former)
    assert f"{other.full_name} dự thay {former.full_name}" in falls_out(officer, former.full_name)
    accept(officer)
    moment(EVENING)
    attend(phone, place, other.full_name)
    report(open_page(PHONE), other)
    officer.goto(reverse("petitions:show_cell", args=[place.cell.public_id]))
    expect(officer.locator("main")).to_contain_text("Đề nghị sửa 200 m đường vào bản trước mùa mưa.")
    officer.goto(reverse("visits:show_appraisal"))
    assert_usable(officer)
    row = officer.locator("tbody tr", has_text=other.full_name)
    assert [cell.inner_text().split("\n")[0] for cell in row.locator("td").all()] == [
        "1 lần",
        "1",
        "0",
        "0",
        "0",
        "1",
        "0",
    ]
