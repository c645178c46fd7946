"""Two who write about one visit at once wait for each other in the same order: PostgreSQL breaks no deadlock."""

from threading import Thread

import pytest
from django.db import connection, transaction

from nennep.meetings.queries.meeting import lock_meeting
from nennep.visits.choices import VisitState
from nennep.visits.queries.doors import lock_visit
from nennep.visits.services import visits
from nennep.visits.services.visits import VisitWish
from tests.factories.core import NOW
from tests.factories.visits import VISIT_DAY
from tests.visits.conftest import Commune
from tests.waiting import PATIENCE, wait_until_waited_for

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]


def test_the_planner_waits_for_the_room_without_holding_the_visit(commune: Commune) -> None:
    wish = VisitWish(commune.hung, commune.cell, VISIT_DAY)
    visit = visits.plan_visit(actor=commune.officer, wish=wish, now=NOW)

    def cancel() -> None:
        try:
            visits.cancel_visit(actor=commune.officer, visit=visit, reason="Họp đột xuất", now=NOW)
        finally:
            connection.close()

    planner = Thread(target=cancel)
    with transaction.atomic():
        lock_meeting(commune.meeting)
        planner.start()
        assert wait_until_waited_for(planner)
        assert lock_visit(visit).state == VisitState.PLANNED
    planner.join(PATIENCE)
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED
