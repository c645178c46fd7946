"""A member's device is told while the page is closed; a secretary ticks off what goes by hand, with a keyboard too."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.models import User
from nennep.meetings.services.notice import send_notice
from nennep.members.choices import Reach
from tests.factories.cells import join_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_meeting
from tests.factories.people import make_people
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import PHONE, OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]

CONTENT = '{"title": "Mời dự sinh hoạt", "url": "/thong-bao/", "tag": "1"}'
# Never `serviceWorker.ready` alone: where no worker comes that promise stays open, and so would the journey.
# A push that comes before it is lost; `ready` is there while the worker still activates.
ACTIVATED = """async () => {
  const worker = (await navigator.serviceWorker.ready).active;
  while (worker.state !== "activated") await new Promise(done => worker.addEventListener("statechange", done, { once: true }));
}"""
# Asked again until there is one: `wait_for_function` takes a promise for its answer and waits for nothing.
TITLES = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let asked = 0; asked < 1000; asked++) {
    const notices = await worker.getNotifications();
    if (notices.length) return notices.map(one => one.title);
    await new Promise(requestAnimationFrame);
  }
  return [];
}"""


def sign_in(page: Page, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def test_a_device_shows_what_it_is_told(open_page: OpenPage, live_server: Any) -> None:
    people = make_people()
    page = open_page(PHONE)
    sign_in(page, people.member_user, live_server.url)
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    page.goto(reverse("notifications:devices"))
    expect(page.get_by_role("button", name="Bật thông báo trên máy này")).to_be_visible()
    assert_usable(page)
    told = page.context.new_cdp_session(page)
    found: list[Any] = []
    told.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    told.send("ServiceWorker.enable")
    page.evaluate(ACTIVATED)
    push = {"origin": live_server.url, "registrationId": found[-1]["registrationId"], "data": CONTENT}
    told.send("ServiceWorker.deliverPushMessage", push)
    assert page.evaluate(TITLES) == ["Mời dự sinh hoạt"]


def test_the_secretary_hands_papers_over(open_page: OpenPage, live_server: Any) -> None:
    people = make_people()
    member = join_cell(people.cell, "Bàn Thị Chẩn")
    member.reach, member.phone = Reach.SMS, "0912345678"
    member.save()
    meeting = make_meeting(people.cell)
    send_notice(actor=people.actor, meeting=meeting, now=NOW)
    page = open_page(PHONE)
    sign_in(page, people.insider_user, live_server.url)
    page.goto(reverse("meetings:show_notice", args=[meeting.public_id]))
    page.get_by_role("link", name="Nhắn tin, đưa tận tay rồi ghi lại ở đây").click()
    assert_usable(page)
    link = page.get_by_role("link", name="Nhắn Bàn Thị Chẩn")
    assert str(link.get_attribute("href")).startswith("sms:+84912345678?body=Chi%20b%E1%BB%99")
    page.get_by_role("button", name=re.compile("Đã nhắn.*Bàn Thị Chẩn")).press("Enter")
    expect(page.get_by_text("Ma Công Lập ghi")).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("link", name="Nhắn Bàn Thị Chẩn")).to_be_visible()
