"""Moments and acting persons for tests of every context."""

from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 9, 8, 0, tzinfo=VIETNAM)  # a Monday
TODAY = date(2026, 11, 9)

_numbers = count(1)


def make_actor(*permissions: Permission, path: str = "", subtree: bool = True, user_id: int | None = None) -> Actor:
    """Somebody who holds exactly `permissions` on the unit with tree path `path` (all units when empty)."""
    grants = frozenset(Grant(permission, path, subtree) for permission in permissions)
    return Actor(user_id=user_id, name=f"Người thử {next(_numbers)}", grants=grants)


def said(text: str) -> Promise:
    """What a notice says, the same in every language."""
    return for_reader(lambda: text)
