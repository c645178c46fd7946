"""On a phone, from the vote in the room to the archived papers: what a secretary does at the end of a meeting."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from nennep.assessments.models import ScoreSheet
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion, Resolution
from nennep.room.models import Vote
from tests.factories.duties import make_duty
from tests.factories.meetings import make_open_meeting
from tests.factories.people import People, make_people
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]


def sign_in(page: Page, people: People, address: str) -> None:
    client = Client()
    client.force_login(people.insider_user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def go_through(page: Page, meeting: Meeting) -> None:
    """The way itself, the same with and without JavaScript."""
    page.goto(reverse("room:show_room", args=[meeting.public_id]) + "#ket-luan")
    page.get_by_role("button", name="Cả 3 đồng chí tán thành").click()
    expect(page.get_by_text("3/3 tán thành, 100,0%")).to_be_visible()
    page.get_by_role("textbox", name="Kết luận").fill("Làm xong mương trước 20/11.")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Kết luận")).to_have_value("Làm xong mương trước 20/11.")
    page.get_by_role("button", name="Giao thêm nhiệm vụ").click()
    page.get_by_role("textbox", name="Nhiệm vụ").fill("Làm 120 m mương còn lại")
    page.get_by_label("Người chịu trách nhiệm").select_option(label="Ma Văn 0")
    page.get_by_label("Hạn hoàn thành").fill("20/11/2026")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Làm 120 m mương còn lại", exact=True)).to_be_visible()
    page.get_by_role("button", name="Kết thúc buổi sinh hoạt").click()
    page.get_by_role("button", name="Bế mạc").click()
    page.get_by_role("button", name="Chi bộ đã nghe và nhất trí").click()
    page.get_by_role("button", name="Ra nghị quyết, cấp số").click()
    expect(page.get_by_role("heading", name="Nghị quyết số 01-NQ/CB")).to_be_visible()
    page.get_by_role("link", name="Điểm", exact=True).click()
    page.get_by_role("button", name="Bắt đầu chấm").click()
    for box in page.locator("main input[inputmode=decimal]").all():
        box.fill(box.input_value() or "4.5")
    page.get_by_role("button", name="Chi bộ thống nhất điểm này").click()
    page.get_by_role("link", name="Gửi, lưu", exact=True).click()
    page.get_by_role("button", name="Đã gửi cấp trên và lưu").click()
    expect(page.get_by_role("heading", name="Hồ sơ đã gửi, lưu")).to_be_visible()


def assert_all_is_kept(meeting: Meeting) -> None:
    meeting.refresh_from_db()
    assert meeting.filed_at is not None
    assert [vote.in_favour for vote in Vote.objects.all()] == [3]
    assert (MinutesVersion.objects.count(), Resolution.objects.count()) == (1, 1)
    assert ScoreSheet.objects.get().grade == "poor"


def test_from_the_vote_to_the_archive(phone: Page, live_server: Any) -> None:
    people = make_people()
    meeting = make_open_meeting(people.cell)
    make_duty(people.cell, people.member_record)
    sign_in(phone, people, live_server.url)
    go_through(phone, meeting)
    assert_all_is_kept(meeting)


def test_the_same_without_javascript(browser: Browser, live_server: Any) -> None:
    people = make_people()
    meeting = make_open_meeting(people.cell)
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False, locale="vi-VN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, people, live_server.url)
    go_through(page, meeting)
    context.close()
    assert_all_is_kept(meeting)


def test_pages_after_the_meeting_are_usable(phone: Page, live_server: Any) -> None:
    people = make_people()
    meeting = make_open_meeting(people.cell)
    duty = make_duty(people.cell, people.member_record)
    sign_in(phone, people, live_server.url)
    cell, one = people.cell.public_id, meeting.public_id
    for name, part in (
        ("duties:show_cell", cell),
        ("duties:show_duty", duty.public_id),
        ("duties:report_duty", duty.public_id),
        ("duties:hand_over_duty", duty.public_id),
        ("duties:give_duty", cell),
        ("documents:show_cell", cell),
        ("documents:add_document", cell),
        ("room:give_duty", one),
        ("room:close", one),
    ):
        phone.goto(reverse(name, args=[part]))
        assert_usable(phone)
    client = Client()
    client.force_login(people.insider_user)
    reason = {"reason_meeting_conclusion": "Mất điện"}
    client.post(reverse("room:close", args=[one]), reason)
    for name in ("show_minutes", "edit_minutes", "show_resolution", "show_filing"):
        phone.goto(reverse(f"records:{name}", args=[one]))
        assert_usable(phone)
    client.post(reverse("assessments:start_sheet", args=[one]))
    for address in (
        reverse("assessments:show_sheet", args=[one]),
        reverse("records:show_book", args=[cell]),
        reverse("records:list_resolutions", args=[cell]),
    ):
        phone.goto(address)
        assert_usable(phone)
