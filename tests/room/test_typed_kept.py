"""Without scripts the whole room is one form: whatever is pressed, what was typed in note and conclusion is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.models import User
from nennep.meetings.models import AgendaItem, Meeting
from nennep.room.queries.outcome import list_warnings
from nennep.room.services.outcome import close_meeting
from nennep.room.services.roll_call import mark_others_present, tap_entry
from nennep.room.services.room import go_to_item
from tests.factories.accounts import make_user
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import make_item
from tests.factories.village import Village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SignIn = Callable[[User], Client]
NOTE, CONCLUSION = "Đồng chí Mỷ nêu cầu hỏng.", "Giao đồng chí Páo sửa cầu."


@dataclass
class Button:
    """One of the room's form: where it is sent, what it says of itself."""

    words: str
    action: str
    sent: dict[str, str]


@pytest.fixture(params=["an item", "between items"])
def room(opened: Village, request: pytest.FixtureRequest) -> Village:
    """With people who spoke, votes, tasks of last month, and something of everything that has a button."""
    for number in range(2):
        make_item(opened.meeting, f"Mục thêm {number}")
    make_duty(opened.cell, opened.plain, "Sửa mương")
    mark_others_present(actor=opened.actor, meeting=opened.meeting, now=NOW)
    tap_entry(actor=opened.actor, entry=opened.meeting.roll_call.order_by("pk")[0].public_id, now=NOW)
    if request.param == "between items":
        AgendaItem.objects.filter(meeting=opened.meeting, started_at__isnull=False).update(ended_at=NOW)
    elif not opened.meeting.agenda.filter(started_at__isnull=False, ended_at=None).exists():
        go_to_item(actor=opened.actor, item=opened.meeting.agenda.order_by("position")[0], now=NOW)
    return opened


def read(client: Client, meeting: Meeting) -> tuple[dict[str, str], list[Button]]:
    """The fields of the room's form as a browser would send them, and its buttons."""
    address = reverse("room:show_room", args=[meeting.public_id])
    page = html.fromstring(client.get(address).content.decode())
    (form,) = page.xpath("//form[@id='phong']")
    fields = {
        field.get("name"): field.text or "" if field.tag == "textarea" else field.get("value", "")
        for field in page.xpath("//*[@form='phong'][self::input or self::textarea or self::select]")
        if field.get("type") not in {"checkbox", "radio"} and field.get("name")
    }
    buttons = [
        Button(
            " ".join(button.text_content().split()),
            button.get("formaction") or form.get("action"),
            {button.get("name"): button.get("value", "")} if button.get("name") else {},
        )
        for button in page.xpath("//button[@form='phong'] | //form[@id='phong']//button")
    ]
    return fields, buttons


def press(client: Client, meeting: Meeting, fields: dict[str, str], button: Button) -> tuple[str, str]:
    """Note and conclusion as they stand afterwards, or in the page that says why not; then as if nothing had been pressed."""
    with transaction.atomic():
        answer = client.post(button.action, fields | button.sent, follow=True)
        assert answer.status_code in {200, 422}, (button, answer.status_code)
        stored = Meeting.objects.get(pk=meeting.pk)
        note = "\n".join(stored.agenda.order_by("position").values_list("note", flat=True))
        transaction.set_rollback(True)
    shown = html.fromstring(answer.content.decode()).xpath("string(//main)")
    return (NOTE if NOTE in note or NOTE in shown else "", CONCLUSION if CONCLUSION in stored.conclusion else "")


def test_no_button_of_the_room_loses_what_was_typed(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    fields, buttons = read(client, room.meeting)
    typed = fields | {"conclusion": CONCLUSION} | ({"note": NOTE} if "note" in fields else {})
    lost = {
        (button.words, button.action): kept
        for button in buttons
        if (kept := press(client, room.meeting, typed, button)) != (NOTE if "note" in fields else kept[0], CONCLUSION)
    }
    assert lost == {}
    assert len({button.action for button in buttons}) > 5


def test_nothing_in_the_room_leads_away_without_saving(room: Village, sign_in: SignIn) -> None:
    """A link would drop what stands in the boxes: whatever opens another page is a button that saves before."""
    client = sign_in(room.secretary)
    page = html.fromstring(client.get(reverse("room:show_room", args=[room.meeting.public_id])).content.decode())
    parts = page.xpath("//*[contains(concat(' ', @class, ' '), ' nn-room ')]")
    assert [link.get("href") for part in parts for link in part.xpath(".//a[not(starts-with(@href, '#'))]")] == []
    _fields, buttons = read(client, room.meeting)
    away = {button.words: button.sent["tiep"] for button in buttons if "tiep" in button.sent}
    assert {"Giao thêm nhiệm vụ", "Biểu dương, nhắc nhở", "Kết thúc buổi sinh hoạt", "Bỏ phiếu kín"} <= set(away)
    address = reverse("room:save_in_room", args=[room.meeting.public_id])
    assert client.post(address, {"tiep": "https://vi-du.vn/"})["Location"].startswith("/sinh-hoat/")
    for wanted in away.values():
        assert client.post(address, {"tiep": wanted})["Location"] == wanted


def test_what_another_one_wrote_meanwhile_stays_beside_it(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    fields, _buttons = read(client, room.meeting)
    Meeting.objects.filter(pk=room.meeting.pk).update(conclusion="Làm mương.")
    save = reverse("room:save_in_room", args=[room.meeting.public_id])
    client.post(save, fields | {"conclusion": CONCLUSION})
    assert Meeting.objects.get(pk=room.meeting.pk).conclusion == f"Làm mương.\n{CONCLUSION}"


STALE = {
    "save_in_room": {"conclusion": CONCLUSION},
    "write_conclusion": {"conclusion": CONCLUSION},
    "add_remark": {"text": CONCLUSION, "kind": "praise"},
    "give_duty": {"title": CONCLUSION},
    "note_petition": {"petition": CONCLUSION},
    "reserve_opinion": {"text": CONCLUSION},
    "start_ballot": {"subject": CONCLUSION},
    "record_vote": {"subject": CONCLUSION},
    "edit_fee_note": {"fee_note": CONCLUSION},
}


@pytest.mark.parametrize("name", list(STALE))
@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_what_is_sent_after_another_phone_closed_is_given_back(
    opened: Village, sign_in: SignIn, name: str, state: str
) -> None:
    """And nothing is written."""
    client, address = sign_in(opened.secretary), reverse(f"room:{name}", args=[opened.meeting.public_id])
    ended = (
        {"closed_at": NOW + timedelta(hours=2)} if state == "held" else {"opened_at": None, "cancelled_reason": "Lũ"}
    )
    Meeting.objects.filter(pk=opened.meeting.pk).update(state=state, **ended)
    before = Meeting.objects.filter(pk=opened.meeting.pk).values().get()
    answer = client.post(address, {"conclusion_before": "", "before": ""} | STALE[name])
    assert (answer.status_code, CONCLUSION in answer.content.decode()) == (422, True)
    assert Meeting.objects.filter(pk=opened.meeting.pk).values().get() == before


def test_a_page_of_somebody_who_has_no_part_in_it_any_more_gives_back_what_was_typed(
    opened: Village, sign_in: SignIn, client: Client
) -> None:
    """The office was handed over while the room was open: the page is not theirs, their words are."""
    user = make_user("Bí thư cũ")
    client.force_login(user)
    save = reverse("room:save_in_room", args=[opened.meeting.public_id])
    answer = client.post(save, {"conclusion": CONCLUSION, "conclusion_before": "Như cũ là được"})
    page = answer.content.decode()
    assert (answer.status_code, page.count(CONCLUSION), "Như cũ là được" in page) == (404, 1, False)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 302),
        ({"reason_meeting_conclusion": " Ghi từ \n giấy"}, 302),
        ({"reason_meeting_conclusion": CONCLUSION}, 409),
    ],
    ids=["nothing", "the same", "another"],
)
def test_closed_twice_is_closed_and_no_reason_is_lost(
    opened: Village, sign_in: SignIn, typed: dict[str, str], status: int
) -> None:
    meeting = opened.meeting
    reasons = {warning.key: "Ghi từ giấy" for warning in list_warnings(meeting, now=NOW)}
    close_meeting(actor=opened.actor, meeting=meeting, reasons=reasons, now=NOW)
    answer = sign_in(opened.secretary).post(reverse("room:close", args=[meeting.public_id]), {"shown": "x"} | typed)
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"] == reverse("records:show_minutes", args=[meeting.public_id])
    else:
        assert CONCLUSION in answer.content.decode()


def test_a_sheet_keyed_from_paper_after_the_meeting_was_closed_is_given_back(opened: Village, sign_in: SignIn) -> None:
    address = reverse("room:key_sheet", args=[opened.meeting.public_id])
    form = sign_in(opened.secretary).get(address).context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    reason = next(name for name in typed if name.startswith("reason"))
    Meeting.objects.filter(pk=opened.meeting.pk).update(state="held", closed_at=NOW + timedelta(hours=2))
    answer = sign_in(opened.secretary).post(address, typed | {reason: CONCLUSION})
    assert (answer.status_code, CONCLUSION in answer.content.decode()) == (422, True)
