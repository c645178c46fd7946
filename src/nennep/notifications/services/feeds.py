"""The private address of one's own calendar."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.choices import Verb
from nennep.notifications.models import CalendarFeed
from nennep.notifications.rules.feeds import hash_token

_TOKEN_BYTES = 32
_NOTED_EVERY = timedelta(hours=1)


def make_feed(*, actor: Actor, now: datetime) -> str:
    """A new token, shown this once: only its hash is kept. An older address stops working. Raises NotAllowed for visitors."""
    if actor.user_id is None:
        raise NotAllowed
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        former = CalendarFeed.objects.select_for_update().filter(user_id=actor.user_id, revoked_at=None).first()
        keeps = former.keeps_cancelled if former else True
        CalendarFeed.objects.filter(user_id=actor.user_id, revoked_at=None).update(revoked_at=now)
        feed = CalendarFeed.objects.create(
            user_id=actor.user_id, token_hash=hash_token(token), created_at=now, keeps_cancelled=keeps
        )
        _record(Verb.FEED_MADE, feed, actor, now)
    return token


def choose_cancelled(*, actor: Actor, keeps: bool) -> None:
    """Whether meetings that were called off stay in one's own calendar; a new address keeps the choice. Nothing without an address."""
    CalendarFeed.objects.filter(user_id=actor.user_id or 0, revoked_at=None).update(keeps_cancelled=keeps)


def revoke_feed(*, actor: Actor, now: datetime) -> None:
    """The address stops working at once; nothing when there is none."""
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().filter(user_id=actor.user_id or 0, revoked_at=None).first()
        if feed is not None:
            feed.revoked_at = now
            feed.save(update_fields=["revoked_at"])
            _record(Verb.FEED_REVOKED, feed, actor, now)


def note_feed_read(*, actor: Actor, feed: CalendarFeed, now: datetime) -> None:
    """A calendar program fetched it; noted at most once an hour, so that reading stays cheap.

    Whoever holds the token reads: the program writes it down. Raises NotAllowed.
    """
    actor.require_program()
    stale = Q(last_read_at=None) | Q(last_read_at__lt=now - _NOTED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_read_at=now)


def _record(verb: Verb, feed: CalendarFeed, actor: Actor, now: datetime) -> None:
    target = audit.Target("notifications.calendarfeed", str(feed.public_id), actor.name)
    audit.record(verb, actor=actor, target=target, now=now)
