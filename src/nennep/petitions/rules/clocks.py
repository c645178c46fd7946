"""The clock of the answer, read from the steps of a petition: one owner of when it began, stood still and ends. Pure.

Sources: Quy định 294-QĐ/TW, Điều 3 (30, 60, 90 working days, longer with the reason told); rules.md §7, addendum (h).
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nennep.core.periods import DaysOff, add_working_days, holiday_name
from nennep.petitions.choices import StepKind


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step as the clock knows it.

    `days`: the working days that begin with it, by the rule of its day. `until`: what an extension or a question sets. `stood`: the
    last day as it was counted when this step was written, which a list of days off corrected later changes no more.
    """

    kind: StepKind
    day: date
    days: int | None = None
    until: date | None = None
    stood: date | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, because those who asked were asked something: after `first` up to and with `last`.

    `is_answered`: because an answer stood, and whoever gave it handed the matter on.
    """

    first: date
    last: date
    is_answered: bool = False

    def holds(self, day: date) -> bool:
        return self.first < day <= self.last


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """Counted from `started_on` with `days` working days to `due_on`. `late_days`: the most that was late so far, a mark that stays.

    `pauses_before`: how many of the pauses an extension has taken in. `own_on`: the last day without any extension; None where no
    step says it. `missed_on`: the first last day that was missed.
    """

    started_on: date
    days: int
    due_on: date
    pauses: tuple[Pause, ...] = ()
    extended_to: date | None = None
    pauses_before: int = 0
    own_on: date | None = None
    answered_on: date | None = None
    late_days: int = 0
    missed_on: date | None = None

    @property
    def answer_late(self) -> int:
        """Days by which the answer that stands came after its last day; 0 in time, and while none stands."""
        return max((self.answered_on - self.due_on).days, 0) if self.answered_on else 0


def read_clock(steps: Iterable[ClockStep], days_off: DaysOff, *, begin: AnswerClock) -> AnswerClock:
    """The clock after all these steps, oldest first; `begin` before one that starts it.

    A question stands still up to its answer, at most until its last day. An extension told in time moves the last day; told
    later the lateness up to then stays marked. What is handed on as not ours, or joined, changes nothing; handed on after an answer
    the time goes on that was left on the day of the answer.
    """
    clock = begin
    for step in steps:
        clock = _follow(clock, step, days_off)
    return clock


def list_lateness(steps: Iterable[ClockStep], *, begin: AnswerClock) -> list[int]:
    """For each step, oldest first, the days after the last day as it stood then, by which somebody was late who still owed an answer.

    0 for steps that end no clock, in time, or after an answer. Handed on afterwards, what was late is read here still.
    """
    clock, found = begin, []
    for step in steps:
        owed = step.stood if clock.answered_on is None else None
        found.append(max((step.day - owed).days, 0) if owed else 0)
        clock = _follow(clock, step, DaysOff())
    return found


def _follow(clock: AnswerClock, step: ClockStep, days_off: DaysOff) -> AnswerClock:
    if step.kind.starts_clock and step.days is not None:
        return _start(clock, step, days_off)
    if step.kind == StepKind.RISEN and step.days is not None and step.day > _stood(clock, step):
        return _start(clock, step, days_off)
    if step.kind in _CHANGES:
        return _CHANGES[step.kind](clock, step, days_off)
    return clock


def _start(clock: AnswerClock, step: ClockStep, days_off: DaysOff) -> AnswerClock:
    """A new time begins; that the former one ran out stays marked."""
    days = step.days or 0
    due = add_working_days(step.day, days, days_off)
    return AnswerClock(step.day, days, due, own_on=due, late_days=_mark(clock, step), missed_on=_missed(clock, step))


def _answer(clock: AnswerClock, step: ClockStep, _days_off: DaysOff) -> AnswerClock:
    """The first answer stops the clock; one that is written anew changes nothing."""
    if clock.answered_on is not None:
        return clock
    stood = replace(clock, due_on=_stood(clock, step))
    return replace(stood, late_days=_mark(stood, step), missed_on=_missed(stood, step), answered_on=step.day)


def _extend(clock: AnswerClock, step: ClockStep, _days_off: DaysOff) -> AnswerClock:
    until = max(step.until or clock.due_on, clock.due_on)
    marked = replace(clock, late_days=_mark(clock, step), missed_on=_missed(clock, step))
    own = clock.own_on or _stood(clock, step)
    return replace(marked, extended_to=until, due_on=until, own_on=own, pauses_before=len(clock.pauses))


def _ask(clock: AnswerClock, step: ClockStep, days_off: DaysOff) -> AnswerClock:
    """What is late already stands still no more."""
    if step.day > clock.due_on or clock.answered_on is not None:
        return clock
    return _recount(replace(clock, pauses=(*clock.pauses, Pause(step.day, step.until or step.day))), days_off)


def _clarify(clock: AnswerClock, step: ClockStep, days_off: DaysOff) -> AnswerClock:
    """The last question was answered, or nobody answered in time."""
    if not clock.pauses or clock.answered_on is not None:
        return clock
    *former, last = clock.pauses
    ended = Pause(last.first, min(last.last, step.day))
    return _recount(replace(clock, pauses=(*former, ended)), days_off)


def _go_on(clock: AnswerClock, step: ClockStep, days_off: DaysOff) -> AnswerClock:
    """Whoever answered hands the matter on: the answer is gone, the days on which it stood are nobody's."""
    if clock.answered_on is None:
        return clock
    stood = Pause(clock.answered_on, step.day, is_answered=True)
    return _recount(replace(clock, answered_on=None, pauses=(*clock.pauses, stood)), days_off)


def _recount(clock: AnswerClock, days_off: DaysOff) -> AnswerClock:
    """A day that an extension named moves by the working days that stood still since."""
    if clock.extended_to is None:
        due = _count_due(clock, days_off)
        return replace(clock, due_on=due, own_on=due)
    since = clock.pauses[clock.pauses_before :]
    begun = [pause for pause in since if not (pause.is_answered and pause.first >= clock.extended_to)]
    lost = sum(_count_working(pause, days_off) for pause in begun)
    own = _count_due(clock, days_off) if clock.days else clock.own_on
    due = _leave_answered(add_working_days(clock.extended_to, lost, days_off), since)
    return replace(clock, due_on=due, own_on=own)


def _count_due(clock: AnswerClock, days_off: DaysOff) -> date:
    last = clock.started_on
    for _number in range(clock.days):
        last += timedelta(days=1)
        while not days_off.is_working(last) or any(pause.holds(last) for pause in clock.pauses):
            last += timedelta(days=1)
    return _leave_answered(last, clock.pauses)


def _leave_answered(last: date, pauses: Iterable[Pause]) -> date:
    """Nothing was left of the time when an answer came: whoever gets the matter next is late from the day after."""
    for pause in pauses:
        if pause.is_answered and last <= pause.first:
            last = pause.last
    return last


def _count_working(pause: Pause, days_off: DaysOff) -> int:
    return sum(days_off.is_working(day) for day in _days_after(pause.first, pause.last))


def _days_after(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]


def _stood(clock: AnswerClock, step: ClockStep) -> date:
    return step.stood or clock.due_on


def _mark(clock: AnswerClock, step: ClockStep) -> int:
    if clock.answered_on is not None:
        return clock.late_days
    return max(clock.late_days, (step.day - _stood(clock, step)).days)


def _missed(clock: AnswerClock, step: ClockStep) -> date | None:
    """The day by which an answer was owed first; what comes later moves it no more."""
    is_late = clock.answered_on is None and step.day > _stood(clock, step)
    return clock.missed_on or (_stood(clock, step) if is_late else None)


_CHANGES = {
    StepKind.ANSWERED: _answer,
    StepKind.EXTENDED: _extend,
    StepKind.ASKED: _ask,
    StepKind.CLARIFIED: _clarify,
    StepKind.BOUNCED: _go_on,
}


def find_longest(clock: AnswerClock, most: int, days_off: DaysOff) -> date:
    """The last day that extensions may set: `most` working days after the clock's own last day, however many extensions there were."""
    return add_working_days(clock.own_on or clock.due_on, most, days_off)


@dataclass(frozen=True, slots=True)
class Counted:
    """How a last day was counted: the working days counted, and those left out by why.

    `worked`: days that an authority has worked in exchange; `made_up`: those that the whole country works.
    """

    days: int
    weekend_days: int
    holidays: tuple[tuple[date, str], ...]
    decided: tuple[date, ...]
    worked: tuple[date, ...]
    made_up: tuple[date, ...]
    paused: int


def count_days(clock: AnswerClock, days_off: DaysOff) -> Counted:
    """What stands between the first and the last day of a clock."""
    days = _days_after(clock.started_on, clock.due_on)
    free = [day for day in days if not days_off.is_working(day)]
    weekend = [day for day in free if day.weekday() >= calendar.SATURDAY]
    rest = [day for day in free if day.weekday() < calendar.SATURDAY]
    working = [day for day in days if days_off.is_working(day)]
    paused = sum(any(pause.holds(day) for pause in clock.pauses) for day in working)
    return Counted(
        days=len(working) - paused,
        weekend_days=len(weekend),
        holidays=tuple((day, holiday_name(day)) for day in rest if holiday_name(day)),
        decided=tuple(day for day in rest if not holiday_name(day)),
        worked=tuple(day for day in working if day in days_off.working),
        made_up=tuple(day for day in working if day.weekday() >= calendar.SATURDAY and day not in days_off.working),
        paused=paused,
    )
