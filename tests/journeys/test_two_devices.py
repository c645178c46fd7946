"""One room, two devices: the secretary's phone and the minute-taker's desk see each other's changes and lose nothing."""

import os
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.choices import PostKind
from nennep.room.choices import GuestKind
from nennep.room.services import guests
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.meetings import make_item, make_open_meeting
from tests.factories.members import make_post
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, DESKTOP, PHONE, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
UNDER_THE_BAR = ["target-size"]
# Milliseconds: what one does, the other sees within three seconds; on a machine with more work than processors, later.
SOON = 3_000 * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture
def meeting(moment: MoveClock) -> Meeting:
    """Three members in the room; item 1 is being discussed, item 2 is self-criticism."""
    cell = make_cell("Chi bộ thôn Nặm Chá")
    opened = make_open_meeting(cell)
    Meeting.objects.filter(pk=opened.pk).update(opened_at=BEGINNING, planned_for=BEGINNING)
    AgendaItem.objects.filter(meeting=opened).update(started_at=BEGINNING, note="")
    item = make_item(opened, "Tự phê bình và phê bình", position=2, minutes=20)
    AgendaItem.objects.filter(pk=item.pk).update(topic=Topic.SELF_CRITICISM)
    return Meeting.objects.get(pk=opened.pk)


def enter(open_page: OpenPage, meeting: Meeting, name: str, viewport: Any, post: PostKind | None = None) -> Page:
    user = make_user(name)
    grant_role(user, Role.SECRETARY, meeting.organization)
    member = join_cell(meeting.organization, name, user_id=user.pk)
    if post:
        make_post(member, meeting.organization, post)
    page = open_page(viewport)
    sign_in(page, user.username)
    page.goto(reverse("room:show_room", args=[meeting.public_id]))
    return page


def test_two_devices_see_each_other_and_lose_nothing(open_page: OpenPage, meeting: Meeting, moment: MoveClock) -> None:
    chair = enter(open_page, meeting, "Ma Công Lập", DESKTOP, PostKind.SECRETARY)
    taker = enter(open_page, meeting, "Hoàng Thị Ngọc Trâm", DESKTOP)
    assert_usable(chair, but=UNDER_THE_BAR)
    note = taker.locator("#note-text")
    note.fill("Đồng chí Ma Văn 0 đề nghị")

    row = chair.locator(".nn-tap", has_text="Ma Văn 1")
    row.click()
    expect(row.locator(".nn-mark")).to_have_text("Vắng có lý do")
    seen = taker.locator(".nn-tap", has_text="Ma Văn 1").locator(".nn-mark")
    expect(seen).to_have_text("Vắng có lý do", timeout=SOON)
    expect(note).to_have_value("Đồng chí Ma Văn 0 đề nghị")

    chair.locator(".nn-say", has_text="Ma Văn 2").click()
    expect(taker.locator(".nn-say", has_text="Ma Văn 2")).to_have_attribute("data-n", "1", timeout=SOON)
    chair.get_by_text("Thêm khách, cấp trên").click()
    chair.locator("#id_guest").fill("Lương Quốc Hưng, Đảng ủy viên")
    chair.get_by_role("button", name="Ghi cấp trên về dự").click()
    expect(taker.locator("#khach")).to_contain_text("Lương Quốc Hưng", timeout=SOON)
    expect(note).to_have_value("Đồng chí Ma Văn 0 đề nghị")

    note_elsewhere(chair, taker)
    note = taker.locator("#note-text")
    note.press("Control+End")
    note.type(" gấp.")
    chair.get_by_role("button", name="Xong, sang mục 2").click()
    expect(taker.locator("#now")).to_have_text("Tự phê bình và phê bình", timeout=SOON)
    expect(taker.locator("#phan-ghi [data-nn-moved]")).to_be_visible(timeout=SOON)
    taker.get_by_role("button", name="Lưu", exact=True).click()
    expect(taker.locator("#note")).to_contain_text("Ghi ý kiến mục 2")
    first = AgendaItem.objects.get(meeting=meeting, position=1)
    assert first.note.splitlines() == ["Làm trước 20/11.", "Đồng chí Ma Văn 0 đề nghị gấp."]


def note_elsewhere(chair: Page, taker: Page) -> None:
    """The chair saves another text of the same note: both stand on the taker's page until one is chosen."""
    chair.locator("#note-text").fill("Làm trước 20/11.")
    chair.get_by_role("button", name="Lưu", exact=True).click()
    other = taker.locator("#phan-ghi [data-nn-other]")
    expect(other).to_contain_text("Làm trước 20/11.", timeout=SOON)
    expect(other).to_contain_text("Đã sửa ở máy khác")
    assert_usable(taker, but=UNDER_THE_BAR)
    taker.get_by_role("button", name="Gộp cả hai").click()
    expect(taker.locator("#note-text")).to_have_value("Làm trước 20/11.\nĐồng chí Ma Văn 0 đề nghị")


def test_a_device_without_network_says_so_and_catches_up(
    open_page: OpenPage, meeting: Meeting, moment: MoveClock
) -> None:
    phone = enter(open_page, meeting, "Ma Công Lập", PHONE, PostKind.SECRETARY)
    phone.context.set_offline(True)
    expect(phone.locator("[data-nn-live-failed]")).to_contain_text("thử lại sau")
    guests.add_guest(actor=Actor.system(), meeting=meeting, name="Vàng A Sủ", kind=GuestKind.GUEST, now=BEGINNING)
    phone.context.set_offline(False)
    phone.locator(".nn-bottombar").get_by_text("Điểm danh").click()
    expect(phone.locator("#khach")).to_contain_text("Vàng A Sủ")
    expect(phone.locator("[data-nn-live-failed]")).to_be_hidden()


def test_a_member_says_by_the_code_to_be_there(open_page: OpenPage, meeting: Meeting, moment: MoveClock) -> None:
    chair = enter(open_page, meeting, "Ma Công Lập", DESKTOP, PostKind.SECRETARY)
    chair.goto(reverse("room:show_code", args=[meeting.public_id]))
    chair.get_by_role("button", name="Mở mã điểm danh").click()
    code = chair.locator(".nn-wall-code").inner_text()
    assert_usable(chair)
    user = make_user("Lý Thị Mỷ")
    grant_role(user, Role.MEMBER, meeting.organization)
    member = join_cell(meeting.organization, "Lý Thị Mỷ", user_id=user.pk)
    meeting.roll_call.create(member=member, standing="official", counted=True, votes=True)
    phone = open_page(PHONE)
    sign_in(phone, user.username)
    phone.goto(reverse("room:check_in", args=[meeting.public_id]))
    assert_usable(phone)
    phone.get_by_label("Mã đang hiện trong phòng").fill("12 34 5")
    phone.get_by_role("button", name="Tôi có mặt").click()
    expect(phone.locator("main")).to_contain_text("còn 4 lần")
    phone.get_by_label("Mã đang hiện trong phòng").fill(code)
    phone.get_by_role("button", name="Tôi có mặt").click()
    expect(phone.get_by_role("heading", name="Đã ghi đồng chí có mặt")).to_be_visible()
    assert_usable(phone)
    expect(chair.locator("#ma-dang-hien")).to_contain_text("4/4")
