"""What is written of a plan: its settings, wishes, absences and traits, each within its limits and in the trail."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.typed import TextTooLong
from nennep.planning.choices import PlanKind, PlanState, WishKind
from nennep.planning.models import Absence, CellTraits, PlanWish, VisitPlan
from nennep.planning.queries.plans import read_visits
from nennep.planning.rules.plan import Levels, SolverProgress
from nennep.planning.rules.settings import PlanSettings, Weights
from nennep.planning.rules.state import PlanIsPublished, PlanIsSolving
from nennep.planning.services import plans as services
from nennep.planning.services import solving
from nennep.planning.services.plans import AbsenceDraft, HandNumbers, OfficialTraits, WishDraft
from nennep.planning.services.publishing import publish_plan
from nennep.planning.services.questions import ask_what_if, replan_for_absence
from nennep.planning.services.solving import NoCells, queue_plan, solve_plan
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from tests.factories.core import NOW, VIETNAM
from tests.factories.meetings import at
from tests.factories.plans import YEAR, Board, day, each_official, make_board, make_plan, solve
from tests.factories.trails import list_trail
from tests.factories.visits import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return make_board()


def reload(plan: VisitPlan) -> VisitPlan:
    return VisitPlan.objects.select_related("organization").get(pk=plan.pk)


def test_a_plan_keeps_who_drafted_it_for_which_year(board: Board) -> None:
    settings = PlanSettings(visits_per_cell=3, weights=Weights(weak=0))
    based_on = make_plan(board)
    draft: dict[str, Any] = {"actor": board.actor, "organization": board.commune, "settings": settings, "now": NOW}
    plan = reload(services.draft_plan(year=2026, kind=PlanKind.REPLAN, based_on=based_on, **draft))
    assert (plan.kind, plan.year, plan.based_on, plan.created_at, plan.created_by) == (
        PlanKind.REPLAN,
        2026,
        based_on,
        NOW,
        board.officer,
    )
    assert (plan.state, PlanSettings.from_json(plan.options)) == (PlanState.DRAFT, settings)
    assert list_trail("planning") == [("planning.drafted", {}), ("planning.drafted", {})]
    with pytest.raises(services.YearIsOver, match="Năm 2025 đã qua"):
        services.draft_plan(year=2025, **draft)


def test_the_year_ends_in_vietnam(board: Board) -> None:
    new_year = NOW.replace(year=2027, month=1, day=1, hour=0, minute=1, tzinfo=VIETNAM)
    draft: dict[str, Any] = {"organization": board.commune, "settings": PlanSettings(), "now": new_year}
    with pytest.raises(services.YearIsOver):
        services.draft_plan(actor=board.actor, year=2026, **draft)


def test_other_settings_take_the_solution_away(board: Board) -> None:
    plan = solve(board, make_plan(board))
    services.change_settings(actor=board.actor, plan=plan, settings=PlanSettings(visits_per_cell=1), now=NOW)
    changed = reload(plan)
    assert (changed.state, changed.result, changed.options["visits_per_cell"]) == (PlanState.DRAFT, None, 1)
    assert list_trail("planning")[-1] == ("planning.settings_changed", {})


def test_numbers_by_hand_are_cut_to_what_makes_sense(board: Board) -> None:
    plan = make_plan(board, PlanSettings(cell_visits={"kept": 7}))
    numbers = HandNumbers(
        priorities={"a": 0, "b": 1, "c": 99, "d": 100},
        cell_visits={"a": -1, "b": 0, "c": 366, "d": 367, "e": None},
        official_visits={"a": -1, "b": 0, "c": 366, "d": 367},
    )
    services.set_numbers(actor=board.actor, plan=plan, numbers=numbers, now=NOW)
    settings = PlanSettings.from_json(reload(plan).options)
    assert settings.priorities == {"a": 1, "b": 1, "c": 99, "d": 99}
    assert settings.cell_visits == {"kept": 7, "a": 0, "b": 0, "c": 366, "d": 366}
    assert settings.official_visits == {"a": 0, "b": 0, "c": 366, "d": 366}


def test_settings_are_stored_under_their_names() -> None:
    assert PlanSettings(priorities={"a": 1}, cell_visits={"b": 2}, official_visits={"c": 3}).to_json() == {
        "mode": "free",
        "visits_per_cell": 2,
        "by_quarter": False,
        "max_per_month": 2,
        "most_cells": 5,
        "weights": {
            "poor_score": 2,
            "falling_score": 2,
            "long_without_visit": 2,
            "weak": 3,
            "remote": 2,
            "open_petitions": 1,
        },
        "priorities": {"a": 1},
        "cell_visits": {"b": 2},
        "official_visits": {"c": 3},
        "office_visits": {},
    }


# ── wishes ────────────────────────────────────────────────────────────────────


def test_a_wish_is_kept_and_taken_back_and_both_are_in_the_trail(board: Board) -> None:
    plan, other = make_plan(board), make_plan(board)
    one, cell = board.officials[0].public_id, board.cells[0].public_id
    wish: dict[str, Any] = {"actor": board.actor, "plan": plan, "now": NOW}
    forbidden = services.add_wish(wish=WishDraft(WishKind.FORBID_DAY, one, on=day(3, 5)), **wish)
    pinned = services.add_wish(wish=WishDraft(WishKind.PIN, one, cell, day(3, 5)), **wish)
    kept = PlanWish.objects.order_by("pk").values_list("kind", "official", "cell", "on")
    assert list(kept) == [
        (WishKind.FORBID_DAY, board.officials[0].pk, None, day(3, 5)),
        (WishKind.PIN, board.officials[0].pk, board.cells[0].pk, day(3, 5)),
    ]
    with pytest.raises(NotFound):
        services.remove_wish(public_id=pinned.public_id, **(wish | {"plan": other}))
    services.remove_wish(public_id=pinned.public_id, **wish)
    assert list(PlanWish.objects.all()) == [forbidden]
    assert list_trail("planning")[2:] == [
        ("planning.wished", {"kind": "forbid_day"}),
        ("planning.wished", {"kind": "pin"}),
        ("planning.wished", {"removed": "pin"}),
    ]


def test_a_wish_names_an_official_and_a_cell_of_the_plan(board: Board) -> None:
    elsewhere = make_board(cells=1, officials=1)
    one, cell = board.officials[0].public_id, board.cells[0].public_id
    wish: dict[str, Any] = {"actor": board.actor, "plan": make_plan(board), "now": NOW}
    for draft in (
        WishDraft(WishKind.FORBID_CELL, elsewhere.officials[0].public_id, cell),
        WishDraft(WishKind.FORBID_CELL, one, elsewhere.cells[0].public_id),
        WishDraft(WishKind.FORBID_DAY, UUID(int=7), on=day(3, 5)),
    ):
        with pytest.raises(NotFound):
            services.add_wish(wish=draft, **wish)
    with pytest.raises(services.NoMeetingThatDay, match="Chi bộ không họp ngày 09/03/2027"):
        services.add_wish(wish=WishDraft(WishKind.PIN, one, cell, day(3, 9)), **wish)
    services.add_wish(wish=WishDraft(WishKind.FORBID_DAY, one, on=day(3, 9)), **wish)  # any day may be forbidden


def test_a_moved_visit_leaves_its_day_and_no_other_wish(board: Board) -> None:
    plan = make_plan(board)
    one, two, cell = board.officials[0].public_id, board.officials[1].public_id, board.cells[0].public_id
    wish: dict[str, Any] = {"actor": board.actor, "plan": plan, "now": NOW}
    for official, on in ((one, day(3, 5)), (one, day(5, 5)), (two, day(3, 5))):
        services.add_wish(wish=WishDraft(WishKind.PIN, official, cell, on), **wish)
    moved = services.move_visit(visit=WishDraft(WishKind.PIN, one, cell, day(3, 5)), to=day(4, 5), **wish)
    assert (moved.kind, moved.on, moved.cell) == (WishKind.PIN, day(4, 5), board.cells[0])
    found = PlanWish.objects.order_by("official", "on", "kind").values_list("official__public_id", "kind", "on", "cell")
    first = board.cells[0].pk
    assert list(found) == [
        (one, WishKind.FORBID_DAY, day(3, 5), None),
        (one, WishKind.PIN, day(4, 5), first),
        (one, WishKind.PIN, day(5, 5), first),
        (two, WishKind.PIN, day(3, 5), first),
    ]


# ── absences and traits ───────────────────────────────────────────────────────


def test_an_absence_of_one_day_is_noted_once_and_taken_back(board: Board) -> None:
    draft = AbsenceDraft(board.officials[0].public_id, day(3, 9), day(3, 9), "  Đi   học ")
    note: dict[str, Any] = {"actor": board.actor, "organization": board.commune, "now": NOW}
    absence = services.note_absence(draft=draft, **note)
    assert services.note_absence(draft=draft, **note) == absence
    assert (absence.official, absence.first_day, absence.last_day, absence.reason, absence.organization) == (
        board.officials[0],
        day(3, 9),
        day(3, 9),
        "Đi học",
        board.commune,
    )
    event = AuditEvent.objects.filter(verb="planning.absence_noted")[0]
    assert (event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "planning.absence",
        str(absence.public_id),
        "Lò Văn 1",
        board.commune.path,
    )
    with pytest.raises(TextTooLong) as refusal:
        services.note_absence(draft=replace(draft, reason="x" * 301), **note)
    assert refusal.value.field == "reason"
    services.remove_absence(actor=board.actor, absence=absence, now=NOW)
    assert Absence.objects.count() == 0
    noted: tuple[str, dict[str, object]] = ("planning.absence_noted", {})
    assert list_trail("planning") == [noted, noted, ("planning.absence_noted", {"removed": True})]
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.target_id, last.target_label, last.unit_path) == (event.target_id, "Lò Văn 1", board.commune.path)


def test_traits_of_a_cell_are_written_over(board: Board) -> None:
    cell = board.cells[1]
    for traits in (OfficialTraits(True, False, (22.4, 105.2)), OfficialTraits(False, True)):
        services.set_traits(actor=board.actor, cell=cell, traits=traits, now=NOW)
    kept = CellTraits.objects.values_list("organization", "is_remote", "is_weak", "latitude", "longitude")
    assert list(kept) == [(cell.pk, False, True, None, None)]
    services.set_traits(actor=board.actor, cell=cell, traits=OfficialTraits(True, False, (22.4, 105.2)), now=NOW)
    assert list(kept.all()) == [(cell.pk, True, False, 22.4, 105.2)]
    event = AuditEvent.objects.all()[0]
    assert (event.verb, event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "planning.traits_changed",
        "organizations.organization",
        str(cell.public_id),
        cell.name,
        cell.path,
    )


def test_only_who_plans_visits_of_the_unit_writes(board: Board) -> None:
    stranger = make_board(cells=1, officials=1).actor
    plan, one = make_plan(board), board.officials[0]
    absence = Absence.objects.create(organization=board.commune, official=one, first_day=day(3, 9), last_day=day(3, 9))
    with pytest.raises(NotAllowed):
        services.remove_absence(actor=stranger, absence=absence, now=NOW)
    draft = AbsenceDraft(one.public_id, day(3, 9), day(3, 9))
    with pytest.raises(NotAllowed):
        services.note_absence(actor=stranger, organization=board.commune, draft=draft, now=NOW)
    with pytest.raises(NotAllowed):
        solve_plan(actor=stranger, plan=plan, now=NOW)
    with pytest.raises(NotAllowed):
        services.set_traits(actor=stranger, cell=board.cells[0], traits=OfficialTraits(True, True), now=NOW)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PlanState.QUEUED, PlanIsSolving),
        (PlanState.RUNNING, PlanIsSolving),
        (PlanState.PUBLISHED, PlanIsPublished),
    ],
)
def test_a_plan_that_is_being_solved_or_in_force_is_not_changed(
    board: Board, state: PlanState, refusal: type[Exception]
) -> None:
    plan = make_plan(board)
    VisitPlan.objects.filter(pk=plan.pk).update(state=state, solved_at=NOW, published_at=NOW)
    write: dict[str, Any] = {"actor": board.actor, "plan": plan, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: services.change_settings(settings=PlanSettings(), **write),
        lambda: services.discard_plan(**write),
        lambda: services.add_wish(wish=WishDraft(WishKind.FORBID_DAY, UUID(int=7)), **write),
        lambda: queue_plan(**write),
    ]
    for refused in calls:
        with pytest.raises(refusal):
            refused()


def test_a_discarded_plan_is_gone_but_in_the_trail(board: Board) -> None:
    plan = make_plan(board)
    services.discard_plan(actor=board.actor, plan=plan, now=NOW)
    assert VisitPlan.objects.count() == 0
    assert list_trail("planning") == [("planning.drafted", {}), ("planning.discarded", {})]


# ── solving, asking, publishing ───────────────────────────────────────────────


def test_a_queued_plan_has_its_problem_and_no_solution(board: Board) -> None:
    plan = solve(board, make_plan(board))
    VisitPlan.objects.filter(pk=plan.pk).update(problem=None, words="cũ")
    queued = reload(queue_plan(actor=board.actor, plan=plan, now=NOW))
    assert (queued.state, queued.result, queued.words) == (PlanState.QUEUED, None, "")
    assert queued.problem is not None
    assert [len(queued.problem[name]) for name in ("officials", "cells")] == [2, 3]


def test_without_cells_nothing_is_queued() -> None:
    board = make_board(cells=0)
    with pytest.raises(NoCells):
        queue_plan(actor=board.actor, plan=make_plan(board), now=NOW)


def test_only_a_queued_plan_is_solved(board: Board) -> None:
    plan = make_plan(board)
    assert solve_plan(actor=board.actor, plan=plan, now=NOW) == plan
    assert (reload(plan).state, reload(plan).result) == (PlanState.DRAFT, None)
    solved = reload(solve(board, plan))
    assert (solved.state, solved.words) == (PlanState.SOLVED, "")
    assert solved.solved_at is not None
    assert solved.result is not None
    assert list_trail("planning")[-1] == ("planning.solved", {"visits": len(solved.result["visits"])})


def test_a_problem_that_cannot_be_read_leaves_a_sentence(board: Board) -> None:
    plan = queue_plan(actor=board.actor, plan=make_plan(board), now=NOW)
    plan.problem = {}
    with pytest.raises(Exception, match="year"):
        solve_plan(actor=board.actor, plan=plan, now=NOW)
    failed = reload(plan)
    assert (failed.state, failed.words) == (
        PlanState.FAILED,
        "Có lỗi khi xếp lịch. Hãy thử lại; nếu vẫn lỗi, báo quản trị.",
    )


def test_how_far_a_search_has_come_is_said_of_this_plan_only(board: Board) -> None:
    plan, other = make_plan(board), make_plan(board)
    levels = Levels(5, 0, 0, 0)
    solving._tell(plan.pk)(SolverProgress(level=2, levels=levels, bounds=levels, seconds=7.9))
    assert reload(plan).words == "Đang xét mức 2 trên 4, đã 7 giây; còn thiếu 5 lượt dự."
    assert reload(other).words == ""


def test_a_question_is_a_plan_of_its_own_that_is_queued(board: Board) -> None:
    settings = PlanSettings(office_visits={"commune_committee": 6})
    plan = reload(ask_what_if(actor=board.actor, organization=board.commune, year=YEAR, settings=settings, now=NOW))
    assert (plan.kind, plan.state, plan.year, plan.organization) == (
        PlanKind.WHAT_IF,
        PlanState.QUEUED,
        YEAR,
        board.commune,
    )
    assert PlanSettings.from_json(plan.options) == settings


def test_who_cannot_go_leads_to_the_smallest_change_of_what_is_in_force(board: Board) -> None:
    settings = PlanSettings(visits_per_cell=1, max_per_month=3, office_visits={"commune_committee": 1})
    published = solve(board, make_plan(board, settings))
    publish_plan(actor=board.actor, plan=published, now=NOW)
    draft = AbsenceDraft(board.officials[0].public_id, day(3, 9), day(3, 10))
    plan = reload(replan_for_absence(actor=board.actor, organization=board.commune, draft=draft, now=NOW))
    assert (plan.kind, plan.state, plan.based_on, plan.year) == (PlanKind.REPLAN, PlanState.QUEUED, published, YEAR)
    assert PlanSettings.from_json(plan.options) == replace(settings, office_visits={})
    assert Absence.objects.count() == 1


def test_days_that_are_over_are_not_written_again(board: Board) -> None:
    """A plan solved in autumn and published in March: what was to be in January is left alone, today still counts."""
    plan = make_plan(board, PlanSettings(visits_per_cell=4, official_visits=each_official(board, 6)))
    days = [visit.on.isoformat() for visit in read_visits(solve(board, plan))]
    today = sorted(days)[4]
    publish_plan(actor=board.actor, plan=plan, now=at(day(int(today[5:7]), int(today[8:])), hour=8))
    written = sorted(str(on) for on in Visit.objects.values_list("planned_on", flat=True))
    assert written == sorted(one for one in days if one >= today)
    assert len(written) < len(days)


def test_a_visit_in_the_books_of_a_day_that_is_over_stays(board: Board) -> None:
    plan = solve(board, make_plan(board, PlanSettings(visits_per_cell=1)))
    over = make_visit(board.officials[0], board.cells[0], on=day(1, 5))
    publish_plan(actor=board.actor, plan=plan, now=at(day(1, 6), hour=8))
    over.refresh_from_db()
    assert over.state == VisitState.PLANNED


def test_a_published_plan_says_when_and_how_much_changed(board: Board) -> None:
    plan = solve(board, make_plan(board, PlanSettings(visits_per_cell=1)))
    dropped = make_visit(board.officials[0], board.cells[0], on=day(12, 5))
    count = publish_plan(actor=board.actor, plan=plan, now=NOW)
    published = reload(plan)
    assert (published.state, published.published_at) == (PlanState.PUBLISHED, NOW)
    assert list_trail("planning")[-1] == ("planning.published", {"changes": count})
    dropped.refresh_from_db()
    assert dropped.state in {VisitState.CANCELLED, VisitState.SUBSTITUTED}
