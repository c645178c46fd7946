"""Who may be given a code of the people of a unit: members of a cell, secretaries and deputies of the cells below a unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.accounts.models import User
from nennep.accounts.queries import PrintedCode
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.members.models import Member
from nennep.members.queries.records import unit_paths_of
from nennep.members.queries.roster import list_cell_members, posts_of_units
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization, list_cells


@dataclass(frozen=True, slots=True)
class CodePerson:
    """One person of the page. `has_entered`: their account was used before, so that they need no code.

    `answered_here`: the actor may give them one; a temporary member's home cell is elsewhere, and gives it there.
    """

    public_id: UUID
    name: str
    post: str
    has_entered: bool
    answered_here: bool

    @property
    def key(self) -> str:
        """As the form names them."""
        return str(self.public_id)


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """The people of one cell, by given name."""

    cell_id: UUID
    cell: str
    people: tuple[CodePerson, ...]


@dataclass(frozen=True, slots=True)
class CodesPage:
    unit: Organization
    groups: tuple[CodeGroup, ...]

    @property
    def people(self) -> tuple[CodePerson, ...]:
        return tuple(person for group in self.groups for person in group.people)


def get_codes_page(*, actor: Actor, public_id: UUID, on: date) -> CodesPage:
    """Everybody of the unit who may be given a code, cell by cell. Raises NotFound, NotAllowed."""
    unit = get_organization(actor=actor, public_id=public_id)
    actor.require(Permission.ACCOUNTS_RESET, unit.path)
    return CodesPage(unit, _members_of(actor, unit, on) if unit.is_cell else _leaders_below(actor, unit, on))


def _members_of(actor: Actor, cell: Organization, on: date) -> tuple[CodeGroup, ...]:
    members = list_cell_members(organization_id=cell.pk, on=on)
    here = _find_answered(actor, (member.member_id for member in members))
    entered = _find_entered(member.user_id for member in members)
    people = (
        CodePerson(
            one.public_id,
            one.label,
            str(one.posts[0].label) if one.posts else "",
            has_entered=one.user_id in entered,
            answered_here=one.member_id in here,
        )
        for one in members
    )
    return (CodeGroup(cell.public_id, cell.name, tuple(people)),)


def _leaders_below(actor: Actor, unit: Organization, on: date) -> tuple[CodeGroup, ...]:
    cells = list(list_cells(actor=actor, under=unit, on=on))
    posts = posts_of_units([cell.pk for cell in cells], on)
    entered = _find_entered(holder.user_id for held in posts.values() for holder in held)
    here = _find_answered(actor, (holder.member_id for held in posts.values() for holder in held))
    groups = []
    for cell in cells:
        leaders = {holder.member_id: holder for holder in reversed(posts[cell.pk]) if holder.kind.signs}
        people = (
            CodePerson(one.public_id, one.label, str(one.kind.label), one.user_id in entered, one.member_id in here)
            for one in sorted(leaders.values(), key=lambda one: (one.kind.value != "secretary", one.label))
        )
        groups.append(CodeGroup(cell.public_id, cell.name, tuple(people)))
    return tuple(group for group in groups if group.people)


def _find_entered(user_ids: Iterable[int | None]) -> set[int | None]:
    ids = [pk for pk in user_ids if pk]
    return set(User.objects.filter(pk__in=ids).exclude(last_login=None).values_list("pk", flat=True))


def _find_answered(actor: Actor, member_ids: Iterable[int]) -> set[int]:
    """Those of them whom the actor may give a code, by the cell that answers for their record."""
    paths = unit_paths_of(member_ids)
    return {pk for pk, path in paths.items() if actor.may(Permission.ACCOUNTS_RESET, path)}


def list_chosen(page: CodesPage, chosen: Iterable[str]) -> list[tuple[CodeGroup, Member]]:
    """The members behind these public ids, in the order of the page, each with the cell of its sheet. One query."""
    wanted = set(chosen)
    found = Member.objects.select_related("user").in_bulk(
        [person.public_id for person in page.people if str(person.public_id) in wanted], field_name="public_id"
    )
    return [
        (group, found[person.public_id])
        for group in page.groups
        for person in group.people
        if person.public_id in found
    ]


# For each cell its codes, and who could not be given one, with the reason.
Sheets = tuple[dict[str, list[PrintedCode]], list[tuple[str, str]]]


def lay_out(
    chosen: Iterable[tuple[CodeGroup, Member]], codes: Mapping[int, PrintedCode]
) -> dict[str, list[PrintedCode]]:
    """The codes by the name of the cell whose sheet they stand on. Codes are by the member's own id."""
    sheets: dict[str, list[PrintedCode]] = {}
    for group, member in chosen:
        if member.pk in codes:
            sheets.setdefault(group.cell, []).append(codes[member.pk])
    return sheets
