"""What a person does with deliveries, and what is written of each."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.notifications import services
from nennep.notifications.choices import Addressee, Channel, DeliveryState, Destination, Message, Sender, Verb
from nennep.notifications.models import CalendarFeed, Delivery, Notification
from nennep.notifications.rules.feeds import hash_token
from nennep.organizations.models import Organization
from tests.factories.accounts import make_user
from tests.factories.core import NOW, make_actor, said
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def cell(db: None) -> Organization:
    return make_unit()


def make_delivery(cell: Organization | None, channel: Channel, state: DeliveryState, error: str = "") -> Delivery:
    return Delivery.objects.create(
        organization=cell,
        channel=channel,
        state=state,
        error=error,
        attempts=4 if error else 0,
        person_name="Chi",
        title="Mời dự",
        created_at=NOW,
    )


def writer(cell: Organization) -> Any:
    return make_actor(Permission.DOCUMENTS_WRITE, path=cell.path)


def reach(*people: Addressee, sender: Sender | None = None, message: Message | None = None) -> list[Any]:
    return services.reach_people(
        actor=make_actor(),
        people=people,
        message=message or Message(kind="thu", title=said("Mời dự"), body=said("Nhà văn hóa"), page=Destination("/x/")),
        sender=sender,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("state", "error", "again"),
    [
        (DeliveryState.FAILED, "x", True),
        (DeliveryState.WAITING, "x", True),
        (DeliveryState.WAITING, "", False),
        (DeliveryState.SENT, "x", False),
    ],
    ids=["failed", "will be tried", "fresh", "sent meanwhile"],
)
def test_what_failed_is_sent_again_and_nothing_else(
    cell: Organization, state: DeliveryState, error: str, *, again: bool
) -> None:
    delivery = make_delivery(cell, Channel.EMAIL, state, error)
    if not again:
        with pytest.raises(services.NothingToResend):
            services.resend_delivery(actor=writer(cell), delivery=delivery, now=NOW)
        assert AuditEvent.objects.count() == 0
        return
    other = make_delivery(cell, Channel.EMAIL, state, error)
    services.resend_delivery(actor=writer(cell), delivery=delivery, now=NOW)
    rows = Delivery.objects.order_by("pk").values_list("pk", "state", "attempts")
    assert list(rows) == [(delivery.pk, DeliveryState.WAITING, 0), (other.pk, state, 4)]
    event = AuditEvent.objects.get()
    assert (event.verb, event.details, event.unit_path) == (Verb.RESENT, {"count": 1}, cell.path)
    assert (event.target_kind, event.target_id) == ("organizations.organization", str(cell.public_id))


def test_deliveries_are_touched_by_those_who_write_in_their_unit(cell: Organization) -> None:
    failed = make_delivery(cell, Channel.SMS, DeliveryState.FAILED, "x")
    reader = make_actor(Permission.DOCUMENTS_READ, path=cell.path)
    with pytest.raises(NotAllowed):
        services.resend_delivery(actor=reader, delivery=failed, now=NOW)
    with pytest.raises(NotAllowed):
        services.resend_all(actor=reader, organization=cell, now=NOW)
    with pytest.raises(NotAllowed):
        services.mark_handed(actor=reader, delivery=failed, now=NOW)
    services.mark_handed(actor=writer(cell), delivery=failed, now=NOW)
    with pytest.raises(NotAllowed):
        services.take_back_handed(actor=reader, delivery=failed, now=NOW)


def test_what_the_program_sends_in_its_own_name_is_nobodys_to_touch() -> None:
    delivery = make_delivery(None, Channel.SMS, DeliveryState.FAILED, "x")
    with pytest.raises(services.NotByHand):
        services.mark_handed(actor=make_actor(Permission.DOCUMENTS_WRITE), delivery=delivery, now=NOW)


@pytest.mark.parametrize(
    ("channel", "state", "by_hand"),
    [
        (Channel.PRINT, DeliveryState.BY_HAND, True),
        (Channel.SMS, DeliveryState.BY_HAND, True),
        (Channel.SMS, DeliveryState.FAILED, True),
        (Channel.SMS, DeliveryState.SENT, False),
        (Channel.EMAIL, DeliveryState.FAILED, False),
        (Channel.PUSH, DeliveryState.FAILED, False),
    ],
)
def test_paper_and_what_no_gateway_took_go_by_hand(
    cell: Organization, channel: Channel, state: DeliveryState, *, by_hand: bool
) -> None:
    delivery = make_delivery(cell, channel, state)
    if not by_hand:
        with pytest.raises(services.NotByHand):
            services.mark_handed(actor=writer(cell), delivery=delivery, now=NOW)
        return
    actor = writer(cell)
    services.mark_handed(actor=actor, delivery=delivery, now=NOW)
    again = services.mark_handed(actor=writer(cell), delivery=delivery, now=LATER)  # a second tap changes nothing
    delivery.refresh_from_db()
    assert again == delivery
    assert (delivery.state, delivery.sent_at, delivery.by_name) == (DeliveryState.HANDED, NOW, actor.name)
    event = AuditEvent.objects.get()
    assert (event.verb, event.details, event.on_behalf_of) == (Verb.HANDED, {"channel": channel}, "")
    assert (event.target_label, event.unit_path) == ("", cell.path)


def test_a_tick_is_taken_back_once(cell: Organization) -> None:
    delivery = make_delivery(cell, Channel.PRINT, DeliveryState.BY_HAND)
    actor = writer(cell)
    services.mark_handed(actor=actor, delivery=delivery, now=NOW)
    services.take_back_handed(actor=actor, delivery=delivery, now=LATER)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.by_name) == (DeliveryState.BY_HAND, None, "")
    with pytest.raises(services.NotByHand):
        services.take_back_handed(actor=actor, delivery=delivery, now=LATER)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [Verb.HANDED, Verb.TAKEN_BACK]


def test_a_notice_says_what_it_is_told(cell: Organization) -> None:
    user, locked = make_user("An"), make_user(active=False)
    message = Message(kind="thu", title=said("x" * 201), body=said("Nhà văn hóa"), page=Destination("/x/"))
    reach(Addressee(user_id=user.pk), Addressee(user_id=locked.pk), Addressee(), message=message)
    notice = Notification.objects.get()
    assert (notice.user, notice.kind, notice.title, notice.created_at) == (user, "thu", "x" * 200, NOW)
    assert (notice.body, notice.url, Delivery.objects.count()) == ("Nhà văn hóa", "/x/", 0)


def test_a_delivery_says_to_whom_of_what_and_in_whose_name(cell: Organization) -> None:
    user = make_user("An", email="an@example.vn")
    sender = Sender(cell.pk, "meetings.meeting", "1")
    told = reach(Addressee(user_id=user.pk, reach="app", person_id="a"), sender=sender)
    notice, app, letter = told
    rows = Delivery.objects.order_by("pk")
    assert [*rows] == [app, letter]
    assert [(row.notification, row.person_id, row.person_name, row.organization) for row in rows] == [
        (notice, "a", str(user), cell)
    ] * 2
    assert [(row.title, row.text, row.url, row.origin_kind, row.origin_id) for row in rows] == [
        ("Mời dự", "Nhà văn hóa", "/x/", "meetings.meeting", "1")
    ] * 2
    assert [(row.channel, row.address, row.state, row.sent_at) for row in rows] == [
        (Channel.APP, "", DeliveryState.SENT, NOW),
        (Channel.EMAIL, "an@example.vn", DeliveryState.WAITING, None),
    ]


def test_an_address_in_the_record_comes_before_that_of_the_account() -> None:
    user, other = make_user("An", email="an@example.vn"), make_user("Bình", email="binh@example.vn")
    for one in (user, other):
        one.phone = "0912345678"
        one.save()
    reach(
        Addressee(user_id=user.pk, reach="sms", email="khac@example.vn", name="Vàng A Tủa"),
        Addressee(user_id=other.pk, reach="sms", phone="0987654321"),
        message=Message(kind="thu", title=said("Mời dự"), short=said("Họp")),
    )
    rows = Delivery.objects.order_by("pk").values_list("person_name", "channel", "address", "text")
    assert list(rows) == [
        ("Vàng A Tủa", "email", "khac@example.vn", ""),
        ("Vàng A Tủa", "sms", "+84912345678", "Họp"),
        (str(other), "email", "binh@example.vn", ""),
        (str(other), "sms", "+84987654321", "Họp"),
    ]


def test_only_what_waits_for_the_same_person_about_the_same_thing_is_replaced(cell: Organization) -> None:
    here, elsewhere = Sender(cell.pk, "meetings.meeting", "1"), Sender(cell.pk, "meetings.meeting", "2")
    other_kind = Sender(cell.pk, "duties.duty", "1")
    one, two = (Addressee(reach="print", name=name, person_id=name) for name in ("Chi", "Dung"))
    reach(one, two, sender=here)
    handed = Delivery.objects.get(person_id="Chi")
    services.mark_handed(actor=writer(cell), delivery=handed, now=NOW)
    for sender in (elsewhere, other_kind, here, Sender(cell.pk), None):
        reach(one, sender=sender)
    for name in ("Ai đó", "Ai khác"):  # not known by a record: perhaps two people
        reach(Addressee(reach="print", name=name), sender=here)
    kept = Delivery.objects.exclude(pk=handed.pk).order_by("pk").values_list("person_name", "origin_kind", "origin_id")
    assert list(kept) == [
        ("Dung", "meetings.meeting", "1"),
        ("Chi", "meetings.meeting", "2"),
        ("Chi", "duties.duty", "1"),
        ("Chi", "meetings.meeting", "1"),
        ("Chi", "", ""),
        ("Chi", "", ""),
        ("Ai đó", "meetings.meeting", "1"),
        ("Ai khác", "meetings.meeting", "1"),
    ]
    reach(one, sender=here)
    again = Delivery.objects.filter(origin_kind="meetings.meeting", origin_id="1", person_id="Chi")
    assert [row.state for row in again.order_by("pk")] == [DeliveryState.HANDED, DeliveryState.BY_HAND]


def test_reading_counts_the_first_time() -> None:
    user = make_user()
    actor = make_actor(user_id=user.pk)
    notices = [
        one
        for _turn in range(3)
        for one in services.notify(actor=make_actor(), user_ids=[user.pk], kind="k", title=said("t"), now=NOW)
    ]
    for moment in (NOW, LATER):
        services.mark_read(notification=notices[0], now=moment)
    other = make_user()
    services.notify(actor=make_actor(), user_ids=[other.pk], kind="k", title=said("t"), now=NOW)
    assert services.mark_all_read(actor=actor, now=LATER) == 2
    read = Notification.objects.order_by("pk").values_list("read_at", flat=True)
    assert list(read) == [NOW, LATER, LATER, None]


def test_each_user_is_told_once_in_the_order_of_their_accounts() -> None:
    first, second = make_user(), make_user(email="hoa@example.vn")
    told = services.notify(
        actor=make_actor(), user_ids=[second.pk, first.pk, second.pk], kind="k", title=said("t"), now=NOW
    )
    assert told == list(Notification.objects.order_by("user_id"))  # the letter is no notice
    assert [notice.user_id for notice in told] == [first.pk, second.pk]


def test_an_address_of_a_calendar_is_made_read_and_ended() -> None:
    user = make_user()
    actor = make_actor(user_id=user.pk)
    for moment in (NOW, LATER):
        token = services.make_feed(actor=actor, now=moment)
    older, newer = CalendarFeed.objects.order_by("pk")
    assert (older.user, older.created_at, older.revoked_at) == (user, NOW, LATER)
    assert (newer.created_at, newer.revoked_at, newer.last_read_at) == (LATER, None, None)
    assert (newer.token_hash, len(b64decode(f"{token}=", altchars=b"-_"))) == (hash_token(token), 32)
    noted = []
    for minutes in (0, 30, 61):
        services.note_feed_read(actor=Actor.system(), feed=newer, now=NOW + timedelta(minutes=minutes))
        newer.refresh_from_db()
        noted.append(newer.last_read_at)
    assert noted == [NOW, NOW, NOW + timedelta(minutes=61)]
    older.refresh_from_db()
    assert older.last_read_at is None
    with pytest.raises(NotAllowed):
        services.note_feed_read(actor=actor, feed=newer, now=NOW)
    for _turn in range(2):
        services.revoke_feed(actor=actor, now=LATER)
    newer.refresh_from_db()
    assert newer.revoked_at == LATER
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", "target_id", "user_id")
    assert list(verbs) == [
        (Verb.FEED_MADE, str(older.public_id), user.pk),
        (Verb.FEED_MADE, str(newer.public_id), user.pk),
        (Verb.FEED_REVOKED, str(newer.public_id), user.pk),
    ]


def test_nobody_ends_the_address_of_another() -> None:
    services.make_feed(actor=make_actor(user_id=make_user().pk), now=NOW)
    for actor in (make_actor(user_id=make_user().pk), make_actor()):
        services.revoke_feed(actor=actor, now=NOW)
        with_address = make_user()
        services.make_feed(actor=make_actor(user_id=with_address.pk), now=NOW)
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 3
