"""What one tap does in the room and at its closing: a task is done, fees are paid, items were discussed."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.models import User
from nennep.core.errors import NotAllowed, NotFound
from nennep.duties.choices import DutyState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.records.services.reopening import reopen_meeting
from nennep.room.queries.course import read_course
from nennep.room.services.outcome import finish_duty
from nennep.room.services.roll_call import mark_others_present
from nennep.room.services.room import FeeNoteChanged, open_meeting, set_fee_note, tell_fees_paid
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import make_item, make_secretary
from tests.factories.members import make_member
from tests.factories.village import Village
from tests.markup import squeeze

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def room(village: Village) -> Village:
    opened_at = NOW - timedelta(hours=2)
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=opened_at, now=NOW)
    return village


def address(name: str, *ids: object) -> str:
    return reverse(f"room:{name}", args=ids)


def test_a_task_of_last_month_is_done_by_one_tap(room: Village, sign_in: SignIn) -> None:
    duty = make_duty(room.cell, room.member, given_on=NOW.date() - timedelta(days=30), due_on=NOW.date())
    client, button = sign_in(room.secretary), address("finish_duty", room.meeting.public_id, duty.public_id)
    part = squeeze(client.post(button, headers=HTMX).content.decode())
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.reports.count()) == (DutyState.DONE, 100, 1)
    assert ("Đã xong" in part, "xong 1/1" in part, "Biểu dương" in part) == (False, True, True)
    assert client.post(button).headers["Location"] == f"{address('show_room', room.meeting.public_id)}#nhiem-vu"


def test_what_was_done_by_mistake_is_mended_from_the_same_line(room: Village, sign_in: SignIn) -> None:
    duty = make_duty(room.cell, room.member, given_on=NOW.date() - timedelta(days=30), due_on=NOW.date())
    finish_duty(actor=room.actor, meeting=room.meeting, public_id=duty.public_id, now=NOW)
    client = sign_in(room.secretary)
    mend = reverse("duties:report_duty", args=[duty.public_id])
    assert f"{mend}?tiep=" in client.get(address("show_room", room.meeting.public_id)).content.decode()
    client.post(mend, {"state": "ongoing", "percent": 40, "note": "Chờ xi măng"})
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.settled_on) == (DutyState.ONGOING, 40, None)


def test_a_task_of_another_cell_is_not_done_from_here(room: Village) -> None:
    other = make_cell()
    foreign = make_duty(other, make_member(cell=other))
    with pytest.raises(NotFound):
        finish_duty(actor=room.actor, meeting=room.meeting, public_id=foreign.public_id, now=NOW)
    foreign.refresh_from_db()
    assert foreign.state == DutyState.ONGOING


def test_fees_are_told_by_one_tap(room: Village, sign_in: SignIn) -> None:
    client, show = sign_in(room.secretary), address("show_room", room.meeting.public_id)
    assert "Đã đóng đủ đến tháng 11" in squeeze(client.get(show).content.decode())
    item = room.meeting.agenda.get(started_at__isnull=False)
    typed = {"item": item.public_id, "note": "Chào cờ", "version": 0}
    answer = client.post(address("tell_fees_paid", room.meeting.public_id), typed)
    assert answer.headers["Location"] == f"{show}#dang-ban"
    room.meeting.refresh_from_db()
    assert room.meeting.fee_note == "Đã đóng đủ đến tháng 11"
    assert AgendaItem.objects.get(pk=item.pk).note == "Chào cờ"


def test_one_tap_does_not_write_over_what_stands_there(room: Village, sign_in: SignIn) -> None:
    set_fee_note(actor=room.actor, meeting=room.meeting, fee_note="24/25 đã đóng", now=NOW)
    with pytest.raises(FeeNoteChanged):
        tell_fees_paid(actor=room.actor, meeting=room.meeting, now=NOW)
    page = sign_in(room.secretary).post(address("tell_fees_paid", room.meeting.public_id), follow=True)
    assert "Người khác vừa ghi tình hình đảng phí" in page.content.decode()
    assert Meeting.objects.get(pk=room.meeting.pk).fee_note == "24/25 đã đóng"


def test_fees_told_on_the_closing_page_lose_nothing_that_was_typed(room: Village, sign_in: SignIn) -> None:
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    (name, *_others) = reasons_on(page)
    told = client.post(close, {"fees": "1", name: "Mưa lũ, về sớm", "closed_at": "09/11/2026 07:45"})
    shown = told.content.decode()
    assert (told.status_code, 'name="fees"' in shown) == (200, False)
    assert ("Mưa lũ, về sớm" in shown, "09/11/2026 07:45" in shown) == (True, True)
    room.meeting.refresh_from_db()
    assert (room.meeting.fee_note, room.meeting.state) == ("Đã đóng đủ đến tháng 11", "open")


def hidden(page: str, name: str) -> str:
    (value,) = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return str(value)


def reasons_on(page: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'name="(reason_[a-z_]+)"', page), "Ghi lại từ giấy")


@pytest.fixture
def left(room: Village) -> list[AgendaItem]:
    """Two items that nobody took up; the others were."""
    mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW)
    room.meeting.agenda.update(started_at=room.meeting.opened_at, ended_at=room.meeting.opened_at)
    return [make_item(room.meeting, title, position=place) for place, title in ((3, "Ý kiến"), (4, "Kiến nghị"))]


@pytest.mark.parametrize("ticked", [{}, {"all_discussed": "on"}, {"discussed": "2"}], ids=["none", "all", "one"])
def test_items_not_tapped_are_said_to_be_discussed_at_the_closing(
    room: Village, left: list[AgendaItem], sign_in: SignIn, ticked: dict[str, str]
) -> None:
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    assert all(item.title in page for item in left)
    sent = {name: str(left[0].public_id) if value == "2" else value for name, value in ticked.items()}
    sent |= reasons_on(page) | {"shown": hidden(page, "shown")}
    assert client.post(close, sent).status_code == 302
    found = room.meeting.agenda.filter(position__gt=2).order_by("position").values_list("discussed", flat=True)
    assert list(found) == [bool(ticked), "all_discussed" in ticked]


@pytest.mark.parametrize("said", [False, True], ids=["nothing", "all"])
def test_where_nobody_tapped_through_the_programme_one_button_says_that_all_was_discussed(
    room: Village, sign_in: SignIn, *, said: bool
) -> None:
    """And the other one leaves it open: the minutes say of no item whether it was come to."""
    mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW)
    items = [make_item(room.meeting, title, position=place) for place, title in ((3, "Ý kiến"), (4, "Kiến nghị"))]
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    assert ("Các mục trên đều đã bàn, kết thúc" in page, 'name="discussed"' in page) == (True, False)
    sent = reasons_on(page) | {"shown": hidden(page, "shown")} | ({"all_discussed": "1"} if said else {})
    assert client.post(close, sent).status_code == 302
    for item in items:
        item.refresh_from_db()
    assert [item.discussed for item in items] == [said, said]
    room.meeting.refresh_from_db()
    course = read_course(room.meeting, list(room.meeting.agenda.all()))
    assert (course.left, course.followed) == (frozenset(), said)


@pytest.mark.parametrize("tick", ["none", "one", "nothing left"])
def test_the_key_enter_closes_nothing_while_items_are_left_without_a_tick(
    room: Village, left: list[AgendaItem], sign_in: SignIn, tick: str
) -> None:
    """It presses the first button of the form; what stands in the fields is kept, and the two buttons say what they mean."""
    if tick == "nothing left":
        room.meeting.agenda.update(started_at=NOW, ended_at=NOW)
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    first = next(html.fromstring(page).xpath("//form[.//textarea]")[0].iter("button"))
    sent = reasons_on(page) | {first.get("name"): first.get("value")}
    sent |= {} if tick == "nothing left" else {"shown": hidden(page, "shown")}
    sent |= {"discussed": str(left[0].public_id)} if tick == "one" else {}
    answer = client.post(close, sent)
    assert answer.status_code == (422 if tick == "none" else 302)
    room.meeting.refresh_from_db()
    assert room.meeting.state == ("open" if tick == "none" else "held")
    if tick == "none":
        shown = answer.content.decode()
        assert ("Còn mục chưa bấm khi họp" in shown, shown.count("Ghi lại từ giấy")) == (True, len(reasons_on(page)))


@pytest.mark.parametrize("tick", ["all", "one"])
@pytest.mark.parametrize("change", ["more", "fewer"])
def test_a_tick_is_taken_for_the_list_that_was_read(
    room: Village, left: list[AgendaItem], sign_in: SignIn, tick: str, change: str
) -> None:
    """Another device adds an item, or takes one up, between reading the page and pressing its button."""
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    sent = reasons_on(page) | {"shown": hidden(page, "shown")}
    sent |= {"all_discussed": "on"} if tick == "all" else {"discussed": str(left[0].public_id)}
    if change == "more":
        make_item(room.meeting, "Mục thêm sau", position=5)
    else:
        AgendaItem.objects.filter(pk=left[1].pk).update(started_at=NOW)
    refused = client.post(close, sent)
    shown = refused.content.decode()
    assert (refused.status_code, "Chương trình vừa thay đổi." in shown) == (422, True)
    assert not room.meeting.agenda.filter(discussed=True).exists()
    again = sent | {"shown": hidden(shown, "shown")}
    assert client.post(close, again).status_code == 302


def test_ticks_stay_when_fees_are_told_beside_them(room: Village, left: list[AgendaItem], sign_in: SignIn) -> None:
    make_item(room.meeting, "Việc khác", position=5)
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    told = client.post(close, {"fees": "1", "discussed": [str(item.public_id) for item in left]})
    boxes = html.fromstring(told.content).xpath("//input[@name='discussed']")
    assert [box.get("value") for box in boxes if box.get("checked") is not None] == [
        str(item.public_id) for item in left
    ]


def test_what_was_said_by_mistake_is_asked_again_after_reopening(
    room: Village, left: list[AgendaItem], sign_in: SignIn
) -> None:
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    client.post(close, reasons_on(page) | {"shown": hidden(page, "shown"), "all_discussed": "on"})
    reopen_meeting(actor=room.actor, meeting=room.meeting, now=NOW)
    assert hidden(client.get(close).content.decode(), "shown") == hidden(page, "shown")


def test_a_reason_stays_with_its_rule(room: Village, sign_in: SignIn) -> None:
    """Of two rules one is kept meanwhile: what was typed for the other is its reason."""
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    typed = {name: f"Vì {name}" for name in reasons_on(page)}
    assert {"reason_meeting_roll_call", "reason_meeting_conclusion"} <= set(typed)
    mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW)
    assert client.post(close, typed).status_code == 302
    kept = dict(room.meeting.departures.values_list("rule_key", "reason"))
    assert kept["meeting.conclusion"] == "Vì reason_meeting_conclusion"
    assert "meeting.roll_call" not in kept


def test_tasks_past_their_day_stand_on_the_closing_page(room: Village, sign_in: SignIn) -> None:
    given = NOW.date() - timedelta(days=30)
    late = make_duty(room.cell, room.member, "Phát quang", given_on=given, due_on=NOW.date() - timedelta(days=1))
    make_duty(room.cell, room.member, "Đến hạn hôm nay", given_on=given, due_on=NOW.date())
    client, close = sign_in(room.secretary), address("close", room.meeting.public_id)
    page = client.get(close).content.decode()
    assert f"{reverse('duties:change_duty', args=[late.public_id])}?tiep={close}" in page
    assert ("Phát quang" in page, "Đến hạn hôm nay" in page) == (True, False)
    finish_duty(actor=room.actor, meeting=room.meeting, public_id=late.public_id, now=NOW)
    assert "Phát quang" not in client.get(close).content.decode()


def test_nobody_else_taps(room: Village) -> None:
    duty = make_duty(room.cell, room.member)
    other = make_secretary(make_cell())
    for act in (
        lambda: finish_duty(actor=other, meeting=room.meeting, public_id=duty.public_id, now=NOW),
        lambda: tell_fees_paid(actor=other, meeting=room.meeting, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
