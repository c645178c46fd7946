"""SQLite has one writer: whoever counts long lets others write meanwhile, and counts again what they wrote."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection

from nennep.core import locks
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.services import fold_figures
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]
OCTOBER = Month(2026, 10)
SYSTEM = Actor.system()


@contextmanager
def other_writer() -> Iterator[sqlite3.Connection]:
    """Another process that does not wait."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=0)
    try:
        yield other
    finally:
        other.close()


@pytest.fixture
def cell() -> Organization:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    cell = make_unit(parent=commune)
    make_meeting(cell, date(2026, 10, 5))
    CellMonth.objects.update_or_create(organization=cell, month=OCTOBER.first_day, defaults={"dirty": True})
    UnitMonth.objects.update_or_create(organization=commune, month=OCTOBER.first_day, defaults={"dirty": True})
    return cell


def test_what_was_written_while_it_counted_is_counted(cell: Organization) -> None:
    """The writer is not kept waiting, and its meeting is no meeting any more in the rows."""
    written: list[str] = []

    def write_beside(execute: Any, sql: str, *rest: Any) -> Any:
        if not written and "meetings_rollcallentry" in sql:
            with other_writer() as other:
                other.execute("UPDATE meetings_meeting SET state = 'cancelled', opened_at = NULL, closed_at = NULL")
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(write_beside):
        assert fold_figures(actor=SYSTEM, now=NOW) == [OCTOBER]
    assert len(written) == 1
    assert list(CellMonth.objects.values_list("dirty", "cells_met")) == [(False, 0)]
    assert list(UnitMonth.objects.values_list("dirty", "cells_met")) == [(False, 0)]


def test_undisturbed_it_counts_before_it_writes(cell: Organization) -> None:
    inside: list[bool] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if "meetings_rollcallentry" in sql:
            inside.append(connection.in_atomic_block)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        fold_figures(actor=SYSTEM, now=NOW)
    assert set(inside) == {False}
    assert list(CellMonth.objects.values_list("dirty", "cells_met")) == [(False, 1)]


def test_the_number_moves_with_the_writes_of_others_alone(cell: Organization) -> None:
    before = locks.read_version()
    Organization.objects.filter(pk=cell.pk).update(name="Chi bộ khác")
    assert locks.read_version() == before
    with other_writer() as other:
        other.execute("UPDATE organizations_organization SET name = 'Chi bộ khác nữa'")
    assert locks.read_version() != before
