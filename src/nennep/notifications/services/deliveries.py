"""What a person does with deliveries: send again what failed, tick off what was sent from their own phone or handed over."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.queue import enqueue_on_commit
from nennep.notifications.choices import CHUNK, Channel, DeliveryState, Verb
from nennep.notifications.models import Delivery
from nennep.notifications.queries import list_undelivered
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing


class NothingToResend(DomainError):
    code = "nothing_to_resend"
    message = _("Không còn tin nào chưa gửi được.")


class NotByHand(DomainError):
    code = "delivery_not_by_hand"
    message = _("Tin này chương trình tự gửi, không cần đưa tận tay.")


def resend_delivery(*, actor: Actor, delivery: Delivery, now: datetime) -> None:
    """Try once more what failed. Raises NotAllowed, NothingToResend when it was sent meanwhile."""
    organization = _require_unit(actor, delivery)
    _resend(actor, organization, [delivery.pk], now)


def resend_all(*, actor: Actor, organization: Organization, now: datetime) -> int:
    """Try once more all that failed in the name of the unit; how many. Raises NotAllowed, NothingToResend."""
    actor.require(Permission.DOCUMENTS_WRITE, organization.path)
    return _resend(
        actor, organization, list(list_undelivered(organization=organization).values_list("pk", flat=True)), now
    )


def _resend(actor: Actor, organization: Organization, ids: list[int], now: datetime) -> int:
    with transaction.atomic():
        failed = Delivery.objects.filter(pk__in=ids).exclude(error="").exclude(state=DeliveryState.SENT)
        found = list(failed.order_by("pk").values_list("pk", flat=True))
        if not found:
            raise NothingToResend
        Delivery.objects.filter(pk__in=found).update(state=DeliveryState.WAITING, attempts=0)
        for start in range(0, len(found), CHUNK):
            ids = found[start : start + CHUNK]
            enqueue_on_commit("nennep.notifications.jobs.send_deliveries", delivery_ids=ids)
        target = audit.Target(
            "organizations.organization", str(organization.public_id), str(organization), organization.path
        )
        audit.record(Verb.RESENT, actor=actor, target=target, now=now, details={"count": len(found)})
    return len(found)


def mark_handed(*, actor: Actor, delivery: Delivery, now: datetime) -> Delivery:
    """Somebody sent the message from their own phone, or handed the paper over: the row and the trail name them.

    A second tap changes nothing. Also for an SMS that the gateway did not take. Raises NotAllowed, NotByHand, UnitClosed.
    """
    unit = _require_unit(actor, delivery)
    with transaction.atomic():
        lock_existing(unit)
        locked = _lock(delivery)
        if locked.state == DeliveryState.HANDED:
            return locked
        if not Channel(locked.channel).may_be_by_hand or locked.state == DeliveryState.SENT:
            raise NotByHand
        _change(locked, DeliveryState.HANDED, sent_at=now, by_name=actor.name)
        _record(Verb.HANDED, locked, actor, now)
    return locked


def mark_many_handed(*, actor: Actor, organization: Organization, deliveries: Collection[UUID], now: datetime) -> int:
    """`mark_handed` for those of the unit that still have to go by hand; how many. Taken back by `take_back_many`.

    Raises NotAllowed, UnitClosed.
    """
    actor.require(Permission.DOCUMENTS_WRITE, organization.path)
    with transaction.atomic():
        lock_existing(organization)
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("organization")
        by_hand = rows.filter(organization=organization, public_id__in=deliveries, state=DeliveryState.BY_HAND)
        found = list(by_hand.order_by("pk"))
        for row in found:
            _change(row, DeliveryState.HANDED, sent_at=now, by_name=actor.name)
            _record(Verb.HANDED, row, actor, now)
    return len(found)


def take_back_many(*, actor: Actor, organization: Organization, marked_at: datetime, now: datetime) -> int:
    """Undoes what `mark_many_handed` ticked off at that moment; how many. Raises NotAllowed, UnitClosed, NotByHand for none."""
    actor.require(Permission.DOCUMENTS_WRITE, organization.path)
    with transaction.atomic():
        lock_existing(organization)
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("organization")
        ticked = rows.filter(
            organization=organization, state=DeliveryState.HANDED, sent_at=marked_at, by_name=actor.name
        )
        found = list(ticked.order_by("pk"))
        if not found:
            raise NotByHand
        for row in found:
            _change(row, DeliveryState.BY_HAND, sent_at=None, by_name="")
            _record(Verb.TAKEN_BACK, row, actor, now)
    return len(found)


def take_back_handed(*, actor: Actor, delivery: Delivery, now: datetime) -> Delivery:
    """Undoes mark_handed. Raises NotAllowed, UnitClosed, NotByHand when it was not ticked off."""
    unit = _require_unit(actor, delivery)
    with transaction.atomic():
        lock_existing(unit)
        locked = _lock(delivery)
        if locked.state != DeliveryState.HANDED:
            raise NotByHand
        _change(locked, DeliveryState.BY_HAND, sent_at=None, by_name="")
        _record(Verb.TAKEN_BACK, locked, actor, now)
    return locked


def _require_unit(actor: Actor, delivery: Delivery) -> Organization:
    """The unit in whose name it went; deliveries of the program itself are nobody's to touch."""
    if delivery.organization is None:
        raise NotByHand
    actor.require(Permission.DOCUMENTS_WRITE, delivery.organization.path)
    return delivery.organization


def _lock(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).select_related("organization").get(pk=delivery.pk)


def _change(delivery: Delivery, state: DeliveryState, *, sent_at: datetime | None, by_name: str) -> None:
    delivery.state, delivery.sent_at, delivery.by_name = state, sent_at, by_name
    delivery.save(update_fields=["state", "sent_at", "by_name"])


def _record(verb: Verb, delivery: Delivery, actor: Actor, now: datetime) -> None:
    assert delivery.organization is not None  # noqa: S101  asked before
    target = audit.Target("notifications.delivery", str(delivery.public_id), unit_path=delivery.organization.path)
    details = {"channel": delivery.channel}
    person = audit.Target("members.member", delivery.person_id) if delivery.person_id else None
    audit.record(verb, actor=actor, target=target, now=now, details=details, on_behalf_of=person)
