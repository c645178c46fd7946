"""Who stays away: what the secretary has to talk about with a member, and when the cell must consider striking off.

Sources: HD 12-HD/BTCTW (more than three excused absences in a row in a year), Điều lệ Đảng, Điều 8 (three months of the year
without a reason); the numbers come from the packs.
"""

from collections.abc import Iterable, Sequence
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
    """Of one member in one year: absences with a reason in a row up to the last meeting, and months without a reason."""

    excused_run: int = 0
    unexcused_months: int = 0

    def is_streak(self, limits: AbsenceLimits) -> bool:
        return self.excused_run > limits.excused

    def needs_review(self, limits: AbsenceLimits) -> bool:
        """The secretary must bring it before the cell."""
        return 0 < limits.removal <= self.unexcused_months


def count_absences(marks: Sequence[tuple[Month, AttendanceState]]) -> Absences:
    """From the marks of one member at the monthly meetings of a year at which they had to be, in their order."""
    months = {month for month, state in marks if state == AttendanceState.UNEXCUSED}
    return Absences(_count_last(state for _month, state in marks), len(months))


def _count_last(states: Iterable[AttendanceState]) -> int:
    run = 0
    for state in states:
        run = run + 1 if state == AttendanceState.EXCUSED else 0
    return run
