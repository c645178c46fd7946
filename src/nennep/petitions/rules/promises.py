"""The clock of the solution, read from the steps of a petition: the day that was promised, and whether it was kept. Pure (addendum (h))."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from nennep.petitions.choices import StepKind
from nennep.petitions.rules.clocks import ClockStep


@dataclass(frozen=True, slots=True)
class SolutionClock:
    """`promised_for`: the day that the answer of `promised_on` named; None while none is promised. `ended_on`: when it was said to be done.

    `before`: days promised earlier that hold no more, oldest first.
    """

    promised_for: date | None = None
    promised_on: date | None = None
    ended_on: date | None = None
    before: tuple[date, ...] = ()

    def days_late(self, today: date) -> int:
        """Days past the day promised: up to the day on which it was done, or up to today; 0 in time."""
        if self.promised_for is None:
            return 0
        return max(((self.ended_on or today) - self.promised_for).days, 0)


NOTHING_PROMISED = SolutionClock()


def read_promise(steps: Iterable[ClockStep]) -> SolutionClock:
    """What the steps, oldest first, promise now: the newest answer counts; opened again or handed on, nothing is promised any more."""
    clock = NOTHING_PROMISED
    for step in steps:
        clock = _follow(clock, step)
    return clock


def _follow(clock: SolutionClock, step: ClockStep) -> SolutionClock:
    if step.kind == StepKind.ANSWERED:
        known = _without(clock).before
        before = tuple(day for day in known if day != step.until)
        return SolutionClock(step.until, step.day if step.until else None, before=before)
    if step.kind in _ENDING and clock.promised_for is not None and clock.ended_on is None:
        return replace(clock, ended_on=step.day)
    return _without(clock) if step.kind in _UNDOING else clock


def _without(clock: SolutionClock) -> SolutionClock:
    if clock.promised_for is None:
        return clock
    return SolutionClock(before=(*clock.before, clock.promised_for))


_ENDING = frozenset({StepKind.DONE, StepKind.SOLVED})
_UNDOING = frozenset(
    {StepKind.REOPENED, StepKind.PARTLY, StepKind.PASSED_ON, StepKind.BOUNCED, StepKind.RISEN, StepKind.WITHDRAWN}
)
