"""Plans of visits for tests."""

from dataclasses import dataclass
from datetime import date, timedelta

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.queries import build_actor
from nennep.core.access import Actor
from nennep.meetings.models import MeetingRoutine
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.planning.models import VisitPlan
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services.plans import draft_plan
from nennep.planning.services.solving import queue_plan, solve_plan
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.visits import hold_office

YEAR = 2027


@dataclass(frozen=True)
class Board:
    """A commune with cells that meet on days 5, 6, …, its officials, and the officer who plans."""

    commune: Organization
    cells: tuple[Organization, ...]
    officials: tuple[User, ...]
    officer: User

    @property
    def actor(self) -> Actor:
        return build_actor(user=self.officer, today=TODAY)


def make_board(*, cells: int = 3, officials: int = 2) -> Board:
    """Nobody is assigned: everybody may go everywhere."""
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    units = tuple(make_unit(f"Chi bộ thôn {number}", parent=commune) for number in range(1, cells + 1))
    for number, cell in enumerate(units):
        MeetingRoutine.objects.create(organization=cell, fixed_day=5 + number, starts_at="19:30")
    users = tuple(make_user(f"Lò Văn {number}") for number in range(1, officials + 1))
    for user in users:
        hold_office(user, commune)
    officer = make_user("Nông Thị Lan")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    return Board(commune, units, users, officer)


def make_plan(board: Board, settings: PlanSettings | None = None) -> VisitPlan:
    return draft_plan(
        actor=board.actor, organization=board.commune, year=YEAR, settings=settings or PlanSettings(), now=NOW
    )


def solve(board: Board, plan: VisitPlan) -> VisitPlan:
    """Queue and solve in one breath, as the job does."""
    queued = queue_plan(actor=board.actor, plan=plan, now=NOW)
    return solve_plan(actor=board.actor, plan=queued, now=NOW + timedelta(seconds=1))


def each_official(board: Board, visits: int) -> dict[str, int]:
    """So many visits for every official, as a person would set them."""
    return {str(user.public_id): visits for user in board.officials}


def day(month: int, number: int) -> date:
    return date(YEAR, month, number)
