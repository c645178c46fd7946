"""Who stays away: what the secretary has to talk about with a member, and when the cell must consider striking off.

Sources: HD 12-HD/BTCTW (more than three excused absences in a row in a year), Điều lệ Đảng, Điều 8 (three months of the year
without a reason); the numbers come from the packs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nennep.core.periods import Month
from nennep.room.choices import AttendanceState


@dataclass(frozen=True, slots=True)
class AbsenceLimits:
    """More than `excused` absences with a reason in a row; `removal` months of a year without one (0: no rule)."""

    excused: int
    removal: int


@dataclass(frozen=True, slots=True)
class Absences:
    """Of one member in one year: absences with a reason in a row up to the last meeting, and at most; months without a reason."""

    excused_run: int = 0
    unexcused_months: int = 0
    longest_run: int = 0

    def is_streak(self, limits: AbsenceLimits) -> bool:
        """Too often in a row at some time of the year (HD 12; rules.md §1.6, §1.8, §2.3): coming back does not undo it."""
        return self.longest_run > limits.excused

    def is_running(self, limits: AbsenceLimits) -> bool:
        """Too often in a row, and still away: somebody to go and see now."""
        return self.excused_run > limits.excused

    def needs_review(self, limits: AbsenceLimits) -> bool:
        """The secretary must bring it before the cell."""
        return 0 < limits.removal <= self.unexcused_months


def count_absences(marks: Sequence[tuple[Month, AttendanceState]]) -> Absences:
    """From the marks of one member at the monthly meetings of a year at which they had to be, in their order.

    Only meetings count: a month without one, or at which the member was exempt or not yet here, neither goes on with a run nor ends it.
    """
    months = {month for month, state in marks if state == AttendanceState.UNEXCUSED}
    runs = list(_count_runs(state for _month, state in marks))
    return Absences(runs[-1] if runs else 0, len(months), max(runs, default=0))


def _count_runs(states: Iterable[AttendanceState]) -> Iterator[int]:
    """After each meeting, how many absences with a reason come one after the other up to it."""
    run = 0
    for state in states:
        run = run + 1 if state == AttendanceState.EXCUSED else 0
        yield run
