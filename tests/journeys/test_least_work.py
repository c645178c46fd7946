"""What a village month costs its secretary: taps and typed fields from the first page to the filed papers, counted.

Every page is reached by what the page before offers; nothing is opened by its address after the sign-in.
"""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.services.schedule import ensure_schedule
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.room.queries.course import read_course
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_post
from tests.factories.organizations import make_term, make_unit
from tests.journeys.conftest import BEGINNING, MoveClock
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
END = datetime(2026, 11, 3, 21, 10, tzinfo=VIETNAM)
MOST_TAPS, MOST_TAPS_AT_ONCE, MOST_TYPED = 45, 36, 10
SECRETARY = "Ma Công Lập"
MEMBERS = ("Ma Thị Vân", "Triệu Văn Hin", "Chẩu Thị Mai", "Quan Văn Dũng", "Hoàng Thị Nụ", "Ma Văn Phúc")
LAST_MONTH = ("Phát quang đường vào thôn", "Vận động 6 hộ phân loại rác")


@dataclass
class Hand:
    """One finger on one telephone: what it tapped and typed."""

    page: Page
    taps: int = 0
    typed: int = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.click()

    def press(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        self.tap(self.page.get_by_role("link", name=name).first)

    def choose(self, what: Locator, label: str) -> None:
        """A list is opened and one line of it tapped."""
        self.taps += 2
        what.select_option(label=label)

    def type(self, what: Locator, text: str) -> None:
        self.typed += 1
        what.fill(text)


@pytest.fixture
def hand(commune: Organization, phone: Page) -> Hand:
    """The secretary's, signed in: a cell of seven, with two tasks of last month and papers to be handed out."""
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)
    make_term(cell)
    user = make_user(SECRETARY)
    make_post(join_cell(cell, SECRETARY, user_id=user.pk), cell, PostKind.SECRETARY)
    people = [join_cell(cell, name) for name in MEMBERS]
    for title, who in zip(LAST_MONTH, people, strict=False):
        make_duty(cell, who, title, given_on=date(2026, 10, 3), due_on=date(2026, 10, 31))
    grant_role(user, Role.SECRETARY, cell)
    ensure_schedule(actor=Actor.system(), organization=cell, year=2026, now=BEGINNING)
    sign_in(phone, user.username)
    return Hand(phone)


def prepare(hand: Hand) -> None:
    hand.follow("Xem chương trình")
    hand.press("Thống nhất chương trình")
    hand.press("Gửi cho 7 đảng viên")
    expect(hand.page.locator("main")).to_contain_text("Đã gửi")
    hand.follow("Nhắn tin, đưa tận tay rồi ghi lại ở đây")
    hand.press("Đã đưa tất cả")
    expect(hand.page.locator("main")).to_contain_text("Đã nhắn, đã đưa đủ.")
    expect(hand.page.get_by_role("button", name="Đã đưa tất cả")).to_have_count(0)


def hold(hand: Hand) -> None:
    page = hand.page
    hand.follow("Nền Nếp")
    hand.follow("Mở phòng sinh hoạt")
    hand.press("Khai mạc, điểm danh")
    for state in ("Có mặt", "Vắng có lý do"):
        hand.tap(page.locator(".nn-tap", has_text="Quan Văn Dũng").first)
        expect(page.locator(".nn-tap", has_text="Quan Văn Dũng").first.locator(".nn-mark")).to_have_text(state)
    hand.press("Ghi tất cả còn lại có mặt")
    expect(page.locator("#so-diem-danh")).to_have_text("6/7")


def go_through_last_month(hand: Hand) -> None:
    page = hand.page
    hand.tap(page.locator(".nn-bottombar").get_by_role("link", name="Nhiệm vụ"))
    for title in LAST_MONTH:
        row = page.locator("#viec-thang-truoc li", has_text=title)
        hand.tap(row.get_by_role("button", name="Đã xong"))
        expect(row).to_contain_text("Hoàn thành")


def discuss(hand: Hand, *, singly: bool) -> None:
    """A note, the fees, two speakers; every item of the programme ticked off, or all of them at the closing."""
    page, bar = hand.page, hand.page.locator(".nn-bottombar")
    hand.tap(bar.get_by_role("link", name="Đang bàn"))
    hand.type(page.locator("#note-text"), "Nghe bản tin tháng 11; đảng viên liên hệ việc của thôn.")
    hand.press("Đã đóng đủ đến tháng 11")
    expect(page.locator("#dang-ban")).to_contain_text("Đảng phí: Đã đóng đủ đến tháng 11")
    if singly:
        tick_off(hand)
    hand.tap(bar.get_by_role("link", name="Phát biểu"))
    for name in ("Triệu Văn Hin", "Chẩu Thị Mai"):
        hand.tap(page.locator(".nn-say", has_text=name).first)


def tick_off(hand: Hand) -> None:
    page, bar = hand.page, hand.page.locator(".nn-bottombar")
    total = page.locator("#chuong-trinh li").count()
    for following in range(2, total + 1):
        hand.press(f"Xong, sang mục {following}")
        expect(page.locator("#dang-ban")).to_contain_text(f"Đang bàn mục {following} trong {total}")
    hand.press("Xong mục cuối")
    hand.tap(bar.get_by_role("link", name="Đang bàn"))
    expect(page.locator("#dang-ban")).to_contain_text("Đã bàn hết các mục")


def decide(hand: Hand) -> None:
    page = hand.page
    hand.tap(page.locator(".nn-bottombar").get_by_role("link", name="Kết luận"))
    hand.press("Cả 6 đồng chí tán thành")
    expect(page.locator("#bieu-quyet")).to_contain_text("6/7")
    hand.type(page.get_by_role("textbox", name="Kết luận"), "Nạo vét 400 m mương trước ngày 20/11.")
    hand.press("Ghi kết luận")
    hand.press("Giao thêm nhiệm vụ")
    hand.type(page.get_by_label("Nhiệm vụ", exact=False).first, "Nạo vét 400 m mương Nà Khà")
    hand.choose(page.get_by_label("Người chịu trách nhiệm"), "Ma Văn Phúc")
    hand.type(page.get_by_label("Hạn hoàn thành"), "2011")
    hand.press("Ghi")
    expect(page.locator("#phan-giao-viec")).to_contain_text("Ma Văn Phúc")


def finish(hand: Hand, *, singly: bool) -> None:
    page = hand.page
    hand.press("Kết thúc buổi sinh hoạt")
    hand.press("Bế mạc" if singly else "Các mục trên đều đã bàn, kết thúc")
    hand.press("Chi bộ đã nghe và nhất trí")
    hand.press("Ra nghị quyết, cấp số")
    hand.press("Tiếp tục: chấm điểm buổi sinh hoạt")
    for box in page.locator("main input[inputmode=decimal]").all():
        if not box.input_value():
            hand.type(box, box.get_attribute("data-nn-max") or "")
    hand.press("Chi bộ thống nhất điểm này")
    hand.follow("Tiếp tục: gửi cấp trên, lưu")
    hand.press("Đã gửi cấp trên và lưu")
    expect(page.get_by_role("heading", name="Hồ sơ đã gửi, lưu")).to_be_visible()


@pytest.mark.parametrize("singly", [False, True], ids=["at the closing", "one by one"])
def test_a_village_month_costs_few_taps_and_hardly_any_typing(hand: Hand, moment: MoveClock, *, singly: bool) -> None:
    prepare(hand)
    moment(EVENING)
    hold(hand)
    go_through_last_month(hand)
    discuss(hand, singly=singly)
    decide(hand)
    moment(END)
    finish(hand, singly=singly)
    assert hand.taps <= (MOST_TAPS if singly else MOST_TAPS_AT_ONCE)
    meeting = Meeting.objects.get(state=MeetingState.HELD)
    assert read_course(meeting, list(meeting.agenda.all())).others == frozenset()
    assert hand.typed <= MOST_TYPED
