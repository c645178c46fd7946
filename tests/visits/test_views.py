"""The page of one visit: the cell confirms, the official says why not, the planner names a substitute."""

from typing import Any

import pytest
from django.urls import reverse

from nennep.accounts.models import User
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.queries.lists import list_visits_of_cell
from tests.factories.people import client_of
from tests.factories.visits import VISIT_DAY, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def visit(commune: Commune) -> Visit:
    return make_visit(commune.hung, commune.cell, on=VISIT_DAY, meeting=commune.meeting)


def post(user: User | None, name: str, visit: Visit, **data: str) -> Any:
    return client_of(user).post(reverse(f"visits:{name}", args=[visit.public_id]), data)


def show(user: User | None, visit: Visit) -> Any:
    return client_of(user).get(reverse("visits:show_visit", args=[visit.public_id]))


def test_the_secretary_confirms(commune: Commune, visit: Visit) -> None:
    assert "Chi bộ nhận lịch này?" in show(commune.secretary_user, visit).content.decode()
    assert post(commune.secretary_user, "confirm_visit", visit).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.confirmed_by) == (VisitState.CONFIRMED, commune.secretary_user)
    assert "Chi bộ đã nhận lịch" in show(commune.hung, visit).content.decode()


def test_the_official_says_why_not_and_the_planner_sends_somebody(commune: Commune, visit: Visit) -> None:
    empty = post(commune.hung, "miss_visit", visit)
    assert (empty.status_code, "Hãy ghi một câu vì sao" in empty.content.decode()) == (422, True)
    assert post(commune.hung, "miss_visit", visit, reason="Đi công tác").status_code == 302
    other = str(commune.mai.public_id)
    assert (
        post(commune.officer_user, "substitute_visit", visit, official=other, reason="Đi công tác").status_code == 302
    )
    new = Visit.objects.get(substitute_for=visit)
    assert (new.official, new.state) == (commune.mai, VisitState.PLANNED)
    assert "Hoàng Thị Mai" in show(commune.officer_user, visit).content.decode()


def test_nobody_but_planners_changes_the_plan(commune: Commune, visit: Visit) -> None:
    for name in ("substitute_visit", "cancel_visit", "attend_visit"):
        statuses = [post(user, name, visit).status_code for user in (commune.hung, commune.secretary_user, commune.mai)]
        assert (name, statuses) == (name, [403, 403, 404])
    assert post(None, "cancel_visit", visit).status_code == 302
    visit.refresh_from_db()
    assert visit.state == VisitState.PLANNED


def test_the_planner_cancels_with_a_reason(commune: Commune, visit: Visit) -> None:
    assert post(commune.officer_user, "cancel_visit", visit, reason="Đổi kế hoạch").status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.missed_reason) == (VisitState.CANCELLED, "Đổi kế hoạch")


def test_a_visit_of_somebody_else_is_not_there(commune: Commune, visit: Visit) -> None:
    assert show(commune.mai, visit).status_code == 404


def test_why_an_official_did_not_come_is_for_planners_and_the_official(commune: Commune, visit: Visit) -> None:
    post(commune.hung, "miss_visit", visit, reason="Đi khám bệnh")
    pages = [
        show(user, visit).content.decode() for user in (commune.hung, commune.officer_user, commune.secretary_user)
    ]
    assert ["Đi khám bệnh" in page for page in pages] == [True, True, False]
    lines = [
        list_visits_of_cell(actor=actor, cell=commune.cell, since=VISIT_DAY, until=VISIT_DAY)[0].missed_reason
        for actor in (commune.officer, commune.secretary)
    ]
    assert lines == ["Đi khám bệnh", ""]
