"""A task in a month, as it stood when the month ended: what comes later changes nothing of it."""

from datetime import date

import pytest

from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.rules import DueDate, DutyMonth, judge_month

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
FIRST = DueDate(date(2026, 9, 30))
DONE, ONGOING, DROPPED, NOT_DONE = DutyState.DONE, DutyState.ONGOING, DutyState.DROPPED, DutyState.NOT_DONE


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def put_off(on: date, to: date | None = date(2026, 10, 20)) -> list[DueDate]:
    return [FIRST, DueDate(to, on)]


@pytest.mark.parametrize(
    ("dates", "events", "september", "october"),
    [
        pytest.param([FIRST], [], DutyMonth(FIRST), DutyMonth(), id="not done"),
        pytest.param([DueDate(None)], [(day(9, 5), DONE)], DutyMonth(), DutyMonth(), id="without a date"),
        pytest.param([FIRST], [(day(9, 30), DONE)], DutyMonth(FIRST, done=True), DutyMonth(), id="on its date"),
        pytest.param([FIRST], [(day(10, 1), DONE)], DutyMonth(FIRST), DutyMonth(late=True), id="a day late"),
        pytest.param(
            [DueDate(day(9, 10))],
            [(day(9, 11), DONE)],
            DutyMonth(DueDate(day(9, 10)), late=True),
            DutyMonth(),
            id="late in its month",
        ),
        pytest.param([FIRST], [(day(9, 30), NOT_DONE)], DutyMonth(FIRST, given_up=True), DutyMonth(), id="given up"),
        pytest.param([FIRST], [(day(10, 1), NOT_DONE)], DutyMonth(FIRST), DutyMonth(), id="given up after it"),
        pytest.param([FIRST], [(day(9, 30), DROPPED)], DutyMonth(), DutyMonth(), id="dropped in its month"),
        pytest.param([FIRST], [(day(10, 1), DROPPED)], DutyMonth(FIRST), DutyMonth(), id="dropped after it"),
        pytest.param(
            [FIRST],
            [(day(9, 20), DONE), (day(10, 2), ONGOING)],
            DutyMonth(FIRST, done=True),
            DutyMonth(),
            id="taken up again after it",
        ),
        pytest.param(
            [FIRST],
            [(day(9, 20), DONE), (day(10, 2), DONE)],
            DutyMonth(FIRST, done=True),
            DutyMonth(),
            id="said again after it",
        ),
        pytest.param(
            [FIRST],
            [(day(9, 20), DONE), (day(9, 25), ONGOING), (day(10, 2), DONE)],
            DutyMonth(FIRST),
            DutyMonth(late=True),
            id="done at last",
        ),
        pytest.param(
            put_off(day(9, 30)),
            [(day(10, 20), DONE)],
            DutyMonth(FIRST, postponed=True),
            DutyMonth(DueDate(day(10, 20), day(9, 30)), done=True),
            id="put off in its month",
        ),
        pytest.param(
            put_off(day(10, 1)),
            [(day(10, 21), DONE)],
            DutyMonth(FIRST),
            DutyMonth(DueDate(day(10, 20), day(10, 1)), late=True),
            id="put off after it",
        ),
        pytest.param(
            put_off(day(9, 2), None), [], DutyMonth(FIRST, postponed=True), DutyMonth(), id="no date any more"
        ),
        pytest.param(
            put_off(day(9, 2), day(9, 30)),
            [(day(9, 1), DONE)],
            DutyMonth(DueDate(day(9, 30), day(9, 2)), done=True, postponed=True),
            DutyMonth(),
            id="put off within its month",
        ),
        pytest.param(
            [DueDate(day(10, 20)), DueDate(day(9, 30), day(9, 2))],
            [],
            DutyMonth(DueDate(day(9, 30), day(9, 2))),
            DutyMonth(),
            id="brought forward",
        ),
    ],
)
def test_a_month_keeps_what_a_task_was_when_it_ended(
    dates: list[DueDate], events: list[tuple[date, DutyState]], september: DutyMonth, october: DutyMonth
) -> None:
    assert judge_month(dates, events, SEPTEMBER) == september
    assert judge_month(dates, events, OCTOBER) == october
