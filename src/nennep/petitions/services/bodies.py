"""Offices outside the program: the register of each unit, sending a matter to one, and what it holds when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.audit.queries import tell_last_act
from nennep.core.access import Actor
from nennep.core.errors import DomainError, MovedOn
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.petitions.choices import (
    CONTACT_LIMIT,
    NAME_LIMIT,
    RUNNING,
    TEXT_LIMIT,
    PetitionField,
    StepKind,
    Verb,
)
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.services.clocks import store_clock
from nennep.petitions.services.notices import tell_holder
from nennep.petitions.services.petitions import keep_change, keep_step, lock_held

BODY_KIND = "petitions.outsidebody"


class BodyNameMissing(DomainError):
    code = "body_name_missing"
    message = _("Chưa ghi tên nơi giải quyết.")
    field = "name"


class BodyTaken(DomainError):
    code = "body_taken"
    message = _("Nơi này đã có trong danh sách.")
    field = "name"


class BodyEnded(MovedOn):
    code = "body_ended"
    message = _("Nơi này đã thôi hoạt động (%(last)s), không sửa được nữa.")


class BodyOver(DomainError):
    code = "body_over"
    message = _("Nơi này không còn hoạt động. Hãy chọn nơi khác.")
    field = "to"


class BodyElsewhere(DomainError):
    code = "body_elsewhere"
    message = _("Nơi này không trong danh sách của đơn vị đang giữ kiến nghị.")
    field = "to"


@dataclass(frozen=True, slots=True)
class BodyDetails:
    """An office outside: what people call it, where it is reached, which subject areas it settles."""

    name: str
    contact: str = ""
    fields: Sequence[PetitionField] = ()


def write_body(
    *, actor: Actor, organization: Organization, details: BodyDetails, body: OutsideBody | None = None, now: datetime
) -> OutsideBody:
    """Put an office on the unit's register, or correct it (`body`). Raises BodyNameMissing, BodyTaken, UnitClosed, NotAllowed."""
    actor.require(Permission.PETITIONS_SETTLE, organization.path)
    name = require_line(details.name, BodyNameMissing, limit=NAME_LIMIT, field="name")
    contact = take_line(details.contact, limit=CONTACT_LIMIT, field="contact")
    if organization.closed_on is not None:
        raise UnitClosed(on=f"{organization.closed_on:%d/%m/%Y}")
    with transaction.atomic():
        written = body or OutsideBody(unit=organization, valid_from=localdate(now))
        same = OutsideBody.objects.select_for_update().filter(unit=organization, name=name, valid_to=None)
        if same.exclude(pk=written.pk).exists():
            raise BodyTaken
        written.name, written.contact = name, contact
        written.fields = [field.value for field in details.fields]
        written.save()
        _keep(Verb.BODY_WRITTEN, written, actor, now)
    return written


def end_body(*, actor: Actor, body: OutsideBody, now: datetime) -> int:
    """The office is no more: it stays in the books, and what it holds is again with the unit that answers for it, which is told.

    How many petitions came back. Doing it twice changes nothing. Raises NotAllowed.
    """
    actor.require(Permission.PETITIONS_SETTLE, body.unit.path)
    with transaction.atomic():
        locked = OutsideBody.objects.select_for_update(of=("self",)).select_related("unit").get(pk=body.pk)
        if locked.valid_to is None:
            locked.valid_to = max(localdate(now), locked.valid_from)
            locked.save(update_fields=["valid_to"])
            _keep(Verb.BODY_ENDED, locked, actor, now)
        rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "holder")
        held = list(rows.filter(body=locked, state__in=RUNNING).order_by("pk"))
        for petition in held:
            _give_back(petition, locked, actor, now)
    return len(held)


def _give_back(petition: Petition, body: OutsideBody, actor: Actor, now: datetime) -> None:
    petition.body = None
    petition.save(update_fields=["body"])
    step = keep_step(
        petition, StepKind.ENDED, actor, now, unit=petition.holder, to_id=petition.holder_id, text=body.name
    )
    step.body = body
    step.save(update_fields=["body"])
    keep_change(Verb.BODY_ENDED, petition, actor, now)
    tell_holder(actor, petition, now)


def send_to_body(*, actor: Actor, petition: Petition, body: OutsideBody, text: str = "", now: datetime) -> Petition:
    """Send the matter to an office outside; the holder answers for it with the office's letter, and the clock runs on.

    Raises BodyOver, BodyElsewhere, PetitionSettled, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_held(actor, petition, Permission.PETITIONS_SETTLE, StepKind.ROUTED)
        known = OutsideBody.objects.select_related("unit").get(pk=body.pk)
        if not known.covers(localdate(now)):
            raise BodyOver
        if not locked.holder.path.startswith(known.unit.path):
            raise BodyElsewhere
        locked.body = known
        locked.save(update_fields=["body"])
        words = take_line(text, limit=TEXT_LIMIT, field="text")
        step = keep_step(locked, StepKind.ROUTED, actor, now, unit=locked.holder, text=words)
        step.body = known
        step.save(update_fields=["body"])
        store_clock(locked)
        keep_change(Verb.ROUTED, locked, actor, now)
    return locked


def body_ended(body: OutsideBody) -> BodyEnded:
    """What is said of an office that has ended: by whom it was noted, and when."""
    last = tell_last_act(kind=BODY_KIND, target_id=str(body.public_id))
    return BodyEnded(last=last or say_date(body.valid_to))


def _keep(verb: Verb, body: OutsideBody, actor: Actor, now: datetime) -> None:
    target = audit.Target(BODY_KIND, str(body.public_id), unit_path=body.unit.path)
    audit.record(verb, actor=actor, target=target, now=now)
