"""What happens when a channel fails: again later when waiting can help, else it stands on the sender's list."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from nennep.core.permissions import Permission
from nennep.notifications import services
from nennep.notifications.choices import Addressee, Channel, DeliveryState, Message
from nennep.notifications.jobs import send_deliveries
from nennep.notifications.models import Delivery, PushSubscription
from nennep.notifications.renderers.sms import SmsGateway
from nennep.organizations.models import Organization
from tests.conftest import Committing
from tests.factories.accounts import actor_of, make_user
from tests.factories.core import NOW, make_actor, said
from tests.factories.organizations import make_unit
from tests.notifications.mail import BACKEND
from tests.notifications.servers import Server, listening
from tests.notifications.test_channels import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(db: None) -> Organization:
    return make_unit()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with listening() as heard:
        settings.NENNEP_PUSH_ORIGINS = (heard.origin,)
        yield heard


@pytest.fixture
def later(settings: Any) -> list[Any]:
    """What was put off: a queue that keeps jobs instead of running them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    backend: Any = send_deliveries.get_backend()
    results: list[Any] = backend.results
    return results


def tell(*people: Addressee, message: Message | None = None) -> Delivery:
    """One waiting delivery to the first of the people; nothing is sent."""
    sent = services.reach_people(
        actor=make_actor(), people=people, message=message or Message(kind="thu", title=said("Mời dự")), now=NOW
    )
    return next(one for one in sent if isinstance(one, Delivery))


def make_mail(address: str) -> Delivery:
    return tell(Addressee(reach="email", name="Bình", email=address))


def send(delivery: Delivery) -> tuple[str, int, str]:
    services.send_delivery(delivery_id=delivery.pk, now=NOW)
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.error


def test_of_several_letters_that_wait_the_one_that_is_meant_goes_out(later: list[Any]) -> None:
    first, second = make_mail("an@example.vn"), make_mail("binh@example.vn")
    assert send(second) == ("sent", 0, "")
    first.refresh_from_db()
    assert ([letter.to for letter in mail.outbox], first.state) == ([["binh@example.vn"]], "waiting")
    services.send_delivery(delivery_id=second.pk + 1, now=NOW)  # gone: nothing
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("name", "state"),
    [("499", "waiting"), ("500", "failed"), ("550", "failed"), ("nobody", "failed")],
)
def test_a_letter_waits_for_a_server_that_is_busy_and_not_for_one_that_says_no(
    settings: Any, later: list[Any], name: str, state: str
) -> None:
    settings.EMAIL_BACKEND = BACKEND
    delivery = make_mail(f"{name}@example.vn")
    assert send(delivery)[:2] == (state, 1)
    assert [job.task.run_after for job in later] == ([NOW + timedelta(minutes=5)] if state == "waiting" else [])


def test_after_the_third_time_somebody_has_to_look(settings: Any, later: list[Any]) -> None:
    settings.EMAIL_BACKEND = BACKEND
    delivery = make_mail("421@example.vn")
    assert [send(delivery)[:2] for _turn in range(4)] == [("waiting", 1), ("waiting", 2), ("waiting", 3), ("failed", 4)]
    assert [job.kwargs for job in later] == [{"delivery_ids": [delivery.pk]}] * 3
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send(delivery)
    assert mail.outbox == []  # what failed waits for a person


def test_what_was_sent_at_last_keeps_no_error(settings: Any, later: list[Any]) -> None:
    settings.EMAIL_BACKEND = BACKEND
    delivery = make_mail("421@example.vn")
    assert send(delivery)[2] == "(421, b'no')"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (send(delivery), delivery.sent_at, len(later)) == (("sent", 1, ""), NOW, 1)
    assert mail.outbox[0].body == ""


@pytest.mark.parametrize(("name", "words"), [("silent", "ConnectionResetError"), ("long", "x" * 300)])
def test_the_words_of_a_failure_are_kept_as_far_as_they_fit(
    settings: Any, later: list[Any], name: str, words: str
) -> None:
    settings.EMAIL_BACKEND = BACKEND
    assert (send(make_mail(f"{name}@example.vn")), len(later)) == (("waiting", 1, words), 1)


def test_an_sms_without_a_gateway_is_no_use_to_try_again(settings: Any, later: list[Any]) -> None:
    settings.NENNEP_SMS = SmsGateway(url="http://127.0.0.1:1")
    delivery = tell(Addressee(reach="sms", name="Chi", phone="0912345678"))
    settings.NENNEP_SMS = None
    assert (send(delivery), later) == (("failed", 1, "NENNEP_SMS_URL"), [])


@pytest.mark.parametrize(("status", "state"), [(400, "failed"), (503, "waiting")])
def test_a_gateway_that_is_busy_is_asked_again(
    server: Server, settings: Any, later: list[Any], status: int, state: str
) -> None:
    settings.NENNEP_SMS = SmsGateway(url=server.origin)
    server.status, server.words = status, "x" * 400
    state_now, _attempts, error = send(tell(Addressee(reach="sms", name="Chi", phone="0912345678")))
    assert (state_now, len(later)) == (state, int(state == "waiting"))
    assert (error.startswith(f"{status} "), len(error) <= 300) == (True, True)


def test_one_device_that_took_it_is_enough(server: Server, later: list[Any]) -> None:
    user = make_user("An")
    for endpoint in (f"{server.origin}/1", f"{server.origin}/2"):
        services.subscribe_device(actor=actor_of(user), subscription=Browser(endpoint).subscription, now=NOW)
    stranger = Browser(f"{server.origin}/3").subscription
    services.subscribe_device(actor=actor_of(make_user()), subscription=stranger, now=NOW)
    first, second, of_another = PushSubscription.objects.order_by("pk")
    PushSubscription.objects.filter(pk=second.pk).update(endpoint="https://127.0.0.1:1/2")
    delivery = make_push(user.pk)
    moment = NOW + timedelta(hours=1)
    services.send_delivery(delivery_id=delivery.pk, now=moment)
    delivery.refresh_from_db()
    used = dict(PushSubscription.objects.values_list("pk", "used_at"))
    assert (delivery.state, used, later) == ("sent", {first.pk: moment, second.pk: None, of_another.pk: None}, [])


def make_push(user_id: int) -> Delivery:
    services.notify(actor=make_actor(), user_ids=[user_id], kind="thu", title=said("Mời dự"), now=NOW)
    return Delivery.objects.get(channel=Channel.PUSH)


def test_a_device_that_cannot_be_reached_is_kept_and_tried_again(server: Server, later: list[Any]) -> None:
    user = make_user("An")
    services.subscribe_device(actor=actor_of(user), subscription=Browser(f"{server.origin}/1").subscription, now=NOW)
    server.status = 503
    assert send(make_push(user.pk))[:2] == ("waiting", 1)
    assert (PushSubscription.objects.count(), len(later)) == (1, 1)


def test_a_person_whose_devices_have_all_said_no_is_not_tried_again(server: Server, later: list[Any]) -> None:
    user = make_user("An")
    services.subscribe_device(actor=actor_of(user), subscription=Browser(f"{server.origin}/1").subscription, now=NOW)
    delivery = make_push(user.pk)
    PushSubscription.objects.all().delete()
    assert send(delivery) == ("failed", 1, "no device")


def test_a_push_without_a_page_opens_the_first_one(server: Server) -> None:
    user = make_user("An")
    browser = Browser(f"{server.origin}/1")
    services.subscribe_device(actor=actor_of(user), subscription=browser.subscription, now=NOW)
    delivery = make_push(user.pk)
    send(delivery)
    assert browser.read(server.heard[0].body) == {"title": "Mời dự", "url": "/", "tag": str(delivery.public_id)}


def test_many_are_sent_by_several_jobs(cell: Organization, committing: Committing) -> None:
    people = [Addressee(reach="email", name=f"{number}", email=f"a{number}@example.vn") for number in range(201)]
    with committing() as callbacks:
        services.reach_people(
            actor=make_actor(), people=people, message=Message(kind="thu", title=said("Mời dự")), now=NOW
        )
    assert (len(callbacks), len(mail.outbox)) == (3, 201)
    Delivery.objects.update(state=DeliveryState.FAILED, error="x", attempts=4, organization=cell)
    mail.outbox.clear()
    with committing() as callbacks:
        assert services.resend_all(actor=make_actor(Permission.DOCUMENTS_WRITE), organization=cell, now=NOW) == 201
    assert (len(callbacks), len(mail.outbox)) == (3, 201)
    assert set(Delivery.objects.values_list("state", "attempts", "error")) == {("sent", 0, "")}
