"""The call by each one's means, and papers that came too late."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from nennep.core.origins import Origin
from nennep.documents.models import Document
from nennep.documents.services import DocumentDetails, add_document
from nennep.meetings.models import Meeting
from nennep.meetings.queries.notice import get_notice_page
from nennep.meetings.services.notice import send_notice
from nennep.members.choices import Reach
from nennep.members.models import Member
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery, Notification
from nennep.notifications.queries.deliveries import DeliveryRow
from nennep.notifications.rules.channels import ReachTally
from tests.factories.cells import join_cell
from tests.factories.core import NOW, VIETNAM
from tests.factories.documents import make_upload
from tests.factories.meetings import make_meeting
from tests.factories.people import People, make_people
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    for name, reach, phone in (("Bàn Thị Chẩn", Reach.SMS, "0912345678"), ("Đặng Văn Ẻn", Reach.PRINT, "")):
        member = join_cell(people.cell, name)
        member.reach, member.phone = reach, phone
        member.save()
    Member.objects.filter(pk=people.member_record.pk).update(reach=Reach.APP)
    return make_meeting(people.cell)


def page(people: People, meeting: Meeting) -> str:
    shown: str = people.insider.get(reverse("meetings:show_notice", args=[meeting.public_id])).content.decode()
    return shown


def test_each_is_called_by_their_own_means_and_the_page_says_so(people: People, meeting: Meeting) -> None:
    notice = send_notice(actor=people.actor, meeting=meeting, now=NOW)
    rows = Delivery.objects.order_by("person_name").values_list("person_name", "channel", "state")
    assert list(rows) == [
        ("Bàn Thị Chẩn", "sms", "by_hand"),
        ("Lý Thị Mỷ", "app", "sent"),
        ("Đặng Văn Ẻn", "print", "by_hand"),
    ]
    assert (notice.recipients, notice.printed) == (3, 1)
    assert "Chi bộ thôn Nặm Chá. Mời dự sinh hoạt" in Delivery.objects.get(channel="sms").text
    shown = page(people, meeting)
    assert ("Còn 2 đồng chí phải nhắn tin hoặc đưa tận tay" in shown, "chưa đọc" in shown) == (True, True)
    assert ("Đã gửi tới 1 đồng chí." in squeeze(shown), "nhận trên điện thoại" in shown) == (True, False)
    Notification.objects.update(read_at=NOW)
    assert "đã đọc lúc 08:00 thứ Hai, 09/11/2026" in page(people, meeting)


def test_the_numbers_of_a_notice_come_to_all_who_are_called(people: People, meeting: Meeting) -> None:
    """Whatever they wish: two who wish it on a phone have no account. One joins after it was sent."""
    Member.objects.exclude(pk=people.member_record.pk).update(reach=Reach.APP, phone="")
    send_notice(actor=people.actor, meeting=meeting, now=NOW)
    join_cell(people.cell, "Vàng Thị Dở")
    found = get_notice_page(actor=people.actor, meeting=meeting, today=NOW.date())
    reach = found.reach
    assert (reach.told, reach.by_hand, reach.failed, found.failed, found.new, len(found.recipients)) == (
        1,
        2,
        0,
        0,
        1,
        4,
    )
    shown = page(people, meeting)
    assert "1 đồng chí chưa được gửi: bấm “Gửi lại”." in squeeze(shown)


def test_the_page_foresees_what_the_sending_does(people: People, meeting: Meeting) -> None:
    """One condition before and after, whatever they wish: a phone without an account, an e-mail address, a wish for paper."""
    sms = Member.objects.get(full_name="Bàn Thị Chẩn")
    Member.objects.exclude(pk__in=[sms.pk, people.member_record.pk]).update(reach=Reach.APP)
    by_mail = join_cell(people.cell, "Vàng Thị Dở")
    Member.objects.filter(pk=by_mail.pk).update(reach=Reach.EMAIL, email="do@example.vn")
    before = get_notice_page(actor=people.actor, meeting=meeting, today=NOW.date())
    home = people.insider.get(reverse("home")).context["home"]
    assert (before.reach, home.reach) == (ReachTally(app=1, email=1, by_phone=1, on_paper=1),) * 2
    assert len(before.printed) == 1
    send_notice(actor=people.actor, meeting=meeting, now=NOW)
    after = get_notice_page(actor=people.actor, meeting=meeting, today=NOW.date())
    assert (after.reach, len(after.printed)) == (before.reach, 1)
    shown = squeeze(page(people, meeting))
    assert "Đã gửi tới 2 đồng chí. 1 nhận trong chương trình. 1 qua thư điện tử." in shown
    assert "Còn 2 đồng chí phải nhắn tin hoặc đưa tận tay. 1 nhắn tin. 1 đưa bản in." in shown


def test_the_words_for_a_group_chat_are_copied_by_one_button(people: People, meeting: Meeting) -> None:
    """Without scripts they stand there to be selected; the button comes with the scripts."""
    send_notice(actor=people.actor, meeting=meeting, now=NOW)
    shown = html.fromstring(page(people, meeting))
    (button,) = shown.xpath("//button[@data-nn-copy]")
    words = shown.get_element_by_id(button.get("data-nn-copy")).text_content()
    assert (button.get("hidden") is not None, "kính mời các đồng chí dự sinh hoạt" in words) == (True, True)


def test_somebody_whom_nothing_reaches_gets_paper(people: People, meeting: Meeting) -> None:
    Member.objects.update(reach=Reach.APP, phone="", user=None)
    assert send_notice(actor=people.actor, meeting=meeting, now=NOW).printed == 3


@pytest.mark.parametrize(
    ("days", "hour", "late"), [(1, 23, False), (0, 0, True)], ids=["late on the evening before", "the very day"]
)
def test_a_paper_that_came_too_late_is_marked_with_the_rule(
    people: People, meeting: Meeting, days: int, hour: int, late: bool
) -> None:
    """One day before is any hour of that day, whatever the hour of the meeting."""
    add_document(
        actor=people.actor,
        organization=people.cell,
        details=DocumentDetails("Dự thảo nghị quyết"),
        upload=make_upload(),
        now=datetime.combine(meeting.day - timedelta(days=days), time(hour, 30), VIETNAM),
        origin=Origin("meetings.meeting", str(meeting.public_id)),
    )
    assert Document.objects.count() == 1
    shown = people.member.get(reverse("meetings:show_notice", args=[meeting.public_id])).content.decode()
    assert ("Muộn" in shown, "Tài liệu phải đến chậm nhất" in shown, "Đưa lên" in shown) == (late, late, True)


@pytest.mark.parametrize("many", [1, 3])
def test_ways_cost_no_query_each(people: People, meeting: Meeting, many: int, django_assert_num_queries: Any) -> None:
    for number in range(many):
        join_cell(people.cell, f"Vàng Thị {number}")
    send_notice(actor=people.actor, meeting=meeting, now=NOW)
    page(people, meeting)
    with django_assert_num_queries(16):
        page(people, meeting)


@pytest.mark.parametrize(
    ("channel", "words"),
    [(Channel.SMS, "chờ nhắn"), (Channel.PRINT, "chờ đưa tận tay"), (Channel.EMAIL, "chờ đưa tận tay")],
)
def test_a_text_message_waits_for_being_sent_not_for_being_handed_over(channel: Channel, words: str) -> None:
    assert DeliveryRow(channel, DeliveryState.BY_HAND, read=False, at=None, by_name="", error="").words == words
