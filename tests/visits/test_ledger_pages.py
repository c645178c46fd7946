"""The board's pages: figures from raw rows, the same number of queries however many officials, who sees what."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from nennep.accounts.choices import Role
from nennep.core.errors import NotFound
from nennep.policies.choices import PolicyKey
from nennep.visits.choices import Office, VisitState
from nennep.visits.forms.visits import DATE_ERRORS
from nennep.visits.models import Assignment, OfficeHolding
from nennep.visits.queries.board import get_digest_page, get_ledger_page, get_official_page
from nennep.visits.queries.lists import list_visits_of_cell, list_visits_of_meetings
from nennep.visits.rules.risk import RiskKind
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import TODAY
from tests.factories.meetings import at
from tests.factories.people import client_of
from tests.factories.policies import make_pack
from tests.factories.visits import VISIT_DAY, hold_office, make_report, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

OBLIGATIONS = [{"office": "commune_committee", "min_per_year": 6, "area": "followed"}]
MARCH, MAY, SEPTEMBER = date(2026, 3, 3), date(2026, 5, 5), date(2026, 9, 3)


@pytest.fixture
def ledger(commune: Commune) -> Commune:
    """Hưng: three visits, one report late, one overdue, one missed with a reason, one planned; six owed."""
    make_pack({PolicyKey.VISIT_OBLIGATIONS: OBLIGATIONS}, organization=commune.unit)
    created = at(date(2026, 1, 5))
    first = make_visit(commune.hung, commune.cell, on=MARCH, state=VisitState.ATTENDED, created_at=created)
    make_report(first, submitted_at=at(date(2026, 3, 9)), conduct="Tốt.")
    second = make_visit(commune.hung, commune.cell, on=MAY, state=VisitState.ATTENDED, created_at=created)
    make_report(second, submitted_at=at(date(2026, 5, 20)), conduct="Tốt.")
    make_visit(commune.hung, commune.cell, on=SEPTEMBER, state=VisitState.ATTENDED, created_at=created)
    missed: dict[str, Any] = {"state": VisitState.MISSED, "missed_reason": "Chống lũ", "settled_on": date(2026, 10, 5)}
    make_visit(commune.hung, commune.cell, on=date(2026, 10, 5), created_at=created, **missed)
    make_visit(commune.hung, commune.cell, on=VISIT_DAY, meeting=commune.meeting, created_at=created)
    return commune


def page_of(commune: Commune, on: date = TODAY) -> Any:
    return get_ledger_page(actor=commune.officer, on=on)


def test_the_ledger_counts_the_raw_visits(ledger: Commune) -> None:
    state = next(item for item in page_of(ledger).officials if item.user == ledger.hung)
    counted = state.ledger
    assert (counted.owed.count, counted.done, counted.planned, counted.missed_with_reason) == (6, 3, 1, 1)
    assert (counted.reports_submitted, counted.reports_late, counted.reports_overdue) == (2, 2, 1)
    assert (counted.remaining, counted.uncovered) == (3, 2)
    assert [risk.kind for risk in state.risks][:2] == [RiskKind.REPORT_OVERDUE, RiskKind.SHORT]
    assert state.slots == ("done",) * 3 + ("planned",) + ("owed",) * 2


def test_the_ledger_of_an_earlier_day_is_as_it_was(ledger: Commune) -> None:
    state = next(item for item in page_of(ledger, date(2026, 5, 6)).officials if item.user == ledger.hung)
    assert (state.ledger.done, state.ledger.planned, state.ledger.reports_late) == (2, 3, 0)


def test_those_in_need_come_first(ledger: Commune) -> None:
    page = page_of(ledger)
    assert [str(item.user) for item in page.officials] == ["Lương Quốc Hưng", "Hoàng Thị Mai"]
    assert (page.totals.officials, page.totals.owed, page.totals.done, page.in_need) == (2, 12, 3, 2)


@pytest.mark.parametrize("officials", [1, 3])
def test_the_ledger_takes_the_same_queries_for_one_and_three(
    ledger: Commune, officials: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    OfficeHolding.objects.exclude(official=ledger.hung).delete()
    for number in range(officials - 1):
        other = make_user(f"Cán bộ {number}")
        hold_office(other, ledger.unit)
        visit = make_visit(other, ledger.other, on=MARCH + timedelta(days=number), state=VisitState.ATTENDED)
        make_report(visit, submitted_at=at(MARCH))
    actor = ledger.officer
    with django_assert_num_queries(9):
        assert len(get_ledger_page(actor=actor, on=TODAY).officials) == officials


def test_an_area_shows_who_belongs_to_it(ledger: Commune) -> None:
    page = get_ledger_page(actor=ledger.officer, on=TODAY, area=ledger.unit.public_id)
    assert (page.area, len(page.officials)) == (ledger.unit, 2)


def test_who_left_office_with_visits_to_come_stands_on_top(ledger: Commune) -> None:
    OfficeHolding.objects.filter(official=ledger.hung).update(valid_to=date(2026, 11, 1))
    state = page_of(ledger).officials[0]
    assert (state.user, state.risks[0].kind, state.reasons[0]) == (
        ledger.hung,
        RiskKind.LEFT_OFFICE,
        "Đã thôi chức vụ, còn 1 lịch dự cần bàn giao",
    )
    assert len(get_official_page(actor=ledger.officer, public_id=ledger.hung.public_id, on=TODAY).left_with_visits) == 1


def test_an_office_without_a_number_is_said_in_words(commune: Commune) -> None:
    rule = [{"office": "standing_board", "area": "any_residential"}]
    make_pack({PolicyKey.VISIT_OBLIGATIONS: rule}, organization=commune.unit)
    user = make_user("Vàng A Sơn")
    hold_office(user, commune.unit, Office.STANDING_BOARD)
    state = next(item for item in page_of(commune).officials if item.user == user)
    assert (state.ledger.owed.count, state.owed_words) == (None, "không quy định số lần")
    other = next(item for item in page_of(commune).officials if item.user == commune.hung)
    assert other.owed_words == "chưa có văn bản quy định"


def test_an_official_sees_the_own_ledger_only(ledger: Commune) -> None:
    own = get_official_page(actor=ledger.actor(ledger.hung), public_id=ledger.hung.public_id, on=TODAY)
    assert (own.is_own, own.may_plan, own.state.ledger.done) == (True, False, 3)
    with pytest.raises(NotFound):
        get_official_page(actor=ledger.actor(ledger.hung), public_id=ledger.mai.public_id, on=TODAY)
    assert get_ledger_page(actor=ledger.actor(ledger.hung), on=TODAY).officials == ()


def test_the_digest_says_what_happened_and_what_comes(ledger: Commune) -> None:
    digest = get_digest_page(actor=ledger.officer, on=TODAY, days=7)
    assert ([item.line.day for item in digest.coming], digest.missed) == ([VISIT_DAY], ())
    month = get_digest_page(actor=ledger.officer, on=date(2026, 10, 6), days=30)
    assert [item.line.missed_reason for item in month.missed] == ["Chống lũ"]


def test_a_cell_sees_who_comes(ledger: Commune) -> None:
    lines = list_visits_of_cell(actor=ledger.secretary, cell=ledger.cell, since=TODAY, until=date(2026, 12, 31))
    assert [(line.official, line.planned_on) for line in lines] == [("Lương Quốc Hưng", VISIT_DAY)]
    by_meeting = list_visits_of_meetings(actor=ledger.secretary, meeting_ids=[ledger.meeting.pk])
    assert [line.official for line in by_meeting[ledger.meeting.pk]] == ["Lương Quốc Hưng"]


# ── pages ─────────────────────────────────────────────────────────────────────


def officer_client(commune: Commune) -> Client:
    return client_of(commune.officer_user)


def text_of(client: Client, name: str, *parts: Any, **parameters: str) -> str:
    answer = client.get(reverse(name, args=parts), parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_board_reads_every_page(ledger: Commune) -> None:
    client, hung = officer_client(ledger), ledger.hung.public_id
    assert "1 báo cáo quá hạn" in text_of(client, "visits:show_ledger")
    assert "Dòng nhận xét để xếp loại" in text_of(client, "visits:show_official", hung)
    assert "05/10/2026" in text_of(client, "visits:show_rows", "vang-co-ly-do", nguoi=str(hung))
    assert "Nặm Chá" in text_of(client, "visits:show_rows", "da-du")
    assert "mức 6 lần một năm" in text_of(client, "visits:show_appraisal", ngay="31/12/2026")
    assert "Cần đôn đốc" in text_of(client, "visits:show_digest", "thang")
    assert "Hãy ghi ngày như" in text_of(client, "visits:show_ledger", ngay="32/13/2026")
    assert client.get(reverse("visits:show_rows", args=["la-gi"])).status_code == 404


def test_every_count_opens_its_rows_of_the_same_day(ledger: Commune) -> None:
    """A ledger of May leads to the rows of May, not to those of today."""
    board = text_of(officer_client(ledger), "visits:show_ledger", ngay="06/05/2026")
    rows = reverse("visits:show_rows", args=["da-du"])
    assert f'href="{rows}?ngay=06/05/2026"' in board
    assert f'href="{rows}?nguoi={ledger.hung.public_id}&amp;ngay=06/05/2026">2</a>' in board
    assert board.count("&amp;ngay=06/05/2026") == board.count("&amp;ngay=")


def test_the_sheet_has_one_row_an_official(ledger: Commune) -> None:
    answer = officer_client(ledger).get(reverse("visits:download_appraisal"), {"ngay": "09/11/2026"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [
        ("Lương Quốc Hưng", "Đảng ủy viên xã, phường", 6),
        ("Hoàng Thị Mai", "Đảng ủy viên xã, phường", 6),
    ]
    assert (rows[1][4], rows[1][11]) == (3, 2)


def test_offices_assignments_and_visits_are_written_by_forms(ledger: Commune) -> None:
    client, unit = officer_client(ledger), ledger.unit
    nam = make_user("Bàn Văn Nam")
    grant_role(nam, Role.OFFICIAL, unit)
    data = {
        "official": "Bàn Văn Nam",
        "office": "commune_committee",
        "organization": unit.code,
        "valid_from": "01/11/2026",
    }
    assert client.post(reverse("visits:add_office"), data).status_code == 302
    given = {"official": str(nam.public_id), "organization": ledger.cell.code, "valid_from": "09/11/2026"}
    assert client.post(reverse("visits:add_assignment"), given).status_code == 302
    planned = {"official": str(nam.public_id), "cell": ledger.cell.code, "planned_on": "14/11/2026"}
    answer = client.post(reverse("visits:add_visit"), planned)
    assert (answer.status_code, "không có buổi sinh hoạt nào ngày 14/11/2026" in answer.content.decode()) == (422, True)
    taken = client.post(reverse("visits:add_visit"), planned | {"planned_on": "13/11/2026"})
    assert "đã có đồng chí Lương Quốc Hưng dự" in taken.content.decode()
    assert (
        client.post(reverse("visits:add_visit"), planned | {"planned_on": "13/11/2026", "joint": "on"}).status_code
        == 302
    )
    assignment = Assignment.objects.get(official=ledger.hung)
    passed = {"official": str(nam.public_id), "on": "10/11/2026"}
    again = client.post(reverse("visits:pass_assignment", args=[assignment.public_id]), passed)
    assert (again.status_code, "đang được phân công nơi này" in again.content.decode()) == (422, True)
    holding = OfficeHolding.objects.get(official=nam)
    end = client.post(reverse("visits:finish_office", args=[holding.public_id]), {"valid_to": "01/10/2026"})
    assert (end.status_code, "phải sau ngày bắt đầu 01/11/2026" in end.content.decode()) == (422, True)


def test_a_person_nobody_knows_is_asked_about(ledger: Commune) -> None:
    data = {
        "official": "Ai Đó",
        "office": "commune_committee",
        "organization": ledger.unit.code,
        "valid_from": "01/11/2026",
    }
    answer = officer_client(ledger).post(reverse("visits:add_office"), data)
    assert (answer.status_code, "Không rõ đồng chí nào" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("day", ["31/12/9999", "01/01/0001"])
def test_a_day_at_the_end_of_time_is_a_slip_of_the_hand(commune: Commune, day: str) -> None:
    officer = client_of(commune.officer_user)
    for address in (reverse("visits:show_ledger"), reverse("visits:show_digest", args=["thang"])):
        answer = officer.get(address, {"ngay": day})
        errors = answer.context["form"].errors["ngay"]
        assert (answer.status_code, errors) == (200, [str(DATE_ERRORS["invalid"])])
