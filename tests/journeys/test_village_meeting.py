"""A village cell with a secretary alone and members without phones: paper, assisted entry, print."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.meetings.services.schedule import ensure_schedule
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import VIETNAM
from tests.factories.members import make_post
from tests.factories.organizations import make_term, make_unit
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, MoveClock
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
END = datetime(2026, 11, 3, 21, 10, tzinfo=VIETNAM)
UNDER_THE_BAR = ["target-size"]
# What the page says while a file is made, also when that is over before anybody looks.
WATCH_STATUS = """() => {
  window.said = [];
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.getAttribute && node.getAttribute("role") === "status") window.said.push(node.textContent);
  }))).observe(document.body, {childList: true, subtree: true});
}"""
SECRETARY = "Ma Công Lập"
MEMBERS = ("Ma Thị Vân", "Triệu Văn Hin", "Chẩu Thị Mai", "Quan Văn Dũng", "Hoàng Thị Nụ", "Ma Văn Phúc")


@pytest.fixture
def meeting(commune: Organization, phone: Page) -> Meeting:
    """Seven members, one account: the secretary's. Nobody but the secretary has a telephone in the list."""
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)
    make_term(cell)
    user = make_user(SECRETARY)
    make_post(join_cell(cell, SECRETARY, user_id=user.pk), cell, PostKind.SECRETARY)
    for name in MEMBERS:
        join_cell(cell, name)
    grant_role(user, Role.SECRETARY, cell)
    ensure_schedule(actor=Actor.system(), organization=cell, year=2026, now=BEGINNING)
    sign_in(phone, user.username)
    return Meeting.objects.get(organization=cell, month=EVENING.date().replace(day=1))


def call_members(phone: Page, meeting: Meeting) -> None:
    """The notice is printed large and handed out; one answer is written down for a member."""
    phone.goto(reverse("meetings:show_agenda", args=[meeting.public_id]))
    phone.get_by_role("button", name="Thống nhất chương trình").click()
    phone.goto(reverse("meetings:show_notice", args=[meeting.public_id]))
    phone.get_by_role("button", name="Gửi cho 7 đảng viên").click()
    expect(phone.locator("main")).to_contain_text("Đã gửi")
    assert_usable(phone)
    phone.get_by_role("button", name="Ghi hộ Ma Thị Vân").click()
    phone.get_by_text("Xin vắng", exact=True).click()
    phone.get_by_label("Lý do, nếu xin vắng").fill("Về quê ngoại có việc")
    phone.get_by_role("button", name="Ghi", exact=False).first.click()
    expect(phone.locator("main")).to_contain_text(f"{SECRETARY} ghi hộ")
    phone.goto(reverse("meetings:print_notice", args=[meeting.public_id]))
    for name in MEMBERS[1:]:
        expect(phone.locator("body")).to_contain_text(name)
    phone.goto(reverse("room:print_sheet", args=[meeting.public_id]))
    expect(phone.locator("body")).to_contain_text("Triệu Văn Hin")


def key_in_from_paper(phone: Page, meeting: Meeting) -> None:
    """The meeting was kept on paper; now the sheet is keyed back in one pass."""
    phone.goto(reverse("room:open_meeting", args=[meeting.public_id]))
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    phone.goto(reverse("room:key_sheet", args=[meeting.public_id]))
    assert_usable(phone)
    absent = phone.locator("li", has_text="Quan Văn Dũng").locator("select, input").first
    absent.select_option(label="Vắng không lý do")
    phone.get_by_role("button", name="Lưu điểm danh").click()
    expect(phone.locator("#so-diem-danh")).to_have_text("5/7")


def note_and_close(phone: Page, meeting: Meeting, moment: MoveClock) -> None:
    room = reverse("room:show_room", args=[meeting.public_id])
    phone.goto(f"{room}#dang-ban")
    phone.locator("#note-text").fill("Đồng chí Triệu Văn Hin đề nghị phát quang đường vào thôn.")
    phone.get_by_role("button", name="Lưu", exact=True).click()
    phone.goto(f"{room}#nhiem-vu")
    phone.locator("#id_petition").fill("Đề nghị xã cấp hai tấn xi măng làm ngầm tràn.")
    phone.locator("#id_petitioner").fill("Đồng chí Hoàng Thị Nụ")
    phone.get_by_role("button", name="Ghi kiến nghị").click()
    expect(phone.locator("#kien-nghi")).to_contain_text("hai tấn xi măng")
    phone.goto(f"{room}#ket-luan")
    phone.get_by_label("Biểu quyết việc").fill("Thông qua nghị quyết tháng 11")
    phone.get_by_role("button", name="Cả 5 đồng chí tán thành").click()
    expect(phone.locator("#bieu-quyet")).to_contain_text("5/7")
    phone.get_by_role("textbox", name="Kết luận").fill("Phát quang xong trước ngày 20/11.")
    phone.get_by_role("button", name="Ghi kết luận").click()
    moment(END)
    phone.goto(reverse("room:close", args=[meeting.public_id]))
    for box in phone.locator("main textarea").all():
        box.fill("Chi bộ ít người, thôn đang vào vụ.")
    phone.get_by_role("button", name="Bế mạc").click()
    expect(phone.get_by_role("heading", name="Biên bản đã đúng chưa?")).to_be_visible()


def conclude(phone: Page, meeting: Meeting) -> None:
    assert_usable(phone)
    phone.get_by_role("button", name="Chi bộ đã nghe và nhất trí").click()
    phone.get_by_label("Phương hướng, nhiệm vụ tháng tới").fill("Phát quang đường thôn, thu đảng phí quý IV.")
    phone.get_by_role("button", name="Ra nghị quyết, cấp số").click()
    expect(phone.get_by_role("heading", name="Nghị quyết số")).to_be_visible()
    phone.goto(reverse("records:show_filing", args=[meeting.public_id]))
    assert_usable(phone)


def read_bundle(phone: Page) -> list[str]:
    """The names in the one file that is posted in the national app, without their day and cell."""
    phone.evaluate(WATCH_STATUS)
    with phone.expect_download() as waiting:
        phone.get_by_role("link", name="Tải cả tập (.zip)").click()
    with ZipFile(BytesIO(Path(waiting.value.path()).read_bytes())) as bundle:
        assert bundle.testzip() is None
        expect(phone.get_by_role("status").filter(has_text="Đang làm tệp")).to_have_count(0)
        assert phone.evaluate("window.said") == ["Đang làm tệp, có thể mất khoảng mười giây …"]
        return sorted(bundle.namelist())


def test_a_village_meeting_on_paper(phone: Page, meeting: Meeting, moment: MoveClock) -> None:
    call_members(phone, meeting)
    moment(EVENING)
    key_in_from_paper(phone, meeting)
    note_and_close(phone, meeting, moment)
    conclude(phone, meeting)
    names = read_bundle(phone)
    assert next(name for name in names if not name.endswith(".txt")).startswith("2026-11-03_")
    for part in ("Bien-ban", "Nghi-quyet"):
        assert sorted(name.rsplit(".", 1)[1] for name in names if part in name) == ["docx", "pdf"]
    phone.get_by_role("button", name="Đã gửi cấp trên và lưu").click()
    expect(phone.get_by_role("heading", name="Hồ sơ đã gửi, lưu")).to_be_visible()
