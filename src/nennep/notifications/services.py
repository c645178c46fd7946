"""Telling people: a notice in the program, and an e-mail to those who have an address."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction

from nennep.core.access import Actor
from nennep.core.queue import enqueue_on_commit
from nennep.notifications.choices import TITLE_LIMIT, Channel, DeliveryState
from nennep.notifications.models import Delivery, Notification


def notify(
    *,
    actor: Actor,  # noqa: ARG001  every service is told on whose behalf
    user_ids: Iterable[int],
    kind: str,
    title: str,
    body: str = "",
    url: str = "",
    now: datetime,
) -> list[Notification]:
    """Put a notice before each active user among `user_ids` and return the notices.

    In order: the rows in the program, one waiting delivery per user with an e-mail address, and after the commit a job
    per delivery that sends it. `url` is a local address such as `/sinh-hoat/…`; `title` and `body` go out by e-mail, so
    they hold nothing from a personal file. `actor` is who caused it: the service that calls has asked for its permission.
    """
    with transaction.atomic():
        users = get_user_model().objects.filter(pk__in=set(user_ids), is_active=True).order_by("pk")
        notices = [
            Notification(user=user, kind=kind, title=title[:TITLE_LIMIT], body=body, url=url, created_at=now)
            for user in users
        ]
        Notification.objects.bulk_create(notices)
        _queue_mail([notice for notice in notices if notice.user.email])
    return notices


def _queue_mail(notices: list[Notification]) -> None:
    deliveries = [Delivery(notification=notice, channel=Channel.EMAIL) for notice in notices]
    for delivery in Delivery.objects.bulk_create(deliveries):
        enqueue_on_commit("nennep.notifications.jobs.send_delivery", delivery_id=delivery.pk)


def mark_read(*, notification: Notification, now: datetime) -> None:
    """The addressee opened it; the first time counts. The caller has passed the notice's own door."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=now)


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """The addressee has seen them all; how many were new."""
    return Notification.objects.visible_to(actor).filter(read_at=None).update(read_at=now)


def send_delivery(*, delivery_id: int, now: datetime) -> None:
    """Send one waiting e-mail and note the outcome; one that was sent is not sent again.

    A server that refuses leaves the delivery FAILED with its words, and raises them so that the job shows them too.
    """
    delivery = Delivery.objects.select_related("notification__user").get(pk=delivery_id)
    if delivery.state == DeliveryState.SENT:
        return
    try:
        _send_mail(delivery.notification)
    except OSError as error:  # smtplib's errors are OSErrors
        _note_outcome(delivery, DeliveryState.FAILED, error=str(error)[:300])
        raise
    _note_outcome(delivery, DeliveryState.SENT, sent_at=now)


def _send_mail(notification: Notification) -> None:
    address = urljoin(settings.NENNEP_ADDRESS, notification.url) if notification.url else ""
    text = "\n\n".join(part for part in (notification.body, address) if part)
    send_mail(notification.title, text, None, [notification.user.email])


def _note_outcome(
    delivery: Delivery, state: DeliveryState, *, sent_at: datetime | None = None, error: str = ""
) -> None:
    delivery.state, delivery.sent_at, delivery.error = state, sent_at, error
    delivery.save(update_fields=["state", "sent_at", "error"])
