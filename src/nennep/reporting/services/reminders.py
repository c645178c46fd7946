"""Reminding secretaries of what their cell owes."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.wording import for_reader
from nennep.members.queries import posts_on, secretary_on
from nennep.notifications.choices import Destination, Sender
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.reporting.choices import Verb
from nennep.reporting.queries.commune import find_urgent_cells, list_reminded, may_remind
from nennep.reporting.queries.facts import read_cells
from nennep.reporting.rules.triage import find_exceptions


class ReminderRefused(DomainError):
    """There is a reason not to remind now; the other cells may still be reminded."""


class NobodyToRemind(ReminderRefused):
    """The cell has no secretary, or the secretary no account."""

    code = "nobody_to_remind"
    message = _("%(cell)s chưa có bí thư dùng chương trình; hãy gọi điện hoặc giao tài khoản cho bí thư trước.")


class AlreadyReminded(ReminderRefused):
    """One reminder a day is enough."""

    code = "already_reminded"
    message = _("Hôm nay đã nhắc bí thư %(cell)s rồi; hãy để đồng chí ấy làm, mai nhắc lại nếu còn cần.")


class NothingToRemind(ReminderRefused):
    """Meanwhile the cell has mended it."""

    code = "nothing_to_remind"
    message = _("%(cell)s không còn việc gì quá hạn, không cần nhắc nữa.")


def remind_secretary(*, actor: Actor, organization: Organization, now: datetime) -> str:
    """Tell the cell's secretary what it owes, once a day; returns the secretary's name.

    In order: the row locked (two officers at once send one notice), the notice, the trail. Raises NotAllowed for whoever
    does not look after the unit above, UnitClosed, NothingToRemind, AlreadyReminded, NobodyToRemind.
    """
    if not may_remind(actor, organization):
        raise NotAllowed
    with transaction.atomic():
        today = localdate(now)
        cell = lock_existing(organization, on=today)
        if list_reminded(cells=[cell], today=today):
            raise AlreadyReminded(cell=cell.name)
        findings = find_exceptions(read_cells(cells=[cell], today=today)[0].facts)
        if not findings:
            raise NothingToRemind(cell=cell.name)
        secretary = secretary_on(cell.pk, today)
        if secretary is None or secretary.user_id is None:
            raise NobodyToRemind(cell=cell.name)
        notify(
            actor=actor,
            user_ids=_reminded(secretary.user_id, cell.pk, today),
            kind="reporting.reminder",
            title=for_reader(lambda: str(findings[0].title)),
            body=for_reader(lambda: "\n".join(f"{finding.title}. {finding.why}".strip() for finding in findings)),
            page=Destination(reverse("home")),
            now=now,
            sender=Sender(cell.pk),
        )
        target = Target("organizations.organization", str(cell.public_id), cell.name, cell.path)
        details = {"what": [finding.kind.value for finding in findings]}
        record(Verb.REMINDED, actor=actor, target=target, now=now, details=details)
    return secretary.full_name


def remind_all(*, actor: Actor, organization: Organization, now: datetime) -> tuple[int, list[str]]:
    """Remind every secretary below the unit who is overdue: how many, and why some could not be. Raises NotAllowed."""
    if not may_remind(actor, organization):
        raise NotAllowed
    reminded, refused = 0, []
    for cell in find_urgent_cells(actor=actor, unit=organization, today=localdate(now)):
        try:
            remind_secretary(actor=actor, organization=cell, now=now)
            reminded += 1
        except ReminderRefused as error:
            refused.append(str(error))
    return reminded, refused


def _reminded(secretary_id: int, cell_id: int, today: date) -> list[int]:
    """The secretary, and who does the work while the secretary is away."""
    lent = (holder.user_id for holder in posts_on(cell_id, today) if holder.stands_in)
    return list(dict.fromkeys([secretary_id, *(user for user in lent if user is not None)]))
