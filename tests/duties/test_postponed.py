"""A date that was put off stays in its month, and no month that is over changes by what is said of a task later."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.duties import queries, services
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.duties.rules import DutyCounts
from nennep.duties.services import DutyDetails, DutyProgress
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (10, 11, 12))
SYSTEM = Actor.system()


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def member(cell: Organization) -> Member:
    return join_cell(cell, "Ma Đình Phúc")


def put_off(duty: Duty, to: date | None, *, now: datetime = NOW) -> None:
    details = DutyDetails(duty.title, duty.assignee, due_on=to)
    services.change_duty(actor=SYSTEM, duty=duty, details=details, now=now)


def count(cell: Organization, month: Month) -> DutyCounts:
    return queries.count_duties(organization_ids=[cell.pk], month=month).get(cell.pk, DutyCounts())


def report(duty: Duty, state: DutyState) -> None:
    services.report_duty(actor=SYSTEM, duty=duty, progress=DutyProgress(state, note="Mưa lũ"), now=NOW)


LATER: list[tuple[str, Callable[[Duty], Any]]] = [
    ("put off", lambda duty: put_off(duty, date(2026, 12, 31))),
    ("brought forward", lambda duty: put_off(duty, date(2026, 10, 5))),
    ("without a date", lambda duty: put_off(duty, None)),
    ("done at last", lambda duty: report(duty, DutyState.DONE)),
    ("given up", lambda duty: report(duty, DutyState.NOT_DONE)),
    ("dropped", lambda duty: services.drop_duty(actor=SYSTEM, duty=duty, reason="Xã làm", now=NOW)),
]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in LATER])
def test_what_is_said_in_november_leaves_october(
    cell: Organization, member: Member, change: Callable[[Duty], Any]
) -> None:
    duty = make_duty(cell, member)
    assert count(cell, OCTOBER) == DutyCounts(due=1)
    change(duty)
    assert count(cell, OCTOBER) == DutyCounts(due=1)


def test_put_off_three_times_it_was_due_in_each_month(cell: Organization, member: Member) -> None:
    duty = make_duty(cell, member)
    for day, to in ((30, date(2026, 11, 15)), (31, date(2026, 11, 30))):
        put_off(duty, to, now=datetime(2026, 10, day, 8, tzinfo=VIETNAM))
    put_off(duty, date(2026, 12, 31))
    assert count(cell, OCTOBER) == DutyCounts(due=1, postponed=1)
    assert count(cell, NOVEMBER) == DutyCounts(due=1, postponed=1)
    assert count(cell, DECEMBER) == DutyCounts(due=1)
    page = queries.get_duty_page(actor=SYSTEM, public_id=duty.public_id, today=NOW.date())
    assert page.former_dates == (date(2026, 10, 31), date(2026, 11, 15), date(2026, 11, 30))


def test_late_counts_in_the_month_in_which_it_was_done(cell: Organization, member: Member) -> None:
    report(make_duty(cell, member), DutyState.DONE)
    assert (count(cell, OCTOBER), count(cell, NOVEMBER)) == (DutyCounts(due=1), DutyCounts(late=1))


def test_a_date_that_was_set_today_is_corrected(cell: Organization, member: Member) -> None:
    duty = make_duty(cell, member, given_on=NOW.date(), due_on=date(2026, 11, 20))
    put_off(duty, date(2026, 12, 20))
    assert (count(cell, NOVEMBER), count(cell, DECEMBER)) == (DutyCounts(), DutyCounts(due=1))
    old = make_duty(cell, member, due_on=date(2026, 11, 25))
    for to in (date(2027, 1, 5), date(2026, 12, 5)):
        put_off(old, to)
    assert [row.due_on for row in old.former_due_dates.all()] == [date(2026, 11, 25)]
    assert count(cell, Month(2027, 1)) == DutyCounts()


def test_other_words_are_no_other_date(cell: Organization, member: Member) -> None:
    duty = make_duty(cell, member)
    services.change_duty(actor=SYSTEM, duty=duty, details=DutyDetails("Việc khác", member, due_on=duty.due_on), now=NOW)
    assert not duty.former_due_dates.exists()


def test_what_was_never_given_leaves_every_month(cell: Organization, member: Member) -> None:
    duty = make_duty(cell, member)
    services.drop_duty(actor=SYSTEM, duty=duty, reason="Ghi nhầm", now=NOW, mistaken=True)
    assert count(cell, OCTOBER) == DutyCounts()


def test_a_merger_takes_the_task_along_and_leaves_its_former_month() -> None:
    cell, heir = make_unit(), make_unit()
    put_off(make_duty(cell, make_member(cell=cell)), date(2026, 12, 31))
    merge_organization(actor=SYSTEM, organization=cell, successor=heir, on=NOW.date(), reason="Sắp xếp", now=NOW)
    assert (count(cell, OCTOBER), count(heir, OCTOBER)) == (DutyCounts(due=1), DutyCounts())
    assert (count(cell, DECEMBER), count(heir, DECEMBER)) == (DutyCounts(), DutyCounts(due=1))


@pytest.mark.parametrize("due", [date(2026, 10, 20), date(2026, 11, 8)], ids=["month before", "same month"])
def test_what_was_missed_before_a_merger_is_missed_there_and_overdue_here(due: date) -> None:
    """The other cell does the work, late; that it was not done in time stays with the cell that had it."""
    commune = make_unit()
    cell, other = (make_unit(name, parent=commune) for name in ("Chi bộ thôn Nà Lầu", "Chi bộ thôn Nà Pồng"))
    duty = make_duty(cell, make_member("Ma Văn An", cell=cell), due_on=due)
    month = Month.of(due)
    before = count(cell, month)
    merge_organization(actor=SYSTEM, organization=cell, successor=other, on=NOW.date(), reason="Sáp nhập", now=NOW)
    duty.refresh_from_db()
    assert (duty.organization, duty.due_on) == (other, due)
    assert (count(cell, month), count(other, month)) == (before, DutyCounts())
    assert queries.get_duty_page(actor=SYSTEM, public_id=duty.public_id, today=NOW.date()).former_dates == ()
    put_off(duty, date(2026, 12, 31))
    assert queries.get_duty_page(actor=SYSTEM, public_id=duty.public_id, today=NOW.date()).former_dates == (due,)
    assert count(cell, month).due == before.due
    report(duty, DutyState.DONE)
    assert count(cell, Month(2026, 10)) == (before if month == OCTOBER else DutyCounts())


@pytest.mark.parametrize("rows", [1, 3])
def test_counting_takes_three_queries(
    cell: Organization, member: Member, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        put_off(make_duty(cell, member), date(2026, 12, 31))
    with django_assert_num_queries(3):
        assert count(cell, OCTOBER).due == rows
