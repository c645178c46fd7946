"""Telling people: a notice in the program, and a delivery for each further channel that the rules choose."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.timezone import localdate

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.queue import enqueue_on_commit
from nennep.notifications.choices import (
    CHUNK,
    SAYS_NOTHING,
    TITLE_LIMIT,
    Addressee,
    Channel,
    DeliveryState,
    Destination,
    Message,
    Sender,
)
from nennep.notifications.models import Delivery, Notification
from nennep.notifications.queries.ways import PersonWays, plan_ways
from nennep.notifications.rules.sms import fit_sms

NOWHERE = Destination()


def notify(
    *,
    actor: Actor,
    user_ids: Iterable[int],
    kind: str,
    title: Promise,
    body: Promise = SAYS_NOTHING,
    page: Destination = NOWHERE,
    now: datetime,
    sender: Sender | None = None,
) -> list[Notification]:
    """Put a notice before each active user among `user_ids` who may open its page, and return the notices.

    In order: the rows in the program, in the language of each reader, a waiting delivery for e-mail and for devices that said yes, and
    after the commit jobs that send them. `title` and `body` leave the program, so they hold nothing from a personal file. `actor` is who
    caused it: the service that calls has asked for its permission.
    """
    people = [Addressee(user_id=user_id) for user_id in sorted(set(user_ids))]
    message = Message(kind=kind, title=title, body=body, page=page)
    told = reach_people(actor=actor, people=people, message=message, sender=sender, now=now)
    return [delivery for delivery in told if isinstance(delivery, Notification)]


def reach_people(
    *,
    actor: Actor,  # noqa: ARG001  every service is told on whose behalf
    people: Sequence[Addressee],
    message: Message,
    sender: Sender | None = None,
    now: datetime,
) -> list[Notification | Delivery]:
    """Tell each person by the channels that `rules.channels` chooses from their wish and their means.

    In order: notices for those with an account who may open the page, then one delivery per person and channel (for
    people of a list, also one for the notice itself, so that the list shows it). What still waited to be handed to
    the same people about the same thing is replaced. After the commit jobs send what a machine can send. Returns notices and deliveries.
    """
    with transaction.atomic():
        reached = plan_ways(people, page=message.page, today=localdate(now))
        notices = _write_notices({one.user.pk: one.user for one in reached if one.user}, message, now)
        planned = [delivery for one in reached for delivery in _plan(one, notices)]
        for delivery in planned:
            _fill(delivery, message, sender, now)
        _forget_waiting_by_hand(planned, sender)
        deliveries = Delivery.objects.bulk_create(planned, batch_size=500)
        _queue(deliveries)
    return [*notices.values(), *deliveries]


def _write_notices(users: Mapping[int, User], message: Message, now: datetime) -> dict[int, Notification]:
    words = {language: _say(message, language) for language in {user.language for user in users.values()}}
    notices = [
        Notification(
            user=user,
            kind=message.kind,
            title=words[user.language].title,
            body=words[user.language].body,
            url=message.page.url,
            created_at=now,
        )
        for _pk, user in sorted(users.items())
    ]
    Notification.objects.bulk_create(notices, batch_size=500)
    return {notice.user_id: notice for notice in notices}


class _Words(NamedTuple):
    title: str
    body: str
    short: str


def _say(message: Message, language: str) -> _Words:
    """The message as whoever reads this language reads it."""
    with translation.override(language):
        title = str(message.title)
        return _Words(title[:TITLE_LIMIT], str(message.body), str(message.short) or title)


def _plan(reached: PersonWays, notices: Mapping[int, Notification]) -> list[Delivery]:
    """One unsaved delivery per channel; the notice in the program needs none for a mere user."""
    one, user = reached.person, reached.user
    return [
        Delivery(
            notification=notices[user.pk] if user else None,
            person_id=one.person_id,
            person_name=one.name or str(user or ""),
            channel=way.channel,
            address=way.address,
            state=way.state,
        )
        for way in reached.ways
        if way.channel != Channel.APP or one.person_id
    ]


def _fill(delivery: Delivery, message: Message, sender: Sender | None, now: datetime) -> None:
    """What is said, in whose name, about what; to somebody without an account in Vietnamese."""
    words = _say(message, delivery.notification.user.language if delivery.notification else "vi")
    is_sms = delivery.channel == Channel.SMS
    delivery.title = words.title
    delivery.text = fit_sms(words.short, plain=settings.NENNEP_SMS_PLAIN) if is_sms else words.body
    delivery.url = message.page.url
    delivery.created_at = now
    delivery.sent_at = now if delivery.state == DeliveryState.SENT else None
    if sender is not None:
        delivery.organization_id = sender.organization_id
        delivery.origin_kind, delivery.origin_id = sender.origin_kind, sender.origin_id


def _forget_waiting_by_hand(planned: Iterable[Delivery], sender: Sender | None) -> None:
    """Called a second time: only the newer paper is handed over."""
    if sender is None or not sender.origin_id:
        return
    people = {delivery.person_id for delivery in planned if delivery.person_id}
    older = Delivery.objects.filter(origin_kind=sender.origin_kind, origin_id=sender.origin_id, person_id__in=people)
    older.filter(state=DeliveryState.BY_HAND).delete()


def _queue(deliveries: Iterable[Delivery]) -> None:
    waiting = [delivery.pk for delivery in deliveries if delivery.state == DeliveryState.WAITING]
    for start in range(0, len(waiting), CHUNK):
        ids = waiting[start : start + CHUNK]
        enqueue_on_commit("nennep.notifications.jobs.send_deliveries", delivery_ids=ids)


def replace_notices(
    *,
    actor: Actor,  # noqa: ARG001  on whose behalf
    user_id: int,
    kind: str,
    now: datetime,
    url: str = "",
) -> int:
    """Earlier notices of the kind (with `url` those of this page alone) hold no more; returns how many there were.

    What is told next says all of it anew.
    """
    earlier = Notification.objects.filter(user_id=user_id, kind=kind, replaced_at=None)
    found = earlier.filter(url=url) if url else earlier
    return found.update(replaced_at=now, read_at=now)


def mark_read(*, notification: Notification, now: datetime) -> None:
    """The addressee opened it; the first time counts. The caller has passed the notice's own door."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=now)


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """The addressee has seen them all; how many were new."""
    return Notification.objects.visible_to(actor).filter(read_at=None).update(read_at=now)
