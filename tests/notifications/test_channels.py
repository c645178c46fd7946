"""By each one's means: SMS through a gateway or by hand, push to devices, paper; again what failed."""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.notifications import queries, services
from nennep.notifications.choices import Addressee, Channel, DeliveryState, Destination, Message, Sender, Verb
from nennep.notifications.models import Delivery, Notification, PushSubscription
from nennep.notifications.renderers.push import Device, PushFailed, send_push
from nennep.notifications.renderers.sms import SmsGateway
from nennep.notifications.services import Subscription
from nennep.organizations.models import Organization
from tests.conftest import Committing
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, make_actor, said
from tests.factories.organizations import make_unit
from tests.notifications.servers import Server, listening

pytestmark = pytest.mark.django_db

MESSAGE = Message(
    kind="thu", title=said("Mời dự sinh hoạt"), body=said("Nhà văn hóa"), page=Destination("/sinh-hoat/1/")
)


@pytest.fixture
def cell(db: None) -> Organization:
    return make_unit()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with listening() as heard:
        settings.NENNEP_PUSH_ORIGINS = (heard.origin,)
        yield heard


def tell(cell: Organization, *people: Addressee, message: Message = MESSAGE) -> None:
    sender = Sender(cell.pk, "meetings.meeting", "1")
    services.reach_people(actor=make_actor(), people=people, message=message, sender=sender, now=NOW)


def states() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.order_by("person_name", "pk")
    return [(row.person_name, row.channel, row.state) for row in rows]


@pytest.mark.parametrize(
    ("role", "own", "told"),
    [(Role.MEMBER, False, True), (None, False, False), (None, True, True)],
    ids=["by role", "stranger", "own"],
)
def test_a_notice_is_made_for_those_who_may_open_its_page(
    cell: Organization, *, role: Role | None, own: bool, told: bool
) -> None:
    """Whoever may not is a person of the list like one without an account: nobody who is called is left out."""
    user = make_user("An")
    if role:
        grant_role(user, role, cell)
    mine = frozenset({user.pk}) if own else frozenset()
    page = Destination("/sinh-hoat/1/", Permission.MEETINGS_READ, (cell.path,), mine)
    message = Message(kind="thu", title=said("Mời dự sinh hoạt"), page=page)
    tell(cell, Addressee(user_id=user.pk, reach="app", name="An", person_id="a"), message=message)
    assert states() == [("An", "app", "sent") if told else ("An", "print", "by_hand")]
    assert Notification.objects.filter(user=user).exists() is told


@pytest.mark.parametrize("own", [True, False])
def test_a_page_of_ones_own_is_nobody_elses(cell: Organization, *, own: bool) -> None:
    user, other = make_user("An"), make_user("Bình")
    page = Destination("/cua-toi/", own=frozenset({user.pk if own else other.pk}))
    services.notify(actor=make_actor(), user_ids=[user.pk], kind="k", title=said("t"), page=page, now=NOW)
    assert Notification.objects.count() == int(own)


def test_each_is_told_by_their_own_means(cell: Organization, committing: Committing) -> None:
    user = make_user("An", email="an@example.vn")
    with committing():
        tell(
            cell,
            Addressee(user_id=user.pk, reach="app", name="An", person_id="a"),
            Addressee(reach="email", name="Bình", email="binh@example.vn", person_id="b"),
            Addressee(reach="sms", name="Chi", phone="0912345678", person_id="c"),
            Addressee(reach="print", name="Dung", person_id="d"),
        )
    assert states() == [
        ("An", "app", "sent"),
        ("An", "email", "sent"),
        ("Bình", "email", "sent"),
        ("Chi", "sms", "by_hand"),
        ("Dung", "print", "by_hand"),
    ]
    assert [message.to for message in mail.outbox] == [["an@example.vn"], ["binh@example.vn"]]


def test_a_gateway_takes_json_with_the_token(
    cell: Organization, server: Server, settings: Any, committing: Committing
) -> None:
    settings.NENNEP_SMS = SmsGateway(url=f"{server.origin}/gui", token="bi-mat", sender="CHIBO")
    with committing():
        tell(cell, Addressee(reach="sms", name="Chi", phone="0912 345 678"))
    (heard,) = server.heard
    assert json.loads(heard.body) == {"to": "+84912345678", "text": "Mời dự sinh hoạt", "from": "CHIBO"}
    assert (heard.path, heard.headers["authorization"]) == ("/gui", "Bearer bi-mat")
    assert states() == [("Chi", "sms", "sent")]


def test_a_gateway_takes_a_form_without_marks(
    cell: Organization, server: Server, settings: Any, committing: Committing
) -> None:
    settings.NENNEP_SMS_PLAIN = True
    settings.NENNEP_SMS = SmsGateway(url=server.origin, form=True, to_field="phone", text_field="message")
    with committing():
        tell(cell, Addressee(reach="sms", name="Chi", phone="0912345678"))
    assert server.heard[0].body == b"phone=%2B84912345678&message=Moi+du+sinh+hoat"


def test_a_redirect_does_not_carry_the_token_on(
    cell: Organization, server: Server, settings: Any, committing: Committing
) -> None:
    server.status, server.headers = 302, {"Location": f"{server.origin}/khac"}
    settings.NENNEP_SMS = SmsGateway(url=server.origin, token="bi-mat")
    with committing():
        tell(cell, Addressee(reach="sms", name="Chi", phone="0912345678"))
    assert [heard.path for heard in server.heard] == ["/"] or [heard.path for heard in server.heard] == [""]
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_a_refusal_is_kept_with_its_words_and_sent_again(
    cell: Organization, server: Server, settings: Any, committing: Committing
) -> None:
    settings.NENNEP_SMS = SmsGateway(url=server.origin)
    server.status, server.words = 400, "số không đúng"
    with committing():
        tell(cell, Addressee(reach="sms", name="Chi", phone="0912345678", person_id="c"))
    actor = make_secretary(cell)
    (failed,) = queries.list_undelivered(organization=cell)
    assert (failed.state, failed.error, failed.attempts) == ("failed", "400 Bad Request: số không đúng", 1)
    assert [row.name for row in queries.list_by_hand(organization=cell, since=NOW)] == ["Chi"]
    server.status = 200
    with committing():
        assert services.resend_all(actor=actor, organization=cell, now=NOW) == 1
    assert states() == [("Chi", "sms", "sent")]
    with pytest.raises(services.NothingToResend):
        services.resend_delivery(actor=actor, delivery=failed, now=NOW)


def make_secretary(cell: Organization) -> Any:
    user = make_user("Bí thư")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


def test_what_goes_by_hand_is_ticked_off_with_a_name(cell: Organization) -> None:
    tell(cell, Addressee(reach="print", name="Dung", person_id="d"))
    actor, delivery = make_secretary(cell), Delivery.objects.get()
    for _turn in range(2):
        services.mark_handed(actor=actor, delivery=delivery, now=NOW)
    rows = queries.list_deliveries_of(origin=Origin("meetings.meeting", "1"))
    assert [(row.channel, row.state, row.by_name, row.at) for row in rows["d"]] == [
        (Channel.PRINT, DeliveryState.HANDED, "Bí thư", NOW)
    ]
    assert [event.on_behalf_of for event in AuditEvent.objects.filter(verb=Verb.HANDED)] == ["members.member/d"]
    services.take_back_handed(actor=actor, delivery=delivery, now=NOW)
    assert Delivery.objects.get().state == DeliveryState.BY_HAND
    with pytest.raises(NotAllowed):
        services.mark_handed(actor=make_actor(), delivery=delivery, now=NOW)


def test_what_a_machine_sent_is_not_ticked_off(cell: Organization, committing: Committing) -> None:
    with committing():
        tell(cell, Addressee(reach="email", name="Bình", email="binh@example.vn"))
    with pytest.raises(services.NotByHand):
        services.mark_handed(actor=make_secretary(cell), delivery=Delivery.objects.get(), now=NOW)


def test_called_twice_only_the_newer_paper_is_handed_over(cell: Organization) -> None:
    for title in ("Mời dự", "Dời ngày"):
        tell(cell, Addressee(reach="print", name="Dung", person_id="d"), message=Message(kind="thu", title=said(title)))
    assert [row.title for row in queries.list_by_hand(organization=cell, since=NOW)] == ["Dời ngày"]


def test_old_phones_get_a_link_with_the_text(cell: Organization) -> None:
    tell(cell, Addressee(reach="sms", name="Chi", phone="0912345678"))
    (row,) = queries.list_by_hand(organization=cell, since=NOW)
    assert row.sms_url == "sms:+84912345678?body=M%E1%BB%9Di%20d%E1%BB%B1%20sinh%20ho%E1%BA%A1t"


class Browser:
    """What a browser keeps to itself: its key and secret."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = Subscription(endpoint, encode(point), encode(self.secret), "Chrome, Android")

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_a_device_is_told_in_a_message_only_it_can_read(server: Server, committing: Committing) -> None:
    user = make_user("An")
    browser = Browser(f"{server.origin}/push/1")
    services.subscribe_device(actor=actor_of(user), subscription=browser.subscription, now=NOW)
    server.status = 201
    with committing():
        services.notify(
            actor=make_actor(),
            user_ids=[user.pk],
            kind="thu",
            title=said("Mời dự"),
            body=said("riêng"),
            page=Destination("/x/"),
            now=NOW,
        )
    (heard,) = server.heard
    told = browser.read(heard.body)
    assert {name: told[name] for name in ("title", "url")} == {"title": "Mời dự", "url": "/x/"}
    assert sorted(told) == ["tag", "title", "url"]
    assert heard.headers["content-encoding"] == "aes128gcm"
    assert heard.headers["authorization"].startswith("vapid t=")
    assert Delivery.objects.get().state == DeliveryState.SENT
    assert PushSubscription.objects.get().used_at is not None


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_does_not_want_any_more_is_forgotten(server: Server, committing: Committing, status: int) -> None:
    user = make_user()
    browser = Browser(f"{server.origin}/push/1")
    services.subscribe_device(actor=actor_of(user), subscription=browser.subscription, now=NOW)
    server.status = status
    with committing():
        services.notify(actor=make_actor(), user_ids=[user.pk], kind="thu", title=said("t"), now=NOW)
    assert PushSubscription.objects.count() == 0
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_a_push_never_follows_a_redirect(server: Server, committing: Committing) -> None:
    user = make_user()
    browser = Browser(f"{server.origin}/push/1")
    services.subscribe_device(actor=actor_of(user), subscription=browser.subscription, now=NOW)
    server.status, server.headers = 307, {"Location": f"{server.origin}/noi-bo"}
    with committing():
        services.notify(actor=make_actor(), user_ids=[user.pk], kind="thu", title=said("t"), now=NOW)
    assert [heard.path for heard in server.heard] == ["/push/1"]
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_a_name_that_leads_inside_is_not_called() -> None:
    browser = Browser("https://localhost.localdomain/x").subscription
    device = Device("https://127.0.0.1/x", browser.p256dh, browser.auth)
    with pytest.raises(PushFailed):
        send_push(device, "{}", key=queries.read_push_key(), contact="mailto:a@example.vn", allowed=())


def test_a_browser_is_one_row_of_whoever_signed_in_last(server: Server) -> None:
    browser = Browser(f"{server.origin}/1").subscription
    first, second = make_user(), make_user()
    for user in (first, second, second):
        services.subscribe_device(actor=actor_of(user), subscription=browser, now=NOW)
    device = PushSubscription.objects.get()
    assert device.user == second
    with pytest.raises(NotFound):
        queries.get_own_device(actor=actor_of(first), public_id=device.public_id)
    with pytest.raises(NotAllowed):
        services.unsubscribe_device(actor=actor_of(first), subscription=device, now=NOW)
    services.unsubscribe_device(actor=actor_of(second), subscription=device, now=NOW)
    assert PushSubscription.objects.count() == 0


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("https://[fd00::1]/x", "", ""),
        ("https://fcm.googleapis.com/x", "short", "short"),
        ("https://fcm.googleapis.com/x", "!!", "!!"),
        ("https://fcm.googleapis.com/x", encode(b"\x04" + bytes(63) + b"\x01"), encode(bytes(16))),
    ],
)
def test_what_cannot_be_a_browser_is_refused(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(services.BadSubscription):
        services.subscribe_device(
            actor=actor_of(make_user()), subscription=Subscription(endpoint, p256dh, auth), now=NOW
        )


@pytest.mark.parametrize("endpoint", ["{origin}/push/1", f"https://{'x' * 70}.example.vn/x"])
def test_a_device_that_cannot_be_told_stops_nobody_else(server: Server, committing: Committing, endpoint: str) -> None:
    liar, other = make_user(), make_user("Bình", email="binh@example.vn")
    browser = Browser(endpoint.format(origin=server.origin)).subscription
    services.subscribe_device(actor=actor_of(liar), subscription=browser, now=NOW)
    no_point = encode(b"\x04" + bytes(63) + b"\x01")  # kept by an earlier version
    for device in PushSubscription.objects.all():
        device.p256dh = no_point
        device.save()
    with committing():
        services.notify(actor=make_actor(), user_ids=[liar.pk, other.pk], kind="thu", title=said("t"), now=NOW)
    assert PushSubscription.objects.count() == 0
    states = dict(Delivery.objects.values_list("channel", "state"))
    assert states == {Channel.PUSH: DeliveryState.FAILED, Channel.EMAIL: DeliveryState.SENT}


def test_ten_devices_are_enough_and_one_of_them_may_come_again(server: Server) -> None:
    actor = actor_of(make_user())
    browsers = [Browser(f"{server.origin}/{number}").subscription for number in range(11)]
    for browser in browsers[:10]:
        services.subscribe_device(actor=actor, subscription=browser, now=NOW)
    with pytest.raises(services.TooManyDevices):
        services.subscribe_device(actor=actor, subscription=browsers[10], now=NOW)
    services.subscribe_device(actor=actor, subscription=browsers[0], now=NOW)
    services.subscribe_device(actor=actor_of(make_user()), subscription=browsers[10], now=NOW)
    assert PushSubscription.objects.count() == 11


def test_a_device_keeps_what_its_browser_said(server: Server) -> None:
    user = make_user()
    told = Browser(f"{server.origin}/1").subscription
    told = Subscription(told.endpoint, told.p256dh, told.auth, "x" * 101)
    kept = services.subscribe_device(actor=actor_of(user), subscription=told, now=NOW)
    services.unsubscribe_device(actor=actor_of(user), subscription=kept, now=NOW)
    assert (kept.endpoint, kept.p256dh, kept.auth, kept.device) == (told.endpoint, told.p256dh, told.auth, "x" * 100)
    assert (kept.user_id, kept.created_at) == (user.pk, NOW)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "target_label", "target_kind")
    assert list(events) == [
        (verb, "x" * 100, "notifications.pushsubscription") for verb in (Verb.SUBSCRIBED, Verb.UNSUBSCRIBED)
    ]
    with pytest.raises(NotAllowed):
        services.subscribe_device(actor=make_actor(), subscription=told, now=NOW)


@pytest.mark.parametrize(("length", "taken"), [(1_000, True), (1_001, False)])
def test_an_endpoint_has_at_most_1000_letters(server: Server, length: int, *, taken: bool) -> None:
    browser = Browser(f"{server.origin}/".ljust(length, "x")).subscription
    if taken:
        services.subscribe_device(actor=actor_of(make_user()), subscription=browser, now=NOW)
    else:
        with pytest.raises(services.BadSubscription):
            services.subscribe_device(actor=actor_of(make_user()), subscription=browser, now=NOW)
    assert PushSubscription.objects.count() == int(taken)


@pytest.mark.parametrize("secret", [15, 17])
def test_a_browser_has_a_secret_of_16_bytes_and_a_point_that_is_written_out(server: Server, secret: int) -> None:
    browser = Browser(f"{server.origin}/1")
    short = browser.key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    told = browser.subscription
    for key, auth in ((told.p256dh, encode(bytes(secret))), (encode(short), told.auth)):
        with pytest.raises(services.BadSubscription):
            services.subscribe_device(
                actor=actor_of(make_user()), subscription=Subscription(told.endpoint, key, auth), now=NOW
            )


def test_a_title_that_no_letter_can_have_stops_nobody_else(committing: Committing) -> None:
    user = make_user("Bình", email="binh@example.vn")
    with committing():
        services.notify(
            actor=make_actor(), user_ids=[user.pk], kind="thu", title=said("Thư\nBcc: ai@example.vn"), now=NOW
        )
    assert mail.outbox == []
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_the_key_is_made_once() -> None:
    assert queries.read_push_key() == queries.read_push_key()
    assert len(base64.urlsafe_b64decode(queries.read_public_push_key() + "=")) == 65
