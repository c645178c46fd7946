"""Channels by which a notice reaches somebody, what is known of a person's means, and what a notice says."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.permissions import Permission
from nennep.core.wording import for_reader


class Channel(TextChoices):
    APP = "app", _("Trong chương trình")
    EMAIL = "email", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn")
    PUSH = "push", _("Thông báo trên máy")
    PRINT = "print", _("Bản in")

    @property
    def may_be_by_hand(self) -> bool:
        """Somebody may send it from their own phone, or hand the paper over."""
        return self in {Channel.SMS, Channel.PRINT}


class DeliveryState(TextChoices):
    """WAITING: a job sends it. BY_HAND: somebody has to send or hand it over; HANDED: somebody did and ticked it off."""

    WAITING = "waiting", _("Đang chờ gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Chưa gửi được")
    BY_HAND = "by_hand", _("Chờ đưa tận tay")
    HANDED = "handed", _("Đã đưa tận tay")


class Verb(TextChoices):
    HANDED = "notifications.handed", _("ghi đã nhắn, đã đưa tận tay")
    TAKEN_BACK = "notifications.taken_back", _("bỏ ghi đã đưa tận tay")
    RESENT = "notifications.resent", _("gửi lại thông báo")
    FEED_MADE = "notifications.feed_made", _("lấy địa chỉ lịch riêng")
    FEED_REVOKED = "notifications.feed_revoked", _("hủy địa chỉ lịch riêng")
    SUBSCRIBED = "notifications.subscribed", _("bật thông báo trên một máy")
    UNSUBSCRIBED = "notifications.unsubscribed", _("tắt thông báo trên một máy")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be told. `reach` is the wish in the member's record (`members.choices.Reach`), empty for a mere user.

    `person_id` names the person where the notice came from (a member's public id), for lists of who got what.
    """

    user_id: int | None = None
    reach: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a notice leads, a local address, and who may open it.

    Whoever holds `permission` on one of the units at `paths`, and those whose `own` it is; without either everybody.
    """

    url: str = ""
    permission: Permission | None = None
    paths: tuple[str, ...] = ()
    own: frozenset[int] = frozenset()


SAYS_NOTHING = for_reader(str)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `kind` such as `meetings.announced`; `short` what an SMS says, else the title.

    Whoever may not open `page` gets no notice in the program; people of a list are told by what their record knows of them.
    `title`, `body` and `short` leave the program: nothing from a personal file stands in them. They become words in the language
    of each reader (`core.wording.for_reader`), whoever's act it was.
    """

    kind: str
    title: Promise
    body: Promise = SAYS_NOTHING
    page: Destination = Destination()
    short: Promise = SAYS_NOTHING


@dataclass(frozen=True, slots=True)
class Sender:
    """The unit in whose name something is sent, and what it is about (`meetings.meeting` and its public id)."""

    organization_id: int
    origin_kind: str = ""
    origin_id: str = ""


TITLE_LIMIT = 200
SMS_LIMIT = 160
CHUNK = 100  # deliveries that one job sends
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
FEED_DAYS_BACK = 120  # how far back a calendar feed reaches
SUBSCRIPTIONS_OF_A_USER = 10
ENDPOINT_LIMIT = 1000
