"""One place decides by which channels somebody is told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nennep.notifications.choices import RETRY_AFTER, Channel, DeliveryState


@dataclass(frozen=True, slots=True)
class Means:
    """What somebody wishes (`reach`: app, email, sms, print or empty) and what is known of them."""

    reach: str = ""
    has_account: bool = False
    has_email: bool = False
    has_phone: bool = False
    has_subscription: bool = False


def choose_channels(means: Means) -> tuple[Channel, ...]:
    """The channels, in the order of `Channel`.

    What costs nothing and was asked for by having it (an account, an e-mail address, a device that said yes) is always
    used. An SMS goes to those who wish one and have a phone, and to those whom nothing else would reach. Paper goes to
    those who wish it, and to those whom nothing at all would reach: nobody of a cell is left out.
    A mere user (no wish known) never gets paper or an SMS.
    """
    free = {
        Channel.APP: means.has_account,
        Channel.EMAIL: means.has_email,
        Channel.PUSH: means.has_account and means.has_subscription,
    }
    chosen = {channel for channel, known in free.items() if known}
    if means.reach == Channel.PRINT.value:
        chosen.add(Channel.PRINT)
    if means.reach and not _suffices(means.reach, chosen):
        chosen.add(Channel.SMS if means.has_phone else Channel.PRINT)
    return tuple(channel for channel in Channel if channel in chosen)


def _suffices(reach: str, chosen: set[Channel]) -> bool:
    """Those who wish for an SMS or paper have no use for the rest; for the others any of the free ones will do."""
    if reach in Channel.values and Channel(reach).may_be_by_hand:
        return Channel(reach) in chosen
    return bool(chosen)


def first_state(channel: Channel, *, has_gateway: bool) -> DeliveryState:
    """What a fresh delivery waits for; without a gateway an SMS is sent from somebody's own phone."""
    if channel == Channel.APP:
        return DeliveryState.SENT
    if channel == Channel.PRINT or (channel == Channel.SMS and not has_gateway):
        return DeliveryState.BY_HAND
    return DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class ReachTally:
    """How people are told, each counted once.

    `app`, `email`, `sms` go by themselves, `handed` was brought; `by_phone` waits for somebody to write, `on_paper` to bring
    it, and `failed` are those whom a server refused.
    """

    app: int = 0
    email: int = 0
    sms: int = 0
    handed: int = 0
    by_phone: int = 0
    on_paper: int = 0
    failed: int = 0

    @property
    def told(self) -> int:
        return self.app + self.email + self.sms + self.handed

    @property
    def by_hand(self) -> int:
        return self.by_phone + self.on_paper


def tally_ways(people: Iterable[Sequence[tuple[Channel, DeliveryState]]]) -> ReachTally:
    """Of each person the ways; whoever has none is not told, and not counted."""
    return ReachTally(**Counter(_sort_ways(ways) for ways in people if ways))


def _sort_ways(ways: Sequence[tuple[Channel, DeliveryState]]) -> str:
    """The field of `ReachTally`: what still waits for a hand comes before what went by itself."""
    by_hand = [channel for channel, state in ways if state == DeliveryState.BY_HAND]
    if by_hand:
        return "by_phone" if Channel.SMS in by_hand else "on_paper"
    if any(state == DeliveryState.FAILED for _channel, state in ways):
        return "failed"
    if any(state == DeliveryState.HANDED for _channel, state in ways):
        return "handed"
    used = {channel for channel, _state in ways}
    return "app" if Channel.APP in used else "email" if Channel.EMAIL in used else "sms"


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failures; None: a person has to look at it."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None
