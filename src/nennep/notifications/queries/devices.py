"""One's own devices and calendar address; the key that signs push messages."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.secret_files import read_or_create
from nennep.notifications.models import CalendarFeed, PushSubscription
from nennep.notifications.renderers.push import make_key, public_key_of
from nennep.notifications.rules.feeds import hash_token


def read_push_key() -> bytes:
    """The private key of this installation (VAPID, RFC 8292), made at the first use. Losing it ends all subscriptions."""
    return read_or_create(settings.NENNEP_SECRETS_DIR / "push.pem", make_key)


def read_public_push_key() -> str:
    """Its public part in base64url, for browsers that subscribe."""
    return public_key_of(read_push_key())


def list_own_devices(*, actor: Actor) -> QuerySet[PushSubscription]:
    """Browsers on which the actor is told, oldest first."""
    return PushSubscription.objects.filter(user_id=actor.user_id or 0).order_by("created_at", "pk")


def get_own_device(*, actor: Actor, public_id: UUID) -> PushSubscription:
    """Raises NotFound for somebody else's."""
    found = list_own_devices(actor=actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def find_own_feed(*, actor: Actor) -> CalendarFeed | None:
    """The actor's calendar address in force; its token is not known any more."""
    return CalendarFeed.objects.filter(user_id=actor.user_id or 0, revoked_at=None).first()


def find_feed(*, token: str) -> CalendarFeed | None:
    """The feed in force that this token opens, of an account that is not locked. One query."""
    found = CalendarFeed.objects.filter(token_hash=hash_token(token), revoked_at=None, user__is_active=True)
    return found.select_related("user").first()
