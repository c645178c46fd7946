"""Handing papers down the tree: send, confirm, note who opened them, remind."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from nennep.accounts.queries import list_users_running
from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.documents.choices import DOCUMENT_ORIGIN, REMIND_AGAIN, Verb
from nennep.documents.models import Distribution, Document, Receipt
from nennep.documents.queries import Whom, find_targets, holds_document
from nennep.documents.rules.distribution import own_paths
from nennep.documents.services.papers import DocumentRemoved
from nennep.notifications.choices import Destination, Sender
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing

SENT_KIND = "documents.distributed"
REMINDED_KIND = "documents.reminded"


class NobodyChosen(DomainError):
    code = "distribution_nobody"
    message = gettext_lazy("Chưa chọn đơn vị nào bên dưới để gửi.")
    field = "target"


class AlreadySent(DomainError):
    code = "distribution_already_sent"
    message = gettext_lazy("Các đơn vị này đã được gửi tài liệu từ trước.")
    field = "target"


class NotTheirs(DomainError):
    code = "distribution_not_theirs"
    message = gettext_lazy("Đơn vị này chưa có tài liệu ấy nên không gửi xuống được.")


class NobodyToRemindOfPaper(DomainError):
    code = "distribution_nobody_to_remind"
    message = gettext_lazy(
        "Không còn ai để nhắc: các đơn vị đã mở, vừa được nhắc hôm nay, hoặc chưa có tài khoản để nhận lời nhắc."
    )


def distribute_document(*, actor: Actor, document: Document, from_unit: Organization, whom: Whom, now: datetime) -> int:
    """Send a paper that `from_unit` holds to units below it, and tell those who run them; returns to how many it went.

    Units that have it already are left alone. In order: one row per unit, the trail (one event), notices. The number of
    queries does not grow with the number of units (rows are written in batches). A receiving unit that stands above
    cells may send it further. Raises NotAllowed, UnitClosed, NotTheirs, DocumentRemoved, NobodyChosen, AlreadySent.
    """
    actor.require(Permission.DOCUMENTS_WRITE, from_unit.path)
    with transaction.atomic():
        lock_existing(from_unit, on=localdate(now))
        locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        _require_sendable(locked, from_unit)
        units = list(find_targets(unit=from_unit, whom=whom, on=localdate(now)))
        if not units:
            raise NobodyChosen
        have = set(Distribution.objects.filter(document=locked).values_list("to_unit_id", flat=True))
        fresh = [unit for unit in units if unit.pk not in have and unit.pk != locked.organization_id]
        if not fresh:
            raise AlreadySent
        Distribution.objects.bulk_create(
            [
                Distribution(document=locked, from_unit=from_unit, to_unit=unit, sent_at=now, sent_by_id=actor.user_id)
                for unit in fresh
            ],
            batch_size=500,
        )
        _record(Verb.DISTRIBUTED, locked, from_unit, actor=actor, now=now, units=len(fresh), target=str(whom.target))
        _tell(actor, locked, from_unit, unit_ids=[unit.pk for unit in fresh], kind=SENT_KIND, now=now)
    return len(fresh)


def _require_sendable(document: Document, unit: Organization) -> None:
    if document.removed_at:
        raise DocumentRemoved
    if not holds_document(document=document, unit=unit):
        raise NotTheirs


def _tell(
    actor: Actor, document: Document, from_unit: Organization, *, unit_ids: Iterable[int], kind: str, now: datetime
) -> set[int]:
    """Tell everybody who runs one of the units; the ids of the units that have somebody to be told."""
    users = list_users_running(organization_ids=unit_ids, permission=Permission.DOCUMENTS_WRITE, today=localdate(now))
    told = frozenset(user for ids in users.values() for user in ids)
    says = (
        gettext_lazy("%(unit)s nhắc mở tài liệu")
        if kind == REMINDED_KIND
        else gettext_lazy("%(unit)s gửi tài liệu mới")
    )
    notify(
        actor=actor,
        user_ids=told,
        kind=kind,
        title=for_reader(lambda: str(says) % {"unit": from_unit.name}),
        body=for_reader(lambda: document.title),
        page=Destination(reverse("documents:show_document", args=[document.public_id]), own=told),
        now=now,
        sender=Sender(from_unit.pk, DOCUMENT_ORIGIN, str(document.public_id)),
    )
    return set(users)


def confirm_receipt(*, actor: Actor, distribution: Distribution, now: datetime) -> Distribution:
    """The unit has the paper. The first time counts; somebody of the unit above may note it for a unit (given by hand).

    Then the row and the trail carry the name of the person who noted it. Raises NotAllowed, UnitClosed.
    """
    unit = distribution.to_unit
    actor.require(Permission.DOCUMENTS_WRITE, unit.path)
    with transaction.atomic():
        lock_existing(unit)
        locked = Distribution.objects.select_for_update(of=("self",)).select_related("document").get(pk=distribution.pk)
        if locked.received_at is None:
            locked.received_at, locked.received_by_id = now, actor.user_id
            locked.received_by_name = actor.name
            locked.save(update_fields=["received_at", "received_by", "received_by_name"])
            behalf = (
                None
                if unit.path in own_paths(actor)
                else audit.Target("organizations.organization", str(unit.public_id), unit.name)
            )
            target = audit.Target(DOCUMENT_ORIGIN, str(locked.document.public_id), unit_path=unit.path)
            audit.record(Verb.RECEIVED, actor=actor, target=target, now=now, on_behalf_of=behalf)
    return locked


def note_opening(*, actor: Actor, document: Document, now: datetime) -> None:
    """Remember that this user opened the paper, the first time only. The caller has passed the paper's door.

    For the units that the actor runs, the paper now counts as received and opened; those that have ended get nothing more.
    """
    if actor.user_id is None:
        return
    Receipt.objects.get_or_create(document=document, user_id=actor.user_id, defaults={"opened_at": now})
    paths = own_paths(actor)
    if not paths:
        return
    mine = Distribution.objects.filter(document=document, to_unit__path__in=paths, to_unit__closed_on=None)
    mine.filter(received_at=None).update(received_at=now, received_by=actor.user_id, received_by_name=actor.name)
    mine.filter(opened_at=None).update(opened_at=now)


def remind_units(*, actor: Actor, document: Document, from_unit: Organization, now: datetime) -> int:
    """Remind the units that got the paper from `from_unit` and have not opened it; returns how many units were told.

    Units reminded within REMIND_AGAIN are left alone, so a button tapped twice reminds once. Raises NotAllowed,
    NobodyToRemindOfPaper.
    """
    actor.require(Permission.DOCUMENTS_WRITE, from_unit.path)
    with transaction.atomic():
        Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        quiet = Q(reminded_at=None) | Q(reminded_at__lt=now - REMIND_AGAIN)
        waiting = Distribution.objects.filter(quiet, document=document, from_unit=from_unit, opened_at=None)
        unit_ids = list(waiting.order_by("pk").values_list("to_unit_id", flat=True))
        told = _tell(actor, document, from_unit, unit_ids=unit_ids, kind=REMINDED_KIND, now=now)
        if not told:
            raise NobodyToRemindOfPaper
        waiting.filter(to_unit__in=told).update(reminded_at=now)
        _record(Verb.REMINDED, document, from_unit, actor=actor, now=now, units=len(told))
    return len(told)


def _record(
    verb: Verb, document: Document, unit: Organization, *, actor: Actor, now: datetime, **details: object
) -> None:
    target = audit.Target(DOCUMENT_ORIGIN, str(document.public_id), unit_path=unit.path)
    audit.record(verb, actor=actor, target=target, now=now, details=details)
