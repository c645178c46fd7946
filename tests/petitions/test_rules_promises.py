"""The clock of the solution, from the steps: what is promised now, what was promised before, whether it was kept."""

from datetime import date

import pytest

from nennep.petitions.choices import StepKind
from nennep.petitions.rules import ClockStep, SolutionClock, read_promise


def december(day: int) -> date:
    return date(2026, 12, day)


def answered(day: int, until: int | None = None) -> ClockStep:
    return ClockStep(StepKind.ANSWERED, december(day), until=december(until) if until else None)


def step(kind: StepKind, day: int) -> ClockStep:
    return ClockStep(kind, december(day))


PROMISED = answered(1, 10)


def test_nothing_is_promised_before_an_answer_names_a_day() -> None:
    assert read_promise([step(StepKind.NOTED, 1), answered(2)]) == SolutionClock()


@pytest.mark.parametrize(("today", "late"), [(9, 0), (10, 0), (11, 1)])
def test_what_is_not_done_is_late_from_the_day_after(today: int, late: int) -> None:
    assert read_promise([PROMISED]).days_late(december(today)) == late


@pytest.mark.parametrize("kind", [StepKind.DONE, StepKind.SOLVED])
@pytest.mark.parametrize(("done", "late"), [(10, 0), (12, 2)])
def test_what_was_done_is_late_no_more_than_it_was_then(kind: StepKind, done: int, late: int) -> None:
    clock = read_promise([PROMISED, step(kind, done)])
    assert (clock.ended_on, clock.days_late(december(31))) == (december(done), late)


def test_the_word_of_the_cell_does_not_move_the_day_on_which_it_was_done() -> None:
    assert read_promise([PROMISED, step(StepKind.DONE, 8), step(StepKind.SOLVED, 20)]).ended_on == december(8)


@pytest.mark.parametrize(
    "kind", [StepKind.REOPENED, StepKind.PARTLY, StepKind.PASSED_ON, StepKind.BOUNCED, StepKind.RISEN]
)
def test_opened_again_or_handed_on_it_is_promised_no_more_and_stays_known(kind: StepKind) -> None:
    assert read_promise([PROMISED, step(kind, 12)]) == SolutionClock(before=(december(10),))


def test_a_new_answer_promises_anew() -> None:
    clock = read_promise([PROMISED, answered(9, 20), answered(19, 28)])
    assert clock == SolutionClock(december(28), december(19), before=(december(10), december(20)))


def test_the_same_day_said_twice_was_promised_once() -> None:
    assert read_promise([PROMISED, answered(3, 10)]) == SolutionClock(december(10), december(3))


@pytest.mark.parametrize("kind", [StepKind.ASKED, StepKind.RECOUNTED, StepKind.MERGED, StepKind.JOINED])
def test_other_steps_move_no_promise(kind: StepKind) -> None:
    assert read_promise([PROMISED, step(kind, 5)]) == SolutionClock(december(10), december(1))
