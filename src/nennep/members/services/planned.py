"""What the rows that wait for a day have in common: settled once, and told once to whoever planned them when their day is in vain."""

import logging
from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.members.models import PlannedPost, PlannedTransfer
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.choices import SAID_LIMIT, ChangeState

Planned = PlannedPost | PlannedTransfer
_log = logging.getLogger(__name__)
_STATES = MappingProxyType({True: ChangeState.DONE, False: ChangeState.CANCELLED})


def settle(planned: Planned, now: datetime, *, done: bool) -> None:
    planned.state, planned.settled_at, planned.problem = _STATES[done], now, ""
    planned.save(update_fields=["state", "settled_at", "problem"])


def find_problem(act: Callable[[], object], planned_id: int, *, not_allowed: str | Promise) -> str:
    """Do it in a transaction of its own; why it cannot be done, empty when it was. `not_allowed` is said of a planner without the right."""
    try:
        with transaction.atomic():
            act()
    except NotAllowed:
        return str(not_allowed)
    except DomainError as error:
        return str(error)
    except Exception:  # noqa: BLE001  whatever it is, the others have their day too
        _log.exception("planned row %s could not be carried out", planned_id)
        return gettext("Chương trình gặp lỗi khi thực hiện việc này; người quản trị xem nhật ký máy chủ.")
    return ""


def keep_problem(planned: Planned, problem: str, *, kind: str, title: Promise, now: datetime) -> None:
    """Write down why it was in vain, and tell its planner once. The caller holds the row."""
    problem = problem[:SAID_LIMIT]
    if planned.problem == problem or planned.state != ChangeState.WAITING:
        return
    planned.problem = problem
    planned.save(update_fields=["problem"])
    if planned.user_id is not None:
        unit = planned.organization
        page = Destination(reverse("members:list", args=[unit.public_id]), Permission.MEMBERS_READ, (unit.path,))
        notify(
            actor=Actor.system(),
            user_ids=[planned.user_id],
            kind=kind,
            title=title,
            body=for_reader(lambda: problem),
            page=page,
            now=now,
        )
