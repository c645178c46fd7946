"""Reading offices outside the program: a unit's register, and those that a matter may be sent to."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import RUNNING, PetitionField
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.queries.petitions import get_unit


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One office of the register: which areas it settles, how many open petitions are with it."""

    body: OutsideBody
    fields: tuple[str, ...]
    held: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class BodyPage:
    """The register of a unit, those that are no more at the end."""

    unit: Organization
    rows: tuple[BodyRow, ...]
    may_write: bool


def get_body(*, actor: Actor, public_id: UUID) -> OutsideBody:
    """Raises NotFound when missing or out of the actor's scope. One query."""
    body = OutsideBody.objects.visible_to(actor).select_related("unit").filter(public_id=public_id).first()
    if body is None:
        raise NotFound
    return body


def read_body_page(*, actor: Actor, public_id: UUID, today: date) -> BodyPage:
    """Raises NotFound. Two queries."""
    unit = get_unit(actor=actor, public_id=public_id)
    held = Count("petitions", filter=Q(petitions__state__in=RUNNING))
    found = OutsideBody.objects.filter(unit=unit).annotate(held=held).order_by("name", "pk")
    rows = [_read_row(body, today) for body in found]
    return BodyPage(
        unit=unit,
        rows=tuple(sorted(rows, key=lambda row: row.is_over)),
        may_write=actor.may(Permission.PETITIONS_SETTLE, unit.path) and unit.closed_on is None,
    )


def _read_row(body: OutsideBody, today: date) -> BodyRow:
    labels = tuple(str(PetitionField(field).label) for field in body.fields if field in PetitionField.values)
    return BodyRow(body, labels, getattr(body, "held", 0), not body.covers(today))


def list_bodies(petition: Petition, *, today: date) -> tuple[OutsideBody, ...]:
    """Where a matter may be sent: the registers of its holder and of the units above; those of its area first. One query."""
    found = OutsideBody.objects.filter(
        unit__path__in=paths_above(petition.holder), valid_to=None, valid_from__lte=today
    )
    return tuple(sorted(found.order_by("name", "pk"), key=lambda body: petition.field not in body.fields))
