"""Reading one's own notices."""

from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.notifications.models import Notification, NotificationQuerySet


def count_unread(*, actor: Actor) -> int:
    """How many notices the actor has not opened. One query on an index; none for visitors."""
    return Notification.objects.visible_to(actor).filter(read_at=None).count()


def list_notifications(*, actor: Actor) -> NotificationQuerySet:
    """The actor's notices, newest first."""
    return Notification.objects.visible_to(actor)


def get_notification(*, actor: Actor, public_id: UUID) -> Notification:
    """One of the actor's notices. Raises NotFound."""
    notification = Notification.objects.visible_to(actor).filter(public_id=public_id).first()
    if notification is None:
        raise NotFound
    return notification
