"""A routine begins with a month: what is over keeps the one it had, what is to come can be said again."""

from datetime import date, time
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingState, Verb
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.queries.routine import get_routine_page, read_day_rules, routine_of
from nennep.meetings.rules.schedule import DayRule, find_first_free
from nennep.meetings.services.routine import RoutineNotThere, RoutineTooEarly, set_routine, withdraw_routine
from nennep.meetings.services.schedule import ensure_schedule
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting, make_secretary
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail

NOVEMBER = Month(2026, 11)
DECEMBER, JANUARY, FEBRUARY = (NOVEMBER.plus(number) for number in (1, 2, 3))


@pytest.fixture
def cell() -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", cell_type=CellType.VILLAGE)


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    return make_secretary(cell)


def begin(cell: Organization, since: Month, fixed_day: int | None = None, *, hour: int = 19, place: str = "") -> int:
    how: dict[str, Any] = {"fixed_day": fixed_day, "starts_at": time(hour), "place": place}
    return set_routine(actor=Actor.system(), organization=cell, since=since, now=NOW, **how)


def fixed_days(cell: Organization, *months: Month) -> list[int]:
    rules = read_day_rules(cells=[cell], months=months)
    return [rules[month][cell.pk].fixed_day for month in months]


@pytest.mark.parametrize(
    ("begun", "first"),
    [
        pytest.param([], NOVEMBER, id="nothing has begun"),
        pytest.param([NOVEMBER.plus(-1)], NOVEMBER, id="last month"),
        pytest.param([NOVEMBER], DECEMBER, id="this month"),
        pytest.param([DECEMBER, NOVEMBER], JANUARY, id="next month, met early"),
    ],
)
def test_the_first_free_month_is_after_all_that_have_begun(begun: list[Month], first: Month) -> None:
    assert find_first_free(begun, today=TODAY) == first


@pytest.mark.django_db
def test_a_month_follows_the_routine_that_began_last(cell: Organization) -> None:
    begin(cell, JANUARY, 5, hour=20, place="Nhà văn hóa")
    begin(cell, FEBRUARY, 10, hour=8)
    assert fixed_days(cell, NOVEMBER, DECEMBER, JANUARY, FEBRUARY, Month(2030, 1)) == [3, 3, 5, 10, 10]
    assert routine_of(cell, month=DECEMBER).starts_at == time(19, 30)
    assert (routine_of(cell, month=JANUARY).place, routine_of(cell, month=FEBRUARY).place) == ("Nhà văn hóa", "")


@pytest.mark.django_db
def test_a_cell_of_which_no_month_was_judged_has_its_first_routine_from_ever() -> None:
    new = make_unit("Chi bộ mới", opened_on=date(2011, 1, 1))
    new.used_from = NOVEMBER.first_day
    new.save(update_fields=["used_from"])
    begin(new, NOVEMBER, 5)
    assert MeetingRoutine.objects.get().since is None
    begin(new, NOVEMBER, 6)
    assert (MeetingRoutine.objects.get().since, fixed_days(new, NOVEMBER)) == (None, [6])
    begin(new, DECEMBER, 7)
    assert fixed_days(new, NOVEMBER, DECEMBER) == [6, 7]


@pytest.mark.django_db
def test_a_cell_that_was_judged_keeps_what_it_was_judged_by(cell: Organization) -> None:
    begin(cell, NOVEMBER, 20)
    assert fixed_days(cell, NOVEMBER.plus(-1), NOVEMBER) == [3, 20]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [MeetingState.OPEN, MeetingState.HELD])
def test_a_month_that_has_met_is_judged_no_more(cell: Organization, state: MeetingState) -> None:
    make_meeting(cell, planned_for=at(date(2026, 11, 3)), state=state, closed_at=NOW)
    for month in (NOVEMBER.plus(-1), NOVEMBER):
        with pytest.raises(RoutineTooEarly) as refusal:
            begin(cell, month, 5)
        assert (refusal.value.field, "12/2026" in str(refusal.value)) == ("since", True)
    begin(cell, DECEMBER, 5)
    assert fixed_days(cell, NOVEMBER, DECEMBER) == [3, 5]


@pytest.mark.django_db
def test_each_meeting_to_come_follows_the_routine_of_its_month(cell: Organization, secretary: Actor) -> None:
    ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)
    ensure_schedule(actor=secretary, organization=cell, year=2027, now=NOW)
    begin(cell, FEBRUARY, 12, place="Trường học")
    assert begin(cell, DECEMBER, 5) == 13
    days = {Month.of(meeting.month): (meeting.day.day, meeting.place) for meeting in Meeting.objects.all()}
    assert (days[NOVEMBER], days[DECEMBER], days[JANUARY]) == ((3, ""), (5, ""), (5, ""))
    assert (days[FEBRUARY], days[Month(2027, 12)]) == ((12, "Trường học"), (12, "Trường học"))


@pytest.mark.django_db
def test_a_year_is_planned_by_the_routine_of_each_month(cell: Organization, secretary: Actor) -> None:
    begin(cell, FEBRUARY, 12, hour=8, place="Trường học")
    ensure_schedule(actor=secretary, organization=cell, year=2027, now=NOW)
    january, february = Meeting.objects.filter(month__lte=FEBRUARY.first_day).order_by("month")
    assert (january.planned_for, january.place) == (at(date(2027, 1, 3)), "")
    assert (february.planned_for, february.place) == (at(date(2027, 2, 12), 8, 0), "Trường học")


@pytest.mark.django_db
def test_no_meeting_moves_into_the_past(cell: Organization) -> None:
    make_meeting(cell, planned_for=at(date(2026, 11, 20)))
    assert begin(cell, NOVEMBER, 5) == 0
    assert Meeting.objects.get().day == date(2026, 11, 20)


@pytest.mark.django_db
def test_a_change_to_come_is_taken_back_and_the_meetings_with_it(cell: Organization, secretary: Actor) -> None:
    make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    begin(cell, DECEMBER, 5)
    write: dict[str, Any] = {"actor": secretary, "organization": cell, "since": DECEMBER, "now": NOW}
    assert withdraw_routine(**write) == 1
    assert (Meeting.objects.get().day, fixed_days(cell, DECEMBER)) == (date(2026, 12, 3), [3])
    with pytest.raises(RoutineNotThere):
        withdraw_routine(**write)
    begin(cell, DECEMBER, 5)
    Meeting.objects.update(state=MeetingState.OPEN)
    with pytest.raises(RoutineTooEarly):
        withdraw_routine(**write)
    said = {"since": "2026-12", "fixed_day": 5, "starts_at": "19:00", "moved": 1}
    assert list_trail("meetings")[:2] == [
        (Verb.ROUTINE_CHANGED, said),
        (Verb.ROUTINE_CHANGED, {"since": "2026-12", "withdrawn": True, "moved": 1}),
    ]


@pytest.mark.django_db
def test_the_form_proposes_the_first_month_that_nobody_was_told_of(cell: Organization) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 11, 20)))
    begin(cell, JANUARY, 5)
    page = get_routine_page(organization=cell, today=TODAY)
    assert (page.proposed, page.months[0], page.months[-1]) == (NOVEMBER, NOVEMBER, Month(2027, 11))
    assert [(row.since, row.routine.fixed_day) for row in page.coming] == [(JANUARY, 5)]
    Meeting.objects.filter(pk=meeting.pk).update(announced_at=NOW)
    assert get_routine_page(organization=cell, today=TODAY).proposed == DECEMBER
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD, closed_at=NOW)
    assert get_routine_page(organization=cell, today=TODAY).months[0] == DECEMBER


@pytest.mark.django_db
def test_rules_of_many_cells_and_months_are_read_at_once(django_assert_num_queries: Any) -> None:
    cells = [make_unit(f"Chi bộ {number}", cell_type=CellType.OFFICE) for number in range(3)]
    for number in (1, 3):
        with django_assert_num_queries(3):
            rules = read_day_rules(cells=cells[:number], months=[NOVEMBER, DECEMBER])
        assert rules[DECEMBER][cells[0].pk] == DayRule(3, 7, weekends_off=True)
