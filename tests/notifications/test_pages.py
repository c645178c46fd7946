"""Pages of what was sent in a unit's name, of devices and of the calendar's address."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications import queries, services
from nennep.notifications.choices import Addressee, Message, Sender
from nennep.notifications.models import CalendarFeed, Delivery, PushSubscription
from tests.factories.accounts import actor_of, make_user
from tests.factories.core import NOW, make_actor, said
from tests.factories.people import People, client_of, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, *args: object) -> str:
    return reverse(f"notifications:{name}", args=args)


def tell(people: People, *told: Addressee, origin: str = "1") -> None:
    sender = Sender(people.cell.pk, "meetings.meeting", origin)
    message = Message(kind="thu", title=said("Mời dự sinh hoạt"))
    services.reach_people(actor=people.actor, people=told, message=message, sender=sender, now=NOW)


def test_the_secretary_texts_and_ticks_off(people: People) -> None:
    tell(people, Addressee(reach="sms", name="Chi", phone="0912345678"), Addressee(reach="print", name="Dung"))
    address = page("list_by_hand", people.cell.public_id)
    shown = people.insider.get(address).content.decode()
    assert "Còn 2 đồng chí." in shown
    assert 'href="sms:+84912345678?body=M%E1%BB%9Di' in shown
    row = Delivery.objects.get(channel="sms")
    ticked = people.insider.post(page("mark_handed", row.public_id), {"tiep": address})
    assert ticked.headers["Location"] == address
    after = people.insider.get(address).content.decode()
    assert ("Còn 1 đồng chí." in after, "Ma Công Lập ghi" in after) == (True, True)
    people.insider.post(page("mark_handed", row.public_id), {"bo": "1"})
    assert "Còn 2 đồng chí." in people.insider.get(address).content.decode()


def test_the_list_may_be_of_one_thing(people: People) -> None:
    tell(people, Addressee(reach="print", name="Dung", person_id="d"))
    tell(people, Addressee(reach="print", name="Em", person_id="e"), origin="2")
    address = page("list_by_hand", people.cell.public_id)
    shown = people.insider.get(address, {"ve": "meetings.meeting", "ma": "2"}).content.decode()
    assert ("Dung" in shown, "Em" in shown) == (False, True)


def test_what_failed_is_sent_again_from_the_page(people: People, settings: Any) -> None:
    tell(people, Addressee(reach="email", name="Bình", email="binh@example.vn"))
    Delivery.objects.update(state="failed", error="550 <b>no</b>")
    address = page("list_undelivered", people.cell.public_id)
    shown = people.insider.get(address).content.decode()
    assert "“550 &lt;b&gt;no&lt;/b&gt;”" in shown
    again = people.insider.post(page("resend", Delivery.objects.get().public_id), {"tiep": address}, follow=True)
    assert "Đang gửi lại cho Bình." in again.content.decode()
    Delivery.objects.update(state="sent", error="")
    none = people.insider.post(page("resend_all", people.cell.public_id), follow=True)
    assert "Không còn tin nào chưa gửi được." in none.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_lists_cost_the_same_however_long(people: People, many: int, django_assert_num_queries: Any) -> None:
    tell(people, *(Addressee(reach="print", name=f"Tên {number}", person_id=str(number)) for number in range(many)))
    people.insider.get(page("list"))
    with django_assert_num_queries(5):
        people.insider.get(page("list_by_hand", people.cell.public_id))
    Delivery.objects.update(state="failed", error="550")
    with django_assert_num_queries(7):  # what is refused, and how many were not tried yet
        people.insider.get(page("list_undelivered", people.cell.public_id))


def test_what_was_not_tried_yet_is_not_called_sent(people: People) -> None:
    tell(people, Addressee(reach="email", name="Bình", email="binh@example.vn"))
    address = page("list_undelivered", people.cell.public_id)
    Delivery.objects.update(state="sent", error="")
    assert "Tin nào cũng đã gửi." in people.insider.get(address).content.decode()
    Delivery.objects.update(state="waiting")
    shown = people.insider.get(address).content.decode()
    assert ("Tin nào cũng đã gửi." in shown, "1 tin đang chờ gửi." in shown) == (False, True)


def test_a_wrong_subscription_says_so(people: People) -> None:
    for typed in ({}, {"endpoint": "https://[fd00::1]/x", "p256dh": "a", "auth": "b"}):
        shown = people.member.post(page("subscribe"), typed, follow=True).content.decode()
        assert "Máy này chưa bật được thông báo." in shown
    assert PushSubscription.objects.count() == 0


def test_the_worker_stands_at_the_root_for_everybody() -> None:
    answer = Client().get("/sw.js")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert b'addEventListener("push"' in answer.content
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_address_is_shown_once(people: People) -> None:
    assert "Lấy địa chỉ lịch" in people.member.get(page("feed")).content.decode()
    made = people.member.post(page("make_feed"))
    token = made.context["address"].split("/lich/")[1].removesuffix(".ics")
    assert (made.headers["Cache-Control"].count("no-store"), token in made.content.decode()) == (1, True)
    assert token not in people.member.get(page("feed")).content.decode()
    assert queries.find_feed(token=token) == CalendarFeed.objects.get()
    people.member.post(page("revoke_feed"))
    assert queries.find_feed(token=token) is None


def test_a_new_address_ends_the_old_one() -> None:
    actor = actor_of(make_user())
    first = services.make_feed(actor=actor, now=NOW)
    second = services.make_feed(actor=actor, now=NOW)
    assert queries.find_feed(token=first) is None
    feed = queries.find_feed(token=second)
    assert feed is not None
    for minutes in (0, 30, 90):
        services.note_feed_read(actor=Actor.system(), feed=feed, now=NOW + timedelta(minutes=minutes))
    assert CalendarFeed.objects.get(pk=feed.pk).last_read_at == NOW + timedelta(minutes=90)
    with pytest.raises(NotAllowed):
        services.note_feed_read(actor=actor, feed=feed, now=NOW)
    with pytest.raises(NotAllowed):
        services.make_feed(actor=make_actor(), now=NOW)


def test_a_locked_account_has_no_calendar() -> None:
    user = make_user()
    token = services.make_feed(actor=actor_of(user), now=NOW)
    user.is_active = False
    user.save()
    assert queries.find_feed(token=token) is None


def test_pages_of_devices_open_for_a_member(people: People) -> None:
    assert client_of(people.member_user).get(page("devices")).status_code == 200
