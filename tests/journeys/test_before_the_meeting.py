"""The week before: the committee meets, the programme is ordered by hand, a theme is taken on, the map is looked at."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting, Premeeting, ThemePlan
from nennep.members.choices import PostKind
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.duties import make_duty
from tests.factories.meetings import make_item, make_meeting
from tests.factories.members import make_post
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import BEGINNING, DESKTOP, PHONE, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = ("Khai mạc", "Bản tin tháng 11", "Nhiệm vụ tháng 11", "Kết luận")


@pytest.fixture
def meeting(moment: MoveClock) -> Meeting:
    """In four days, with four items, in a cell of two whose task is late."""
    cell = make_cell()
    secretary = join_cell(cell, "Giàng A Páo")
    make_post(secretary, cell, PostKind.SECRETARY)
    make_duty(cell, join_cell(cell, "Ma Thị Lan"), title="Làm 300 m mương")
    ThemePlan.objects.create(organization=cell, month=date(2026, 11, 1), title="Nước sạch mùa khô")
    called = make_meeting(cell, planned_for=BEGINNING + timedelta(days=4))
    for position, title in enumerate(TITLES, start=1):
        make_item(called, title, position=position, minutes=25)
    return called


def enter(open_page: OpenPage, meeting: Meeting, *, phone: bool, scripts: bool) -> Page:
    page = open_page(PHONE if phone else DESKTOP, scripts=scripts)
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, meeting.organization)
    sign_in(page, user.username)
    page.goto(reverse("meetings:show_agenda", args=[meeting.public_id]))
    return page


def expect_order(page: Page, *titles: str) -> None:
    expect(page.locator("#cac-muc .nn-row-title")).to_have_text(
        [f"{number}. {title}" for number, title in enumerate(titles, start=1)]
    )


def test_the_programme_is_ordered_by_mouse_and_keys(open_page: OpenPage, meeting: Meeting) -> None:
    page = enter(open_page, meeting, phone=False, scripts=True)
    grips = page.locator("[data-nn-grip]")
    grips.nth(2).scroll_into_view_if_needed()
    third, first = grips.nth(2).bounding_box(), grips.nth(0).bounding_box()
    assert third is not None
    assert first is not None
    page.mouse.move(third["x"] + 5, third["y"] + 5)
    page.mouse.down()
    page.mouse.move(first["x"] + 5, first["y"] - 20, steps=8)
    page.mouse.up()
    expect_order(page, "Nhiệm vụ tháng 11", "Khai mạc", "Bản tin tháng 11", "Kết luận")
    grips.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect_order(page, "Khai mạc", "Bản tin tháng 11", "Nhiệm vụ tháng 11", "Kết luận")
    expect(grips.nth(2)).to_be_focused()
    grips.nth(3).focus()
    Meeting.objects.get(pk=meeting.pk).agenda.get(position=1).delete()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("alert")).to_contain_text("Chương trình vừa có mục thêm hoặc bớt")
    assert_usable(page)


def test_the_programme_is_ordered_by_numbers_without_scripts(open_page: OpenPage, meeting: Meeting) -> None:
    page = enter(open_page, meeting, phone=True, scripts=False)
    expect(page.locator("[data-nn-grip]").first).to_be_hidden()
    page.get_by_role("link", name="Xếp thứ tự").click()
    page.get_by_label("Kết luận").fill("1")
    page.get_by_role("button", name="Xếp lại").click()
    expect_order(page, "Kết luận", "Khai mạc", "Bản tin tháng 11", "Nhiệm vụ tháng 11")


def test_the_committee_meets_and_the_programme_is_agreed(
    open_page: OpenPage, meeting: Meeting, moment: MoveClock
) -> None:
    """On a phone without scripts: plan, tap who is there, write, conclude; then a suggestion and the theme."""
    page = enter(open_page, meeting, phone=True, scripts=False)
    page.get_by_role("link", name="Hẹn họp chi ủy").click()
    page.get_by_role("link", name="Hẹn họp chi ủy").click()
    page.get_by_label("Ngày").fill("01/11/2026")
    page.get_by_label("Giờ").fill("19:30")
    page.get_by_role("button", name="Hẹn họp").click()
    expect(page.get_by_label("Kết quả tháng trước")).to_have_value(re.compile("Làm 300 m mương"))
    page.locator(".nn-tap", has_text="Giàng A Páo").click()
    expect(page.locator("#co-mat")).to_contain_text("Có mặt 1/1")
    page.get_by_label("Kết luận của bí thư").fill("Tập trung làm mương.")
    page.get_by_role("button", name="Lưu").click()
    moment(BEGINNING + timedelta(days=1))
    page.get_by_role("button", name="Họp xong, thống nhất chương trình").click()
    assert Premeeting.objects.get().conclusion == "Tập trung làm mương."
    meeting.refresh_from_db()
    assert meeting.prepared_at is not None
    page.get_by_role("button", name="Thêm Kiểm điểm nhiệm vụ: làm 300 m mương").click()
    expect(page.locator("#cac-muc")).to_contain_text("Kiểm điểm nhiệm vụ: làm 300 m mương")
    page.get_by_role("button", name="Thêm Chuyên đề: Nước sạch mùa khô").click()
    expect(page.locator("#cac-muc")).to_contain_text("Trình bày chuyên đề: Nước sạch mùa khô")
    meeting.refresh_from_db()
    assert (meeting.kind, ThemePlan.objects.get().meeting) == (MeetingKind.COMBINED, meeting)


@pytest.mark.parametrize("name", ["show_themes", "show_coverage", "show_premeeting", "reorder_agenda"])
def test_the_pages_are_usable(open_page: OpenPage, meeting: Meeting, name: str) -> None:
    page = enter(open_page, meeting, phone=True, scripts=True)
    of_cell = name in {"show_themes", "show_coverage"}
    page.goto(reverse(f"meetings:{name}", args=[meeting.organization.public_id if of_cell else meeting.public_id]))
    assert_usable(page)
