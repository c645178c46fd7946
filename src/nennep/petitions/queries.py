"""Reading petitions: the door, what waits in a cell, counts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.members.models import Member as Member
from nennep.organizations.models import Organization as Organization
from nennep.petitions.choices import PetitionField, PetitionState
from nennep.petitions.models import Petition as Petition
from nennep.petitions.models import PetitionQuerySet


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """One petition as lists and papers show it on the day asked for. `age` and `days_left` in days; the latter negative when late."""

    public_id: UUID
    text: str
    field: PetitionField
    raised_by: str
    raised_on: date
    holder: str
    state: PetitionState
    answer: str
    due_on: date
    age: int
    days_left: int

    @property
    def is_late(self) -> bool:
        return self.state == PetitionState.OPEN and self.days_left < 0


def get_petition(*, actor: Actor, public_id: UUID) -> Petition:
    """A petition with its units. Raises NotFound when missing or out of the actor's scope. One query."""
    petitions = Petition.objects.visible_to(actor).select_related("organization", "holder", "raised_by")
    petition = petitions.filter(public_id=public_id).first()
    if petition is None:
        raise NotFound
    return petition


def list_waiting(*, organization_id: int, today: date) -> list[PetitionRow]:
    """What one cell still waits for, oldest first: unanswered ones, and answers that it has not confirmed. One query.

    The caller has passed the cell's own door.
    """
    waiting = Petition.objects.filter(organization_id=organization_id).waiting()
    return _read_rows(waiting, today)


def list_of_origin(*, origin: Origin, today: date) -> list[PetitionRow]:
    """What was noted at one meeting or visit, in the order it was noted. The caller has passed that door. One query."""
    return _read_rows(Petition.objects.filter(origin_kind=origin.kind, origin_id=origin.id), today)


def _read_rows(petitions: PetitionQuerySet, today: date) -> list[PetitionRow]:
    found = petitions.select_related("holder", "raised_by").order_by("raised_on", "pk")
    return [_read_row(petition, today) for petition in found]


def _read_row(petition: Petition, today: date) -> PetitionRow:
    return PetitionRow(
        public_id=petition.public_id,
        text=petition.text,
        field=PetitionField(petition.field),
        raised_by=petition.raised_by.full_name if petition.raised_by else petition.raised_by_name,
        raised_on=petition.raised_on,
        holder=petition.holder.name,
        state=PetitionState(petition.state),
        answer=petition.answer,
        due_on=petition.due_on,
        age=(today - petition.raised_on).days,
        days_left=(petition.due_on - today).days,
    )
