"""The room as a person works in it: without JavaScript by whole pages, with htmx by parts of the same page."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.models import User
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Speech
from nennep.room.services.roll_call import mark_others_present
from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.members import make_member
from tests.factories.village import Village
from tests.markup import squeeze

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def room(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    return village


def address(name: str, meeting: Meeting) -> str:
    return reverse(f"room:{name}", args=[meeting.public_id])


def tap_address(village: Village, name: str = "Lý Thị Mỷ", verb: str = "tap") -> str:
    entry = RollCallEntry.objects.get(meeting=village.meeting, member__full_name=name)
    return reverse(f"room:{verb}", args=[entry.public_id])


def current_note(village: Village) -> str:
    item = village.meeting.agenda.get(started_at__isnull=False, ended_at=None)
    return reverse("room:save_note", args=[item.public_id])


def test_opening_from_the_page(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    page = client.get(address("show_room", village.meeting), follow=True)
    assert "Khai mạc buổi sinh hoạt?" in page.content.decode()
    assert "ngoài thời gian quy định" in page.content.decode()
    typed = {"day": "09/11/2026", "at": "09:00", "reason": "Lũ"}
    assert client.post(address("open_meeting", village.meeting), typed).status_code == 422
    answer = client.post(address("open_meeting", village.meeting), typed | {"at": "07:30"})
    assert answer.headers["Location"] == f"{address('show_room', village.meeting)}#diem-danh"
    village.meeting.refresh_from_db()
    assert (village.meeting.state, village.meeting.held_on) == (MeetingState.OPEN, date(2026, 11, 9))


@pytest.mark.parametrize("more", [0, 2])
def test_the_room_takes_the_same_queries_for_any_number_of_people(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        make_member(f"Người thứ {number}", cell=village.cell)
    open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    mark_others_present(actor=village.actor, meeting=village.meeting, now=NOW)
    client = sign_in(village.secretary)
    with django_assert_num_queries(24):
        assert client.get(address("show_room", village.meeting)).status_code == 200


def test_a_tap_takes_ten_queries_at_most(room: Village, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    client, page = sign_in(room.secretary), tap_address(room)
    with django_assert_max_num_queries(10):
        assert client.post(page).status_code == 302
    with django_assert_max_num_queries(10):
        assert client.post(page, headers=HTMX).status_code == 200


def test_a_tap_on_a_speaker_takes_ten_queries_at_most(
    room: Village, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW)
    client, page = sign_in(room.secretary), tap_address(room, verb="speak")
    for headers in ({}, HTMX):
        with django_assert_max_num_queries(10):
            client.post(page, headers=headers)
    assert Speech.objects.get().count == 2


def test_a_tap_without_javascript_keeps_the_note(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    item = room.meeting.agenda.all()[0]
    sent = {"item": str(item.public_id), "version": "0", "note": "Đồng chí Bằng nêu ý kiến"}
    answer = client.post(tap_address(room), sent)
    assert answer.headers["Location"].endswith("#diem-danh")
    item.refresh_from_db()
    assert item.note == "Đồng chí Bằng nêu ý kiến"
    client.post(tap_address(room), sent | {"note": "Bản khác"})
    item.refresh_from_db()
    assert item.note == "Đồng chí Bằng nêu ý kiến\nBản khác"


def test_a_tap_with_htmx_answers_with_what_it_changed(room: Village, sign_in: SignIn) -> None:
    answer = sign_in(room.secretary).post(tap_address(room), headers=HTMX)
    text = answer.content.decode()
    assert 'data-state="present" data-nn-next="excused">Có mặt</span>' in text
    assert '<span class="nn-count" id="so-diem-danh" hx-swap-oob="true">1/4</span>' in text
    assert "25,0%" in text
    assert "Vừa ghi Lý Thị Mỷ có mặt" in text
    assert '<p id="da-ghi" hx-swap-oob="innerHTML">Vừa ghi Lý Thị Mỷ có mặt</p>' in text  # what a screen reader is told
    assert '<span id="con-lai" hx-swap-oob="true">Còn 3 đồng chí chưa ghi.</span>' in text
    assert "nn-roll" in answer.headers["HX-Trigger-After-Settle"]


def test_a_tap_sends_the_state_that_was_seen_next(room: Village, sign_in: SignIn) -> None:
    client, tap = sign_in(room.secretary), tap_address(room)
    shown = client.get(address("show_room", room.meeting)).content.decode()
    assert ('name="muon" value="present"' in shown, 'data-state="none" data-nn-next="present"' in shown) == (True, True)
    for _again in range(2):
        answer = client.post(tap, {"muon": "present"}, headers=HTMX)
        assert 'data-state="present" data-nn-next="excused">Có mặt</span>' in answer.content.decode()
    assert client.post(tap, {"muon": "online"}, headers=HTMX).status_code == 422
    assert client.post(tap, {"muon": "khong-co"}).status_code == 404


def test_undo_and_all_others(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    text = client.post(address("mark_others", room.meeting), headers=HTMX).content.decode()
    assert ("Vừa ghi 4 đồng chí có mặt" in text, "4/4" in text) == (True, True)
    assert '<p id="da-ghi" hx-swap-oob="innerHTML">Điểm danh 4/4. Đã ghi đủ.</p>' in squeeze(text)
    client.post(address("undo_mark", room.meeting))
    assert set(room.meeting.roll_call.filter(counted=True).values_list("state", flat=True)) == {"unmarked"}
    page = client.post(address("undo_mark", room.meeting), follow=True).content.decode()
    assert "Không có gì để hoàn tác." in page


def test_rarer_states_have_a_page(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), tap_address(room, verb="mark")
    assert client.post(page, {"state": "late", "reason": "", "arrived_at": ""}).status_code == 422
    assert client.post(page, {"state": "late", "reason": "", "arrived_at": "26:00"}).status_code == 422
    assert client.post(page, {"state": "exempt", "reason": "", "left_at": ""}).status_code == 422
    assert client.post(page, {"state": "late", "reason": "", "arrived_at": "19:48"}).status_code == 302
    text = client.get(address("show_room", room.meeting)).content.decode()
    assert ("vào lúc 19:48" in text, "Đến muộn" in text) == (True, True)


def test_the_paper_sheet_in_one_post(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    entries = {entry.member.full_name: entry.public_id for entry in room.meeting.roll_call.select_related("member")}
    sent = {f"state-{key}": "present" for key in entries.values()}
    sent |= {f"reason-{key}": "" for key in entries.values()}
    sent[f"state-{entries['Hoàng Đình Khoát']}"] = "exempt"
    sent[f"state-{entries['Ma Văn Bằng']}"] = "excused"
    sent[f"reason-{entries['Ma Văn Bằng']}"] = "Việc nhà"
    assert client.get(address("key_sheet", room.meeting)).status_code == 200
    assert (
        client.post(address("key_sheet", room.meeting), sent | {f"state-{entries['Lý Thị Mỷ']}": "x"}).status_code
        == 422
    )
    assert client.post(address("key_sheet", room.meeting), sent).status_code == 302
    marked = RollCallEntry.objects.get(member=room.plain)
    assert (marked.state, marked.reason) == (AttendanceState.EXCUSED, "Việc nhà")
    assert room.meeting.roll_call.filter(state="present").count() == 3


def test_comparing_the_list_keeps_what_was_keyed_from_the_paper(room: Village, sign_in: SignIn) -> None:
    client, sheet = sign_in(room.secretary), address("key_sheet", room.meeting)
    key = room.meeting.roll_call.get(member=room.plain).public_id
    keyed = {f"state-{key}": "excused", f"reason-{key}": "Việc nhà"}
    assert client.post(address("add_missing", room.meeting), keyed)["Location"] == sheet
    form = client.get(sheet).context["form"]
    assert {name: form[name].value() for name in keyed} == keyed
    assert room.meeting.roll_call.get(member=room.plain).state == AttendanceState.UNMARKED
    sent = {field.html_name: field.value() or "" for field in form}
    assert client.post(sheet, sent).status_code == 302
    again = client.get(sheet).context["form"]
    assert again[f"reason-{key}"].value() == "Việc nhà"
    assert "carried_words" not in client.session


def test_a_sheet_to_print(room: Village, sign_in: SignIn) -> None:
    text = sign_in(room.secretary).get(address("print_sheet", room.meeting)).content.decode()
    assert ("Hoàng Đình Khoát" in text, "Miễn công tác và sinh hoạt" in text) == (True, True)


def test_the_note_is_saved_on_the_way_to_the_next_item(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    first, second = room.meeting.agenda.all()
    sent = {"note": "Đã khai mạc", "version": "0", "go": str(second.public_id)}
    client.post(current_note(room), sent)
    first.refresh_from_db()
    assert (first.note, first.ended_at) == ("Đã khai mạc", NOW)
    client.post(current_note(room), {"note": "Ý kiến", "version": "0", "module": "agreed"})
    second.refresh_from_db()
    assert second.note == "Ý kiến\nChi bộ thống nhất."
    client.post(current_note(room), {"note": second.note, "version": "2", "speaker": "Lý Thị Mỷ"})
    second.refresh_from_db()
    assert second.note.endswith("\nĐồng chí Lý Thị Mỷ: ")
    client.post(current_note(room), {"note": second.note, "version": "3", "finish": "1"})
    assert AgendaItem.objects.filter(meeting=room.meeting, ended_at=None).count() == 0
    assert "Kết luận và bế mạc" in client.get(address("show_room", room.meeting)).content.decode()


def test_two_people_writing_see_both_texts(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), current_note(room)
    client.post(page, {"note": "Bản của thư ký", "version": "0"})
    answer = client.post(page, {"note": "Bản của bí thư", "version": "0"})
    text = answer.content.decode()
    assert (answer.status_code, "Bản của thư ký" in text, "Bản của bí thư" in text) == (409, True, True)
    assert client.post(page, {"note": "Gộp cả hai", "version": "1"}).status_code == 302


def typed_in(page: Any, name: str) -> dict[str, str]:
    """What the field `name` and those beside it send as they stand, whatever form they belong to."""
    fields = html.fromstring(page.content.decode()).xpath(
        f"//main//*[@name][starts-with(@name, {name!r}) or @name='version']"
    )
    return {field.name: field.value.removeprefix("\n") for field in fields}


def test_sending_the_page_of_two_notes_as_it_stands_keeps_both(room: Village, sign_in: SignIn) -> None:
    client, note = sign_in(room.secretary), current_note(room)
    client.post(note, {"note": "Đồng chí Vương: thời sự.", "version": 0})
    page = client.post(note, {"note": "Đồng chí Mỷ: làm mương.", "version": 0})
    client.post(note, typed_in(page, "note"))
    assert room.meeting.agenda.get(started_at__isnull=False).note == "Đồng chí Vương: thời sự.\nĐồng chí Mỷ: làm mương."


def test_sending_the_page_of_two_conclusions_as_it_stands_keeps_both(room: Village, sign_in: SignIn) -> None:
    client, conclude = sign_in(room.secretary), address("write_conclusion", room.meeting)
    client.post(conclude, {"conclusion": "Làm mương.", "conclusion_before": ""})
    page = client.post(conclude, {"conclusion": "Làm đường.", "conclusion_before": ""})
    assert page.status_code == 422
    client.post(conclude, typed_in(page, "conclusion"))
    room.meeting.refresh_from_db()
    assert room.meeting.conclusion == "Làm mương.\nLàm đường."


def test_a_note_that_is_too_long_stays_on_the_screen(room: Village, sign_in: SignIn) -> None:
    answer = sign_in(room.secretary).post(current_note(room), {"note": "ý " * 10001, "version": "0"})
    assert (answer.status_code, "20.000 chữ" in answer.content.decode()) == (422, True)


def test_speaking_without_an_item_says_what_to_do(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    client.post(address("mark_others", room.meeting))
    room.meeting.agenda.update(started_at=None, ended_at=None)
    page = tap_address(room, verb="speak")
    assert "Chưa bàn mục nào" in client.post(page, follow=True).content.decode()
    assert "HX-Redirect" in client.post(page, headers=HTMX).headers


def test_two_who_tell_of_fees_find_both_lines_in_the_box(room: Village, sign_in: SignIn) -> None:
    """The second writer began before the first one saved; what is made of both is saved at the next tap."""
    client, page = sign_in(room.secretary), address("edit_fee_note", room.meeting)
    opened = open_fields(client.get(page))
    assert client.post(page, opened | {"fee_note": "24/25 đã đóng"}).status_code == 302
    refused = client.post(page, opened | {"fee_note": "Đồng chí Páo nợ hai tháng"})
    again = open_fields(refused)
    assert (refused.status_code, again["fee_note"]) == (422, "24/25 đã đóng; Đồng chí Páo nợ hai tháng")
    assert "Người khác vừa ghi tình hình đảng phí" in refused.content.decode()
    assert Meeting.objects.get(pk=room.meeting.pk).fee_note == "24/25 đã đóng"
    assert client.post(page, again | {"fee_note": "24/25 đã đóng, một nợ"}).status_code == 302
    assert Meeting.objects.get(pk=room.meeting.pk).fee_note == "24/25 đã đóng, một nợ"


def open_fields(page: Any) -> dict[str, str]:
    """What the browser would send of the form on this page."""
    (form,) = (form for form in html.fromstring(page.content.decode()).forms if "fee_note" in form.fields)
    return {name: str(value) for name, value in form.form_values()}


def test_fees(room: Village, sign_in: SignIn) -> None:
    client = sign_in(room.secretary)
    client.post(address("edit_fee_note", room.meeting), {"fee_note": "25/25 đồng chí đã đóng"})
    assert "25/25 đồng chí đã đóng" in client.get(address("show_room", room.meeting)).content.decode()


def test_the_closing_page_asks_for_a_minute_taker_until_there_is_one(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("close", room.meeting)
    missing = "Chưa chọn thư ký: biên bản sẽ không có tên người ghi."
    assert missing in squeeze(client.get(page).content.decode())
    room.meeting.minute_taker = room.plain
    room.meeting.save()
    assert missing not in squeeze(client.get(page).content.decode())


@pytest.mark.parametrize("opened", [False, True])
def test_the_mode_is_chosen_on_the_way_and_leads_back(village: Village, sign_in: SignIn, *, opened: bool) -> None:
    if opened:
        open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    client, room = sign_in(village.secretary), address("show_room", village.meeting)
    page = html.fromstring(client.get(room, follow=True).content)
    ways = page.xpath("//a/@href | //button[@name='tiep']/@value")
    [link] = {way for way in ways if way.startswith(address("choose_mode", village.meeting))}
    assert client.post(link, {"mode": "in_person"}).headers["Location"] == room


def test_a_refused_end_is_not_called_in_order(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("close", room.meeting)
    RollCallEntry.objects.update(state=AttendanceState.PRESENT)
    Meeting.objects.update(opened_at=NOW - timedelta(hours=2), conclusion="Làm mương.", minute_taker=room.plain)
    fine = "Đủ điểm danh, đủ thời lượng, đã có kết luận."
    assert fine in client.get(page).content.decode()
    refused = client.post(page, {"closed_at": "01/01/2026 8:00"})
    assert (refused.status_code, fine in refused.content.decode()) == (422, False)


def test_what_nobody_touched_is_no_second_note(room: Village, sign_in: SignIn) -> None:
    """Another device saves while the page stands here: its buttons, with and without JavaScript, leave that note alone."""
    client = sign_in(room.secretary)
    item = room.meeting.agenda.all()[0]
    item.note, item.note_version = "Đồng chí Vương: thời sự.", 1
    item.save()
    page = client.get(reverse("room:show_room", args=[room.meeting.public_id]))
    shown = re.search(r'name="note_before" form="phong" value="([0-9a-f]{16})"', page.content.decode())
    sent = {"item": str(item.public_id), "version": "1", "note": item.note, "note_before": shown[1] if shown else ""}
    client.post(current_note(room), {"note": "Thời sự: bỏ qua.", "version": "1"})
    elsewhere = reverse("room:start_ballot", args=[room.meeting.public_id])
    answer = client.post(reverse("room:save_in_room", args=[room.meeting.public_id]), sent | {"tiep": elsewhere})
    assert answer.headers["Location"] == elsewhere
    assert client.post(tap_address(room), sent).status_code == 302
    item.refresh_from_db()
    assert (item.note, item.note_version) == ("Thời sự: bỏ qua.", 2)
    assert client.post(current_note(room), sent | {"note": "Đồng chí Vương: làm mương."}).status_code == 409
    assert client.post(current_note(room), sent | {"note_before": "-"}).status_code == 409
