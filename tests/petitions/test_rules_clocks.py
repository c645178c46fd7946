"""The clock of an answer, from its steps (addendum-2026 (h), worked examples h.5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import DaysOff, add_working_days
from nennep.petitions.choices import StepKind
from nennep.petitions.rules import AnswerClock, ClockStep, Pause, count_days, find_longest, list_lateness, read_clock

NOTHING_MORE = DaysOff()
RAISED = date(2026, 11, 3)
BEGIN = AnswerClock(RAISED, 0, RAISED)


def clock_of(*steps: ClockStep, days_off: DaysOff = NOTHING_MORE, days: int = 30) -> AnswerClock:
    return read_clock([ClockStep(StepKind.NOTED, RAISED, days), *steps], days_off, begin=BEGIN)


def november(day: int) -> date:
    return date(2026, 11, day)


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("days", "due"),
    [(30, date(2026, 12, 16)), (60, date(2027, 1, 28)), (90, date(2027, 3, 18))],
    ids=["base", "upper", "central"],
)
def test_what_is_received_on_3_november_is_due_by_level(days: int, due: date) -> None:
    """h.5.1: the 24th of November, New Year and Tết are left out."""
    assert clock_of(days=days).due_on == due


def test_an_extension_told_in_time_is_not_late_and_one_told_after_leaves_its_mark() -> None:
    """h.5.3: due 16/12, told on 10/12 or on 18/12."""
    told = [clock_of(ClockStep(StepKind.EXTENDED, december(day), until=date(2027, 1, 29))) for day in (10, 16, 18)]
    assert [(clock.due_on, clock.late_days) for clock in told] == [
        (date(2027, 1, 29), 0),
        (date(2027, 1, 29), 0),
        (date(2027, 1, 29), 2),
    ]


def test_the_day_that_was_missed_first_stays() -> None:
    """Extended on 18/12 after the day of 16/12, answered on 1/2 after the day of 29/1: the most that was late is 3 days."""
    extended = ClockStep(StepKind.EXTENDED, december(18), until=date(2027, 1, 29))
    clock = clock_of(extended, ClockStep(StepKind.ANSWERED, date(2027, 2, 1)))
    assert (clock.missed_on, clock.late_days) == (december(16), 3)
    again = clock_of(extended, ClockStep(StepKind.RISEN, date(2027, 2, 1), 60))
    assert (again.missed_on, again.late_days, again.started_on) == (december(16), 3, date(2027, 2, 1))


def test_the_mark_stays_when_the_answer_keeps_the_new_day() -> None:
    extended = ClockStep(StepKind.EXTENDED, december(18), until=date(2027, 1, 29))
    clock = clock_of(extended, ClockStep(StepKind.ANSWERED, date(2027, 1, 20)))
    assert (clock.answered_on, clock.late_days) == (date(2027, 1, 20), 2)


def test_an_answer_counts_once() -> None:
    clock = clock_of(ClockStep(StepKind.ANSWERED, december(17)), ClockStep(StepKind.ANSWERED, december(30)))
    assert (clock.answered_on, clock.late_days, clock.due_on) == (december(17), 1, december(16))


def test_a_question_stands_still_until_its_answer() -> None:
    """Asked on Friday 6/11, answered on Tuesday 10/11: two working days do not count."""
    asked = ClockStep(StepKind.ASKED, november(6), until=november(20))
    clock = clock_of(asked, ClockStep(StepKind.CLARIFIED, november(10)))
    assert (clock.pauses, clock.due_on) == ((Pause(november(6), november(10)),), december(18))


def test_a_question_that_nobody_answers_ends_by_itself_on_its_last_day() -> None:
    asked = ClockStep(StepKind.ASKED, november(6), until=november(10))
    late_word = ClockStep(StepKind.CLARIFIED, november(27))
    assert (clock_of(asked).due_on, clock_of(asked, late_word).due_on) == (december(18), december(18))


def test_a_question_asked_after_the_last_day_stops_nothing() -> None:
    clock = clock_of(ClockStep(StepKind.ASKED, december(17), until=december(31)))
    assert (clock.due_on, clock.pauses) == (december(16), ())


def test_what_is_made_clear_after_the_answer_moves_no_last_day() -> None:
    asked = ClockStep(StepKind.ASKED, november(6), until=november(20))
    answered = ClockStep(StepKind.ANSWERED, november(9))
    late_word = ClockStep(StepKind.CLARIFIED, november(10))
    before, after = clock_of(asked, answered), clock_of(asked, answered, late_word)
    assert (before.pauses, before.due_on) == ((Pause(november(6), november(20)),), date(2026, 12, 30))
    assert after == before
    assert clock_of(asked, answered, ClockStep(StepKind.ASKED, november(12), until=november(30))) == before


def test_a_word_to_a_question_that_nobody_asked_changes_nothing() -> None:
    assert clock_of(ClockStep(StepKind.CLARIFIED, november(10))) == clock_of()


def test_a_question_after_an_extension_moves_its_day_by_the_working_days_that_stood_still() -> None:
    extended = ClockStep(StepKind.EXTENDED, december(10), until=december(31))
    asked = ClockStep(StepKind.ASKED, december(11), until=december(15))
    assert clock_of(extended, asked).due_on == date(2027, 1, 5)


def test_only_what_stood_still_since_the_extension_moves_its_day() -> None:
    """Two working days before it are in the day that was named; two after it are not."""
    before = (ClockStep(StepKind.ASKED, november(6), until=november(20)), ClockStep(StepKind.CLARIFIED, november(10)))
    extended = ClockStep(StepKind.EXTENDED, december(10), until=december(31))
    after = (ClockStep(StepKind.ASKED, december(11), until=december(25)), ClockStep(StepKind.CLARIFIED, december(15)))
    clock = clock_of(*before, extended, *after)
    assert (clock.due_on, clock.pauses_before, len(clock.pauses)) == (date(2027, 1, 5), 1, 2)


def test_a_question_on_the_last_day_is_in_time() -> None:
    clock = clock_of(ClockStep(StepKind.ASKED, december(16), until=december(18)))
    assert clock.pauses == (Pause(december(16), december(18)),)


def test_what_was_answered_in_time_is_not_missed_by_what_comes_after() -> None:
    answered = ClockStep(StepKind.ANSWERED, december(16))
    for later in (ClockStep(StepKind.REOPENED, december(24), 30), ClockStep(StepKind.EXTENDED, december(24))):
        clock = clock_of(answered, later)
        assert (clock.missed_on, clock.late_days) == (None, 0)


@pytest.mark.parametrize("kind", [StepKind.BOUNCED, StepKind.MERGED, StepKind.JOINED, StepKind.ROUTED])
def test_what_starts_no_clock_starts_none_after_the_last_day_either(kind: StepKind) -> None:
    assert clock_of(ClockStep(kind, december(17), 60)) == clock_of()


@pytest.mark.parametrize("kind", [StepKind.PASSED_ON, StepKind.REOPENED, StepKind.RISEN])
def test_a_step_without_days_of_its_own_goes_on_with_the_clock(kind: StepKind) -> None:
    """Steps written before their days were kept."""
    assert clock_of(ClockStep(kind, december(17))) == clock_of()


def test_what_is_not_ours_keeps_the_first_clock() -> None:
    assert clock_of(ClockStep(StepKind.BOUNCED, november(20), 60)).due_on == december(16)


def test_what_is_overdue_and_rises_has_the_time_of_that_level_and_keeps_its_mark() -> None:
    clock = clock_of(ClockStep(StepKind.RISEN, december(17), 60))
    assert (clock.started_on, clock.late_days, clock.missed_on) == (december(17), 1, december(16))
    assert clock.due_on == add_working_days(december(17), 60)


def test_what_rises_because_nobody_feels_responsible_keeps_the_first_clock() -> None:
    clock = clock_of(ClockStep(StepKind.RISEN, november(20), 60))
    assert (clock.started_on, clock.due_on, clock.late_days) == (RAISED, december(16), 0)


def test_opened_again_it_has_the_whole_time_and_what_was_late_stays_marked() -> None:
    answered, again = ClockStep(StepKind.ANSWERED, december(18)), ClockStep(StepKind.REOPENED, december(24), 30)
    clock = clock_of(answered, again)
    assert (clock.started_on, clock.answered_on, clock.late_days) == (december(24), None, 2)


def test_a_corrected_list_moves_what_runs_and_leaves_what_was_answered() -> None:
    corrected = DaysOff(off=frozenset({december(14)}), working=frozenset({november(7)}))
    assert [clock_of(days_off=days).due_on for days in (corrected, DaysOff(off=corrected.off))] == [
        december(16),
        december(17),
    ]
    answered = ClockStep(StepKind.ANSWERED, december(17), stood=december(16))
    clock = clock_of(answered, days_off=DaysOff(off=corrected.off))
    assert (clock.due_on, clock.late_days) == (december(16), 1)


def test_a_list_of_days_off_is_told_day_by_day() -> None:
    days_off = DaysOff(off=frozenset({december(14)}), working=frozenset({november(7)}))
    counted = count_days(clock_of(days_off=days_off), days_off)
    assert (counted.days, counted.weekend_days) == (30, 11)
    assert counted.holidays == ((november(24), "Ngày Văn hóa Việt Nam"),)
    assert (counted.decided, counted.worked, counted.paused) == ((december(14),), (november(7),), 0)


def test_a_saturday_that_the_country_works_is_counted_and_said() -> None:
    """22/8/2026 is worked in exchange for Monday 31/8 (addendum 1.2)."""
    friday, swapped = date(2026, 8, 21), date(2026, 8, 22)
    clock = read_clock([ClockStep(StepKind.NOTED, friday, 1)], NOTHING_MORE, begin=BEGIN)
    counted = count_days(clock, NOTHING_MORE)
    assert (clock.due_on, counted.days, counted.weekend_days) == (swapped, 1, 0)
    assert (counted.worked, counted.made_up) == ((), (swapped,))


@pytest.mark.parametrize("days", [[10], [10, 20, 30]])
def test_extensions_are_measured_from_the_own_last_day_however_many(days: list[int]) -> None:
    first = december(16)
    steps = [ClockStep(StepKind.EXTENDED, november(20), until=add_working_days(first, number)) for number in days]
    clock = clock_of(*steps)
    assert (clock.own_on, clock.due_on) == (first, add_working_days(first, days[-1]))
    assert find_longest(clock, 30, NOTHING_MORE) == add_working_days(first, 30)


def test_a_question_moves_the_own_last_day_of_what_was_extended_too() -> None:
    asked = ClockStep(StepKind.ASKED, november(5), until=november(9))
    clock = clock_of(ClockStep(StepKind.EXTENDED, november(4), until=december(31)), asked)
    assert (clock.own_on, clock.due_on) == (december(18), date(2027, 1, 5))


def test_where_no_step_gives_days_the_day_that_stood_before_the_first_extension_is_the_own_one() -> None:
    begin = AnswerClock(RAISED, 0, december(31), extended_to=december(31))
    told = [ClockStep(StepKind.EXTENDED, november(9), until=december(31), stood=december(16))]
    assert find_longest(read_clock(told, NOTHING_MORE, begin=begin), 1, NOTHING_MORE) == december(17)


@pytest.mark.parametrize(
    ("answered", "passed", "due", "late"),
    [
        (november(6), november(6), december(16), 0),
        (november(6), november(10), december(18), 0),  # Monday and Tuesday of that answer
        (december(16), date(2027, 1, 20), date(2027, 1, 20), 0),  # no day was left
        (december(17), date(2027, 1, 20), date(2027, 1, 20), 1),
    ],
)
def test_handed_on_after_an_answer_the_time_goes_on_that_was_left(
    answered: date, passed: date, due: date, late: int
) -> None:
    clock = clock_of(ClockStep(StepKind.ANSWERED, answered), ClockStep(StepKind.BOUNCED, passed))
    assert (clock.started_on, clock.answered_on, clock.due_on, clock.late_days) == (RAISED, None, due, late)


def test_by_how_much_a_step_was_late_is_read_after_the_answer_was_handed_on() -> None:
    """A late answer, handed on, answered late again; what is said after an answer owes nothing."""
    course = [
        ClockStep(StepKind.NOTED, RAISED, 30),
        ClockStep(StepKind.ANSWERED, december(18), stood=december(16)),
        ClockStep(StepKind.ANSWERED, december(21), stood=december(16)),
        ClockStep(StepKind.BOUNCED, december(22)),
        ClockStep(StepKind.EXTENDED, december(23), until=december(29), stood=december(23)),
        ClockStep(StepKind.ANSWERED, december(30), stood=december(29)),
    ]
    assert list_lateness(course, begin=AnswerClock(RAISED, 0, RAISED)) == [0, 2, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("answered", "due"),
    [(december(29), date(2027, 1, 22)), (december(31), date(2027, 1, 20)), (date(2027, 1, 4), date(2027, 1, 20))],
)
def test_handed_on_after_an_answer_an_extension_goes_on_too(answered: date, due: date) -> None:
    told = ClockStep(StepKind.EXTENDED, december(10), until=december(31))
    clock = clock_of(told, ClockStep(StepKind.ANSWERED, answered), ClockStep(StepKind.BOUNCED, date(2027, 1, 20)))
    assert (clock.due_on, clock.answered_on) == (due, None)


DAYS = st.integers(0, 40).map(lambda number: RAISED + timedelta(days=number))


@given(st.sets(DAYS, max_size=6), st.sets(DAYS, max_size=6), st.integers(1, 25), DAYS, st.integers(0, 12))
def test_working_days_counted_one_by_one_are_those_of_the_rule(
    off: set[date], working: set[date], days: int, asked: date, length: int
) -> None:
    """However days off and questions fall: as many working days as the rule gives lie between, none more."""
    days_off = DaysOff(frozenset(off - working), frozenset(working))
    question = ClockStep(StepKind.ASKED, asked, until=asked + timedelta(days=length))
    clock = clock_of(question, days_off=days_off, days=days)
    assert count_days(clock, days_off).days == days
    assert days_off.is_working(clock.due_on)
