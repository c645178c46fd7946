"""Which members go to which part of a cell that will be split."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.members.models import PlannedTransfer
from nennep.members.queries.pages import get_writable_cell
from nennep.members.queries.roster import list_cell_members
from nennep.organizations.models import Organization
from nennep.organizations.queries import ComingSplit, find_coming_split


@dataclass(frozen=True, slots=True)
class PartLine:
    """One unit to come, and how many were chosen for it; `code` empty for those who stay."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PartMember:
    """A member of the cell, and the name of the unit to come, empty for staying."""

    public_id: UUID
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class SplitPage:
    cell: Organization
    on: date
    parts: tuple[PartLine, ...]
    members: tuple[PartMember, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(part.code, part.name) for part in self.parts]


def get_split_page(*, actor: Actor, public_id: UUID, today: date) -> SplitPage:
    """Who may go where. Raises NotFound, also where no split is planned; NotAllowed."""
    cell = get_writable_cell(actor=actor, public_id=public_id)
    coming = find_coming_split(cell)
    if coming is None:
        raise NotFound
    members = _list_members(cell, coming, today)
    counts = [sum(one.part == name for one in members) for _code, name in coming.parts]
    parts = [PartLine(code, name, count) for (code, name), count in zip(coming.parts, counts, strict=True)]
    stay = PartLine("", _("Ở lại %(cell)s") % {"cell": cell.name}, sum(not one.part for one in members))
    return SplitPage(cell, coming.on, (*parts, stay), members)


def _list_members(cell: Organization, coming: ComingSplit, today: date) -> tuple[PartMember, ...]:
    names, waiting = dict(coming.parts), PlannedTransfer.objects.waiting().filter(organization=cell)
    chosen = dict(waiting.values_list("member_id", "code"))
    residents = list_cell_members(organization_id=cell.pk, on=today)
    return tuple(
        PartMember(one.public_id, one.label, names.get(chosen.get(one.member_id, ""), ""))
        for one in residents
        if not one.temporary
    )
