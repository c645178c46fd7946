"""The private calendar of one user, put together from what every context knows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from nennep.accounts.models import User
from nennep.core.calendar import list_entries, write_calendar
from nennep.notifications.choices import FEED_DAYS_BACK

READS_AN_HOUR = 30
_HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class PrivateCalendar:
    """`etag` with its quotation marks; `changed` when something in it changed last, in seconds since 1970."""

    content: bytes
    etag: str
    changed: int | None


def may_read_again(feed_id: UUID) -> bool:
    """False for an address fetched more than READS_AN_HOUR times within an hour; calendar programs come every few hours."""
    key = f"calendar-feed:{feed_id}"
    cache.add(key, 0, _HOUR)
    try:
        return cache.incr(key) <= READS_AN_HOUR
    except ValueError:  # it expired between the two
        return True


def make_calendar(*, user: User, now: datetime, keeps_cancelled: bool = True) -> PrivateCalendar:
    """In the user's language, from some months back to as far ahead as is planned; what was called off as such, or not at all."""
    with translation.override(user.language):
        found = list_entries(user_id=user.pk, since=now - timedelta(days=FEED_DAYS_BACK))
        entries = [entry for entry in found if keeps_cancelled or not entry.cancelled]
        content = write_calendar(entries, name=_("Lịch sinh hoạt"), address=settings.NENNEP_ADDRESS)
    changed = max((entry.changed_at for entry in entries), default=None)
    return PrivateCalendar(
        content=content,
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        changed=int(changed.timestamp()) if changed else None,
    )
