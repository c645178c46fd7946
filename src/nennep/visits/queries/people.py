"""Choosing people: accounts for an office, officials in office for an assignment or a visit."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.accounts.queries import UnitUnclear, find_unit, list_users
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.text import fold, name_sort_key
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.visits.choices import CELLS_OFFERED, AssignTo
from nennep.visits.models import Assignment
from nennep.visits.models import OfficeHolding as OfficeHolding

LABELS_LIMIT = 400
_USERNAME = re.compile(r"\(([^()]+)\)\s*$")


class PersonUnclear(DomainError):
    code = "person_unclear"
    message = _("Không rõ đồng chí nào. Hãy chọn trong danh sách gợi ý, hoặc tạo tài khoản trước.")
    field = "official"


class CellUnclear(UnitUnclear):
    field = "cell"


def list_person_labels(*, actor: Actor) -> list[str]:
    """`Lương Quốc Hưng (hung)` for each account in the units where the actor hands out roles. One query."""
    rows = list_users(actor=actor).filter(is_active=True).values_list("full_name", "username")
    return [f"{full_name} ({username})" for full_name, username in rows[:LABELS_LIMIT]]


def find_person(*, actor: Actor, text: str) -> User:
    """The account meant by a label of `list_person_labels`, a sign-in name or a full name. Raises PersonUnclear."""
    users = list_users(actor=actor).filter(is_active=True)
    match = _USERNAME.search(text)
    wanted = fold(match.group(1) if match else text)
    rows = list(users.values_list("pk", "full_name", "username"))
    found = [pk for pk, _name, username in rows if fold(username) == wanted]
    found = found or [pk for pk, full_name, _username in rows if wanted and fold(full_name) == wanted]
    if len(found) != 1:
        raise PersonUnclear
    return users.get(pk=found[0])


def find_cell(*, actor: Actor, text: str) -> Organization:
    """The one cell meant by what was typed, among those whose visits the actor plans. Raises CellUnclear."""
    try:
        return find_unit(actor=actor, permission=Permission.VISITS_PLAN, text=text, cells_only=True)
    except UnitUnclear:
        raise CellUnclear from None


def list_officials_in_office(*, actor: Actor, on: date) -> list[OfficeHolding]:
    """Who holds an office that day in the committees the actor plans for, once each, by given name. One query."""
    scope = actor.scope(Permission.VISITS_PLAN, "organization__path")
    held = OfficeHolding.objects.on(on).filter(scope, official__is_active=True)
    rows = held.select_related("official", "organization").order_by("organization__path", "pk")
    once = {row.official_id: row for row in reversed(list(rows))}
    return sorted(once.values(), key=lambda row: (name_sort_key(str(row.official)), row.official_id))


@dataclass(frozen=True, slots=True)
class CellsOffered:
    """Cells whose visits the actor plans: all of them, those whom nobody follows, how many of each type."""

    cells: Sequence[Organization]
    unfollowed: frozenset[int]

    @property
    def types(self) -> Mapping[CellType, int]:
        counts = Counter(cell.cell_type for cell in self.cells)
        return {kind: counts[kind] for kind in CellType if counts[kind]}

    @property
    def counts(self) -> Mapping[AssignTo, int]:
        """How many cells each choice offers; of too many none is offered one by one."""
        single = len(self.cells) if len(self.cells) <= CELLS_OFFERED else 0
        return {
            AssignTo.UNFOLLOWED: len(self.unfollowed),
            AssignTo.TYPES: sum(self.types.values()),
            AssignTo.SINGLE: single,
        }

    def choose(self, to: AssignTo, *, types: Collection[str] = (), ids: Collection[UUID] = ()) -> list[Organization]:
        """The cells that are meant, in the order of the tree."""
        meant = {
            AssignTo.UNFOLLOWED: lambda cell: cell.pk in self.unfollowed,
            AssignTo.TYPES: lambda cell: cell.cell_type in types,
            AssignTo.SINGLE: lambda cell: cell.public_id in ids,
        }
        return [cell for cell in self.cells if meant[to](cell)]


def offer_cells(*, actor: Actor, on: date) -> CellsOffered:
    """The cells that an official may be given on that day. Two queries."""
    scope = actor.scope(Permission.VISITS_PLAN, "path")
    cells = list(Organization.objects.open_on(on).cells().filter(scope).order_by("path"))
    followed = list(Assignment.objects.on(on).values_list("organization__path", flat=True))
    return CellsOffered(
        cells, frozenset(cell.pk for cell in cells if not any(cell.path.startswith(path) for path in followed))
    )
