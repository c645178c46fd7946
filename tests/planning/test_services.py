"""Drafting, wishing, solving, publishing and changing a plan on the ledger's own rows."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.meetings.choices import MeetingState
from nennep.notifications.models import Notification
from nennep.planning.choices import PlanKind, PlanState, WishKind
from nennep.planning.models import PlanWish, VisitPlan
from nennep.planning.queries.facts import gather_facts
from nennep.planning.queries.plans import get_plan_page, read_visits
from nennep.planning.rules.comparing import PlannedVisit
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.rules.state import PlanIsPublished
from nennep.planning.services import plans as services
from nennep.planning.services.plans import AbsenceDraft, HandNumbers, OfficialTraits, WishDraft
from nennep.planning.services.publishing import BooksHaveMoved, PlanNotSolved, WhatIfIsNoPlan, publish_plan
from nennep.planning.services.solving import NobodyToSend, queue_plan
from nennep.visits.choices import VisitState
from nennep.visits.models import OfficeHolding, Visit
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.plans import YEAR, Board, day, each_official, make_board, make_plan, solve
from tests.factories.visits import assign, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return make_board()


def settings_for(board: Board, visits: int = 2, **others: int) -> PlanSettings:
    return replace(PlanSettings(visits_per_cell=1, official_visits=each_official(board, visits)), **others)  # type: ignore[arg-type]


def reload(plan: VisitPlan) -> VisitPlan:
    return VisitPlan.objects.select_related("organization").get(pk=plan.pk)


def test_facts_come_from_offices_routines_and_memberships(board: Board) -> None:
    member = join_cell(board.cells[0], "Lò Văn 1")
    member.user = board.officials[0]
    member.save()
    facts = gather_facts(organization=board.commune, year=YEAR, today=TODAY)
    first = facts.officials[0]
    assert (first.name, first.cells is None, list(first.own_cells)) == (
        "Lò Văn 1",
        True,
        [str(board.cells[0].public_id)],
    )
    assert facts.cells[0].meetings[:3] == (day(1, 5), day(2, 11), day(3, 5))  # Tết
    assert [len(cell.meetings) for cell in facts.cells] == [12, 12, 12]


def test_a_called_meeting_goes_before_the_usual_day_and_a_cancelled_one_does_not_count(board: Board) -> None:
    make_meeting(board.cells[0], planned_for=at(day(3, 20)))
    make_meeting(board.cells[0], planned_for=at(day(4, 9)), state=MeetingState.CANCELLED)
    meetings = gather_facts(organization=board.commune, year=YEAR, today=TODAY).cells[0].meetings
    assert [one for one in meetings if one.month in {3, 4}] == [day(3, 20), day(4, 5)]


def test_an_assignment_narrows_where_an_official_may_go_and_the_end_of_an_office_when(board: Board) -> None:
    assign(board.officials[0], board.cells[1])
    OfficeHolding.objects.filter(official=board.officials[0]).update(valid_to=day(6, 1))
    official = gather_facts(organization=board.commune, year=YEAR, today=TODAY).officials[0]
    assert sorted(official.cells or ()) == [str(board.cells[1].public_id)]
    assert official.away == ((day(6, 1), day(12, 31)),)


def test_a_plan_is_solved_and_says_who_goes_where(board: Board) -> None:
    plan = solve(board, make_plan(board, settings_for(board)))
    page = get_plan_page(plan=reload(plan), today=TODAY)
    assert (plan.state, page.status, page.levels[:3]) == (PlanState.SOLVED, "optimal", (0, 0, 0))
    assert [len(row.visits) for row in page.officials] == [2, 2]
    assert page.reach.visited == 3
    assert page.visit_count == 4


def test_nobody_to_send_is_said_before_solving(board: Board) -> None:
    OfficeHolding.objects.all().delete()
    with pytest.raises(NobodyToSend):
        queue_plan(actor=board.actor, plan=make_plan(board), now=NOW)


def test_pinned_forbidden_and_moved_visits_are_kept_by_the_next_solution(board: Board) -> None:
    plan = make_plan(board, settings_for(board))
    one, cell = board.officials[0], board.cells[2]
    pin = WishDraft(WishKind.PIN, one.public_id, cell.public_id, day(8, 7))
    services.add_wish(actor=board.actor, plan=plan, wish=pin, now=NOW)
    services.add_wish(actor=board.actor, plan=plan, wish=pin, now=NOW)
    away = WishDraft(WishKind.FORBID_CELL, one.public_id, board.cells[0].public_id)
    services.add_wish(actor=board.actor, plan=plan, wish=away, now=NOW)
    visits = read_visits(solve(board, plan))
    assert PlannedVisit(day(8, 7), str(one.public_id), str(cell.public_id)) in visits
    assert not [
        row for row in visits if (row.official, row.cell) == (str(one.public_id), str(board.cells[0].public_id))
    ]
    services.move_visit(actor=board.actor, plan=plan, visit=pin, to=day(9, 7), now=NOW)
    moved = [row.on for row in read_visits(solve(board, reload(plan))) if row.official == str(one.public_id)]
    assert (day(9, 7) in moved, day(8, 7) in moved) == (True, False)
    assert PlanWish.objects.count() == 3


def test_a_wish_that_cannot_be_is_refused(board: Board) -> None:
    plan = make_plan(board)
    one, cell = board.officials[0].public_id, board.cells[0].public_id
    with pytest.raises(services.NoMeetingThatDay):
        services.add_wish(actor=board.actor, plan=plan, wish=WishDraft(WishKind.PIN, one, cell, day(3, 9)), now=NOW)
    member = join_cell(board.cells[0], "Lò Văn 1")
    member.user = board.officials[0]
    member.save()
    with pytest.raises(services.PlannedOwnCell):
        services.add_wish(actor=board.actor, plan=plan, wish=WishDraft(WishKind.PIN, one, cell, day(3, 5)), now=NOW)
    stranger = UUID(int=7)
    with pytest.raises(NotFound):
        services.add_wish(actor=board.actor, plan=plan, wish=WishDraft(WishKind.FORBID_CELL, stranger, cell), now=NOW)


def test_numbers_by_hand_stay_until_taken_back(board: Board) -> None:
    plan, cell = solve(board, make_plan(board, settings_for(board))), str(board.cells[0].public_id)
    changed = services.set_numbers(
        actor=board.actor, plan=plan, numbers=HandNumbers({cell: 400}, {cell: 3}, {}), now=NOW
    )
    settings = PlanSettings.from_json(changed.options)
    assert (changed.state, settings.priorities, settings.cell_visits) == (PlanState.DRAFT, {cell: 99}, {cell: 3})
    back = services.set_numbers(actor=board.actor, plan=plan, numbers=HandNumbers({cell: None}, {}, {}), now=NOW)
    assert PlanSettings.from_json(back.options).priorities == {}


def test_publishing_writes_the_ledger_and_tells_officials_and_cells(board: Board) -> None:
    plan = solve(board, make_plan(board, settings_for(board)))
    assert publish_plan(actor=board.actor, plan=plan, now=NOW) == 4
    assert [visit.state for visit in Visit.objects.all()] == [VisitState.PLANNED] * 4
    assert set(Visit.objects.values_list("plan", flat=True)) == {plan.public_id}
    assert set(Notification.objects.values_list("user_id", flat=True)) == {user.pk for user in board.officials}
    with pytest.raises(PlanIsPublished):
        publish_plan(actor=board.actor, plan=plan, now=NOW)


def test_what_is_not_solved_or_only_asked_is_not_published(board: Board) -> None:
    with pytest.raises(PlanNotSolved):
        publish_plan(actor=board.actor, plan=make_plan(board), now=NOW)
    question = services.draft_plan(
        actor=board.actor,
        organization=board.commune,
        year=YEAR,
        settings=PlanSettings(by_quarter=True, visits_per_cell=4, office_visits={"commune_committee": 6}),
        kind=PlanKind.WHAT_IF,
        now=NOW,
    )
    solved = solve(board, question)
    page = get_plan_page(plan=reload(solved), today=TODAY)
    assert (page.reach.every_quarter, page.visit_count, page.may_publish) == (3, 12, False)
    with pytest.raises(WhatIfIsNoPlan):
        publish_plan(actor=board.actor, plan=solved, now=NOW)


def test_books_that_have_moved_stop_the_publication_and_write_nothing(board: Board) -> None:
    plan = solve(board, make_plan(board, settings_for(board)))
    first = read_visits(plan)[0]
    other = next(user for user in board.officials if str(user.public_id) != first.official)
    cell = next(cell for cell in board.cells if str(cell.public_id) == first.cell)
    make_visit(other, cell, on=first.on, state=VisitState.CONFIRMED)
    with pytest.raises(BooksHaveMoved):
        publish_plan(actor=board.actor, plan=plan, now=NOW)
    assert Visit.objects.count() == 1
    assert reload(plan).state == PlanState.SOLVED


def test_when_somebody_cannot_go_the_smallest_change_is_proposed_and_a_substitute_asked(board: Board) -> None:
    published = solve(board, make_plan(board, settings_for(board)))
    publish_plan(actor=board.actor, plan=published, now=NOW)
    before = {(visit.official_id, visit.cell_id, visit.planned_on) for visit in Visit.objects.all()}
    lost = Visit.objects.filter(official=board.officials[0]).earliest("planned_on")
    draft = AbsenceDraft(board.officials[0].public_id, lost.planned_on, lost.planned_on, "đi công tác")
    services.note_absence(actor=board.actor, organization=board.commune, draft=draft, now=NOW)
    replan = services.draft_plan(
        actor=board.actor,
        organization=board.commune,
        year=YEAR,
        settings=PlanSettings.from_json(published.options),
        kind=PlanKind.REPLAN,
        based_on=published,
        now=NOW,
    )
    page = get_plan_page(plan=reload(solve(board, replan)), today=TODAY)
    assert (page.levels[2], [change.before is not None for change in page.changes]) == (1, [True])
    publish_plan(actor=board.actor, plan=reload(replan), now=NOW + timedelta(hours=1))
    after = {
        (visit.official_id, visit.cell_id, visit.planned_on)
        for visit in Visit.objects.filter(state__in=[VisitState.PLANNED, VisitState.CONFIRMED])
    }
    assert len(before - after) == 1
    assert (board.officials[0].pk, lost.planned_on) not in {(official, on) for official, _cell, on in after}
    assert Visit.objects.filter(official=board.officials[0], state=VisitState.PLANNED).count() == 2


def test_an_absence_ends_after_it_begins_and_is_of_an_official_here(board: Board) -> None:
    one = board.officials[0].public_id
    with pytest.raises(services.LastDayBeforeFirst):
        services.note_absence(
            actor=board.actor,
            organization=board.commune,
            draft=AbsenceDraft(one, day(3, 9), day(3, 8)),
            now=NOW,
        )
    with pytest.raises(services.NotAnOfficialHere):
        services.note_absence(
            actor=board.actor,
            organization=board.commune,
            draft=AbsenceDraft(board.officer.public_id, day(3, 9), day(3, 9)),
            now=NOW,
        )


def test_traits_raise_the_priority_of_a_cell(board: Board) -> None:
    services.set_traits(
        actor=board.actor, cell=board.cells[1], traits=OfficialTraits(True, True, (22.4, 105.2)), now=NOW
    )
    page = get_plan_page(plan=make_plan(board), today=TODAY)
    assert [row.want.priority for row in page.cells] == [3, 8, 3]
    assert page.cells[1].facts.position == (22.4, 105.2)


def test_only_who_plans_visits_writes(board: Board) -> None:
    nobody = Actor(user_id=None, name="Người lạ")
    plan = make_plan(board)
    for act in (
        lambda: services.draft_plan(
            actor=nobody, organization=board.commune, year=YEAR, settings=PlanSettings(), now=NOW
        ),
        lambda: services.change_settings(actor=nobody, plan=plan, settings=PlanSettings(), now=NOW),
        lambda: queue_plan(actor=nobody, plan=plan, now=NOW),
        lambda: publish_plan(actor=nobody, plan=plan, now=NOW),
        lambda: services.discard_plan(actor=nobody, plan=plan, now=NOW),
        lambda: services.set_traits(actor=nobody, cell=board.cells[0], traits=OfficialTraits(False, False), now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_year_that_is_over_is_not_planned(board: Board) -> None:
    with pytest.raises(services.YearIsOver):
        services.draft_plan(actor=board.actor, organization=board.commune, year=2025, settings=PlanSettings(), now=NOW)
