"""Posts that begin on a later day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.members.choices import PostKind
from nennep.members.models import PlannedPost
from nennep.organizations.models import Organization

SHOWN = 100


@dataclass(frozen=True, slots=True)
class PlannedPostRow:
    """Who will hold what from which day on; `problem` says why that day came in vain."""

    public_id: UUID
    name: str
    kind: PostKind
    on: date
    planner: str
    problem: str


def list_planned_posts(*, cell: Organization) -> tuple[PlannedPostRow, ...]:
    """What is planned for the unit, in the order of the days. One query. The caller has passed its door."""
    rows = PlannedPost.objects.waiting().filter(organization=cell).select_related("member")[:SHOWN]
    return tuple(
        PlannedPostRow(row.public_id, row.member.full_name, PostKind(row.kind), row.on, row.user_name, row.problem)
        for row in rows
    )


def get_planned_post(*, actor: Actor, public_id: UUID) -> PlannedPost:
    """One that was planned where the actor may write, whatever became of it. Raises NotFound."""
    scope = actor.scope(Permission.MEMBERS_WRITE, "organization__path")
    rows = PlannedPost.objects.filter(scope, public_id=public_id)
    found = rows.select_related("organization", "member").first()
    if found is None:
        raise NotFound
    return found
