"""The figures of one month: what each of them counts, and how they add up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from nennep.core.periods import Month, first_open_day


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """What happened in one month in one cell, or in all cells of a unit: counts that add up.

    The columns of the kept rows and the names of the output are these, in this order.

    cells               cells that held a regular or combined meeting for it, or owed one: those that were there, and used the
                        program, from their meeting day to the last day on time; on the tree as it stood then
    cells_met           cells that held at least one regular or combined meeting for it
    cells_on_time       of those, held on the fixed day or within the days to which it may be moved (policy), or not owed
    members             people with an official membership, in any standing, on the month's reference day
    counted             sum of those who had to come, over the roll calls of its regular and combined meetings
    present             of those counted: there, online, late or gone early
    excused, unexcused  of those counted: absent with and without a reason
    thematic_meetings   thematic and combined meetings held
    tasks_due           tasks with a due date in the month, those too that were put off later, without those taken back by its end
    tasks_done          of those, done by then, in time
    tasks_late          tasks done in the month past their date, also when that lay in an earlier month
    tasks_postponed     of those due, put off to a later day by the end of the month
    """

    cells: int = 0
    cells_met: int = 0
    cells_on_time: int = 0
    members: int = 0
    counted: int = 0
    present: int = 0
    excused: int = 0
    unexcused: int = 0
    thematic_meetings: int = 0
    tasks_due: int = 0
    tasks_done: int = 0
    tasks_late: int = 0
    tasks_postponed: int = 0

    def __add__(self, other: "MonthCounts") -> "MonthCounts":
        return MonthCounts(*(getattr(self, name) + getattr(other, name) for name in COUNT_NAMES))

    @property
    def attendance_percent(self) -> float | None:
        """Present of counted in percent, one decimal, rounded half up; None when nobody had to come."""
        return percent_of(self.present, self.counted)

    def is_below(self, target: int) -> bool:
        """Fewer came than `target` percent, by the counts: the share that is shown is rounded. False when nobody had to come."""
        return 100 * self.present < target * self.counted

    def as_output(self) -> Mapping[str, int | float | None]:
        """The counts under their names, as `nennep figures --json` prints them; the share stands behind what it is made of."""
        output: dict[str, int | float | None] = {}
        for name in COUNT_NAMES:
            output[name] = getattr(self, name)
            if name == "unexcused":
                output["attendance_percent"] = self.attendance_percent
        return output


COUNT_NAMES = tuple(field.name for field in fields(MonthCounts))


def percent_of(part: int, whole: int) -> float | None:
    """One decimal, rounded half up as readers do; None when there is nothing to divide by."""
    return (part * 2000 + whole) // (whole * 2) / 10 if whole else None


def add_counts(counts: Iterable[MonthCounts]) -> MonthCounts:
    total = MonthCounts()
    for item in counts:
        total += item
    return total


def is_finished(month: Month, today: date) -> bool:
    """Only finished months are kept as rows: in an open one, members come and go by the day without anybody's doing."""
    return month.first_day < first_open_day(today)


def find_reference_day(month: Month, today: date) -> date:
    """The day on which members are counted and the tree is read: the last one, or today in the month in progress."""
    return today if month.contains(today) else month.last_day
