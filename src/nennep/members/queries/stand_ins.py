"""Who stands in for a secretary that is away."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.members.models import StandIn
from nennep.members.queries.roster import PostHolder, posts_on, secretary_on
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization, refuse_ended


@dataclass(frozen=True, slots=True)
class StandInRow:
    """One absence of the secretary: who does the work from when to when (both days belong to it)."""

    public_id: UUID
    member_id: int
    name: str
    since: date
    last_day: date
    has_account: bool

    def is_on(self, day: date) -> bool:
        return self.since <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class StandInPage:
    """`rows` run or are to come; `choices` may stand in: deputies first, then other members of the committee."""

    cell: Organization
    secretary: PostHolder | None
    rows: tuple[StandInRow, ...]
    choices: tuple[PostHolder, ...]
    today: date


def get_stand_in_page(*, actor: Actor, public_id: UUID, today: date) -> StandInPage:
    """Raises NotFound for what is no cell of the actor's, and for whoever may not write its members; UnitHasEnded."""
    cell = get_organization(actor=actor, public_id=public_id)
    if not cell.is_cell or not actor.may(Permission.MEMBERS_WRITE, cell.path):
        raise NotFound
    refuse_ended(cell)
    return StandInPage(
        cell=cell,
        secretary=secretary_on(cell.pk, today),
        rows=list_stand_ins(organization_id=cell.pk, today=today),
        choices=list_stand_in_choices(organization_id=cell.pk, on=today),
        today=today,
    )


def list_stand_in_choices(*, organization_id: int, on: date) -> tuple[PostHolder, ...]:
    """Who may do the work of the secretary that day, deputies first; each once. One query."""
    held = [holder for holder in posts_on(organization_id, on) if holder.kind.may_stand_in]
    return tuple({holder.member_id: holder for holder in reversed(held)}.values())[::-1]


def list_stand_ins(*, organization_id: int, today: date) -> tuple[StandInRow, ...]:
    """What runs or is to come, the earliest first. One query."""
    rows = StandIn.objects.filter(organization_id=organization_id, valid_to__gt=today).select_related("member")
    return tuple(_row(row) for row in rows.order_by("valid_from", "pk") if row.until > row.valid_from)


def find_stand_in(*, organization_id: int, on: date) -> StandInRow | None:
    """Who does the secretary's work on that day. One query."""
    row = StandIn.objects.on(on).filter(organization_id=organization_id).select_related("member").order_by("pk").last()
    return _row(row) if row else None


def get_stand_in(*, actor: Actor, public_id: UUID) -> StandIn:
    """Raises NotFound."""
    scope = actor.scope(Permission.MEMBERS_WRITE, "organization__path")
    found = StandIn.objects.filter(scope, public_id=public_id).select_related("organization", "member").first()
    if found is None:
        raise NotFound
    return found


def _row(row: StandIn) -> StandInRow:
    return StandInRow(
        public_id=row.public_id,
        member_id=row.member_id,
        name=row.member.full_name,
        since=row.valid_from,
        last_day=row.until - timedelta(days=1),
        has_account=row.member.user_id is not None,
    )
