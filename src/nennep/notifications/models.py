"""What somebody was told, and whether it reached them."""

from django.conf import settings
from django.db import models

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.notifications.choices import TITLE_LIMIT, Channel, DeliveryState


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> "NotificationQuerySet":
        """A notice is its addressee's alone."""
        return self.none() if actor.user_id is None else self.filter(user_id=actor.user_id)


class Notification(PublicIdModel):
    """One notice to one user. `url` is a local address; `kind` such as `meetings.announced` groups them.

    `replaced_at`: a later notice says anew what this one said, so it holds no more.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=TITLE_LIMIT)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notification_unread")]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, actor: Actor) -> "DeliveryQuerySet":
        """What was sent in the name of units whose papers the actor writes: telephone numbers stand in it."""
        return self.filter(actor.scope(Permission.DOCUMENTS_WRITE, "organization__path"))


class Delivery(PublicIdModel):
    """A notice on its way to one person through one channel.

    `notification` is None for somebody without an account. `organization` is the unit in whose name it goes (None: the
    program's own), `origin_kind` + `origin_id` what it is about, `person_id` who gets it (a member's public id).
    `address` is the e-mail address or telephone number it went to; `title`, `text`, `url` what was said there.
    `error` are the words of the server that refused it last; `attempts` how often it was tried. `by_name` is who sent it
    from their own phone or handed it over.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, related_name="deliveries")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, related_name="+"
    )
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)
    person_id = models.CharField(max_length=60, blank=True)
    person_name = models.CharField(max_length=TITLE_LIMIT, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["origin_kind", "origin_id"], name="delivery_origin"),
            models.Index(fields=["organization", "state"], name="delivery_of_unit"),
        ]
        constraints = [models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_channel_display()})"


class PushSubscription(PublicIdModel):
    """One browser that said yes to messages. The keys are shared with that browser alone; `endpoint` is its push service's.

    `device` says in a few words which browser it is, for the person who looks at the list.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    endpoint = EncryptedTextField()
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    device = TypedLine(max_length=100, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.device


class CalendarFeed(PublicIdModel):
    """The private address of a user's calendar. Only the hash of its token is kept; at most one is in force.

    `keeps_cancelled`: meetings that were called off stay in it, as such; else they go.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    keeps_cancelled = models.BooleanField(default=True)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(revoked_at=None), name="feed_one_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%d/%m/%Y}"
