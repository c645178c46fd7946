"""A solved plan written by hand is put into the ledger: who stands in for whom, what comes, what goes."""

from datetime import date, timedelta

import pytest

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.frozen import ContentChanged
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.planning.choices import PlanState
from nennep.planning.models import IssuedPlan, VisitPlan
from nennep.planning.queries.issued import find_issued
from nennep.planning.queries.plans import get_plan_page, list_plans
from nennep.planning.queries.sheets import plan_rows
from nennep.planning.services.publishing import BooksHaveMoved, publish_plan, reconcile_lists
from nennep.visits.choices import VisitState
from nennep.visits.models import OfficeHolding, Visit
from tests.factories.core import NOW, TODAY
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
        "status": "optimal",
        "visits": [
            {"date": on.isoformat(), "official": str(official.public_id), "cell": str(cell.public_id)}
            for official, cell, on in visits
        ],
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
    assert publish_plan(actor=board.actor, plan=plan, now=NOW) == 2  # one moves, one comes
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


def test_the_page_before_counts_what_is_issued(board: Board) -> None:
    """A visit that moves is one change, one that is locked or over none."""
    one, two = board.officials
    first, second, third = board.cells
    make_visit(one, first, on=MEETING, state=VisitState.CONFIRMED)
    make_visit(one, second, on=day(2, 6))
    make_visit(two, third, on=day(2, 7))
    plan = solved(board, (one, second, day(3, 6)), (two, third, day(2, 7)), (two, first, day(4, 5)))
    shown = get_plan_page(plan=plan, today=TODAY).changes
    assert [(row.before and row.before.on, row.after and row.after.on) for row in shown] == [
        (day(2, 6), day(3, 6)),
        (None, day(4, 5)),
    ]
    assert publish_plan(actor=board.actor, plan=plan, now=NOW) == len(shown)


def test_of_the_plans_of_a_unit_and_year_the_newest_is_in_force(board: Board) -> None:
    one, _two = board.officials
    cell = board.cells[0]
    plans = [solved(board, (one, cell, day(month, 5))) for month in (1, 2, 3)]
    other = make_board(cells=1)
    elsewhere = solved(other, (other.officials[0], other.cells[0], MEETING))
    for minutes, plan in enumerate(plans[:2]):
        publish_plan(actor=board.actor, plan=plan, now=NOW + timedelta(minutes=minutes))
    publish_plan(actor=other.actor, plan=elsewhere, now=NOW + timedelta(hours=1))
    rows = {row.public_id: row.replaced_by for row in list_plans(organization=board.commune)}
    assert rows == {plans[0].public_id: plans[1], plans[1].public_id: None, plans[2].public_id: None}
    pages = [get_plan_page(plan=VisitPlan.objects.get(pk=plan.pk), today=TODAY) for plan in plans]
    assert [page.replaced_by for page in pages] == [plans[1], None, None]


# ── the list as it was published ──────────────────────────────────────────────


def test_a_published_plan_says_what_was_published_whatever_is_called_otherwise_since(board: Board) -> None:
    one, cell = board.officials[0], board.cells[0]
    plan = solved(board, (one, cell, MEETING))
    publish_plan(actor=board.actor, plan=plan, now=NOW)
    plan.refresh_from_db()
    before = list(plan_rows(get_plan_page(plan=plan, today=TODAY)))
    User.objects.filter(pk=one.pk).update(full_name="Tên khác")
    Organization.objects.filter(pk=cell.pk).update(name="Chi bộ khác")
    OfficeHolding.objects.all().delete()
    VisitPlan.objects.filter(pk=plan.pk).update(result=dict(plan.result or {}) | {"visits": []})
    page = get_plan_page(plan=VisitPlan.objects.get(pk=plan.pk), today=TODAY)
    assert [row[:4] for row in plan_rows(page)] == [row[:4] for row in before]
    assert before[0][:4] == (MEETING, "Lò Văn 1", "Đảng ủy viên xã, phường", "Chi bộ thôn 1")


def test_the_next_list_of_the_year_says_what_it_changes(board: Board) -> None:
    (one, two), (first, second, third) = board.officials, board.cells
    publish(board, (one, first, MEETING), (one, second, day(2, 6)))
    plan = solved(board, (two, first, MEETING), (two, third, day(3, 7)))
    publish_plan(actor=board.actor, plan=plan, now=NOW + timedelta(days=1))
    kept = find_issued(VisitPlan.objects.get(pk=plan.pk))
    assert kept
    assert (kept.number, kept.changes) == (
        2,
        (
            "05/01/2027, Chi bộ thôn 1: đồng chí Lò Văn 2 dự thay đồng chí Lò Văn 1",
            "06/02/2027, Chi bộ thôn 2: bỏ đồng chí Lò Văn 1",
            "07/03/2027, Chi bộ thôn 3: thêm đồng chí Lò Văn 2",
        ),
    )


def test_a_list_that_was_changed_past_the_program_is_refused_and_named(board: Board) -> None:
    one, cell = board.officials[0], board.cells[0]
    publish(board, (one, cell, MEETING))
    row = IssuedPlan.objects.get()
    row.content["visits"][0]["official_name"] = "Người khác"
    row.save(update_fields=["content"])
    with pytest.raises(ContentChanged):
        get_plan_page(plan=VisitPlan.objects.get(), today=TODAY)
    with pytest.raises(ContentChanged):
        publish(board, (one, cell, day(2, 5)))
    (finding,) = reconcile_lists(actor=Actor.system(), now=NOW)
    assert finding.what == "Đảng bộ xã Lăng Can, lịch dự sinh hoạt 2027, bản 1: sai mã kiểm"


def test_what_an_older_program_published_shows_its_solution(board: Board) -> None:
    one, cell = board.officials[0], board.cells[0]
    publish(board, (one, cell, MEETING))
    IssuedPlan.objects.all().delete()
    page = get_plan_page(plan=VisitPlan.objects.get(), today=TODAY)
    assert (page.issued, page.visit_count) == (None, 1)


def test_nothing_is_published_for_a_unit_that_has_ended(board: Board) -> None:
    plan = solved(board, (board.officials[0], board.cells[0], MEETING))
    Organization.objects.filter(pk=board.commune.pk).update(closed_on=TODAY)
    with pytest.raises(UnitClosed):
        publish_plan(actor=Actor.system(), plan=plan, now=NOW)
    assert not IssuedPlan.objects.exists()
