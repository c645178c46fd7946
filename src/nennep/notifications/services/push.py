"""Devices that want to be told."""

import binascii
import hashlib
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.notifications.choices import ENDPOINT_LIMIT, SUBSCRIPTIONS_OF_A_USER, Verb
from nennep.notifications.models import PushSubscription
from nennep.notifications.rules.push import is_acceptable_endpoint

_POINT = 65  # bytes of an uncompressed point of P-256
_SECRET = 16


class BadSubscription(DomainError):
    code = "push_bad_subscription"
    message = _("Máy này chưa bật được thông báo. Hãy tải lại trang rồi bật lại.")


class TooManyDevices(DomainError):
    code = "push_too_many_devices"
    message = _("Đồng chí đã bật thông báo trên nhiều máy. Hãy tắt bớt máy không dùng nữa rồi bật lại.")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the browser says of itself (Push API): its endpoint, its public key and secret in base64url; `device` in words."""

    endpoint: str
    p256dh: str
    auth: str
    device: str = ""


def subscribe_device(*, actor: Actor, subscription: Subscription, now: datetime) -> PushSubscription:
    """Remember the browser; the same browser again is one row, and belongs to whoever is signed in there last.

    Raises NotAllowed for visitors, BadSubscription for an address or keys that cannot be, TooManyDevices.
    """
    if actor.user_id is None:
        raise NotAllowed
    _require_sound(subscription)
    mark = hashlib.sha256(subscription.endpoint.encode()).hexdigest()
    with transaction.atomic():
        others = PushSubscription.objects.filter(user_id=actor.user_id).exclude(endpoint_hash=mark)
        if others.count() >= SUBSCRIPTIONS_OF_A_USER:
            raise TooManyDevices
        facts = {
            "user_id": actor.user_id,
            "endpoint": subscription.endpoint,
            "p256dh": subscription.p256dh,
            "auth": subscription.auth,
            "device": subscription.device[:100],
            "created_at": now,
        }
        saved, _created = PushSubscription.objects.update_or_create(endpoint_hash=mark, defaults=facts)
        _record(Verb.SUBSCRIBED, saved, actor, now)
    return saved


def unsubscribe_device(*, actor: Actor, subscription: PushSubscription, now: datetime) -> None:
    """Forget one of one's own browsers. Raises NotAllowed for somebody else's."""
    if subscription.user_id != actor.user_id:
        raise NotAllowed
    with transaction.atomic():
        _record(Verb.UNSUBSCRIBED, subscription, actor, now)
        subscription.delete()


def _require_sound(subscription: Subscription) -> None:
    fits = len(subscription.endpoint) <= ENDPOINT_LIMIT
    if not fits or not is_acceptable_endpoint(subscription.endpoint, allowed=settings.NENNEP_PUSH_ORIGINS):
        raise BadSubscription
    if not _is_point(_decode(subscription.p256dh)) or len(_decode(subscription.auth)) != _SECRET:
        raise BadSubscription


def _decode(text: str) -> bytes:
    """Bytes behind a base64url text; none for any other text."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""


def _is_point(key: bytes) -> bool:
    """An uncompressed point that lies on P-256: only for such a key can anything be encrypted."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        return False
    return len(key) == _POINT


def _record(verb: Verb, subscription: PushSubscription, actor: Actor, now: datetime) -> None:
    target = audit.Target("notifications.pushsubscription", str(subscription.public_id), subscription.device)
    audit.record(verb, actor=actor, target=target, now=now)
