"""Two who work at once on PostgreSQL: what somebody is just changing is folded after its commit, and never lost."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.organizations.models import Organization
from nennep.reporting.models import CellMonth, ChangedMonth
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.services import fold_figures, outdate_months, outdate_since, rebuild_figures, verify_figures
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OCTOBER = Month(2026, 10)
SYSTEM = Actor.system()
PATIENCE = 30  # seconds, for a machine that is busy


def mark_its_month(cell: Organization) -> None:
    outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[OCTOBER])


def mark_all_since(cell: Organization) -> None:
    outdate_since(actor=SYSTEM, day=date(2026, 10, 5), organization_ids=[cell.pk], today=TODAY)


class Writer(Thread):
    """Changes the records, and commits when it is told to."""

    def __init__(self, cell: Organization, mark: Callable[[Organization], None]) -> None:
        super().__init__()
        self.cell, self.mark = cell, mark
        self.marked, self.may_commit = Event(), Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                make_meeting(self.cell, date(2026, 10, 5))
                self.mark(self.cell)
                self.marked.set()
                assert self.may_commit.wait(PATIENCE)
        finally:
            connection.close()


@pytest.mark.parametrize("mark", [mark_its_month, mark_all_since])
def test_what_is_being_changed_is_folded_after_its_commit(mark: Callable[[Organization], None]) -> None:
    """Nobody waits for the other."""
    cell, other = make_unit(), make_unit("Chi bộ thôn Làng Chùa")
    rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    fold_figures(actor=SYSTEM, now=NOW)
    mark_its_month(other)
    writer = Writer(cell, mark)
    writer.start()
    assert writer.marked.wait(PATIENCE)
    fold_figures(actor=SYSTEM, now=NOW)
    meanwhile = get_figures(organization=cell, month=OCTOBER, today=TODAY)
    writer.may_commit.set()
    writer.join(PATIENCE)
    assert meanwhile["cells_met"] == 0
    assert get_figures(organization=cell, month=OCTOBER, today=TODAY)["cells_met"] == 1
    fold_figures(actor=SYSTEM, now=NOW)
    row = CellMonth.objects.get(organization=cell, month=OCTOBER.first_day)
    assert (row.figures["cells_met"], ChangedMonth.objects.count()) == (1, 0)


def test_a_month_begins_after_those_who_asked_which_are_kept() -> None:
    """What it counted before they ended would be missing from its rows, and nothing would wait."""
    cell = make_unit()
    writer = Writer(cell, mark_all_since)
    writer.start()
    assert writer.marked.wait(PATIENCE)
    begun = Thread(target=begin)
    begun.start()
    begun.join(1)
    assert begun.is_alive()
    writer.may_commit.set()
    writer.join(PATIENCE)
    begun.join(PATIENCE)
    assert CellMonth.objects.get(organization=cell, month=OCTOBER.first_day).figures["cells_met"] == 1
    assert verify_figures(actor=SYSTEM, now=NOW) == []


def begin() -> None:
    try:
        rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    finally:
        connection.close()
