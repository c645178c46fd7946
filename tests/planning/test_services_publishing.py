"""A solved plan written by hand is put into the ledger: who stands in for whom, what comes, what goes."""

from datetime import date

import pytest

from nennep.accounts.models import User
from nennep.organizations.models import Organization
from nennep.planning.choices import PlanState
from nennep.planning.models import VisitPlan
from nennep.planning.services.publishing import BooksHaveMoved, publish_plan
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from tests.factories.core import NOW
from tests.factories.plans import Board, day, make_board, make_plan
from tests.factories.trails import list_trail
from tests.factories.visits import make_visit

pytestmark = pytest.mark.django_db
MEETING = day(1, 5)  # of the first cell


@pytest.fixture
def board() -> Board:
    return make_board()


def solved(board: Board, *visits: tuple[User, Organization, date]) -> VisitPlan:
    """A plan whose solver found exactly these visits."""
    plan = make_plan(board)
    plan.state, plan.solved_at = PlanState.SOLVED, NOW
    plan.result = {
        "visits": [
            {"date": on.isoformat(), "official": str(official.public_id), "cell": str(cell.public_id)}
            for official, cell, on in visits
        ]
    }
    plan.save()
    return plan


def publish(board: Board, *visits: tuple[User, Organization, date]) -> int:
    return publish_plan(actor=board.actor, plan=solved(board, *visits), now=NOW)


def list_visits(cell: Organization) -> list[tuple[str, date, VisitState]]:
    rows = Visit.objects.filter(cell=cell).order_by("pk").select_related("official")
    return [(str(row.official), row.planned_on, VisitState(row.state)) for row in rows]


def test_who_goes_to_the_meeting_of_another_is_the_substitute(board: Board) -> None:
    (one, two), cell = board.officials, board.cells[0]
    former = make_visit(one, cell, on=MEETING)
    assert publish(board, (two, cell, MEETING)) == 1
    assert list_visits(cell) == [
        ("Lò Văn 1", MEETING, VisitState.SUBSTITUTED),
        ("Lò Văn 2", MEETING, VisitState.PLANNED),
    ]
    former.refresh_from_db()
    new = Visit.objects.get(official=two)
    assert (former.missed_reason, new.substitute_for) == ("Lịch dự sinh hoạt điều chỉnh", former)
    assert list_trail("planning")[-1] == ("planning.published", {"changes": 1})


def test_who_said_that_they_cannot_go_is_stood_in_for_with_their_own_reason(board: Board) -> None:
    (one, two), cell = board.officials, board.cells[0]
    told = make_visit(one, cell, on=MEETING, state=VisitState.MISSED, missed_reason="Đi học")
    assert publish(board, (two, cell, MEETING)) == 1
    told.refresh_from_db()
    new = Visit.objects.get(official=two)
    assert (told.state, told.missed_reason, new.substitute_for) == (VisitState.SUBSTITUTED, "Đi học", told)


def test_visits_stay_go_and_come_as_the_plan_says(board: Board) -> None:
    one, two = board.officials
    first, second, third = board.cells
    make_visit(one, first, on=MEETING, state=VisitState.CONFIRMED)
    make_visit(one, second, on=day(2, 6))
    plan = solved(board, (one, first, MEETING), (two, third, day(2, 7)), (one, second, day(3, 6)))
    assert publish_plan(actor=board.actor, plan=plan, now=NOW) == 3  # one goes, two come
    assert list_visits(first) == [("Lò Văn 1", MEETING, VisitState.CONFIRMED)]
    assert list_visits(second) == [
        ("Lò Văn 1", day(2, 6), VisitState.CANCELLED),
        ("Lò Văn 1", day(3, 6), VisitState.PLANNED),
    ]
    assert list_visits(third) == [("Lò Văn 2", day(2, 7), VisitState.PLANNED)]
    plans = {visit.cell_id: visit.plan for visit in Visit.objects.filter(state=VisitState.PLANNED)}
    assert plans == {second.pk: plan.public_id, third.pk: plan.public_id}


def test_a_substitute_who_has_become_busy_stops_the_publication(board: Board) -> None:
    (one, two), cell = board.officials, board.cells[0]
    make_visit(one, cell, on=MEETING)
    plan = solved(board, (two, cell, MEETING))
    elsewhere = make_board(cells=1, officials=0).cells[0]
    make_visit(two, elsewhere, on=MEETING)
    with pytest.raises(BooksHaveMoved, match="Lò Văn 2"):
        publish_plan(actor=board.actor, plan=plan, now=NOW)
    assert list_visits(cell) == [("Lò Văn 1", MEETING, VisitState.PLANNED)]
