"""An office cell of 40: hybrid attendance, a thematic part, votes by hand and in secret, two people writing at once."""

from dataclasses import dataclass
from datetime import datetime

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
from nennep.room.models import Vote
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import VIETNAM
from tests.factories.members import make_post
from tests.factories.organizations import make_term, make_unit
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, DESKTOP, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
AFTERNOON = datetime(2026, 11, 3, 14, 0, tzinfo=VIETNAM)
END = datetime(2026, 11, 3, 16, 10, tzinfo=VIETNAM)
UNDER_THE_BAR = ["target-size"]
CHAIR, TAKER, ONLINE = "Nguyễn Thị Minh Châu", "Trần Quốc Bảo", "Phạm Thị Hồng Nhung"


@dataclass(frozen=True)
class Office:
    """The meeting, and the two who run it at their desks."""

    meeting: Meeting
    chair: Page
    taker: Page

    def room(self, anchor: str = "") -> str:
        return reverse("room:show_room", args=[self.meeting.public_id]) + (f"#{anchor}" if anchor else "")


@pytest.fixture
def office(commune: Organization, open_page: OpenPage) -> Office:
    cell = make_unit("Chi bộ Ủy ban nhân dân xã", parent=commune, cell_type=CellType.OFFICE)
    make_term(cell)
    pages = []
    for name, post in ((CHAIR, PostKind.SECRETARY), (TAKER, PostKind.DEPUTY_SECRETARY)):
        user = make_user(name)
        make_post(join_cell(cell, name, user_id=user.pk), cell, post)
        grant_role(user, Role.SECRETARY, cell)
        page = open_page(DESKTOP)
        sign_in(page, user.username)
        pages.append(page)
    join_cell(cell, ONLINE)
    for number in range(1, 38):
        join_cell(cell, f"Lê Văn Thứ {number:02d}")
    ensure_schedule(actor=Actor.system(), organization=cell, year=2026, now=BEGINNING)
    meeting = Meeting.objects.get(organization=cell, month=AFTERNOON.date().replace(day=1))
    return Office(meeting, *pages)


def prepare(office: Office) -> None:
    """Regular meeting with a theme, partly online; one member says to attend from afar."""
    chair, meeting = office.chair, office.meeting
    chair.goto(reverse("meetings:edit_kind", args=[meeting.public_id]))
    chair.get_by_label("Sinh hoạt thường kỳ gắn chuyên đề").check()
    chair.get_by_label("chuyên đề", exact=False).last.fill("Nâng cao chất lượng dịch vụ công trực tuyến")
    chair.get_by_role("button", name="Ghi", exact=False).first.click()
    expect(chair.locator("main")).to_contain_text("Nâng cao chất lượng dịch vụ công trực tuyến")
    assert_usable(chair)
    chair.goto(reverse("room:choose_mode", args=[meeting.public_id]))
    chair.get_by_label("Trực tiếp và trực tuyến").check()
    chair.get_by_label("Vì sao không họp trực tiếp").fill("Ba đồng chí công tác xa")
    chair.get_by_label("Cấp nào cho phép").fill("Đảng ủy xã, công văn ngày 28/10/2026")
    chair.locator("main form button.btn-primary, main form button.btn").first.click()
    chair.goto(reverse("meetings:show_agenda", args=[meeting.public_id]))
    chair.get_by_role("button", name="Thống nhất chương trình").click()
    chair.get_by_role("button", name="Gửi cho 40 đảng viên").click()
    chair.get_by_role("button", name=f"Ghi hộ {ONLINE}").click()
    chair.get_by_text("Dự trực tuyến", exact=True).click()
    chair.get_by_role("button", name="Ghi", exact=False).first.click()
    expect(chair.locator("main")).to_contain_text("Dự trực tuyến")


def call_roll(office: Office) -> None:
    """38 in the room, one online, one away with a reason; the other desk sees it."""
    chair = office.chair
    chair.goto(reverse("room:open_meeting", args=[office.meeting.public_id]))
    chair.get_by_role("button", name="Khai mạc, điểm danh").click()
    office.taker.goto(office.room())
    online = chair.locator(".nn-tap", has_text=ONLINE)
    online.click()
    expect(online.locator(".nn-mark")).to_have_text("Có mặt")
    online.click()
    expect(online.locator(".nn-mark")).to_have_text("Dự trực tuyến")
    away = chair.locator(".nn-tap", has_text="Lê Văn Thứ 07")
    for words in ("Có mặt", "Dự trực tuyến", "Vắng có lý do"):
        away.click()
        expect(away.locator(".nn-mark")).to_have_text(words)
    chair.get_by_role("button", name="Ghi tất cả còn lại có mặt").click()
    expect(chair.locator("#so-diem-danh")).to_have_text("39/40")
    expect(office.taker.locator("#so-diem-danh")).to_have_text("39/40")
    assert_usable(chair, but=UNDER_THE_BAR)


def write_together(office: Office) -> None:
    """Both write into the same note: nothing is lost."""
    note = office.taker.locator("#note-text")
    note.fill("Đồng chí Lê Văn Thứ 01 nêu ba khó khăn.")
    office.chair.locator("#note-text").fill("Đồng chí Bí thư thông qua chương trình.")
    office.chair.get_by_role("button", name="Lưu", exact=True).click()
    expect(office.taker.locator("#phan-ghi [data-nn-other]")).to_contain_text("thông qua chương trình")
    office.taker.get_by_role("button", name="Gộp cả hai").click()
    expect(note).to_have_value("Đồng chí Bí thư thông qua chương trình.\nĐồng chí Lê Văn Thứ 01 nêu ba khó khăn.")
    office.taker.get_by_role("button", name="Lưu", exact=True).click()
    expect(office.taker.locator("#note")).to_be_visible()
    item = office.meeting.agenda.get(position=1)
    assert item.note.splitlines() == [
        "Đồng chí Bí thư thông qua chương trình.",
        "Đồng chí Lê Văn Thứ 01 nêu ba khó khăn.",
    ]


def vote(office: Office) -> None:
    """By hand for the resolution; in secret, two thirds, for a recognition, with two tellers."""
    chair = office.chair
    chair.goto(office.room("ket-luan"))
    chair.get_by_label("Biểu quyết việc").fill("Thông qua nghị quyết tháng 11")
    chair.get_by_role("button", name="Cả 39 đồng chí tán thành").click()
    expect(chair.locator("#bieu-quyet")).to_contain_text("39/40")
    chair.get_by_role("button", name="Bỏ phiếu kín").click()
    assert_usable(chair)
    chair.get_by_label("Bỏ phiếu việc").fill("Công nhận đảng viên chính thức")
    chair.get_by_label("Số phiếu phát ra").fill("38")
    chair.get_by_label("Người kiểm phiếu thứ nhất").select_option(label="Lê Văn Thứ 02")
    chair.get_by_label("Người kiểm phiếu thứ hai").select_option(label="Lê Văn Thứ 03")
    chair.locator("main form button.btn-primary").first.click()
    ballot = chair.url
    count(chair, "Lê Văn Thứ 02", in_favour=30, against=7)
    assert Vote.objects.filter(method="ballot").count() == 0
    office.taker.goto(ballot)
    count(office.taker, "Lê Văn Thứ 03", in_favour=30, against=7)
    expect(office.taker.locator("main")).to_contain_text("Hai người đếm khớp nhau")
    assert_usable(office.taker)
    secret = Vote.objects.get(method="ballot")
    assert (secret.base, secret.issued, secret.in_favour, secret.invalid, secret.majority, secret.passed) == (
        40, 38, 30, 1, "two_thirds", True,
    )  # fmt: skip


def count(page: Page, teller: str, *, in_favour: int, against: int) -> None:
    page.get_by_label("Người kiểm phiếu").select_option(label=teller)
    for label, number in (
        ("Tán thành", in_favour),
        ("Không tán thành", against),
        ("Ý kiến khác", 0),
        ("Không hợp lệ", 1),
    ):
        page.get_by_label(label, exact=True).fill(str(number))
    page.get_by_role("button", name="Nhập số phiếu đã đếm").click()


def close(office: Office, moment: MoveClock) -> None:
    office.chair.goto(office.room("ket-luan"))
    office.chair.get_by_role("textbox", name="Kết luận").fill("Giao Văn phòng trực hỗ trợ dịch vụ công.")
    office.chair.get_by_role("button", name="Ghi kết luận").click()
    moment(END)
    office.chair.goto(reverse("room:close", args=[office.meeting.public_id]))
    for box in office.chair.locator("main textarea").all():
        box.fill("Chi bộ thống nhất rút ngắn phần này.")
    office.chair.get_by_role("button", name="Bế mạc").click()
    expect(office.chair.get_by_role("heading", name="Biên bản đã đúng chưa?")).to_be_visible()


def edit_together(office: Office) -> None:
    """Both put the minutes into better words at once: other paragraphs merge by themselves."""
    address = reverse("records:edit_minutes", args=[office.meeting.public_id])
    office.chair.goto(address)
    office.taker.goto(address)
    office.chair.locator("main textarea").first.fill(
        "Đồng chí Bí thư nêu mục đích, thông qua chương trình.\nĐồng chí Lê Văn Thứ 01 nêu ba khó khăn."
    )
    office.chair.get_by_role("button", name="Ghi", exact=True).click()
    expect(office.chair.get_by_role("heading", name="Biên bản đã đúng chưa?")).to_be_visible()
    expect(office.chair.locator("main")).to_contain_text("nêu mục đích, thông qua chương trình")
    office.taker.locator("main textarea").last.fill("39/40 đồng chí đã đóng đảng phí.")
    office.taker.get_by_role("button", name="Ghi", exact=True).click()
    expect(office.taker.locator("main")).to_contain_text("nêu mục đích, thông qua chương trình")
    expect(office.taker.locator("main")).to_contain_text("39/40 đồng chí đã đóng đảng phí.")
    expect(office.taker.locator("main")).to_contain_text(ONLINE)


def test_an_office_meeting(office: Office, moment: MoveClock) -> None:
    prepare(office)
    moment(AFTERNOON)
    call_roll(office)
    write_together(office)
    vote(office)
    close(office, moment)
    edit_together(office)
    office.chair.goto(reverse("records:show_minutes", args=[office.meeting.public_id]))
    office.chair.get_by_role("button", name="Chi bộ đã nghe và nhất trí").click()
    office.chair.goto(reverse("records:show_minutes", args=[office.meeting.public_id]))
    assert_usable(office.chair)
    expect(office.chair.locator("main")).to_contain_text("Công nhận đảng viên chính thức")
