"""Pages of planning: who gets what, how far a plan has come, refusals beside their fields."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from nennep.organizations.choices import ChangeKind
from nennep.organizations.services import UnitChange, plan_change
from nennep.planning.choices import PlanKind, PlanState
from nennep.planning.models import Absence, CellTraits, VisitPlan
from nennep.planning.queries.plans import read_visits
from nennep.planning.queries.regroupings import list_regroupings_of
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services.publishing import publish_plan
from nennep.visits.models import Visit
from nennep.visits.services.visits import cancel_visit
from tests.factories.core import NOW, TODAY
from tests.factories.plans import YEAR, Board, each_official, make_board, make_plan, solve
from tests.factories.visits import assign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def board() -> Board:
    return make_board()


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer(board: Board) -> Client:
    return sign_in(board.officer)


def page(name: str, *args: object) -> str:
    return reverse(f"planning:{name}", args=args)


def make_solved(board: Board) -> VisitPlan:
    return solve(board, make_plan(board, PlanSettings(visits_per_cell=1, official_visits=each_official(board, 2))))


def test_one_unit_is_opened_at_once(board: Board, officer: Client) -> None:
    assert officer.get(page("start")).headers["Location"] == page("show_unit", board.commune.public_id)


def test_from_a_year_to_a_published_plan(board: Board, officer: Client, committing: Any) -> None:
    answer = officer.post(page("draft", board.commune.public_id), {"year": YEAR})
    plan = VisitPlan.objects.get()
    assert answer.headers["Location"] == page("edit_settings", plan.public_id)
    numbers = {f"visits-{user.public_id}": 2 for user in board.officials}
    officer.post(page("set_numbers", plan.public_id, "can-bo"), numbers)
    with committing():
        officer.post(page("solve", plan.public_id))
    shown = officer.get(page("show_plan", plan.public_id)).content.decode()
    assert "<b>6 lượt dự</b>, 3 trên 3 chi bộ có cán bộ về." in shown
    assert "Đã chứng minh không có lịch nào tốt hơn." in shown
    officer.post(page("publish", plan.public_id))
    plan.refresh_from_db()
    assert (plan.state, Visit.objects.count()) == (PlanState.PUBLISHED, 6)


def test_while_it_is_solved_only_the_progress_is_shown(board: Board, officer: Client) -> None:
    plan = make_plan(board)
    VisitPlan.objects.filter(pk=plan.pk).update(state=PlanState.RUNNING, words="Đang xét mức 2 trên 4.")
    whole = officer.get(page("show_plan", plan.public_id)).content.decode()
    part = officer.get(page("show_plan", plan.public_id), headers={"HX-Request": "true"}).content.decode()
    assert "Đang xét mức 2 trên 4." in whole
    assert "<h1>" not in part
    VisitPlan.objects.filter(pk=plan.pk).update(state=PlanState.DRAFT)
    answer = officer.get(page("show_plan", plan.public_id), headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("tab", ["lich", "can-bo", "chi-bo"])
def test_the_page_costs_the_same_for_few_and_many_cells(tab: str, django_assert_num_queries: Any) -> None:
    for cells in (1, 3):
        board = make_board(cells=cells)
        plan, client = make_solved(board), sign_in(board.officer)
        with django_assert_num_queries(27):
            client.get(page("show_plan", plan.public_id), {"xem": tab})


def test_wishes_by_button_and_back(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    one = {"official": board.officials[0].public_id, "cell": board.cells[0].public_id, "on": f"{YEAR}-03-05"}
    officer.post(page("add_wish", plan.public_id), one | {"kind": "pin"})
    officer.post(page("add_wish", plan.public_id), one | {"kind": "forbid_day"})
    for wrong in (one | {"kind": "x"}, one | {"on": "hôm qua"}, {"kind": "pin"}):
        officer.post(page("add_wish", plan.public_id), {"kind": "pin"} | wrong)
    assert [wish.kind for wish in plan.wishes.all()] == ["pin", "forbid_day"]
    wish = plan.wishes.all()[0]
    officer.post(page("remove_wish", plan.public_id, wish.public_id))
    assert plan.wishes.count() == 1


def test_moving_asks_for_another_meeting_of_the_cell(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    query = f"?can-bo={board.officials[0].public_id}&chi-bo={board.cells[0].public_id}&ngay={YEAR}-03-05"
    address = page("move_visit", plan.public_id) + query
    assert "05/04/2027" in officer.get(address).content.decode()
    refused = officer.post(address, {"to": f"{YEAR}-03-09"})
    assert (refused.status_code, "Hãy chọn một buổi họp của chi bộ." in refused.content.decode()) == (422, True)
    officer.post(address, {"to": f"{YEAR}-04-05"})
    assert {wish.on.isoformat() for wish in plan.wishes.all() if wish.on} == {"2027-03-05", "2027-04-05"}
    unknown = officer.get(page("move_visit", plan.public_id))
    assert unknown.headers["Location"] == page("show_plan", plan.public_id)


def test_an_absence_starts_a_replan(board: Board, officer: Client, committing: Any) -> None:
    address = page("note_absence", board.commune.public_id)
    refused = officer.post(address, {"official": "", "first_day": "32/13/2027", "last_day": ""})
    text = refused.content.decode()
    assert (refused.status_code, "Ngày này không đọc được" in text, "32/13/2027" in text) == (422, True, True)
    one = {"official": board.officials[0].public_id, "first_day": "01/03/2027", "last_day": "31/03/2027", "reason": ""}
    with committing():
        answer = officer.post(address, one)
    plan = VisitPlan.objects.get()
    assert (plan.kind, plan.state, answer.headers["Location"]) == (
        PlanKind.REPLAN,
        PlanState.SOLVED,
        page("show_plan", plan.public_id),
    )
    absence = Absence.objects.get()
    officer.post(page("remove_absence", absence.public_id))
    assert Absence.objects.count() == 0


def test_a_question_is_answered_without_publishing(board: Board, officer: Client, committing: Any) -> None:
    with committing():
        officer.post(
            page("ask_what_if", board.commune.public_id),
            {"office": "commune_committee", "visits": 6, "visits_per_cell": 4},
        )
    plan = VisitPlan.objects.get()
    shown = officer.get(page("show_plan", plan.public_id)).content.decode()
    assert "<b>3 trên 3 chi bộ</b> được dự cả bốn quý" in " ".join(shown.split())
    assert "Ban hành lịch" not in shown


def test_traits_need_both_degrees_or_none(board: Board, officer: Client) -> None:
    address = page("edit_traits", board.cells[0].public_id)
    refused = officer.post(address, {"latitude": "22,4"})
    assert (refused.status_code, "Hãy ghi cả vĩ độ và kinh độ" in refused.content.decode()) == (422, True)
    officer.post(address, {"latitude": "22,4", "longitude": "105,2", "is_weak": "on"})
    assert [(row.is_weak, row.latitude) for row in CellTraits.objects.all()] == [(True, 22.4)]


def test_only_numbers_that_were_changed_are_kept_as_set_by_hand(board: Board, officer: Client) -> None:
    plan = make_plan(board)
    one, other = (str(cell.public_id) for cell in board.cells[:2])
    sent = {f"priority-{one}": 3, f"visits-{one}": 5, f"priority-{other}": 3, f"visits-{other}": 2}
    officer.post(page("set_numbers", plan.public_id, "chi-bo"), sent)
    plan.refresh_from_db()
    settings = PlanSettings.from_json(plan.options)
    assert (settings.priorities, settings.cell_visits) == ({}, {one: 5})
    officer.post(page("set_numbers", plan.public_id, "chi-bo"), {f"visits-{one}": ""})
    plan.refresh_from_db()
    assert PlanSettings.from_json(plan.options).cell_visits == {}


@pytest.mark.parametrize(
    ("kind", "typed", "says"), [("visits", "nhiều", "từ 0 đến 366."), ("priority", "0", "từ 1 đến 99.")]
)
def test_numbers_that_cannot_be_stay_typed_with_what_is_wrong_beside(
    board: Board, officer: Client, kind: str, typed: str, says: str
) -> None:
    """All that was typed into the table of a hundred cells stays there, what is right too."""
    plan, (one, other) = make_plan(board), [str(cell.public_id) for cell in board.cells[:2]]
    sent = {f"{kind}-{one}": typed, f"visits-{other}": "7"}
    refused = officer.post(page("set_numbers", plan.public_id, "chi-bo"), sent)
    shown = refused.content.decode()
    plan.refresh_from_db()
    assert (
        refused.status_code,
        shown.count(f"Hãy ghi một số {says}"),
        PlanSettings.from_json(plan.options).cell_visits,
    ) == (
        422,
        1,
        {},
    )
    assert (f'name="{kind}-{one}" value="{typed}"' in shown, f'name="visits-{other}" value="7"' in shown) == (
        True,
        True,
    )


def test_settings_out_of_range_are_refused_beside_the_field(board: Board, officer: Client) -> None:
    plan = make_plan(board)
    refused = officer.post(page("edit_settings", plan.public_id), {"mode": "free", "visits_per_cell": "40"})
    assert (refused.status_code, "Hãy ghi một số từ 0 đến 12." in refused.content.decode()) == (422, True)


def test_discarding(board: Board, officer: Client) -> None:
    plan = make_plan(board)
    officer.post(page("discard", plan.public_id))
    assert VisitPlan.objects.count() == 0


def read_page(client: Client, plan: VisitPlan) -> str:
    return " ".join(client.get(page("show_plan", plan.public_id)).content.decode().split())


def test_a_plan_that_is_no_longer_as_issued_claims_nothing_and_says_since_when(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    publish_plan(actor=board.actor, plan=plan, now=NOW)
    assert "Đã chứng minh không có lịch nào tốt hơn." in read_page(officer, plan)
    gone = Visit.objects.order_by("planned_on")[0]
    cancel_visit(actor=board.actor, visit=gone, reason="Chi bộ bận", now=NOW)
    shown = read_page(officer, plan)
    assert "Đã chứng minh" not in shown
    assert "Đủ nghĩa vụ của mọi cán bộ" not in shown
    assert "nay lịch khác bản này ở 1 chỗ" in shown
    assert f"Đã thôi, từ ngày {TODAY:%d/%m/%Y}" in shown
    assert "Không còn giữ" in shown


def test_a_wish_after_the_solution_takes_its_claim(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    visit = (plan.result or {})["visits"][0]
    assert "Đã chứng minh không có lịch nào tốt hơn." in read_page(officer, plan)
    kept = {"official": visit["official"], "cell": visit["cell"], "on": visit["date"]}
    officer.post(page("add_wish", plan.public_id), kept | {"kind": "pin"})
    assert "Đã chứng minh không có lịch nào tốt hơn." in read_page(officer, plan)
    officer.post(page("add_wish", plan.public_id), kept | {"kind": "forbid_day"})
    shown = read_page(officer, plan)
    assert "Đã chứng minh" not in shown
    assert "Có điều vừa ghi mà bản này chưa theo" in shown


def test_a_plan_as_a_sheet_by_day_with_what_became_of_its_visits(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    publish_plan(actor=board.actor, plan=plan, now=NOW)
    first, *others = Visit.objects.order_by("planned_on")
    cancel_visit(actor=board.actor, visit=first, reason="Chi bộ bận", now=NOW)
    answer = officer.get(page("download", plan.public_id))
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0].date() for row in rows[1:]] == [visit.planned_on for visit in (first, *others)]
    assert rows[0] == ("Ngày", "Cán bộ", "Chức vụ", "Chi bộ", "Ghi chú")
    assert rows[1][1:] == (str(first.official), rows[1][2], first.cell.name, "Đã thôi")
    assert {row[4] for row in rows[2:]} == {None}
    draft = officer.get(page("download", make_plan(board).public_id))
    assert draft.status_code == 302


def test_a_plan_names_what_will_be_regrouped_in_its_year(board: Board, officer: Client) -> None:
    plan = make_solved(board)
    ends, stays = board.cells[0], board.cells[1]
    change = UnitChange(ChangeKind.MERGE, ends, date(YEAR, 1, 1), "NQ 01", {"successor": stays.code})
    plan_change(actor=board.actor, change=change, now=NOW)
    shown = officer.get(page("show_plan", plan.public_id)).content.decode()
    assert "Đã định thay đổi đơn vị trong năm này" in shown
    (row,) = list_regroupings_of(plan)
    assert (row.on, row.unit_id) == (date(YEAR, 1, 1), ends.public_id)
    assert row.visits == sum(visit.cell == str(ends.public_id) for visit in read_visits(plan))
    other = make_plan(board)
    other.year = YEAR + 1
    assert list_regroupings_of(other) == ()


def test_cells_in_nobodys_area_are_given_from_the_page_of_the_plan(board: Board, officer: Client) -> None:
    settings = PlanSettings(visits_per_cell=1, official_visits=each_official(board, 2))
    answer = officer.get(page("show_plan", solve(board, make_plan(board, settings)).public_id))
    assert reverse("visits:add_assignments") not in answer.content.decode()
    for user in board.officials:
        assign(user, board.cells[0])
    answer = officer.get(page("show_plan", solve(board, make_plan(board, settings)).public_id))
    assert answer.context["page"].unassigned_cells == 2
    link = f'href="{reverse("visits:add_assignments")}">Phân công cán bộ cho 2 chi bộ chưa ai theo dõi'
    assert link in " ".join(answer.content.decode().split())
