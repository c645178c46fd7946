"""A cell, the commune above it, who acts there, and what lies there before an act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import OutsideBody, Petition, PetitionStep, Practice
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition, make_practice

ASKER, SECRETARY, OFFICER, OTHER_ASKER = "Lý Thị Mỷ", "Ma Công Lập", "Hà Thị Thu", "Giàng A Páo"


@dataclass
class Place:
    """A cell, the commune above it, who acts there, and one petition that lies with the commune."""

    cell: Organization
    commune: Organization
    secretary: Actor
    officer: Actor
    asker: Actor
    outsider: Actor
    petition: Petition
    body: OutsideBody
    practice: Practice

    def set(self, **facts: Any) -> None:
        Petition.objects.filter(pk=self.petition.pk).update(**facts)
        self.petition.refresh_from_db()


def make_place() -> Place:
    cell = make_cell()
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    users = {name: make_user(name) for name in (SECRETARY, OFFICER, ASKER)}
    grant_role(users[SECRETARY], Role.SECRETARY, cell)
    grant_role(users[OFFICER], Role.COMMUNE_OFFICER, commune, subtree=True)
    member = join_cell(cell, ASKER, user_id=users[ASKER].pk)
    other = make_unit("Chi bộ thôn Khác", parent=commune)
    beside = make_petition(other, "Sửa đường", holder=commune, state=PetitionState.ANSWERED)
    PetitionStep.objects.create(
        petition=beside, kind=StepKind.ANSWERED, unit=commune, text="Sẽ làm", at=NOW, by_name="Ai đó"
    )
    make_practice(other, unit=commune, title="Của cell khác")
    OutsideBody.objects.create(unit=commune, name="Hạt kiểm lâm", valid_from=date(2026, 1, 1))
    return Place(
        cell,
        commune,
        actor_of(users[SECRETARY]),
        actor_of(users[OFFICER]),
        actor_of(users[ASKER]),
        make_actor(*Permission, path=other.path),
        make_petition(cell, holder=commune, raised_by=member),
        OutsideBody.objects.create(unit=commune, name="Điện lực Bắc Sơn", valid_from=date(2026, 1, 1)),
        make_practice(cell, unit=commune),
    )
