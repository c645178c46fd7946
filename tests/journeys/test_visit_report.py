"""An official on a phone: planned by the commune, confirmed by the cell, marked in the room, reported in three minutes."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Advice, Meeting
from nennep.petitions.models import Petition
from nennep.room.models import Guest
from nennep.room.services.guests import mark_guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit, VisitReport
from nennep.visits.services.visits import VisitWish, confirm_visit, plan_visit
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_open_meeting
from tests.factories.visits import make_official, parent_of
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import PHONE, OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]


@dataclass(frozen=True)
class Evening:
    """The visit of an official to a meeting that is going on."""

    official: User
    meeting: Meeting
    visit: Visit


@pytest.fixture
def evening() -> Evening:
    """The commune planned it, the secretary confirmed it and tapped the guest's name in the room: no second entry."""
    cell = make_cell("Chi bộ thôn Nặm Chá")
    official, officer, secretary = make_official(cell), make_user("Nông Văn Phúc"), make_user("Ma Công Lập")
    grant_role(officer, Role.COMMUNE_OFFICER, parent_of(cell), subtree=True)
    grant_role(secretary, Role.SECRETARY, cell)
    meeting = make_open_meeting(cell)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.PLANNED, opened_at=None)
    visit = plan_visit(actor=actor_of(officer), wish=VisitWish(official, cell, NOW.date()), now=NOW)
    confirm_visit(actor=actor_of(secretary), visit=visit, now=NOW)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.OPEN, opened_at=meeting.opened_at)
    meeting.refresh_from_db()
    guest = Guest.objects.get(meeting=meeting)
    mark_guest(actor=actor_of(secretary), meeting=meeting, public_id=guest.public_id, present=True, now=NOW)
    visit.refresh_from_db()
    return Evening(official, meeting, visit)


def enter(page: Page, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


@pytest.mark.parametrize("scripts", [True, False])
def test_report_in_seven_taps_and_one_typed_line(
    open_page: OpenPage, live_server: Any, evening: Evening, *, scripts: bool
) -> None:
    assert (evening.visit.state, evening.visit.attended_on) == (VisitState.ATTENDED, NOW.date())
    page = open_page(PHONE, scripts=scripts)
    enter(page, evening.official, live_server.url)
    page.goto("/")
    if scripts:
        assert_usable(page)
    page.get_by_role("link", name="Viết báo cáo").click()  # 1
    expect(page.get_by_text("theo điểm danh của chi bộ. Không phải khai lại.")).to_be_visible()
    if scripts:
        assert_usable(page)
    page.locator("label[for='id_grade_0']").click()  # 2
    page.get_by_role("textbox", name="Ý kiến, kiến nghị").fill("Lắp trạm phát sóng ở xóm Nà Khà.")  # 3, typed
    page.get_by_text("Ai nêu, giải quyết thế nào").click()  # 4
    page.locator("label[for='id_y-0-outcome_1']").click()  # 5: passed on, to the commune above
    page.locator(".nn-modules button").first.click()  # 6: a comment of the bank
    expect(page.get_by_role("textbox", name="Góp ý").first).not_to_have_value("")
    page.get_by_role("button", name="Gửi báo cáo").click()  # 7
    expect(page.get_by_text("Đã gửi báo cáo.")).to_be_visible()
    if scripts:
        assert_usable(page)
    assert_all_is_kept(evening)


def assert_all_is_kept(evening: Evening) -> None:
    cell = evening.visit.cell
    report, petition = VisitReport.objects.get(), Petition.objects.get()
    assert report.submitted_at is not None
    assert report.conduct.startswith("Chất lượng chung: Tốt.")
    assert (petition.text, petition.organization, petition.holder) == (
        "Lắp trạm phát sóng ở xóm Nà Khà.",
        cell,
        parent_of(cell),
    )
    assert Advice.objects.get().organization == cell


def test_brief_and_saved_page_on_a_phone(
    open_page: OpenPage, live_server: Any, evening: Evening, tmp_path: Any
) -> None:
    page = open_page(PHONE)
    enter(page, evening.official, live_server.url)
    page.goto(reverse("reporting:brief", args=[evening.visit.cell.public_id]))
    assert_usable(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Lưu để xem khi mất mạng").click()
    saved = tmp_path / "tom-tat.html"
    download.value.save_as(saved)
    away = open_page(PHONE)
    away.context.set_offline(True)
    away.goto(saved.as_uri())
    expect(away.get_by_role("heading", name="Ba câu nên hỏi")).to_be_visible()
    assert len(away.pdf(prefer_css_page_size=True)) > 0
