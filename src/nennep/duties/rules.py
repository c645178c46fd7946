"""Tasks: how they stand, how long they have run, what a report may say. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.duties.choices import DutyCategory, DutyState, OpeningState, StandingDuty

STANDING_CATEGORIES = (DutyCategory.REGULAR, DutyCategory.HOUSEHOLDS, DutyCategory.SUPERVISION)


@dataclass(frozen=True, slots=True)
class DutyCounts:
    """Tasks of one cell that fall due in one month, and how many of them are done in time and put off to a later day.

    `late` are those done in the month past their date, whichever month that was in. Dropped tasks are not counted.
    """

    due: int = 0
    done: int = 0
    late: int = 0
    postponed: int = 0

    @property
    def share(self) -> float | None:
        """Done in percent of due; None when nothing was due."""
        return 100 * self.done / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class DueDate:
    """The date that a task had from the day `since` on, until another one was set; None: no date."""

    due_on: date | None
    since: date = date.min


@dataclass(frozen=True, slots=True)
class DutyMonth:
    """A task in a month as it stood on the month's last day: what came later changes nothing of it.

    `due` is the date that lay in the month, None when none did. `done` is in time, `late` past its date in this month,
    `given_up` that somebody said that it will not be done.
    """

    due: DueDate | None = None
    done: bool = False
    late: bool = False
    postponed: bool = False
    given_up: bool = False


def judge_month(dates: Sequence[DueDate], events: Iterable[tuple[date, DutyState]], month: Month) -> DutyMonth:
    """How a task stood when the month ended, by the dates it had and by what was reported of it on which days, in their order.

    A date that was put off stays in its month; one that was brought forward never was due. A task is late by the date that it
    had on the day it was done.
    """
    until_then = [(day, state) for day, state in events if day <= month.last_day]
    if until_then and until_then[-1][1] == DutyState.DROPPED:
        return DutyMonth()
    known = [one for one in dates if one.since <= month.last_day]
    due = [one for at, one in enumerate(known) if _is_due(known, at, month)]
    done_on = _find_done(until_then)
    in_force = [one.due_on for one in known if done_on is not None and one.since <= done_on]
    is_late = bool(in_force) and done_on is not None and in_force[-1] is not None and done_on > in_force[-1]
    return DutyMonth(
        due=due[-1] if due else None,
        done=bool(due) and done_on is not None and not is_late,
        late=is_late and done_on is not None and month.contains(done_on),
        postponed=any(one is not known[-1] for one in due),
        given_up=bool(due) and bool(until_then) and until_then[-1][1] == DutyState.NOT_DONE,
    )


def _is_due(dates: Sequence[DueDate], at: int, month: Month) -> bool:
    due_on, later = dates[at].due_on, dates[at + 1].due_on if at + 1 < len(dates) else None
    return due_on is not None and month.contains(due_on) and (later is None or later >= due_on)


def _find_done(events: Sequence[tuple[date, DutyState]]) -> date | None:
    """The day since which the task has been done; None while it is not."""
    done_on = None
    for day, state in events:
        done_on = (done_on or day) if state == DutyState.DONE else None
    return done_on


def find_opening_state(category: DutyCategory, due_on: date | None, *, carried_over: bool) -> OpeningState:
    """The word of the resolution's table for how a task stood when the month began (forms.md §1).

    Standing work is regular whatever its date; work from an earlier month is under way; new work has a date or none.
    """
    if category == DutyCategory.REGULAR:
        return OpeningState.REGULAR
    if carried_over:
        return OpeningState.UNDER_WAY
    return OpeningState.DATED if due_on else OpeningState.UNDATED


def count_months(given_on: date, today: date) -> int:
    """Which month of its life a task is in: 1 until the end of the month after it was given, then 2 and so on."""
    return max(1, (today.year - given_on.year) * 12 + today.month - given_on.month)


def count_days_late(due_on: date | None, state: DutyState, settled_on: date | None, today: date) -> int:
    """Days past the due date: up to today while the task runs, up to the day it was settled after that; else 0."""
    if due_on is None or state == DutyState.DROPPED:
        return 0
    end = settled_on if settled_on is not None else today
    return max(0, (end - due_on).days)


def is_left_over(note: str, noted: str, *, was: DutyState, state: DutyState) -> bool:
    """Whether the words of a task now done are still those of the day it was being worked on, as the form had them ready.

    "88%, còn 9 hộ" does not stand behind "Hoàn thành"; the report of that day keeps it.
    """
    return (was, state) == (DutyState.ONGOING, DutyState.DONE) and note == noted


def say_result(state: DutyState, percent: int, note: str, *, reported: bool = True, days_late: int = 0) -> str:
    """The third column of the table: `Hoàn thành. 12/12 hộ.`, `Đang làm, 60%. Chờ xi măng.` in one line.

    Of a running task that nobody ever reported on nothing is claimed but that, and how many days past its date it is.
    One that was done past its date was done late.
    """
    if state == DutyState.ONGOING and not (reported or percent or note):
        late = ngettext("Chưa báo cáo, quá hạn %(days)s ngày", "Chưa báo cáo, quá hạn %(days)s ngày", days_late) % {
            "days": days_late
        }
        return late if days_late else _("Chưa báo cáo")
    head = _("Hoàn thành muộn") if state == DutyState.DONE and days_late else str(DutyState(state).label)
    if state == DutyState.ONGOING and percent:
        head = f"{head}, {percent}%"
    return f"{head}. {note}" if note else head


def say_due(due_on: date | None) -> str:
    """`Hạn 20/11/2026`, or that no date was set."""
    return _("Hạn %(day)s") % {"day": say_date(due_on)} if due_on else _("Chưa xác định mốc")


def find_months(days: Iterable[date | None]) -> tuple[date, ...]:
    """First days of the months that hold these days, sorted, each once."""
    return tuple(sorted({day.replace(day=1) for day in days if day is not None}))


@dataclass(frozen=True, slots=True)
class MeetingBefore:
    """Where a month's table begins: the monthly meeting of that day, closed at that moment.

    `closed_at` None: no meeting was held before, the table begins with the day itself.
    """

    day: date
    closed_at: datetime | None = None

    def knew_of(self, *, told_at: datetime | None, told_on: date) -> bool:
        """Whether what was said on that day was the business of this meeting: until it closed, past midnight too.

        Of what was said at no known moment its whole day is.
        """
        if self.closed_at is None:
            return told_on < self.day
        return told_on <= self.day if told_at is None else told_at <= self.closed_at


def is_last_months_duty(
    *, given_on: date, settled_on: date | None, settled_at: datetime | None, before: MeetingBefore
) -> bool:
    """Whether a task is in the month's table that begins with the meeting `before`, and in no earlier one as settled.

    What was given at that meeting is; what was settled by its end stands in its own table, also when it closed past midnight.
    `settled_at` is the moment on the day `settled_on` when it was first said; None: not known.
    """
    if settled_on is None or given_on >= before.day:
        return True
    return not before.knew_of(told_at=settled_at, told_on=settled_on)


def is_silent_standing_duty(
    category: DutyCategory, *, due_on: date | None, settled_on: date | None, given_before: bool, reported: bool
) -> bool:
    """True for standing work (households, a field of work, supervision) without a date that nobody spoke of this month.

    It goes on as it is, so the month's table leaves it out: the table is about what was to be done and what came of it.
    """
    standing = category in STANDING_CATEGORIES and due_on is None and settled_on is None
    return standing and given_before and not reported


OVERLOADED_ABOVE = 3  # tasks under way that one member answers for
NEAR_HOME_AGE = 65  # from this age on work near home is proposed first; the cell decides


def is_idle(*, duties: int, helping: int) -> bool:
    """No task under way to answer for, and none to help with (rules.md §6: every member has one)."""
    return not duties and not helping


def find_median(counts: Iterable[int]) -> float:
    """The median of the counts, 0 for none."""
    ordered = sorted(counts)
    if not ordered:
        return 0
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def is_overloaded(duties: int, *, median: float) -> bool:
    """More than three tasks under way, or more than twice the median of the cell."""
    return duties > OVERLOADED_ABOVE or (median >= 1 and duties > 2 * median)


def prefers_near_home(age: int | None) -> bool:
    """Whether work near home is proposed first. Of a person's health nothing is asked and nothing said."""
    return age is not None and age >= NEAR_HOME_AGE


def order_standing_duties(duties: Iterable[StandingDuty], *, age: int | None) -> tuple[StandingDuty, ...]:
    """The tasks, those that suit the member best first."""
    near = prefers_near_home(age)
    return tuple(sorted(duties, key=lambda duty: near and not duty.near_home))
