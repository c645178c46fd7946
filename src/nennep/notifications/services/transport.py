"""Sending one delivery through its channel, and what happens when that does not work."""

import json
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.locks import hold_alone
from nennep.core.queue import enqueue_later, enqueue_on_commit, list_unfinished
from nennep.notifications.choices import CHUNK, RETRY_AFTER, Channel, DeliveryState
from nennep.notifications.models import Delivery, PushSubscription
from nennep.notifications.queries import read_push_key
from nennep.notifications.renderers.push import Device, PushFailed, SubscriptionGone, send_push
from nennep.notifications.renderers.sms import GatewayFailed, send_sms
from nennep.notifications.rules.channels import next_try

_JOB = "nennep.notifications.jobs.send_deliveries"
_FORMER_JOB = "nennep.notifications.jobs.send_delivery"
LATE = timedelta(days=1)  # what is older than that is news no more: whoever sent it decides


class NoDeviceLeft(PushFailed):
    """Every browser of the person has unsubscribed meanwhile."""


def send_delivery(*, delivery_id: int, now: datetime) -> None:
    """Send one waiting delivery and note the outcome; one that was sent, or is being sent by another server, is left alone.

    A server that refuses leaves its words on the row. When waiting can help, it is tried again later (`rules.next_try`),
    else it is FAILED and stands on the sender's list until somebody sends it again. A delivery that is gone is nothing.
    What cannot be sent at all (no address or no key at all: ValueError) fails alone; others of its job still go out.
    """
    with hold_alone(f"delivery {delivery_id}") as alone:
        found = Delivery.objects.select_related("notification__user").filter(pk=delivery_id)
        delivery = found.filter(state=DeliveryState.WAITING).first() if alone else None
        if delivery is not None:
            _send(delivery, now)


def _send(delivery: Delivery, now: datetime) -> None:
    try:
        _SENDERS[Channel(delivery.channel)](delivery, now)
    except (OSError, ValueError) as error:  # smtplib's, urllib's and requests' errors are OSErrors
        _note_failure(delivery, error, now)
    else:
        delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, now, ""
        delivery.save(update_fields=["state", "sent_at", "error"])


def reconcile_deliveries(*, actor: Actor, now: datetime) -> list[Finding]:
    """Waiting deliveries that no job will send, because a process died in between.

    Those of the last day are sent after all. Older ones, and those that were tried too often, are FAILED: they stand on
    the sender's list of what was not sent, and can be sent again there.
    """
    actor.require_program()
    with transaction.atomic():
        lost = Delivery.objects.filter(state=DeliveryState.WAITING).exclude(pk__in=_list_planned())
        late = lost.filter(Q(created_at=None) | Q(created_at__lte=now - LATE) | Q(attempts__gt=len(RETRY_AFTER)))
        words = _("Chương trình dừng trước khi gửi.")
        given_up = late.update(state=DeliveryState.FAILED, error=words)
        ids = list(lost.order_by("pk").values_list("pk", flat=True))
        lost.update(attempts=F("attempts") + 1)
        for start in range(0, len(ids), CHUNK):
            enqueue_on_commit(_JOB, delivery_ids=ids[start : start + CHUNK])
    return [Finding("notifications.Delivery.state", given_up + len(ids), mended=True)] if given_up or ids else []


def _list_planned() -> set[int]:
    """Ids of the deliveries that a job has, or will have."""
    planned = {pk for job in list_unfinished(_JOB) for pk in job.ids["delivery_ids"]}
    return planned | {job.ids["delivery_id"] for job in list_unfinished(_FORMER_JOB)}


def _note_failure(delivery: Delivery, error: OSError | ValueError, now: datetime) -> None:
    delivery.attempts += 1
    delivery.error = (str(error) or type(error).__name__)[:300]
    again = None if _is_final(error) else next_try(delivery.attempts, now)
    ids = [delivery.pk]
    queued = again and enqueue_later(_JOB, at=again, delivery_ids=ids)
    delivery.state = DeliveryState.WAITING if queued else DeliveryState.FAILED
    delivery.save(update_fields=["state", "attempts", "error"])


def _is_final(error: OSError | ValueError) -> bool:
    """True when the same would happen again: an address that is refused or cannot exist, a device that is gone."""
    if isinstance(error, GatewayFailed):
        return error.final
    if isinstance(error, SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, SMTPRecipientsRefused | SubscriptionGone | NoDeviceLeft | ValueError)


def _send_mail(delivery: Delivery, _now: datetime) -> None:
    address = urljoin(settings.NENNEP_ADDRESS, delivery.url) if delivery.url else ""
    text = "\n\n".join(part for part in (delivery.text, address) if part)
    send_mail(delivery.title, text, None, [delivery.address])


def _send_sms(delivery: Delivery, _now: datetime) -> None:
    if settings.NENNEP_SMS is None:
        raise GatewayFailed("NENNEP_SMS_URL", final=True)
    send_sms(settings.NENNEP_SMS, phone=delivery.address, text=delivery.text)


def _send_push(delivery: Delivery, now: datetime) -> None:
    """To every device of the person; one that unsubscribed is forgotten. One that took it is enough."""
    assert delivery.notification is not None  # noqa: S101  only users have devices
    content = json.dumps({"title": delivery.title, "url": delivery.url or "/", "tag": str(delivery.public_id)})
    failures: list[OSError] = []
    sent = 0
    for subscription in PushSubscription.objects.filter(user_id=delivery.notification.user_id):
        try:
            _push(subscription, content)
        except SubscriptionGone:
            subscription.delete()
        except OSError as error:
            failures.append(error)
        else:
            sent += 1
            PushSubscription.objects.filter(pk=subscription.pk).update(used_at=now)
    if not sent:
        raise failures[0] if failures else NoDeviceLeft("no device")


def _push(subscription: PushSubscription, content: str) -> None:
    device = Device(subscription.endpoint, subscription.p256dh, subscription.auth)
    contact = f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    send_push(device, content, key=read_push_key(), contact=contact, allowed=settings.NENNEP_PUSH_ORIGINS)


def _note_nothing(_delivery: Delivery, _now: datetime) -> None:
    """The notice in the program is there already; paper goes by hand."""


_SENDERS = {
    Channel.APP: _note_nothing,
    Channel.EMAIL: _send_mail,
    Channel.SMS: _send_sms,
    Channel.PUSH: _send_push,
    Channel.PRINT: _note_nothing,
}
