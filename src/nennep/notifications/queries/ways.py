"""By which ways people are told: read once, for the sending and for the page that says beforehand how it will go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model

from nennep.accounts.models import User
from nennep.accounts.queries import list_users_who_may
from nennep.core.phones import dial_phone
from nennep.notifications.choices import Addressee, Channel, DeliveryState, Destination
from nennep.notifications.models import PushSubscription
from nennep.notifications.rules.channels import Means, choose_channels, first_state


@dataclass(frozen=True, slots=True)
class Way:
    """One channel by which somebody is told, what a fresh delivery by it waits for, and where it goes."""

    channel: Channel
    state: DeliveryState
    address: str


@dataclass(frozen=True, slots=True)
class PersonWays:
    """Somebody to be told, the account that may open the page, and the ways in the order of `Channel`."""

    person: Addressee
    user: User | None
    ways: tuple[Way, ...]


def plan_ways(people: Sequence[Addressee], *, page: Destination, today: date) -> list[PersonWays]:
    """How each is told about `page`, in the order of `people`. Three queries."""
    users = _read_users(people, page, today)
    subscribed = set(PushSubscription.objects.filter(user_id__in=users).values_list("user_id", flat=True))
    return [_plan(one, users.get(one.user_id or 0), subscribed) for one in people]


def _read_users(people: Iterable[Addressee], page: Destination, today: date) -> dict[int, User]:
    """Accounts by id; without those who would be shown that the page does not exist."""
    ids = {one.user_id for one in people if one.user_id is not None}
    if page.permission is not None:
        may = list_users_who_may(user_ids=ids, permission=page.permission, paths=page.paths, today=today)
        ids &= may | page.own
    elif page.own:
        ids &= page.own
    found = get_user_model().objects.filter(pk__in=ids, is_active=True).order_by("pk") if ids else []
    return {user.pk: user for user in found}


def _plan(one: Addressee, user: User | None, subscribed: set[int]) -> PersonWays:
    email = one.email or (user.email if user else "")
    phone = dial_phone(one.phone or (user.phone if user else ""))
    means = Means(
        reach=one.reach,
        has_account=user is not None,
        has_email=bool(email),
        has_phone=bool(phone),
        has_subscription=user is not None and user.pk in subscribed,
    )
    addresses = {Channel.EMAIL: email, Channel.SMS: phone}
    has_gateway = settings.NENNEP_SMS is not None
    ways = (
        Way(channel, first_state(channel, has_gateway=has_gateway), addresses.get(channel, ""))
        for channel in choose_channels(means)
    )
    return PersonWays(one, user, tuple(ways))
