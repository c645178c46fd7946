"""What the room refuses stays on the page, words and reason, when another device changes something and the room is asked again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nennep.core.access import Actor
from nennep.meetings.models import Advice, Meeting
from nennep.members.choices import PostKind
from nennep.room.choices import GuestKind
from nennep.room.services import guests
from nennep.room.services.outcome import write_conclusion
from tests.journeys.conftest import BEGINNING, DESKTOP, MoveClock, OpenPage
from tests.journeys.test_two_devices import enter, meeting

__all__ = ["meeting"]
pytestmark = pytest.mark.django_db(transaction=True)
PARTS = Path(__file__).parents[2] / "src/nennep/room/templates/room"
STAMPED = "Bàn theo công văn TỐI MẬT"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def vote(page: Page) -> str:
    page.locator("#id_subject").fill("Bầu đồng chí Nhè làm tổ trưởng")
    page.locator("#id_in_favour").fill("30")
    press(page, "Ghi kết quả biểu quyết")
    return "#id_subject"


def note_petition(page: Page) -> str:
    page.locator("#id_petition").fill(STAMPED)
    press(page, "Ghi kiến nghị")
    return "#id_petition"


def add_guest(page: Page) -> str:
    page.get_by_text("Thêm khách, cấp trên").click()
    page.locator("#id_guest").fill(STAMPED)
    press(page, "Ghi khách mời")
    return "#id_guest"


def answer_advice(page: Page) -> str:
    box = page.locator("#gop-y input")
    box.fill(STAMPED)
    press(page, "Làm được một phần")
    return "#gop-y input"


def conclude(page: Page) -> str:
    """Another one's conclusion was saved since the page was opened, and no answer has brought it yet."""
    page.locator("#id_conclusion").fill("Giao đồng chí Páo sửa cầu.")
    write_conclusion(
        actor=Actor.system(), meeting=Meeting.objects.get(), text="Làm mương trước.", before="", now=BEGINNING
    )
    press(page, "Ghi kết luận")
    return "#id_conclusion"


REFUSALS: dict[str, Callable[[Page], str]] = {
    "advice": answer_advice,
    "conclusion": conclude,
    "guests": add_guest,
    "petitions": note_petition,
    "vote": vote,
}


def test_every_part_that_can_be_refused_is_refused_here() -> None:
    asking = {path.stem[1:] for path in PARTS.glob("_*.html") if re.search(r"error_summary \w+_form", path.read_text())}
    assert asking == set(REFUSALS)


@pytest.mark.parametrize("part", REFUSALS)
def test_what_was_refused_outlasts_what_others_do(
    open_page: OpenPage, meeting: Meeting, moment: MoveClock, part: str
) -> None:
    Advice.objects.create(organization=meeting.organization, text="Gửi sớm", given_on=BEGINNING, given_by_name="A")
    page = enter(open_page, meeting, "Ma Công Lập", DESKTOP, PostKind.SECRETARY)
    field = page.locator(REFUSALS[part](page))
    error = page.locator("[data-nn-refused]")
    expect(error).to_be_visible()
    typed = field.input_value()
    assert typed
    guests.add_guest(actor=Actor.system(), meeting=meeting, name="Vàng A Sủ", kind=GuestKind.GUEST, now=BEGINNING)
    expect(page.locator("#ban-so")).to_have_attribute(
        "data-nn-revision", str(Meeting.objects.get(pk=meeting.pk).revision)
    )
    expect(error).to_be_visible()
    expect(field).to_have_value(typed)


def test_a_draft_is_offered_beside_what_somebody_else_wrote(
    open_page: OpenPage, meeting: Meeting, moment: MoveClock
) -> None:
    page = enter(open_page, meeting, "Ma Công Lập", DESKTOP, PostKind.SECRETARY)
    conclude(page)
    expect(page.locator("[data-nn-refused]")).to_be_visible()
    page.reload()
    expect(page.locator("#id_conclusion")).to_have_value("Làm mương trước.")
    page.get_by_role("button", name="Thêm bản gõ dở vào dưới").click()
    expect(page.locator("#id_conclusion")).to_have_value("Làm mương trước.\nGiao đồng chí Páo sửa cầu.")
