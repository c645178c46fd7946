"""From the closing step in the room to the commune's calibration: the cell scores on a phone, the officer by keyboard at a desk."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments import services
from nennep.assessments.models import ScoreItem, SideScore
from nennep.assessments.services import Decision
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting, make_open_meeting, make_secretary
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]


def enter(page: Page, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def person(name: str, role: Role, unit: Organization) -> User:
    user = make_user(name)
    grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    return user


def add_scored_sister(commune: Organization, name: str) -> Meeting:
    """Another cell of the commune, which gave itself full points."""
    facts = {"code": name, "name": name, "kind": "cell", "cell_type": "village", "opened_on": commune.opened_on}
    meeting = make_held_meeting(Organization.objects.add_child(commune, facts))
    actor = make_secretary(meeting.organization)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    full = {item.code: Decision(item.maximum, "Chi bộ bàn") for item in ScoreItem.objects.filter(sheet=sheet)}
    services.score_items(actor=actor, sheet=sheet, decisions=full, to_mend="", now=NOW)
    services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    return meeting


def score_on_the_phone(page: Page, meeting: Meeting) -> None:
    """Close the meeting, take the proposals, give the rest, agree."""
    page.goto(reverse("room:close", args=[meeting.public_id]))
    page.get_by_role("textbox", name="Chưa ghi kết luận").fill("Chi bộ đã thống nhất tại buổi sinh hoạt")
    page.get_by_role("button", name="Bế mạc").click()
    expect(page.get_by_role("button", name="Chi bộ đã nghe và nhất trí")).to_be_visible()
    page.goto(reverse("assessments:show_sheet", args=[meeting.public_id]))
    page.get_by_role("button", name="Bắt đầu chấm").click()
    expect(page.get_by_role("button", name="Chi bộ thống nhất điểm này")).to_be_visible()
    for box in page.locator("input[inputmode=decimal]").all():
        if not box.input_value():
            box.fill("1")
    page.get_by_role("button", name="Chi bộ thống nhất điểm này").click()
    expect(page.locator("h1")).to_contain_text("điểm,")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_closing_step_to_the_communes_calibration(
    open_page: OpenPage, live_server: Any, *, scripts: bool
) -> None:
    cell = make_cell("Chi bộ thôn Nặm Chá")
    commune = Organization.objects.get(path=cell.path[:4])
    secretary = person("Ma Công Lập", Role.SECRETARY, cell)
    officer = person("Nông Văn Phúc", Role.COMMUNE_OFFICER, commune)
    other, meeting = add_scored_sister(commune, "Chi bộ thôn Nà Chẻ"), make_open_meeting(cell)
    phone = open_page(PHONE, scripts=scripts)
    enter(phone, secretary, live_server.url)
    score_on_the_phone(phone, meeting)

    desk = open_page(DESKTOP, scripts=scripts)
    enter(desk, officer, live_server.url)
    desk.goto("/")
    desk.get_by_role("link", name="Chốt điểm sinh hoạt").click()
    expect(desk.get_by_text("Còn 2 trong 2 buổi chưa chốt.")).to_be_visible()
    first, second = desk.locator("input[name=total]").all()
    if scripts:  # the keys of the page work before any field has the focus
        desk.locator("h1").click()
        desk.keyboard.press("j")
        expect(first).to_be_focused()
        assert first.input_value() != "j"
    first.focus()
    if scripts:
        assert_usable(desk)
        desk.keyboard.press("j")
        expect(second).to_be_focused()
        desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Còn 1 trong 2 buổi chưa chốt.")).to_be_visible()
    expect(desk.locator("input[name=total]").nth(1)).to_be_focused()
    desk.locator("input[name=total]").nth(1).fill("60,5")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("hãy ghi vì sao")
    expect(desk.locator("input[name=total]").nth(1)).to_have_value("60,5")
    desk.locator("input[name=reason]").nth(1).fill("Phát biểu còn ít")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Còn 0 trong 2 buổi chưa chốt.")).to_be_visible()
    given = {score.meeting_id: (score.total, score.as_cell) for score in SideScore.objects.all()}
    assert sorted(given) == sorted([meeting.pk, other.pk])
    assert sorted(as_cell for _total, as_cell in given.values()) == [False, True]
    assert Decimal("60.5") in {total for total, _as_cell in given.values()}

    phone.goto(reverse("assessments:show_sheet", args=[meeting.public_id]))
    expect(phone.get_by_role("heading", name="Điểm của các bên")).to_be_visible()
    if scripts:
        assert_usable(phone)
