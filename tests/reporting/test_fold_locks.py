"""Two who work at once on PostgreSQL: figures are not folded from records that somebody is just changing."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.organizations.models import Organization
from nennep.reporting.models import CellMonth
from nennep.reporting.queries.figures import counts_of
from nennep.reporting.services import fold_figures, outdate_months, outdate_since, rebuild_figures
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OCTOBER = Month(2026, 10)
SYSTEM = Actor.system()
PATIENCE = 30  # seconds, for a machine that is busy


def mark_its_month(cell: Organization) -> None:
    outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[OCTOBER])


def mark_all_since(_cell: Organization) -> None:
    outdate_since(actor=SYSTEM, day=date(2026, 10, 5))


@pytest.mark.parametrize("folded_before", [True, False], ids=["rows are there", "never folded"])
@pytest.mark.parametrize("mark", [mark_its_month, mark_all_since])
def test_what_is_being_changed_is_folded_after_its_commit(
    mark: Callable[[Organization], None], *, folded_before: bool
) -> None:
    cell, other = make_unit(), make_unit("Chi bộ thôn Làng Chùa")
    if folded_before:
        rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    CellMonth.objects.update_or_create(organization=other, month=OCTOBER.first_day, defaults={"dirty": True})
    marked, may_commit = Event(), Event()

    def change() -> None:
        try:
            with transaction.atomic():
                make_meeting(cell, date(2026, 10, 5))
                mark(cell)
                marked.set()
                assert may_commit.wait(PATIENCE)
        finally:
            connection.close()

    worker = Thread(target=change)
    worker.start()
    assert marked.wait(PATIENCE)
    folded_meanwhile = fold_figures(actor=SYSTEM, now=NOW)
    may_commit.set()
    worker.join(PATIENCE)
    fold_figures(actor=SYSTEM, now=NOW)
    row = CellMonth.objects.get(organization=cell, month=OCTOBER.first_day)
    assert (folded_meanwhile, counts_of(row).cells_met, row.dirty) == ([], 1, False)
