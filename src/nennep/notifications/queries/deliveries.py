"""What was sent in a unit's name: what could not be sent, what goes by hand, who got what."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from django.utils.translation import gettext

from nennep.accounts.models import User as User
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.phones import say_phone
from nennep.core.text import name_sort_key
from nennep.core.wording import lower_start
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery, DeliveryQuerySet
from nennep.organizations.models import Organization as Organization


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One channel by which somebody was told, and how far it came. `at` of sending, or of reading when `read`."""

    channel: Channel
    state: DeliveryState
    read: bool
    at: datetime | None
    by_name: str
    error: str

    @property
    def words(self) -> str:
        """How far it came; a text message is not handed over."""
        if self.channel == Channel.SMS and self.state == DeliveryState.BY_HAND:
            return gettext("chờ nhắn")
        return lower_start(str(self.state.label))


@dataclass(frozen=True, slots=True)
class HandRow:
    """Something to be sent from one's own phone, or handed over. `sms_url` opens the phone's own program with the text."""

    delivery: UUID
    channel: Channel
    title: str
    name: str
    phone: str
    text: str
    error: str
    handed_at: datetime | None
    by_name: str

    @property
    def said_phone(self) -> str:
        return say_phone(self.phone)

    @property
    def sms_url(self) -> str:
        """RFC 5724; `?body=` is what Android and newer iPhones read, old phones open the number alone."""
        return f"sms:{self.phone}?body={quote(self.text)}"


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many were ticked off at once, and when."""

    at: datetime
    count: int


def get_unit(*, actor: Actor, public_id: UUID) -> Organization:
    """A unit in whose name the actor may send. Raises NotFound, also for those who only read there: numbers stand in the list."""
    found = Organization.objects.get_queryset().filter(
        actor.scope(Permission.DOCUMENTS_WRITE, "path"), public_id=public_id
    )
    unit = found.first()
    if unit is None:
        raise NotFound
    return unit


def get_delivery(*, actor: Actor, public_id: UUID) -> Delivery:
    """A delivery of a unit in whose name the actor may send. Raises NotFound."""
    found = Delivery.objects.visible_to(actor).filter(public_id=public_id).select_related("organization").first()
    if found is None:
        raise NotFound
    return found


def list_undelivered(*, organization: Organization) -> DeliveryQuerySet:
    """What a server refused and was not sent since, newest first; also what is tried again by itself later."""
    found = Delivery.objects.filter(organization=organization, state__in=[DeliveryState.FAILED, DeliveryState.WAITING])
    return found.exclude(error="").select_related("notification").order_by("-created_at", "-pk")


def count_waiting(*, organization: Organization) -> int:
    """How many nobody has refused yet, because they were not tried."""
    waiting = Delivery.objects.filter(organization=organization, state=DeliveryState.WAITING, error="")
    return waiting.count()


def list_by_hand(*, organization: Organization, origin: Origin | None = None, since: datetime) -> tuple[HandRow, ...]:
    """What has to be sent or handed over by somebody, and what was since `since`; still open first, then by given name.

    Of one person's the newest first. An SMS that the gateway refused stands here too. One query.
    """
    found = Delivery.objects.filter(organization=organization, created_at__gte=since)
    by_hand = found.filter(state__in=[DeliveryState.BY_HAND, DeliveryState.HANDED])
    by_hand |= found.filter(channel=Channel.SMS, state=DeliveryState.FAILED)
    if origin is not None:
        by_hand = by_hand.filter(origin_kind=origin.kind, origin_id=origin.id)
    rows = [_hand_row(row) for row in by_hand.order_by("-created_at", "pk")]
    return tuple(sorted(rows, key=lambda row: (row.handed_at is not None, name_sort_key(row.name))))


def find_last_ticked(rows: Iterable[HandRow], *, by_name: str, since: datetime) -> Ticked | None:
    """What this person ticked off last, when it was several at once since then; None otherwise. No query."""
    moments = Counter(row.handed_at for row in rows if row.handed_at and row.by_name == by_name)
    latest = max((moment for moment in moments if moment >= since), default=None)
    return Ticked(latest, moments[latest]) if latest and moments[latest] > 1 else None


def _hand_row(row: Delivery) -> HandRow:
    return HandRow(
        delivery=row.public_id,
        channel=Channel(row.channel),
        title=row.title,
        name=row.person_name,
        phone=row.address,
        text=row.text,
        error=row.error,
        handed_at=row.sent_at if row.state == DeliveryState.HANDED else None,
        by_name=row.by_name,
    )


def list_deliveries_of(*, origin: Origin) -> dict[str, tuple[DeliveryRow, ...]]:
    """By `person_id`: the newest delivery of each channel about one thing. One query. Callers have passed its door."""
    rows = Delivery.objects.filter(origin_kind=origin.kind, origin_id=origin.id).select_related("notification")
    newest: dict[str, dict[Channel, DeliveryRow]] = defaultdict(dict)
    for row in rows.order_by("created_at", "pk"):
        newest[row.person_id][Channel(row.channel)] = _delivery_row(row)
    return {person: tuple(found[one] for one in Channel if one in found) for person, found in newest.items()}


def _delivery_row(row: Delivery) -> DeliveryRow:
    read_at = row.notification.read_at if row.channel == Channel.APP and row.notification else None
    return DeliveryRow(
        channel=Channel(row.channel),
        state=DeliveryState(row.state),
        read=read_at is not None,
        at=read_at or row.sent_at,
        by_name=row.by_name,
        error=row.error,
    )


def count_by_channel(deliveries: Iterable[object]) -> Counter[Channel]:
    """How many of what `services.reach_people` returned goes by which channel. No query."""
    return Counter(Channel(one.channel) for one in deliveries if isinstance(one, Delivery))
