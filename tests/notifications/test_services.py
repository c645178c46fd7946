from typing import Any

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext_lazy

from nennep.core.errors import NotFound
from nennep.notifications import queries, services
from nennep.notifications.choices import DeliveryState, Destination
from nennep.notifications.models import Delivery
from tests.conftest import Committing
from tests.factories.accounts import make_user
from tests.factories.core import NOW, make_actor, said

pytestmark = pytest.mark.django_db


def test_each_user_gets_a_notice_and_those_with_an_address_an_email(committing: Committing) -> None:
    plain, mailed = make_user(), make_user(email="hoa@example.vn")
    locked = make_user(active=False)
    with committing():
        services.notify(
            actor=make_actor(),
            user_ids=[plain.pk, mailed.pk, locked.pk],
            kind="thu.tin",
            title=said("Mời họp"),
            body=said("19 giờ 30"),
            page=Destination("/sinh-hoat/1/"),
            now=NOW,
        )
    assert queries.count_unread(actor=make_actor(user_id=plain.pk)) == 1
    assert queries.count_unread(actor=make_actor(user_id=locked.pk)) == 0
    assert [(message.to, message.subject) for message in mail.outbox] == [(["hoa@example.vn"], "Mời họp")]
    assert mail.outbox[0].body == "19 giờ 30\n\nhttp://localhost:8000/sinh-hoat/1/"
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_a_sent_email_is_not_sent_again(committing: Committing) -> None:
    with committing():
        services.notify(
            actor=make_actor(), user_ids=[make_user(email="a@example.vn").pk], kind="k", title=said("t"), now=NOW
        )
    services.send_delivery(delivery_id=Delivery.objects.get().pk, now=NOW)
    assert len(mail.outbox) == 1


def test_a_refusing_server_is_noted(settings: Any, committing: Committing) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with committing():
        services.notify(
            actor=make_actor(), user_ids=[make_user(email="a@example.vn").pk], kind="k", title=said("t"), now=NOW
        )
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert delivery.error


def test_a_notice_is_its_addressees_alone() -> None:
    user, other = make_user(), make_user()
    (notice,) = services.notify(actor=make_actor(), user_ids=[user.pk], kind="k", title=said("t"), now=NOW)
    with pytest.raises(NotFound):
        queries.get_notification(actor=make_actor(user_id=other.pk), public_id=notice.public_id)


def test_reading_counts_once() -> None:
    user = make_user()
    actor = make_actor(user_id=user.pk)
    (notice,) = services.notify(actor=make_actor(), user_ids=[user.pk], kind="k", title=said("t"), now=NOW)
    services.mark_read(notification=notice, now=NOW)
    assert services.mark_all_read(actor=actor, now=NOW) == 0
    assert queries.get_notification(actor=actor, public_id=notice.public_id).read_at == NOW


def test_each_reads_it_in_their_own_language_whoever_acts() -> None:
    """A secretary is not told in English because the officer who presses the button reads English."""
    here, abroad = make_user(), make_user()
    abroad.language = "en"
    abroad.save()
    with translation.override("en"):
        told = services.notify(
            actor=make_actor(), user_ids=[here.pk, abroad.pk], kind="k", title=gettext_lazy("Bản in"), now=NOW
        )
    assert {notice.user_id: notice.title for notice in told} == {here.pk: "Bản in", abroad.pk: "Print"}
