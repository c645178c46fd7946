"""A meeting is begun at the very moment its cell ends: one waits for the other, and what goes on was held before the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.services import schedule
from nennep.members.models import Membership
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization, merge_organization
from nennep.room.services.room import open_meeting
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.organizations import make_unit
from tests.waiting import do_both

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
Step = Callable[[Organization], object]


def both(first: Step, second: Step, cell: Organization) -> tuple[str, bool]:
    return do_both(lambda: first(cell), lambda: second(cell))


def merge(cell: Organization) -> None:
    heir = Organization.objects.get(name="Chi bộ thôn Làng Chùa")
    merge_organization(actor=SYSTEM, organization=cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW)


def close(cell: Organization) -> None:
    close_organization(actor=SYSTEM, organization=cell, on=TODAY, reason="Hết đảng viên", now=NOW)


def begin(cell: Organization) -> None:
    """Key in a meeting of two days ago, when there were members."""
    meeting = Meeting.objects.get(organization=cell, planned_for__lt=NOW)
    open_meeting(actor=SYSTEM, meeting=meeting, opened_at=NOW - timedelta(days=2), now=NOW)


def begin_today(cell: Organization) -> None:
    meeting = Meeting.objects.get(organization=cell, planned_for__lt=NOW)
    open_meeting(actor=SYSTEM, meeting=meeting, opened_at=NOW, now=NOW)


def restore(cell: Organization) -> None:
    schedule.restore_meeting(actor=SYSTEM, meeting=coming_of(cell, MeetingState.CANCELLED), now=NOW)


def postpone(cell: Organization) -> None:
    """From before the end of the cell to a day after it."""
    meeting = Meeting.objects.get(organization=cell, planned_for__lt=NOW)
    schedule.move_meeting(
        actor=SYSTEM,
        meeting=meeting,
        planned_for=NOW + timedelta(days=3),
        place="Nhà văn hóa",
        reason="Mưa lũ",
        now=NOW,
    )


def coming_of(cell: Organization, state: MeetingState) -> Meeting:
    return Meeting.objects.get(organization=cell, planned_for__gt=NOW, state=state)


@pytest.fixture
def cell() -> Organization:
    """Its last member leaves today; a meeting of two days ago was not opened, one of December was called off."""
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    join_cell(cell, "Ma Công Lập")
    Membership.objects.filter(organization=cell).update(valid_to=TODAY)
    make_meeting(cell, planned_for=NOW - timedelta(days=2))
    make_meeting(cell, planned_for=NOW + timedelta(days=30), state=MeetingState.CANCELLED)
    return cell


def left_going_on(cell: Organization) -> set[str]:
    """States of what is open in the cell or planned for a day on which it no longer exists."""
    meetings = Meeting.objects.filter(organization=cell)
    going_on = meetings.filter(state=MeetingState.OPEN) | meetings.filter(
        state=MeetingState.PLANNED, planned_for__date__gte=TODAY
    )
    return set(going_on.values_list("state", flat=True))


@pytest.mark.parametrize("end", [merge, close])
def test_what_is_opened_first_keeps_the_cell_from_ending(cell: Organization, end: Step) -> None:
    assert both(begin, end, cell) == ("unit_has_open_meeting", True)
    cell.refresh_from_db()
    assert (cell.closed_on, left_going_on(cell)) == (None, {"open"})


@pytest.mark.parametrize("end", [merge, close])
@pytest.mark.parametrize(
    ("act", "code"), [(begin_today, "unit_closed"), (restore, "cell_closed"), (postpone, "cell_closed")]
)
def test_in_a_cell_that_ends_first_nothing_begins(cell: Organization, end: Step, act: Step, code: str) -> None:
    assert both(end, act, cell) == (code, True)
    cell.refresh_from_db()
    assert (cell.closed_on, left_going_on(cell)) == (TODAY, set())


@pytest.mark.parametrize("end", [merge, close])
def test_what_was_held_before_the_end_is_keyed_in_after_it(cell: Organization, end: Step) -> None:
    assert both(end, begin, cell) == ("", True)
    cell.refresh_from_db()
    assert (cell.closed_on, left_going_on(cell)) == (TODAY, {"open"})


@pytest.mark.parametrize("end", [merge, close])
@pytest.mark.parametrize("act", [restore, postpone])
def test_what_is_planned_first_is_called_off_by_the_end(cell: Organization, end: Step, act: Step) -> None:
    assert both(act, end, cell) == ("", True)
    cell.refresh_from_db()
    assert (cell.closed_on, left_going_on(cell)) == (TODAY, set())
