"""What may follow each state, the clock by its steps, words that say nothing: every border."""

from datetime import date
from typing import Any

import pytest

from nennep.core.periods import DaysOff
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.rules import AnswerClock, ClockStep, may_follow, read_clock, words_of

# ── rules ─────────────────────────────────────────────────────────────────────

EMPTY = (
    "de nghi kien cap tren xa thon ban xom chi bo dang uy cho cua va voi cac nhung mot hai o tai trong ngoai den di lai duoc co "
    "khong da se sua chua ho tro quan tam som xem xet giai quyet ve la nay do bi thi"
)


def test_each_word_that_nearly_every_petition_has_says_nothing() -> None:
    assert [word for word in EMPTY.split() if words_of(f"{word} cau") != {"cau"}] == []


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (
            PetitionState.OPEN,
            "passed_on bounced risen routed ended answered extended asked withdrawn joined",
        ),
        (PetitionState.CLARIFYING, "clarified answered ended withdrawn joined"),
        (PetitionState.PROMISED, "solved partly reopened done answered withdrawn"),
        (PetitionState.ANSWERED, "solved partly reopened passed_on answered withdrawn"),
        (PetitionState.SOLVED, "reopened"),
        (PetitionState.OPINION, "read"),
        (PetitionState.READ, ""),
        (PetitionState.WITHDRAWN, "reopened"),
        (PetitionState.JOINED, "separated"),
    ],
)
def test_what_may_follow_each_state(state: PetitionState, steps: str) -> None:
    assert {step.value for step in StepKind if may_follow(state, step)} == set(steps.split())


def at(day: int, kind: StepKind, **facts: Any) -> ClockStep:
    return ClockStep(kind, date(2026, 11, day), **facts)


BEGIN = AnswerClock(date(2026, 11, 2), 5, date(2026, 11, 9))


@pytest.mark.parametrize(
    ("steps", "due", "late", "missed"),
    [
        ([], 9, 0, None),
        ([at(9, StepKind.ANSWERED)], 9, 0, None),
        ([at(10, StepKind.ANSWERED)], 9, 1, 9),
        ([at(10, StepKind.ANSWERED), at(12, StepKind.ANSWERED)], 9, 1, 9),
        ([at(9, StepKind.EXTENDED, until=date(2026, 11, 13))], 13, 0, None),
        ([at(10, StepKind.EXTENDED, until=date(2026, 11, 13))], 13, 1, 9),
        ([at(5, StepKind.EXTENDED, until=date(2026, 11, 6))], 9, 0, None),
        ([at(5, StepKind.EXTENDED)], 9, 0, None),
        ([at(9, StepKind.ASKED, until=date(2026, 11, 11))], 9, 0, None),
        ([at(5, StepKind.ASKED, until=date(2026, 11, 6))], 10, 0, None),
        ([at(5, StepKind.ASKED)], 9, 0, None),
        ([at(10, StepKind.ASKED, until=date(2026, 11, 12))], 9, 0, None),
        ([at(5, StepKind.ANSWERED), at(6, StepKind.ASKED, until=date(2026, 11, 9))], 9, 0, None),
        ([at(5, StepKind.ASKED, until=date(2026, 11, 10)), at(6, StepKind.CLARIFIED)], 10, 0, None),
        ([at(6, StepKind.CLARIFIED)], 9, 0, None),
        (
            [at(4, StepKind.EXTENDED, until=date(2026, 11, 12)), at(5, StepKind.ASKED, until=date(2026, 11, 6))],
            13,
            0,
            None,
        ),
        ([at(9, StepKind.RISEN, days=5)], 9, 0, None),
        ([at(10, StepKind.RISEN, days=5)], 17, 1, 9),
        ([at(10, StepKind.RISEN)], 9, 0, None),
        ([at(10, StepKind.PASSED_ON, days=3)], 13, 1, 9),
        ([at(10, StepKind.ANSWERED, stood=date(2026, 11, 10))], 10, 0, None),
    ],
)
def test_the_clock_by_its_steps(steps: list[ClockStep], due: int, late: int, missed: int | None) -> None:
    """Monday 2/11/2026 and five working days: Monday 9/11."""
    clock = read_clock(steps, DaysOff(), begin=BEGIN)
    expected = None if missed is None else date(2026, 11, missed)
    assert (clock.due_on, clock.late_days, clock.missed_on) == (date(2026, 11, due), late, expected)
