"""Pages before the meeting: who may see them, what they write, that bad input stays on the screen."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.documents.models import Document
from nennep.meetings.choices import MeetingKind, MeetingMode, MeetingState, NoticeAnswer
from nennep.meetings.models import AgendaItem, Meeting, NoticeReply, RuleDeparture
from nennep.members.choices import PostKind
from nennep.members.models import StandIn
from nennep.notifications.models import Notification
from tests.factories.core import NOW
from tests.factories.meetings import OPENED_AT, at, make_item, make_meeting
from tests.factories.members import make_post
from tests.factories.village import Village
from tests.markup import squeeze
from tests.previews import confirm

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def address(name: str, meeting: Meeting) -> str:
    return reverse(f"meetings:{name}", args=[meeting.public_id])


def test_a_reader_sees_no_buttons(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.reader)
    assert "Thống nhất chương trình" not in client.get(address("show_agenda", village.meeting)).content.decode()


def test_the_year_is_planned_from_the_page(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    page = reverse("meetings:show_year", args=[village.cell.public_id, 2026])
    client.post(reverse("meetings:plan_year", args=[village.cell.public_id, 2026]))
    text = client.get(page).content.decode()
    assert Meeting.objects.filter(organization=village.cell).count() == 2
    assert "19:30 thứ Năm, 03/12/2026" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_takes_the_same_queries_for_any_number_of_rows(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, rows: int
) -> None:
    for month in range(1, rows):
        make_meeting(village.cell, planned_for=at(date(2026, month, 3)))
    client = sign_in(village.secretary)
    with django_assert_num_queries(10):
        assert client.get(reverse("meetings:show_year", args=[village.cell.public_id, 2026])).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_programme_takes_the_same_queries_for_any_number_of_rows(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(1, rows):
        make_item(village.meeting, f"Mục {number}", position=number + 2)
    client = sign_in(village.secretary)
    with django_assert_num_queries(29):
        assert client.get(address("show_agenda", village.meeting)).status_code == 200


def test_moving_out_of_the_window_asks_for_a_reason_and_keeps_what_was_typed(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    typed = {"day": "20/11/2026", "starts_at": "20:00", "place": "Nhà ông Bằng", "reason": ""}
    answer = client.post(address("move_meeting", village.meeting), typed)
    assert answer.status_code == 422
    assert "Nhà ông Bằng" in answer.content.decode()
    assert client.post(address("move_meeting", village.meeting), typed | {"reason": "Lũ quét"}).status_code == 302
    village.meeting.refresh_from_db()
    assert (village.meeting.day, RuleDeparture.objects.get().reason) == (date(2026, 11, 20), "Lũ quét")


@pytest.mark.parametrize("day", ["", "32/11/2026", "mai"])
def test_a_day_that_is_none_is_refused(village: Village, sign_in: SignIn, day: str) -> None:
    typed = {"day": day, "starts_at": "20:00", "place": "", "reason": "x"}
    answer = sign_in(village.secretary).post(address("move_meeting", village.meeting), typed)
    assert (answer.status_code, "03/11/2026" in answer.content.decode()) == (422, True)


def test_calling_off_and_taking_it_back(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    assert client.post(address("cancel_meeting", village.meeting), {"reason": ""}).status_code == 422
    client.post(address("cancel_meeting", village.meeting), {"reason": "Bão số 12"})
    assert Meeting.objects.get(pk=village.meeting.pk).state == MeetingState.CANCELLED
    client.post(address("restore_meeting", village.meeting))
    assert Meeting.objects.get(pk=village.meeting.pk).state == MeetingState.PLANNED


def test_the_programme_is_changed_item_by_item(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    data = {"title": "Hương ước mới", "minutes": "15", "topic": "democracy", "presenter": str(village.plain.public_id)}
    client.post(address("add_item", village.meeting), data)
    item = AgendaItem.objects.get(title="Hương ước mới")
    assert (item.position, item.topic, item.presenter) == (3, "democracy", village.plain)
    client.post(reverse("meetings:move_item", args=[item.public_id]), {"step": "-1"})
    item.refresh_from_db()
    assert item.position == 2
    client.post(
        reverse("meetings:edit_item", args=[item.public_id]),
        {"title": "Hương ước", "minutes": "20", "presenter": "", "position": "1"},
    )
    item.refresh_from_db()
    assert (item.position, item.title, item.minutes_planned, item.presenter) == (1, "Hương ước", 20, None)
    client.post(reverse("meetings:remove_item", args=[item.public_id]))
    assert [row.position for row in village.meeting.agenda.all()] == [1, 2]


def test_two_who_change_one_item_lose_nothing(village: Village, sign_in: SignIn) -> None:
    """What only one touched comes together; where both did, the later one sees what the other wrote, and what was typed stays."""
    client, item = sign_in(village.secretary), village.meeting.agenda.earliest("position")
    edit = reverse("meetings:edit_item", args=[item.public_id])
    fields = client.get(edit).context["form"]
    opened = {name: str(fields[name].value() or "") for name in fields.fields}
    AgendaItem.objects.filter(pk=item.pk).update(minutes_planned=25)
    client.post(edit, opened | {"title": "Sửa cầu"})
    item.refresh_from_db()
    assert (item.title, item.minutes_planned) == ("Sửa cầu", 25)
    refused = client.post(edit, opened | {"title": "Sửa đường"})
    shown = refused.content.decode()
    assert (refused.status_code, "Đồng chí khác vừa ghi “Sửa cầu”" in shown, 'value="Sửa đường"' in shown) == (
        422,
        True,
        True,
    )
    assert "Chưa ghi vào đâu" not in shown  # what was typed stands in its field
    again = {name: str(refused.context["form"][name].value() or "") for name in fields.fields}
    client.post(edit, again)
    item.refresh_from_db()
    assert (item.title, item.minutes_planned) == ("Sửa đường", 25)


def test_a_suggestion_fills_the_form(village: Village, sign_in: SignIn) -> None:
    page = sign_in(village.secretary).get(address("add_item", village.meeting), {"title": "Dân chủ", "minutes": "12"})
    assert 'value="Dân chủ"' in page.content.decode()


def test_minutes_that_are_none_are_refused(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    answer = client.post(address("add_item", village.meeting), {"title": "x", "minutes": "nhiều", "topic": "other"})
    assert (answer.status_code, village.meeting.agenda.count()) == (422, 2)


def test_a_short_programme_is_warned_of_with_its_source(village: Village, sign_in: SignIn) -> None:
    village.meeting.agenda.filter(position=2).update(minutes_planned=60)
    text = sign_in(village.secretary).get(address("show_agenda", village.meeting)).content.decode()
    assert "còn thiếu 25 phút" in text
    assert "42-HD/BTCTW" in text


def test_a_theme_comes_with_its_items(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    assert client.post(address("edit_kind", village.meeting), {"kind": "combined", "theme": ""}).status_code == 422
    assert client.post(address("edit_kind", village.meeting), {"kind": "thematic", "theme": "x"}).status_code == 422
    client.post(address("edit_kind", village.meeting), {"kind": "combined", "theme": "Nước sạch"})
    village.meeting.refresh_from_db()
    assert village.meeting.kind == MeetingKind.COMBINED
    assert "Trình bày chuyên đề: Nước sạch" in [item.title for item in village.meeting.agenda.all()]
    client.post(address("edit_kind", village.meeting), {"kind": "regular", "theme": ""})
    assert [item.title for item in village.meeting.agenda.all()] == ["Khai mạc", "Nhiệm vụ tháng 11"]


def test_agreeing_and_building_anew(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    assert confirm(client, address("rebuild_agenda", village.meeting), {}).status_code == 302
    assert village.meeting.agenda.count() == 9
    assert client.post(address("agree_agenda", village.meeting)).status_code == 302
    village.meeting.refresh_from_db()
    assert village.meeting.prepared_at is not None


def test_people_are_of_this_cell(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    data = {
        "chair": str(village.secretary_member.public_id),
        "minute_taker": str(village.plain.public_id),
    }
    client.post(address("edit_people", village.meeting), data)
    village.meeting.refresh_from_db()
    assert village.meeting.chair == village.secretary_member
    assert client.post(address("edit_people", village.meeting), data | {"chair": "x"}).status_code == 422


def test_leaders_stand_first_and_who_it_was_last_is_proposed(village: Village, sign_in: SignIn) -> None:
    held = make_meeting(
        village.cell, kind=MeetingKind.THEMATIC, state=MeetingState.HELD, opened_at=OPENED_AT, closed_at=NOW
    )
    Meeting.objects.filter(pk=held.pk).update(chair=village.secretary_member, minute_taker=village.plain)
    page = html.fromstring(sign_in(village.secretary).get(address("edit_people", village.meeting)).content)
    names = [option.text for option in page.xpath("//select[@name='chair']/option")]
    assert names[:3] == ["Chưa chọn", "Ma Công Lập, Bí thư", "Ma Văn Bằng"]
    chosen = {
        name: page.xpath(f"//select[@name='{name}']/option[@selected]/text()") for name in ("chair", "minute_taker")
    }
    assert chosen == {"chair": ["Ma Công Lập, Bí thư"], "minute_taker": ["Ma Văn Bằng"]}
    assert "Hoàng Đình Khoát" not in names  # exempt from meetings
    Meeting.objects.filter(pk=village.meeting.pk).update(minute_taker=village.exempt)
    again = html.fromstring(sign_in(village.secretary).get(address("edit_people", village.meeting)).content)
    assert again.xpath("//select[@name='minute_taker']/option[@selected]/text()") == ["Hoàng Đình Khoát"]


@pytest.mark.parametrize("who", ["secretary", "stand-in"])
def test_where_nobody_led_before_the_leaders_are_proposed(village: Village, sign_in: SignIn, who: str) -> None:
    make_post(village.plain, village.cell, PostKind.DEPUTY_SECRETARY)
    expected = {"chair": ["Ma Công Lập, Bí thư"], "minute_taker": ["Ma Văn Bằng, Phó bí thư"]}
    if who == "stand-in":
        first, last = village.meeting.day - timedelta(days=5), village.meeting.day + timedelta(days=5)
        StandIn.objects.create(member=village.plain, organization=village.cell, valid_from=first, valid_to=last)
        expected = {"chair": ["Ma Văn Bằng, Phó bí thư"], "minute_taker": ["Chưa chọn"]}
    page = html.fromstring(sign_in(village.secretary).get(address("edit_people", village.meeting)).content)
    chosen = {
        name: page.xpath(f"//select[@name='{name}']/option[@selected]/text()") for name in ("chair", "minute_taker")
    }
    assert chosen == expected


def test_a_paper_goes_with_the_meeting(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    upload = SimpleUploadedFile("du-thao.txt", "Dự thảo nghị quyết".encode())
    data = {"title": "Dự thảo nghị quyết", "paper_type": "NQ", "file": upload, "not_secret": "on"}
    unsure = client.post(address("add_paper", village.meeting), {**data, "not_secret": ""})
    assert (unsure.status_code, "Chỉ đưa lên tài liệu không mật" in unsure.content.decode()) == (422, True)
    upload.seek(0)
    assert client.post(address("add_paper", village.meeting), data).status_code == 302
    assert Document.objects.get().origin_id == str(village.meeting.public_id)
    assert "Dự thảo nghị quyết" in client.get(address("show_agenda", village.meeting)).content.decode()
    assert client.post(address("add_paper", village.meeting), {"title": "x", "paper_type": "NQ"}).status_code == 422


def test_the_notice_reaches_accounts_and_counts_paper(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    assert client.post(address("send_notice", village.meeting), {"message": "Mang sổ tay"}).status_code == 302
    notice = village.meeting.notices.get()
    assert (notice.recipients, notice.printed, notice.message) == (4, 4, "Mang sổ tay")
    assert Notification.objects.count() == 2
    village.meeting.refresh_from_db()
    assert village.meeting.announced_at is not None
    assert "Mang sổ tay" in client.get(address("print_notice", village.meeting)).content.decode()


def test_a_notice_sent_twice_by_one_hand_goes_out_once(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    for _tap in range(2):
        assert client.post(address("send_notice", village.meeting), {"message": "Mang sổ tay"}).status_code == 302
    assert (village.meeting.notices.count(), Notification.objects.count()) == (1, 2)
    client.post(address("send_notice", village.meeting), {"message": "Mang cả bút"})
    assert (village.meeting.notices.count(), Notification.objects.count()) == (2, 4)


def test_a_member_answers_and_the_secretary_writes_down_for_another(village: Village, sign_in: SignIn) -> None:
    own = sign_in(village.member_user)
    assert own.post(address("reply", village.meeting), {"answer": "excused", "reason": ""}).status_code == 422
    own.post(address("reply", village.meeting), {"answer": "excused", "reason": "Đi viện cùng mẹ"})
    written = {"answer": "coming", "reason": "", "member": str(village.plain.public_id)}
    assert own.post(address("reply", village.meeting), written).status_code == 422
    sign_in(village.secretary).post(address("reply", village.meeting), written)
    answers = {reply.member: (reply.answer, reply.recorded_by_name) for reply in NoticeReply.objects.all()}
    assert answers == {
        village.member: (NoticeAnswer.EXCUSED, ""),
        village.plain: (NoticeAnswer.COMING, "Ma Công Lập"),
    }


def test_whoever_has_no_account_is_written_down_by_name(village: Village, sign_in: SignIn) -> None:
    """From the list to the form and back: the list says who answered what, and who wrote it down (G5)."""
    client = sign_in(village.secretary)
    page = address("reply", village.meeting)
    form = client.get(page, {"dang-vien": str(village.plain.public_id)}).content.decode()
    assert ("Đồng chí Ma Văn Bằng trả lời thế nào?" in form, "Sổ ghi rõ đồng chí ghi hộ." in form) == (True, True)
    written = {"answer": "excused", "reason": "Đi làm xa", "member": str(village.plain.public_id)}
    assert client.post(page, written).headers["Location"].endswith("#tra-loi")
    text = squeeze(client.get(address("show_notice", village.meeting)).content.decode())
    assert "Xin vắng: Đi làm xa (Ma Công Lập ghi hộ)" in text
    assert "<b>1</b>xin vắng" in text
    assert (
        AuditEvent.objects.filter(verb="meetings.answered").get().on_behalf_of
        == f"members.member/{village.plain.public_id}"
    )
    Meeting.objects.filter(pk=village.meeting.pk).update(mode=MeetingMode.HYBRID)
    client.post(page, {"answer": "online", "reason": "", "member": str(village.plain.public_id)})
    text = squeeze(client.get(address("show_notice", village.meeting)).content.decode())
    assert ("Dự trực tuyến (Ma Công Lập ghi hộ)" in text, "<b>1</b>sẽ dự" in text) == (True, True)


def test_the_words_of_a_notice_stay_while_answers_are_written(village: Village, sign_in: SignIn) -> None:
    """Without scripts: each button of the page sends all of it, and what it is not about stands there again."""
    client = sign_in(village.secretary)
    reply, show = address("reply", village.meeting), address("show_notice", village.meeting)
    typed = {"message": "Mang sổ tay", "answer": "excused", "reason": "Việc riêng"}
    other = f"{reply}?dang-vien={village.plain.public_id}"
    assert client.post(other, {**typed, "mo": "1"})["Location"] == other
    assert NoticeReply.objects.count() == 0
    client.post(other, {"answer": "coming", "reason": "", "member": str(village.plain.public_id)})
    page = client.get(show)
    assert (page.context["form"]["message"].value(), page.context["reply_form"]["reason"].value()) == (
        "Mang sổ tay",
        "Việc riêng",
    )
    assert client.post(reply, typed | {"answer": "coming", "reason": ""})["Location"] == f"{show}#tra-loi"
    page = client.get(show)
    assert (page.context["form"]["message"].value(), page.context["reply_form"]["reason"].value()) == (
        "Mang sổ tay",
        "",
    )
    client.post(address("send_notice", village.meeting), typed | {"message": "Mang cả bút"})
    page = client.get(show)
    assert (page.context["form"]["message"].value(), page.context["reply_form"]["reason"].value()) == (
        "Mang cả bút",
        "Việc riêng",
    )
    others = sign_in(village.member_user).get(show)
    assert others.context["form"]["message"].value() is None


def test_a_member_sees_who_answered_for_them_and_takes_it_over(village: Village, sign_in: SignIn) -> None:
    page = address("reply", village.meeting)
    sign_in(village.secretary).post(page, {"answer": "coming", "reason": "", "member": str(village.member.public_id)})
    own = sign_in(village.member_user)
    assert "Ma Công Lập ghi hộ" in own.get(address("show_notice", village.meeting)).content.decode()
    own.post(page, {"answer": "excused", "reason": "Đi viện cùng mẹ"})
    assert "ghi hộ" not in own.get(address("show_notice", village.meeting)).content.decode()
    assert NoticeReply.objects.get().recorded_by_name == ""


@pytest.mark.parametrize("member", ["exempt", "stranger"])
def test_nobody_answers_for_whoever_is_not_called(village: Village, sign_in: SignIn, member: str) -> None:
    public_id = village.exempt.public_id if member == "exempt" else village.meeting.public_id
    answer = sign_in(village.secretary).post(
        address("reply", village.meeting), {"answer": "coming", "reason": "", "member": str(public_id)}
    )
    assert (answer.status_code, NoticeReply.objects.count()) == (422, 0)


def test_answers_of_others_are_the_secretarys_alone(village: Village, sign_in: SignIn) -> None:
    NoticeReply.objects.create(
        meeting=village.meeting,
        member=village.plain,
        answer="excused",
        reason="Việc riêng",
        at=village.meeting.planned_for,
    )
    assert "Việc riêng" in sign_in(village.secretary).get(address("show_notice", village.meeting)).content.decode()
    assert (
        "Việc riêng" not in sign_in(village.member_user).get(address("show_notice", village.meeting)).content.decode()
    )


@pytest.mark.parametrize(("year", "status"), [("2026", 200), ("10000", 404), ("0", 404), ("99999999999999999999", 404)])
def test_a_year_that_cannot_be_is_no_address(village: Village, sign_in: SignIn, year: str, status: int) -> None:
    client = sign_in(village.secretary)
    plan = f"/sinh-hoat/ke-hoach/{village.cell.public_id}/{year}/"
    assert client.get(plan).status_code == status
    assert client.get(f"/sinh-hoat/so-bien-ban/{village.cell.public_id}/{year}/").status_code == status


def test_no_schedule_is_made_further_ahead_than_next_year(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    known = Meeting.objects.count()
    assert client.post(reverse("meetings:plan_year", args=[village.cell.public_id, 2099])).status_code == 404
    assert Meeting.objects.count() == known
    assert client.post(reverse("meetings:plan_year", args=[village.cell.public_id, 2027])).status_code == 302
