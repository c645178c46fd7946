"""The room in a browser that runs no JavaScript: an old phone, or a page whose scripts did not arrive."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Vote
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.meetings import make_item, make_meeting
from tests.journeys.conftest import BEGINNING, PHONE, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Giàng A Páo", "Ma Thị Lan", "Lò Văn Én")


@pytest.fixture
def meeting(moment: MoveClock) -> Meeting:
    """Called for now, with two items, in a cell of three."""
    cell = make_cell()
    for name in NAMES:
        join_cell(cell, name)
    called = make_meeting(cell, planned_for=BEGINNING)
    make_item(called, "Bản tin tháng 11", position=1)
    make_item(called, "Nhiệm vụ tháng 11", position=2)
    return called


@pytest.fixture
def phone(open_page: OpenPage, meeting: Meeting) -> Page:
    """The secretary's phone, signed in, in front of the opening."""
    page = open_page(PHONE, scripts=False)
    secretary = make_user("Vàng A Tủa")
    grant_role(secretary, Role.SECRETARY, meeting.organization)
    sign_in(page, secretary.username)
    page.goto(reverse("room:show_room", args=[meeting.public_id]))
    return page


def test_room_without_scripts(phone: Page, meeting: Meeting, moment: MoveClock) -> None:
    """Roll call, note, speaker, vote, conclusion, closing: each tap is a form, and no note is lost by a tap."""
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    for state in ("Có mặt", "Vắng có lý do"):
        phone.locator(".nn-tap", has_text="Lò Văn Én").click()
        expect(phone.locator(".nn-tap", has_text="Lò Văn Én")).to_contain_text(state)
    phone.get_by_role("button", name="Ghi tất cả còn lại có mặt").click()
    expect(phone.locator("#so-diem-danh")).to_have_text("2/3")
    bar = phone.locator(".nn-bottombar")
    bar.get_by_role("link", name="Đang bàn").click()
    phone.locator("#note-text").fill("Nghe bản tin.")
    bar.get_by_role("link", name="Phát biểu").click()
    phone.locator(".nn-say", has_text="Ma Thị Lan").click()
    expect(phone.locator("#so-noi")).to_have_text("1")
    bar.get_by_role("link", name="Đang bàn").click()
    expect(phone.locator("#note-text")).to_have_value("Nghe bản tin.")
    phone.get_by_role("button", name="Xong, sang mục 2").click()
    bar.get_by_role("link", name="Kết luận").click()
    phone.get_by_label("Biểu quyết việc").fill("Thông qua nghị quyết")
    phone.get_by_role("button", name="Cả 2 đồng chí tán thành").click()
    phone.get_by_role("textbox", name="Kết luận").fill("Làm xong mương trước 20/11.")
    phone.get_by_role("button", name="Ghi kết luận").click()
    moment(BEGINNING + timedelta(minutes=95))
    phone.locator("#phan-giao-viec").get_by_role("button", name="Kết thúc buổi sinh hoạt").click()
    phone.get_by_role("button", name="Bế mạc").click()
    expect(phone.get_by_role("heading", name="Biên bản đã đúng chưa?")).to_be_visible()
    assert_written(meeting)


def assert_written(meeting: Meeting) -> None:
    meeting.refresh_from_db()
    assert (meeting.state, meeting.conclusion) == (MeetingState.HELD, "Làm xong mương trước 20/11.")
    states = RollCallEntry.objects.filter(meeting=meeting).order_by("member__name_key")
    assert dict(states.values_list("member__full_name", "state")) == {
        "Lò Văn Én": AttendanceState.EXCUSED,
        "Ma Thị Lan": AttendanceState.PRESENT,
        "Giàng A Páo": AttendanceState.PRESENT,
    }
    assert list(meeting.agenda.order_by("position").values_list("note", flat=True)) == ["Nghe bản tin.", ""]
    assert list(Vote.objects.filter(meeting=meeting).values_list("in_favour", "base")) == [(2, 3)]
